//! Restoring from the words.

use super::{
    NewPassphrase,
    found::{FoundAccounts, Look},
    sentence,
};
use crate::{
    components::TextArea,
    i18n::said,
    pages::{extra_word::ExtraWord, focus_soon},
    prelude::*,
    state::{
        Refresh,
        wallet::{Wallet, WalletError, use_wallet},
    },
    wallet::words::completed,
    workers,
};
use vault::{Judgement, Reply, Request, Secret};
use zeroize::Zeroizing;

/// A form for words and a new passphrase.
#[component]
pub(super) fn FromWords() -> impl IntoView {
    let wallet = use_wallet();
    let words = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let tried = RwSignal::new(false);
    let extra = RwSignal::new(String::new());
    let look = RwSignal::new(Look::Nothing);
    let find = Refresh::new(move || find(wallet, words, extra, look));
    let judged = judged(words, tried, extra, look, find);
    let mistake =
        Signal::derive(move || judged.with(|judged| judged.mistake.as_deref().map(sentence)));
    let hint = Signal::derive(move || judged.with(|judged| said(&judged.hint).into_owned()));
    let save = Callback::new(move |passphrase: String| {
        tried.set(true);
        error.set(None);
        let Some(secret) = secret_of(words, extra) else { return };
        let passphrase = Zeroizing::new(passphrase);
        let accounts = look.with_untracked(Look::count);
        spawn_local(async move {
            match wallet.restore_words(secret, &passphrase, accounts).await {
                Ok(()) => {}
                // What is wrong with the words stands under them.
                Err(problem)
                    if problem.code().starts_with("phrase-")
                        && problem.code() != "phrase-extra-too-long" => {}
                Err(problem) => drop(error.try_set(Some(sentence(&problem.to_string())))),
            }
        });
    });
    view! {
        <div class="form">
            <TextArea label=t!("Recovery phrase") value=words hint error=mistake reveal=tried rows=4 code=true/>
            <Ways words judged/>
            <ExtraWord extra/>
        </div>
        <FoundAccounts look again=Callback::new(move |()| find.ask())/>
        <p class="muted">{t!("Choose a passphrase for this browser; it may be another one than before.")}</p>
        <NewPassphrase button=t!("Restore wallet") save error/>
    }
}

/// Words that the one which is being typed may become, to be chosen.
#[component]
fn Ways(words: RwSignal<String>, judged: RwSignal<Judgement>) -> impl IntoView {
    let ways = Memo::new(move || judged.with(|judged| judged.ways.clone()));
    let choose = move |way: &str| {
        words.update(|text| *text = completed(text, way));
        focus_soon("main textarea");
    };
    let button = move |way: &str| {
        let (name, way) = (way.to_string(), way.to_string());
        view! {
            <button type="button" class="button small mono" on:click=handler(move |_| choose(&way))>{name}</button>
        }
    };
    view! {
        <Show when=move || ways.with(|ways| !ways.is_empty())>
            <div class="cluster ways" role="group" aria-label=t!("Words that begin so")>
                {move || ways.get().split_whitespace().map(button).collect_view()}
            </div>
        </Show>
    }
}

/// Looks at what the words lead to, as they are now.
async fn find(
    wallet: Wallet,
    words: RwSignal<String>,
    extra: RwSignal<String>,
    look: RwSignal<Look>,
) {
    let Some(secret) = secret_of(words, extra) else { return };
    look.try_set(Look::Looking);
    let found = match wallet.ids_of(secret.clone()).await {
        Ok(ids) => Look::of(wallet.look(&ids).await.ok()),
        Err(WalletError::NotConnected) => Look::Unreachable,
        // What is wrong with the words, or with this browser, is told where they are used.
        Err(_) => Look::Nothing,
    };
    // Other words are judged, and then looked at, by themselves.
    if secret_of(words, extra) == Some(secret) {
        look.try_set(found);
    }
}

/// The words and the 25th one as they are now; nothing when the page is gone.
fn secret_of(words: RwSignal<String>, extra: RwSignal<String>) -> Option<Secret> {
    let words = words.try_get_untracked().map(Zeroizing::new)?;
    let extra = extra.try_get_untracked().map(Zeroizing::new)?;
    Some(Secret::of_phrase(&words, &extra))
}

/// What the vault says of the words, which alone knows the list of words. What whole words lead to is
/// looked at.
fn judged(
    words: RwSignal<String>,
    tried: RwSignal<bool>,
    extra: RwSignal<String>,
    look: RwSignal<Look>,
    find: Refresh,
) -> RwSignal<Judgement> {
    let hint = key!("The 12 or 24 words, in order.").to_string();
    let judged =
        RwSignal::new(Judgement { mistake: None, hint, ways: String::new(), is_whole: false });
    // Words that were judged whole, so that they are looked at once.
    let seen = StoredValue::new(Zeroizing::new(String::new()));
    let ask = Refresh::new(move || async move {
        let Some(text) = words.try_get_untracked() else { return };
        let is_all = tried.try_get_untracked().unwrap_or_default();
        let request = Request::Judge { text: text.clone(), is_all };
        let text = Zeroizing::new(text);
        if let Ok(Reply::Judged(judgement)) = &workers::ask_vault(&request).await {
            judged.try_set(judgement.clone());
            let is_new = |seen: &mut Zeroizing<String>| {
                let is_new = **seen != *text;
                *seen = text.clone();
                is_new
            };
            if judgement.is_whole && seen.try_update_value(is_new) == Some(true) {
                find.ask();
            }
        }
    });
    effect(move || {
        words.track();
        extra.track();
        look.set(Look::Nothing);
        seen.set_value(Zeroizing::default());
    });
    effect(move || {
        tried.track();
        extra.track();
        if words.with(|text| !text.is_empty()) || tried.get() {
            ask.ask();
        }
    });
    judged
}
