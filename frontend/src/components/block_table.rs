//! A table of blocks; on narrow screens each is a card.

use super::{AccountLink, AmountText, Badge, BlockLink, RelativeTime, Tone};
use crate::prelude::*;
use crate::{format, state::wallet::use_wallet};
use shared::api::BlockView;

/// Blocks in the order given, the person's own marked.
#[component]
pub fn BlockTable(
    /// The blocks.
    #[prop(into)]
    blocks: Signal<Vec<BlockView>>,
    /// What the table shows, for who listens.
    #[prop(into)]
    caption: String,
) -> impl IntoView {
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">{caption}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th scope="col" role="columnheader">{t!("Height")}</th>
                    <th scope="col" role="columnheader">{t!("Age")}</th>
                    <th scope="col" role="columnheader">{t!("Miner")}</th>
                    <th scope="col" role="columnheader" class="numeric">{t!("Transactions")}</th>
                    <th scope="col" role="columnheader" class="numeric">{t!("Size")}</th>
                    <th scope="col" role="columnheader" class="numeric">{t!("Reward and fees")}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For each=move || blocks.get() key=|block| block.id.clone() children=|block| view! { <BlockRow block/> }/>
            </tbody>
        </table>
    }
}

/// One block.
#[component]
fn BlockRow(
    /// The block.
    block: BlockView,
) -> impl IntoView {
    let wallet = use_wallet();
    let miner = block.miner.clone();
    // Genesis pays nobody.
    let mined = block.height > 0;
    let own = Memo::new(move || mined && wallet.is_own(&miner));
    let earned = block.reward.saturating_add(block.fees);
    view! {
        <tr role="row" class:own=move || own.get() title=block.id.clone()>
            <th scope="row" role="rowheader">
                <span class="cluster"><BlockLink height=block.height/><Show when=move || own.get()><Badge tone=Tone::Accent>{t!("mined by you")}</Badge></Show></span>
            </th>
            <td role="cell" data-label=t!("Age")><RelativeTime seconds=block.timestamp/></td>
            <td role="cell" data-label=t!("Miner")>
                {if mined { view! { <AccountLink address=block.miner/> }.into_any() } else { view! { <span class="muted">{t!("nobody")}</span> }.into_any() }}
            </td>
            <td role="cell" data-label=t!("Transactions") class="numeric">{format::count(u64::from(block.transaction_count))}</td>
            <td role="cell" data-label=t!("Size") class="numeric">{format::bytes(block.size)}</td>
            <td role="cell" data-label=t!("Reward and fees") class="numeric"><AmountText mites=earned/></td>
        </tr>
    }
}
