//! The strip: the blocks that miners would make of what waits, the next one as half a coin not yet struck,
//! then the blocks that are.

use crate::prelude::*;
use crate::{
    api,
    components::{AmountText, RelativeTime, Skeleton, fetched},
    format,
    state::{chain::use_chain, wallet::use_wallet},
};
use shared::api::{BlockView, ProjectedBlock, ProjectedBlocks};

/// Confirmed blocks that show.
const SHOWN: usize = 8;

/// The strip. It moves with every block and so is no live region.
#[component]
pub(super) fn Strip() -> impl IntoView {
    let chain = use_chain();
    let blocks =
        move || chain.blocks.with(|blocks| blocks.iter().take(SHOWN).cloned().collect::<Vec<_>>());
    let answer = fetched(
        || (),
        move || {
            chain.revision.track();
            chain.pool_revision.track();
        },
        |()| api::projected_blocks(),
    );
    let projected = Memo::new(move || {
        answer.with(|answer| answer.as_ref().and_then(|it| it.as_ref().ok().cloned()))
    });
    let has_third = Memo::new(move || projected.with(|it| projected_at(it, 2).transactions > 0));
    // The second block shows in any case, so that nothing moves when the first is full.
    view! {
        <Show when=move || chain.blocks.with(|blocks| !blocks.is_empty()) fallback=|| view! { <Skeleton lines=4/> }>
            <div class="strip" role="region" aria-label=t!("The next and the latest blocks") tabindex="0">
                <Show when=move || has_third.get()><Upcoming projected ahead=2 class="strip-block later third"/></Show>
                <Upcoming projected ahead=1 class="strip-block later"/>
                <Upcoming projected ahead=0 class="strip-block next"/>
                <For each=blocks key=|block| block.id.clone() children=|block| view! { <Struck block/> }/>
            </div>
        </Show>
    }
}

/// The block that comes after `ahead` others; an empty one when nothing is left for it.
fn projected_at(projected: &Option<ProjectedBlocks>, ahead: usize) -> ProjectedBlock {
    let blocks = projected.as_ref().map(|projected| &projected.blocks);
    blocks.and_then(|blocks| blocks.get(ahead)).copied().unwrap_or_default()
}

/// A block that is not there yet.
#[component]
fn Upcoming(
    /// What the node expects; `None` until it has said so.
    projected: Memo<Option<ProjectedBlocks>>,
    /// How many blocks come before it.
    ahead: usize,
    /// Classes.
    class: &'static str,
) -> impl IntoView {
    let chain = use_chain();
    let block = Memo::new(move || projected.with(|projected| projected_at(projected, ahead)));
    let fees = Signal::derive(move || block.get().fees);
    let after = format::wide(ahead).saturating_add(1);
    let height = move || format::count(chain.height.get().saturating_add(after));
    let when = if ahead == 0 {
        t!("Next").to_string()
    } else {
        t!("In {number} blocks", number = format::count(after))
    };
    let count = move || match (projected.with(Option::is_some), block.get().transactions) {
        (false, _) => String::new(),
        (true, 0) => t!("nothing waits").to_string(),
        (true, many) => transactions(format::wide(many)),
    };
    view! {
        <a class=class href="/mempool">
            <span class="muted">{when}</span>
            <strong>{height}</strong>
            <span>{count}</span>
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
