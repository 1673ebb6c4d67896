//! Goal: nobody fills the disk with blocks that win nothing, and nobody is kept out who has more work.
//! Method: a little room beside the chain, floods of cheap blocks, branches that are longer than the room.

use std::{collections::BTreeSet, fs, path::Path};

use shared::{hash::BlockId, rules::block_isolated::CheckedBlock};

use super::super::{BlockStatus, Imported, SubmitError, VerifyError, Wanted, testkit::*, verify};
use crate::store::{
    Batch, Durability, Store,
    tables::{Table, beside_key, meta},
};

/// What is stored of `blocks`, in their order.
fn stored(node: &Node, blocks: &[CheckedBlock]) -> Vec<bool> {
    let view = node.view();
    blocks.iter().map(|block| view.block(&block.id()).unwrap().is_some()).collect()
}

fn no_room(block: &CheckedBlock) -> Result<Imported, SubmitError> {
    Err(SubmitError::NoRoom { id: block.id() })
}

/// The account says what is there, and no body is left of what went.
#[track_caller]
fn is_in_order(node: &Node, blocks: u64) {
    let snapshot = node.view().snapshot.clone();
    let account: BTreeSet<BlockId> = snapshot.beside().map(Result::unwrap).collect();
    let found = snapshot.find_beside().unwrap();
    assert_eq!(account, found.iter().map(|(id, _)| *id).collect());
    assert!(found.len() as u64 <= blocks, "{} blocks", found.len());
    let bodies: BTreeSet<_> = snapshot.stored_since(0).unwrap().into_iter().collect();
    let main = snapshot.ids_in(0..node.view().height() + 1).map(Result::unwrap);
    assert_eq!(bodies, account.into_iter().chain(main).collect());
}

#[test]
fn the_branch_with_the_least_work_goes_first_and_of_equals_the_newest() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::with_room(&chain, 3, u64::MAX);
    let main = forge.line(forge.genesis(), 1, 5);
    node.take(&main);
    let low: Vec<_> = (2..6).map(|miner| forge.child(forge.genesis(), miner, 10, &[])).collect();
    node.take(&low[..3]);
    // As little work as the others, and it came last.
    assert_eq!(node.submit(&low[3]), no_room(&low[3]));
    assert_eq!(stored(&node, &low), [true, true, true, false]);
    // More work: what came last of those with the least goes.
    let high = forge.child(main[2].id(), 2, 10, &[]);
    assert_eq!(node.submit(&high), Ok(Imported::Side));
    assert_eq!(stored(&node, &low), [true, true, false, false]);
    // A branch goes from its end, and its first block is as good as its last.
    let grown = forge.line(low[0].id(), 2, 2);
    node.take(&grown[..1]);
    assert_eq!(stored(&node, &low), [true, false, false, false]);
    assert_eq!(node.submit(&grown[1]), no_room(&grown[1]));
    assert_eq!(stored(&node, &grown), [true, false]);
    let highest = [3, 4].map(|miner| forge.child(main[3].id(), miner, 10, &[]));
    node.take(&highest);
    assert_eq!(stored(&node, &grown), [false, false]);
    assert_eq!(stored(&node, &low), [false; 4]);
    assert_eq!(stored(&node, &[high]), [true]);
    assert_eq!(stored(&node, &highest), [true, true]);
    is_in_order(&node, 3);
    assert_eq!(node.tip(), main[4].id());
}

#[test]
fn room_is_measured_in_bytes_too() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let payments: Vec<_> = (0..8).map(|key| pay(&chain, (key, 0), 9, 10, 1)).collect();
    let main = forge.line(forge.genesis(), 1, 3);
    let large = forge.child(forge.genesis(), 2, 10, &payments);
    let small: Vec<_> = (3..7).map(|miner| forge.child(forge.genesis(), miner, 10, &[])).collect();
    // Room for the large one with one small one.
    let bytes = large.size() as u64 + small[0].size() as u64 + 2 * 450;
    let node = Node::with_room(&chain, 1_000, bytes);
    node.take(&main);
    node.take(&[large.clone(), small[0].clone()]);
    assert_eq!(node.submit(&small[1]), no_room(&small[1]));
    // One with more work, that needs more than the small one took.
    let high = forge.child(main[1].id(), 2, 10, &[pay(&chain, (0, 0), 9, 10, 1)]);
    assert_eq!(node.submit(&high), Ok(Imported::Side));
    assert_eq!(stored(&node, &[large, small[0].clone()]), [false, false]);
    is_in_order(&node, 1);
}

