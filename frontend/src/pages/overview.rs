//! `/`: what there is, what waits, what happened last, and the three things to do next.

mod faucet;

use self::faucet::Faucet;
use super::{BackupBanner, backup::BackupBadge, history::unsent::UnsentPayments};
use crate::prelude::*;
use crate::{
    components::{
        ActivityList, AddressText, AmountText, Badge, Card, CopyButton, DustMarks, EmptyState,
        Glyph, HeroMark, Icon, PageHeader, SelectField, Sign, Skeleton, Tone,
    },
    format,
    state::{
        chain::{Connection, use_chain},
        settings::use_settings,
        wallet::{Balance, Proven, use_wallet},
    },
    wallet::{
        dust::{Known, tiny_from},
        history::id_of,
    },
};
use shared::api::ActivityRow;

/// Rows of the overview's activity.
const RECENT: usize = 5;

/// The first page of somebody who has a wallet.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let wallet = use_wallet();
    let address = Signal::derive(move || wallet.address.get().unwrap_or_default());
    view! {
        <PageHeader title=t!("Overview")>
            <BackupBadge />
            <SyncPill />
        </PageHeader>
        <BackupBanner />
        <UnsentPayments />
        <div class="columns">
            <div class="stack loose">
                <BalanceCard />
                <Recent />
            </div>
            <Card heading=t!("Receive here")>
                <ChooseAccount />
                <AddressText address label=t!("Your address") />
                <div class="actions">
                    <CopyButton text=address label=t!("Copy address") />
                </div>
                <Faucet />
            </Card>
        </div>
    }
}

/// Which of several accounts is shown.
#[component]
fn ChooseAccount() -> impl IntoView {
    let wallet = use_wallet();
    let chosen = RwSignal::new(wallet.address.get_untracked().unwrap_or_default());
    effect(move || chosen.with(|address| wallet.show_account(address)));
    effect(move || chosen.set(wallet.address.get().unwrap_or_default()));
    let accounts = Signal::derive(move || wallet.accounts());
    view! {
        <Show when=move || accounts.with(|all| all.len() > 1)>
            <SelectField label=t!("Account") value=chosen options=accounts />
        </Show>
    }
}

/// The balance, what is on its way, and the ways on.
#[component]
fn BalanceCard() -> impl IntoView {
    let (wallet, settings) = (use_wallet(), use_settings());
    let hidden = settings.hide_balance;
    let pending = Memo::new(move || wallet.balance.get().filter(|_| !hidden.get()));
    view! {
        <Card class="hero">
            <HeroMark />
            <div class="cluster between">
                <h2 class="small muted">{t!("Balance")}</h2>
                <button
                    type="button"
                    class="button quiet small"
                    aria-pressed=move || hidden.get().to_string()
                    on:click=handler(move |_| hidden.update(|hidden| *hidden = !*hidden))
                >
                    {t!("Hide balance")}
                </button>
            </div>
            <BalanceFigure />
            {move || pending.get().map(|balance| view! { <OnTheWay balance /> })}
            <Verified />
            <div class="actions">
                <a href="/send" class="button primary">{t!("Send")}</a>
                <a href="/receive" class="button">{t!("Receive")}</a>
                <a href="/mine" class="button">{t!("Mine")}</a>
            </div>
        </Card>
    }
}

/// The number itself: what the newest block says, without what waits.
#[component]
fn BalanceFigure() -> impl IntoView {
    let (wallet, chain, settings) = (use_wallet(), use_chain(), use_settings());
    let text = Memo::new(move || {
        if settings.hide_balance.get() {
            return String::from("•••••");
        }
        match wallet.balance.get() {
            Some(balance) => {
                format::amount(balance.confirmed, settings.unit.get(), &chain.ticker.get())
            }
            None => String::from("…"),
        }
    });
    view! {
        <output class="figure" aria-label=t!("Balance")>
            {text}
        </output>
    }
}

