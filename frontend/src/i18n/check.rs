//! What is checked of texts while compiling. Nothing of this is in the program.

/// The texts that the catalogs translate, in order; `build.rs` writes them.
const TEXTS: &[&str] = include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// Whether the catalogs translate a text.
///
/// # Panics
///
/// With `complaint`, when they do not: this runs while compiling.
pub const fn known(text: &str, complaint: &str) {
    let (mut from, mut to) = (0, TEXTS.len());
    while from < to {
        let middle = from.midpoint(to);
        match order(TEXTS[middle].as_bytes(), text.as_bytes()) {
            0 => return,
            1 => to = middle,
            _ => from = middle + 1,
        }
    }
    panic!("{}", complaint)
}

/// Whether the names in braces are these, each at least once and no other.
///
/// # Panics
///
/// When they are not: this runs while compiling.
pub const fn filled(text: &str, names: &[&str]) {
    at_most(text, names);
    let mut index = 0;
    while index < names.len() {
        assert!(mentions(text, names[index]), "a value is given that the text does not name");
        index += 1;
    }
}

/// Whether no other names than these stand in braces.
///
/// # Panics
///
/// When another one does: this runs while compiling.
pub const fn at_most(text: &str, names: &[&str]) {
    let text = text.as_bytes();
    let mut at = 0;
    while at < text.len() {
        if text[at] == b'{' {
            let mut index = 0;
            while index < names.len() && !stands_at(text, at + 1, names[index].as_bytes()) {
                index += 1;
            }
            assert!(index < names.len(), "the text names something that is not given");
        }
        at += 1;
    }
}

const fn mentions(text: &str, name: &str) -> bool {
    let mut at = 0;
    while at < text.len() {
        if text.as_bytes()[at] == b'{' && stands_at(text.as_bytes(), at + 1, name.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether `name` and a closing brace stand there.
const fn stands_at(text: &[u8], at: usize, name: &[u8]) -> bool {
    if at + name.len() >= text.len() || text[at + name.len()] != b'}' {
        return false;
    }
    let mut index = 0;
    while index < name.len() {
        if text[at + index] != name[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// 0 for equal, 1 when the first comes later, 2 when it comes earlier.
const fn order(one: &[u8], other: &[u8]) -> u8 {
    let mut index = 0;
    while index < one.len() && index < other.len() {
        if one[index] != other[index] {
            return if one[index] > other[index] { 1 } else { 2 };
        }
        index += 1;
    }
    if one.len() == other.len() {
        0
    } else if one.len() > other.len() {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(check: impl FnOnce() + std::panic::UnwindSafe) -> bool {
        std::panic::catch_unwind(check).is_ok()
    }

    #[test]
    fn every_text_of_the_catalogs_is_found_and_no_other() {
        assert!(TEXTS.len() > 100);
        for text in TEXTS {
            known(text, "a text of the list is not found");
        }
        for other in ["", "no such text", "\u{10ffff}"] {
            assert!(!holds(|| known(other, "as it should")), "{other}");
        }
    }

    #[test]
    fn texts_and_their_values_name_the_same() {
        filled("nothing", &[]);
        filled("{one} and {two}, {one}", &["one", "two"]);
        at_most("one", &["number"]);
        assert!(!holds(|| filled("{one}", &[])));
        assert!(!holds(|| filled("{one}", &["two"])));
        assert!(!holds(|| filled("{one}", &["one", "two"])));
        assert!(!holds(|| filled("{ones}", &["one"])));
        assert!(!holds(|| at_most("{one", &["one"])));
    }
}
