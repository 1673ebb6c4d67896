//! What is in a store and is not what was put there is noticed when it is used, and not believed.

use shared::{encode::encode, ledger::LedgerDiff, rules::block_isolated::CheckedBlock};

use super::super::{
    stage::{Head, Stage, load_block},
    testkit::*,
};
use crate::store::{
    Batch, Durability, Store,
    main_chain::block_bytes,
    tables::{Table, height_key},
};

/// A store whose chain has one block, and its head; the block and another one that could have been it.
fn store_with_a_block(folder: &std::path::Path) -> (Store, Head, [CheckedBlock; 2]) {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let blocks = [1, 2].map(|miner| forge.child(forge.genesis(), miner, 10, &[]));
    let store = Store::open(folder, &chain).unwrap();
    let mut stage = Stage::on(&Head::load(&store.snapshot(), &chain).unwrap());
    stage.connect(&blocks[0], None).unwrap();
    let staged = stage.finish();
    store.commit(staged.batch, Durability::Synced).unwrap();
    (store, staged.head, blocks)
}

#[test]
fn an_undo_that_does_not_undo_its_block_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let (store, head, _) = store_with_a_block(folder.path());
    assert!(Stage::on(&head).revert(&store.snapshot()).is_ok());
    let mut batch = Batch::default();
    batch.put(Table::Undo, &height_key(1), &encode(&LedgerDiff::default()));
    store.commit(batch, Durability::Synced).unwrap();
    let error = Stage::on(&head).revert(&store.snapshot()).unwrap_err();
    assert!(error.to_string().contains("does not undo its block"), "{error}");
}

#[test]
fn a_block_in_another_ones_place_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let (store, head, [block, other]) = store_with_a_block(folder.path());
    let (snapshot, chain) = (store.snapshot(), head.state.chain());
    let row = snapshot.expect_block_row(&block.id()).unwrap();
    assert_eq!(load_block(&snapshot, chain, &block.id(), &row).unwrap().id(), block.id());
    let mut batch = Batch::default();
    batch.put_body(1, &block.id(), &block_bytes(&other));
    store.commit(batch, Durability::Synced).unwrap();
    let error = load_block(&store.snapshot(), chain, &block.id(), &row).unwrap_err();
    assert!(error.to_string().contains("is not what it was"), "{error}");
}
