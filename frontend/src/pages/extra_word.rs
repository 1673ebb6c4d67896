//! The 25th word: what it is, and the fields for it. Folded away, because most people are better off
//! without one.

use crate::components::PassphraseField;
use crate::prelude::*;

/// A field for the 25th word of a wallet that is restored, and another one to type it again where it is
/// chosen.
#[component]
pub(crate) fn ExtraWord(
    /// The word; empty: there is none.
    extra: RwSignal<String>,
    /// The same again, where it is chosen.
    #[prop(optional)]
    again: Option<RwSignal<String>>,
    /// Shows that the two differ even if nothing was typed yet.
    #[prop(optional, into)]
    reveal: Signal<bool>,
) -> impl IntoView {
    let second = again.map(|again| {
        let error = Signal::derive(move || differ(&extra.get(), &again.get()));
        view! {
            <PassphraseField label=t!("The 25th word again") value=again error reveal autocomplete="off"/>
        }
    });
    let text = match again {
        Some(_) => t!(
            "One more secret, which you choose and which is not on the paper: whoever finds the words alone finds an empty wallet. Nothing can check it. Every other 25th word, one with a typing mistake as well, leads to another wallet, which is empty; and without it the words do not bring your coins back. It is not the passphrase of this browser. Most people need none."
        ),
        None => t!(
            "Only if you chose one when the wallet was made. Nothing can check it: every other 25th word, one with a typing mistake as well, leads to another wallet, which is empty."
        ),
    };
    view! {
        <details class="extra-word">
            <summary>{t!("Advanced: a 25th word")}</summary>
            <div class="form">
                <p class="measure">{text}</p>
                <PassphraseField
                    label=t!("25th word") value=extra autocomplete="off"
                    hint=t!("Any text. Capital letters, spaces and every other character count.")
                />
                {second}
            </div>
        </details>
    }
}

/// What is wrong when a word was not typed twice alike.
pub(crate) fn differ(extra: &str, again: &str) -> Option<String> {
    (extra != again).then(|| t!("This is not the same text.").to_string())
}

#[cfg(test)]
mod tests {
    use super::differ;

    #[test]
    fn a_word_is_typed_twice_alike() {
        assert_eq!(differ("", ""), None);
        assert_eq!(differ("a b", "a b"), None);
        assert!(differ("a b", "a b ").is_some() && differ("", "a").is_some());
    }
}
