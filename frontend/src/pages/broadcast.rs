//! `/broadcast`: a transaction that was made elsewhere is read, judged and sent.

use super::transaction::Said;
use crate::prelude::*;
use crate::{
    api::{self, ApiError},
    components::{Card, ErrorBox, NoticeBox, PageHeader, TextArea, Tone},
    router::use_router,
    state::chain::use_chain,
    state::wallet::hex_bytes,
};
use leptos::ev;
use shared::{
    api::{CheckView, TransactionView},
    encode::decode,
    limits::MAX_TRANSACTION_BYTES,
    params::Chain,
    transaction::{Transaction, id_of_bytes},
};

/// A transaction that was read, and what the node thinks of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Judged {
    bytes: Vec<u8>,
    view: TransactionView,
    /// Why the node would not take it.
    refusal: Option<String>,
}

/// The page.
#[component]
pub fn BroadcastPage() -> impl IntoView {
    let chain = use_chain();
    let text = RwSignal::new(String::new());
    let (error, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let judged = RwSignal::new(None::<Judged>);
    effect(move || {
        text.track();
        judged.set(None);
    });
    let check = move |event: ev::SubmitEvent| {
        event.prevent_default();
        judged.set(None);
        error.set(None);
        let read = chain.parameters.with_untracked(|chain| match chain {
            Some(chain) => text.with_untracked(|text| read(text, chain)),
            None => {
                Err(t!("The chain is not known yet: wait until the node is connected.").to_string())
            }
        });
        let (bytes, view) = match read {
            Ok(read) => read,
            Err(reason) => return error.set(Some(reason)),
        };
        busy.set(true);
        spawn_local(async move {
            let answer = api::check_transaction(&bytes).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(verdict) => {
                    judged.set(Some(Judged { bytes, view, refusal: refusal(&verdict) }));
                }
                Err(failure) => error.set(Some(t!("It was not judged: {error}.", error = failure))),
            }
        });
    };
    view! {
        <PageHeader
            title=t!("Broadcast a transaction")
            lead=t!("For a signed transaction that was made elsewhere. It is read in this tab and judged by the node before anything is sent.")
        />
        <Card>
            <form class="form" on:submit=handler(check)>
                <TextArea label=t!("Transaction") value=text rows=6 code=true hint=t!("Its canonical bytes in hex.")/>
                <div class="actions"><button type="submit" class="button primary" disabled=busy>{t!("Check")}</button></div>
            </form>
            <ErrorBox message=error/>
        </Card>
        <Outcome judged error busy/>
    }
}

/// What the transaction says, and *Broadcast* where the node would take it.
#[component]
fn Outcome(
    /// The transaction.
    judged: RwSignal<Option<Judged>>,
    /// Why it was not sent.
    error: RwSignal<Option<String>>,
    /// Whether the node is being asked.
    busy: RwSignal<bool>,
) -> impl IntoView {
    let router = use_router();
    let send = move |_| {
        let Some(Judged { bytes, view, .. }) = judged.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let answer = api::submit_transaction(&bytes).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(_) => router.go(&format!("/transaction/{}", view.id)),
                Err(failure) => error.set(Some(t!(
                    "The node did not take it: {error}. Nothing was paid ({code}).",
                    error = failure,
                    code = crate::format::plain(failure.code()),
                ))),
            }
        });
    };
    let outcome = move || {
        let Judged { view, refusal, .. } = judged.get()?;
        let verdict = match refusal {
            None => view! {
                <div role="status"><NoticeBox tone=Tone::Good>{t!("The node would take this transaction. Nothing was sent yet.")}</NoticeBox></div>
                <div class="actions"><button type="button" class="button primary" disabled=busy on:click=handler(send)>{t!("Broadcast")}</button></div>
            }
            .into_any(),
            Some(reason) => view! { <ErrorBox message=Some(reason)/> }.into_any(),
        };
        Some(view! { <Card heading=t!("What it says")><Said transaction=view/>{verdict}</Card> })
    };
    shown(outcome)
}

/// The transaction that a text writes.
fn read(text: &str, chain: &Chain) -> Result<(Vec<u8>, TransactionView), String> {
    let digits: String = text.split_whitespace().collect();
    if digits.is_empty() {
        return Err(t!("Paste the bytes of a transaction.").to_string());
    }
    let bytes = hex_bytes(&digits, MAX_TRANSACTION_BYTES)
        .ok_or(t!("This is not the hex of a transaction: only 0-9 and a-f, two for each byte."))?;
    let transaction: Transaction = decode(&bytes, MAX_TRANSACTION_BYTES)
        .map_err(|_| t!("These bytes are not a transaction: some are missing, or too many."))?;
    let view = TransactionView::pending(chain, &id_of_bytes(&bytes), &transaction);
    Ok((bytes, view))
}

/// Why the node would not take it; `None` when it would.
fn refusal(verdict: &CheckView) -> Option<String> {
    if verdict.accepted {
        return None;
    }
    let code = verdict.code.clone().unwrap_or_default();
    let plain = crate::format::plain(&code);
    let problem = ApiError::Problem { code, status: 422, field: None };
    Some(t!("The node would refuse it: {error} ({code}).", error = problem, code = plain))
}
