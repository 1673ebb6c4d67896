//! The app's texts: each in every language, none that nobody shows; and styles that need no left and right.

use std::{collections::BTreeSet, fs};

use crate::{
    files::{Source, name, none, root, sources, walk},
    pages::said_by_scripts,
};

/// Modules outside of the app whose errors it shows.
const SHOWN: [&str; 12] = [
    "shared/src/account.rs",
    "shared/src/amount.rs",
    "shared/src/rules/transaction_in_ledger.rs",
    "shared/src/rules/transaction_isolated.rs",
    "shared/src/template.rs",
    "shared/src/wallet/keystore",
    "shared/src/wallet/message.rs",
    "shared/src/wallet/mnemonic.rs",
    "shared/src/wallet/payment.rs",
    "shared/src/wallet/shared_account",
    "frontend/vault/src/lib.rs",
    "frontend/src/",
];
/// What stands before the reason that an error of a file gives.
const REASONS: [&str; 3] = ["malformed(", "wrong(", "reason:"];
/// Files outside of the app that write sentences for it in other ways: every text with a space in it.
const WRITERS: [&str; 2] = ["shared/src/account/typo.rs", "frontend/vault/src/phrase.rs"];
/// Texts in a view that are the same in every language.
const SAME: [&str; 3] = ["Halfpenny", "halfpenny wallet", "MIT or Apache-2.0"];

/// A text in quotes, and the code that stands before it.
struct Quoted {
    before: String,
    text: String,
}

/// All texts in quotes in the code of a file that is no test, as they are at run time.
fn quoted(source: &Source) -> Vec<Quoted> {
    let code: String = source.product().flat_map(|(_, line)| [line, "\n"]).collect();
    let mut found = Vec::new();
    let mut rest = code.as_str();
    let mut before = String::new();
    while let Some(next) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("'\"'") {
            3
        } else if rest.starts_with("'\\") {
            2 + rest.chars().skip(2).position(|c| c == '\'').unwrap_or(0) + 1
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            3 + raw.find("\"#").unwrap_or(0) + 2
        } else if let Some(text) = rest.strip_prefix('"') {
            let end = end_of(text);
            found.push(Quoted { before: before.clone(), text: unescaped(&text[..end]) });
            before.clear();
            end + 2
        } else {
            before.push(next);
            next.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    found
}

/// Where the quote ends that a text begins in.
fn end_of(text: &str) -> usize {
    let mut escaped = false;
    let end = text.find(|c| {
        let is_end = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        is_end
    });
    end.unwrap_or(text.len())
}

/// A text without its backslashes, and with `{names}` only in braces.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('\\') {
        plain.push_str(head);
        if let Some(line) = tail.strip_prefix('\n') {
            rest = line.trim_start();
        } else if let Some((digits, after)) =
            tail.strip_prefix("u{").and_then(|tail| tail.split_once('}'))
        {
            plain.extend(u32::from_str_radix(digits, 16).ok().and_then(char::from_u32));
            rest = after;
        } else {
            plain.push_str(tail.get(..1).unwrap_or_default());
            rest = tail.get(1..).unwrap_or_default();
        }
    }
    plain.push_str(rest);
    named(&plain)
}

/// `{}` becomes `{0}`, `{1}` …, and `{amount:?}` becomes `{amount}`.
fn named(text: &str) -> String {
    let mut parts = text.split('{');
    let mut named = parts.next().unwrap_or_default().to_owned();
    let mut next = 0;
    for part in parts {
        let (inside, after) = part.split_once('}').unwrap_or((part, ""));
        let name = inside.split(':').next().unwrap_or_default();
        if name.is_empty() {
            named.push_str(&format!("{{{next}}}{after}"));
            next += 1;
        } else {
            named.push_str(&format!("{{{name}}}{after}"));
        }
    }
    named
}

/// Whether there are words in it besides names in braces.
fn has_words(text: &str) -> bool {
    let outside = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
    outside.flat_map(str::chars).filter(|c| c.is_alphabetic()).count() > 2
}

