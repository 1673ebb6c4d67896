//! One value, one encoding (§2): whatever decodes encodes to the very bytes it was read from.
//!
//! Buffers are made of valid encodings by the mutations of `kit::mutate`, seeded, so that a failure
//! repeats. 1,000,000 in every run, 20,000,000 with `HALFPENNY_FULL=1`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kit;

use borsh::{BorshDeserialize, BorshSerialize};
use kit::{COIN, Kit, Random, account, mutate, parameters, policy};
use shared::{
    account::AccountId,
    amount::Amount,
    block::Block,
    encode::{Bounded, decode, encode},
    header::Header,
    ledger::{Account, Change, LedgerDiff},
    limits::{HEADER_BYTES, MAX_BLOCK_BYTES, MAX_TRANSACTION_BYTES},
    transaction::Transaction,
};

/// Valid encodings of one type.
fn seeds() -> [Vec<Vec<u8>>; 4] {
    let kit = Kit::new(parameters());
    let mut full = kit.body(account(1), &[(account(2), 7); 16], 3);
    full.memo = Bounded::new(vec![7; 80]).unwrap();
    let single = kit.pay(1, 2, COIN, 5);
    let shared = kit.sign_shared(kit.body(policy().account(), &[(account(2), 7)], 3), &[0, 2]);
    let mut most = kit.body(account(3), &[(account(2), 1)], 0);
    (most.fee, most.nonce) = (Amount::MAX, u64::MAX);
    let full = kit.sign(full, 1);
    let block = kit.block(&[single.clone(), shared.clone(), kit.pay(3, 9, 5, 0)], 4, 10);
    let empty = kit.block(&[], 4, 10);
    let diffs = [&block, &empty].map(|block| encode(&kit.judge(block.clone()).unwrap().diff));
    let transactions = [single, shared, full, kit.sign(most, 3)].iter().map(encode).collect();
    let headers = [&block.header, &empty.header, &kit.chain.genesis().header].map(encode).to_vec();
    [transactions, vec![encode(&block), encode(&empty)], headers, diffs.to_vec()]
}

/// Whether the bytes decode; if so, they are the value's encoding.
fn decodes<T: BorshDeserialize + BorshSerialize>(bytes: &[u8], limit: usize) -> bool {
    match decode::<T>(bytes, limit) {
        Ok(value) => {
            assert!(encode(&value) == bytes, "two encodings of one value: {bytes:02x?}");
            true
        }
        Err(error) => {
            assert!(["malformed", "too-large"].contains(&error.code()));
            false
        }
    }
}

#[test]
fn every_mutated_buffer_that_decodes_is_the_one_encoding_of_its_value() {
    let full = std::env::var_os("HALFPENNY_FULL").is_some();
    let count = if full { 20_000_000 } else { 1_000_000 };
    let seeds = seeds();
    let mut random = Random(1);
    let mut decoded = [0_u32; 4];
    for number in 0..count {
        let kind = number % 4;
        let bytes = mutate(&seeds[kind], &mut random);
        let ok = match kind {
            0 => decodes::<Transaction>(&bytes, MAX_TRANSACTION_BYTES),
            1 => decodes::<Block>(&bytes, MAX_BLOCK_BYTES),
            2 => decodes::<Header>(&bytes, HEADER_BYTES),
            _ => decodes::<LedgerDiff>(&bytes, MAX_BLOCK_BYTES),
        };
        decoded[kind] += u32::from(ok);
    }
    println!("{count} buffers; transactions, blocks, headers, diffs that decode: {decoded:?}");
    // Enough of them get through to say something, and enough do not.
    let each = u32::try_from(count / 4).unwrap();
    assert!(decoded.iter().all(|ok| (each / 20..each * 19 / 20).contains(ok)), "{decoded:?}");
}

/// Else two diffs, or one in two orders, would be written for the same change.
#[test]
fn a_diff_names_every_account_once_and_in_ascending_order() {
    let nothing = Account::default();
    let come = Change { before: nothing, after: Account { nonce: 1, balance: Amount::MAX } };
    let go = Change { before: come.after, after: nothing };
    let [low, middle, high] = [1, 2, 3].map(|byte| AccountId([byte; 32]));
    let decoded = |entries: Vec<(AccountId, Change)>| {
        decode::<LedgerDiff>(&encode(&entries), MAX_BLOCK_BYTES).map_err(|error| error.code())
    };
    let entries = vec![(low, come), (middle, go), (high, come)];
    assert_eq!(decoded(entries.clone()), Ok(LedgerDiff(entries.into_iter().collect())));
    assert_eq!(decoded(vec![(low, come), (high, come), (middle, go)]), Err("malformed"));
    assert_eq!(decoded(vec![(low, come), (low, come)]), Err("malformed"));
    assert_eq!(decoded(vec![(low, come), (middle, come), (middle, go)]), Err("malformed"));
}

/// Every seed itself, cut anywhere and with any one byte more.
#[test]
fn no_beginning_of_an_encoding_is_an_encoding() {
    let mut cuts = 0;
    for (kind, seeds) in seeds().iter().enumerate() {
        for seed in seeds {
            for length in 0..=seed.len() + 1 {
                let mut bytes = seed.clone();
                bytes.resize(length, 0);
                let ok = match kind {
                    0 => decodes::<Transaction>(&bytes, MAX_TRANSACTION_BYTES),
                    1 => decodes::<Block>(&bytes, MAX_BLOCK_BYTES),
                    2 => decodes::<Header>(&bytes, MAX_BLOCK_BYTES),
                    _ => decodes::<LedgerDiff>(&bytes, MAX_BLOCK_BYTES),
                };
                assert_eq!(ok, length == seed.len(), "kind {kind}, {length} bytes");
                cuts += 1;
            }
        }
    }
    assert!(cuts > 3_000, "{cuts}");
}
