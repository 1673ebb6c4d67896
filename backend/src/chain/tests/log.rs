//! The log of reorganisations: what is in it, and that it outlives the process.

use super::super::{Reorganisation, testkit::*, verify};
use crate::store::{
    Batch, Durability, Store, StoreError,
    tables::{Table, meta, number_key},
};

/// A folder whose chain changed its mind once, at `GENESIS_TIME + 9`, and what the log must say of it.
fn reorganised() -> (Closed, Reorganisation) {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let left = forge.line(forge.genesis(), 1, 2);
    let more = forge.line(forge.genesis(), 2, 3);
    node.take(&left);
    node.at(GENESIS_TIME + 9);
    node.take(&more);
    let expected = Reorganisation {
        time: GENESIS_TIME + 9,
        fork: 0,
        depth: 2,
        connected: 3,
        height: 3,
        tip: more[2].id(),
        reverted: vec![left[1].id(), left[0].id()],
    };
    (node.close(), expected)
}

#[test]
fn only_changes_that_leave_blocks_behind_are_remembered_and_a_restart_forgets_none() {
    let (closed, expected) = reorganised();
    let node = closed.open();
    for _ in 0..2 {
        assert_eq!(node.view().reorganisations(None, 10).unwrap(), [(0, expected.clone())]);
        assert_eq!(node.view().log_since().unwrap(), GENESIS_TIME);
    }
    // The next one has the next number.
    let mut forge = Forge::new(node.handle.chain());
    let longer = forge.line(forge.genesis(), 3, 4);
    node.take(&longer);
    let node = node.restarted();
    let log = node.view().reorganisations(None, 10).unwrap();
    let numbers: Vec<_> = log.iter().map(|(number, change)| (*number, change.depth)).collect();
    assert_eq!(numbers, [(1, 3), (0, 2)]);
    assert_eq!(node.view().reorganisations(Some(1), 10).unwrap(), [(0, expected)]);
    assert_eq!(node.view().reorganisations(None, 1).unwrap(), log[..1]);
}

#[test]
fn the_oldest_of_more_than_a_thousand_is_forgotten() {
    let (closed, expected) = reorganised();
    let store = Store::open(closed.folder.path(), &closed.chain).unwrap();
    for time in 1..=1_004 {
        let mut batch = Batch::default();
        batch.note(&store.snapshot(), &Reorganisation { time, ..expected.clone() }).unwrap();
        store.commit(batch, Durability::Handed).unwrap();
    }
    let log = store.snapshot().reorganisations(None, usize::MAX).unwrap();
    let times: Vec<_> = log.iter().map(|(_, change)| change.time).collect();
    assert_eq!(times, (5..=1_004).rev().collect::<Vec<_>>());
    drop(store);
    verify(closed.folder.path(), &closed.chain, |_| {}).unwrap();
}

#[test]
fn of_a_deep_change_only_the_newest_ids_are_remembered_and_how_many_there_were() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    node.at(GENESIS_TIME + 1_000_000);
    let left = forge.line(forge.genesis(), 1, 40);
    node.take(&left);
    node.take(&forge.line(forge.genesis(), 2, 41));
    let (_, change) = node.view().reorganisations(None, 1).unwrap().remove(0);
    let ids: Vec<_> = left.iter().rev().take(32).map(|block| block.id()).collect();
    assert_eq!((change.depth, change.connected, change.reverted), (40, 41, ids));
}

#[test]
fn a_folder_that_had_no_log_is_opened_and_begins_one() {
    let (closed, _) = reorganised();
    let folder = closed.folder.path().join("chain");
    {
        let database = fjall::Database::builder(&folder).open().unwrap();
        let options = fjall::KeyspaceCreateOptions::default;
        let log = database.keyspace(Table::Reorganisations.name(), options).unwrap();
        database.delete_keyspace(log).unwrap();
        let table = database.keyspace(Table::Meta.name(), options).unwrap();
        table.remove(meta::LOG).unwrap();
    }
    closed.time.store(GENESIS_TIME + 50, std::sync::atomic::Ordering::SeqCst);
    verify(closed.folder.path(), &closed.chain, |_| {}).unwrap();
    let node = closed.open();
    assert_eq!(node.view().log_since().unwrap(), GENESIS_TIME + 50);
    assert_eq!(node.view().reorganisations(None, 10).unwrap(), []);
    let mut forge = Forge::new(node.handle.chain());
    node.take(&forge.line(forge.genesis(), 3, 4));
    assert_eq!(node.restarted().view().reorganisations(None, 10).unwrap().len(), 1);
}

#[test]
fn a_damaged_row_is_found() {
    let (closed, expected) = reorganised();
    let (folder, chain) = (closed.folder.path(), &closed.chain);
    let store = Store::open(folder, chain).unwrap();
    let mut batch = Batch::default();
    batch.note(&store.snapshot(), &expected).unwrap();
    store.commit(batch, Durability::Synced).unwrap();
    let row = store.snapshot().get(Table::Reorganisations, &number_key(1)).unwrap().unwrap();
    drop(store);
    let mut unknown = row.to_vec();
    unknown[40] ^= 1;
    let fails = [&row[..row.len() - 1], &row[..40], &[], &unknown[..]];
    for (number, bytes) in fails.into_iter().map(|bytes| (1, bytes)).chain([(3, &row[..])]) {
        let store = Store::open(folder, chain).unwrap();
        let mut batch = Batch::default();
        batch.put(Table::Reorganisations, &number_key(number), bytes);
        store.commit(batch, Durability::Synced).unwrap();
        drop(store);
        let error = verify(folder, chain, |_| {}).unwrap_err();
        assert!(matches!(error, super::super::VerifyError::Store(StoreError::Damaged { .. })));
        let store = Store::open(folder, chain).unwrap();
        let mut batch = Batch::default();
        batch.delete(Table::Reorganisations, &number_key(3));
        batch.put(Table::Reorganisations, &number_key(1), &row);
        store.commit(batch, Durability::Synced).unwrap();
        drop(store);
        verify(folder, chain, |_| {}).unwrap();
    }
}
