//! The one canonical encoding: borsh (§2).
//!
//! Fixed-width little-endian integers, a `u32` length before a list, no optional fields, no maps, no
//! floats. Decoding consumes every byte and never reserves memory by a length that was only claimed
//! (borsh grows a list while it reads). [`Bounded`] puts the minimum and maximum of a list into its type.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};
use borsh::{BorshDeserialize, BorshSerialize, io};
use core::ops::Deref;

/// Why bytes are not the encoding of a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// There are more bytes than the value may have.
    #[error("{got} bytes, at most {limit} are allowed")]
    TooLarge {
        /// Bytes given.
        got: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The bytes end early, go on too long, or hold a value out of its range.
    #[error("not a valid encoding: {reason}")]
    Malformed {
        /// What the decoder found, for people.
        reason: String,
    },
}

impl DecodeError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::Malformed { .. } => "malformed",
        }
    }
}

/// The encoding of `value`.
///
/// # Panics
///
/// Never: writing to memory does not fail, and no type of this crate refuses to be encoded.
#[must_use]
pub fn encode<T: BorshSerialize>(value: &T) -> Vec<u8> {
    borsh::to_vec(value).expect("writing to memory does not fail")
}

/// The value whose encoding is exactly `bytes`, which are at most `limit`.
///
/// # Errors
///
/// When there are too many bytes, or they are not the encoding of a `T`.
pub fn decode<T: BorshDeserialize>(bytes: &[u8], limit: usize) -> Result<T, DecodeError> {
    if bytes.len() > limit {
        return Err(DecodeError::TooLarge { got: bytes.len(), limit });
    }
    borsh::from_slice(bytes).map_err(|error| DecodeError::Malformed { reason: error.to_string() })
}

/// An error of a decoder.
pub(crate) fn invalid(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// Reads a height, a timestamp, a clock or an expiry: a `u64` below 2^40 (§1).
pub(crate) fn below_time_end<R: io::Read>(reader: &mut R) -> io::Result<u64> {
    let number = u64::deserialize_reader(reader)?;
    if number < crate::limits::TIME_END {
        Ok(number)
    } else {
        Err(invalid("a height or time is below 2^40"))
    }
}

/// Reads a text of at most [`MAX_TEXT_BYTES`](crate::limits::MAX_TEXT_BYTES) bytes: that of borsh itself
/// reserves up to 1 MiB by a length that is only claimed.
pub(crate) fn short_text<R: io::Read>(reader: &mut R) -> io::Result<String> {
    let bytes = Bounded::<u8, 0, { crate::limits::MAX_TEXT_BYTES }>::deserialize_reader(reader)?;
    String::from_utf8(bytes.into_vec()).map_err(|_| invalid("a text is UTF-8"))
}

/// A list of `MIN..=MAX` items: a length out of that range does not decode and cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct Bounded<T, const MIN: usize, const MAX: usize>(Vec<T>);

impl<T, const MIN: usize, const MAX: usize> Bounded<T, MIN, MAX> {
    /// The list, or `None` when it is too short or too long.
    #[must_use]
    pub fn new(items: Vec<T>) -> Option<Self> {
        (MIN..=MAX).contains(&items.len()).then_some(Self(items))
    }

    /// The items.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T, const MIN: usize, const MAX: usize> Deref for Bounded<T, MIN, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const MAX: usize> Default for Bounded<T, 0, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: BorshDeserialize, const MIN: usize, const MAX: usize> BorshDeserialize
    for Bounded<T, MIN, MAX>
{
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let length = u32::deserialize_reader(reader)?;
        let length = usize::try_from(length).map_err(|_| invalid("a list is too long"))?;
        if length < MIN {
            return Err(invalid("a list is too short"));
        }
        if length > MAX {
            return Err(invalid("a list is too long"));
        }
        // The first reservation is small whatever the length claims; the rest grows with what is read.
        let mut items = Vec::with_capacity(length.min(64));
        for _ in 0..length {
            items.push(T::deserialize_reader(reader)?);
        }
        Ok(Self(items))
    }
}
