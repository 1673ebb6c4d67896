//! Restoring from the keystore file.

use super::sentence;
use crate::prelude::*;
use crate::{
    browser,
    components::{ErrorBox, PassphraseField, ProgressBar},
    state::wallet::{Busy, use_wallet},
};
use leptos::{
    ev::{Event, SubmitEvent},
    html,
};
use zeroize::Zeroizing;

/// A form for the file and its passphrase.
#[component]
pub(super) fn FromFile() -> impl IntoView {
    let wallet = use_wallet();
    let input = NodeRef::<html::Input>::new();
    let file = RwSignal::new(None::<String>);
    let passphrase = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    // What can be told of the file before its passphrase.
    let told = RwSignal::new(None::<String>);
    let choose = move |_: Event| {
        file.set(None);
        error.set(None);
        told.set(None);
        let chosen =
            input.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0));
        let Some(chosen) = chosen else { return };
        spawn_local(async move {
            let Some(text) = browser::read_file(&chosen).await else {
                drop(error.try_set(Some(t!("This file cannot be read.").to_string())));
                return;
            };
            match wallet.inspect(&text).await {
                Ok(address) => {
                    let _ = told.try_set(Some(t!(
                        "Address {address}",
                        address = crate::format::short(&address),
                    )));
                    let _ = file.try_set(Some(text));
                }
                Err(problem) => drop(error.try_set(Some(sentence(&problem.to_string())))),
            }
        });
    };
    let restore = move |event: SubmitEvent| {
        event.prevent_default();
        if wallet.busy.get_untracked().is_some() {
            return;
        }
        let Some(text) = file.get_untracked() else {
            if error.with_untracked(Option::is_none) {
                error.set(Some(t!("Choose the keystore file first.").to_string()));
            }
            return;
        };
        error.set(None);
        let passphrase = Zeroizing::new(passphrase.get_untracked());
        spawn_local(async move {
            if let Err(problem) = wallet.restore_file(&text, &passphrase).await {
                let _ = error.try_set(Some(sentence(&problem.to_string())));
            }
        });
    };
    let is_busy = move || wallet.busy.get() == Some(Busy::Unlocking);
    view! {
        <form class="form" on:submit=handler(restore)>
            <div class="field">
                <label for="keystore-file">{t!("Keystore file")}</label>
                <input id="keystore-file" type="file" accept=".json,application/json" node_ref=input on:change=handler(choose)/>
                <p class="field-hint">{move || told.get()}</p>
            </div>
            <PassphraseField value=passphrase hint=t!("The one that the wallet had when the file was saved.")/>
            <ErrorBox message=error/>
            <div class="actions">
                <button type="submit" class="button primary large" disabled=shown(is_busy)>{t!("Restore wallet")}</button>
            </div>
            <Show when=is_busy>
                <ProgressBar label=t!("Unlocking: this takes about a second on purpose") value=None/>
            </Show>
        </form>
    }
}
