//! What becomes of a payment, live: no reload, no guess.

use super::{
    replace::Replace,
    status::{
        can_make_anew, can_send_again, confirmations, confirmations_text, status_now, status_text,
    },
    typed::Typed,
};
use crate::prelude::*;
use crate::{
    components::{AddressText, AmountText, Badge, Card, Fact, Facts, Field, TransactionLink},
    state::{
        chain::use_chain,
        wallet::{SendStatus, Sent, can_replace, use_wallet},
    },
};
use shared::account::Address;

/// The payment with this id and where it stands.
#[component]
pub(super) fn Outcome(typed: Typed, id: String) -> impl IntoView {
    let (wallet, chain) = (use_wallet(), use_chain());
    let sent = {
        let id = id.clone();
        Memo::new(move || {
            wallet.sends.with(|sends| sends.iter().find(|sent| sent.id == id).cloned())
        })
    };
    let status = Memo::new(move || {
        let nonce = wallet.account.with(|account| account.as_ref().map_or(0, |own| own.nonce));
        sent.get().map(|sent| status_now(&sent, chain.height.get(), nonce))
    });
    // What is paid to whom stays, so it is drawn once.
    let facts = sent.get_untracked().map(|sent| view! { <PaymentFacts sent /> });
    let again = move || {
        if let Some(sent) = sent.get_untracked() {
            let payments = payments_of(&sent);
            typed.refill(&payments, sent.memo);
        }
    };
    let waits = Memo::new(move || status.get().is_some_and(|status| can_replace(&status)));
    view! {
        <Card class="narrow">
            <Standing status />
            {facts}
            {move || {
                let sent = sent.get_untracked().filter(|_| waits.get());
                sent.map(|sent| view! { <Replace typed sent /> })
            }}
            <div class="actions">
                {move || {
                    let id = id.clone();
                    let can = status.get().is_some_and(|status| can_send_again(&status));
                    can.then(|| {
                        view! {
                            <button
                                type="button"
                                class="button primary"
                                on:click=handler(move |_| wallet.send_again(&id))
                            >
                                {t!("Send again")}
                            </button>
                        }
                    })
                }}
                {move || {
                    let anew = status.get().is_some_and(|status| can_make_anew(&status));
                    anew.then(|| {
                        view! {
                            <button type="button" class="button" on:click=handler(move |_| again())>
                                {t!("Make this payment anew")}
                            </button>
                        }
                    })
                }}
                <button type="button" class="button" on:click=handler(move |_| typed.clear())>
                    {t!("New payment")}
                </button>
                <a href="/history" class="button quiet">
                    {t!("All activity")}
                </a>
            </div>
        </Card>
    }
}

/// The state in words. Spoken when the words change, not with every confirmation.
#[component]
fn Standing(status: Memo<Option<SendStatus>>) -> impl IntoView {
    let height = use_chain().height;
    let text = Memo::new(move || status.get().map(|status| status_text(&status, height.get())));
    let deep = move || match status.get() {
        Some(SendStatus::Confirmed { height: block }) => {
            Some(confirmations_text(confirmations(block, height.get())))
        }
        _ => None,
    };
    view! {
        <div class="cluster standing">
            <div role="status" class="cluster">
                {move || match text.get() {
                    Some(text) => {
                        view! {
                            <Badge tone=text.tone>{text.word}</Badge>
                            <span>{text.sentence}</span>
                        }
                            .into_any()
                    }
                    None => t!("This payment is no longer kept in this browser.").into_any(),
                }}
            </div>
            <span class="muted numeric">{move || deep()}</span>
        </div>
    }
}

#[component]
fn PaymentFacts(sent: Sent) -> impl IntoView {
    let memo = sent.memo.clone();
    let payments = payments_of(&sent);
    let only = (payments.len() == 1).then(|| sent.recipient.clone());
    let is_several = only.is_none();
    let paid = move |(address, mites): (String, u64)| {
        view! {
            <li class="stack tight">
                <AddressText address />
                {is_several.then(|| view! { <AmountText mites /> })}
            </li>
        }
    };
    view! {
        <Facts>
            <Fact name=if is_several { t!("Recipients") } else { t!("Recipient") }>
                <ul class="stack" role="list">{payments.into_iter().map(paid).collect_view()}</ul>
                {only.map(|address| view! { <NameIt address /> })}
            </Fact>
            <Fact name=t!("Amount")><AmountText mites=sent.amount /></Fact>
            <Fact name=t!("Fee")><AmountText mites=sent.fee /></Fact>
            {(!memo.is_empty()).then(|| view! {
                <Fact name=t!("Memo")><span class="breakable">{crate::format::plain(&memo)}</span></Fact>
            })}
            <Fact name=t!("Transaction")><TransactionLink id=sent.id /></Fact>
        </Facts>
    }
}

/// Makes a contact of an address.
#[component]
fn NameIt(address: String) -> impl IntoView {
    let wallet = use_wallet();
    let known = {
        let address = address.clone();
        Memo::new(move || wallet.contacts.with(|book| book.name_of(&address).is_some()))
    };
    let name = RwSignal::new(String::new());
    let save = Callback::new(move |()| wallet.name_contact(&address, &name.get_untracked()));
    view! {
        <Show when=move || !known.get() fallback=|| view! { <p class="muted small">{t!("One of your contacts.")}</p> }>
            <Field label=t!("Name for your contacts") value=name>
                <button type="button" class="button" on:click=handler(move |_| save.run(()))>{t!("Save name")}</button>
            </Field>
        </Show>
    }
}

/// Whom a payment paid and how much, with addresses as texts.
fn payments_of(sent: &Sent) -> Vec<(String, u64)> {
    let prefix =
        use_chain().parameters.with_untracked(|chain| chain.as_ref().map(|chain| *chain.prefix()));
    match (prefix, sent.body()) {
        (Some(prefix), Some(body)) => body
            .payments
            .iter()
            .map(|paid| (Address::of(paid.recipient).to_text(&prefix), paid.amount.mites()))
            .collect(),
        _ => vec![(sent.recipient.clone(), sent.amount)],
    }
}
