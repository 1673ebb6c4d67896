//! Several payments at once, as a list of lines: an address, an amount. Pure.

use super::{Paid, parse_amount};
use crate::format::Unit;
use shared::{
    account::{Address, AddressError, Prefix},
    amount::{Amount, AmountError},
    limits::MAX_PAYMENTS,
};

/// What is wrong with a list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// There is nothing in it.
    #[error("enter one payment a line: an address, a space, an amount")]
    Empty,
    /// It is longer than a transaction.
    #[error(
        "one transaction pays at most {MAX_PAYMENTS} times, these are {got}: send the rest after it"
    )]
    TooMany {
        /// Payments in it.
        got: usize,
    },
    /// A line has no address and amount.
    #[error("line {line} is no address and amount, with a space between them")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// A line's address is none of this chain.
    #[error("line {line}: {error}")]
    Address {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        error: AddressError,
    },
    /// A line's amount is none.
    #[error("line {line}: {error}")]
    Amount {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        error: AmountError,
    },
    /// A line pays nothing.
    #[error("line {line}: enter an amount above 0")]
    Zero {
        /// Counted from 1.
        line: usize,
    },
    /// All together are more than there is.
    #[error("together these are more coins than there are")]
    Sum,
}

impl ListError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "list-empty",
            Self::TooMany { .. } => "payment-recipient-count",
            Self::Line { .. } => "list-line",
            Self::Address { error, .. } => error.code(),
            Self::Amount { error, .. } => error.code(),
            Self::Zero { .. } => "transaction-zero-payment",
            Self::Sum => "transaction-debit-overflow",
        }
    }
}

/// Reads a list. Address and amount are apart by spaces, a tab, a comma or a semicolon, as
/// spreadsheets write them; empty lines count for nothing.
///
/// # Errors
///
/// The first line that is wrong.
pub fn parse_list(text: &str, prefix: &Prefix, unit: Unit) -> Result<Vec<Paid>, ListError> {
    let mut list = Vec::new();
    for (index, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        list.push(parse_line(index + 1, text.trim(), prefix, unit)?);
    }
    match list.len() {
        0 => Err(ListError::Empty),
        1..=MAX_PAYMENTS => Ok(list),
        got => Err(ListError::TooMany { got }),
    }
}

fn parse_line(line: usize, text: &str, prefix: &Prefix, unit: Unit) -> Result<Paid, ListError> {
    let is_gap = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';');
    let (address, amount) = text.split_once(is_gap).ok_or(ListError::Line { line })?;
    let to = Address::parse(address, prefix).map_err(|error| ListError::Address { line, error })?;
    let amount = parse_amount(amount.trim_matches(is_gap), unit)
        .map_err(|error| ListError::Amount { line, error })?;
    if amount == Amount::ZERO { Err(ListError::Zero { line }) } else { Ok(Paid { to, amount }) }
}

/// The sum of all.
///
/// # Errors
///
/// When it is more than there can be.
pub fn sum(list: &[Paid]) -> Result<Amount, ListError> {
    let add = |sum: Amount, paid: &Paid| sum.checked_add(paid.amount);
    list.iter().try_fold(Amount::ZERO, add).ok_or(ListError::Sum)
}
