//! What is to be said about the copy of the secret: that there is none, or that it is old.

use crate::prelude::*;
use crate::{
    components::{Badge, Card, NoticeBox, Tone},
    format,
    pages::unlock::sentence,
    state::{chain::use_chain, notices::use_notices, wallet::use_wallet},
    wallet::backup::Advice,
};

/// What is to be said now. Reactive.
pub(crate) fn advice() -> Advice {
    // With every block, not every second.
    let chain = use_chain();
    chain.revision.track();
    use_wallet().backup.get().advice(chain.now())
}

/// The button *Save keystore file*.
#[component]
pub(crate) fn SaveFile(#[prop(default = "button")] class: &'static str) -> impl IntoView {
    let (wallet, notices) = (use_wallet(), use_notices());
    let save = move |_| {
        spawn_local(async move {
            match wallet.export_file().await {
                Ok(()) => notices.status(t!(
                    "The keystore file is being saved. Keep it with your passphrase in mind."
                )),
                Err(error) => notices.alert(sentence(&error.to_string())),
            }
        });
    };
    view! { <button type="button" class=class on:click=handler(save)>{t!("Save keystore file")}</button> }
}

/// A warning while the wallet is unsafe, advice while it could be safer, nothing otherwise.
#[component]
pub(crate) fn BackupBanner() -> impl IntoView {
    let advice = Memo::new(advice);
    shown(move || {
        let (tone, title, text) = match advice.get() {
            Advice::Fine => return ().into_any(),
            Advice::Unsafe => (
                Tone::Bad,
                t!("Unsafe until backed up"),
                t!(
                    "This wallet is in this browser only. Whoever clears its data, or the browser itself when \
                 room is short, deletes it and its coins with it. Save the file, or write down the words."
                ),
            ),
            Advice::SaveFile => (
                Tone::Neutral,
                t!("One more way back"),
                t!(
                    "You checked the words. The keystore file brings the wallet back without typing \
                 them; it is locked with your passphrase. Save it before coins arrive."
                ),
            ),
            Advice::Check => (
                Tone::Warn,
                t!("Is your backup still there?"),
                t!(
                    "It is more than a month old. Look whether you still have the words, or save the file \
                 again."
                ),
            ),
        };
        view! {
            <NoticeBox tone>
                <p><strong>{title}</strong></p>
                <p class="measure">{text}</p>
                <div class="actions">
                    <SaveFile class="button primary" />
                    <a href="/settings" class="button quiet">{t!("Look at the words")}</a>
                </div>
            </NoticeBox>
        }
        .into_any()
    })
}

/// Since when there is a copy, in a word or two; where there is none, the banner says so.
#[component]
pub(crate) fn BackupBadge() -> impl IntoView {
    let text = Memo::new(move || {
        let advice = advice();
        let last = use_wallet().backup.get().last()?;
        let tone = if advice == Advice::Check { Tone::Warn } else { Tone::Good };
        Some((tone, t!("backed up {time}", time = when(last))))
    });
    shown(move || {
        text.get().map(|(tone, text)| {
            view! { <a href="/settings" class="plain-link"><Badge tone>{text}</Badge></a> }
        })
    })
}

/// When something was, as far as it is known.
fn when(time: u64) -> String {
    match time {
        0 => t!("at an unknown time").to_string(),
        time => format::ago(use_chain().now().saturating_sub(time)),
    }
}

/// When there was last a copy, in words.
pub(crate) fn last_text() -> String {
    let backup = use_wallet().backup.get();
    match (backup.words, backup.file) {
        (None, None) => {
            t!("There is no copy outside of this browser that this browser knows of.").to_string()
        }
        (Some(words), None) => {
            t!("The words were seen {time}. No file was saved.", time = when(words))
        }
        (None, Some(file)) => t!("The file was saved {time}.", time = when(file)),
        (Some(words), Some(file)) => {
            t!(
                "The file was saved {file}, the words were seen {words}.",
                file = when(file),
                words = when(words),
            )
        }
    }
}

/// In the place of an address, until there is a copy: coins that arrive before could be lost.
#[component]
pub(crate) fn BackupFirst(
    /// Goes on without.
    anyway: Callback<()>,
) -> impl IntoView {
    view! {
        <Card heading=t!("Back up first")>
            <p class="measure">
                {t!("Coins that come to this address are lost with this browser's data, as long as there is no copy of the wallet. Save the keystore file now: it takes a second, and it is locked with your passphrase.")}
            </p>
            <div class="actions">
                <SaveFile class="button primary large" />
                <button type="button" class="button quiet" on:click=handler(move |_| anyway.run(()))>
                    {t!("Show the address anyway")}
                </button>
            </div>
        </Card>
    }
}
