//! Miners who hear of each other's blocks late: each works on the best chain that it knows.

use std::collections::BTreeMap;

use crate::rules::{Chain, MAX_FUTURE, Rule};
use crate::world::{Random, TAB};

/// A block of any branch.
pub struct Block {
    /// The chain as of it.
    pub chain: Chain,
    /// When it was found.
    pub found: f64,
    parent: usize,
    miner: usize,
}

struct Miner {
    rate: f64,
    /// How much of that it uses.
    share: f64,
    /// The last block of the best chain that it knows; of equal ones, of the first.
    tip: usize,
    /// Which part of a network that is cut in two.
    part: usize,
    /// Blocks a second that it finds, until that changes.
    finds: f64,
    changes: f64,
}

/// Miners, all blocks they found, and what is on its way.
pub struct Network {
    /// All blocks; the first is genesis.
    pub blocks: Vec<Block>,
    /// True seconds since genesis.
    pub time: f64,
    /// How many blocks each miner gave up when it changed to a better branch.
    pub given_up: Vec<(f64, u64)>,
    miners: Vec<Miner>,
    latency: f64,
    is_cut: bool,
    /// By time in microseconds and number: to whom, and which block.
    underway: BTreeMap<(u64, u64), (usize, usize)>,
    sent: u64,
    random: Random,
}

impl Network {
    /// Miners of so many tabs each. A block reaches each other miner after half to one and a half of
    /// `latency`, drawn anew each time.
    pub fn new(rule: Rule, tabs: &[f64], latency: f64, seed: u64) -> Self {
        let genesis = Block { chain: Chain::new(rule), found: 0.0, parent: 0, miner: 0 };
        let miner = |tabs: &f64| Miner {
            rate: tabs * TAB,
            share: 1.0,
            tip: 0,
            part: 0,
            finds: 0.0,
            changes: 0.0,
        };
        Self {
            blocks: vec![genesis],
            time: 0.0,
            given_up: Vec::new(),
            miners: tabs.iter().map(miner).collect(),
            latency,
            is_cut: false,
            underway: BTreeMap::new(),
            sent: 0,
            random: Random(seed),
        }
    }

    /// A miner has so much of its hash rate from now on; nothing happens when there is no such miner.
    pub fn join(&mut self, miner: usize, share: f64) {
        if let Some(miner) = self.miners.get_mut(miner) {
            (miner.share, miner.changes) = (share, 0.0);
        }
    }

    /// From now on the first `count` miners and the others do not hear of each other.
    pub fn cut(&mut self, count: usize) {
        self.is_cut = true;
        for (number, miner) in self.miners.iter_mut().enumerate() {
            miner.part = usize::from(number >= count);
        }
    }

    /// The parts meet again, and tell each other of their tips.
    pub fn heal(&mut self) {
        self.is_cut = false;
        for from in 0..self.miners.len() {
            self.tell(from, self.miners[from].tip);
        }
    }

    /// Everybody mines until `end`, or nobody does.
    pub fn run(&mut self, end: f64, is_mining: bool) {
        let mut luck = self.random.exponential();
        while self.time < end {
            if is_mining {
                self.look_at_clocks();
            }
            let rate = |miner: &Miner| if is_mining { miner.finds } else { 0.0 };
            let total: f64 = self.miners.iter().map(rate).sum();
            let change = self.miners.iter().map(|miner| miner.changes).fold(end, f64::min);
            let arrival =
                self.underway.first_key_value().map_or(end, |((at, _), _)| *at as f64 / 1e6);
            let next =
                if is_mining { change.min(arrival) } else { arrival.min(end) }.max(self.time);
            if total * (next - self.time) >= luck {
                self.time += luck / total;
                self.find(total);
                luck = self.random.exponential();
                continue;
            }
            luck -= total * (next - self.time);
            self.time = next;
            while let Some(entry) = self.underway.first_entry() {
                if entry.key().0 as f64 / 1e6 > self.time {
                    break;
                }
                let (miner, block) = entry.remove();
                self.hear(miner, block);
            }
        }
    }

    /// Whether all miners work on the same block.
    pub fn agrees(&self) -> bool {
        self.miners.iter().all(|miner| miner.tip == self.miners[0].tip)
    }

    /// The best chain of all, genesis last: numbers of blocks.
    pub fn best_chain(&self) -> Vec<usize> {
        let tips = self.miners.iter().map(|miner| miner.tip);
        let best = tips.max_by(|a, b| self.work(*a).total_cmp(&self.work(*b)).then(b.cmp(a)));
        let mut chain = vec![best.unwrap_or(0)];
        while let Some(block) = chain.last().filter(|block| **block > 0) {
            chain.push(self.blocks[*block].parent);
        }
        chain
    }

    /// Who found a block.
    pub fn miner_of(&self, block: usize) -> usize {
        self.blocks[block].miner
    }

    /// The tip of a miner.
    pub fn tip_of(&self, miner: usize) -> usize {
        self.miners[miner].tip
    }

    fn work(&self, block: usize) -> f64 {
        self.blocks[block].chain.work
    }

    /// Renews how fast miners find, where that may have changed.
    fn look_at_clocks(&mut self) {
        let now = self.time as u64;
        for miner in &mut self.miners {
            if self.time < miner.changes {
                continue;
            }
            let chain = &self.blocks[miner.tip].chain;
            let timestamp = (chain.timestamp + 1).max(now);
            if timestamp > now + MAX_FUTURE {
                // Others would not accept it yet.
                (miner.finds, miner.changes) = (0.0, (timestamp - MAX_FUTURE) as f64);
                continue;
            }
            miner.finds = miner.share * miner.rate / chain.next_work(timestamp);
            miner.changes = chain.work_changes_at(timestamp).map_or(f64::INFINITY, |at| at as f64);
        }
    }

    /// Somebody finds a block, by luck.
    fn find(&mut self, total: f64) {
        let mut drawn = self.random.unit() * total;
        let mut finder = 0;
        for (number, miner) in self.miners.iter().enumerate() {
            if miner.finds > 0.0 {
                finder = number;
                drawn -= miner.finds;
                if drawn < 0.0 {
                    break;
                }
            }
        }
        let parent = self.miners[finder].tip;
        let mut chain = self.blocks[parent].chain.clone();
        chain.push((chain.timestamp + 1).max(self.time as u64));
        let number = self.blocks.len();
        self.blocks.push(Block { chain, found: self.time, parent, miner: finder });
        self.hear(finder, number);
        self.tell(finder, number);
    }

    fn tell(&mut self, from: usize, block: usize) {
        for to in 0..self.miners.len() {
            if to == from || (self.is_cut && self.miners[to].part != self.miners[from].part) {
                continue;
            }
            let delay = self.latency * (0.5 + self.random.unit());
            self.sent += 1;
            self.underway.insert((((self.time + delay) * 1e6) as u64, self.sent), (to, block));
        }
    }

    /// A miner changes to a block, with all before it, if its chain has more work.
    fn hear(&mut self, miner: usize, block: usize) {
        let old = self.miners[miner].tip;
        if self.work(block) <= self.work(old) {
            return;
        }
        let (mut left, mut right) = (old, block);
        let height = |block: usize| self.blocks[block].chain.height;
        while left != right {
            if height(left) >= height(right) {
                left = self.blocks[left].parent;
            } else {
                right = self.blocks[right].parent;
            }
        }
        let depth = height(old) - height(left);
        if depth > 0 {
            self.given_up.push((self.time, depth));
        }
        self.miners[miner].tip = block;
        self.miners[miner].changes = 0.0;
    }
}
