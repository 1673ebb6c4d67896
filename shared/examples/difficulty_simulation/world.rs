//! Miners and time: who finds the next block, and when. Every block is seen at once; `network` is about
//! what happens when it is not.

use crate::rules::{Chain, INTERVAL, MAX_FUTURE, Rule};

/// Attempts a second of one tab on several threads.
pub const TAB: f64 = 8e6;

/// Where liars put their timestamps. Everyone else writes the true time, or the parent's plus one.
#[derive(Clone, Copy)]
pub enum Lie {
    /// As far ahead as others accept.
    Ahead,
    /// One second after the parent.
    Behind,
    /// The two in turn.
    Alternating,
    /// Ahead while the chain waits for a block, else one second after the parent.
    InGaps,
}

/// A chain, its miners and the true time.
pub struct World {
    /// The chain.
    pub chain: Chain,
    /// True seconds since genesis.
    pub time: f64,
    random: Random,
}

/// One stretch of time with a constant hash rate.
#[derive(Clone, Copy)]
pub struct Phase {
    /// How long it lasts.
    pub seconds: f64,
    /// Attempts a second.
    pub hash_rate: f64,
    /// Miners leave after so many blocks.
    pub blocks: usize,
}

/// What happened in a phase.
pub struct Outcome {
    /// Seconds from the phase's begin to each block.
    pub found: Vec<f64>,
    /// Seconds until blocks were due every 7.5 to 30 s again; the phase's length if never.
    pub recovered: f64,
    /// How long the phase lasted.
    pub seconds: f64,
}

impl World {
    /// A new chain; everything that happens follows from the seed.
    pub fn new(rule: Rule, seed: u64) -> Self {
        Self { chain: Chain::new(rule), time: 0.0, random: Random(seed) }
    }

    /// Runs the phases one after the other.
    pub fn run(&mut self, phases: &[Phase]) -> Vec<Outcome> {
        phases.iter().map(|phase| self.run_phase(*phase)).collect()
    }

    fn run_phase(&mut self, phase: Phase) -> Outcome {
        let (start, end) = (self.time, self.time + phase.seconds);
        let mut outcome =
            Outcome { found: Vec::new(), recovered: phase.seconds, seconds: phase.seconds };
        while outcome.found.len() < phase.blocks && self.mine(end, phase.hash_rate) {
            let since = self.time - start;
            outcome.found.push(since);
            let due = self.chain.next_work(self.chain.timestamp + 1) / phase.hash_rate;
            let usual = INTERVAL as f64;
            if outcome.recovered >= phase.seconds && (usual / 2.0..usual * 2.0).contains(&due) {
                outcome.recovered = since;
            }
        }
        self.time = end;
        outcome
    }

    /// Mines honestly until a block is found or `end` is reached, and says whether one was found.
    pub fn mine(&mut self, end: f64, hash_rate: f64) -> bool {
        self.race(end, hash_rate, None).is_some()
    }

    /// Mines until a block is found or `end` is reached; returns how likely it was a liar's.
    pub fn race(&mut self, end: f64, honest: f64, liars: Option<(f64, Lie)>) -> Option<f64> {
        let mut luck = self.random.exponential();
        while self.time < end {
            let now = self.time as u64;
            let honest_time = (self.chain.timestamp + 1).max(now);
            let honest_rate = self.rate(honest, honest_time, now);
            let lie = liars.map(|(rate, lie)| (rate, self.false_time(lie, now)));
            let liar_rate = lie.map_or(0.0, |(rate, timestamp)| self.rate(rate, timestamp, now));
            let rate = honest_rate + liar_rate;
            let change = match liars {
                None if honest_rate > 0.0 => self.chain.work_changes_at(honest_time),
                None if honest == 0.0 => None,
                _ => Some(now + 1),
            };
            let until = change.map_or(end, |timestamp| (timestamp as f64).min(end));
            let expected = rate * (until - self.time);
            if expected >= luck {
                self.time += luck / rate;
                let by_liar = self.random.unit() * rate < liar_rate;
                let now = self.time as u64;
                let timestamp = match lie {
                    Some((_, timestamp)) if by_liar => timestamp,
                    _ => (self.chain.timestamp + 1).max(now),
                };
                self.chain.push(timestamp);
                return Some(liar_rate / rate);
            }
            luck -= expected;
            self.time = until;
        }
        None
    }

    /// Blocks a second: none while the timestamp is one that others would not accept yet.
    fn rate(&self, hash_rate: f64, timestamp: u64, now: u64) -> f64 {
        if hash_rate == 0.0 || timestamp > now + MAX_FUTURE {
            return 0.0;
        }
        hash_rate / self.chain.next_work(timestamp)
    }

    fn false_time(&self, lie: Lie, now: u64) -> u64 {
        let behind = self.chain.timestamp + 1;
        let ahead = behind.max(now + MAX_FUTURE);
        let lies_ahead = match lie {
            Lie::Ahead => true,
            Lie::Behind => false,
            Lie::Alternating => self.chain.height.is_multiple_of(2),
            Lie::InGaps => now > self.chain.timestamp,
        };
        if lies_ahead { ahead } else { behind }
    }

    /// A number in `0.0..1.0` from the world's own randomness.
    pub fn draw(&mut self) -> f64 {
        self.random.unit()
    }
}

impl Phase {
    /// So many tabs for so many minutes.
    pub const fn tabs(tabs: f64, minutes: f64) -> Self {
        Self { seconds: minutes * 60.0, hash_rate: tabs * TAB, blocks: usize::MAX }
    }

    /// Nobody, for so many hours.
    pub const fn idle(hours: f64) -> Self {
        Self::tabs(0.0, hours * 60.0)
    }
}

impl Outcome {
    /// Seconds until the first block; the phase's length if there was none.
    pub fn first(&self) -> f64 {
        self.found.first().copied().unwrap_or(self.seconds)
    }

    /// Seconds from block to block within the phase.
    pub fn intervals(&self) -> impl Iterator<Item = f64> {
        self.found.windows(2).map(|pair| pair[1] - pair[0])
    }

    /// Blocks found in the first so many seconds.
    pub fn blocks_within(&self, seconds: f64) -> f64 {
        self.found.partition_point(|time| *time < seconds) as f64
    }
}

/// splitmix64.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Strictly between 0 and 1.
    pub fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -self.unit().ln()
    }
}