/// What the pool would change.
#[component]
fn OnTheWay(balance: Balance) -> impl IntoView {
    let part = |mites: u64, sign: Sign, what: &'static str| {
        (mites > 0).then(|| {
            view! {
                <span>
                    <AmountText mites sign /> " " <span class="muted">{what}</span>
                </span>
            }
        })
    };
    view! {
        <p class="cluster">
            {part(balance.incoming, Sign::In, t!("pending in"))}
            {part(balance.outgoing, Sign::Out, t!("pending out"))}
            {(balance.outgoing > 0)
                .then(|| {
                    view! {
                        <span>
                            <span class="muted">{t!("available ")}</span>
                            <AmountText mites=balance.available />
                        </span>
                    }
                })}
        </p>
    }
}

/// Whether the balance was checked against the newest block.
#[component]
fn Verified() -> impl IntoView {
    let wallet = use_wallet();
    shown(move || {
        match wallet.proven.get() {
        Proven::Unknown => ().into_any(),
        Proven::Proven { height } => view! {
            <p class="cluster small verified">
                <Icon glyph=Glyph::Check />
                <span>{t!("Verified in block {height}", height = format::count(height))}</span>
            </p>
        }
        .into_any(),
        Proven::Wrong => view! {
            <p role="alert" class="box bad">
                <Icon glyph=Glyph::Warn />
                <span>
                    {t!("The node's proof does not fit its newest block, so this balance is only what the node claims. Ask another node before you rely on it.")}
                </span>
            </p>
        }
        .into_any(),
    }
    })
}

/// The last few rows of the activity.
#[component]
fn Recent() -> impl IntoView {
    let (wallet, settings) = (use_wallet(), use_settings());
    let marks = DustMarks::provide();
    let rows = Signal::derive(move || {
        let (said, hides_dust) = (wallet.said(), settings.hide_dust.get());
        wallet.activity.with(|rows| {
            let has_tiny = rows.iter().any(|row| tiny_from(row).is_some());
            let rows = || rows.iter().map(|row| &**row);
            let known = if has_tiny { Known::of(rows()) } else { Known::default() };
            let is_dust = |row: &&ActivityRow| known.is_dust(row, &said);
            marks.set(rows().filter(is_dust).map(|row| id_of(row).to_string()).collect());
            let shown = rows().filter(|row| !(hides_dust && is_dust(row)));
            shown.take(RECENT).cloned().collect::<Vec<_>>()
        })
    });
    let is_empty = Memo::new(move || rows.with(Vec::is_empty));
    let is_known = Memo::new(move || wallet.activity_loaded.get());
    view! {
        <Card heading=t!("Latest activity")>
            {move || match (is_empty.get(), is_known.get()) {
                (false, _) => {
                    view! {
                        <ActivityList rows caption=t!("Latest activity") />
                        <p><a href="/history">{t!("All activity")}</a></p>
                    }
                        .into_any()
                }
                (true, false) => view! { <Skeleton /> }.into_any(),
                (true, true) => {
                    view! {
                        <EmptyState title=t!("Nothing has happened yet") glyph=Glyph::History>
                            <p>{t!("Mine a block, or give somebody your address.")}</p>
                        </EmptyState>
                    }
                        .into_any()
                }
            }}
        </Card>
    }
}

/// Whether what is shown is of now.
#[component]
fn SyncPill() -> impl IntoView {
    let chain = use_chain();
    let text = Memo::new(move || {
        let syncing = chain.status.with(|status| status.as_ref().is_some_and(|s| s.syncing));
        match chain.connection.get() {
            Connection::Lost { .. } => (Tone::Bad, String::from(t!("not connected"))),
            Connection::Connecting => (Tone::Neutral, String::from(t!("connecting…"))),
            Connection::Live if syncing => {
                (Tone::Warn, String::from(t!("the node is catching up")))
            }
            Connection::Live => {
                let count = chain.status.with(|status| status.as_ref().map_or(0, |s| s.peers));
                let peers = plural!(format::wide(count), "1 peer", "{number} peers");
                let height = format::count(chain.height.get());
                let text = t!("synced · block {height} · {peers}", height = height, peers = peers);
                (Tone::Good, text)
            }
        }
    });
    shown(move || {
        let (tone, text) = text.get();
        view! { <Badge tone>{text}</Badge> }
    })
}
