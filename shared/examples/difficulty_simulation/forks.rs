//! Forks: what latency, storms of blocks after a pause and a network that is cut in two do to the rule.

use crate::network::Network;
use crate::rules::{CHOSEN, INTERVAL, Rule};
use crate::statistics::{Sample, time};
use crate::table::Table;

/// A class of 30 tabs: one miner with 30 % of them, seven with 10 % each.
const CLASS: [f64; 8] = [9.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0];
/// The same with a GPU.
const WITH_GPU: [f64; 9] = [9.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 1_000.0];
/// Seconds until the difficulty has settled.
const SETTLE: f64 = 5_400.0;
const HOUR: f64 = 3_600.0;
const RULE: Rule = Rule::Clock(CHOSEN);
/// Runs of each, with their own seeds.
const RUNS: u64 = 20;

/// What happened between two times.
struct Stretch {
    /// Blocks on the best chain, and all that were found.
    kept: f64,
    found: f64,
    /// Blocks on the best chain by the first miner.
    of_first: f64,
    intervals: Sample,
    deepest: u64,
    /// Times when a miner gave up two blocks or more.
    deep: f64,
}

impl Stretch {
    fn of(network: &Network, from: f64, to: f64) -> Self {
        let inside = |block: &usize| (from..to).contains(&network.blocks[*block].found);
        let mut chain: Vec<usize> = network.best_chain().into_iter().filter(inside).collect();
        chain.reverse();
        let found = (1..network.blocks.len()).filter(inside).count() as f64;
        let time = |block: usize| network.blocks[block].found;
        let given_up = network.given_up.iter().filter(|(at, _)| (from..to).contains(at));
        Self {
            kept: chain.len() as f64,
            found,
            of_first: chain.iter().filter(|block| network.miner_of(**block) == 0).count() as f64,
            intervals: chain.windows(2).map(|pair| time(pair[1]) - time(pair[0])).collect(),
            deepest: given_up.clone().map(|(_, depth)| *depth).max().unwrap_or(0),
            deep: given_up.filter(|(_, depth)| *depth >= 2).count() as f64,
        }
    }
}

/// All runs of a scenario in one.
fn sum(stretches: impl Iterator<Item = Stretch>) -> Stretch {
    let nothing = Stretch {
        kept: 0.0,
        found: 0.0,
        of_first: 0.0,
        intervals: Sample::default(),
        deepest: 0,
        deep: 0.0,
    };
    stretches.fold(nothing, |mut all, one| {
        all.intervals.extend(one.intervals.numbers());
        Stretch {
            kept: all.kept + one.kept,
            found: all.found + one.found,
            of_first: all.of_first + one.of_first,
            deepest: all.deepest.max(one.deepest),
            deep: all.deep + one.deep,
            ..all
        }
    })
}

fn percent(part: f64, whole: f64) -> String {
    format!("{:.1} %", 100.0 * part / whole)
}

/// How much more there is than due; rounded first, so that what is nothing prints as plus nothing.
fn more(there: f64, due: f64) -> String {
    let tenths = (1_000.0 * (there / due - 1.0)).round() + 0.0;
    format!("{:+.1} %", tenths / 10.0)
}

/// A class that mines all day, by how long blocks are on their way.
pub fn latencies() -> Table {
    let rows = [0.0, 0.5, 2.0, 5.0, 15.0, 60.0].map(|latency| {
        let days = sum((0..RUNS).map(|run| {
            let mut network = Network::new(RULE, &CLASS, latency, 20_000 + run);
            network.run(SETTLE + 12.0 * HOUR, true);
            Stretch::of(&network, SETTLE, SETTLE + 12.0 * HOUR)
        }));
        let due = RUNS as f64 * 12.0 * HOUR / INTERVAL as f64;
        format!(
            "{latency} s | {} | {} | {} | {:.1} | {} | {}",
            more(days.kept, due),
            days.intervals.spread(),
            percent(days.found - days.kept, days.found),
            days.deep / CLASS.len() as f64 / RUNS as f64 * 2.0,
            days.deepest,
            percent(days.of_first, days.kept),
        )
    });
    Table::new(
        "Latency: a class for 12 hours",
        "a block arrives after | chain's blocks | mean / sd / p95 interval | blocks in vain \
         | a miner gives up 2 or more, times a day | most given up at once | chain's blocks of \
         who has 30 % of the hash rate",
        rows.into(),
    )
}

