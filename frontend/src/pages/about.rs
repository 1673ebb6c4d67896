//! `/about`: what this is, and what it promises.

use crate::prelude::*;
use crate::{
    components::{Card, Fact, Facts, PageHeader},
    state::chain::use_chain,
};

/// About the app.
#[component]
pub fn AboutPage() -> impl IntoView {
    let chain = use_chain();
    let coin = move || {
        chain.status.with(|status| {
            status
                .as_ref()
                .map(|status| crate::format::plain(&format!("{} ({})", status.name, status.ticker)))
        })
    };
    let genesis =
        move || chain.status.with(|status| status.as_ref().map(|status| status.genesis.clone()));
    view! {
        <PageHeader title=t!("About Halfpenny") lead=t!("A coin that can be mined, held and sent in a browser tab.")/>
        <Card heading=t!("This app")>
            <Facts>
                <Fact name=t!("Version")>{env!("CARGO_PKG_VERSION")}</Fact>
                <Fact name=t!("Coin")>{move || coin()}</Fact>
                <Fact name=t!("Genesis")><span class="mono">{genesis}</span></Fact>
                <Fact name=t!("Licence")>"MIT or Apache-2.0"</Fact>
            </Facts>
            <p><a href="/docs" rel="external">{t!("The HTTP interface of the node")}</a></p>
            <p><a href="/app-hashes" rel="external">{t!("Hashes of every file of this app")}</a></p>
        </Card>
        <Card heading=t!("What it promises")>
            <ul class="measure">
                <li>{t!("The key is made in this browser, is stored locked, and never leaves it.")}</li>
                <li>{t!("Every payment is checked here by the same rules that every node applies.")}</li>
                <li>{t!("A balance is checked against the newest block's header, which carries its work.")}</li>
            </ul>
        </Card>
        <Card heading=t!("What it cannot promise")>
            <ul class="measure">
                <li>{t!("Code that a server sends cannot be trusted blindly: who serves the page decides what it does.")}</li>
                <li>{t!("On a small chain, whoever has most of the mining power can rewrite the newest blocks.")}</li>
                <li>{t!("Without the twelve words or the keystore file, nobody can bring a wallet back.")}</li>
            </ul>
        </Card>
    }
}