#[test]
fn a_flood_of_cheap_blocks_takes_its_room_and_no_more() {
    const FLOOD: u64 = 20_500;
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::with_room(&chain, 100, u64::MAX);
    let main = forge.line(forge.genesis(), 1, 20);
    node.take(&main);
    let before = node.view().disk_bytes().unwrap();
    let mut taken = 0;
    for number in 0..FLOOD {
        // Every tenth has a little more work than the others, so that others make room for it.
        let parent = if number % 10 == 0 { main[0].id() } else { forge.genesis() };
        let block = forge.child(parent, 2, 20 + number, &[]);
        forge.forget(&block.id());
        match node.submit(&block) {
            Ok(Imported::Side) => taken += 1,
            refused => assert_eq!(refused, no_room(&block)),
        }
    }
    assert!((100..300).contains(&taken), "{taken} taken");
    assert_eq!(node.view().side_blocks(usize::MAX).unwrap().len(), 100);
    is_in_order(&node, 100);
    let grown = node.view().disk_bytes().unwrap() - before;
    assert!(grown < 1_000_000, "{grown} bytes for a flood of {FLOOD} blocks");
    assert_eq!(node.tip(), main[19].id());
    let next = forge.child(main[19].id(), 1, 10, &[]);
    assert!(matches!(node.submit(&next), Ok(Imported::Changed(_))));
    verify(node.close().folder.path(), &chain, |_| {}).unwrap();
}

#[test]
fn a_wanted_branch_that_is_longer_than_the_room_wins_whatever_floods_come_with_it() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::with_room(&chain, 10, u64::MAX);
    let main = forge.line(forge.genesis(), 1, 40);
    node.take(&main);
    // The room is full of what has more work than the beginning of the branch.
    let flood: Vec<_> = (2..32).map(|miner| forge.child(main[37].id(), miner, 10, &[])).collect();
    node.take(&flood[..10]);
    let branch = forge.line(forge.genesis(), 40, 41);
    assert_eq!(node.submit(&branch[0]), no_room(&branch[0]));
    let wanted = Wanted::default();
    for (number, block) in branch[..40].iter().enumerate() {
        assert_eq!(node.submit_wanted(block, &wanted), Ok(Imported::Side));
        let cheap = &flood[10 + number % 20];
        assert_eq!(node.submit(cheap), no_room(cheap));
    }
    // What is wanted takes no room of others.
    assert_eq!(stored(&node, &flood[..10]), [true; 10]);
    assert!(matches!(node.submit_wanted(&branch[40], &wanted), Ok(Imported::Changed(_))));
    assert_eq!(node.tip(), branch[40].id());
    drop(wanted);
    is_in_order(&node, 10);
    let node = node.restarted();
    is_in_order(&node, 10);
    assert_eq!(node.tip(), branch[40].id());
}

#[test]
fn what_nobody_wants_any_more_makes_room() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::with_room(&chain, 10, u64::MAX);
    node.take(&forge.line(forge.genesis(), 1, 40));
    let branch = forge.line(forge.genesis(), 2, 41);
    let wanted = Wanted::default();
    for block in &branch[..30] {
        node.submit_wanted(block, &wanted).unwrap();
    }
    assert_eq!(node.view().side_blocks(usize::MAX).unwrap().len(), 30);
    drop(wanted);
    // The writer looks after each command.
    node.at(GENESIS_TIME);
    let kept: Vec<_> = (0..30).map(|number| number < 10).collect();
    assert_eq!(stored(&node, &branch[..30]), kept);
    is_in_order(&node, 10);
    // It can be fetched anew, from where it ends now.
    let wanted = Wanted::default();
    for block in &branch {
        node.submit_wanted(block, &wanted).unwrap();
    }
    assert_eq!(node.tip(), branch[40].id());
}

