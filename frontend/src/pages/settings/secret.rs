//! What needs the passphrase: seeing the words, changing the passphrase.

use crate::prelude::*;
use crate::{
    components::{Card, ErrorBox, PassphraseField, ProgressBar},
    pages::{restore::sentence, template::Template},
    state::{
        notices::use_notices,
        wallet::{WalletError, use_wallet},
    },
    wallet::words::Strength,
};
use leptos::ev::SubmitEvent;
use zeroize::Zeroizing;

/// Shows the words to whoever knows the passphrase.
#[component]
pub(super) fn ShowWords() -> impl IntoView {
    let wallet = use_wallet();
    let open = RwSignal::new(false);
    let passphrase = RwSignal::new(String::new());
    let words = RwSignal::new(Vec::<String>::new());
    let extra = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let show = move |event: SubmitEvent| {
        event.prevent_default();
        if wallet.busy.get_untracked().is_some() {
            return;
        }
        error.set(None);
        let typed = Zeroizing::new(passphrase.get_untracked());
        spawn_local(async move {
            match wallet.reveal_words(&typed).await {
                Ok((shown, word)) => {
                    let _ = passphrase.try_set(String::new());
                    let _ = extra.try_set(word);
                    let _ = words.try_set(shown);
                }
                Err(problem) => drop(error.try_set(Some(told(&problem)))),
            }
        });
    };
    let hide = move |_| {
        words.set(Vec::new());
        extra.set(String::new());
        open.set(false);
    };
    view! {
        <Card heading=t!("Recovery phrase")>
            <Show
                when=move || open.get()
                fallback=move || view! {
                    <div class="actions">
                        <button type="button" class="button" on:click=handler(move |_| open.set(true))>{t!("Show the words")}</button>
                    </div>
                }
            >
                <Show
                    when=move || words.with(|words| !words.is_empty())
                    fallback=move || view! {
                        <form class="form" on:submit=handler(show)>
                            <PassphraseField value=passphrase/>
                            <ErrorBox message=error/>
                            <div class="actions">
                                <button type="submit" class="button primary" disabled=move || wallet.busy.get().is_some()>
                                    {t!("Show the words")}
                                </button>
                            </div>
                            <Working/>
                        </form>
                    }
                >
                    <Words words extra/>
                    <div class="actions">
                        <button type="button" class="button" on:click=handler(hide)>{t!("Hide")}</button>
                    </div>
                </Show>
            </Show>
        </Card>
    }
}

/// The words, the 25th one where there is one, and a sheet to write them on.
#[component]
fn Words(words: RwSignal<Vec<String>>, extra: RwSignal<String>) -> impl IntoView {
    let wallet = use_wallet();
    let has_extra = Signal::derive(move || extra.with(|extra| !extra.is_empty()));
    let address = Signal::derive(move || {
        wallet.accounts().into_iter().next().map(|(address, _)| address).unwrap_or_default()
    });
    let list = move || words.get().into_iter().map(|word| view! { <li>{word}</li> }).collect_view();
    view! {
        <p class="measure">
            {t!("Whoever has these words has the coins. A photo or a screenshot of them is not safe: other programs see it, and clouds keep it.")}
        </p>
        <ol class="words" role="list" aria-label=t!("Recovery phrase")>{move || list()}</ol>
        <Show when=move || has_extra.get()>
            <p class="measure">
                {t!("The 25th word belongs to them: without it they lead to an empty wallet.")}" "
                <code class="extra-word">{move || extra.get()}</code>
            </p>
        </Show>
        <Template count=Signal::derive(move || words.with(Vec::len)) address has_extra/>
    }
}

/// Locks the same wallet with another passphrase.
#[component]
pub(super) fn ChangePassphrase() -> impl IntoView {
    let (wallet, notices) = (use_wallet(), use_notices());
    let open = RwSignal::new(false);
    let (old, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let error = RwSignal::new(None::<String>);
    let change = move |event: SubmitEvent| {
        event.prevent_default();
        if wallet.busy.get_untracked().is_some() {
            return;
        }
        error.set(None);
        let before = Zeroizing::new(old.get_untracked());
        let after = Zeroizing::new(new.get_untracked());
        spawn_local(async move {
            match wallet.change_passphrase(&before, &after).await {
                Ok(()) => {
                    notices.status(t!(
                        "The passphrase was changed. Files saved earlier keep the old one."
                    ));
                    let _ = old.try_set(String::new());
                    let _ = new.try_set(String::new());
                    let _ = open.try_set(false);
                }
                Err(problem) => drop(error.try_set(Some(told(&problem)))),
            }
        });
    };
    let strength = Signal::derive(move || new.with(|text| Strength::of(text)).text().to_string());
    view! {
        <Card heading=t!("Passphrase")>
            <Show
                when=move || open.get()
                fallback=move || view! {
                    <div class="actions">
                        <button type="button" class="button" on:click=handler(move |_| open.set(true))>{t!("Change the passphrase")}</button>
                    </div>
                }
            >
                <form class="form" on:submit=handler(change)>
                    <PassphraseField label=t!("Old passphrase") value=old/>
                    <PassphraseField label=t!("New passphrase") value=new hint=strength autocomplete="new-password"/>
                    <ErrorBox message=error/>
                    <div class="actions">
                        <button type="submit" class="button primary" disabled=move || wallet.busy.get().is_some()>
                            {t!("Change the passphrase")}
                        </button>
                        <button type="button" class="button quiet" on:click=handler(move |_| open.set(false))>{t!("Cancel")}</button>
                    </div>
                    <Working/>
                </form>
            </Show>
        </Card>
    }
}

#[component]
fn Working() -> impl IntoView {
    let wallet = use_wallet();
    view! {
        <Show when=move || wallet.busy.get().is_some()>
            <ProgressBar label=t!("This takes about a second on purpose") value=None/>
        </Show>
    }
}

fn told(problem: &WalletError) -> String {
    sentence(&problem.to_string())
}
