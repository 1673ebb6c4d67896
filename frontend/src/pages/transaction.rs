//! `/transaction/{id}`: where a transaction stands, what it says, and the proof that it is in the chain.

use super::{
    not_here::NotHere,
    raw::Raw,
    verify::{Verdict, check::Receipt, judge},
};
use crate::prelude::*;
use crate::{
    api, browser,
    components::{
        AccountLink, AmountText, Badge, BlockLink, Card, CopyIcon, ErrorBox, Fact, Facts, HashText,
        Loaded, PageHeader, RelativeTime, StatusBadge, Tone, fee_rate, fetched, paid, touches,
    },
    format,
    state::{chain::use_chain, wallet::use_wallet},
};
use shared::{
    api::{PoolPlace, TransactionStatus, TransactionView},
    hash::Hash,
};

/// The page.
#[component]
pub fn TransactionPage(
    /// The id, as the address of the page has it.
    id: String,
) -> impl IntoView {
    let content = if Hash::parse(&id).is_some() {
        view! { <Named id/> }.into_any()
    } else {
        view! { <NotHere title=t!("This is not a transaction") reason=t!("A transaction is named by its id: 64 characters of 0-9 and a-f.")/> }.into_any()
    };
    view! { <PageHeader title=t!("Transaction")/>{content} }
}

/// The transaction with this id.
#[component]
fn Named(
    /// The id.
    id: String,
) -> impl IntoView {
    let chain = use_chain();
    let transaction = fetched(
        move || id.clone(),
        move || {
            chain.revision.track();
            chain.pool_revision.track();
        },
        |id| async move { api::transaction(&id).await },
    );
    let unknown = || {
        view! {
            <NotHere
                title=t!("No such transaction")
                reason=t!("This node knows no transaction with this id. It may be on another chain, or it left the pool too long ago to be remembered.")
            />
        }
    };
    view! { <Loaded value=transaction lines=8 missing=unknown let:transaction><Content transaction/></Loaded> }
}

/// The transaction.
#[component]
fn Content(
    /// The transaction.
    transaction: Signal<TransactionView>,
) -> impl IntoView {
    let (chain, wallet) = (use_chain(), use_wallet());
    let status = Memo::new(move || transaction.with(|transaction| transaction.status));
    let height = Memo::new(move || transaction.with(|transaction| transaction.height));
    let confirmations =
        Signal::derive(move || height.get().map_or(0, |height| chain.confirmations_of(height)));
    let own = Memo::new(move || transaction.with(|transaction| touches(&wallet, transaction)));
    let sentence =
        move || transaction.with(|transaction| status_sentence(transaction, chain.height.get()));
    // What was signed never changes; where it stands does.
    let fixed = Memo::new(move || {
        transaction.with(|transaction| TransactionView { confirmations: 0, ..transaction.clone() })
    });
    let id = Memo::new(move || transaction.with(|transaction| transaction.id.clone()));
    view! {
        <Card>
            <div class="cluster">
                <StatusBadge status confirmations/>
                <Show when=move || own.get()><Badge tone=Tone::Accent>{t!("yours")}</Badge></Show>
            </div>
            <p>{sentence}</p>
            <Show when=move || status.get() == TransactionStatus::Pending>{move || view! { <Turn id=id.get()/> }}</Show>
            {move || fixed.with(|transaction| view! { <Said transaction=transaction.clone()/> })}
        </Card>
        <Show when=move || status.get() == TransactionStatus::Confirmed>
            {move || view! { <Proof id=id.get()/> }}
        </Show>
        {move || {
            let id = id.get();
            view! { <Raw what=t!("transaction") path=format!("/transactions/{id}")/> }
        }}
    }
}

/// Where it stands among what waits.
#[component]
fn Turn(
    /// The id.
    id: String,
) -> impl IntoView {
    let chain = use_chain();
    let place = fetched(
        move || id.clone(),
        move || {
            chain.revision.track();
            chain.pool_revision.track();
        },
        |id| async move { api::pool_place(&id).await },
    );
    let text = move || place.with(|place| place.as_ref()?.as_ref().ok().and_then(turn_text));
    shown(move || text().map(|text| view! { <p><a href="/mempool">{text}</a></p> }))
}

/// A place in the queue in words.
fn turn_text(place: &PoolPlace) -> Option<String> {
    let (position, blocks) = place.position.zip(place.blocks)?;
    let turn = match blocks {
        0 | 1 => t!("expected in the next block").to_string(),
        2..=10 => t!("expected in about {blocks} blocks", blocks = blocks),
        _ => t!("more than 10 blocks away").to_string(),
    };
    let count = u64::try_from(place.count).unwrap_or(u64::MAX);
    Some(t!(
        "Number {position} of {count} that wait: {turn}.",
        position = format::count(position),
        count = format::count(count),
        turn = turn,
    ))
}

