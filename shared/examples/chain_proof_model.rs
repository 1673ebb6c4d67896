//! Sizes and forgeries of the chain proof (§8): the model behind the rules for sampling.
//!
//! Run with `cargo run --release -p shared --example chain_proof_model`. It prints Markdown tables,
//! always the same ones: the random numbers are seeded. Only `std`, and floats, because nothing
//! here is consensus code: it argues about shares of work, not about bytes. The chains and the rule
//! of §10 are in `chain_proof_model/chain.rs`.
//!
//! The words: a forger holds a *share* `c` of the honest work since the fork and must claim all of
//! it; the rest of the claim is *fake*. A proof opens blocks that are drawn by work; it stops the
//! forger when it opens a fake. `b` *bits* mean that a forged tip passes with probability `2^-b`.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a program that prints tables; its counts are small and not negative"
)]

use chain::{Chain, FIRST_WORK, HALF_LIFE, INTERVAL, Random, is_possible, work};
use std::ops::Range;

#[path = "chain_proof_model/chain.rs"]
mod chain;

/// One opened block: version, timestamp, clock, content, nonce.
const RECORD_BYTES: usize = 57;
/// One node that stays closed: hash, work, clock.
const SUMMARY_BYTES: usize = 56;
/// The tip's whole header.
const HEADER_BYTES: usize = 229;
/// A chain up to this length is sent whole, and no suffix is longer.
const MAX_SUFFIX: usize = 2_000;
/// The suffix holds total/2^14: so many halvings of the remaining work lie before it.
const OCTAVES: i32 = 14;

fn main() {
    print_sizes(0.5);
    print_sizes(1.0 / 3.0);
    print_suffixes();
    print_strength();
    print_forks();
    print_luck();
    print_range_check();
}

/// How positions are drawn; both follow the density `1 / (total - x)`.
#[derive(Clone, Copy)]
enum Draw {
    /// `FlyClient` as published: all draws are independent.
    Independent { samples: usize },
    /// Each halving of the remaining work (octave) in equal slots, one draw in each slot.
    Slots { per_octave: usize },
}

impl Draw {
    /// The published number of samples for a suffix of this share of the work.
    fn independent(bits: f64, share: f64, suffix: f64) -> Self {
        let caught = share.log2() / suffix.log2();
        Self::Independent { samples: (bits / -(1.0 - caught).log2()).ceil() as usize }
    }

    /// The fewest slots that hold `bits` against the best placement at the worst fork.
    fn slots(bits: f64, share: f64) -> Self {
        let mut designs = (1..).map(|per_octave| Self::Slots { per_octave });
        designs.find(|draw| worst_fork(*draw, share) >= bits).expect("more slots, more bits")
    }

    /// Draws positions, as shares of the total work, outside a suffix of this share.
    fn positions(self, suffix: f64, random: &mut Random) -> Vec<f64> {
        let octaves = (-suffix.log2() - 1e-9).ceil() as usize;
        match self {
            Self::Independent { samples } => {
                (0..samples).map(|_| 1.0 - suffix.powf(random.unit())).collect()
            }
            Self::Slots { per_octave } => {
                let slots = (0..octaves).flat_map(|k| (0..per_octave).map(move |i| (k, i)));
                let place = |(k, i): (usize, usize)| {
                    let inside = (i as f64 + random.unit()) / per_octave as f64;
                    1.0 - 0.5_f64.powf(k as f64) * (1.0 - inside / 2.0)
                };
                slots.map(place).collect()
            }
        }
    }
}

/// A chain's proof: suffix and samples in numbers, the opened heights, the ranges left closed.
struct Proof {
    suffix: usize,
    samples: usize,
    opened: Vec<usize>,
    closed: Vec<Range<usize>>,
}

impl Proof {
    /// Draws a proof whose suffix holds `total / 2^shift`, or its last [`MAX_SUFFIX`] headers.
    fn draw(chain: &Chain, shift: i32, draw: Draw, random: &mut Random) -> Self {
        let (count, total) = (chain.len(), chain.total());
        // Genesis has no work, so height 0 is never found by work.
        let leaf = |x: f64| chain.before.partition_point(|work| *work <= x * total) - 1;
        let start = leaf(1.0 - 0.5_f64.powi(shift)).max(count.saturating_sub(MAX_SUFFIX));
        let start = if count <= MAX_SUFFIX { 0 } else { start };
        let positions = match start {
            0 => Vec::new(),
            _ => draw.positions(chain.shares(start).1, random),
        };
        // Genesis always: else a heavier chain of other parameters passes.
        let mut opened: Vec<usize> = (start..count).chain([0]).collect();
        opened.extend(positions.iter().map(|x| leaf(*x).min(count - 1)));
        opened.sort_unstable();
        opened.dedup();
        let mut closed = Vec::new();
        close(&opened, 0..count, &mut closed);
        Self { suffix: count - start, samples: positions.len(), opened, closed }
    }

