//! How fast the ledger is, next to what the signatures alone allow on the same cores in the same run.
//!
//! `cargo bench -p backend --bench ledger [-- [PART]... [ACCOUNTS [PAYMENTS]]]` prints one line per figure,
//! tab-separated: `figure`, name, value, unit, ratio, what the ratio is against. Everything else goes to
//! standard error. PARTs are `connect`, `pool`, `replay` and `large`, all unless some are named; ACCOUNTS
//! are those of the state besides the senders (100,000), PAYMENTS those of the chain that is replayed
//! (100,000).

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark is there to print")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]
#![expect(clippy::cast_precision_loss, reason = "figures are rounded anyway")]

mod connect;
mod large;
mod pool;
mod replay;
mod world;

use std::time::{Duration, Instant};

/// As in the node.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [large::RESIDENT, folder] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..]
    {
        return large::measure_resident(folder.as_ref());
    }
    // `cargo test --benches` builds and starts this too; only `cargo bench` asks for figures.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let numbers: Vec<usize> = arguments.iter().filter_map(|one| one.parse().ok()).collect();
    let accounts = numbers.first().copied().unwrap_or(100_000);
    let payments = numbers.get(1).copied().unwrap_or(100_000);
    let named = |part| arguments.iter().any(|argument| argument == part);
    let wanted =
        |part| named(part) || !["connect", "pool", "replay", "large"].into_iter().any(named);
    if wanted("connect") {
        connect::run(accounts);
    }
    if wanted("pool") {
        pool::run();
    }
    if wanted("replay") {
        replay::run(payments);
    }
    if wanted("large") {
        large::run();
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// The middle one.
fn median<T: PartialOrd + Copy>(mut all: Vec<T>) -> T {
    all.sort_unstable_by(|a, b| a.partial_cmp(b).unwrap());
    all[all.len() / 2]
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begin = Instant::now();
    let done = work();
    (begin.elapsed(), done)
}

/// Prints a figure; `limit` is what it is set in relation to, and what that is.
fn figure(name: &str, value: f64, unit: &str, limit: Option<(f64, &str)>) {
    let (ratio, against) = match limit {
        Some((limit, against)) => (format!("{:.3}", value / limit), against),
        None => ("-".to_owned(), "-"),
    };
    println!("figure\tledger.{name}\t{value:.1}\t{unit}\t{ratio}\t{against}");
}

/// Against what the signatures alone allow.
const LIMIT: &str = "signatures/s, all cores, same run";

/// Memory that the process holds, in MiB.
fn resident() -> f64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0.0);
    pages * 4_096.0 / 1_048_576.0
}
