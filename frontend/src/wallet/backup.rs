//! When the secret was last copied out of this browser, and what is to be said about it. Pure.

/// Seconds after which a person is asked whether the copy is still there.
pub const REMIND_AFTER: u64 = 30 * 24 * 3_600;

/// When there was last a copy outside of this browser, in Unix seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backup {
    /// The words were checked.
    pub words: Option<u64>,
    /// The keystore file was saved.
    pub file: Option<u64>,
}

/// What is to be said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// There is no copy that this browser knows of.
    Unsafe,
    /// The words were checked, but no file was saved: the file is the easier way back.
    SaveFile,
    /// It is long ago.
    Check,
    /// Nothing.
    Fine,
}

impl Backup {
    /// Reads what [`Backup::to_text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (words, file) = text.split_once(' ').unwrap_or((text, ""));
        // What earlier versions wrote: there was a copy, nobody knows when.
        let words = if words == "yes" { "0" } else { words };
        Self { words: words.parse().ok(), file: file.parse().ok() }
    }

    /// The times as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let part = |time: Option<u64>| time.map_or_else(|| "-".to_string(), |it| it.to_string());
        format!("{} {}", part(self.words), part(self.file))
    }

    /// The last time.
    #[must_use]
    pub fn last(&self) -> Option<u64> {
        self.words.max(self.file)
    }

    /// What is to be said at this time.
    #[must_use]
    pub fn advice(&self, now: u64) -> Advice {
        match self.last() {
            None => Advice::Unsafe,
            Some(last) if now.saturating_sub(last) > REMIND_AFTER => Advice::Check,
            Some(_) if self.file.is_none() => Advice::SaveFile,
            Some(_) => Advice::Fine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_survive_being_saved() {
        for backup in [
            Backup::default(),
            Backup { words: Some(5), file: None },
            Backup { words: Some(5), file: Some(7) },
        ] {
            assert_eq!(Backup::parse(&backup.to_text()), backup);
        }
        assert_eq!(Backup::parse("yes"), Backup { words: Some(0), file: None });
        assert_eq!(Backup::parse("nonsense"), Backup::default());
    }

    #[test]
    fn a_wallet_without_a_copy_is_unsafe_and_an_old_copy_is_asked_about() {
        let now = 1_000_000_000;
        for (words, file, advice) in [
            (None, None, Advice::Unsafe),
            (Some(now), None, Advice::SaveFile),
            (Some(now), Some(now - 9), Advice::Fine),
            (None, Some(now), Advice::Fine),
            (Some(now - REMIND_AFTER - 1), None, Advice::Check),
            (Some(now - REMIND_AFTER - 1), Some(now), Advice::Fine),
        ] {
            assert_eq!(Backup { words, file }.advice(now), advice);
        }
    }
}