    fn kilobytes(&self) -> f64 {
        let nodes = RECORD_BYTES * self.opened.len() + SUMMARY_BYTES * self.closed.len();
        (HEADER_BYTES + nodes) as f64 / 1_000.0
    }
}

/// Collects the largest subtrees (RFC 6962 shape) that hold no opened leaf.
fn close(opened: &[usize], tree: Range<usize>, closed: &mut Vec<Range<usize>>) {
    if opened.is_empty() {
        closed.push(tree);
    } else if tree.len() > 1 {
        let middle = tree.start + tree.len().next_power_of_two() / 2;
        let (left, right) = opened.split_at(opened.partition_point(|leaf| *leaf < middle));
        close(left, tree.start..middle, closed);
        close(right, middle..tree.end, closed);
    }
}

/// The forger's best placement after a fork with `remaining` of the total: bits, and the fakes.
///
/// Independent draws: fakes first, where the density is lowest. Slots: the product of the slots'
/// real parts is greatest when they are equal (up to a slot's width), so a water level is sought.
fn place(draw: Draw, remaining: f64, share: f64) -> (f64, Vec<Range<f64>>) {
    let budget = share * remaining - 0.5_f64.powi(OCTAVES);
    let q = match draw {
        Draw::Independent { samples } => {
            let caught = -share.log2() / f64::from(OCTAVES);
            let fakes = 1.0 - remaining..1.0 - share * remaining;
            return (-(samples as f64) * (1.0 - caught).log2(), vec![fakes]);
        }
        Draw::Slots { per_octave } => per_octave as f64,
    };
    // (how many slots, start of the first, width, honest part)
    let mut slots = Vec::new();
    for octave in 0..OCTAVES {
        let half = 0.5_f64.powi(octave + 1);
        let width = half / q;
        let after = ((remaining - half) / width).clamp(0.0, q);
        let first = 1.0 - half - after.floor() * width;
        slots.push((after.floor(), first, width, 0.0));
        slots.push((after.fract().ceil(), first - width, width, width * (1.0 - after.fract())));
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let level = f64::midpoint(low, high);
        let real = slots.iter().map(|(n, _, width, own)| n * (level.clamp(*own, *width) - own));
        if real.sum::<f64>() > budget { high = level } else { low = level }
    }
    let (mut bits, mut fakes) = (0.0, Vec::new());
    for (n, first, width, own) in slots {
        let real = high.clamp(own, width);
        bits -= n * (real / width).log2();
        let starts = (0..n as usize).map(|i| first + width * i as f64);
        fakes.extend(starts.map(|start| start + real..start + width));
    }
    (bits, fakes)
}

/// The fewest bits over all forks. Octaves are alike, except that the suffix, which must be real,
/// weighs more the later the fork: so the worst fork lies in the first one.
fn worst_fork(draw: Draw, share: f64) -> f64 {
    let forks = (0..256).map(|i| 0.5_f64.powf(f64::from(i) / 256.0));
    forks.map(|remaining| place(draw, remaining, share).0).fold(f64::INFINITY, f64::min)
}

/// Bits of mining luck: these works, found with `share` of the hashes that they cost on average.
/// Chernoff's bound, and how to draw from the tilted distribution that it comes from.
fn luck_bound(works: &[f64], share: f64) -> (f64, f64) {
    let budget = share * works.iter().sum::<f64>();
    let (mut low, mut high) = (0.0, 1e6);
    for _ in 0..60 {
        let tilt = f64::midpoint(low, high);
        let mean: f64 = works.iter().map(|work| work / (1.0 + tilt * work)).sum();
        if mean > budget { low = tilt } else { high = tilt }
    }
    let scale: f64 = works.iter().map(|work| (1.0 + high * work).ln()).sum();
    ((scale - high * budget) / std::f64::consts::LN_2, high)
}

/// The same, drawn: importance sampling, because some of it is too rare to happen.
fn luck_drawn(works: &[f64], share: f64, random: &mut Random) -> f64 {
    let (bound, tilt) = luck_bound(works, share);
    let budget = share * works.iter().sum::<f64>();
    let trials = 4_000;
    let mut passed = 0.0;
    for _ in 0..trials {
        let used: f64 = works.iter().map(|w| w / (1.0 + tilt * w) * random.luck()).sum();
        passed += if used <= budget { (tilt * (used - budget)).exp() } else { 0.0 };
    }
    bound - (passed / f64::from(trials)).log2()
}