/// Blocks that come faster than they spread.
pub fn storms() -> Table {
    let mut rows = Vec::new();
    for (name, miners, before) in [
        ("the class after a week", &CLASS[..], 168.0 * HOUR),
        ("a GPU joins the class", &WITH_GPU, 0.0),
    ] {
        for latency in [0.5, 2.0, 5.0, 15.0] {
            rows.push(format!("{name} | {latency} s | {}", storm(miners, before, latency)));
        }
    }
    Table::new(
        "Fork storms",
        "who mines | a block arrives after | blocks in the first 10 min (40 due) | of all found \
         then, in vain | most given up at once | all on one block at the end, of 20 runs \
         | in the second half hour: chain's blocks | blocks in vain",
        rows,
    )
}

/// The first hour after something has changed.
fn storm(miners: &[f64], idle: f64, latency: f64) -> String {
    let (mut first, mut later, mut agree) = (Vec::new(), Vec::new(), 0);
    for run in 0..RUNS {
        // The GPU mines nothing until it joins.
        let mut network = Network::new(RULE, miners, latency, 21_000 + run);
        network.join(8, 0.0);
        network.run(SETTLE, true);
        network.run(SETTLE + idle, false);
        let start = network.time;
        network.join(8, 1.0);
        network.run(start + HOUR, true);
        first.push(Stretch::of(&network, start, start + 600.0));
        later.push(Stretch::of(&network, start + HOUR / 2.0, start + HOUR));
        // What is on its way arrives.
        network.run(start + HOUR + 3.0 * latency, false);
        agree += u32::from(network.agrees());
    }
    let (first, later) = (sum(first.into_iter()), sum(later.into_iter()));
    let due = RUNS as f64 * HOUR / 2.0 / INTERVAL as f64;
    format!(
        "{:.0} | {} | {} | {agree} | {} | {}",
        first.kept / RUNS as f64,
        percent(first.found - first.kept, first.found),
        first.deepest,
        more(later.kept, due),
        percent(later.found - later.kept, later.found),
    )
}

/// A network that is cut in two, and heals.
pub fn cuts() -> Table {
    let mut rows = Vec::new();
    // The first miner has 30 %, each other 10 %.
    for (name, count) in [("10 : 90", 0), ("30 : 70", 1), ("50 : 50", 3)] {
        for minutes in [10.0, 45.0, 180.0] {
            rows.push(format!("{name} | {} | {}", time(minutes * 60.0), cut(count, minutes)));
        }
    }
    Table::new(
        "A network that is cut in two",
        "shares | for | blocks of the part that loses, and so reverted: median / most of 20 runs \
         | the first part wins | all on one block again after: median / p95 | chain's blocks in \
         the hour after that (240 due)",
        rows,
    )
}

fn cut(count: usize, minutes: f64) -> String {
    let (mut lost, mut agreed, mut after) = (Sample::default(), Sample::default(), 0.0);
    let mut upsets = 0;
    for run in 0..RUNS {
        // With none counted, a single one of the others is apart.
        let order = match count {
            0 => [3.0, 9.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0],
            _ => CLASS,
        };
        let apart = count.max(1);
        let mut network = Network::new(RULE, &order, 2.0, 22_000 + run);
        network.run(SETTLE, true);
        network.run(SETTLE + 10.0, false);
        let common = network.best_chain().len() as f64;
        network.cut(apart);
        network.run(network.time + minutes * 60.0, true);
        let height = |block: usize| network.blocks[block].chain.height as f64;
        let (small, large) = (network.tip_of(0), network.tip_of(order.len() - 1));
        let work = |block: usize| network.blocks[block].chain.work;
        let wins = work(small) > work(large);
        upsets += u32::from(wins);
        lost.extend([height(if wins { large } else { small }) + 1.0 - common]);
        let healed = network.time;
        network.heal();
        while !network.agrees() {
            network.run(network.time + 0.1, true);
        }
        agreed.extend([network.time - healed]);
        network.run(healed + HOUR, true);
        after += Stretch::of(&network, healed, healed + HOUR).kept;
    }
    format!(
        "{:.0} / {:.0} | {upsets} of {RUNS} | {} | {:.0}",
        lost.percentile(50),
        lost.longest(),
        agreed.typical_times(),
        after / RUNS as f64,
    )
}
