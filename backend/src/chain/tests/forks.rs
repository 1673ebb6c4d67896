//! Which chain is the main chain, and what becomes of the other.

use shared::rules::transaction_in_ledger::LedgerError;

use super::super::{ChainEvent, Imported, TransactionStatus, testkit::*};
use crate::{pool::Removal, store::BlockStatus};

#[test]
fn a_branch_with_more_work_becomes_the_main_chain_and_the_losers_transactions_wait_again() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let mut events = node.handle.events();

    let paid = pay(&chain, (0, 0), 1, 100, 10);
    let again = pay(&chain, (0, 1), 2, 100, 10);
    let first = forge.child(forge.genesis(), 6, 10, std::slice::from_ref(&paid));
    let second = forge.child(first.id(), 6, 10, std::slice::from_ref(&again));
    node.take(&[first.clone(), second.clone()]);
    assert_eq!(node.view().account(&account(0)).nonce, 2);

    let branch = forge.line(forge.genesis(), 7, 3);
    assert_eq!(node.submit(&branch[0]), Ok(Imported::Side));
    assert_eq!(node.submit(&branch[1]), Ok(Imported::Side));
    let Ok(Imported::Changed(change)) = node.submit(&branch[2]) else { panic!("not changed") };

    let ids = |blocks: &[super::super::BlockSummary]| {
        blocks.iter().map(|block| block.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&change.reverted), [second.id(), first.id()]);
    assert_eq!(ids(&change.connected), branch.iter().map(|block| block.id()).collect::<Vec<_>>());
    assert_eq!(change.tip.id, branch[2].id());
    let view = node.view();
    assert_eq!(view.tip(), change.tip);
    assert_eq!(view.account(&account(0)), chain.opening_balances()[0].1);
    assert_eq!(view.transaction_count(), 0);
    assert_eq!(view.pool().select(usize::MAX).len(), 2);
    assert!(matches!(view.status(&paid.id()).unwrap(), TransactionStatus::Pending(_)));
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        told.push(event);
    }
    let [
        ChainEvent::Changed(_),
        ChainEvent::Changed(_),
        ChainEvent::Changed(last),
        ChainEvent::Pool(pool),
    ] = &told[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!(*last, change);
    assert_eq!(pool.added.len(), 2);

    // And both are mined again.
    let template = view.template(account(5), 0).unwrap();
    assert_eq!(template.block.transactions.len(), 2);
}

#[test]
fn what_a_reorganisation_makes_impossible_leaves_with_its_reason() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);

    // Key 20 is paid and spends in one branch; in the other, key 0 has paid somebody else instead.
    let funds = pay(&chain, (0, 0), 20, 1_000, 10);
    let spends = pay(&chain, (20, 0), 21, 900, 10);
    let other = pay(&chain, (0, 0), 2, 5, 10);
    let first = forge.child(forge.genesis(), 6, 10, std::slice::from_ref(&funds));
    let second = forge.child(first.id(), 6, 10, std::slice::from_ref(&spends));
    node.take(&[first, second]);
    let mut branch = vec![forge.child(forge.genesis(), 7, 10, std::slice::from_ref(&other))];
    branch.extend(forge.line(branch[0].id(), 7, 2));
    node.take(&branch);

    let view = node.view();
    assert!(view.pool().is_empty());
    let TransactionStatus::Gone(_, why) = view.status(&funds.id()).unwrap() else { panic!() };
    assert_eq!(why, Removal::Replaced { by: other.id() });
    let TransactionStatus::Gone(_, why) = view.status(&spends.id()).unwrap() else { panic!() };
    assert_eq!(why, Removal::Invalid { code: "transaction-not-enough" });
    assert!(matches!(view.status(&other.id()).unwrap(), TransactionStatus::Confirmed(_)));
}

#[test]
fn what_waits_goes_when_the_block_that_paid_for_it_is_reverted() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);

    // Key 20 is paid in a block and spends that only in the pool.
    let funds = pay(&chain, (0, 0), 20, 1_000, 10);
    let spends = pay(&chain, (20, 0), 21, 900, 10);
    node.take(&[forge.child(forge.genesis(), 6, 10, std::slice::from_ref(&funds))]);
    node.offer(&spends).unwrap();
    let mut branch = vec![forge.child(forge.genesis(), 7, 10, &[pay(&chain, (0, 0), 2, 5, 10)])];
    branch.extend(forge.line(branch[0].id(), 7, 1));
    node.take(&branch);

    let view = node.view();
    let TransactionStatus::Gone(_, why) = view.status(&spends.id()).unwrap() else { panic!() };
    assert_eq!(why, Removal::Invalid { code: "transaction-not-enough" });
    assert!(view.pool().is_empty());
}

#[test]
fn of_equal_work_the_first_seen_stays_also_after_a_restart() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let mut node = Node::new(&chain);
    let mut tip = forge.genesis();
    for round in 0..100 {
        let first = forge.child(tip, 1, 10, &[]);
        let second = forge.child(tip, 2, 10, &[]);
        assert!(matches!(node.submit(&first), Ok(Imported::Changed(_))));
        assert_eq!(node.submit(&second), Ok(Imported::Side));
        assert_eq!(node.tip(), first.id());
        if round % 20 == 0 {
            node = node.restarted();
            assert_eq!(node.tip(), first.id());
            assert_eq!(node.submit(&second), Ok(Imported::Known));
            assert_eq!(node.tip(), first.id());
        }
        tip = first.id();
    }
    let side = node.view().side_blocks(200).unwrap();
    assert_eq!(side.len(), 100);
    assert!(side.is_sorted_by(|a, b| a.arrival > b.arrival));
    assert!(side.iter().all(|block| block.status == BlockStatus::Stored));
}

