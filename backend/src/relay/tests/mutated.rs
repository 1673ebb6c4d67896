//! What nodes send each other, mutated: nothing panics, and what is accepted is the one encoding of what
//! it means. As in `shared/tests/mutations.rs`: in every run always the same, with `HALFPENNY_FULL=1` for
//! 60 seconds; `HALFPENNY_SEED=n` runs one again.

use std::time::SystemTime;

use actix_web::web::Bytes;
use borsh::{BorshDeserialize, BorshSerialize};
use shared::{
    encode::{Bounded, decode, encode},
    hash::{BlockId, Hash, TransactionId},
    work::Work,
};

use super::super::messages::*;
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

fn reads<T: BorshDeserialize + BorshSerialize>(bytes: &[u8]) -> bool {
    let value = decode::<T>(bytes, MAX_POOL_BYTES);
    value.is_ok_and(|value| {
        assert!(encode(&value) == bytes, "two encodings of one value");
        true
    })
}

/// A frame, and a list of blobs, both with their own encodings.
fn reads_frame(bytes: &[u8]) -> bool {
    let bytes = Bytes::copy_from_slice(bytes);
    Frame::parse(&bytes).is_ok_and(|frame| {
        assert_eq!(frame.to_bytes().slice(4..), bytes);
        true
    })
}

fn reads_blobs(bytes: &[u8]) -> bool {
    let bytes = Bytes::copy_from_slice(bytes);
    decode_blobs(&bytes, 5, 300).is_ok_and(|blobs| {
        assert!(blobs.len() <= 5 && blobs.iter().all(|blob| blob.len() <= 300));
        assert_eq!(encode_blobs(&blobs), bytes);
        true
    })
}

/// A kind of message: its name, encodings of it, and its reader.
type Kind = (&'static str, Vec<Vec<u8>>, fn(&[u8]) -> bool);

fn kinds() -> Vec<Kind> {
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
        ("hello", vec![encode(&hello)], reads::<Hello>),
        ("announcement", vec![encode(&tip)], reads::<Announcement>),
        ("locator", vec![encode(&locator)], reads::<Locator>),
        ("headers", vec![encode(&headers)], reads::<Headers>),
        (
            "announced",
            vec![
                announced(Want::Nothing),
                announced(Want::Blocks(locator)),
                announced(Want::Later),
            ],
            reads::<Announced>,
        ),
        (
            "pushed",
            vec![pushed(PushOutcome::Stored), pushed(PushOutcome::Refused)],
            reads::<Pushed>,
        ),
        ("pool offer", vec![encode(&offer)], reads::<PoolOffer>),
        ("pool answer", vec![encode(&answer)], reads::<PoolAnswer>),
        ("batch of ids", vec![encode(&waiting)], reads::<BatchIds>),
        (
            "frame",
            frames.iter().map(|frame| frame.to_bytes().slice(4..).to_vec()).collect(),
            reads_frame,
        ),
        ("blobs", vec![encode_blobs(&[payment(0), Bytes::new(), payment(1)])], reads_blobs),
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
    let kinds = kinds();
    for (name, seeds, reads) in &kinds {
        assert!(seeds.iter().all(|seed| reads(seed)), "{name}");
    }
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
        let (_, seeds, reads) = &kinds[kind];
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
