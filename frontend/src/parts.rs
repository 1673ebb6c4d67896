//! The pages, in parts: what is common to all is loaded first, the rest when one of its pages is opened.
//!
//! Each function marked `wasm_split` is the door of a part. `scripts/split-app.mjs` moves what is reached
//! only through it into a wasm file of its own.

use crate::{
    browser,
    components::{Card, EmptyState, Glyph, PageHeader, Skeleton},
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
        overview::OverviewPage,
        receive::ReceivePage,
        restore::RestorePage,
        send::SendPage,
        settings::SettingsPage,
        shared_accounts::{SharedAccountPage, SharedPage, SignPage},
        transaction::TransactionPage,
        unlock::UnlockPage,
        verify::VerifyPage,
        welcome::WelcomePage,
    },
    prelude::*,
};
use futures_util::FutureExt as _;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

type Loaded<T> = Result<T, SplitLoaderError>;

/// A page of one of the parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// For whoever has no wallet yet.
    Welcome,
    /// What is seen first with a wallet.
    Home(Home),
    /// What is done with a wallet.
    Wallet(Wallet),
    /// What everybody may look at.
    Explorer(Explorer),
}

/// Pages of the part `home`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Home {
    Unlock,
    Overview,
}

/// Pages of the part `wallet`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Wallet {
    Send,
    Receive,
    History,
    Mine,
    Settings,
    /// Among them, because few come to restore: whoever is welcomed loads less.
    Restore,
    Message,
    Shared,
    Sign,
    SharedAccount(String),
}

/// Pages of the part `explorer`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Explorer {
    Latest,
    Block(String),
    Transaction(String),
    Account(String),
    Charts,
    Forks,
    Broadcast,
    Mempool,
    Network,
    Verify,
    About,
}

#[wasm_split(welcome, wasm_split_path = leptos::wasm_split, fallible, preload(load_welcome))]
fn welcome() -> Loaded<AnyView> {
    Ok(view! { <WelcomePage/> }.into_any())
}

#[wasm_split(home, wasm_split_path = leptos::wasm_split, fallible, preload(load_home))]
fn home(page: Home) -> Loaded<AnyView> {
    Ok(match page {
        Home::Unlock => view! { <UnlockPage/> }.into_any(),
        Home::Overview => view! { <OverviewPage/> }.into_any(),
    })
}

#[wasm_split(wallet, wasm_split_path = leptos::wasm_split, fallible, preload(load_wallet))]
fn wallet(page: Wallet) -> Loaded<AnyView> {
    Ok(match page {
        Wallet::Send => view! { <SendPage/> }.into_any(),
        Wallet::Receive => view! { <ReceivePage/> }.into_any(),
        Wallet::History => view! { <HistoryPage/> }.into_any(),
        Wallet::Mine => view! { <MinePage/> }.into_any(),
        Wallet::Settings => view! { <SettingsPage/> }.into_any(),
        Wallet::Restore => view! { <RestorePage/> }.into_any(),
        Wallet::Message => view! { <MessagePage/> }.into_any(),
        Wallet::Shared => view! { <SharedPage/> }.into_any(),
        Wallet::Sign => view! { <SignPage/> }.into_any(),
        Wallet::SharedAccount(text) => view! { <SharedAccountPage text/> }.into_any(),
    })
}

#[wasm_split(explorer, wasm_split_path = leptos::wasm_split, fallible, preload(load_explorer))]
fn explorer(page: Explorer) -> Loaded<AnyView> {
    Ok(match page {
        Explorer::Latest => view! { <ExplorerPage/> }.into_any(),
        Explorer::Block(id) => view! { <BlockPage id/> }.into_any(),
        Explorer::Transaction(id) => view! { <TransactionPage id/> }.into_any(),
        Explorer::Account(text) => view! { <AccountPage text/> }.into_any(),
        Explorer::Charts => view! { <ChartsPage/> }.into_any(),
        Explorer::Forks => view! { <ForksPage/> }.into_any(),
        Explorer::Broadcast => view! { <BroadcastPage/> }.into_any(),
        Explorer::Mempool => view! { <MempoolPage/> }.into_any(),
        Explorer::Network => view! { <NetworkPage/> }.into_any(),
        Explorer::Verify => view! { <VerifyPage/> }.into_any(),
        Explorer::About => view! { <AboutPage/> }.into_any(),
    })
}

