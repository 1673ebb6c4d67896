//! The app as a whole: states in the order in which they depend on each other, routes, frame.

use crate::{
    browser,
    components::{
        Card, EmptyState, ErrorBox, Glyph, Nav, Notices, PageHeader, Skeleton, StatusBar,
        provide_clock,
    },
    pages::{
        about::AboutPage, account::AccountPage, block::BlockPage, explorer::ExplorerPage,
        history::HistoryPage, kit::KitPage, mempool::MempoolPage, mine::MinePage,
        network::NetworkPage, not_found::NotFoundPage, overview::OverviewPage,
        receive::ReceivePage, send::SendPage, settings::SettingsPage, transaction::TransactionPage,
        unlock::UnlockPage, verify::VerifyPage, welcome::WelcomePage,
    },
    state::{
        chain::{Connection, provide_chain, use_chain},
        mining::provide_mining,
        notices::provide_notices,
        settings::provide_settings,
        wallet::{Phase, provide_wallet, use_wallet},
    },
};
use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};

/// The app.
#[component]
pub fn App() -> impl IntoView {
    let settings = provide_settings();
    let notices = provide_notices();
    let chain = provide_chain();
    let wallet = provide_wallet(chain, settings, notices);
    provide_mining(chain, wallet, settings);
    provide_clock();
    // Only now: what is heard must find everything that follows it.
    chain.connect();
    view! {
        <Router>
            <Shell/>
        </Router>
    }
}

/// The frame around every page.
#[component]
fn Shell() -> impl IntoView {
    let chain = use_chain();
    follow_route();
    view! {
        <a class="skip" href="#main">"Skip to the content"</a>
        <header class="masthead">
            <Nav/>
            <StatusBar/>
        </header>
        <main id="main" class="page" tabindex="-1">
            <ErrorBox message=chain.refusal/>
            <Pages/>
        </main>
        <Notices/>
    }
}

/// Which page is where.
#[component]
fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFoundPage>
            <Route path=path!("/") view=|| view! { <Unlocked page=OverviewPage/> }/>
            <Route path=path!("/send") view=|| view! { <Unlocked page=SendPage/> }/>
            <Route path=path!("/receive") view=|| view! { <Unlocked page=ReceivePage/> }/>
            <Route path=path!("/history") view=|| view! { <Unlocked page=HistoryPage/> }/>
            <Route path=path!("/mine") view=|| view! { <WithWallet page=MinePage/> }/>
            <Route path=path!("/explorer") view=ExplorerPage/>
            <Route path=path!("/block/:id") view=BlockPage/>
            <Route path=path!("/transaction/:id") view=TransactionPage/>
            <Route path=path!("/account/:address") view=AccountPage/>
            <Route path=path!("/mempool") view=MempoolPage/>
            <Route path=path!("/network") view=NetworkPage/>
            <Route path=path!("/settings") view=SettingsPage/>
            <Route path=path!("/kit") view=KitPage/>
            <Route path=path!("/verify") view=VerifyPage/>
            <Route path=path!("/about") view=AboutPage/>
        </Routes>
    }
}

/// A page for whoever has unlocked the wallet; before that, the way there.
#[component]
fn Unlocked<F, V>(
    /// The page.
    page: F,
) -> impl IntoView
where
    F: Fn() -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let wallet = use_wallet();
    let phase = Memo::new(move |_| wallet.phase.get());
    move || match phase.get() {
        Phase::Loading => view! { <WaitingPage/> }.into_any(),
        Phase::None => view! { <WelcomePage/> }.into_any(),
        Phase::Locked => view! { <UnlockPage/> }.into_any(),
        Phase::Unlocked => page().into_any(),
    }
}

/// A page for whoever has a wallet, locked or not.
#[component]
fn WithWallet<F, V>(
    /// The page.
    page: F,
) -> impl IntoView
where
    F: Fn() -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let wallet = use_wallet();
    let stage = Memo::new(move |_| match wallet.phase.get() {
        Phase::Loading => None,
        Phase::None => Some(false),
        Phase::Locked | Phase::Unlocked => Some(true),
    });
    move || match stage.get() {
        None => view! { <WaitingPage/> }.into_any(),
        Some(false) => view! { <WelcomePage/> }.into_any(),
        Some(true) => page().into_any(),
    }
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
            fallback=|| view! { <p class="visually-hidden" role="status">"Loading…"</p><Skeleton/> }
        >
            <Card>
                <EmptyState title="The node does not answer" glyph=Glyph::Warn>
                    <p>
                        "Is it still running? Your wallet is kept in this browser and is not affected. "
                        "The page goes on by itself as soon as the node is back. "
                        <a href="/kit">"Emergency kit"</a>
                    </p>
                </EmptyState>
            </Card>
        </Show>
    }
}

/// After each change of page: the title of the document, and the focus on the heading, so that
/// whoever does not see the page hears where they are.
fn follow_route() {
    let path = use_location().pathname;
    let phase = use_wallet().phase;
    Effect::new(move |before: Option<(String, Phase)>| {
        let now = (path.get(), phase.get());
        // The first page is read from its top; a page that was only waited for, as well.
        let focus = before.is_some_and(|before| before != now && before.1 != Phase::Loading);
        request_animation_frame(move || {
            // One more frame: the route's view is put in place by an effect as well.
            request_animation_frame(move || {
                let title = browser::heading(focus).filter(|heading| heading != "Halfpenny");
                let title = title.map(|heading| format!("{heading} · Halfpenny"));
                browser::set_title(title.as_deref().unwrap_or("Halfpenny"));
            });
        });
        now
    });
}
