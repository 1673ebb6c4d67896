//! The form: every field is judged while it is typed, before anything is asked of a node.

use super::{
    fee::FeeField,
    scan::Scan,
    typed::{Step, Typed},
};
use crate::prelude::*;
use crate::{
    components::{
        AddressField, AmountField, Card, CheckField, ErrorBox, Field, SelectField, TextArea,
    },
    format,
    pages::{focus_soon, history::unsent::UnsentPayments, unlock::sentence},
    state::{chain::use_chain, settings::use_settings, wallet::use_wallet},
    wallet::draft,
};
use shared::limits::{MAX_MEMO_BYTES, MAX_PAYMENTS};

/// The fields and *Review*.
#[component]
pub(super) fn PaymentForm(typed: Typed) -> impl IntoView {
    let chain = use_chain();
    let refusal = RwSignal::new(None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        typed.reveal.set(true);
        refusal.set(None);
        match typed.judged.get_untracked() {
            Some(Ok(_)) => typed.step.set(Step::Review),
            Some(Err(_)) => focus_soon("main form [aria-invalid='true']"),
            None => {
                let knows_chain = chain.parameters.with_untracked(Option::is_some);
                refusal.set(Some(why_not_judged(knows_chain)));
            }
        }
    };
    let memo_hint = move || {
        let used = typed.memo.with(|memo| memo.trim().len());
        format!(
            "Optional. Everybody can read it on the chain, for ever. {used} of {MAX_MEMO_BYTES} bytes."
        )
    };
    view! {
        <UnsentPayments />
        <Card class="narrow">
            <form class="form" on:submit=handler(submit) novalidate>
                <CheckField label="Pay several people at once" checked=typed.several />
                {move || match typed.several.get() {
                    false => view! { <OneRecipient typed /> }.into_any(),
                    true => view! { <Several typed /> }.into_any(),
                }}
                <FeeField typed />
                <Field
                    label="Memo"
                    value=typed.memo
                    hint=Signal::derive(memo_hint)
                    error=typed.error(draft::Field::Memo)
                    reveal=typed.reveal
                />
                <ErrorBox message=refusal />
                <div class="actions">
                    <button type="submit" class="button primary large">"Review"</button>
                    <button type="button" class="button quiet" on:click=handler(move |_| typed.clear())>
                        "Clear"
                    </button>
                </div>
            </form>
        </Card>
    }
}

/// Who is paid, and how much.
#[component]
fn OneRecipient(typed: Typed) -> impl IntoView {
    let wallet = use_wallet();
    let chosen = RwSignal::new(String::new());
    let contacts = move || {
        let mut options = vec![(String::new(), "Choose…".to_string())];
        options.extend(wallet.contacts.with(|book| book.entries().to_vec()));
        options
    };
    effect(move || {
        let address = chosen.get();
        if !address.is_empty() {
            typed.recipient.set(address);
        }
    });
    let hint = move || {
        let name = typed.recipient_address().and_then(|address| {
            wallet.contacts.with(|book| book.name_of(&address).map(ToString::to_string))
        });
        match (name, typed.asked.get()) {
            (Some(name), None) => format!("{name}, one of your contacts."),
            (Some(name), Some(asked)) => {
                format!("{name}, one of your contacts. The request says: {asked}.")
            }
            (None, Some(asked)) => format!("The request says: {asked}. Anybody can write that."),
            (None, None) => "An address, or a payment request.".to_string(),
        }
    };
    view! {
        <Show when=move || wallet.contacts.with(|book| !book.entries().is_empty())>
            <SelectField label="Contact" value=chosen options=Signal::derive(contacts) />
        </Show>
        <AddressField
            label="Recipient"
            value=typed.recipient
            hint=Signal::derive(hint)
            error=typed.error(draft::Field::Recipient)
            reveal=typed.reveal
        />
        <Scan into=typed.recipient />
        <AmountWithMax typed />
    }
}

/// Several payments, one a line.
#[component]
fn Several(typed: Typed) -> impl IntoView {
    let hint = format!(
        "One a line: an address, a space, an amount; lines of a spreadsheet can be pasted. Up to \
         {MAX_PAYMENTS} are paid in one transaction, all or none."
    );
    view! {
        <TextArea
            label="Payments"
            value=typed.list
            hint=hint
            error=typed.error(draft::Field::List)
            reveal=typed.reveal
            rows=6
            code=true
        />
        <NotEnough typed />
    }
}

/// That all together are too much: it belongs to no line.
#[component]
fn NotEnough(typed: Typed) -> impl IntoView {
    let error = typed.error(draft::Field::Amount);
    view! { <ErrorBox message=Signal::derive(move || error.get().map(|text| sentence(&text))) /> }
}

/// The amount, what there is to spend, and *Max*.
#[component]
fn AmountWithMax(typed: Typed) -> impl IntoView {
    let (wallet, chain, settings) = (use_wallet(), use_chain(), use_settings());
    let hint = move || {
        let Some(account) = wallet.spendable().filter(|_| !settings.hide_balance.get()) else {
            return String::new();
        };
        let unit = settings.unit.get();
        let available = format::amount(account.balance.mites(), unit, &chain.ticker.get());
        match typed.follows_max.get() {
            true => format!("Everything but the fee, of the {available} that can be spent."),
            false => format!("{available} can be spent."),
        }
    };
    let take_max = move |_| {
        if let Some(max) = typed.max.get_untracked() {
            typed.amount.set(max);
            typed.follows_max.set(true);
        }
    };
    view! {
        <AmountField
            label="Amount"
            value=typed.amount
            hint=Signal::derive(hint)
            error=typed.error(draft::Field::Amount)
            reveal=typed.reveal
        >
            <button
                type="button"
                class="button"
                aria-pressed=move || typed.follows_max.get().to_string()
                disabled=move || typed.max.with(Option::is_none)
                on:click=handler(take_max)
            >
                "Max"
            </button>
        </AmountField>
    }
}

/// Why a form cannot be judged yet.
fn why_not_judged(knows_chain: bool) -> String {
    let missing = if knows_chain { "your balance" } else { "which chain it is on" };
    format!(
        "The node has not told {missing} yet, so nothing can be checked. What you typed is kept; \
         try again in a moment."
    )
}
