//! The review: everything once more, in full, with what it does to the balance.

use super::{
    typed::{Step, Typed},
    warnings::warnings,
};
use crate::prelude::*;
use crate::{
    components::{
        AddressText, AmountText, Badge, Card, ErrorBox, Fact, Facts, Glyph, Icon, PassphraseField,
        ProgressBar, Tone,
    },
    pages::unlock::sentence,
    state::{
        chain::use_chain,
        settings::use_settings,
        wallet::{Busy, use_wallet},
    },
    wallet::draft::{Draft, FormErrors, Paid},
};
use leptos::ev::SubmitEvent;
use zeroize::Zeroizing;

/// What is about to be signed, and *Confirm*.
#[component]
pub(super) fn Review(typed: Typed) -> impl IntoView {
    let (wallet, limit) = (use_wallet(), use_settings().ask_above);
    let refusal = RwSignal::new(None::<String>);
    let passphrase = RwSignal::new(String::new());
    let is_asked = Memo::new(move || {
        let total = typed.judged.get().and_then(Result::ok).map(|draft| draft.total.mites());
        limit.get() > 0 && total.is_some_and(|total| total > limit.get())
    });
    let confirm = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(Ok(draft)) = typed.judged.get_untracked() else { return };
        if wallet.busy.get_untracked().is_some() {
            return;
        }
        refusal.set(None);
        let again = Zeroizing::new(passphrase.get_untracked());
        let again = is_asked.get_untracked().then_some(again);
        spawn_local(async move {
            if let Some(again) = again
                && let Err(error) = wallet.check_passphrase(&again).await
            {
                let told = sentence(&error.to_string());
                return drop(refusal.try_set(Some(t!("{error} Nothing was sent.", error = told))));
            }
            match wallet.send(&draft).await {
                Ok(id) => drop(typed.step.try_set(Step::Sent { id })),
                Err(error) => drop(refusal.try_set(Some(sentence(&error.to_string())))),
            }
        });
    };
    // A block or another tab can take away what this payment needs while it is being read.
    let changed = Signal::derive(move || match typed.judged.get() {
        Some(Ok(_)) => None,
        Some(Err(errors)) => Some(what_changed(&errors)),
        None => Some(t!("The node has not told your balance yet.").to_owned()),
    });
    view! {
        <Card class="narrow">
            {move || {
                typed.judged.get().and_then(Result::ok).map(|draft| view! { <PaymentFacts typed draft /> })
            }}
            <ErrorBox message=changed />
            <form class="form" on:submit=handler(confirm)>
                <Show when=move || is_asked.get()>
                    <PassphraseField
                        value=passphrase hint=t!("This payment is above the limit that you set in the settings.")
                    />
                </Show>
                <ErrorBox message=refusal />
                <div class="actions">
                    <button
                        type="submit"
                        class="button primary large"
                        disabled=move || changed.with(Option::is_some)
                    >
                        {t!("Confirm")}
                    </button>
                    <button
                        type="button"
                        class="button"
                        on:click=handler(move |_| typed.step.set(Step::Form))
                    >
                        {t!("Change")}
                    </button>
                </div>
                <Show when=move || wallet.busy.get() == Some(Busy::Unlocking)>
                    <ProgressBar label=t!("Unlocking: this takes about a second on purpose") value=None/>
                </Show>
            </form>
        </Card>
    }
}

#[component]
fn PaymentFacts(typed: Typed, draft: Draft) -> impl IntoView {
    let (settings, chain, wallet) = (use_settings(), use_chain(), use_wallet());
    let text = |paid: &Paid| {
        let prefix = chain.parameters.with(|chain| chain.as_ref().map(|chain| *chain.prefix()));
        prefix.map(|prefix| paid.to.to_text(&prefix)).unwrap_or_default()
    };
    let recipients: Vec<String> = draft.payments.iter().map(text).collect();
    let rows =
        recipients.iter().cloned().zip(draft.payments.iter().map(|paid| paid.amount.mites()));
    let is_several = draft.payments.len() > 1;
    let paid = move |(address, mites): (String, u64)| {
        let name = wallet.contacts.with(|book| book.name_of(&address).map(ToString::to_string));
        view! {
            <li class="stack tight">
                {name.map(|name| view! { <strong>{name}</strong> })}
                <AddressText address />
                {is_several.then(|| view! { <AmountText mites /> })}
            </li>
        }
    };
    let rows = rows.map(paid).collect_view();
    // What holds now, not what held when it was written.
    let before = wallet.spendable().map_or(0, |account| account.balance.mites());
    let after = draft.left.mites();
    let memo = draft.memo.clone();
    let warned = {
        let draft = draft.clone();
        move || {
            let known = typed.known_recipients();
            warnings(&draft, &recipients, &known, typed.recipient_is_new.get())
        }
    };
    view! {
        <ul class="stack tight" role="list">
            {move || {
                warned()
                    .into_iter()
                    .map(|warning| {
                        view! {
                            <li class="box warn">
                                <Icon glyph=Glyph::Warn />
                                <span>{warning.text()}</span>
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ul>
        <Facts>
            <Fact name=if is_several { t!("Recipients") } else { t!("Recipient") }>
                <ul class="stack" role="list">{rows}</ul>
                {draft.to_self.then(|| view! { <Badge tone=Tone::Warn>{t!("you")}</Badge> })}
            </Fact>
            <Fact name=t!("Amount")><AmountText mites=draft.amount.mites() /></Fact>
            <Fact name=t!("Fee")><AmountText mites=draft.fee.mites() /></Fact>
            <Fact name=t!("Total")><strong><AmountText mites=draft.total.mites() /></strong></Fact>
            <Fact name=t!("Your balance")>
                {move || {
                    if settings.hide_balance.get() {
                        t!("hidden").into_any()
                    } else {
                        view! { <BalanceChange before after /> }.into_any()
                    }
                }}
            </Fact>
            {(!memo.is_empty()).then(|| view! {
                <Fact name=t!("Memo")><span class="breakable">{crate::format::plain(&memo)}</span></Fact>
            })}
        </Facts>
        <p class="field-hint">
            {t!("Confirming signs the payment in this browser and sends it to the node. It cannot be taken back once it is in a block.")}
        </p>
    }
}

#[component]
fn BalanceChange(before: u64, after: u64) -> impl IntoView {
    view! {
        <span class="cluster">
            <AmountText mites=before />
            <span aria-hidden="true">"→"</span>
            <span class="visually-hidden">{t!("becomes")}</span>
            <strong><AmountText mites=after /></strong>
        </span>
    }
}

fn what_changed(errors: &FormErrors) -> String {
    use crate::wallet::draft::Field;
    let first = [Field::Recipient, Field::Amount, Field::Fee, Field::Memo, Field::List]
        .into_iter()
        .find_map(|field| errors.of(field));
    let reason = first.map(|error| sentence(&error.to_string())).unwrap_or_default();
    t!("This payment is no longer possible as it stands. {error} Nothing was sent.", error = reason,)
}
