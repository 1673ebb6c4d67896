//! How numbers, times, hashes and memos are written for people. Pure.

mod text;

pub(crate) use text::is_unseen;
pub use text::{groups_of_4, memo_text, plain, short};

use crate::i18n;
use shared::amount::{Amount, COIN};
use std::fmt;

/// The unit that amounts are shown and typed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Whole coins with decimals.
    #[default]
    Coins,
    /// Mites, 10^8 of which make a coin.
    Mites,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Coins => "coins",
            Self::Mites => "mites",
        })
    }
}

impl std::str::FromStr for Unit {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "coins" => Ok(Self::Coins),
            "mites" => Ok(Self::Mites),
            _ => Err(()),
        }
    }
}

/// Between groups of digits: narrow, and no line breaks there.
const GROUP_SPACE: char = '\u{202f}';

/// An amount with its unit: `1.5 DHHC`, `150 000 000 mites`.
#[must_use]
pub fn amount(mites: u64, unit: Unit, ticker: &str) -> String {
    match unit {
        Unit::Coins => format!("{}\u{a0}{ticker}", coins(mites)),
        Unit::Mites => {
            plural!(mites, "{number}\u{a0}mite", "{number}\u{a0}mites")
        }
    }
}

/// An amount in the unit, without its name.
#[must_use]
pub fn amount_number(mites: u64, unit: Unit) -> String {
    match unit {
        Unit::Coins => coins(mites),
        Unit::Mites => count(mites),
    }
}

/// An amount in whole coins, without needless zeros: `12 345.5`. The decimal point and the gaps are the
/// same in every language: amounts are copied into fields, files and other wallets, where a comma would
/// be another amount.
#[must_use]
pub fn coins(mites: u64) -> String {
    let whole = count(mites / COIN);
    match Amount::from_mites(mites % COIN).map(Amount::to_coins) {
        Some(fraction) if fraction != "0" => whole + fraction.trim_start_matches('0'),
        _ => whole,
    }
}

/// A number, in groups of three from five digits on; as with amounts, in every language.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(GROUP_SPACE);
        }
        text.push(digit);
    }
    text
}

/// A length of a list as a number to show.
#[must_use]
pub fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Attempts per second: `1.23 MH/s`.
#[must_use]
pub fn hash_rate(per_second: f64) -> String {
    let mut value = per_second.max(0.0);
    for unit in ["H/s", "kH/s", "MH/s", "GH/s"] {
        if value < 999.5 {
            return format!("{}\u{a0}{unit}", three_digits(value));
        }
        value /= 1_000.0;
    }
    format!("{}\u{a0}TH/s", three_digits(value))
}

/// Three significant digits, as far as decimals go.
fn three_digits(value: f64) -> String {
    if value >= 99.95 || value == 0.0 {
        decimal(value, 0)
    } else if value >= 9.995 {
        decimal(value, 1)
    } else {
        decimal(value, 2)
    }
}

/// A number that is no amount, with so many decimals, as the person's language writes it.
#[must_use]
pub fn decimal(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match i18n::decimal_sign() {
        '.' => text,
        sign => text.replace('.', sign.encode_utf8(&mut [0; 4])),
    }
}

/// A size: `174 bytes`, `12.5 kB`.
#[must_use]
pub fn bytes(size: usize) -> String {
    storage(wide(size))
}

/// The same of what a disk holds, which is more than fits into this machine's memory.
#[must_use]
pub fn storage(size: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let value = size as f64;
    match size {
        0..1_000 => {
            plural!(size, "1\u{a0}byte", "{number}\u{a0}bytes")
        }
        1_000..1_000_000 => format!("{}\u{a0}kB", three_digits(value / 1e3)),
        1_000_000..1_000_000_000 => format!("{}\u{a0}MB", three_digits(value / 1e6)),
        _ => format!("{}\u{a0}GB", three_digits(value / 1e9)),
    }
}

/// A length of time, in its largest unit: `45 seconds`, `3 minutes`, `2 hours`, `5 days`.
#[must_use]
pub fn duration(seconds: u64) -> String {
    let (number, unit) = in_largest_unit(seconds);
    i18n::in_units(number, unit).unwrap_or_else(|| in_english(number, unit))
}

/// How long ago: `just now`, `3 minutes ago`.
#[must_use]
pub fn ago(seconds_ago: u64) -> String {
    if seconds_ago < 5 {
        return t!("just now").to_string();
    }
    let (number, unit) = in_largest_unit(seconds_ago);
    i18n::ago(number, unit).unwrap_or_else(|| format!("{} ago", in_english(number, unit)))
}

/// A length of time as a number of units, whose names are those of the browser.
const fn in_largest_unit(seconds: u64) -> (u64, &'static str) {
    match seconds {
        0..90 => (seconds, "second"),
        90..5_400 => ((seconds + 30) / 60, "minute"),
        5_400..172_800 => ((seconds + 1_800) / 3_600, "hour"),
        _ => ((seconds + 43_200) / 86_400, "day"),
    }
}

/// A number of units in English; in other languages the browser does it.
fn in_english(number: u64, unit: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{}\u{a0}{unit}{plural}", count(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_their_unit_and_no_needless_zeros() {
        for (mites, text) in [
            (0, "0"),
            (1, "0.00000001"),
            (150_000_000, "1.5"),
            (123_400_000_000, "1234"),
            (1_234_550_000_000, "12\u{202f}345.5"),
            (9_007_199_254_740_991, "90\u{202f}071\u{202f}992.54740991"),
        ] {
            assert_eq!(coins(mites), text);
            assert_eq!(amount(mites, Unit::Coins, "TST"), format!("{text}\u{a0}TST"));
        }
        assert_eq!(amount(1, Unit::Mites, "TST"), "1\u{a0}mite");
        assert_eq!(amount(10_000, Unit::Mites, "TST"), "10\u{202f}000\u{a0}mites");
    }

    #[test]
    fn hash_rates_have_three_digits() {
        for (rate, text) in [
            (0.0, "0\u{a0}H/s"),
            (0.456, "0.46\u{a0}H/s"),
            (12.34, "12.3\u{a0}H/s"),
            (999.4, "999\u{a0}H/s"),
            (999.6, "1.00\u{a0}kH/s"),
            (1_234_567.0, "1.23\u{a0}MH/s"),
            (5e15, "5000\u{a0}TH/s"),
            (-1.0, "0\u{a0}H/s"),
        ] {
            assert_eq!(hash_rate(rate), text);
        }
    }

    #[test]
    fn sizes_and_times_are_in_their_largest_unit() {
        for (size, text) in [
            (0, "0\u{a0}bytes"),
            (1, "1\u{a0}byte"),
            (174, "174\u{a0}bytes"),
            (12_500, "12.5\u{a0}kB"),
            (1_000_000, "1.00\u{a0}MB"),
        ] {
            assert_eq!(bytes(size), text);
        }
        for (seconds, text) in [
            (0, "just now"),
            (5, "5\u{a0}seconds ago"),
            (89, "89\u{a0}seconds ago"),
            (90, "2\u{a0}minutes ago"),
            (3_600, "60\u{a0}minutes ago"),
            (7_200, "2\u{a0}hours ago"),
            (172_800, "2\u{a0}days ago"),
        ] {
            assert_eq!(ago(seconds), text);
        }
        assert_eq!(duration(1), "1\u{a0}second");
    }

    #[test]
    fn units_survive_being_saved() {
        for unit in [Unit::Coins, Unit::Mites] {
            assert_eq!(unit.to_string().parse(), Ok(unit));
        }
    }
}
