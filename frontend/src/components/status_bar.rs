//! The state of things in one line: connection, height, peers, coin, lock.

use super::{
    icon::{Glyph, Icon},
    search_box::follow_slash,
};
use crate::prelude::*;
use crate::{
    format,
    state::{
        chain::{Connection, use_chain},
        wallet::{Phase, use_wallet},
    },
};

/// The status line; the shell shows it once.
#[component]
pub fn StatusBar() -> impl IntoView {
    let (chain, wallet) = (use_chain(), use_wallet());
    follow_slash();
    let class = move || match chain.connection.get() {
        Connection::Connecting => "dot",
        Connection::Live => "dot good",
        Connection::Lost { .. } => "dot bad",
    };
    let peers = move || match chain.status.with(|status| status.as_ref().map(|status| status.peers))
    {
        None => String::new(),
        Some(peers) => plural!(format::wide(peers), "1 peer", "{number} peers"),
    };
    let coin = move || {
        chain.status.with(|status| {
            status.as_ref().map(|status| format!("{} · {}", status.name, status.ticker))
        })
    };
    let syncing =
        move || chain.status.with(|status| status.as_ref().is_some_and(|status| status.syncing));
    let known = move || chain.tip.with(Option::is_some);
    view! {
        <div class="status-bar" role="group" aria-label=t!("State of the node")>
            <div class="status-inner">
                <span class="status-item"><span class=shown(class) aria-hidden="true"></span><ConnectionText/></span>
                <Show when=known>
                    <span class="status-item">
                        <span aria-hidden="true">{t!("block")}</span>
                        <output aria-label=t!("Height") aria-live="off">{move || format::count(chain.height.get())}</output>
                    </span>
                    <Show when=syncing><span class="status-item">{t!("catching up")}</span></Show>
                    <a class="status-item" href="/network">{move || peers()}</a>
                    <span class="status-item status-coin">{move || coin()}</span>
                </Show>
                <Show when=move || wallet.phase.get() == Phase::Unlocked>
                    <span class="status-item status-end">
                        <button type="button" class="button quiet small" on:click=handler(move |_| wallet.lock())><Icon glyph=Glyph::Lock size=16/>{t!("Lock")}</button>
                    </span>
                </Show>
            </div>
        </div>
    }
}

/// Whether the node answers; what can be done when it does not.
#[component]
fn ConnectionText() -> impl IntoView {
    let chain = use_chain();
    let lost = Memo::new(move || matches!(chain.connection.get(), Connection::Lost { .. }));
    let seconds = move || match chain.connection.get() {
        Connection::Lost { retry_in } => retry_in,
        Connection::Connecting | Connection::Live => 0,
    };
    // Only the change of state is announced; the seconds that count down are not.
    let word = Memo::new(move || match chain.connection.get() {
        Connection::Connecting => t!("connecting"),
        Connection::Live => t!("connected"),
        Connection::Lost { .. } => t!("not connected"),
    });
    view! {
        <span role="status">{word}</span>
        <Show when=move || lost.get()>
            <span aria-hidden="true">{move || t!(", next try in {seconds} s", seconds = seconds())}</span>
            <button type="button" class="button quiet small" on:click=handler(move |_| chain.retry_now())>{t!("Retry now")}</button>
        </Show>
    }
}
