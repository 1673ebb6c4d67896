//! What becomes of a payment, live: no reload, no guess.

use super::{
    status::{
        can_make_anew, can_send_again, confirmations, confirmations_text, status_now, status_text,
    },
    typed::Typed,
};
use crate::prelude::*;
use crate::{
    components::{AddressText, AmountText, Badge, Card, Fact, Facts, TransactionLink},
    state::{
        chain::use_chain,
        wallet::{SendStatus, Sent, use_wallet},
    },
};

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
        typed_again(typed, sent.get_untracked());
    };
    view! {
        <Card class="narrow">
            <Standing status />
            {facts}
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
                                "Send again"
                            </button>
                        }
                    })
                }}
                {move || {
                    let anew = status.get().is_some_and(|status| can_make_anew(&status));
                    anew.then(|| {
                        view! {
                            <button type="button" class="button" on:click=handler(move |_| again())>
                                "Make this payment anew"
                            </button>
                        }
                    })
                }}
                <button type="button" class="button" on:click=handler(move |_| typed.clear())>
                    "New payment"
                </button>
                <a href="/history" class="button quiet">
                    "All activity"
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
                    None => "This payment is no longer kept in this browser.".into_any(),
                }}
            </div>
            <span class="muted numeric">{move || deep()}</span>
        </div>
    }
}

#[component]
fn PaymentFacts(sent: Sent) -> impl IntoView {
    let memo = sent.memo.clone();
    view! {
        <Facts>
            <Fact name="Recipient"><AddressText address=sent.recipient /></Fact>
            <Fact name="Amount"><AmountText mites=sent.amount /></Fact>
            <Fact name="Fee"><AmountText mites=sent.fee /></Fact>
            {(!memo.is_empty()).then(|| view! {
                <Fact name="Memo"><span class="breakable">{crate::format::plain(&memo)}</span></Fact>
            })}
            <Fact name="Transaction"><TransactionLink id=sent.id /></Fact>
        </Facts>
    }
}

fn typed_again(typed: Typed, sent: Option<Sent>) {
    if let Some(Sent { recipient, amount, memo, .. }) = sent {
        typed.refill(recipient, amount, memo);
    }
}
