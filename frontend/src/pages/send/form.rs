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
        t!(
            "Optional. Everybody can read it on the chain, for ever. {used} of {most} bytes.",
            used = used,
            most = MAX_MEMO_BYTES,
        )
    };
    view! {
        <UnsentPayments />
        <Card class="narrow">
            <form class="form" on:submit=handler(submit) novalidate>
                <CheckField label=t!("Pay several people at once") checked=typed.several />
                {move || match typed.several.get() {
                    false => view! { <OneRecipient typed /> }.into_any(),
                    true => view! { <Several typed /> }.into_any(),
                }}
                <FeeField typed />
                <Field
                    label=t!("Memo")
                    value=typed.memo
                    hint=Signal::derive(memo_hint)
                    error=typed.error(draft::Field::Memo)
                    reveal=typed.reveal
                />
                <ErrorBox message=refusal />
                <div class="actions">
                    <button type="submit" class="button primary large">{t!("Review")}</button>
                    <button type="button" class="button quiet" on:click=handler(move |_| typed.clear())>
                        {t!("Clear")}
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
        let mut options = vec![(String::new(), t!("Choose…").to_string())];
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
            (Some(name), None) => t!("{name}, one of your contacts.", name = name),
            (Some(name), Some(asked)) => {
                t!(
                    "{name}, one of your contacts. The request says: {asked}.",
                    name = name,
                    asked = asked,
                )
            }
            (None, Some(asked)) => {
                t!("The request says: {asked}. Anybody can write that.", asked = asked)
            }
            (None, None) => t!("An address, or a payment request.").to_string(),
        }
    };
    view! {
        <Show when=move || wallet.contacts.with(|book| !book.entries().is_empty())>
            <SelectField label=t!("Contact") value=chosen options=Signal::derive(contacts) />
        </Show>
        <AddressField
            label=t!("Recipient")
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
    let hint = t!(
        "One a line: an address, a space, an amount; lines of a spreadsheet can be pasted. Up to \
         {most} are paid in one transaction, all or none.",
        most = MAX_PAYMENTS,
    );
    view! {
        <TextArea
            label=t!("Payments")
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
            true => t!(
                "Everything but the fee, of the {available} that can be spent.",
                available = available,
            ),
            false => t!("{available} can be spent.", available = available),
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
            label=t!("Amount")
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
                {t!("Max")}
            </button>
        </AmountField>
    }
}

/// Why a form cannot be judged yet.
fn why_not_judged(knows_chain: bool) -> String {
    let text = if knows_chain {
        t!("The node has not told your balance yet, so nothing can be checked. What you typed is \
             kept; try again in a moment.")
    } else {
        t!("The node has not told which chain it is on yet, so nothing can be checked. What you \
             typed is kept; try again in a moment.")
    };
    text.to_owned()
}
