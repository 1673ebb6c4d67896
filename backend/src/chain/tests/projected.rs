//! The blocks that are expected of what waits are those that templates make of it, one after the other.

use shared::{
    encode::{Bounded, encode},
    rules::transaction_isolated::CheckedTransaction,
    transaction::Payment,
};

use super::super::{check_block, testkit::*};
use crate::pool::{Limits, MAX_PROJECTED, ProjectedBlock};

/// A payment of some size and some fee, to keys up to `keys`.
fn payment(node: &Node, random: &mut Random, keys: u64) -> CheckedTransaction {
    let chain = node.handle.chain();
    let from = random.key(RICH.into());
    let nonce = node.view().pool().next_nonce(&account(from)).unwrap_or(0);
    let fee = random.below(30_000);
    let mut body = pay(chain, (from, nonce), from, 1, fee).transaction().body.clone();
    let count = 1 + random.below(6);
    let payment = |_| Payment { recipient: account(random.key(keys)), amount: mites(1) };
    body.payments = Bounded::new((0..count).map(payment).collect()).unwrap();
    sign(chain, from, body)
}

/// A node in whose pool `count` payments wait.
fn node(seed: u64, count: usize, keys: u64) -> Node {
    let chain = chain(|parameters| {
        parameters.max_block_bytes = 4_096;
        parameters.max_new_accounts = 3;
    });
    let node = Node::with_limits(&chain, Limits { per_sender: 1_000, ..Limits::default() });
    let mut random = Random(seed);
    for _ in 0..count {
        let _ = node.offer(&payment(&node, &mut random, keys));
    }
    assert!(count == 0 || node.view().pool().len() > count / 2);
    node
}

/// Transactions, bytes and fees of what miners are given now; and that block, mined.
fn mine(node: &Node) -> (usize, usize, u64) {
    let view = node.view();
    let template = view.template(account(0), GENESIS_TIME).unwrap();
    let transactions = template.block.transactions.iter();
    let sizes: usize = transactions.clone().map(|one| encode(one).len()).sum();
    let fees = transactions.map(|one| one.body.fee.mites()).sum();
    let count = template.block.transactions.len();
    node.submit(&check_block(mined(template.block), &view).unwrap()).unwrap();
    (count, sizes, fees)
}

fn said(block: &ProjectedBlock) -> (usize, usize, u64) {
    (block.transactions, block.bytes, block.fees.mites())
}

#[test]
fn expected_blocks_are_those_that_are_mined_one_after_the_other() {
    for seed in 0..6 {
        // Nobody new is paid: who is there pays less for the same place.
        let node = node(seed, 140, RICH.into());
        let expected = node.view().projected();
        assert!(expected.len() > 3, "seed {seed}: {expected:?}");
        for (number, block) in expected.iter().enumerate() {
            assert_eq!(mine(&node), said(block), "seed {seed}, block {number}");
        }
        assert!(expected.iter().all(|block| block.rates.0 <= block.rates.1));
    }
}

#[test]
fn the_next_block_is_the_template_also_where_accounts_are_made() {
    for seed in 0..6 {
        let node = node(seed, 120, 60);
        let view = node.view();
        let expected = view.projected();
        assert!(expected.len() > 2, "seed {seed}: {expected:?}");
        assert_eq!(mine(&node), said(&expected[0]), "seed {seed}");
    }
}

#[test]
fn there_are_so_many_and_they_follow_the_pool() {
    let node = node(1, 0, 8);
    assert!(node.view().projected().is_empty());
    let chain = node.handle.chain().clone();
    for nonce in 0..400 {
        node.offer(&pay(&chain, (0, nonce), 1, 1, 500)).unwrap();
    }
    let view = node.view();
    let all = view.projected();
    assert_eq!(all.len(), MAX_PROJECTED);
    assert!(std::sync::Arc::ptr_eq(&all, &view.projected()), "nothing has changed");
    // One that is worth more than all others goes first.
    node.offer(&pay(&chain, (1, 0), 2, 1, 90_000)).unwrap();
    let then = view.projected();
    assert!(then[0].rates.1 > all[0].rates.1);
    mine(&node);
    assert_eq!(node.view().projected()[0].transactions, then[1].transactions);
}
