//! `/mempool`: what waits, in the order in which a miner would take it.

use super::paging::Pages;
use crate::prelude::*;
use crate::{
    api,
    components::{Card, EmptyState, Loaded, MempoolTable, PageHeader, Pager, Skeleton, fetched},
    format,
    state::chain::use_chain,
};

/// The page.
#[component]
pub fn MempoolPage() -> impl IntoView {
    let chain = use_chain();
    let pages = Pages::<String>::new();
    let page = fetched(
        move || pages.cursor(),
        move || {
            chain.revision.track();
            chain.pool_revision.track();
        },
        |after| async move { api::mempool(after).await },
    );
    view! {
        <PageHeader
            title="Open transactions".to_string()
            lead="What waits at this node, in the order in which a miner would take it: the best paid first.".to_string()
        />
        <FeeRates/>
        <Card heading="Waiting">
            <Loaded value=page lines=6 let:pool>
                <p class="muted">{move || totals(pool.with(|pool| (pool.totals.count, pool.totals.bytes)))}</p>
                <Show
                    when=move || pool.with(|pool| !pool.transactions.is_empty())
                    fallback=|| view! { <EmptyState title="Nothing waits"><p>"What is sent now goes into the next block."</p></EmptyState> }
                >
                    <MempoolTable entries=Signal::derive(move || pool.with(|pool| pool.transactions.clone()))/>
                </Show>
                <Pager
                    label="Waiting transactions" newer_text="Sooner" older_text="Later" newer=Signal::derive(move || !pages.at_start())
                    older=Signal::derive(move || pool.with(|pool| pool.next.is_some()))
                    on_newer=move |()| pages.back()
                    on_older=move |()| if let Some(next) = pool.with_untracked(|pool| pool.next.clone()) { pages.forward(next) }
                />
            </Loaded>
        </Card>
    }
}

/// What a place in the next blocks costs.
#[component]
fn FeeRates() -> impl IntoView {
    let chain = use_chain();
    let rate = move |pick: fn(&shared::api::FeeRates) -> u64| {
        move || {
            chain.fees.with(|fees| {
                fees.as_ref().map(|fees| format!("{} mites per kB", format::count(pick(fees))))
            })
        }
    };
    view! {
        <Card class="plain" heading="Fees">
            <Show when=move || chain.fees.with(Option::is_some) fallback=|| view! { <Skeleton lines=2/> }>
                <dl class="figures">
                    <div><dt>"For the next block"</dt><dd>{rate(|fees| fees.next)}</dd></div>
                    <div><dt>"Within 3 blocks"</dt><dd>{rate(|fees| fees.within_3)}</dd></div>
                    <div><dt>"Within 10 blocks"</dt><dd>{rate(|fees| fees.within_10)}</dd></div>
                </dl>
            </Show>
        </Card>
    }
}

fn totals((count, bytes): (usize, usize)) -> String {
    match count {
        0 => "No transaction waits.".to_string(),
        1 => format!("1 transaction waits, {}.", format::bytes(bytes)),
        many => format!(
            "{} transactions wait, {}.",
            format::count(u64::try_from(many).unwrap_or(u64::MAX)),
            format::bytes(bytes)
        ),
    }
}