/// The English texts of a catalog. That all catalogs have the same, the app's build checks.
pub(crate) fn keys() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("frontend/locales/de.json")).unwrap();
    let catalog: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    catalog.into_iter().map(|(key, _)| key).collect()
}

fn is_shown(path: &str) -> bool {
    SHOWN.iter().any(|shown| path.starts_with(shown))
}

/// Whether a text with that code before it stands in a view as it is.
fn is_bare(before: &str) -> bool {
    const NAMES: [&str; 9] =
        ["label", "title", "heading", "lead", "caption", "hint", "placeholder", "message", "alt"];
    let before = before.trim_end();
    let attribute = before.strip_suffix('=').is_some_and(|before| {
        let start = before.rfind([' ', '\n', '(', '<']).map_or(0, |space| space + 1);
        let name = before[start..].trim_start_matches("aria-").trim_start_matches("data-");
        NAMES.contains(&name)
    });
    attribute || before.ends_with('>') && !before.ends_with("=>")
}

#[test]
fn every_error_that_the_app_shows_is_translated() {
    let keys = keys();
    let mut missing = Vec::new();
    for source in sources() {
        let is_writer = WRITERS.contains(&source.path.as_str());
        for Quoted { before, text } in quoted(&source) {
            let before = before.trim_end();
            let is_reason = !source.path.starts_with("frontend/src/")
                && REASONS.iter().any(|call| before.ends_with(call));
            let is_error = is_shown(&source.path) && (is_reason || before.ends_with("error("));
            let is_sentence = is_writer && text.trim().contains(' ');
            if (is_error || is_sentence) && has_words(&text) && !keys.contains(&text) {
                missing.push(format!("{}: {text}", source.path));
            }
        }
    }
    none("errors without a translation in frontend/locales", &missing);
}

#[test]
fn every_text_of_the_catalogs_is_shown_somewhere() {
    let is_inside =
        |source: &Source| is_shown(&source.path) || WRITERS.contains(&source.path.as_str());
    let all = sources().into_iter().filter(is_inside);
    let used = all.flat_map(|source| quoted(&source)).map(|quoted| quoted.text);
    let used: BTreeSet<String> = used.chain(said_by_scripts()).collect();
    let unused: Vec<String> = keys().into_iter().filter(|key| !used.contains(key)).collect();
    none("texts of frontend/locales that no code shows", &unused);
}

#[test]
fn no_text_of_a_view_is_left_in_english() {
    let is_inside = |source: &Source| {
        source.path.starts_with("frontend/src/") && source.path != "frontend/src/pages/gallery.rs"
    };
    let mut bare = Vec::new();
    for source in sources().into_iter().filter(is_inside) {
        for Quoted { before, text } in quoted(&source) {
            if is_bare(&before) && has_words(&text) && !SAME.contains(&text.as_str()) {
                bare.push(format!("{}: {text}", source.path));
            }
        }
    }
    none("texts in views without t!", &bare);
}

#[test]
fn styles_know_no_left_and_right() {
    let mut paths = Vec::new();
    walk(&root().join("frontend"), "css", &mut paths);
    assert!(paths.len() > 5, "the styles are not where they were");
    let mut found = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        for (index, line) in text.lines().enumerate() {
            // A telephone's own edges have no other names.
            let line =
                line.replace("safe-area-inset-left", "").replace("safe-area-inset-right", "");
            let words = line.split(|c: char| !c.is_alphanumeric());
            if words.into_iter().any(|word| ["left", "right"].contains(&word)) {
                found.push(format!("{}:{}: {}", name(&path), index + 1, line.trim()));
            }
        }
    }
    none("write inline-start and inline-end, which turn round with the language", &found);
}

#[test]
fn what_reads_the_code_reads_it_as_the_compiler_does() {
    assert_eq!(
        unescaped(
            r#"a \"b\" \u{a0}c \
        d {} {x:?}"#
        ),
        "a \"b\" \u{a0}c d {0} {x}"
    );
    assert!(has_words("{0}: why") && !has_words("{reason}: {x}"));
    assert!(is_bare("<p>") && is_bare("<A label=") && is_bare("<a aria-label=\n"));
    assert!(!is_bare("=>") && !is_bare("<a class=") && !is_bare("t!("));
}
