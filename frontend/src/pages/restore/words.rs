//! Restoring from the words.

use super::{NewPassphrase, sentence};
use crate::{components::TextArea, state::wallet::use_wallet};
use leptos::{prelude::*, task::spawn_local};
use shared::wallet::mnemonic::{Entropy, PhraseError, complete, is_word};
use zeroize::Zeroizing;

/// A form for words and a new passphrase.
#[component]
pub(super) fn FromWords() -> impl IntoView {
    let wallet = use_wallet();
    let words = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let tried = RwSignal::new(false);
    // While the last word is being typed, only finished words are judged.
    let mistake = Signal::derive(move || words.with(|text| mistake(text, tried.get())));
    let hint = Signal::derive(move || words.with(|text| hint(text)));
    let save = Callback::new(move |passphrase: String| {
        tried.set(true);
        error.set(None);
        let phrase = Zeroizing::new(words.get_untracked());
        if Entropy::parse_phrase(&phrase).is_err() {
            return;
        }
        let passphrase = Zeroizing::new(passphrase);
        spawn_local(async move {
            if let Err(problem) = wallet.restore_words(&phrase, &passphrase).await {
                let _ = error.try_set(Some(sentence(&problem.to_string())));
            }
        });
    });
    view! {
        <div class="form">
            <TextArea label="Recovery phrase" value=words hint error=mistake reveal=tried rows=4 code=true/>
        </div>
        <p class="muted">"Choose a passphrase for this browser; it may be another one than before."</p>
        <NewPassphrase button="Restore wallet" save error/>
    }
}

/// What is wrong with the words so far; everything, once it was tried.
fn mistake(text: &str, tried: bool) -> Option<String> {
    let finished = if tried { text } else { finished(text) };
    let unknown: Vec<String> = finished
        .split(|character: char| !character.is_alphabetic())
        .filter(|word| !word.is_empty())
        .enumerate()
        .filter(|(_, word)| !is_word(word))
        .map(|(index, _)| (index + 1).to_string())
        .collect();
    match unknown.as_slice() {
        [] => {}
        [one] => return Some(format!("Word {one} is not in the list of words: is it misspelt?")),
        many => {
            return Some(format!(
                "Words {} are not in the list of words: are they misspelt?",
                many.join(", ")
            ));
        }
    }
    match Entropy::parse_phrase(text).err()? {
        PhraseError::Checksum => Some(sentence(&PhraseError::Checksum.to_string())),
        error if tried => Some(sentence(&error.to_string())),
        _ => None,
    }
}

/// The text without the word that is still being typed.
fn finished(text: &str) -> &str {
    match text.rfind(|character: char| !character.is_alphabetic()) {
        Some(end) => text.get(..end).unwrap_or_default(),
        None => "",
    }
}

/// How many words there are, and how the last one may go on.
fn hint(text: &str) -> String {
    let count = text
        .split(|character: char| !character.is_alphabetic())
        .filter(|word| !word.is_empty())
        .count();
    let last = text.get(finished(text).len()..).unwrap_or_default();
    let last = last.trim_start_matches(|character: char| !character.is_alphabetic());
    let ways =
        if last.chars().count() >= 2 && !is_word(last) { complete(last, 4) } else { Vec::new() };
    match (count, ways.as_slice()) {
        (0, _) => "The 12 or 24 words, in order.".to_string(),
        (_, []) => format!("{count} of 12 or 24 words."),
        (_, ways) => format!("{count} of 12 or 24 words. {}?", ways.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                        abandon abandon about";

    #[test]
    fn words_that_are_not_in_the_list_are_told_by_position() {
        assert_eq!(mistake(GOOD, true), None);
        assert_eq!(mistake("abandon abandn", false), None, "it is still being typed");
        assert!(
            mistake("abandon abandn ", false).is_some_and(|text| text.starts_with("Word 2 is not"))
        );
        assert!(
            mistake("x abandon y ", false).is_some_and(|text| text.starts_with("Words 1, 3 are"))
        );
    }

    #[test]
    fn count_and_checksum_are_judged_when_there_is_enough() {
        assert_eq!(mistake("abandon ", false), None);
        assert!(
            mistake("abandon ", true).is_some_and(|text| text.contains("12 or 24 words, not 1"))
        );
        assert!(mistake("", true).is_some_and(|text| text.contains("Enter the recovery phrase")));
        let wrong = GOOD.replace("about", "zoo");
        assert!(mistake(&wrong, false).is_some_and(|text| text.contains("do not belong together")));
    }

    #[test]
    fn the_hint_counts_and_completes() {
        assert_eq!(hint(""), "The 12 or 24 words, in order.");
        assert_eq!(hint("abandon abil"), "2 of 12 or 24 words. ability?");
        assert_eq!(hint("abandon ability"), "2 of 12 or 24 words.");
    }
}