#[test]
fn a_branch_that_has_room_wins_block_by_block_though_nobody_asked_for_it() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::with_room(&chain, 10, u64::MAX);
    let main = forge.line(forge.genesis(), 1, 20);
    node.take(&main);
    // Cheap blocks that fork off earlier have less work than a fork near the tip.
    for miner in 2..22 {
        let _ = node.submit(&forge.child(forge.genesis(), miner, 10, &[]));
    }
    let branch = forge.line(main[12].id(), 30, 8);
    node.take(&branch);
    assert_eq!(node.tip(), branch[7].id());
    // What it left is beside the chain now, and of what was there only as much as fits.
    assert_eq!(stored(&node, &main[13..]), [true; 7]);
    is_in_order(&node, 10);
    assert_eq!(node.view().side_blocks(usize::MAX).unwrap().len(), 10);
}

#[test]
fn a_chain_that_was_left_and_is_longer_than_the_room_makes_room_from_its_end() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::with_room(&chain, 10, u64::MAX);
    let left = forge.line(forge.genesis(), 1, 30);
    node.take(&left);
    let branch = forge.line(forge.genesis(), 2, 31);
    let wanted = Wanted::default();
    for block in &branch {
        node.submit_wanted(block, &wanted).unwrap();
    }
    assert_eq!(node.tip(), branch[30].id());
    is_in_order(&node, 10);
    let kept: Vec<_> = (0..30).map(|number| number < 10).collect();
    assert_eq!(stored(&node, &left), kept);
    // And back again.
    let more = forge.line(left[29].id(), 1, 2);
    let wanted = Wanted::default();
    for block in left.iter().chain(&more) {
        node.submit_wanted(block, &wanted).unwrap();
    }
    assert_eq!(node.tip(), more[1].id());
    verify(node.close().folder.path(), &chain, |_| {}).unwrap();
}

#[test]
fn of_equal_work_the_first_seen_stays_also_when_the_other_made_room_and_after_a_restart() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let mut node = Node::with_room(&chain, 2, u64::MAX);
    let main = forge.line(forge.genesis(), 1, 5);
    node.take(&main[..4]);
    let others: Vec<_> = (2..6).map(|miner| forge.child(main[3].id(), miner, 10, &[])).collect();
    node.take(&main[4..]);
    node.take(&others[..2]);
    for _ in 0..2 {
        // The first two of the losers stay as well: the others came after them.
        assert_eq!(node.submit(&others[2]), no_room(&others[2]));
        assert_eq!(node.submit(&others[3]), no_room(&others[3]));
        assert_eq!(stored(&node, &others), [true, true, false, false]);
        assert_eq!(node.tip(), main[4].id());
        node = node.restarted();
    }
    // One that made room is no better when it comes back: the tip was first.
    let late = forge.child(others[0].id(), 2, 10, &[]);
    node.take(std::slice::from_ref(&late));
    assert_eq!(node.tip(), late.id());
    assert_eq!(stored(&node, &others[1..2]), [true]);
    for _ in 0..2 {
        assert_eq!(node.submit(&others[3]), no_room(&others[3]));
        assert_eq!(node.tip(), late.id());
        node = node.restarted();
    }
}

#[test]
fn after_a_restart_the_same_ones_go() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let (one, other) = (Node::with_room(&chain, 6, u64::MAX), Node::with_room(&chain, 6, u64::MAX));
    let main = forge.line(forge.genesis(), 1, 6);
    let mut blocks: Vec<_> =
        (2..7).map(|miner| forge.child(forge.genesis(), miner, 10, &[])).collect();
    blocks.extend(forge.line(blocks[1].id(), 3, 2));
    blocks.extend((2..7).map(|miner| forge.child(main[3].id(), miner, 10, &[])));
    one.take(&main);
    other.take(&main);
    let mut other = Some(other);
    for block in &blocks {
        let _ = one.submit(block);
        let restarted = other.take().unwrap().restarted();
        let _ = restarted.submit(block);
        assert_eq!(stored(&one, &blocks), stored(&restarted, &blocks));
        is_in_order(&restarted, 6);
        other = Some(restarted);
    }
    assert!(stored(&one, &blocks).contains(&false));
}

