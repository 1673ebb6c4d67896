//! How fast the search for a proof of work is on one core, next to what the `sha2` crate allows in the
//! same run.
//!
//! `cargo bench -p shared --bench mining` prints one line per figure, tab-separated: `figure`, name,
//! value, unit, ratio, what the ratio is against. With `-- --rounds` it instead measures one round for
//! each line it reads, and prints a line of `name value` pairs: `scripts/bench mining` sets it beside
//! what browsers do in the same seconds.

#![expect(clippy::print_stdout, reason = "a benchmark is there to print")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

use sha2::block_api::compress256;
use shared::{hash::Hash, pow::Kernel, work::Target};
use std::{
    collections::BTreeMap,
    hint::black_box,
    io::BufRead as _,
    time::{Duration, Instant},
};

/// In a round, each is measured in a few short pieces, and the best one counts: the system takes the
/// core away for longer than that when others want it, too.
const PIECES: u32 = 6;
const PIECE: Duration = Duration::from_millis(10);
/// Rounds, unless somebody else counts them.
const ROUNDS: usize = 15;
const SHA2: &str = "sha2";

fn main() {
    let has = |name: &str| std::env::args().any(|argument| argument == name);
    // `cargo test --benches` builds and starts this too; only `cargo bench` asks for figures.
    if !has("--bench") {
        return;
    }
    let subjects = subjects();
    if has("--rounds") {
        for line in std::io::stdin().lock().lines() {
            line.unwrap();
            let rates = subjects.iter().map(|(name, run)| format!("{name} {:.0}", rate(run)));
            println!("{}", rates.collect::<Vec<_>>().join(" "));
        }
        return;
    }
    let mut rates: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for _ in 0..ROUNDS {
        for (name, run) in &subjects {
            rates.entry(name).or_default().push(rate(run));
        }
    }
    let median = |name: &str| {
        let mut rates = rates[name].clone();
        rates.sort_unstable_by(f64::total_cmp);
        rates[rates.len() / 2]
    };
    for (name, _) in &subjects {
        let (value, ratio) = (median(name), median(name) / median(SHA2));
        println!("figure\tmining.native.{name}\t{:.2}\tMH/s\t{ratio:.2}\tnative sha2", value / 1e6);
    }
}

type Subject = (&'static str, Box<dyn Fn(u64, u64) -> usize>);

/// What is measured: each makes so many attempts from a nonce on, and returns how many hits it had.
fn subjects() -> Vec<Subject> {
    let target = Target::from_zero_bits(20);
    let mut subjects: Vec<Subject> = vec![(SHA2, Box::new(with_sha2))];
    for kernel in Kernel::all() {
        let run = move |start, count| kernel.search(&Hash([7; 32]), &target, start, count).len();
        subjects.push((kernel.name(), Box::new(run)));
    }
    let hits = subjects[0].1(0, 1 << 22);
    for (name, run) in &subjects {
        assert_eq!(run(0, 1 << 22), hits, "{name} does other attempts");
    }
    subjects
}

/// Attempts in a second.
fn rate(run: &dyn Fn(u64, u64) -> usize) -> f64 {
    (0..PIECES).map(|_| piece(run)).fold(0.0, f64::max)
}

fn piece(run: &dyn Fn(u64, u64) -> usize) -> f64 {
    let (mut count, begin) = (0, Instant::now());
    while begin.elapsed() < PIECE {
        black_box(run(count, STEP));
        count += STEP;
    }
    f64::from(u32::try_from(count).unwrap()) / begin.elapsed().as_secs_f64()
}

/// Attempts between two looks at the clock.
const STEP: u64 = 10_000;

/// Attempts as fast as the `sha2` crate makes them: one compression each.
fn with_sha2(start: u64, count: u64) -> usize {
    let mut block = [0; 64];
    block[..32].fill(7);
    block[40] = 0x80;
    block[56..].copy_from_slice(&320_u64.to_be_bytes());
    (start..start + count)
        .filter(|nonce| {
            block[32..40].copy_from_slice(&nonce.to_le_bytes());
            let mut state = INITIAL;
            compress256(&mut state, core::slice::from_ref(&block));
            state[0] >> 12 == 0
        })
        .count()
}

/// SHA-256's state before the first block.
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];
