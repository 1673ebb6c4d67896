//! What a block of 5,000 payments costs in the state tree of 100,000 accounts, stage by stage.
//!
//! `cargo bench -p shared --bench state_tree` prints one line per figure, tab-separated.

#![expect(clippy::print_stdout, reason = "a benchmark is there to print")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

use std::time::{Duration, Instant};

use shared::{
    account::AccountId,
    amount::Amount,
    hash::Tag,
    ledger::{Account, Ledger as _},
    state_tree::StateTree,
};

/// As in the node.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn id(number: u64) -> AccountId {
    AccountId(Tag::MESSAGE.hash(&[&number.to_le_bytes()]).0)
}

fn main() {
    let arguments: Vec<u64> = std::env::args().filter_map(|one| one.parse().ok()).collect();
    let accounts = arguments.first().copied().unwrap_or(100_000);
    let rich = Account { nonce: 0, balance: Amount::from_mites(1_000_000).unwrap() };
    let mut tree = StateTree::from_accounts((0..accounts).map(|number| (id(number), rich)));
    let mut times = [const { Vec::new() }; 3];
    for round in 0..31 {
        let touched = (0..10_000).map(|number| id((number * 7_919 + round) % accounts)).collect();
        let (touch, (mut touched, places)) = timed(|| tree.touch(touched));
        for place in places {
            let account = touched.get(place);
            touched.set(place, Account { nonce: account.nonce + 1, ..account });
        }
        let (apply, (next, diff)) = timed(|| touched.into_tree());
        drop(diff);
        let (drop, ()) = timed(|| tree = next);
        for (times, time) in times.iter_mut().zip([touch, apply, drop]) {
            times.push(time);
        }
    }
    for (name, mut times) in ["touch", "apply", "drop"].into_iter().zip(times) {
        times.sort_unstable();
        println!(
            "{name}\t{:.2} ms, least {:.2}",
            times[15].as_secs_f64() * 1e3,
            times[0].as_secs_f64() * 1e3
        );
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begin = Instant::now();
    let done = work();
    (begin.elapsed(), done)
}
