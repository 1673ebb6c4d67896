//! Bringing a wallet back, from its words or from its keystore file.

mod file;
mod found;
mod words;

pub(crate) use crate::pages::unlock::sentence;

use crate::prelude::*;
use crate::{
    components::{Card, ErrorBox, PageHeader, PassphraseField, ProgressBar},
    state::wallet::{Busy, use_wallet},
    wallet::words::Strength,
};
use file::FromFile;
use leptos::ev::SubmitEvent;
use words::FromWords;

/// Leaves without a wallet: given by whoever shows the page.
#[derive(Clone, Copy)]
pub(crate) struct Leave(pub(crate) Callback<()>);

/// Restores a wallet.
#[component]
pub fn RestorePage() -> impl IntoView {
    let Leave(back) = expect_context();
    let from_file = RwSignal::new(false);
    let choice = move |name: &'static str, file: bool| {
        view! {
            <label class="choice">
                <input
                    type="radio" name="restore-from" prop:checked=move || from_file.get() == file
                    on:change=handler(move |_| from_file.set(file))
                />
                {name}
            </label>
        }
    };
    view! {
        <PageHeader title=t!("Restore a wallet") lead=t!("From its recovery phrase, or from the keystore file that was saved.")/>
        <fieldset class="choices">
            <legend class="visually-hidden">{t!("Restore from")}</legend>
            {choice(t!("Recovery phrase"), false)}
            {choice(t!("Keystore file"), true)}
        </fieldset>
        <Card>
            {move || match from_file.get() {
                false => view! { <FromWords/> }.into_any(),
                true => view! { <FromFile/> }.into_any(),
            }}
        </Card>
        <div class="actions">
            <button type="button" class="button quiet" on:click=handler(move |_| back.run(()))>{t!("Back")}</button>
        </div>
    }
}

/// A new passphrase with a word about its strength, and the button that uses it.
#[component]
pub(crate) fn NewPassphrase(
    /// The button's text.
    button: &'static str,
    /// What to do with the passphrase, once it is long enough.
    save: Callback<String>,
    /// What went wrong.
    error: RwSignal<Option<String>>,
) -> impl IntoView {
    let wallet = use_wallet();
    let passphrase = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let strength = Memo::new(move || passphrase.with(|text| Strength::of(text)));
    let short = Signal::derive(move || {
        let is_short = strength.get() == Strength::TooShort;
        (tried.get() && is_short).then(|| t!("Use at least 8 characters.").to_string())
    });
    let is_busy = move || wallet.busy.get() == Some(Busy::Locking);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if wallet.busy.get_untracked().is_none() && strength.get_untracked() != Strength::TooShort {
            save.run(passphrase.get_untracked());
        }
    };
    view! {
        <form class="form" on:submit=handler(submit)>
            <PassphraseField
                value=passphrase hint=Signal::derive(move || strength.get().text().to_string())
                error=short reveal=tried autocomplete="new-password"
            />
            <ErrorBox message=error/>
            <div class="actions">
                <button type="submit" class="button primary large" disabled=shown(is_busy)>{button}</button>
            </div>
            <Show when=is_busy>
                <ProgressBar label=t!("Locking: this takes about a second on purpose") value=None/>
            </Show>
        </form>
    }
}
