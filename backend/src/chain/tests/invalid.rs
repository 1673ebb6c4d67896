//! What breaks a rule leaves no trace, and what is not the block's own fault is not held against it.

use shared::{
    encode::encode,
    hash::Hash,
    rules::{
        block_in_chain::ConnectError, block_isolated::BlockError, header::HeaderError,
        transaction_in_ledger::LedgerError,
    },
};

use super::super::{
    CheckError, Imported, SubmitError, check_block_bytes, check_transaction_bytes,
    check_transactions_bytes, testkit::*,
};
use crate::store::BlockStatus;

fn wrong_state(block: &mut shared::block::Block) {
    block.header.state_root = Hash([9; 32]);
}

#[test]
fn a_rejected_block_leaves_no_trace() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let first = forge.child(forge.genesis(), 1, 10, &[pay(&chain, (0, 0), 1, 5, 1)]);
    node.take(std::slice::from_ref(&first));
    node.offer(&pay(&chain, (0, 1), 1, 5, 1)).unwrap();
    let before = (dump(&node.view(), &[]), node.view().tree().root());

    let bad_state = forge.spoilt(first.id(), &[], wrong_state);
    let bad_clock = forge.spoilt(first.id(), &[], |block| block.header.clock += 1);
    let replay = forge.child(forge.genesis(), 1, 11, &[pay(&chain, (0, 0), 1, 5, 1)]).to_block();
    let replay = forge.spoilt(first.id(), &[], |block| {
        block.header.transactions_root = replay.header.transactions_root;
        block.header.transaction_count = replay.header.transaction_count;
        block.transactions = replay.transactions;
    });
    let refused = |block| node.submit(block).unwrap_err();
    let error = refused(&bad_state);
    assert!(matches!(error, SubmitError::Connect(ConnectError::WrongState { .. })));
    assert!(error.is_peer_fault());
    assert!(matches!(refused(&bad_clock), SubmitError::Header(HeaderError::WrongClock { .. })));
    let used = LedgerError::NonceUsed { got: 0, expected: 1 };
    assert_eq!(
        refused(&replay),
        SubmitError::Connect(ConnectError::Transaction { index: 0, error: used })
    );
    // Known by now, without being stored; and so is whatever follows it.
    assert_eq!(refused(&bad_state), SubmitError::KnownInvalid { id: bad_state.id() });
    let child = forge.spoilt(first.id(), &[], |block| {
        block.header.previous = bad_state.id().0;
        block.header.height += 1;
    });
    assert_eq!(refused(&child), SubmitError::InvalidParent { parent: bad_state.id() });

    assert_eq!((dump(&node.view(), &[]), node.view().tree().root()), before);
    // The node goes on.
    let second = forge.child(first.id(), 1, 10, &[]);
    assert!(matches!(node.submit(&second), Ok(Imported::Changed(_))));
}

