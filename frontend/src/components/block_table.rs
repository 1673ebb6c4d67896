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
                    <th scope="col" role="columnheader">"Height"</th>
                    <th scope="col" role="columnheader">"Age"</th>
                    <th scope="col" role="columnheader">"Miner"</th>
                    <th scope="col" role="columnheader" class="numeric">"Transactions"</th>
                    <th scope="col" role="columnheader" class="numeric">"Size"</th>
                    <th scope="col" role="columnheader" class="numeric">"Reward and fees"</th>
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
                <span class="cluster"><BlockLink height=block.height/><Show when=move || own.get()><Badge tone=Tone::Accent>"mined by you"</Badge></Show></span>
            </th>
            <td role="cell" data-label="Age"><RelativeTime seconds=block.timestamp/></td>
            <td role="cell" data-label="Miner">
                {if mined { view! { <AccountLink address=block.miner/> }.into_any() } else { view! { <span class="muted">"nobody"</span> }.into_any() }}
            </td>
            <td role="cell" data-label="Transactions" class="numeric">{format::count(u64::from(block.transaction_count))}</td>
            <td role="cell" data-label="Size" class="numeric">{format::bytes(block.size)}</td>
            <td role="cell" data-label="Reward and fees" class="numeric"><AmountText mites=earned/></td>
        </tr>
    }
}
