//! What nodes send each other, mutated: nothing panics, and what is accepted is the one encoding of what
//! it means. As in `shared/tests/mutations.rs`: in every run always the same, with `HALFPENNY_FULL=1` for
//! 60 seconds; `HALFPENNY_SEED=n` runs one again.

use std::time::SystemTime;

use actix_web::web::Bytes;
use shared::{
    encode::{Bounded, encode},
    hash::{BlockId, Hash, TransactionId},
    work::Work,
};

use super::judge::{READERS, message};
use super::messages::*;
use super::{Duration, Instant};
use crate::chain::testkit::{Forge, chain, pay};

/// Buffers in every run.
const QUICK: u64 = 20_000;
/// Time in the long tier.
const LONG: Duration = Duration::from_secs(60);

/// splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound.max(1) as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.below(256).to_le_bytes()[0]
    }
}

/// A few bits, bytes, lengths, cuts, or parts of another message.
fn mutate(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        match random.below(8) {
            0 if !bytes.is_empty() => bytes[at] = random.byte(),
            1 => {
                let number = [0, 1, 64, 65, 1_000, 200_001, 1 << 24, u32::MAX][random.below(8)];
                let number = u32::to_le_bytes(number);
                bytes.iter_mut().skip(at).zip(number).for_each(|(to, from)| *to = from);
            }
            2 if random.below(3) == 0 => bytes.truncate(at),
            3 if random.below(3) == 0 => bytes.insert(at, random.byte()),
            4 => {
                let other = seeds[random.below(seeds.len())].iter().skip(at).take(40);
                bytes.iter_mut().skip(at).zip(other).for_each(|(to, from)| *to = *from);
            }
            _ if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
            _ => {}
        }
    }
    bytes
}

/// Encodings of every kind of message, by its name.
fn seeds() -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let blocks = forge.line(forge.genesis(), 1, 3);
    let headers: Vec<_> = blocks.iter().map(|block| block.header().clone()).collect();
    let tip = Announcement { header: headers[2].clone(), work: Work(4) };
    let ids: Vec<BlockId> =
        blocks.iter().map(shared::rules::block_isolated::CheckedBlock::id).collect();
    let locator: Locator = Bounded::new(ids).unwrap();
    let program = Bounded::new(b"halfpenny/0.1.0".to_vec()).unwrap();
    let hello = Hello {
        protocol: PROTOCOL,
        genesis: chain.genesis_id(),
        instance: 7,
        tip: tip.clone(),
        program,
    };
    let announced = |want| encode(&Announced { tip: tip.clone(), want });
    let pushed = |outcome| encode(&Pushed { tip: tip.clone(), outcome });
    let waiting: Vec<TransactionId> = (0..4).map(|n| TransactionId(Hash([n; 32]))).collect();
    let offer = PoolOffer { ids: Bounded::new(waiting.clone()).unwrap(), all: true };
    let answer =
        PoolAnswer { missing: Bounded::new(waiting.clone()).unwrap(), extra: Bounded::default() };
    let payment = |nonce| Bytes::from(encode(pay(&chain, (0, nonce), 1, 5, 1).transaction()));
    let frames = [
        Frame::KeepAlive,
        Frame::Tip(Box::new(tip.clone())),
        Frame::Transactions(vec![payment(0), payment(1)]),
    ];
    vec![
        ("hello", vec![encode(&hello)]),
        ("announcement", vec![encode(&tip)]),
        ("locator", vec![encode(&locator)]),
        ("headers", vec![encode(&headers)]),
        (
            "announced",
            vec![
                announced(Want::Nothing),
                announced(Want::Blocks(locator)),
                announced(Want::Later),
            ],
        ),
        ("pushed", vec![pushed(PushOutcome::Stored), pushed(PushOutcome::Refused)]),
        ("pool offer", vec![encode(&offer)]),
        ("pool answer", vec![encode(&answer)]),
        ("batch of ids", vec![encode(&waiting)]),
        ("frame", frames.iter().map(|frame| frame.to_bytes().slice(4..).to_vec()).collect()),
        ("blobs", vec![encode_blobs(&[payment(0), Bytes::new(), payment(1)])]),
    ]
}

/// Names the seed when a reader panics.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("run it again with HALFPENNY_SEED={}", self.0);
        }
    }
}

#[test]
fn mutated_messages_are_read_without_a_panic() {
    let kinds = seeds();
    for ((name, seeds), (expected, reads)) in kinds.iter().zip(READERS) {
        assert!(*name == expected && seeds.iter().all(|seed| reads(seed)), "{name}");
    }
    assert_eq!(kinds.len(), READERS.len());
    let given = std::env::var("HALFPENNY_SEED").ok().map(|seed| seed.parse::<u64>().unwrap());
    let full = std::env::var_os("HALFPENNY_FULL").is_some();
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_micros();
    let first = given.unwrap_or_else(|| if full { u64::try_from(now()).unwrap() } else { 0 });
    let (start, mut rounds) = (Instant::now(), 0);
    let mut accepted = vec![0_u64; kinds.len()];
    loop {
        let seed = Named(first.wrapping_add(rounds));
        let mut random = Random(seed.0.wrapping_mul(0xd134_2543_de82_ef95));
        let kind = random.below(kinds.len());
        let (seeds, reads) = (&kinds[kind].1, READERS[kind].1);
        accepted[kind] += u64::from(reads(&mutate(seeds, &mut random)));
        rounds += 1;
        let done = if full { start.elapsed() >= LONG } else { rounds >= QUICK };
        if done || given.is_some() {
            break;
        }
    }
    println!("{rounds} messages from seed {first} on; accepted of each kind: {accepted:?}");
    let each = rounds / kinds.len() as u64;
    assert!(given.is_some() || accepted.iter().all(|ok| (1..each * 99 / 100).contains(ok)));
}

/// The seeds are messages; whatever else was put beside them is at least read without a panic.
#[test]
fn the_corpus_of_the_fuzz_target_is_read_without_a_panic() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz/corpus/relay");
    let mut seeds = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let read = message(&std::fs::read(&path).unwrap());
        if path.file_name().unwrap().to_str().unwrap().starts_with("seed-") {
            assert!(read, "{}", path.display());
            seeds += 1;
        }
    }
    assert_eq!(seeds, READERS.len());
}