/// All that the transaction says.
#[component]
pub(super) fn Said(
    /// The transaction.
    transaction: TransactionView,
) -> impl IntoView {
    let (total, rate) = (paid(&transaction), fee_rate(&transaction));
    let memo = (!transaction.memo.is_empty()).then(|| memo_view(&transaction.memo));
    let payment = |payment: shared::api::PaymentView| {
        view! { <li class="cluster"><AccountLink address=payment.recipient/><strong><AmountText mites=payment.amount/></strong></li> }
    };
    let many = transaction.payments.len() > 1;
    let id = transaction.id.clone();
    view! {
        <Facts>
            <Fact name=t!("Id")><span class="with-copy"><code class="breakable">{transaction.id}</code><CopyIcon text=id what=t!("transaction id")/></span></Fact>
            {transaction.block.zip(transaction.height).map(|(block, height)| {
                let href = format!("/block/{block}");
                view! { <Fact name=t!("Block")><BlockLink height/>" "<HashText id=block href=href/></Fact> }
            })}
            {transaction.timestamp.map(|seconds| {
                view! { <Fact name=t!("Confirmed")>{crate::i18n::local_time(seconds)}" ("<RelativeTime seconds/>")"</Fact> }
            })}
            <Fact name=t!("From")><AccountLink address=transaction.sender/></Fact>
            <Fact name=if many { t!("Payments") } else { t!("To") }><ul class="stack tight" role="list">{transaction.payments.into_iter().map(payment).collect_view()}</ul></Fact>
            {many.then(|| view! { <Fact name=t!("Paid in all")><strong><AmountText mites=total/></strong></Fact> })}
            <Fact name=t!("Fee")><AmountText mites=transaction.fee/>" "<span class="muted">{rate}</span></Fact>
            {memo.map(|memo| view! { <Fact name=t!("Memo")>{memo}</Fact> })}
            <Fact name=t!("Sender's payment number")>{format::count(transaction.nonce)}</Fact>
            <Fact name=t!("Valid until block")>{format::count(transaction.expires_at)}</Fact>
            <Fact name=t!("Size")>{format::bytes(transaction.size)}</Fact>
        </Facts>
    }
}

/// A memo as text if it is text, as hex if not.
fn memo_view(hex: &str) -> AnyView {
    let text = format::memo_text(hex);
    if text.contains('\u{fffd}') {
        let hex = hex.to_string();
        view! { <code class="breakable">{hex}</code>" "<span class="muted small">{t!("(not text, shown as hex)")}</span> }.into_any()
    } else {
        view! { <span class="breakable">{text}</span> }.into_any()
    }
}

/// Where it stands, and what can be done.
fn status_sentence(transaction: &TransactionView, height: u64) -> String {
    let reason = transaction.reason.as_deref().and_then(api::text_of_code);
    let because = reason.map(|reason| t!(" Why: {error}.", error = reason)).unwrap_or_default();
    match transaction.status {
        TransactionStatus::Pending => {
            let left = transaction.expires_at.saturating_sub(height);
            t!(
                "It waits for a miner to take it into a block. If none does within {count} blocks it expires, and nothing is paid.",
                count = format::count(left),
            )
        }
        TransactionStatus::Confirmed => t!("It is in the chain.").to_string(),
        TransactionStatus::Expired => {
            t!("No block took it in time. Nothing was paid; the coins are still the sender's.")
                .to_string()
        }
        TransactionStatus::Replaced => t!(
            "The sender sent another transaction in its place. This one pays nothing.{because}",
            because = because,
        ),
        TransactionStatus::Dropped => t!(
            "It left the pool of this node and pays nothing unless it is sent again.{because}",
            because = because,
        ),
    }
}

/// The proof, once it is asked for.
#[component]
fn Proof(
    /// Id of the transaction.
    id: String,
) -> impl IntoView {
    let chain = use_chain();
    let (busy, outcome) = (RwSignal::new(false), RwSignal::new(None::<Result<Receipt, String>>));
    let name = format!("receipt-{}.json", id.get(..16).unwrap_or("halfpenny"));
    let asked = id.clone();
    let verify = move |_| {
        let id = asked.clone();
        busy.set(true);
        spawn_local(async move {
            let verdict = judge(api::transaction_proof(&id).await, &id, chain);
            if busy.try_set(false).is_none() {
                outcome.set(Some(verdict));
            }
        });
    };
    let error = RwSignal::new(None::<String>);
    let save = move |_| {
        let (id, name) = (id.clone(), name.clone());
        spawn_local(async move {
            let text =
                api::transaction_proof(&id).await.map(|proof| serde_json::to_string_pretty(&proof));
            let done = match text {
                Ok(Ok(text)) if browser::download(&name, "application/json", &text) => None,
                Ok(_) => Some(t!("The file could not be made.").to_string()),
                Err(failure) => Some(failure.to_string()),
            };
            error.try_set(done);
        });
    };
    let result = move || {
        outcome.get().map(|outcome| match outcome {
            Ok(receipt) => view! { <Verdict receipt/> }.into_any(),
            Err(reason) => view! { <ErrorBox message=Some(reason)/> }.into_any(),
        })
    };
    view! {
        <Card heading=t!("Proof")>
            <p class="muted">{t!("This tab can check by itself that the transaction is in the chain, from its bytes up to the newest block.")}</p>
            <div class="actions">
                <button type="button" class="button" disabled=busy on:click=handler(verify)>{t!("Verify in this tab")}</button>
                <button type="button" class="button quiet" on:click=handler(save)>{t!("Save the receipt")}</button>
                <a class="button quiet" href="/verify">{t!("Check a receipt")}</a>
            </div>
            {move || result()}
            <ErrorBox message=error/>
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_queue_is_told_only_where_there_is_one() {
        let place = |position, blocks| PoolPlace { position, blocks, count: 9 };
        let text = |blocks| turn_text(&place(Some(3), Some(blocks))).unwrap();
        assert_eq!(text(1), "Number 3 of 9 that wait: expected in the next block.");
        assert!(text(4).ends_with("in about 4 blocks."));
        assert!(text(11).ends_with("more than 10 blocks away."));
        assert_eq!(turn_text(&place(None, None)), None);
    }
}
