//! `/explorer`: what happens on the chain, live, and the way to everything in it.

mod search;
mod strip;

use super::charts;
use crate::prelude::*;
use crate::router::use_router;
use crate::{
    api,
    components::{
        AmountText, BlockTable, Card, EmptyState, Loaded, PageHeader, Pager, Skeleton,
        TransactionTable, fetched,
    },
    format,
    state::chain::{ChainState, use_chain},
};
use search::Search;
use strip::Strip;

/// Blocks on a page of the list.
const PAGE: usize = 20;
/// The same for heights.
const PAGE_HEIGHTS: u64 = 20;
/// Waiting transactions that show here.
const WAITING: usize = 5;

/// The page.
#[component]
pub fn ExplorerPage() -> impl IntoView {
    let chain = use_chain();
    let lead = Signal::derive(move || {
        match chain.status.with(|status| status.as_ref().map(|status| status.name.clone())) {
            Some(name) => t!("Everything that happens on {name}, as it happens.", name = name),
            None => String::new(),
        }
    });
    view! {
        <PageHeader title=t!("Explorer") lead>
            <a class="button small" href="/charts">{t!("Charts")}</a>
            <a class="button small" href="/forks">{t!("Forks")}</a>
            <a class="button small" href="/broadcast">{t!("Broadcast")}</a>
            <a class="button small" href="/verify">{t!("Check a receipt")}</a>
            <a class="button small" href="/shared">{t!("Shared accounts")}</a>
        </PageHeader>
        <Search/>
        <Strip/>
        <Figures chain/>
        {charts::latest()}
        <Waiting chain/>
        <Blocks chain/>
    }
}

/// The chain in numbers.
#[component]
fn Figures(
    /// The chain.
    chain: ChainState,
) -> impl IntoView {
    let of_status = move |pick: fn(&shared::api::StatusView) -> String| {
        move || chain.status.with(|status| status.as_ref().map(pick))
    };
    let supply = Signal::derive(move || {
        chain.status.with(|status| status.as_ref().map_or(0, |status| status.supply))
    });
    view! {
        <Card class="plain">
            <Show when=move || chain.status.with(Option::is_some) fallback=|| view! { <Skeleton lines=2/> }>
                <dl class="figures">
                    <div><dt>{t!("Height")}</dt><dd>{move || format::count(chain.height.get())}</dd></div>
                    <div><dt>{t!("Supply")}</dt><dd><AmountText mites=supply/></dd></div>
                    <div><dt>{t!("Difficulty")}</dt><dd>{of_status(|status| format::count(status.difficulty))}</dd></div>
                    <div><dt>{t!("Hash rate")}</dt><dd>{of_status(|status| hash_rate(status.hash_rate))}</dd></div>
                </dl>
            </Show>
        </Card>
    }
}

/// A hash rate from the node, which counts in whole attempts.
fn hash_rate(attempts_per_second: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    format::hash_rate(attempts_per_second as f64)
}

/// What waits, in short.
#[component]
fn Waiting(
    /// The chain.
    chain: ChainState,
) -> impl IntoView {
    let count = move || {
        chain.status.with(|status| status.as_ref().map_or(0, |status| status.mempool.count))
    };
    let first = Memo::new(move || {
        chain.pending.with(|pending| pending.iter().take(WAITING).cloned().collect::<Vec<_>>())
    });
    let aside = move || view! { <a href="/mempool">{t!("All that wait")}{move || format!(" ({})", format::count(u64::try_from(count()).unwrap_or(u64::MAX)))}</a> };
    view! {
        <Card heading=t!("Open transactions") aside>
            <Show
                when=move || first.with(|first| !first.is_empty())
                fallback=|| view! { <p class="muted">{t!("No transaction waits. What is sent now goes into the next block.")}</p> }
            >
                <TransactionTable transactions=first caption=t!("Open transactions, newest first")/>
            </Show>
        </Card>
    }
}

/// The list of blocks: the newest are live, older ones are asked for.
#[component]
fn Blocks(
    /// The chain.
    chain: ChainState,
) -> impl IntoView {
    let router = use_router();
    let before = router.query("before");
    let before = Memo::new(move || before.get().and_then(|before| before.parse::<u64>().ok()));
    let go = Callback::new(move |before: Option<u64>| {
        let path = before
            .map_or_else(|| "/explorer".to_string(), |before| format!("/explorer?before={before}"));
        router.go_in_place(&path);
    });
    let live = Signal::derive(move || {
        chain.blocks.with(|blocks| blocks.iter().take(PAGE).cloned().collect::<Vec<_>>())
    });
    let lowest_live = move || live.with(|blocks| blocks.last().map_or(0, |block| block.height));
    let content = move || {
        match before.get() {
        None => view! {
            <Show when=move || live.with(|blocks| !blocks.is_empty()) fallback=|| view! { <Skeleton lines=8/> }>
                <BlockTable blocks=live caption=t!("Latest blocks, newest first")/>
            </Show>
            <Pager
                label=t!("Blocks") newer=false older=Signal::derive(move || lowest_live() > 0)
                on_newer=|()| () on_older=move |()| go.run(Some(lowest_live()))
            />
        }
        .into_any(),
        Some(before) => view! { <OlderBlocks before go/> }.into_any(),
    }
    };
    view! { <Card heading=t!("Blocks")>{move || content()}</Card> }
}

/// The page of blocks below a height.
#[component]
fn OlderBlocks(
    /// The height.
    before: u64,
    /// Goes to the page below another height, or to the newest.
    go: Callback<Option<u64>>,
) -> impl IntoView {
    let chain = use_chain();
    let page = fetched(move || before, || (), |before| api::blocks(Some(before), PAGE));
    let newer = move |()| {
        let above = before.saturating_add(PAGE_HEIGHTS);
        go.run((above <= chain.height.get_untracked()).then_some(above));
    };
    view! {
        <Loaded value=page lines=8 let:list>
            {move || list.with(|list| list.blocks.is_empty()).then(|| view! { <EmptyState title=t!("No blocks here")/> })}
            <BlockTable blocks=Signal::derive(move || list.with(|list| list.blocks.clone())) caption=t!("Blocks, newest first")/>
            <Pager
                label=t!("Blocks") newer=true older=Signal::derive(move || list.with(|list| list.next.is_some()))
                on_newer=newer on_older=move |()| go.run(list.with_untracked(|list| list.next))
            />
        </Loaded>
    }
}
