//! `/verify`: checks a receipt in this tab, whoever made it.

pub mod check;

use super::text_or_file::TextOrFile;
use crate::prelude::*;
use crate::{
    api::ApiError,
    components::{
        AccountLink, AmountText, Badge, BlockLink, Card, Fact, Facts, Glyph, Icon, NoticeBox,
        PageHeader, Tone, TransactionLink, confirmed,
    },
    format,
    state::chain::{ChainState, use_chain},
};
use check::{Receipt, check_receipt};
use shared::{
    api::{TransactionProofView, address_of},
    hash::to_hex,
    params::Chain,
};

/// The page.
#[component]
pub fn VerifyPage() -> impl IntoView {
    let chain = use_chain();
    let receipt = RwSignal::new(None::<Receipt>);
    let check = move |text: String| {
        let outcome = chain.parameters.with_untracked(|parameters| match parameters {
            Some(parameters) => read(&text, parameters),
            None => {
                Err(t!("The chain is not known yet: wait until the node is connected.").to_string())
            }
        });
        let (found, error) = match outcome {
            Ok(found) => (Some(found), None),
            Err(reason) => (None, Some(reason)),
        };
        receipt.set(found);
        error
    };
    view! {
        <PageHeader
            title=t!("Check a receipt")
            lead=t!("A receipt shows that a payment is in the chain. It is checked here, in this tab: nobody has to be believed.")
        />
        <Card><TextOrFile label=t!("Receipt") hint=t!("Paste the text of a receipt, or choose its file.") button=t!("Check") read=check/></Card>
        {move || receipt.get().map(|receipt| view! { <Shown receipt/> })}
    }
}

/// Reads and checks a receipt.
fn read(text: &str, chain: &Chain) -> Result<Receipt, String> {
    let view: TransactionProofView =
        serde_json::from_str(text).map_err(|_| t!("This is not a receipt.").to_string())?;
    check_receipt(&view, chain)
        .map_err(|failure| t!("This receipt proves nothing: {error}.", error = failure))
}

/// What a valid receipt says.
#[component]
fn Shown(
    /// The receipt.
    receipt: Receipt,
) -> impl IntoView {
    let chain = use_chain();
    let address = |account| {
        chain.parameters.with_untracked(|parameters| {
            parameters.as_ref().map(|chain| address_of(account, chain))
        })
    };
    let payments = receipt.body.payments.iter().filter_map(|payment| {
        let address = address(&payment.recipient)?;
        Some(view! { <li class="cluster"><AmountText mites=payment.amount.mites()/>{t!(" to ")}<AccountLink address/></li> })
    });
    let memo = format::memo_text(&to_hex(&receipt.body.memo));
    let payments = payments.collect_view();
    let sender = address(&receipt.body.sender);
    view! {
        <Card heading=t!("The receipt")>
            <Verdict receipt=receipt.clone()/>
            <Facts>
                <Fact name=t!("Transaction")><TransactionLink id=receipt.transaction.to_string()/></Fact>
                {sender.map(|address| view! { <Fact name=t!("From")><AccountLink address/></Fact> })}
                <Fact name=t!("Payments")><ul role="list">{payments}</ul></Fact>
                {(!memo.is_empty()).then(|| view! { <Fact name=t!("Memo")><span class="breakable">{memo}</span></Fact> })}
                <Fact name=t!("Block")><BlockLink height=receipt.height/>{t!(" of ")}{crate::i18n::local_time(receipt.timestamp)}</Fact>
            </Facts>
        </Card>
    }
}

/// The checks that a receipt passed, and whether its tip is one that this app knows.
#[component]
pub(super) fn Verdict(
    /// The receipt.
    receipt: Receipt,
) -> impl IntoView {
    let chain = use_chain();
    let known = tip_is_known(chain, &receipt);
    let height = format::count(receipt.height);
    let below = receipt.tip_height.saturating_sub(receipt.height).saturating_add(1);
    let confirmations = confirmed(below);
    let sentence = if known {
        t!(
            "Verified in this tab: this transaction is in block {height}, with {confirmations}.",
            height = height,
            confirmations = confirmations,
        )
    } else {
        t!(
            "This transaction is in block {height} of a chain that ends with block {tip}, which this app has not seen.",
            height = height,
            tip = format::count(receipt.tip_height),
        )
    };
    let item =
        |text: String| view! { <li><Icon glyph=Glyph::Check size=16/><span>{text}</span></li> };
    let checks = [
        t!("Its id is the hash of its bytes, and its sender signed it for this chain.").to_string(),
        t!("It is under the transactions root of block {height}.", height = height),
        t!(
            "Block {height} meets its target: about {count} attempts.",
            height = height,
            count = format::count(u64::try_from(receipt.work_of_block.0).unwrap_or(u64::MAX)),
        ),
        if below == 1 {
            t!("Block {height} was the newest block.", height = height)
        } else {
            t!(
                "Block {height} is in the history of block {tip}, which meets its target too.",
                height = height,
                tip = format::count(receipt.tip_height),
            )
        },
    ];
    view! {
        <div role="status">
            <NoticeBox tone=if known { Tone::Good } else { Tone::Warn }><strong>{sentence}</strong></NoticeBox>
        </div>
        <ul class="checks" role="list">
            {checks.into_iter().map(item).collect_view()}
            {known.then(|| item(t!("That newest block is one that this app follows.").to_string()))}
        </ul>
        <Show when=move || !known><p><Badge tone=Tone::Warn>{t!("not compared")}</Badge>{t!(" The receipt may be of a branch that lost, or older than what this app remembers. Ask a node for a new one.")}</p></Show>
    }
}

/// Whether the tip of the receipt is among the blocks that the app has heard of.
fn tip_is_known(chain: ChainState, receipt: &Receipt) -> bool {
    let tip = receipt.tip.to_string();
    chain.blocks.with_untracked(|blocks| blocks.iter().any(|block| block.id == tip))
}

/// Checks the node's answer for a receipt; the text says what failed.
pub(super) fn judge(
    answer: Result<TransactionProofView, ApiError>,
    id: &str,
    chain: ChainState,
) -> Result<Receipt, String> {
    let view = answer.map_err(|failure| t!("There is no proof: {error}.", error = failure))?;
    let receipt = chain.parameters.with_untracked(|parameters| {
        let parameters =
            parameters.as_ref().ok_or_else(|| t!("The chain is not known yet.").to_string())?;
        check_receipt(&view, parameters)
            .map_err(|failure| t!("The node's proof is wrong: {error}.", error = failure))
    })?;
    if receipt.transaction.to_string() == id {
        Ok(receipt)
    } else {
        Err(t!("The node's proof is wrong: it is of another transaction.").to_string())
    }
}
