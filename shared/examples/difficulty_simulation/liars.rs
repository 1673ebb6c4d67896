//! Miners who lie about the time, and miners who mine in private.

use crate::rules::{CHOSEN, INTERVAL, Rule, clock_rule};
use crate::shocks::{class_leaves, firsts};
use crate::statistics::{Sample, time};
use crate::table::Table;
use crate::world::{Lie, TAB, World};

/// All miners together: a class.
const HASH_RATE: f64 = 30.0 * TAB;
/// Honest seconds before the lies begin.
const HONEST: f64 = 5_400.0;
/// Blocks that are due while some lie.
const BLOCKS: f64 = 20_000.0;
/// Runs of each, with their own seeds.
const RUNS: u64 = 3;
const LIES: [(&str, Lie); 4] = [
    ("ahead", Lie::Ahead),
    ("behind", Lie::Behind),
    ("alternating", Lie::Alternating),
    ("in gaps", Lie::InGaps),
];

/// What lies brought, over all runs.
struct Gain {
    /// Blocks found over blocks due, minus 1.
    chain: f64,
    /// Liars' expected share of the blocks over their share of the hash rate, minus 1.
    liars: f64,
    intervals: Sample,
}

/// What grace decides.
pub fn grace() -> Table {
    let rows = [0, 150, 300, 600, 660, 900, 1_200].map(|grace| {
        let rule = Rule::Clock(clock_rule(300, grace, grace + 1_200));
        let gains =
            |share| LIES.map(|(_, lie)| percent(measure(rule, share, lie).liars)).join(" / ");
        format!(
            "{grace} s | {} | {} | {}",
            gains(0.3),
            gains(0.51),
            firsts(&class_leaves(rule)).typical_times(),
        )
    });
    Table::new(
        "Grace (half-life 300, max_gap grace + 1200, max_future 600)",
        "grace | blocks that 30 % gain: ahead / behind / alternating / in gaps | 51 % gain \
         | class leaves, one tab stays: first block (median / p95)",
        rows.into(),
    )
}

/// What each strategy does to each rule, over 20,000 blocks.
pub fn strategies() -> Table {
    let rules = [
        ("**§10**", Rule::Clock(CHOSEN)),
        ("§10 without grace", Rule::Clock(clock_rule(300, 0, 1_200))),
        ("§10, half-life 150", Rule::Clock(clock_rule(150, 660, 1_260))),
        ("ASERT from genesis", Rule::Absolute(CHOSEN)),
        ("LWMA-90", Rule::Lwma(90)),
    ];
    let mut rows = Vec::new();
    for (rule_name, rule) in rules {
        for (lie_name, lie) in LIES {
            let cells = [0.3, 0.51].map(|share| {
                let gain = measure(rule, share, lie);
                let intervals = &gain.intervals;
                format!(
                    "{} | {} | {:.0} s / {:.0} s / {}",
                    percent(gain.chain),
                    percent(gain.liars),
                    intervals.deviation(),
                    intervals.percentile(95),
                    time(intervals.longest()),
                )
            });
            rows.push(format!("{rule_name} | {lie_name} | {}", cells.join(" | ")));
        }
    }
    Table::new(
        "Timestamp liars over 20,000 blocks",
        "rule | lie | 30 %: chain's blocks | 30 %: liars gain | sd / p95 / longest interval \
         | 51 %: chain's blocks | 51 %: liars gain | sd / p95 / longest interval",
        rows,
    )
}

/// What a private branch is worth, lie by lie: work against attempts.
pub fn private_branches() -> Table {
    let honest = private(None);
    let lies = LIES.map(|(name, lie)| (name, private(Some(lie))));
    let all = [("true", honest)].into_iter().chain(lies);
    let rows = all.map(|(name, (blocks, worth))| {
        let (mean, deviation) = (worth.mean(), worth.deviation());
        format!("{name} | {blocks:.0} | {mean:.3} / {deviation:.3} / {:.2}", worth.longest())
    });
    Table::new(
        "One hour mined in private by 30 % of the class, from the public tip",
        "timestamps | blocks | work over attempts: mean / sd / largest of 2,000 branches",
        rows.collect(),
    )
}

/// Probability that a branch with timestamps one second apart, mined until its difficulty is as
/// high as its miner can afford, weighs as much as the public chain while only `share` of the
/// public chain's attempts went into it ("difficulty raising"). It does not depend on the depth.
///
/// The work of such a branch is dominated by its last blocks, whose works form a geometric series;
/// the attempts are a sum of exponentials with these means. Saddle-point approximation of the lower
/// tail of that sum.
pub fn luck_of_raising(half_life: u64, share: f64) -> f64 {
    let ratio = (-((INTERVAL - 1) as f64) / half_life as f64).exp2();
    let weights: Vec<f64> = (0..20_000).map(|i| ratio.powi(i)).take_while(|w| *w > 1e-9).collect();
    let bound = share * weights.iter().sum::<f64>();
    let (mut low, mut high) = (0.0, 1e3);
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        let mean: f64 = weights.iter().map(|weight| weight / (1.0 + middle * weight)).sum();
        if mean > bound { low = middle } else { high = middle }
    }
    let exponent = low * bound - weights.iter().map(|weight| (low * weight).ln_1p()).sum::<f64>();
    let variance: f64 = weights.iter().map(|weight| (weight / (1.0 + low * weight)).powi(2)).sum();
    exponent.exp() / (low * (std::f64::consts::TAU * variance).sqrt())
}

fn measure(rule: Rule, share: f64, lie: Lie) -> Gain {
    let (mut found, mut by_liars) = (0.0, 0.0);
    let mut intervals = Sample::default();
    for run in 0..RUNS {
        let mut world = World::new(rule, 7_000 + run);
        while world.mine(HONEST, HASH_RATE) {}
        let end = HONEST + BLOCKS * INTERVAL as f64;
        let liars = Some((HASH_RATE * share, lie));
        let mut last = HONEST;
        while let Some(by_liar) = world.race(end, HASH_RATE * (1.0 - share), liars) {
            found += 1.0;
            by_liars += by_liar;
            intervals.extend([world.time - last]);
            last = world.time;
        }
    }
    Gain {
        chain: found / (BLOCKS * RUNS as f64) - 1.0,
        liars: by_liars / found / share - 1.0,
        intervals,
    }
}

/// Mean number of blocks, and the branch's work over the attempts that went into it.
fn private(lie: Option<Lie>) -> (f64, Sample) {
    let rate = HASH_RATE * 0.3;
    let mut blocks = 0.0;
    let worth = (0..2_000).map(|run| {
        let mut world = World::new(Rule::Clock(CHOSEN), 8_000 + run);
        while world.mine(HONEST, HASH_RATE) {}
        let (height, work) = (world.chain.height, world.chain.work);
        world.time = HONEST;
        let end = HONEST + 3_600.0;
        match lie {
            None => while world.mine(end, rate) {},
            Some(lie) => while world.race(end, 0.0, Some((rate, lie))).is_some() {},
        }
        blocks += (world.chain.height - height) as f64 / 2_000.0;
        (world.chain.work - work) / (rate * 3_600.0)
    });
    let worth = worth.collect();
    (blocks, worth)
}

/// Rounded first, so that what is nothing prints as plus nothing.
fn percent(share: f64) -> String {
    let hundredths = (share * 10_000.0).round() + 0.0;
    format!("{:+.2} %", hundredths / 100.0)
}