#[test]
fn what_breaks_a_rule_goes_before_all_others() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::with_room(&chain, 3, u64::MAX);
    let main = forge.line(forge.genesis(), 1, 3);
    node.take(&main);
    let bad = forge.spoilt(main[1].id(), &[], |block| block.header.state_root.0[0] ^= 1);
    let upon = forge.child(bad.id(), 2, 10, &[]);
    node.take(std::slice::from_ref(&bad));
    let error = SubmitError::InvalidParent { parent: bad.id() };
    assert_eq!(node.submit(&upon), Err(error));
    assert_eq!(node.view().block(&bad.id()).unwrap().unwrap().status, BlockStatus::Invalid);
    let low: Vec<_> = (2..6).map(|miner| forge.child(forge.genesis(), miner, 10, &[])).collect();
    let node = node.restarted();
    node.take(&low[..3]);
    assert_eq!(stored(&node, &[bad]), [false]);
    assert_eq!(node.submit(&low[3]), no_room(&low[3]));
    is_in_order(&node, 3);
}

#[test]
fn a_folder_without_an_account_gets_one() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::with_room(&chain, 5, u64::MAX);
    node.take(&forge.line(forge.genesis(), 1, 3));
    let low: Vec<_> = (2..8).map(|miner| forge.child(forge.genesis(), miner, 10, &[])).collect();
    node.take(&low[..4]);
    let closed = node.close();
    let store = Store::open(closed.folder.path(), &chain).unwrap();
    let mut batch = Batch::default();
    batch.delete(Table::Meta, meta::BESIDE);
    low[..4].iter().for_each(|block| batch.delete(Table::Meta, &beside_key(&block.id())));
    store.commit(batch, Durability::Synced).unwrap();
    drop(store);
    verify(closed.folder.path(), &chain, |_| {}).unwrap();
    let node = closed.open();
    is_in_order(&node, 5);
    node.take(&low[4..5]);
    assert_eq!(node.submit(&low[5]), no_room(&low[5]));
}

#[test]
fn verify_finds_what_the_account_lacks_and_what_it_has_too_much() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let main = forge.line(forge.genesis(), 1, 3);
    node.take(&main);
    let beside = forge.child(forge.genesis(), 2, 10, &[]);
    node.take(std::slice::from_ref(&beside));
    let closed = node.close();
    let change = |change: &dyn Fn(&mut Batch)| {
        let store = Store::open(closed.folder.path(), &chain).unwrap();
        let mut batch = Batch::default();
        change(&mut batch);
        store.commit(batch, Durability::Synced).unwrap();
        drop(store);
        verify(closed.folder.path(), &chain, |_| {}).map(|_| ())
    };
    assert_eq!(change(&|_| ()), Ok(()));
    let error = VerifyError::Row { height: 1, table: "meta" };
    assert_eq!(change(&|batch| batch.delete_beside(&beside.id())), Err(error));
    let put = change(&|batch| {
        batch.put_beside(&beside.id());
        batch.put_beside(&main[1].id());
    });
    assert!(put.unwrap_err().to_string().contains("not beside the chain"));
    assert_eq!(change(&|batch| batch.delete_beside(&main[1].id())), Ok(()));
}

/// Bytes of all files in a folder.
fn bytes_in(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let bytes = entries.map(|entry| match entry.file_type().unwrap().is_dir() {
        true => bytes_in(&entry.path()),
        // A table that was merged meanwhile is gone.
        false => entry.metadata().map_or(0, |data| data.len()),
    });
    bytes.sum()
}

/// The journal apart, of which the database keeps so much and no more.
#[test]
fn blocks_that_make_room_for_each_other_leave_their_place_in_the_tables() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::with_room(&chain, 20, u64::MAX);
    let main = forge.line(forge.genesis(), 1, 451);
    node.take(&main);
    let tables = node.folder.path().join("chain/keyspaces");
    let before = bytes_in(&tables);
    let payments: Vec<_> = (0..8).map(|key| pay(&chain, (key, 0), 9, 10, 1)).collect();
    let mut written = 0;
    // Each has more work than those before it, or came first: all of them are taken.
    for parent in &main[..450] {
        for miner in 2..10 {
            let block = forge.child(parent.id(), miner, 10, &payments);
            assert_eq!(node.submit(&block), Ok(Imported::Side));
            forge.forget(&block.id());
            written += block.size() as u64;
        }
    }
    is_in_order(&node, 20);
    let grown = bytes_in(&tables).saturating_sub(before);
    assert!(grown < written / 5, "{grown} bytes of {written} that were written");
}
