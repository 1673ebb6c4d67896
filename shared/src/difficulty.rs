//! Difficulty and time (§10): which clock a block has, and which target follows from it.
//!
//! The schedule is absolute, as in ASERT: block `h` is due when the clock shows
//! `interval * (h - 1)`, and every `half_life` seconds that the chain is late double the target. No
//! window, no state: the result depends on nothing but the height, the parent's clock and the
//! block's own. Three things differ from ASERT, because small chains sleep:
//!
//! - **The clock forgives.** A gap between two blocks counts for at most `max_gap` seconds, so that
//!   a night is not owed and repaid in a flood of blocks.
//! - **The clock has a ceiling.** Once the target is as easy as it gets, more lateness would ease
//!   nothing and only be owed. Without the ceiling, one block a day restores the debt that
//!   `max_gap` forgives.
//! - **A block's own gap eases its target after `grace` seconds**, so that somebody left alone with
//!   the difficulty of a whole class finds the first block. `grace` is longer than a timestamp may
//!   lie ahead (`max_future`), so a false timestamp eases nothing for the one who writes it.
//!
//! This module judges no parameters (`Parameters` does) and reads no local clock: how far in the
//! future a block may lie is no matter of validity. The numbers were chosen by simulation:
//! `shared/examples/difficulty_simulation`.

use crate::work::Target;
use ruint::Uint;
use ruint::aliases::U256;

#[cfg(test)]
mod tests;

/// Fraction bits of the exponent, and of the factor that is computed from it.
const FRACTION_BITS: u32 = 16;
/// 2^16: the factor of an exponent of zero.
const ONE: u64 = 1 << FRACTION_BITS;

/// A target times a factor below 2^18, exactly.
type Product = Uint<320, 5>;

/// Parameters of the rule: seconds, except for the targets.
///
/// Expected of every chain (its parameters are refused otherwise): `interval` and `half_life` are
/// at least 1, `first_target <= easiest_target`, `interval <= max_gap` and, unless the difficulty is
/// fixed, `max_future <= grace < max_gap`. All are below 2^40.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difficulty {
    /// Time that a block should take.
    pub interval: u64,
    /// Target while the chain is exactly on time; of every block where the difficulty is fixed.
    pub first_target: Target,
    /// No target is easier.
    pub easiest_target: Target,
    /// Lateness that doubles the target; `None`: the difficulty is fixed.
    pub half_life: Option<u64>,
    /// Most that the clock advances from one block to the next.
    pub max_gap: u64,
    /// Part of a block's own gap that does not ease its target.
    pub grace: u64,
}

impl Difficulty {
    /// Clock of a block at `height` with `timestamp`; `None` when the time does not increase.
    ///
    /// # Consensus
    ///
    /// §10: `min(parent.clock + min(timestamp - parent.timestamp, max_gap), clock_limit(height))`.
    /// For a valid parent the clock advances by at least 1 and at most `max_gap`: the parent's
    /// clock is within its own limit, and the limit rises by `interval` a block.
    #[must_use]
    pub fn clock(
        &self,
        height: u64,
        parent_clock: u64,
        parent_timestamp: u64,
        timestamp: u64,
    ) -> Option<u64> {
        let gap = timestamp.checked_sub(parent_timestamp).filter(|gap| *gap > 0)?;
        let clock = parent_clock.checked_add(gap.min(self.max_gap))?;
        Some(clock.min(self.clock_limit(height)))
    }

    /// Highest clock that a block at `height` can have: its schedule and the ceiling above it.
    ///
    /// # Consensus
    ///
    /// §10: `interval * height + n * half_life`, with the smallest `n >= 0` for which
    /// `floor(easiest_target / 2^n) <= first_target`. No limit where the difficulty is fixed.
    #[must_use]
    pub fn clock_limit(&self, height: u64) -> u64 {
        let Some(half_life) = self.half_life else { return u64::MAX };
        let ceiling = half_life.saturating_mul(self.doublings_to_easiest());
        self.interval.saturating_mul(height).saturating_add(ceiling)
    }

