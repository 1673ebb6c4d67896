//! Chance from a seed: the same on every machine.

/// `SplitMix64`.
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`, which is not 0.
    pub(super) const fn below_u64(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Below `end`, which is not 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.below_u64(u64::try_from(end).unwrap())).unwrap()
    }

    /// True in so many of a thousand cases.
    pub(super) const fn share(&mut self, of_thousand: u64) -> bool {
        self.below_u64(1_000) < of_thousand
    }
}
