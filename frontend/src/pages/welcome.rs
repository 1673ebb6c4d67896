//! The first page of a browser without a wallet: make one, or restore one.

mod create;

use crate::prelude::*;
use crate::{
    components::{AddressText, Card, Glyph, Icon, LanguageField, PageHeader},
    pages::{restore::Leave, welcome::create::CreatePage},
    parts::{Page, Wallet, page},
    state::{chain::use_chain, wallet::use_wallet},
};

/// What the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Welcome,
    Create,
    Restore,
}

/// Welcomes, then makes or restores a wallet.
#[component]
pub fn WelcomePage() -> impl IntoView {
    let way = RwSignal::new(Way::Welcome);
    Effect::new(move |before: Option<Way>| {
        let now = way.get();
        if before.is_some_and(|before| before != now) {
            super::focus_soon("main h1");
        }
        now
    });
    let back = Callback::new(move |()| way.set(Way::Welcome));
    provide_context(Leave(back));
    shown(move || match way.get() {
        Way::Welcome => view! { <Welcome way/> }.into_any(),
        Way::Create => view! { <CreatePage back/> }.into_any(),
        Way::Restore => page(Page::Wallet(Wallet::Restore)),
    })
}

/// What happened to a wallet that was here.
#[component]
fn Lost() -> impl IntoView {
    let wallet = use_wallet();
    shown(move || {
        wallet.lost.get().map(|address| {
            view! {
                <div class="box bad" role="alert">
                    <Icon glyph=Glyph::Warn/>
                    <div>
                        <p><strong>{t!("The wallet that was in this browser is gone")}</strong></p>
                        <p class="measure">
                            {t!(
                                "The browser has deleted its file, as it does when its data are cleared, when room is \
                                short, or after a week without a visit. Nothing happened to the coins: they are on \
                                the chain, at the address below. The words or a saved keystore file bring the \
                                wallet back: choose Restore wallet."
                            )}
                        </p>
                        <AddressText address/>
                    </div>
                </div>
            }
        })
    })
}

#[component]
fn Welcome(way: RwSignal<Way>) -> impl IntoView {
    let chain = use_chain();
    let name =
        move || chain.status.with(|status| status.as_ref().map(|status| status.name.clone()));
    let lead = move || match name() {
        Some(name) => t!("Hold, send and mine {name} in this browser.", name = name),
        None => t!("Hold, send and mine coins in this browser.").to_string(),
    };
    view! {
        <PageHeader title=t!("Welcome to Halfpenny") lead=Signal::derive(lead)><LanguageField/></PageHeader>
        <Lost/>
        <Card>
            <p class="measure">
                {t!(
                    "A wallet is a secret key, made here and kept here. Nobody else has it: not the node, \
                    not its operator."
                )}
            </p>
            <div class="actions">
                <button type="button" class="button primary large" on:click=handler(move |_| way.set(Way::Create))>
                    {t!("Create wallet")}
                </button>
                <button type="button" class="button large" on:click=handler(move |_| way.set(Way::Restore))>
                    {t!("Restore wallet")}
                </button>
            </div>
        </Card>
        <div class="grid">
            <Card heading=t!("It is yours")>
                <p>{t!("Only this browser can sign. No account, no e-mail, no one to ask.")}</p>
                <p class="muted small">
                    {t!(
                        "A wallet belongs to one browser and to the address in its address bar. Was yours made \
                        elsewhere, or under another name of this node? It is still there: open that one, or \
                        restore it here."
                    )}
                </p>
            </Card>
            <Card heading=t!("Recovery words")>
                <p>
                    {t!(
                        "Twelve, or twenty-four, bring the wallet back on any device. Without them and without the keystore \
                        file, nobody can restore it for you."
                    )}
                </p>
            </Card>
            <Card heading=t!("A passphrase")>
                <p>{t!("It locks the key in this browser, so that a borrowed computer is not a lost wallet.")}</p>
            </Card>
        </div>
    }
}
