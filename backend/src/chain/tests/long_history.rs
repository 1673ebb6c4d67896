//! An account to which more happened than anybody reads is as quick to look at as any other.

use std::time::{Duration, Instant};

use super::super::{Cursor, Role, testkit::*};
use crate::store::{
    Batch, Durability, Store,
    tables::{Table, history_key},
};

/// What happened to the account.
const ENTRIES: u32 = 100_000;
const BLOCKS: u32 = 20;
/// Rows of a page, as the app asks for them.
const PAGE: usize = 25;
/// What a page may take: far below what anybody notices.
const LIMIT: Duration = Duration::from_millis(2);

#[test]
fn a_page_of_100_000_entries_takes_less_than_two_milliseconds_wherever_it_begins() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let mut tip = forge.genesis();
    for nonce in 0..BLOCKS.into() {
        let block = forge.child(tip, 1, 10, &[pay(&chain, (0, nonce), 2, 5, 1)]);
        tip = block.id();
        node.take(&[block]);
    }
    // The rows of a busy account, without the hours it takes to become one: each leads to a real
    // transaction of its block, as a real row does.
    let busy = account(77);
    let places: Vec<_> = node
        .view()
        .snapshot
        .rows(Table::History, &account(2).0)
        .map(|row| row.unwrap().1)
        .collect();
    assert_eq!(places.len(), 20);
    let folder = node.close();
    let store = Store::open(folder.folder.path(), &folder.chain).unwrap();
    let per_block = ENTRIES / BLOCKS;
    for (height, place) in (1..=BLOCKS.into()).zip(&places) {
        let mut batch = Batch::default();
        for index in 0..per_block {
            let key = history_key(&busy, height, index, Role::Received);
            batch.put(Table::History, &key, place);
        }
        store.commit(batch, Durability::Handed).unwrap();
    }
    drop(store);
    let node = folder.open();
    let view = node.view();
    let deep = Cursor { height: 3, index: per_block / 2, role: Role::Received };
    for after in [None, Some(deep)] {
        let quickest = (0..20).map(|_| {
            let start = Instant::now();
            let page = view.history(&busy, after, PAGE).unwrap();
            let taken = start.elapsed();
            assert_eq!(page.len(), PAGE);
            let first = page[0].cursor;
            match after {
                None => assert_eq!((first.height, first.index), (BLOCKS.into(), per_block - 1)),
                Some(_) => assert_eq!((first.height, first.index), (3, per_block / 2 - 1)),
            }
            taken
        });
        let quickest = quickest.min().unwrap();
        println!("a page after {after:?} takes {quickest:?}");
        assert!(quickest < LIMIT, "a page after {after:?} takes {quickest:?}");
    }
}
