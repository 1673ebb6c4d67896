//! `/mempool`: what waits, in the order in which a miner would take it.

use super::paging::Pages;
use crate::prelude::*;
use crate::{
    api,
    components::{Card, EmptyState, Loaded, MempoolTable, PageHeader, Pager, Skeleton, fetched},
    format,
    state::chain::use_chain,
};
use shared::api::{FeeClass, PoolHistogram};

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
            title=t!("Open transactions").to_string()
            lead=t!("What waits at this node, in the order in which a miner would take it: the best paid first.").to_string()
        />
        <FeeRates/>
        <Histogram/>
        <Card heading=t!("Waiting") aside=|| view! { <a href="/broadcast">{t!("Broadcast a raw transaction")}</a> }>
            <Loaded value=page lines=6 let:pool>
                <p class="muted">{move || totals(pool.with(|pool| (pool.totals.count, pool.totals.bytes)))}</p>
                <Show
                    when=move || pool.with(|pool| !pool.transactions.is_empty())
                    fallback=|| view! { <EmptyState title=t!("Nothing waits")><p>{t!("What is sent now goes into the next block.")}</p></EmptyState> }
                >
                    <MempoolTable entries=Signal::derive(move || pool.with(|pool| pool.transactions.clone()))/>
                </Show>
                <Pager
                    label=t!("Waiting transactions") newer_text=t!("Sooner") older_text=t!("Later") newer=Signal::derive(move || !pages.at_start())
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
                fees.as_ref()
                    .map(|fees| t!("{count} mites per kB", count = format::count(pick(fees))))
            })
        }
    };
    view! {
        <Card class="plain" heading=t!("Fees")>
            <Show when=move || chain.fees.with(Option::is_some) fallback=|| view! { <Skeleton lines=2/> }>
                <dl class="figures">
                    <div><dt>{t!("For the next block")}</dt><dd>{rate(|fees| fees.next)}</dd></div>
                    <div><dt>{t!("Within 3 blocks")}</dt><dd>{rate(|fees| fees.within_3)}</dd></div>
                    <div><dt>{t!("Within 10 blocks")}</dt><dd>{rate(|fees| fees.within_10)}</dd></div>
                </dl>
            </Show>
        </Card>
    }
}

/// What waits, by what it pays: a table whose bars are for who sees.
#[component]
fn Histogram() -> impl IntoView {
    let chain = use_chain();
    let pool = fetched(
        || (),
        move || {
            chain.revision.track();
            chain.pool_revision.track();
        },
        |()| api::pool_histogram(),
    );
    view! {
        <Card heading=t!("By fee rate")>
            <Loaded value=pool lines=4 let:pool>
                <Show
                    when=move || pool.with(|pool| !pool.classes.is_empty())
                    fallback=|| view! { <p class="muted">{t!("No transaction waits.")}</p> }
                >
                    <table class="table" role="table">
                        <caption class="visually-hidden">{t!("Waiting transactions by fee rate")}</caption>
                        <thead role="rowgroup">
                            <tr role="row">
                                <th scope="col" role="columnheader">{t!("Mites per kB")}</th>
                                <th scope="col" role="columnheader" class="numeric">{t!("Transactions")}</th>
                                <th scope="col" role="columnheader" class="numeric">{t!("Size")}</th>
                                <th scope="col" role="columnheader" class="wide">{t!("Share of the bytes")}</th>
                            </tr>
                        </thead>
                        <tbody role="rowgroup">{move || pool.with(classes)}</tbody>
                    </table>
                </Show>
            </Loaded>
        </Card>
    }
}

/// A row for each class.
fn classes(pool: &PoolHistogram) -> AnyView {
    let all =
        pool.classes.iter().fold(0_u64, |sum, class| sum.saturating_add(format::wide(class.bytes)));
    let row = |class: &FeeClass| {
        let share = format::wide(class.bytes).saturating_mul(100) / all.max(1);
        view! {
            <tr role="row">
                <th scope="row" role="rowheader">{class_text(class.from)}</th>
                <td role="cell" data-label=t!("Transactions") class="numeric">{format::count(format::wide(class.count))}</td>
                <td role="cell" data-label=t!("Size") class="numeric">{format::bytes(class.bytes)}</td>
                <td role="cell" data-label=t!("Share of the bytes") class="wide">
                    <span class="share">
                        <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><path d=format!("M0 0H{}V1H0z", share.max(1))></path></svg>
                        {share}" %"
                    </span>
                </td>
            </tr>
        }
    };
    pool.classes.iter().map(row).collect_view().into_any()
}

/// From when on a class begins; the next one begins above it.
fn class_text(from: u64) -> String {
    match from {
        0 => t!("free").to_string(),
        from => t!("{count} and more", count = format::count(from)),
    }
}

fn totals((count, bytes): (usize, usize)) -> String {
    match count {
        0 => t!("No transaction waits.").to_string(),
        1 => t!("1 transaction waits, {size}.", size = format::bytes(bytes)),
        many => t!(
            "{count} transactions wait, {size}.",
            count = format::count(format::wide(many)),
            size = format::bytes(bytes),
        ),
    }
}
