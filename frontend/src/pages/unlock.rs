//! The way into a wallet that is in this browser but locked.

use crate::prelude::*;
use crate::{
    components::{Card, ErrorBox, PageHeader, PassphraseField, ProgressBar},
    state::wallet::{Busy, use_wallet},
};
use leptos::ev::SubmitEvent;

/// Unlocks the wallet.
#[component]
pub fn UnlockPage() -> impl IntoView {
    let wallet = use_wallet();
    let passphrase = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let is_busy = move || wallet.busy.get() == Some(Busy::Unlocking);
    let unlock = move |event: SubmitEvent| {
        event.prevent_default();
        if wallet.busy.get_untracked().is_some() {
            return;
        }
        if passphrase.with_untracked(String::is_empty) {
            error.set(Some(t!("Enter the passphrase of this wallet.").to_string()));
            return;
        }
        error.set(None);
        spawn_local(async move {
            let typed = zeroize::Zeroizing::new(passphrase.get_untracked());
            // On success this page is gone, and its signals with it.
            match wallet.unlock(&typed).await {
                Ok(()) => drop(passphrase.try_set(String::new())),
                Err(problem) => drop(error.try_set(Some(sentence(&problem.to_string())))),
            }
        });
    };
    let address = move || wallet.address.get().map(|address| crate::format::short(&address));
    view! {
        <PageHeader title=t!("Unlock your wallet") lead=t!("The wallet in this browser is locked.")/>
        <Card>
            <form class="form" on:submit=handler(unlock)>
                <p class="muted">{t!("Address ")}<span class="mono">{move || address()}</span></p>
                <PassphraseField value=passphrase/>
                <ErrorBox message=error/>
                <div class="actions">
                    <button type="submit" class="button primary large" disabled=shown(is_busy)>
                        {t!("Unlock")}
                    </button>
                </div>
                <Show when=is_busy>
                    <ProgressBar label=t!("Unlocking: this takes about a second on purpose") value=None/>
                </Show>
            </form>
        </Card>
        <p class="muted">
            {t!(
                "Forgotten? The words or the keystore file bring the wallet back: delete it from this \
                browser in the "
            )} <a href="/settings">{t!("settings")}</a> {t!(", then restore it.")}
        </p>
    }
}

/// A text as a sentence: errors of the rules begin small and end without a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let text = crate::i18n::said(text);
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    let rest = characters.as_str();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{}{rest}{stop}", first.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn errors_are_shown_as_sentences() {
        for (text, shown) in [
            ("", ""),
            (
                "wrong passphrase, or the file is damaged",
                "Wrong passphrase, or the file is damaged.",
            ),
            ("is it misspelt?", "Is it misspelt?"),
        ] {
            assert_eq!(sentence(text), shown);
        }
    }
}