/// The steepest climb that §10 allows (one second a block) until it outweighs `depth` blocks.
fn climb(depth: f64) -> Vec<f64> {
    let (mut works, mut sum) = (Vec::new(), 0.0);
    while sum < depth {
        works.push((works.len() as f64 * (INTERVAL - 1.0) / HALF_LIFE).exp2());
        sum += works[works.len() - 1];
    }
    works
}

/// Prints a table's title and head; its rows follow.
fn head(title: &str, columns: &[&str]) {
    println!("\n#### {title}\n\n| {} |\n|{}", columns.join(" | "), " --- |".repeat(columns.len()));
}

fn print_sizes(share: f64) {
    let columns = ["40 bits", "40, slots", "50 bits", "50, slots", "64 bits", "64, slots"];
    let title = format!("Samples / kB against a share of {share:.2}, suffix total/2^14");
    head(&title, &[&["blocks", "suffix"], &columns[..]].concat());
    let mut random = Random(1);
    let slots = [40.0, 50.0, 64.0].map(|bits| (bits, Draw::slots(bits, share)));
    for count in [1_000, 10_000, 100_000, 1_000_000] {
        let school = Chain::school(count, &mut Random(8));
        let chains = [Chain::steady(count, false), Chain::steady(count, true), school];
        for (kind, chain) in ["equal", "fading", "school"].iter().zip(&chains) {
            if count <= MAX_SUFFIX && *kind != "equal" {
                continue; // They are all sent whole.
            }
            let suffix = Proof::draw(chain, OCTAVES, slots[0].1, &mut random).suffix;
            print!("| {count} {kind} | {suffix} headers |");
            let suffix_share = chain.shares(count - suffix).1;
            for (bits, slots) in slots {
                for draw in [Draw::independent(bits, share, suffix_share), slots] {
                    let proof = Proof::draw(chain, OCTAVES, draw, &mut random);
                    print!(" {} / {:.0} |", proof.samples, proof.kilobytes());
                }
            }
            println!();
        }
    }
}

fn print_suffixes() {
    let title = "The suffix: samples + headers / kB (64 bits, share 1/2, slots, equal work)";
    head(title, &["suffix", "10,000 blocks", "100,000", "1,000,000"]);
    let chains = [10_000, 100_000, 1_000_000].map(|count| Chain::steady(count, false));
    let (draw, mut random) = (Draw::slots(64.0, 0.5), Random(2));
    for shift in [6, 8, 10, 12, 14, 16] {
        print!("| total/2^{shift} |");
        for chain in &chains {
            let proof = Proof::draw(chain, shift, draw, &mut random);
            print!(" {} + {} / {:.0} |", proof.samples, proof.suffix, proof.kilobytes());
        }
        println!();
    }
}

/// The designs compared, all against half of the work and with a suffix of total/2^14.
fn designs() -> [Draw; 3] {
    let published = Draw::independent(50.0, 0.5, 0.5_f64.powi(OCTAVES));
    [published, Draw::slots(50.0, 0.5), Draw::slots(64.0, 0.5)]
}

fn print_strength() {
    let title = "Bits at the worst fork (in brackets: fakes and mining luck mixed, depth 10,000)";
    head(title, &["share", "luck alone", "50, independent", "50, slots", "64, slots"]);
    let works = climb(10_000.0);
    for share in [0.1, 1.0 / 3.0, 0.5, 2.0 / 3.0, 0.9] {
        print!("| {share:.2} | {:.1} |", luck_bound(&works, share).0);
        for draw in designs() {
            // This part of the claim is real, found with too little work; the rest is fake.
            let parts = (0..=20).map(|i| share + (1.0 - share) * f64::from(i) / 20.0);
            let mixed =
                parts.map(|real| worst_fork(draw, real) + luck_bound(&works, share / real).0);
            let least = mixed.fold(f64::INFINITY, f64::min);
            print!(" {:.1} ({least:.1}) |", worst_fork(draw, share));
        }
        println!();
    }
}

