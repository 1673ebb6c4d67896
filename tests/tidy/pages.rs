//! Texts that stand outside of the app's program, in every language: those of the emergency kit, of the
//! screens that show when the app does not run, and of the scanner.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use crate::{
    files::{none, root},
    texts::keys,
};

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The texts between the tags of a page, in order, each in one line; scripts, comments and what shows
/// without scripts apart.
fn texts_of(page: &str) -> Vec<String> {
    let mut page = page.to_owned();
    for (start, end) in [("<!--", "-->"), ("<script", "</script>"), ("<noscript", "</noscript>")] {
        while let Some((before, rest)) = page.split_once(start) {
            page = format!("{before}{}", rest.split_once(end).unwrap().1);
        }
    }
    let texts = page.split('<').filter_map(|part| part.split_once('>'));
    let texts = texts.map(|(_, text)| text.split_whitespace().collect::<Vec<_>>().join(" "));
    texts.filter(|text| text.chars().any(char::is_alphabetic)).collect()
}

/// What stands in quotes right after the name of a function, and its bracket, in a script.
fn quoted_after(script: &str, call: &str) -> BTreeSet<String> {
    let is_whole = |at: &usize| !script[..*at].ends_with(|c: char| c.is_alphanumeric());
    let calls = script.match_indices(call).map(|(at, _)| at).filter(is_whole);
    let quoted = calls.filter_map(|at| script[at + call.len()..].trim_start().strip_prefix('"'));
    quoted.map(|text| text.split_once('"').unwrap().0.to_owned()).collect()
}

/// The names in braces of a text.
fn names(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect()
}

#[test]
fn the_emergency_kit_says_all_that_it_says_in_every_language() {
    let table = read("frontend/kit/kit-texts.js");
    let table = &table[table.find('{').unwrap()..=table.rfind('}').unwrap()];
    let table: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(table).unwrap();
    assert_eq!(table.keys().collect::<Vec<_>>(), ["de", "es"]);
    let script = read("frontend/kit/kit.js");
    let mut said = quoted_after(&script, "t(");
    assert!(said.len() > 20, "the script's texts are not found: {said:?}");
    // What is the same in every language.
    let page = texts_of(&read("frontend/kit/kit.html"));
    said.extend(page.into_iter().filter(|text| text != "halfpenny wallet"));
    let mut wrong = Vec::new();
    for (language, texts) in &table {
        let known: BTreeSet<&String> = texts.keys().collect();
        let missing = said.iter().filter(|text| !known.contains(text));
        wrong.extend(missing.map(|text| format!("{language} lacks: {text}")));
        let unused = known.iter().filter(|text| !said.contains(**text));
        wrong.extend(unused.map(|text| format!("{language} has what nothing says: {text}")));
        let differ = texts.iter().filter(|(text, other)| names(text) != names(other));
        wrong.extend(differ.map(|(text, _)| format!("{language} has other names in: {text}")));
    }
    none("texts of the emergency kit", &wrong);
}

#[test]
fn what_shows_when_the_app_does_not_run_stands_in_every_language() {
    let page = read("frontend/index.html");
    for (what, least) in [("id=\"boot\"", 3), ("id=\"broken\"", 1)] {
        let (_, part) = page.split_once(what).unwrap();
        let part = part.split_once("\n    </div>").unwrap().0;
        let count = |code: &str| part.matches(&format!("lang=\"{code}\"")).count();
        let counts = ["en", "de", "es"].map(count);
        assert_eq!(counts, [counts[0]; 3], "{what}: not as many texts of each language");
        assert!(counts[0] >= least, "{what}: {counts:?}");
        // The name of the app is the same everywhere; every other text stands in one with a language.
        let outside = part.split("lang=\"").next().unwrap();
        let outside = texts_of(&format!("<div {outside}"));
        assert!(outside.iter().all(|text| text == "Halfpenny"), "{outside:?}");
    }
}

#[test]
fn what_the_scanner_says_is_in_the_catalogs() {
    let script = read("frontend/qr/scan.js");
    let known = keys();
    let said = quoted_after(&script, "text(");
    assert!(said.len() >= 10, "{said:?}");
    let missing: Vec<String> = said.iter().filter(|text| !known.contains(*text)).cloned().collect();
    none("texts of the scanner without a translation in frontend/locales", &missing);
    let code: String = script.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let bare = code.split('"').skip(1).step_by(2).filter(|text| {
        let is_text = text.starts_with(char::is_uppercase) || text.contains(". ");
        is_text && !said.contains(*text)
    });
    none(
        "texts of the scanner that nothing translates",
        &bare.map(str::to_owned).collect::<Vec<_>>(),
    );
}

/// Every text of the catalogs that a script says.
pub(crate) fn said_by_scripts() -> BTreeSet<String> {
    quoted_after(&read("frontend/qr/scan.js"), "text(")
}
