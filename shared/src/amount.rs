//! Amounts of coin (§1).

use crate::limits::MAX_AMOUNT;
use alloc::{format, string::String};
use borsh::{BorshDeserialize, BorshSerialize, io};
use core::fmt;

/// A quantity of coin, counted in mites (1 coin = 10^8 mites).
///
/// Lies in `0..=MAX`. Arithmetic that would leave the range returns `None`.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct Amount(u64);

/// Mites in one coin.
pub const COIN: u64 = 100_000_000;

/// Why a text is not an amount of coins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// There is nothing to read.
    #[error("enter an amount")]
    Empty,
    /// A character is neither a digit nor the one decimal point.
    #[error("an amount is digits and at most one decimal point")]
    NotANumber,
    /// There are more than 8 decimals.
    #[error("an amount has at most 8 decimals")]
    TooPrecise,
    /// The amount is above [`Amount::MAX`].
    #[error("the amount is larger than any supply")]
    TooLarge,
}

impl AmountError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "amount-empty",
            Self::NotANumber => "amount-not-a-number",
            Self::TooPrecise => "amount-too-precise",
            Self::TooLarge => "amount-too-large",
        }
    }
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// 2^53 - 1 mites.
    pub const MAX: Self = Self(MAX_AMOUNT);

    /// An amount of `mites`, or `None` above [`Amount::MAX`].
    #[must_use]
    pub const fn from_mites(mites: u64) -> Option<Self> {
        if mites <= MAX_AMOUNT { Some(Self(mites)) } else { None }
    }

    /// The number of mites.
    #[must_use]
    pub const fn mites(self) -> u64 {
        self.0
    }

    /// `self + other`, or `None` above [`Amount::MAX`].
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(mites) => Self::from_mites(mites),
            None => None,
        }
    }

    /// `self - other`, or `None` below zero.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(mites) => Some(Self(mites)),
            None => None,
        }
    }

    /// The sum of `amounts`, or `None` above [`Amount::MAX`].
    #[must_use]
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Reads an amount in whole coins with up to 8 decimals, such as `12`, `0.5` or `.25`.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the text.
    pub fn parse_coins(text: &str) -> Result<Self, AmountError> {
        let text = text.trim();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(if text.is_empty() { AmountError::Empty } else { AmountError::NotANumber });
        }
        if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return Err(AmountError::NotANumber);
        }
        if fraction.len() > 8 {
            return Err(AmountError::TooPrecise);
        }
        let whole: u64 =
            if whole.is_empty() { 0 } else { whole.parse().map_err(|_| AmountError::TooLarge)? };
        let fraction: u64 =
            format!("{fraction:0<8}").parse().map_err(|_| AmountError::NotANumber)?;
        whole
            .checked_mul(COIN)
            .and_then(|mites| mites.checked_add(fraction))
            .and_then(Self::from_mites)
            .ok_or(AmountError::TooLarge)
    }

    /// The amount in whole coins, without needless zeros: `12`, `0.5`.
    #[must_use]
    pub fn to_coins(self) -> String {
        let (whole, fraction) = (self.0 / COIN, self.0 % COIN);
        if fraction == 0 {
            return format!("{whole}");
        }
        String::from(format!("{whole}.{fraction:08}").trim_end_matches('0'))
    }
}

impl BorshDeserialize for Amount {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let mites = u64::deserialize_reader(reader)?;
        Self::from_mites(mites)
            .ok_or_else(|| crate::encode::invalid("an amount is at most 2^53 - 1"))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coins_are_read_and_written() {
        for (text, mites) in [
            ("1", COIN),
            ("0.5", COIN / 2),
            (".25", COIN / 4),
            ("7.", 7 * COIN),
            ("0.00000001", 1),
            (" 3 ", 3 * COIN),
            ("0", 0),
        ] {
            assert_eq!(Amount::parse_coins(text).map(Amount::mites), Ok(mites), "{text}");
        }
        for (mites, text) in [
            (0, "0"),
            (1, "0.00000001"),
            (COIN, "1"),
            (COIN * 3 / 2, "1.5"),
            (10 * COIN, "10"),
            (MAX_AMOUNT, "90071992.54740991"),
        ] {
            assert_eq!(Amount::from_mites(mites).unwrap().to_coins(), text);
        }
    }

    #[test]
    fn what_is_no_amount_says_why() {
        for (text, code) in [
            ("", "amount-empty"),
            ("  ", "amount-empty"),
            (".", "amount-not-a-number"),
            ("1,5", "amount-not-a-number"),
            ("-1", "amount-not-a-number"),
            ("1e3", "amount-not-a-number"),
            ("1.2.3", "amount-not-a-number"),
            ("+1", "amount-not-a-number"),
            ("0.123456789", "amount-too-precise"),
            ("90071992.54740992", "amount-too-large"),
            ("99999999999999999999", "amount-too-large"),
        ] {
            assert_eq!(
                Amount::parse_coins(text).map_err(|error| error.code()),
                Err(code),
                "{text}"
            );
        }
    }

    #[test]
    fn sums_and_differences_stay_in_the_range() {
        let one = Amount::from_mites(1).unwrap();
        assert_eq!(Amount::MAX.checked_add(one), None);
        assert_eq!(Amount::ZERO.checked_sub(one), None);
        assert_eq!(Amount::from_mites(MAX_AMOUNT + 1), None);
        assert_eq!(Amount::sum([one, one]), Amount::from_mites(2));
        assert_eq!(Amount::sum([Amount::MAX, one]), None);
    }
}
