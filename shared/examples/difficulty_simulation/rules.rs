//! The rules that are compared: the chain's own code, that code with parts left out, and LWMA.

use shared::difficulty::Difficulty;
use shared::work::Target;
use std::collections::VecDeque;

/// Seconds that a block should take, on every chain here.
pub const INTERVAL: u64 = 15;
/// Seconds that a timestamp may lie ahead of the true time.
pub const MAX_FUTURE: u64 = 600;
/// Half-life, grace and `max_gap` of the public chains.
pub const CHOSEN: Difficulty = clock_rule(300, 660, 1_860);
/// What the design began with: half-life, grace and `max_gap`, and no ceiling.
pub const DRAFT: Difficulty = clock_rule(600, 600, 4_800);

/// How the next target is found.
#[derive(Clone, Copy)]
pub enum Rule {
    /// §10 as it stands: `shared::difficulty`, with these parameters.
    Clock(Difficulty),
    /// The same without the ceiling of the clock.
    NoCeiling(Difficulty),
    /// ASERT scheduled absolutely from genesis: every second counts, nothing eases within a gap.
    Absolute(Difficulty),
    /// Zawy's linearly weighted moving average over so many blocks.
    Lwma(usize),
}

/// The parameters of a chain like `main`, all in seconds.
pub const fn clock_rule(half_life: u64, grace: u64, max_gap: u64) -> Difficulty {
    Difficulty {
        interval: INTERVAL,
        first_target: zero_bits(24),
        easiest_target: zero_bits(20),
        half_life: Some(half_life),
        max_gap,
        grace,
    }
}

/// The parameters with which `max_gap` allows four doublings within one gap.
pub const fn with_half_life(half_life: u64) -> Rule {
    Rule::Clock(clock_rule(half_life, 660, 660 + 4 * half_life))
}

/// The tip of a chain: all that a rule looks at.
#[derive(Clone)]
pub struct Chain {
    /// How the next target is found.
    pub rule: Rule,
    /// Height of the tip.
    pub height: u64,
    /// Timestamp of the tip; genesis has 0.
    pub timestamp: u64,
    /// Work of all blocks.
    pub work: f64,
    clock: u64,
    /// LWMA: time and work of the last blocks, and what follows from them.
    window: VecDeque<(f64, f64)>,
    average: f64,
}

impl Chain {
    /// A chain that begins now.
    pub fn new(rule: Rule) -> Self {
        let average = CHOSEN.first_target.work().0 as f64;
        let window = VecDeque::new();
        Self { rule, height: 0, timestamp: 0, work: 0.0, clock: 0, window, average }
    }

    /// Expected attempts for the next block, if it has this timestamp.
    pub fn next_work(&self, timestamp: u64) -> f64 {
        let height = self.height + 1;
        let target = match self.rule {
            Rule::Clock(rule) | Rule::NoCeiling(rule) => {
                rule.target(height, self.clock, self.next_clock(timestamp))
            }
            Rule::Absolute(rule) => rule.target(height, self.clock, self.clock),
            Rule::Lwma(_) => return self.average,
        };
        target.work().0 as f64
    }

    /// First timestamp after `timestamp` for which the next block may need other work.
    pub fn work_changes_at(&self, timestamp: u64) -> Option<u64> {
        match self.rule {
            Rule::Clock(rule) | Rule::NoCeiling(rule) => match timestamp - self.timestamp {
                gap if gap < rule.grace => Some(self.timestamp + rule.grace + 1),
                gap if gap > rule.max_gap => None,
                _ => Some(timestamp + 1),
            },
            Rule::Absolute(_) | Rule::Lwma(_) => None,
        }
    }

    /// Adds a block.
    pub fn push(&mut self, timestamp: u64) {
        let work = self.next_work(timestamp);
        self.clock = self.next_clock(timestamp);
        if let Rule::Lwma(length) = self.rule {
            // LWMA's own limit: one interval counts for six at most.
            let solved = (timestamp - self.timestamp).min(6 * INTERVAL) as f64;
            self.window.push_back((solved, work));
            if self.window.len() > length {
                self.window.pop_front();
            }
            self.average = self.lwma();
        }
        self.work += work;
        self.height += 1;
        self.timestamp = timestamp;
    }

    fn next_clock(&self, timestamp: u64) -> u64 {
        let gap = timestamp - self.timestamp;
        match self.rule {
            Rule::Clock(rule) => rule
                .clock(self.height + 1, self.clock, self.timestamp, timestamp)
                .expect("miners here only use timestamps that increase"),
            Rule::NoCeiling(rule) => self.clock + gap.min(rule.max_gap),
            Rule::Absolute(_) | Rule::Lwma(_) => self.clock + gap,
        }
    }

    /// Mean target of the window times the weighted mean time over the interval, as work.
    fn lwma(&self) -> f64 {
        let easiest = CHOSEN.easiest_target.work().0 as f64;
        let (mut weights, mut time, mut target) = (0.0, 0.0, 0.0);
        for (index, (solved, work)) in self.window.iter().enumerate() {
            let weight = (index + 1) as f64;
            weights += weight;
            time += weight * solved;
            target += 1.0 / work;
        }
        let late = (time / (weights * INTERVAL as f64)).max(0.05);
        (self.window.len() as f64 / (target * late)).max(easiest)
    }
}

const fn zero_bits(bits: usize) -> Target {
    let mut bytes = [u8::MAX; 32];
    let mut bit = 0;
    while bit < bits {
        bytes[bit / 8] >>= 1;
        bit += 1;
    }
    Target::from_be_bytes(bytes)
}
