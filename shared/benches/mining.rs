//! How fast the search for a proof of work is on one core, next to what the `sha2` crate allows in the
//! same run.
//!
//! `cargo bench -p shared --bench mining` prints one line per figure, tab-separated: `figure`, name,
//! value, unit, ratio, what the ratio is against. With `-- --rounds` it instead measures one round for
//! each line it reads, and prints a line of `name value` pairs: `scripts/bench mining` sets it beside
//! what browsers do in the same seconds. Of the line `pair` it measures what a second thread adds.

#![expect(clippy::print_stdout, reason = "a benchmark is there to print")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

#[path = "mining/with_sha2.rs"]
mod with_sha2;

use shared::{hash::Hash, pow::Kernel, work::Target};
use std::{
    collections::BTreeMap,
    hint::black_box,
    io::BufRead as _,
    thread,
    time::{Duration, Instant},
};
use with_sha2::with_sha2;

/// In a round, each is measured in a few short pieces, and the best one counts: the system takes the
/// core away for longer than that when others want it, too.
const PIECES: u32 = 6;
const PIECE: Duration = Duration::from_millis(10);
/// How long one thread, and then two, go on.
const PAIR: Duration = Duration::from_millis(250);
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
            if line.unwrap() == "pair" {
                println!("one {:.0} two {:.0}", together(1), together(2));
                continue;
            }
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

type Run = dyn Fn(u64, u64) -> usize;
type Subject = (&'static str, Box<Run>);

/// What is measured: each makes so many attempts from a nonce on, and returns how many hits it had.
fn subjects() -> Vec<Subject> {
    let mut subjects: Vec<Subject> = vec![(SHA2, Box::new(with_sha2))];
    for kernel in Kernel::all() {
        subjects.push((kernel.name(), Box::new(with_kernel(kernel))));
    }
    let hits = subjects[0].1(0, 1 << 22);
    for (name, run) in &subjects {
        assert_eq!(run(0, 1 << 22), hits, "{name} does other attempts");
    }
    subjects
}

fn with_kernel(kernel: Kernel) -> impl Fn(u64, u64) -> usize {
    let target = Target::from_zero_bits(20);
    move |start, count| kernel.search(&Hash([7; 32]), &target, start, count).len()
}

/// Attempts in a second.
fn rate(run: &Run) -> f64 {
    (0..PIECES).map(|_| rate_over(PIECE, run)).fold(0.0, f64::max)
}

/// Attempts in a second of so many threads with the fastest kernel.
fn together(threads: usize) -> f64 {
    let work = || rate_over(PAIR, &with_kernel(Kernel::fastest()));
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

fn rate_over(time: Duration, run: &Run) -> f64 {
    let (mut count, begin) = (0, Instant::now());
    while begin.elapsed() < time {
        black_box(run(count, STEP));
        count += STEP;
    }
    f64::from(u32::try_from(count).unwrap()) / begin.elapsed().as_secs_f64()
}

/// Attempts between two looks at the clock.
const STEP: u64 = 10_000;
