//! Which nonces a worker tries next, and how many before it listens again.

/// Attempts in the first slice: a few milliseconds on a slow phone.
const FIRST_SLICE: u64 = 2_000;
/// No slice is larger: four seconds' worth of the fastest core known.
const LARGEST_SLICE: u64 = 100_000_000;
/// The same on a graphics processor: it is given at most so many at once.
const LARGEST_GPU_SLICE: u64 = 1 << 31;

/// A place in the nonces, and the speed learned so far.
#[derive(Debug)]
pub(crate) struct Range {
    next: u64,
    slice: u64,
    largest: u64,
}

impl Default for Range {
    fn default() -> Self {
        Self { next: 0, slice: FIRST_SLICE, largest: LARGEST_SLICE }
    }
}

impl Range {
    /// The range of a worker on a graphics processor.
    pub(crate) fn for_gpu() -> Self {
        Self { largest: LARGEST_GPU_SLICE, ..Self::default() }
    }

    /// Goes on from here, at the same speed.
    pub(crate) const fn begin(&mut self, start: u64) {
        self.next = start;
    }

    /// The next nonce, and how many to try before listening.
    pub(crate) const fn slice(&self) -> (u64, u64) {
        (self.next, self.slice)
    }

    /// So many were tried.
    pub(crate) const fn advance(&mut self, attempts: u64) {
        self.next = self.next.wrapping_add(attempts);
    }

    /// The next slice takes about `goal` at the speed of the last one, which took `micros`. It at
    /// most doubles, so that a clock of coarse steps cannot blow it up.
    pub(crate) fn adapt(&mut self, micros: u64, goal: u64) {
        let twice = self.slice.saturating_mul(2);
        let fitting = match self.slice.saturating_mul(goal).checked_div(micros) {
            Some(fitting) => fitting.min(twice),
            None => twice,
        };
        self.slice = fitting.clamp(FIRST_SLICE, self.largest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_workers_try_ten_million_nonces_each_without_gap_or_overlap() {
        const EACH: u64 = 10_000_000;
        // Workers of different speeds, one of which passes the end of the nonces.
        let step = u64::MAX / 8;
        let mut tried: Vec<(u64, u64)> = Vec::new();
        for worker in 0..8_u64 {
            let start = (u64::MAX - 1_000).wrapping_add(worker * step);
            let mut range = Range::default();
            range.begin(start);
            let mut done = 0;
            while done < EACH {
                let (from, most) = range.slice();
                assert_eq!(from, start.wrapping_add(done), "a gap, or nonces tried twice");
                let count = most.min(EACH - done);
                range.advance(count);
                range.adapt(count * (worker + 1) / 20, 100_000);
                done += count;
            }
            tried.push((start, done));
        }
        assert_eq!(tried.iter().map(|(_, count)| count).sum::<u64>(), 8 * EACH);
        for (index, (start, count)) in tried.iter().enumerate() {
            for (other, _) in tried.iter().skip(index + 1) {
                let far =
                    other.wrapping_sub(*start) >= *count && start.wrapping_sub(*other) >= EACH;
                assert!(far, "{start} and {other} overlap");
            }
        }
    }

    #[test]
    fn slices_grow_towards_their_goal_and_shrink_again() {
        let mut range = Range { slice: 10_000, ..Range::default() };
        for (micros, slice) in
            [(50_000, 20_000), (1, 40_000), (0, 80_000), (400_000, 20_000), (u64::MAX, FIRST_SLICE)]
        {
            range.adapt(micros, 100_000);
            assert_eq!(range.slice, slice);
        }
        for _ in 0..40 {
            range.adapt(0, 100_000);
        }
        assert_eq!(range.slice, LARGEST_SLICE);
    }
}
