//! `/history`: everything that happened to the account, newest first.

mod found;
pub mod unsent;

use self::unsent::UnsentPayments;
use crate::prelude::*;
use crate::{
    browser,
    components::{
        AmountText, Card, EmptyState, Field, Glyph, LongActivityList, PageHeader, SelectField,
        Skeleton,
    },
    format, i18n,
    pages::send::status::STATES,
    state::{
        chain::{ChainState, use_chain},
        notices::use_notices,
        settings::use_settings,
        wallet::{Wallet, use_wallet},
    },
    wallet::{
        dust::TINY,
        history::{self, Row},
    },
};
use shared::api::Role;

/// The activity of the wallet.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let wallet = use_wallet();
    let kind = RwSignal::new(String::from("all"));
    let search = RwSignal::new(String::new());
    let loading = RwSignal::new(false);
    let hides_dust = use_settings().hide_dust;
    let listed = found::listed(wallet, move || role_of(&kind.get()), search, hides_dust);
    let is_filtered = Signal::derive(move || {
        kind.get() != "all" || !search.get().is_empty() || listed.dust.get() > 0
    });
    let has_older = move || wallet.activity_next.with(Option::is_some);
    let older = move |all: bool| {
        if loading.get_untracked() {
            return;
        }
        loading.set(true);
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
    let is_known = move || wallet.activity_loaded.get() && !listed.is_searching.get();
    view! {
        <PageHeader title=t!("History") lead=t!("Everything that this account received, sent and mined.") />
        <UnsentPayments all=true />
        <Card>
            <div class="history-filter">
                <Field label=t!("Search") value=search hint=t!("Names, labels, memos, amounts, addresses, ids.") />
                <SelectField label=t!("Show") value=kind options=kinds() />
            </div>
            <Dust count=listed.dust hidden=hides_dust />
            <Show when=move || listed.rows.with(|rows| !rows.is_empty())>
                <LongActivityList rows=listed.rows caption=t!("Activity, newest first") />
            </Show>
            <Show when=move || listed.rows.with(Vec::is_empty)>
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

/// How many tiny payments from strangers there are, and the choice to see them.
#[component]
fn Dust(count: RwSignal<usize>, hidden: RwSignal<bool>) -> impl IntoView {
    let text = move || {
        let count = format::wide(count.get());
        match hidden.get() {
            true => plural!(
                count,
                "1 tiny payment from a stranger is hidden.",
                "{number} tiny payments from strangers are hidden.",
            ),
            false => plural!(
                count,
                "1 tiny payment from a stranger is shown.",
                "{number} tiny payments from strangers are shown.",
            ),
        }
    };
    let word =
        move || if hidden.get() { t!("Show tiny payments") } else { t!("Hide tiny payments") };
    view! {
        <Show when=move || { count.get() > 0 }>
            <div class="dust">
                <p class="cluster">
                    <span role="status">{move || text()}</span>
                    <button type="button" class="button quiet small" on:click=handler(move |_| hidden.update(|hidden| *hidden = !*hidden))>
                        {move || word()}
                    </button>
                </p>
                <p class="field-hint measure">
                    {t!("Less than ")}<AmountText mites=TINY/>{t!(", from addresses that you never paid and have not named. Some send them so that their address is copied from here in the place of a similar one: copy addresses from your contacts, not from the history.")}
                </p>
            </div>
        </Show>
    }
}

/// All loaded rows, by what they mean. Reactive.
fn all_rows(wallet: Wallet, chain: ChainState) -> Vec<Row> {
    let own = wallet.address.get().unwrap_or_default();
    let (contacts, labels) = (wallet.contacts.get(), wallet.labels.get());
    let height = chain.height.get();
    wallet.activity.with(|entries| {
        let entries = entries.iter();
        entries.map(|entry| history::row(entry, &own, height, &contacts, &labels)).collect()
    })
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