impl Page {
    /// Loads the page's part; at once when it is there.
    async fn load(&self) -> Loaded<()> {
        match self {
            Self::Welcome => load_welcome().await,
            Self::Home(_) => load_home().await,
            Self::Wallet(_) => load_wallet().await,
            Self::Explorer(_) => load_explorer().await,
        }
    }

    /// The page, whose part is loaded; made here and now, so that it belongs to whoever shows it.
    fn view(self) -> Option<AnyView> {
        let view = match self {
            Self::Welcome => welcome().now_or_never(),
            Self::Home(page) => home(page).now_or_never(),
            Self::Wallet(page) => wallet(page).now_or_never(),
            Self::Explorer(page) => explorer(page).now_or_never(),
        };
        view.and_then(Result::ok)
    }
}

/// How many pages wait for their part, in the reactive context.
#[derive(Clone, Copy)]
pub struct Waiting(RwSignal<usize>);

/// Provides [`Waiting`]; once, in the app.
pub fn provide_parts() {
    provide_context(Waiting(RwSignal::new(0)));
}

/// Does a page wait for its part?
#[must_use]
pub fn is_waiting() -> Memo<bool> {
    let waiting: Waiting = expect_context();
    Memo::new(move || waiting.0.get() > 0)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Loading {
    Waiting,
    Failed,
    There,
}

/// A page that is wanted.
#[derive(Clone, Copy)]
struct Request {
    page: StoredValue<Page>,
    loading: RwSignal<Loading>,
    waiting: Waiting,
}

impl Request {
    fn load(self) {
        let page = self.page.get_value();
        self.loading.set(Loading::Waiting);
        self.waiting.0.update(|waiting| *waiting += 1);
        spawn_local(async move {
            let loaded = page.load().await;
            self.loading.set(if loaded.is_ok() { Loading::There } else { Loading::Failed });
            self.waiting.0.update(|waiting| *waiting -= 1);
            if loaded.is_ok() {
                load_all().await;
            }
        });
    }
}

/// The page, once its part is loaded; until then, that it is on its way or why it is not.
pub fn page(page: Page) -> AnyView {
    let request = Request {
        page: StoredValue::new(page),
        loading: RwSignal::new(Loading::Waiting),
        waiting: expect_context(),
    };
    request.load();
    shown(move || match request.loading.get() {
        Loading::Waiting => view! { <Arriving/> }.into_any(),
        Loading::Failed => view! { <Missing request/> }.into_any(),
        Loading::There => request.page.get_value().view().unwrap_or_else(|| ().into_any()),
    })
    .into_any()
}

/// Loads every part, behind what is shown: the next page is there at once, with or without a node.
async fn load_all() {
    // What fails is asked for again by whoever opens it.
    let _ = load_home().await;
    let _ = load_wallet().await;
    let _ = load_explorer().await;
    let _ = load_welcome().await;
}

#[component]
fn Arriving() -> impl IntoView {
    view! {
        <p class="visually-hidden" role="status">{t!("Loading…")}</p>
        <Skeleton/>
    }
}

#[component]
fn Missing(request: Request) -> impl IntoView {
    view! {
        <PageHeader title=t!("Not loaded")/>
        <Card>
            <EmptyState title=t!("The rest of this page did not arrive") glyph=Glyph::Warn>
                <p role="alert">
                    {t!(
                        "Is the node still running? Then it was perhaps updated, and the app with it: load the \
                        page anew. Your wallet is kept in this browser and is not affected."
                    )}
                </p>
                <div class="actions">
                    <button class="button" on:click=handler(move |_| request.load())>{t!("Try again")}</button>
                    <button class="button primary" on:click=handler(|_| browser::reload())>
                        {t!("Load the page anew")}
                    </button>
                </div>
            </EmptyState>
        </Card>
    }
}