fn print_forks() {
    let title = "Bits by fork, share 1/2; weak proofs of 60 and 2 x 14 draws: formula / drawn";
    let columns = ["50, independent", "50, slots", "64, slots", "60 independent", "28 slots"];
    head(title, &[&["work since the fork"], &columns[..]].concat());
    let weak = [Draw::Independent { samples: 60 }, Draw::Slots { per_octave: 2 }];
    let mut random = Random(5);
    for octave in [0, 3, 8, 12] {
        for inside in [1.0, 0.71] {
            let remaining = inside * 0.5_f64.powi(octave);
            print!("| {inside} / 2^{octave} |");
            designs().iter().for_each(|d| print!(" {:.1} |", place(*d, remaining, 0.5).0));
            for draw in weak {
                let (bits, fakes) = place(draw, remaining, 0.5);
                let passed = (0..20_000).filter(|_| {
                    let positions = draw.positions(0.5_f64.powi(OCTAVES), &mut random);
                    !positions.iter().any(|x| fakes.iter().any(|fake| fake.contains(x)))
                });
                let drawn = passed.count() as f64 / 20_000.0;
                print!(" {:.4} / {drawn:.4} |", (-bits).exp2());
            }
            println!();
        }
    }
}

fn print_luck() {
    let title = "Mining luck in bits: a fork that outweighs `depth` blocks, nothing fake";
    let climbing = "climb under the range check (bound)";
    head(title, &["depth", "share", "equal work (bound)", climbing, "one block, no check"]);
    let mut random = Random(6);
    for depth in [10.0, 100.0, 1_000.0, 10_000.0, 100_000.0] {
        for share in [0.5, 0.1] {
            let equal = luck_bound(&vec![1.0; depth as usize], share).0;
            let works = climb(depth);
            let (climbed, bound) =
                (luck_drawn(&works, share, &mut random), luck_bound(&works, share).0);
            let single = luck_drawn(&[1.0], share, &mut random);
            let count = works.len();
            print!("| {depth} | {share} | {equal:.1} | {climbed:.1} ({bound:.1})");
            println!(" in {count} blocks | {single:.1} |");
        }
    }
}

/// Replaces the last blocks of a chain by fakes and one hard block that was mined.
///
/// `climbs`: the clock runs as slowly as allowed instead of being set back; `claims`: the fakes
/// claim the work that the rule gives them instead of next to none.
fn forge(honest: &Chain, fork: usize, climbs: bool, claims: bool) -> Chain {
    let part = if claims { 1.0 - (-(INTERVAL - 1.0) / HALF_LIFE).exp2() } else { 1.0 };
    let goal = part * (honest.total() - honest.before[fork]);
    let (clocks, before) = (honest.clocks[..fork].to_vec(), honest.before[..=fork].to_vec());
    let mut chain = Chain { clocks, before };
    if !climbs {
        chain.push(INTERVAL * fork as f64 - HALF_LIFE * (goal / FIRST_WORK).log2(), 1.0);
    }
    while climbs && work(chain.len(), chain.clock(), chain.clock() + 1.0) < goal {
        if claims { chain.push_by_rule(1.0) } else { chain.push(chain.clock() + 1.0, 1.0) }
    }
    chain.push_by_rule(1.0);
    chain
}

fn print_range_check() {
    let title = "One mined block for the last 2,000 of 20,000: how many of 100 proofs pass";
    head(title, &["claim", "blocks", "mined share", "range check", "samples", "both"]);
    let mut random = Random(7);
    let honest = Chain::school(20_000, &mut random);
    let fork = honest.len() - 2_000;
    let forgeries = [
        ("clock set back, no work", forge(&honest, fork, false, false)),
        ("clock crawls, no work", forge(&honest, fork, true, false)),
        ("clock crawls, work of the rule", forge(&honest, fork, true, true)),
        ("honest", honest),
    ];
    for (name, chain) in &forgeries {
        let fakes = if *name == "honest" { 0..0 } else { fork..chain.len() - 1 };
        let mut passed = [0; 3];
        for _ in 0..100 {
            let proof = Proof::draw(chain, OCTAVES, designs()[2], &mut random);
            let mut ranges = proof.closed;
            ranges.extend(proof.opened.iter().skip(1).map(|leaf| *leaf..leaf + 1));
            let ranges = ranges.iter().all(|range| is_possible(chain, range));
            let samples = !proof.opened.iter().any(|leaf| fakes.contains(leaf));
            for (count, ok) in passed.iter_mut().zip([ranges, samples, ranges && samples]) {
                *count += usize::from(ok);
            }
        }
        let mined = chain.shares(chain.len() - 1).1 / chain.shares(fork).1;
        let mined = if fakes.is_empty() { 1.0 } else { mined };
        let ([ranges, samples, both], blocks) = (passed, chain.len() - fork);
        println!("| {name} | {blocks} | {mined:.3} | {ranges} | {samples} | {both} |");
    }
}
