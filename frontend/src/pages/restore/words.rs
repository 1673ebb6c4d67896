//! Restoring from the words.

use super::{NewPassphrase, sentence};
use crate::{
    components::TextArea,
    i18n::said,
    prelude::*,
    state::{Refresh, wallet::use_wallet},
    workers,
};
use vault::{Judgement, Reply, Request};
use zeroize::Zeroizing;

/// A form for words and a new passphrase.
#[component]
pub(super) fn FromWords() -> impl IntoView {
    let wallet = use_wallet();
    let words = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let tried = RwSignal::new(false);
    let judged = judged(words, tried);
    let mistake =
        Signal::derive(move || judged.with(|judged| judged.mistake.as_deref().map(sentence)));
    let hint = Signal::derive(move || judged.with(|judged| said(&judged.hint).into_owned()));
    let save = Callback::new(move |passphrase: String| {
        tried.set(true);
        error.set(None);
        let phrase = Zeroizing::new(words.get_untracked());
        let passphrase = Zeroizing::new(passphrase);
        spawn_local(async move {
            match wallet.restore_words(&phrase, &passphrase).await {
                Ok(()) => {}
                // What is wrong with the words stands under them.
                Err(problem) if problem.code().starts_with("phrase-") => {}
                Err(problem) => drop(error.try_set(Some(sentence(&problem.to_string())))),
            }
        });
    });
    view! {
        <div class="form">
            <TextArea label=t!("Recovery phrase") value=words hint error=mistake reveal=tried rows=4 code=true/>
        </div>
        <p class="muted">{t!("Choose a passphrase for this browser; it may be another one than before.")}</p>
        <NewPassphrase button=t!("Restore wallet") save error/>
    }
}

/// What the vault says of the words, which alone knows the list of words.
fn judged(words: RwSignal<String>, tried: RwSignal<bool>) -> RwSignal<Judgement> {
    let hint = key!("The 12 or 24 words, in order.").to_string();
    let judged = RwSignal::new(Judgement { mistake: None, hint });
    let ask = Refresh::new(move || async move {
        let Some(text) = words.try_get_untracked() else { return };
        let is_all = tried.try_get_untracked().unwrap_or_default();
        if let Ok(Reply::Judged(judgement)) =
            &workers::ask_vault(&Request::Judge { text, is_all }).await
        {
            judged.try_set(judgement.clone());
        }
    });
    effect(move || {
        tried.track();
        if words.with(|text| !text.is_empty()) || tried.get() {
            ask.ask();
        }
    });
    judged
}
