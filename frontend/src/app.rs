//! The app as a whole: states in the order in which they depend on each other, routes, frame.

use crate::prelude::*;
use crate::{
    browser,
    components::{
        Card, EmptyState, ErrorBox, Glyph, Nav, Notices, PageHeader, Skeleton, StatusBar,
        provide_clock,
    },
    offline::{self, LastBalance},
    pages::{
        about::AboutPage,
        account::AccountPage,
        block::BlockPage,
        broadcast::BroadcastPage,
        charts::ChartsPage,
        explorer::ExplorerPage,
        forks::ForksPage,
        history::HistoryPage,
        mempool::MempoolPage,
        message::MessagePage,
        mine::MinePage,
        network::NetworkPage,
        not_found::NotFoundPage,
        overview::OverviewPage,
        receive::ReceivePage,
        send::SendPage,
        settings::SettingsPage,
        shared_accounts::{SharedAccountPage, SharedPage, SignPage},
        transaction::TransactionPage,
        unlock::UnlockPage,
        verify::VerifyPage,
        welcome::WelcomePage,
    },
    router::{parts, provide_router, use_router},
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
    view! {
        <header class="masthead">
            <a class="skip" href="#main">"Skip to the content"</a>
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
    let path = use_router().path();
    let parts = move || path.with(|path| parts(path));
    shown(move || {
        let parts = parts();
        match parts.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [] => unlocked(|| view! { <OverviewPage/> }.into_any()),
            ["send"] => unlocked(|| view! { <SendPage/> }.into_any()),
            ["receive"] => unlocked(|| view! { <ReceivePage/> }.into_any()),
            ["history"] => unlocked(|| view! { <HistoryPage/> }.into_any()),
            ["mine"] => with_wallet(|| view! { <MinePage/> }.into_any()),
            ["explorer"] => view! { <ExplorerPage/> }.into_any(),
            ["block", id] => view! { <BlockPage id=(*id).to_string()/> }.into_any(),
            ["transaction", id] => view! { <TransactionPage id=(*id).to_string()/> }.into_any(),
            ["account", address] => view! { <AccountPage text=(*address).to_string()/> }.into_any(),
            ["charts"] => view! { <ChartsPage/> }.into_any(),
            ["forks"] => view! { <ForksPage/> }.into_any(),
            ["broadcast"] => view! { <BroadcastPage/> }.into_any(),
            ["shared"] => view! { <SharedPage/> }.into_any(),
            ["shared", "sign"] => view! { <SignPage/> }.into_any(),
            ["shared", address] => {
                view! { <SharedAccountPage text=(*address).to_string()/> }.into_any()
            }
            ["mempool"] => view! { <MempoolPage/> }.into_any(),
            ["network"] => view! { <NetworkPage/> }.into_any(),
            ["settings"] => view! { <SettingsPage/> }.into_any(),
            ["message"] => view! { <MessagePage/> }.into_any(),
            ["verify"] => view! { <VerifyPage/> }.into_any(),
            #[cfg(feature = "gallery")]
            ["gallery"] => view! { <crate::pages::gallery::GalleryPage/> }.into_any(),
            ["about"] => view! { <AboutPage/> }.into_any(),
            _ => view! { <NotFoundPage/> }.into_any(),
        }
    })
}

/// A page for whoever has unlocked the wallet; before that, the way there.
fn unlocked(page: fn() -> AnyView) -> AnyView {
    let wallet = use_wallet();
    let phase = Memo::new(move || wallet.phase.get());
    guarded(phase, page)
}

/// A page for whoever has a wallet, locked or not.
fn with_wallet(page: fn() -> AnyView) -> AnyView {
    let wallet = use_wallet();
    let phase = Memo::new(move || match wallet.phase.get() {
        Phase::Locked => Phase::Unlocked,
        phase => phase,
    });
    guarded(phase, page)
}

fn guarded(phase: Memo<Phase>, page: fn() -> AnyView) -> AnyView {
    let content = move || match phase.get() {
        Phase::Loading => view! { <WaitingPage/> }.into_any(),
        Phase::None => view! { <WelcomePage/> }.into_any(),
        Phase::Locked => view! { <UnlockPage/> }.into_any(),
        Phase::Unlocked => page(),
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
            fallback=|| view! { <p class="visually-hidden" role="status">"Loading…"</p><Skeleton/> }
        >
            <Card>
                <EmptyState title="The node does not answer" glyph=Glyph::Warn>
                    <p>
                        "Is it still running? Your wallet is kept in this browser and is not affected. "
                        "The page goes on by itself as soon as the node is back. "
                        <a href="/kit" target="_self">"Emergency kit"</a>
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
