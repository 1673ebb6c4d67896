//! Speeding a payment up, or calling it off, while it waits.

use super::typed::{Step, Typed};
use crate::prelude::*;
use crate::{
    components::{AmountText, ErrorBox},
    pages::unlock::sentence,
    state::wallet::{Sent, use_wallet},
};

/// The two buttons, and what they would do before it is done.
#[component]
pub(super) fn Replace(typed: Typed, sent: Sent) -> impl IntoView {
    // What is asked about: `true` calls the payment off.
    let asked = RwSignal::new(None::<bool>);
    let ask = move |cancel: bool, name: &'static str| {
        view! {
            <button
                type="button"
                class="button"
                aria-expanded=move || (asked.get() == Some(cancel)).to_string()
                on:click=handler(move |_| asked.set(Some(cancel)))
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="actions">{ask(false, t!("Speed up"))} {ask(true, t!("Cancel payment"))}</div>
        {move || {
            let sent = sent.clone();
            asked.get().map(|cancel| view! { <Proposal typed sent cancel asked /> })
        }}
    }
}

#[component]
fn Proposal(
    typed: Typed,
    sent: Sent,
    cancel: bool,
    asked: RwSignal<Option<bool>>,
) -> impl IntoView {
    let wallet = use_wallet();
    let refusal = RwSignal::new(None::<String>);
    let (old, fee) = (sent.fee, RwSignal::new(0));
    let proposal = {
        let sent = sent.clone();
        Memo::new(move || wallet.replacement(&sent, cancel))
    };
    effect(move || fee.set(proposal.get().map_or(0, |it| it.fee)));
    let go = move |_| {
        let Some(by) = proposal.get_untracked() else { return };
        if wallet.busy.get_untracked().is_some() {
            return;
        }
        let sent = sent.clone();
        spawn_local(async move {
            match wallet.replace(&sent, &by).await {
                Ok(id) => drop(typed.step.try_set(Step::Sent { id })),
                Err(error) => {
                    let text = t!(
                        "Nothing was changed, the payment waits as before. {error}",
                        error = sentence(&error.to_string()),
                    );
                    drop(refusal.try_set(Some(text)));
                }
            }
        });
    };
    let (text, button) = if cancel {
        (
            t!(
                "A payment to yourself with the same number and a higher fee takes its place. Only one of \
             the two can ever be made. If a miner was faster the old one is made all the same; the \
             coins are never paid twice."
            ),
            t!("Send the cancellation"),
        )
    } else {
        (
            t!(
                "The same payment with a higher fee takes its place. Only one of the two can ever be \
             made, so nobody is paid twice."
            ),
            t!("Send with the higher fee"),
        )
    };
    view! {
        <div class="box stack">
            <div class="stack">
                <p>{text}</p>
                <p>
                    {t!("Fee: ")} <AmountText mites=old /> " " <span aria-hidden="true">"→"</span>
                    <span class="visually-hidden">{t!("becomes")}</span> " "
                    <strong><AmountText mites=fee /></strong>
                </p>
                <ErrorBox message=refusal />
                <div class="actions">
                    <button type="button" class="button primary" on:click=handler(go)>{button}</button>
                    <button type="button" class="button quiet" on:click=handler(move |_| asked.set(None))>
                        {t!("Leave it as it is")}
                    </button>
                </div>
            </div>
        </div>
    }
}
