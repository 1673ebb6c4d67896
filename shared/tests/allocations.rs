//! A claimed length reserves nothing (§2): what decoding allocates is bounded by the bytes that are
//! really there, measured by an allocator that counts.
//!
//! Documented bound, for every type that comes from outside: at the peak, `PER_BYTE` bytes for each
//! byte given, and `CONSTANT` besides (the first reservation of each list, 64 items, and an error's
//! text). In its own binary, because it replaces the allocator.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the figures are what is measured")]

mod kit;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use borsh::BorshDeserialize;
use kit::{COIN, Kit, Random, account, mutate, parameters, policy};
use shared::{
    block::Block,
    encode::{Bounded, decode, encode},
    hash::Hash,
    header::Header,
    history::HistoryProof,
    ledger::LedgerDiff,
    params::Parameters,
    state_tree::StateProof,
    transaction::{Body, Transaction},
};

/// Bytes allocated at the peak for each byte given.
const PER_BYTE: usize = 4;
/// Bytes allocated at the peak besides.
const CONSTANT: usize = 32 << 10;

struct Counting;

thread_local! {
    static LIVE: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

fn count(more: usize, less: usize) {
    let live = LIVE.get().wrapping_add(more).wrapping_sub(less);
    LIVE.set(live);
    // What was allocated before the measurement and freed in it would wrap around; it is no peak.
    if live < usize::MAX / 2 {
        PEAK.set(PEAK.get().max(live));
    }
}

#[expect(
    unsafe_code,
    reason = "an allocator that counts cannot be written without; it only forwards"
)]
// SAFETY: every call goes to the system's allocator with the arguments it came with.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Old and new at once, as when it has to move.
        count(size, 0);
        count(0, layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most that was allocated at a time while `T` was decoded from `bytes`.
fn peak<T: BorshDeserialize>(bytes: &[u8]) -> usize {
    LIVE.set(0);
    PEAK.set(0);
    let value = decode::<T>(bytes, usize::MAX);
    let peak = PEAK.get();
    drop(value);
    peak
}

/// The largest `(peak - CONSTANT) / bytes` of a type, in hundredths, and the largest constant.
#[derive(Debug, Default)]
struct Worst {
    per_byte: usize,
    empty: usize,
    buffers: usize,
}

impl Worst {
    fn see(&mut self, name: &str, peak: usize, bytes: &[u8]) {
        self.buffers += 1;
        if bytes.len() <= 64 {
            self.empty = self.empty.max(peak);
        }
        let above = peak.saturating_sub(CONSTANT);
        self.per_byte = self.per_byte.max((above * 100).checked_div(bytes.len()).unwrap_or(0));
        assert!(
            peak <= PER_BYTE * bytes.len() + CONSTANT,
            "{name}: {peak} bytes allocated for {} given",
            bytes.len()
        );
    }
}

/// Seeds, mutated seeds, and bombs: the beginning of a seed where every four bytes in turn claim the
/// largest lengths.
fn attack<T: BorshDeserialize>(name: &str, seeds: &[Vec<u8>], count: usize) {
    let mut worst = Worst::default();
    let mut random = Random(5);
    for seed in seeds {
        worst.see(name, peak::<T>(seed), seed);
        for at in 0..seed.len().min(600) {
            for claim in [64, 1_000, 200_000, 1 << 24, u32::MAX] {
                let mut bomb = seed.clone();
                bomb.iter_mut().skip(at).zip(claim.to_le_bytes()).for_each(|(to, from)| *to = from);
                worst.see(name, peak::<T>(&bomb), &bomb);
                bomb.truncate(at + 4);
                worst.see(name, peak::<T>(&bomb), &bomb);
                bomb.extend([0; 64]);
                worst.see(name, peak::<T>(&bomb), &bomb);
            }
        }
    }
    for _ in 0..count {
        let bytes = mutate(seeds, &mut random);
        worst.see(name, peak::<T>(&bytes), &bytes);
    }
    println!("{name}: {worst:?}");
}

#[test]
fn decoding_allocates_in_proportion_to_what_is_there() {
    let count = if std::env::var_os("HALFPENNY_FULL").is_some() { 200_000 } else { 2_000 };
    let kit = Kit::new(parameters());
    let shared = kit.sign_shared(kit.body(policy().account(), &[(account(2), 7)], 3), &[0, 2]);
    let single = kit.pay(1, 2, COIN, 5);
    let transactions = [encode(&single), encode(&shared)];
    attack::<Transaction>("transaction", &transactions, count);

    // Blocks of the smallest and of the largest transactions: as many lists as there can be.
    let block = |one: &Transaction, many: usize| {
        let header = kit.chain.genesis().header.clone();
        encode(&Block { header, transactions: Bounded::new(vec![one.clone(); many]).unwrap() })
    };
    let body = kit.body(account(1), &[(account(2), 7); 16], 3);
    let wide = kit.sign(Body { memo: Bounded::new(vec![7; 80]).unwrap(), ..body }, 1);
    let small = kit.sign(Body { memo: Bounded::default(), ..single.body.clone() }, 1);
    let blocks = [
        block(&small, 0),
        block(&small, 3),
        block(&small, 65),
        block(&shared, 129),
        block(&wide, 70),
        block(&small, 20_000),
    ];
    attack::<Block>("block", &blocks[..3], count);
    attack::<Block>("large block", &blocks[3..5], count / 10);
    let mut worst = Worst::default();
    worst.see("4 MB block", peak::<Block>(&blocks[5]), &blocks[5]);
    println!("4 MB block: {worst:?}");

    let header = encode(&kit.chain.genesis().header);
    attack::<Header>("header", std::slice::from_ref(&header), count);
    // What nodes send each other: lists of headers and of ids.
    let headers = vec![kit.chain.genesis().header.clone(); 70];
    let list = encode(&Bounded::<Header, 0, 2_000>::new(headers).unwrap());
    attack::<Bounded<Header, 0, 2_000>>("headers", &[list], count / 10);
    let ids = encode(&Bounded::<Hash, 0, 200_000>::new(vec![Hash([3; 32]); 70]).unwrap());
    attack::<Bounded<Hash, 0, 200_000>>("ids", &[ids], count);

    let diff = kit.judge(kit.block(&[single], 4, 10)).unwrap().diff;
    attack::<LedgerDiff>("undo diff", &[encode(&diff), encode(&LedgerDiff::default())], count);
    attack::<Parameters>("parameters", &[encode(kit.chain.parameters())], count);
    attack::<StateProof>("state proof", &[encode(&kit.tree.prove(&account(1)))], count);
    let proof = HistoryProof { count: 9, path: Bounded::default() };
    attack::<HistoryProof>("history proof", &[encode(&proof)], count);
}
