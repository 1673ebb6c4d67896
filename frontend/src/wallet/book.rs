//! Names that the user gave: to addresses of others, to transactions, to the own accounts. Pure.
//!
//! One line for each: what is named, a space, the name. What is named never has a space.

/// Characters of a name, at most.
pub const MAX_NAME: usize = 60;

/// Names, in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book(Vec<(String, String)>);

impl Book {
    /// Reads a book as [`Book::to_text`] writes it. Lines that are none are left out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut book = Self::default();
        for line in text.lines() {
            if let Some((key, name)) = line.split_once(' ') {
                book.set(key, name);
            }
        }
        book
    }

    /// The book as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.0.iter().map(|(key, name)| format!("{key} {name}\n")).collect()
    }

    /// Names `key`; an empty name forgets it. Characters that would move or hide others, and what is
    /// longer than [`MAX_NAME`], are left out.
    pub fn set(&mut self, key: &str, name: &str) {
        let name = crate::format::plain(name).replace('\u{fffd}', "");
        let name: String = name.trim().chars().take(MAX_NAME).collect();
        match self.0.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) if !name.is_empty() => *old = name,
            Some(_) => self.0.retain(|(known, _)| known != key),
            None if name.is_empty() || key.is_empty() || key.contains(char::is_whitespace) => {}
            None => self.0.push((key.to_string(), name)),
        }
    }

    /// The name of `key`.
    #[must_use]
    pub fn name_of(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, name)| name.as_str())
    }

    /// What is named, and how.
    #[must_use]
    pub fn entries(&self) -> &[(String, String)] {
        &self.0
    }
}

/// Whether two addresses could be taken for each other by their beginning and their end: somebody
/// can search for a key until both fit.
#[must_use]
pub fn look_alike(one: &str, other: &str) -> bool {
    let ends = |address: &str| {
        // After the separator come the version symbol and the id.
        let data = address.split_once('1').map(|(_, data)| data.to_owned())?;
        let head = data.get(..4)?.to_owned();
        let tail = data.get(data.len().checked_sub(3)?..)?.to_owned();
        Some((head, tail))
    };
    one != other && ends(one).is_some() && ends(one) == ends(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_survives_being_saved() {
        let mut book = Book::default();
        book.set("x1qab", " Bob of the bus ");
        book.set("x1qcd", "Eve");
        book.set("x1qab", "Bob");
        assert_eq!(book.to_text(), "x1qab Bob\nx1qcd Eve\n");
        assert_eq!(Book::parse(&book.to_text()), book);
        assert_eq!((book.name_of("x1qab"), book.name_of("x1q")), (Some("Bob"), None));
        book.set("x1qab", "");
        assert_eq!(book.entries(), [("x1qcd".to_string(), "Eve".to_string())]);
    }

    #[test]
    fn names_are_one_line_of_visible_text() {
        let mut book = Book::default();
        for (key, name) in [("a", "\u{202e}moc\nx y"), ("b", ""), ("", "nobody"), ("c d", "two")] {
            book.set(key, name);
        }
        book.set("long", &"x".repeat(100));
        assert_eq!(book.name_of("a"), Some("mocx y"));
        assert_eq!(book.entries().len(), 2);
        assert_eq!(book.name_of("long").map(str::len), Some(MAX_NAME));
        assert_eq!(Book::parse("nothing\n\n a\n"), Book::default());
    }

    #[test]
    fn addresses_that_begin_and_end_alike_are_told() {
        assert!(look_alike("x1qabcddddddzzz", "x1qabcffffffzzz"));
        assert!(!look_alike("x1qabcddddddzzz", "x1qabcddddddzzz"));
        assert!(!look_alike("x1qabcddddddzzz", "x1qabdddddddzzz"));
        assert!(!look_alike("x1q", "x1q") && !look_alike("", "x"));
    }
}
