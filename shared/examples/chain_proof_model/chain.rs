//! Chains for the model: the rule of §10, what their history tree claims, and what §8 lets it claim.

use std::ops::Range;

/// §10 of `main`: seconds, and hashes.
pub(crate) const INTERVAL: f64 = 15.0;
pub(crate) const HALF_LIFE: f64 = 300.0;
const MAX_GAP: f64 = 1_860.0;
const GRACE: f64 = 660.0;
const CEILING: f64 = 4.0 * HALF_LIFE;
pub(crate) const FIRST_WORK: f64 = (1_u64 << 24) as f64;
const LEAST_WORK: f64 = (1_u64 << 20) as f64;
const MOST_WORK: f64 = 18_446_744_073_709_551_616.0;

/// `SplitMix64`: small, seeded, the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Exponential with mean 1: the luck of one block.
    pub(crate) fn luck(&mut self) -> f64 {
        -(1.0 - self.unit()).ln()
    }
}

/// A chain as its history tree claims it: `before[i]` is the work of all blocks below height `i`.
pub(crate) struct Chain {
    pub(crate) clocks: Vec<f64>,
    pub(crate) before: Vec<f64>,
}

impl Chain {
    /// Starts with genesis, which has no work.
    fn genesis() -> Self {
        Self { clocks: vec![0.0], before: vec![0.0, 0.0] }
    }

    pub(crate) fn push(&mut self, clock: f64, work: f64) {
        self.before.push(self.total() + work);
        self.clocks.push(clock);
    }

    /// Appends a block `gap` seconds later, with the clock and the work that §10 demands.
    pub(crate) fn push_by_rule(&mut self, gap: f64) {
        let clock = (self.clock() + gap.clamp(1.0, MAX_GAP)).min(clock_limit(self.len()));
        self.push(clock, work(self.len(), self.clock(), clock));
    }

    /// Blocks with genesis, which is also the next block's height.
    pub(crate) fn len(&self) -> usize {
        self.clocks.len()
    }

    /// Clock of the last block.
    pub(crate) fn clock(&self) -> f64 {
        self.clocks[self.len() - 1]
    }

    pub(crate) fn total(&self) -> f64 {
        self.before[self.len()]
    }

    /// The shares of the total work below this height and from it on.
    pub(crate) fn shares(&self, height: usize) -> (f64, f64) {
        let below = self.before[height] / self.total();
        (below, 1.0 - below)
    }

    /// A block every interval, all of the same work; `fading`: 2^8 times harder ones come before
    /// the last tenth (the class has left, one tab stays).
    pub(crate) fn steady(count: usize, fading: bool) -> Self {
        let mut chain = Self::genesis();
        for height in 1..count {
            let lead = if fading && height < count / 10 * 9 { 8.0 * HALF_LIFE } else { 0.0 };
            chain.push_by_rule(INTERVAL * height as f64 - lead - chain.clock());
        }
        chain
    }

    /// Lessons of 40 minutes with nights between; each has its own hash rate, 1 to 2^8.
    pub(crate) fn school(count: usize, random: &mut Random) -> Self {
        let mut chain = Self::genesis();
        let (mut lesson, mut rate) = (0.0, FIRST_WORK / INTERVAL);
        for height in 1..count {
            let mut gap = work(height, chain.clock(), chain.clock()) / rate * random.luck();
            lesson += gap;
            if lesson > 2_400.0 {
                gap = MAX_GAP;
                (lesson, rate) = (0.0, FIRST_WORK / INTERVAL * (8.0 * random.unit()).exp2());
            }
            chain.push_by_rule(gap.ceil());
        }
        chain
    }
}

/// The work that §10 demands. It never rises when a clock does: the range check rests on that.
pub(crate) fn work(height: usize, parent_clock: f64, clock: f64) -> f64 {
    let late = parent_clock.max(clock - GRACE) - INTERVAL * (height as f64 - 1.0);
    (FIRST_WORK * (-late / HALF_LIFE).exp2()).clamp(LEAST_WORK, MOST_WORK)
}

/// The highest clock at this height.
fn clock_limit(height: usize) -> f64 {
    INTERVAL * height as f64 + CEILING
}

/// Whether blocks of these heights can be: the range check of §8 for one range.
///
/// The least work goes with clocks as high as the ends allow, the most with clocks as low.
pub(crate) fn is_possible(chain: &Chain, heights: &Range<usize>) -> bool {
    let (start, end) = (chain.clocks[heights.start - 1], chain.clocks[heights.end - 1]);
    let (count, limit) = (heights.len() as f64, clock_limit(heights.end - 1));
    if end - start < count || end - start > count * MAX_GAP || end > limit {
        return false;
    }
    let cap = |j: f64| limit - INTERVAL * (count - j);
    let high = |j: f64| (start + j * MAX_GAP).min(end - (count - j)).min(cap(j));
    let low = |j: f64| (start + j).max(end - (count - j) * MAX_GAP);
    let (mut least, mut most) = (0.0, 0.0);
    for (j, height) in (0..).zip(heights.clone()) {
        let (j, next) = (f64::from(j), f64::from(j + 1));
        least += work(height, if j > 0.0 { high(j) } else { start }, high(next));
        most += work(height, low(j), low(next));
    }
    let claim = chain.before[heights.end] - chain.before[heights.start];
    let rounding = 1e-9 * chain.total();
    claim >= least - rounding && claim <= most + rounding
}