    /// Target of the block at `height` whose own clock is `clock`. Never falls when a clock rises,
    /// which is what lets a light client bound the work of blocks that it has not seen (§8).
    ///
    /// # Consensus
    ///
    /// §10: `first_target` times two to the power of `e / half_life`, with
    /// `e = max(parent.clock, clock - grace) - interval * (height - 1)`.
    #[must_use]
    pub fn target(&self, height: u64, parent_clock: u64, clock: u64) -> Target {
        let Some(half_life) = self.half_life else { return self.first_target };
        let shown = parent_clock.max(clock.saturating_sub(self.grace));
        let due = u128::from(self.interval) * u128::from(height.saturating_sub(1));
        // Below 2^104 either way, so nothing is lost in `i128`.
        let late = i128::from(shown).saturating_sub_unsigned(due);
        self.eased(late, half_life)
    }

    /// `first_target * 2^(late / half_life)` with ASERT's cubic for the fraction, within the limits.
    fn eased(&self, late: i128, half_life: u64) -> Target {
        // Toward minus infinity; a half-life of zero, which no chain has, eases nothing.
        let exponent = late
            .saturating_mul(i128::from(ONE))
            .checked_div_euclid(i128::from(half_life))
            .unwrap_or(0);
        let doublings = exponent >> FRACTION_BITS;
        if doublings >= 256 {
            return self.easiest_target;
        }
        if doublings <= -256 {
            return Target::HARDEST;
        }
        let fraction = u64::try_from(exponent & i128::from(ONE - 1)).unwrap_or(0);
        let product = widen(self.first_target.to_u256()) * Product::from(factor(fraction));
        // In -271..=239: the factor's 2^16 is taken out in the same shift, so that it floors once.
        let shift = i32::try_from(doublings).unwrap_or(0) - FRACTION_BITS.cast_signed();
        self.clamped(shifted(product, shift))
    }

    /// The target in `HARDEST..=easiest_target` that is nearest to `number`.
    fn clamped(&self, number: Option<U256>) -> Target {
        match number.map(Target::from_u256) {
            Some(target) => target.min(self.easiest_target).max(Target::HARDEST),
            None => self.easiest_target,
        }
    }

    /// The smallest `n` for which `floor(easiest_target / 2^n) <= first_target`; at most 256.
    ///
    /// The easy side is divided, because "24 zero bits" is 2^232 - 1: sixteen times that is a
    /// little less than "20 zero bits", and four doublings are meant to be enough.
    fn doublings_to_easiest(&self) -> u64 {
        let (first, easiest) = (self.first_target.to_u256(), self.easiest_target.to_u256());
        (0..256).find(|n| easiest >> *n <= first).unwrap_or(256)
    }
}

/// 2^16 times two to the power of `fraction / 2^16`, rounded; off by less than 0.02 %.
///
/// The cubic and its constants are those of the ASERT of Bitcoin Cash (aserti3-2d). For fractions
/// below 2^16 the sum stays below 2^64.
const fn factor(fraction: u64) -> u64 {
    let sum = 195_766_423_245_049 * fraction
        + 971_821_376 * fraction * fraction
        + 5_127 * fraction * fraction * fraction
        + (1 << 47);
    ONE + (sum >> 48)
}

/// `product * 2^shift`, floored; `None` when it does not fit a target.
fn shifted(product: Product, shift: i32) -> Option<U256> {
    let distance = usize::try_from(shift.unsigned_abs()).unwrap_or(usize::MAX);
    let moved = if shift < 0 {
        product >> distance
    } else if product.bit_len().saturating_add(distance) > U256::BITS {
        return None;
    } else {
        product << distance
    };
    U256::checked_from_limbs_slice(moved.as_limbs())
}

/// The same number in 320 bits.
fn widen(number: U256) -> Product {
    Product::from_limbs_slice(number.as_limbs())
}