#[test]
fn an_invalid_branch_is_marked_and_the_old_tip_stays() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let main = forge.line(forge.genesis(), 1, 3);
    node.take(&main);

    // The second block of the branch is wrong, which shows only when the branch has most work.
    let good = forge.child(forge.genesis(), 2, 10, &[]);
    let bad = forge.spoilt(good.id(), &[], wrong_state);
    let mut branch = vec![good.clone(), bad.clone()];
    for _ in 0..2 {
        branch.push(forge.child(branch.last().unwrap().id(), 2, 10, &[]));
    }
    assert_eq!(node.submit(&branch[0]), Ok(Imported::Side));
    assert_eq!(node.submit(&branch[1]), Ok(Imported::Side));
    assert_eq!(node.submit(&branch[2]), Ok(Imported::Side));
    let before = dump(&node.view(), &[crate::store::tables::Table::Index]);
    let error = SubmitError::InvalidParent { parent: bad.id() };
    assert_eq!(node.submit(&branch[3]), Err(error));

    let view = node.view();
    assert_eq!(view.tip().id, main[2].id());
    assert_eq!(dump(&view, &[crate::store::tables::Table::Index]), before);
    let status = |index: usize| view.block(&branch[index].id()).unwrap().map(|block| block.status);
    assert_eq!(status(0), Some(BlockStatus::Stored));
    assert_eq!(status(1), Some(BlockStatus::Invalid));
    assert_eq!(status(2), Some(BlockStatus::Invalid));
    assert_eq!(status(3), None);
    drop(view);
    let another = forge.child(branch[2].id(), 3, 10, &[]);
    let error = SubmitError::InvalidParent { parent: branch[2].id() };
    assert_eq!(node.submit(&another), Err(error));

    // The mark holds after a restart, and the good part of the branch can still win.
    let node = node.restarted();
    assert_eq!(node.submit(&bad), Err(SubmitError::KnownInvalid { id: bad.id() }));
    assert_eq!(node.submit(&branch[3]), Err(SubmitError::InvalidParent { parent: branch[2].id() }));
    let better = forge.line(good.id(), 2, 3);
    node.take(&better);
    assert_eq!(node.tip(), better[2].id());
}

#[test]
fn wrong_bodies_never_mark_a_good_header() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let transactions: Vec<_> = (0..4).map(|from| pay(&chain, (from, 0), 9, 5, 1)).collect();
    let good = forge.child(forge.genesis(), 1, 10, &transactions);
    for round in 0..100_usize {
        let mut bad = good.to_block();
        let mut list = bad.transactions.into_vec();
        if round % 2 == 0 {
            list.rotate_left(1 + round % 3)
        } else {
            list.truncate(round % 4)
        }
        bad.transactions = shared::encode::Bounded::new(list).unwrap();
        let bytes = encode(&bad);
        let error = check_block_bytes(&bytes, &node.view()).unwrap_err();
        assert!(error.is_foreign_body(), "{error}");
        assert!(matches!(
            error,
            CheckError::Block(BlockError::WrongBody { .. } | BlockError::WrongCount { .. })
        ));
    }
    let bytes = encode(&good.to_block());
    let checked = check_block_bytes(&bytes, &node.view()).unwrap();
    assert!(matches!(node.submit(&checked), Ok(Imported::Changed(_))));
}

#[test]
fn a_bad_signature_is_found_by_its_position_in_parallel_too() {
    let chain = chain(|_| {});
    let genesis = chain.genesis_id();
    let mut claims: Vec<_> = (0..300_u32)
        .map(|number| {
            let digest =
                shared::hash::Tag::MESSAGE.hash(&[&number.to_le_bytes(), genesis.as_bytes()]);
            let signer = key((number % 7) as u8);
            let (key, signature) = (signer.public_key(), signer.sign(&digest));
            shared::key::Claim { key, digest, signature }
        })
        .collect();
    assert_eq!(super::super::verify_parallel(&claims), Ok(()));
    assert_eq!(super::super::verify_parallel(&[]), Ok(()));
    for bad in [299, 150, 3] {
        claims[bad].digest = Hash::ZERO;
        assert_eq!(super::super::verify_parallel(&claims), Err(bad));
    }
}

#[test]
fn many_transactions_are_judged_as_one_by_one() {
    let chain = chain(|_| {});
    let mut encodings: Vec<_> =
        (0..40_u64).map(|nonce| encode(pay(&chain, (0, nonce), 1, 5, 1).transaction())).collect();
    encodings[3].pop();
    encodings[17][100] ^= 1;
    *encodings[30].last_mut().unwrap() ^= 1;
    let together = check_transactions_bytes(&encodings, &chain);
    let alone = encodings.iter().map(|bytes| check_transaction_bytes(bytes, &chain));
    assert_eq!(together, alone.collect::<Vec<_>>());
    assert_eq!(together.iter().filter(|verdict| verdict.is_err()).count(), 3);
}
