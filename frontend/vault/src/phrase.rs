//! What can be said of a recovery phrase while it is being typed. Pure.

use borsh::{BorshDeserialize, BorshSerialize};
use shared::wallet::mnemonic::{Entropy, PhraseError, complete, is_word};

/// What can be said of the words so far.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Judgement {
    /// What is wrong with them; everything, once they are meant to be all.
    pub mistake: Option<String>,
    /// How many there are.
    pub hint: String,
    /// Words that the last one may become, with one space between them.
    pub ways: String,
    /// Whether they are a whole recovery phrase.
    pub is_whole: bool,
}

/// Judges what was typed.
pub(crate) fn judge(text: &str, is_all: bool) -> Judgement {
    let is_whole = Entropy::parse_phrase(text).is_ok();
    let ways = ways(text);
    Judgement { mistake: mistake(text, is_all), hint: hint(text), ways, is_whole }
}

/// What is wrong with the words so far; everything, once it is meant to be all.
fn mistake(text: &str, is_all: bool) -> Option<String> {
    let finished = if is_all { text } else { finished(text) };
    let unknown: Vec<String> = finished
        .split(|character: char| !character.is_alphabetic())
        .filter(|word| !word.is_empty())
        .enumerate()
        .filter(|(_, word)| !is_word(word))
        .map(|(index, _)| (index + 1).to_string())
        .collect();
    match unknown.as_slice() {
        [] => {}
        [one] => return Some(format!("word {one} is not in the list of words: is it misspelt?")),
        many => {
            return Some(format!(
                "words {} are not in the list of words: are they misspelt?",
                many.join(", ")
            ));
        }
    }
    match Entropy::parse_phrase(text).err()? {
        PhraseError::Checksum => Some(PhraseError::Checksum.to_string()),
        error if is_all => Some(error.to_string()),
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

/// How many words there are.
fn hint(text: &str) -> String {
    let words = text.split(|character: char| !character.is_alphabetic());
    match words.filter(|word| !word.is_empty()).count() {
        0 => "The 12 or 24 words, in order.".to_string(),
        count => format!("{count} of 12 or 24 words."),
    }
}

/// What the word that is being typed may become, once it has two letters.
fn ways(text: &str) -> String {
    let last = text.get(finished(text).len()..).unwrap_or_default();
    let last = last.trim_start_matches(|character: char| !character.is_alphabetic());
    if last.chars().count() < 2 || is_word(last) {
        return String::new();
    }
    complete(last, 4).join(" ")
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
            mistake("abandon abandn ", false).is_some_and(|text| text.starts_with("word 2 is not"))
        );
        assert!(
            mistake("x abandon y ", false).is_some_and(|text| text.starts_with("words 1, 3 are"))
        );
    }

    #[test]
    fn count_and_checksum_are_judged_when_there_is_enough() {
        assert_eq!(mistake("abandon ", false), None);
        assert!(
            mistake("abandon ", true).is_some_and(|text| text.contains("12 or 24 words, not 1"))
        );
        assert!(mistake("", true).is_some_and(|text| text.contains("enter the recovery phrase")));
        let wrong = GOOD.replace("about", "zoo");
        assert!(mistake(&wrong, false).is_some_and(|text| text.contains("do not belong together")));
    }

    #[test]
    fn words_are_whole_when_they_open_a_wallet() {
        assert!(judge(GOOD, false).is_whole && judge(&GOOD.to_uppercase(), true).is_whole);
        for text in ["", "abandon ", GOOD.trim_end_matches(" about"), &GOOD.replace("about", "zoo")]
        {
            assert!(!judge(text, true).is_whole, "{text}");
        }
    }

    #[test]
    fn words_are_counted_and_the_last_one_is_completed() {
        assert_eq!(hint(""), "The 12 or 24 words, in order.");
        assert_eq!(hint("abandon abil"), "2 of 12 or 24 words.");
        assert_eq!(ways("abandon abil"), "ability");
        assert_eq!(ways("abandon AB"), "abandon ability able about");
        for text in ["", "abandon a", "abandon ability", "abandon abil ", "abandon xyz"] {
            assert!(ways(text).is_empty(), "{text}");
        }
    }
}