#[test]
fn a_shorter_branch_with_more_work_wins() {
    let chain = lively_chain();
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    node.at(GENESIS_TIME + 10_000);
    // Slow blocks are easy ones.
    let mut slow = Vec::new();
    let mut tip = forge.genesis();
    for _ in 0..4 {
        slow.push(forge.child(tip, 1, 60, &[]));
        tip = slow.last().unwrap().id();
    }
    let mut quick = Vec::new();
    let mut tip = forge.genesis();
    for _ in 0..3 {
        quick.push(forge.child(tip, 2, 1, &[]));
        tip = quick.last().unwrap().id();
    }
    node.take(&slow);
    assert_eq!(node.tip(), slow[3].id());
    node.take(&quick);
    assert_eq!(node.tip(), quick[2].id());
    assert_eq!(node.view().height(), 3);
}

#[test]
fn a_node_that_reorganised_equals_one_that_saw_only_the_winner() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let loser = forge.child(
        forge.genesis(),
        6,
        10,
        &[pay(&chain, (0, 0), 20, 100, 10), pay(&chain, (1, 0), 2, 3, 0)],
    );
    let mut winner = vec![forge.child(forge.genesis(), 7, 10, &[pay(&chain, (1, 0), 21, 100, 10)])];
    winner.push(forge.child(winner[0].id(), 7, 10, &[pay(&chain, (0, 0), 21, 7, 10)]));

    let (reorganised, straight) = (Node::new(&chain), Node::new(&chain));
    reorganised.take(&[loser]);
    reorganised.take(&winner);
    straight.take(&winner);
    use crate::store::tables::Table::{Blocks, Index, Meta, Reorganisations};
    // Kept bodies, arrival numbers and the log apart.
    let without = [Blocks, Index, Meta, Reorganisations];
    assert_eq!(dump(&reorganised.view(), &without), dump(&straight.view(), &without));
    assert_eq!(reorganised.view().tree().root(), straight.view().tree().root());
}

#[test]
fn a_group_of_a_catch_up_is_one_change() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let blocks = forge.line(forge.genesis(), 1, 300);
    let mut tips = node.handle.subscribe();
    tips.mark_unchanged();
    let outcomes = node.handle.submit_blocks_blocking(blocks[..200].to_vec());
    let changes: Vec<_> = outcomes
        .into_iter()
        .map(|outcome| match outcome {
            Ok(Imported::Changed(change)) => change,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(changes.iter().all(|change| change.connected.len() == 200));
    assert!(tips.has_changed().unwrap());
    drop(tips);
    assert_eq!(node.view().height(), 200);
    // A group with blocks that are there, and more than one batch.
    let outcomes = node.handle.submit_blocks_blocking(blocks.clone());
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Ok(Imported::Known)).count(), 200);
    assert_eq!(node.tip(), blocks[299].id());
    assert_eq!(node.restarted().tip(), blocks[299].id());
}

#[test]
fn a_confirmed_transaction_is_not_taken_again() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let paid = pay(&chain, (0, 0), 1, 100, 10);
    node.offer(&paid).unwrap();
    let block = forge.child(forge.genesis(), 6, 10, std::slice::from_ref(&paid));
    node.take(&[block]);
    assert!(node.view().pool().is_empty());
    let error = LedgerError::NonceUsed { got: 0, expected: 1 };
    assert_eq!(node.offer(&paid), Err(crate::pool::PoolError::Ledger(error)));
}

#[test]
fn transactions_are_counted_with_their_blocks_and_not_without() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let payments = [0, 1, 2].map(|key| pay(&chain, (key, 0), 3, 100, 10));
    node.take(&[forge.child(forge.genesis(), 6, 10, &payments)]);
    assert_eq!(node.view().transaction_count(), 3);
    node.take(&forge.line(forge.genesis(), 7, 2));
    assert_eq!(node.view().transaction_count(), 0);
}

#[test]
fn what_waits_leaves_with_the_last_block_that_could_have_had_it() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let mut body = pay(&chain, (0, 0), 1, 100, 10).transaction().body.clone();
    body.expires_at = 11;
    let short = sign(&chain, 0, body);
    node.offer(&short).unwrap();
    let blocks = forge.line(forge.genesis(), 1, 11);
    let (last, before) = blocks.split_last().unwrap();
    node.take(before);
    assert!(node.view().pool().contains(&short.id()));
    node.take(std::slice::from_ref(last));
    assert!(!node.view().pool().contains(&short.id()));
}

#[test]
fn blocks_beside_the_chain_keep_the_order_of_their_arrival_after_a_restart() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    node.take(&forge.line(forge.genesis(), 1, 2));
    let beside = [2, 3].map(|miner| forge.child(forge.genesis(), miner, 10, &[]));
    assert_eq!(node.submit(&beside[0]), Ok(Imported::Side));
    let node = node.restarted();
    assert_eq!(node.submit(&beside[1]), Ok(Imported::Side));
    let [first, second] =
        beside.map(|block| node.view().block(&block.id()).unwrap().unwrap().arrival);
    assert!(first < second, "{first} and {second}");
}
