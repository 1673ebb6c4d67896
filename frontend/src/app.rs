//! The app as a whole: states in the order in which they depend on each other, routes, frame.

use crate::prelude::*;
use crate::{
    browser,
    components::{
        Card, EmptyState, ErrorBox, Glyph, Nav, Notices, PageHeader, Skeleton, StatusBar,
        provide_clock,
    },
    offline::{self, LastBalance},
    pages::not_found::NotFoundPage,
    parts::{Explorer, Home, Page, Wallet, is_waiting, page, provide_parts},
    router::{provide_router, use_router},
    state::{
        chain::{Connection, provide_chain, use_chain},
        mining::provide_mining,
        notices::provide_notices,
        settings::provide_settings,
        wallet::{Phase, provide_wallet, use_wallet},
    },
};

/// The app.
#[component]
pub fn App() -> impl IntoView {
    provide_router();
    provide_parts();
    let settings = provide_settings();
    let notices = provide_notices();
    let chain = provide_chain();
    let wallet = provide_wallet(chain, settings, notices);
    provide_mining(chain, wallet, settings);
    provide_clock();
    offline::prepare(chain, wallet, notices);
    // Only now: what is heard must find everything that follows it.
    chain.connect();
    view! { <Shell/> }
}

/// The frame around every page.
#[component]
fn Shell() -> impl IntoView {
    let chain = use_chain();
    follow_route();
    let is_stale = Memo::new(move || matches!(chain.connection.get(), Connection::Lost { .. }));
    view! {
        <header class="masthead">
            <a class="skip" href="#main">{t!("Skip to the content")}</a>
            <Nav/>
            <StatusBar/>
        </header>
        <main id="main" class="page" class:stale=move || is_stale.get() tabindex="-1">
            <ErrorBox message=chain.refusal/>
            <Pages/>
        </main>
        <Notices/>
    }
}

/// Which page is where.
#[component]
fn Pages() -> impl IntoView {
    let path = use_router().path();
    let parts = move || path.with(|path| crate::router::parts(path));
    shown(move || {
        let parts = parts();
        match parts.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [] => unlocked(Page::Home(Home::Overview)),
            ["send"] => unlocked(Page::Wallet(Wallet::Send)),
            ["receive"] => unlocked(Page::Wallet(Wallet::Receive)),
            ["history"] => unlocked(Page::Wallet(Wallet::History)),
            ["mine"] => with_wallet(Page::Wallet(Wallet::Mine)),
            ["explorer"] => page(Page::Explorer(Explorer::Latest)),
            ["block", id] => page(Page::Explorer(Explorer::Block((*id).to_string()))),
            ["transaction", id] => page(Page::Explorer(Explorer::Transaction((*id).to_string()))),
            ["account", address] => page(Page::Explorer(Explorer::Account((*address).to_string()))),
            ["charts"] => page(Page::Explorer(Explorer::Charts)),
            ["forks"] => page(Page::Explorer(Explorer::Forks)),
            ["broadcast"] => page(Page::Explorer(Explorer::Broadcast)),
            ["shared"] => page(Page::Wallet(Wallet::Shared)),
            ["shared", "sign"] => page(Page::Wallet(Wallet::Sign)),
            ["shared", address] => {
                page(Page::Wallet(Wallet::SharedAccount((*address).to_string())))
            }
            ["mempool"] => page(Page::Explorer(Explorer::Mempool)),
            ["network"] => page(Page::Explorer(Explorer::Network)),
            ["settings"] => page(Page::Wallet(Wallet::Settings)),
            ["message"] => page(Page::Wallet(Wallet::Message)),
            ["verify"] => page(Page::Explorer(Explorer::Verify)),
            #[cfg(feature = "gallery")]
            ["gallery"] => view! { <crate::pages::gallery::GalleryPage/> }.into_any(),
            ["about"] => page(Page::Explorer(Explorer::About)),
            _ => view! { <NotFoundPage/> }.into_any(),
        }
    })
}

/// A page for whoever has unlocked the wallet; before that, the way there.
fn unlocked(wanted: Page) -> AnyView {
    let wallet = use_wallet();
    let phase = Memo::new(move || wallet.phase.get());
    guarded(phase, wanted)
}

/// A page for whoever has a wallet, locked or not.
fn with_wallet(wanted: Page) -> AnyView {
    let wallet = use_wallet();
    let phase = Memo::new(move || match wallet.phase.get() {
        Phase::Locked => Phase::Unlocked,
        phase => phase,
    });
    guarded(phase, wanted)
}

fn guarded(phase: Memo<Phase>, wanted: Page) -> AnyView {
    let content = move || match phase.get() {
        Phase::Loading => view! { <WaitingPage/> }.into_any(),
        Phase::None => page(Page::Welcome),
        Phase::Locked => page(Page::Home(Home::Unlock)),
        Phase::Unlocked => page(wanted.clone()),
    };
    shown(content).into_any()
}

/// Until it is known whether there is a wallet.
#[component]
fn WaitingPage() -> impl IntoView {
    let chain = use_chain();
    let is_lost = move || matches!(chain.connection.get(), Connection::Lost { .. });
    view! {
        <PageHeader title="Halfpenny"/>
        <Show
            when=is_lost
            fallback=|| view! { <p class="visually-hidden" role="status">{t!("Loading…")}</p><Skeleton/> }
        >
            <Card>
                <EmptyState title=t!("The node does not answer") glyph=Glyph::Warn>
                    <p>
                        {t!(
                            "Is it still running? Your wallet is kept in this browser and is not affected. \
                            The page goes on by itself as soon as the node is back. "
                        )}
                        <a href="/kit" target="_self">{t!("Emergency kit")}</a>
                    </p>
                    <LastBalance/>
                </EmptyState>
            </Card>
        </Show>
    }
}

/// After each change of page: the title of the document, and the focus on the heading, so that
/// whoever does not see the page hears where they are.
fn follow_route() {
    let path = use_router().path();
    let phase = use_wallet().phase;
    let waiting = is_waiting();
    Effect::new(move |before: Option<Option<(String, Phase)>>| {
        let before = before.flatten();
        if waiting.get() {
            return before;
        }
        let now = (path.get(), phase.get());
        // The first page is read from its top; a page that was only waited for, as well.
        let focus =
            before.as_ref().is_some_and(|before| *before != now && before.1 != Phase::Loading);
        request_animation_frame(move || {
            // One more frame: the route's view is put in place by an effect as well.
            request_animation_frame(move || {
                let title = browser::heading(focus).filter(|heading| heading != "Halfpenny");
                let title = title.map(|heading| format!("{heading} · Halfpenny"));
                browser::set_title(title.as_deref().unwrap_or("Halfpenny"));
            });
        });
        Some(now)
    });
}
