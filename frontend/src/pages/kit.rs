//! `/kit`: what is left when other things fail. Needs no node and no unlocked wallet.

use crate::prelude::*;
use crate::{
    browser,
    components::{Card, ErrorBox, Fact, Facts, PageHeader},
    pages::restore::sentence,
    state::chain::{Connection, use_chain},
    storage,
};

/// The emergency kit.
#[component]
pub fn KitPage() -> impl IntoView {
    view! {
        <PageHeader
            title="Emergency kit"
            lead="Saves every wallet file of this browser, with or without a node."
        />
        <Files/>
        <State/>
        <Card heading="If the page misbehaves">
            <p class="measure">
                "Loading it anew loses nothing: wallets are kept in this browser, payments that were not sent as well."
            </p>
            <div class="actions">
                <button type="button" class="button" on:click=handler(move |_| browser::reload())>"Reload the page"</button>
            </div>
        </Card>
    }
}

#[component]
fn Files() -> impl IntoView {
    let files = RwSignal::new(None::<Vec<(String, String)>>);
    let error = RwSignal::new(None::<String>);
    spawn_local(async move {
        match storage::all_keystores().await {
            Ok(found) => drop(files.try_set(Some(found))),
            Err(problem) => drop(error.try_set(Some(sentence(&problem.to_string())))),
        }
    });
    let row = move |(name, text): (String, String)| {
        let file = format!("halfpenny-{name}.json");
        let shown = name.clone();
        let save = move |_| {
            if !browser::download(&file, "application/json", &text) {
                error.set(Some("This browser did not save the file.".to_string()));
            }
        };
        view! {
            <li class="cluster">
                <span class="mono">{shown}</span>
                <button type="button" class="button" on:click=handler(save)>"Save keystore file"</button>
            </li>
        }
    };
    view! {
        <Card heading="Wallet files in this browser">
            <ErrorBox message=error/>
            {move || files.get().map(|files| match files.is_empty() {
                true => view! { <p>"There are none."</p> }.into_any(),
                false => view! { <ul role="list" class="stack">{files.into_iter().map(row).collect_view()}</ul> }.into_any(),
            })}
            <p class="muted measure">
                "A file is locked with the wallet's passphrase. It opens in any Halfpenny page, and with "
                <code>"halfpenny wallet"</code> "."
            </p>
        </Card>
    }
}

#[component]
fn State() -> impl IntoView {
    let chain = use_chain();
    let connection = move || match chain.connection.get() {
        Connection::Connecting => "connecting",
        Connection::Live => "live",
        Connection::Lost { .. } => "no answer",
    };
    let tip = move || {
        chain.tip.get().map_or("unknown".to_string(), |tip| format!("{} · {}", tip.height, tip.id))
    };
    let node = move || {
        chain.status.with(|status| {
            status
                .as_ref()
                .map_or("unknown".to_string(), |status| crate::format::plain(&status.version))
        })
    };
    view! {
        <Card heading="State">
            <Facts>
                <Fact name="App">{env!("CARGO_PKG_VERSION")}</Fact>
                <Fact name="Node">{move || node()}</Fact>
                <Fact name="Connection">{move || connection()}</Fact>
                <Fact name="Newest block"><span class="mono">{move || tip()}</span></Fact>
                <Fact name="Secure context">{if browser::is_secure() { "yes" } else { "no: a plain http address" }}</Fact>
            </Facts>
        </Card>
    }
}
