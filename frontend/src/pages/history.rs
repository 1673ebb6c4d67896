//! `/history`: everything that happened to the account, newest first.

pub mod unsent;

use self::unsent::UnsentPayments;
use crate::prelude::*;
use crate::{
    browser,
    components::{ActivityList, Card, EmptyState, Field, Glyph, PageHeader, SelectField, Skeleton},
    i18n,
    pages::send::status::STATES,
    state::{
        chain::{ChainState, use_chain},
        notices::use_notices,
        wallet::{Wallet, use_wallet},
    },
    wallet::history::{self, Row},
};
use shared::api::{ActivityRow, Role};

/// Rows that are drawn at once.
const CHUNK: usize = 50;
/// Pixels below the window from which on more are drawn: what people scroll through meanwhile.
const NEAR: f64 = 3_000.0;

/// The activity of the wallet.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let (wallet, chain) = (use_wallet(), use_chain());
    let kind = RwSignal::new(String::from("all"));
    let search = RwSignal::new(String::new());
    let loading = RwSignal::new(false);
    let is_filtered = Signal::derive(move || kind.get() != "all" || !search.get().is_empty());
    let (rows, drawn) = rows_to_draw(wallet, chain, kind, search, is_filtered);
    let has_older = move || wallet.activity_next.with(Option::is_some);
    let older = move |all: bool| {
        if loading.get_untracked() {
            return;
        }
        loading.set(true);
        drawn.update(|drawn| *drawn += CHUNK);
        spawn_local(async move {
            if all {
                load_all(wallet).await
            } else {
                wallet.load_older().await
            }
            loading.try_set(false);
        });
    };
    let button = move |name: &'static str, all: bool| {
        view! {
            <button
                type="button"
                class="button"
                aria-disabled=move || loading.get().to_string()
                on:click=handler(move |_| older(all))
            >
                {name}
            </button>
        }
    };
    let is_known = move || wallet.activity_loaded.get();
    view! {
        <PageHeader title=t!("History") lead=t!("Everything that this account received, sent and mined.") />
        <UnsentPayments all=true />
        <Card>
            <div class="history-filter">
                <Field label=t!("Search") value=search hint=t!("Names, labels, memos, amounts, addresses, ids.") />
                <SelectField label=t!("Show") value=kind options=kinds() />
            </div>
            <Show when=move || rows.with(|rows| !rows.is_empty())>
                <div class="history">
                    <ActivityList rows caption=t!("Activity, newest first") labels=true />
                </div>
            </Show>
            <Show when=move || rows.with(Vec::is_empty)>
                <Show when=is_known fallback=|| view! { <Skeleton /> }>
                    <Nothing is_filtered has_older=Signal::derive(has_older) />
                </Show>
            </Show>
            <Show when=has_older>
                <div class="actions">
                    {button(t!("Older"), false)} {button(t!("Load everything"), true)}
                    <span role="status" class="muted">
                        {move || loading.get().then_some(t!("Loading…"))}
                    </span>
                </div>
            </Show>
        </Card>
        <Export />
        <Meanings />
    }
}

/// How many rows are drawn: more as their end comes near. Thousands at once would stop the page for seconds.
fn drawn_rows(wallet: Wallet) -> RwSignal<usize> {
    let drawn = RwSignal::new(CHUNK);
    let more = window_event_listener(leptos::ev::scroll, move |_| {
        let all = wallet.activity.with_untracked(Vec::len);
        if browser::below() < NEAR && drawn.get_untracked() < all {
            drawn.update(|drawn| *drawn += CHUNK);
        }
    });
    on_cleanup(move || more.remove());
    drawn
}

/// The rows that are drawn, of those that are looked for, and how many they are at most.
fn rows_to_draw(
    wallet: Wallet,
    chain: ChainState,
    kind: RwSignal<String>,
    search: RwSignal<String>,
    is_filtered: Signal<bool>,
) -> (Signal<Vec<ActivityRow>>, RwSignal<usize>) {
    let drawn = drawn_rows(wallet);
    effect(move || {
        kind.track();
        search.track();
        drawn.set(CHUNK);
    });
    let found = found_rows(wallet, chain, kind, search);
    let rows = Signal::derive(move || {
        let drawn = drawn.get();
        wallet.activity.with(|rows| match is_filtered.get() {
            false => rows.iter().take(drawn).cloned().collect::<Vec<_>>(),
            true => found.with(|found| {
                found.iter().take(drawn).filter_map(|index| rows.get(*index).cloned()).collect()
            }),
        })
    });
    (rows, drawn)
}

