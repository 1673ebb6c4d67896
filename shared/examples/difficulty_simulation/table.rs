//! Tables as the specification has them.

use std::fmt;

/// A table of the appendix: its title here, its head and its rows, cells without the bars at the ends.
pub struct Table {
    /// What stands above it when it is printed alone.
    pub title: &'static str,
    head: &'static str,
    rows: Vec<String>,
}

impl Table {
    /// A table of `rows` under `head`.
    pub fn new(title: &'static str, head: &'static str, rows: Vec<String>) -> Self {
        Self { title, head, rows }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| {} |", self.head)?;
        writeln!(f, "|{}", " --- |".repeat(self.head.split(" | ").count()))?;
        self.rows.iter().try_for_each(|row| writeln!(f, "| {row} |"))
    }
}
