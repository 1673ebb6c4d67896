//! The strip: the next block as half a coin not yet struck, then the blocks that are.

use crate::prelude::*;
use crate::{
    components::{AmountText, RelativeTime, Skeleton},
    format,
    state::{chain::use_chain, wallet::use_wallet},
};
use shared::api::BlockView;

/// Confirmed blocks that show.
const SHOWN: usize = 8;

/// The strip. It moves with every block and so is no live region.
#[component]
pub(super) fn Strip() -> impl IntoView {
    let chain = use_chain();
    let blocks =
        move || chain.blocks.with(|blocks| blocks.iter().take(SHOWN).cloned().collect::<Vec<_>>());
    view! {
        <Show when=move || chain.blocks.with(|blocks| !blocks.is_empty()) fallback=|| view! { <Skeleton lines=4/> }>
            <div class="strip" role="region" aria-label=t!("The next and the latest blocks") tabindex="0">
                <Next/>
                <For each=blocks key=|block| block.id.clone() children=|block| view! { <Struck block/> }/>
            </div>
        </Show>
    }
}

/// The block that is not there yet.
#[component]
fn Next() -> impl IntoView {
    let chain = use_chain();
    let waiting = move || {
        chain.status.with(|status| status.as_ref().map_or(0, |status| status.mempool.count))
    };
    let fees = Signal::derive(move || {
        chain.pending.with(|pending| {
            pending.iter().fold(0_u64, |sum, transaction| sum.saturating_add(transaction.fee))
        })
    });
    let count = move || match waiting() {
        0 => t!("nothing waits").to_string(),
        many => transactions(format::wide(many)),
    };
    view! {
        <a class="strip-block next" href="/mempool">
            <span class="muted">{t!("Next")}</span>
            <strong>{move || format::count(chain.height.get().saturating_add(1))}</strong>
            <span>{move || count()}</span>
            <Show when=move || { fees.get() > 0 }><span class="muted">{t!("fees ")}<AmountText mites=fees/></span></Show>
        </a>
    }
}

/// How many transactions, in words.
fn transactions(count: u64) -> String {
    plural!(count, "1 transaction", "{number} transactions")
}

/// A block of the chain.
#[component]
fn Struck(
    /// The block.
    block: BlockView,
) -> impl IntoView {
    let (chain, wallet) = (use_chain(), use_wallet());
    let miner = block.miner.clone();
    let own = Memo::new(move || block.height > 0 && wallet.is_own(&miner));
    let id = block.id.clone();
    let is_tip =
        Memo::new(move || chain.tip.with(|tip| tip.as_ref().is_some_and(|tip| tip.id == id)));
    let count = transactions(u64::from(block.transaction_count));
    view! {
        <a class="strip-block arrived" class:tip=move || is_tip.get() class:own=move || own.get() href=format!("/block/{}", block.id)>
            <span class="muted"><RelativeTime seconds=block.timestamp/></span>
            <strong>{format::count(block.height)}</strong>
            <span>{count}</span>
            <span class="muted">{move || if own.get() { t!("mined by you").to_string() } else { format::bytes(block.size) }}</span>
        </a>
    }
}
