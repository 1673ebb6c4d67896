//! The texts of one language, and how they are found.

use std::{
    borrow::Cow,
    fmt::{Display, Write as _},
    sync::OnceLock,
};

/// English and translation, in the order of the English; one of them is kept for as long as the page.
#[derive(Debug, Default)]
pub(super) struct Catalog(Vec<(&'static str, &'static str)>);

/// The language that is not English, if one was chosen.
static CATALOG: OnceLock<Catalog> = OnceLock::new();

/// Shorter pieces of text than this say nothing about where a text is from.
const TELLING: usize = 7;

impl Catalog {
    /// `texts` as they stand in the file: sorted by the English.
    pub(super) const fn new(texts: Vec<(&'static str, &'static str)>) -> Self {
        Self(texts)
    }

    /// Makes this the language of the app. Only the first one counts.
    pub(super) fn install(self) {
        let _ = CATALOG.set(self);
    }

    fn find(&self, english: &str) -> Option<&'static str> {
        let place = self.0.binary_search_by(|(key, _)| (*key).cmp(english)).ok()?;
        Some(self.0.get(place)?.1)
    }

    fn said(&self, english: &str) -> Option<String> {
        if let Some(found) = self.find(english) {
            return Some(found.to_string());
        }
        let fits =
            self.0.iter().filter_map(|(key, text)| Some((key, text, parts_of(english, key)?)));
        let (_, text, parts) = fits.max_by_key(|(key, ..)| literal_length(key))?;
        let translated: Vec<(&str, Cow<'_, str>)> =
            parts.into_iter().map(|(name, part)| (name, self.part(part))).collect();
        Some(fill(text, |name| {
            let part = translated.iter().find(|(known, _)| *known == name);
            part.map(|(_, part)| part as &dyn Display)
        }))
    }

    /// A part of a text may be one as well: an error within an error.
    fn part<'a>(&self, part: &'a str) -> Cow<'a, str> {
        self.said(part).map_or(Cow::Borrowed(part), Cow::Owned)
    }
}

/// A text that the catalogs know, in the language of the person. Call it as `t!`, which checks that.
#[must_use]
pub fn text(english: &'static str) -> &'static str {
    CATALOG.get().and_then(|catalog| catalog.find(english)).unwrap_or(english)
}

/// The same with values in the place of their names. What is named `error` is itself [`said`].
#[must_use]
pub fn filled(english: &'static str, values: &[(&str, &dyn Display)]) -> String {
    let error = values.iter().find(|(name, _)| *name == "error");
    let error = error.map(|(_, error)| said(&error.to_string()).into_owned());
    fill(text(english), |name| match &error {
        Some(error) if name == "error" => Some(error as &dyn Display),
        _ => values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value),
    })
}

/// The text for one or the one for several, with the number in it. Call it as `plural!`.
#[must_use]
pub fn plural(number: u64, one: &'static str, other: &'static str) -> String {
    let text = if number == 1 { one } else { other };
    filled(text, &[("number", &crate::format::count(number))])
}

/// A text that was put together in English, as errors are, in the language of the person; as it is
/// when it is none that the catalogs know.
#[must_use]
pub fn said(english: &str) -> Cow<'_, str> {
    CATALOG.get().map_or(Cow::Borrowed(english), |catalog| catalog.part(english))
}

/// Writes values in the place of their names in braces.
fn fill<'a>(text: &str, value: impl Fn(&str) -> Option<&'a dyn Display>) -> String {
    let mut filled = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some((before, name, after)) = next_name(rest) {
        filled.push_str(before);
        if let Some(value) = value(name) {
            // Writing to a text cannot fail.
            let _ = write!(filled, "{value}");
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// What stands before the next name in braces, the name, and what stands after.
fn next_name(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// Letters of a text outside of braces.
fn literal_length(text: &str) -> usize {
    match next_name(text) {
        Some((before, _, after)) => before.len() + literal_length(after),
        None => text.len(),
    }
}

/// What stands in `english` in the place of the names of `key`, when all else of them is the same.
fn parts_of<'a>(english: &'a str, key: &'static str) -> Option<Vec<(&'static str, &'a str)>> {
    if literal_length(key) < TELLING {
        return None;
    }
    let (start, mut name, mut after) = next_name(key)?;
    let mut rest = english.strip_prefix(start)?;
    let mut parts = Vec::new();
    while let Some((between, next, behind)) = next_name(after) {
        let (part, left) = rest.split_once(between)?;
        parts.push((name, part));
        (rest, name, after) = (left, next, behind);
    }
    parts.push((name, rest.strip_suffix(after)?));
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn german() -> Catalog {
        Catalog::new(vec![
            ("Save", "Sichern"),
            ("line {line}: {error}", "Zeile {line}: {error}"),
            ("not enough: {have} of {need} coins", "zu wenig: {need} nötig, {have} da"),
            ("this is not an address", "das ist keine Adresse"),
            ("{0} and {1}", "{1} und {0}"),
            ("{count} blocks of {total}", "{count} von {total} Blöcken"),
        ])
    }

    #[test]
    fn texts_without_a_catalog_are_english() {
        assert_eq!(text("whatever"), "whatever");
        assert_eq!(said("whatever"), "whatever");
        assert_eq!(filled("{b} of {a}{c}", &[("a", &1), ("b", &"{a}")]), "{a} of 1");
        assert_eq!(plural(1, "a block", "{number} blocks"), "a block");
        assert_eq!(plural(2, "a block", "{number} blocks"), "2 blocks");
    }

    #[test]
    fn errors_are_found_by_what_stands_around_their_values() {
        for (english, translated) in [
            ("Save", "Sichern"),
            ("not enough: 1.5 of 2 coins", "zu wenig: 2 nötig, 1.5 da"),
            ("line 3: this is not an address", "Zeile 3: das ist keine Adresse"),
            ("line 3: something else", "Zeile 3: something else"),
            ("7 blocks of 9", "7 von 9 Blöcken"),
        ] {
            assert_eq!(german().part(english), translated);
        }
        // The pieces of "{0} and {1}" are too short to tell anything.
        for unknown in ["", "Save it", "you and me", "line 3", "not enough: 1"] {
            assert_eq!(german().part(unknown), unknown);
        }
    }
}
