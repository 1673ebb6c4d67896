//! Targets and work (§8, §9).

use crate::hash::BlockId;
use alloc::string::String;
use borsh::{BorshDeserialize, BorshSerialize, io};
use core::fmt;
use ruint::aliases::U256;

/// The largest number that a block's id may be; smaller is harder. Encoded as 32 bytes, big-endian.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target(U256);

/// Expected number of attempts, summed over blocks.
#[derive(
    Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct Work(pub u128);

impl Target {
    /// 2^192 - 1: no target is harder, so that a block's work fits 65 bits and sums fit `u128` (§8).
    pub const HARDEST: Self = Self(U256::from_limbs([u64::MAX, u64::MAX, u64::MAX, 0]));
    /// 2^256 - 1: every id is at most this.
    pub const EASIEST: Self = Self(U256::MAX);

    /// A target from its number.
    #[must_use]
    pub const fn from_u256(number: U256) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn to_u256(self) -> U256 {
        self.0
    }

    /// `2^(256 - bits) - 1`: ids that begin with `bits` zero bits meet it. `bits` is at most 255.
    #[must_use]
    pub fn from_zero_bits(bits: u8) -> Self {
        Self(U256::MAX >> usize::from(bits))
    }

    /// The target from 32 big-endian bytes.
    #[must_use]
    pub const fn from_be_bytes(bytes: [u8; 32]) -> Self {
        Self(U256::from_be_bytes(bytes))
    }

    /// 32 big-endian bytes.
    #[must_use]
    pub const fn to_be_bytes(self) -> [u8; 32] {
        self.0.to_be_bytes()
    }

    /// Parses 64 hex digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        crate::hash::parse_hex(text).map(Self::from_be_bytes)
    }

    /// Whether `id`, as a big-endian number, is at most this target (§9).
    #[must_use]
    pub fn is_met_by(&self, id: &BlockId) -> bool {
        id.as_bytes() <= &self.to_be_bytes()
    }

    /// Expected attempts for one block: `floor(2^256 / (target + 1))` (§8).
    #[must_use]
    pub fn work(&self) -> Work {
        // floor(2^256 / (t + 1)) = floor((2^256 - 1 - t) / (t + 1)) + 1, which never leaves 256 bits.
        let Some(divisor) = self.0.checked_add(U256::from(1)) else { return Work(1) };
        let quotient = (!self.0).checked_div(divisor).unwrap_or(U256::ZERO);
        let [low, high, ..] = *quotient.as_limbs();
        Work((u128::from(high) << 64 | u128::from(low)).saturating_add(1))
    }
}

impl Work {
    /// No work.
    pub const ZERO: Self = Self(0);

    /// The sum, or `None` past 128 bits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// 32 hex digits: work is larger than JSON's exact numbers (§1).
    #[must_use]
    pub fn to_hex(self) -> String {
        crate::hash::to_hex(&self.0.to_be_bytes())
    }

    /// Parses 32 hex digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        crate::hash::parse_hex(text).map(u128::from_be_bytes).map(Self)
    }
}

impl BorshSerialize for Target {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(&self.to_be_bytes())
    }
}

impl BorshDeserialize for Target {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        <[u8; 32]>::deserialize_reader(reader).map(Self::from_be_bytes)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::hash::to_hex(&self.to_be_bytes()))
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Hash;

    #[test]
    fn work_is_the_expected_number_of_attempts() {
        assert_eq!(Target::EASIEST.work(), Work(1));
        assert_eq!(Target::from_zero_bits(0).work(), Work(1));
        assert_eq!(Target::from_zero_bits(8).work(), Work(256));
        assert_eq!(Target::from_zero_bits(24).work(), Work(1 << 24));
        assert_eq!(Target::HARDEST.work(), Work(1 << 64));
        assert_eq!(Target::from_u256(U256::MAX / U256::from(3)).work(), Work(2));
    }

    #[test]
    fn an_id_equal_to_the_target_meets_it_and_one_more_does_not() {
        let target = Target::from_zero_bits(16);
        let mut bytes = target.to_be_bytes();
        assert!(target.is_met_by(&BlockId(Hash(bytes))));
        bytes[1] = 1;
        assert!(!target.is_met_by(&BlockId(Hash(bytes))));
    }
}