/// Where the rows that are looked for stand among all. Read it only then: it reads all.
fn found_rows(
    wallet: Wallet,
    chain: ChainState,
    kind: RwSignal<String>,
    search: RwSignal<String>,
) -> Memo<Vec<usize>> {
    Memo::new(move || {
        let role = role_of(&kind.get());
        let search = search.get().to_lowercase();
        let is_found = |(activity, row): &(ActivityRow, Row)| {
            role.is_none_or(|role| role == activity.role) && (search.is_empty() || row.has(&search))
        };
        let rows = all_rows(wallet, chain);
        let found = rows.iter().enumerate().filter(|(_, row)| is_found(row));
        found.map(|(index, _)| index).collect()
    })
}

/// All loaded rows, with what they mean. Reactive.
fn all_rows(wallet: Wallet, chain: ChainState) -> Vec<(ActivityRow, Row)> {
    let own = wallet.address.get().unwrap_or_default();
    let (contacts, labels) = (wallet.contacts.get(), wallet.labels.get());
    let height = chain.height.get();
    let row = |activity: &ActivityRow| history::row(activity, &own, height, &contacts, &labels);
    wallet.activity.with(|rows| rows.iter().map(|it| (it.clone(), row(it))).collect())
}

/// Loads all older rows, or those up to a fault.
async fn load_all(wallet: Wallet) {
    while let Some(next) = wallet.activity_next.get_untracked() {
        wallet.load_older().await;
        if wallet.activity_next.get_untracked().as_ref() == Some(&next) {
            return;
        }
    }
}

/// The whole history as a file.
#[component]
fn Export() -> impl IntoView {
    let (wallet, chain, notices) = (use_wallet(), use_chain(), use_notices());
    let busy = RwSignal::new(false);
    let export = move |kind: &'static str, write: fn(&[Row], &str) -> String| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let ticker = chain.ticker.get_untracked();
        spawn_local(async move {
            load_all(wallet).await;
            let rows = untrack(|| all_rows(wallet, chain));
            let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
            let text = write(&rows, &ticker);
            let is_whole = wallet.activity_next.get_untracked().is_none();
            let media_type = if kind == "csv" { "text/csv" } else { "application/json" };
            match browser::download(&format!("halfpenny-history.{kind}"), media_type, &text) {
                true if is_whole => {
                    notices.status(t!("{count} rows are being saved.", count = rows.len()));
                }
                true => notices.alert(
                    t!("The file being saved is not the whole history: older rows could not be loaded. \
                     Try again when the node answers."),
                ),
                false => notices.alert(t!("This browser did not save the file.")),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Card heading=t!("Take it along")>
            <p class="measure">{t!("All rows, older ones as well, with names and labels.")}</p>
            <div class="actions">
                <button type="button" class="button" on:click=handler(move |_| export("csv", history::csv))>
                    {t!("Export CSV")}
                </button>
                <button type="button" class="button" on:click=handler(move |_| export("json", history::json))>
                    {t!("Export JSON")}
                </button>
            </div>
        </Card>
    }
}

/// Every state, explained.
#[component]
fn Meanings() -> impl IntoView {
    let row = |(word, text): &(&'static str, &'static str)| {
        view! { <div class="fact"><dt>{i18n::text(word)}</dt><dd>{i18n::text(text)}</dd></div> }
    };
    view! {
        <details>
            <summary>{t!("What the states mean")}</summary>
            <dl class="facts">{STATES.iter().map(row).collect_view()}</dl>
        </details>
    }
}

/// What stands where rows would.
#[component]
fn Nothing(is_filtered: Signal<bool>, has_older: Signal<bool>) -> impl IntoView {
    shown(move || match (is_filtered.get(), has_older.get()) {
        (true, true) => {
            view! { <p>{t!("Nothing of this kind among the rows loaded so far.")}</p> }.into_any()
        }
        (true, false) => view! { <p>{t!("Nothing of this kind yet.")}</p> }.into_any(),
        (false, _) => view! {
            <EmptyState title=t!("Nothing has happened yet") glyph=Glyph::History>
                <p>{t!("Coins that you receive, send or mine are listed here.")}</p>
                <div class="actions">
                    <a href="/receive" class="button">{t!("Receive")}</a>
                    <a href="/mine" class="button">{t!("Mine")}</a>
                </div>
            </EmptyState>
        }
        .into_any(),
    })
}

fn kinds() -> Vec<(String, String)> {
    [
        ("all", t!("Everything")),
        ("received", t!("Received")),
        ("sent", t!("Sent")),
        ("mined", t!("Mined")),
    ]
    .map(|(value, text)| (value.to_owned(), text.to_owned()))
    .into()
}

/// The role that a choice stands for; `None`: every role.
fn role_of(kind: &str) -> Option<Role> {
    match kind {
        "received" => Some(Role::Received),
        "sent" => Some(Role::Sent),
        "mined" => Some(Role::Mined),
        _ => None,
    }
}
