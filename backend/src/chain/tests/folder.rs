//! Folders: what is opened, what is refused, and that nothing is lost between.

use shared::hash::Hash;

use super::super::{
    OpenError, Options, TransactionStatus,
    stage::{Head, Stage},
    start,
    testkit::*,
};
use crate::store::{
    Batch, Durability, Store,
    open::FORMAT,
    tables::{Table, meta},
};

#[test]
fn a_restarted_node_has_the_same_tip_digest_and_pool() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let mut tip = forge.genesis();
    for nonce in 0..20 {
        let block = forge.child(
            tip,
            1,
            10,
            &[pay(&chain, (0, nonce), u8::try_from(nonce + 30).unwrap(), 5, 1)],
        );
        tip = block.id();
        node.take(&[block]);
    }
    let waiting = [
        pay(&chain, (0, 20), 1, 5, 3),
        pay(&chain, (0, 21), 1, 5, 2),
        pay(&chain, (2, 0), 1, 5, 1),
    ];
    waiting.iter().for_each(|transaction| {
        node.offer(transaction).unwrap();
    });
    node.time.store(GENESIS_TIME + 100, std::sync::atomic::Ordering::SeqCst);
    let before = (dump(&node.view(), &[]), node.view().tip(), node.view().tree().root());
    let order = node.view().pool().select(usize::MAX);

    let node = node.restarted();
    let view = node.view();
    assert_eq!((view.tip(), view.tree().root()), (before.1, before.2));
    assert_eq!(view.pool().select(usize::MAX), order);
    let added: Vec<_> = view.pool().in_order().map(|entry| entry.added).collect();
    assert_eq!(added, [GENESIS_TIME; 3]);
    assert_eq!(dump(&view, &[Table::Pool]), {
        let mut dump = before.0;
        dump.remove("pool");
        dump
    });
}

#[test]
fn what_cannot_wait_any_more_is_gone_after_a_restart() {
    let chain = chain(|_| {});
    let node = Node::new(&chain);
    let transaction = pay(&chain, (0, 0), 1, 5, 3);
    node.offer(&transaction).unwrap();
    let closed = node.close();
    // While it was stopped: a running node would have dropped it.
    closed.time.store(GENESIS_TIME + 24 * 60 * 60, std::sync::atomic::Ordering::SeqCst);
    let node = closed.open();
    assert!(node.view().pool().is_empty());
    assert!(matches!(node.view().status(&transaction.id()).unwrap(), TransactionStatus::Gone(..)));
    let node = node.restarted();
    assert!(dump(&node.view(), &[])["pool"].is_empty());
}

#[test]
fn a_folder_of_another_chain_is_refused_by_name_and_left_alone() {
    let (ours, theirs) = (
        chain(|_| {}),
        chain(|parameters| {
            parameters.name = "Other".into();
            parameters.salt = Hash([8; 32]);
        }),
    );
    let closed = Node::new(&theirs).close();
    let folder = closed.folder.path().to_owned();
    let error = start(Options::new(&folder, ours.clone())).err().unwrap();
    assert_eq!(
        error,
        OpenError::OtherChain {
            folder: folder.clone(),
            found_name: "Other".into(),
            found: theirs.genesis_id(),
            expected_name: "Test".into(),
            expected: ours.genesis_id(),
        }
    );
    assert!(error.to_string().contains("\"Other\"") && error.to_string().contains("\"Test\""));
    assert_eq!(closed.open().view().height(), 0);
}

#[test]
fn a_folder_of_another_version_is_refused() {
    let chain = chain(|_| {});
    let closed = Node::new(&chain).close();
    let folder = closed.folder.path().to_owned();
    let store = Store::open(&folder, &chain).unwrap();
    let mut batch = Batch::default();
    batch.put(Table::Meta, meta::FORMAT, &99_u32.to_le_bytes());
    store.commit(batch, Durability::Synced).unwrap();
    drop(store);
    let error = start(Options::new(&folder, chain)).err().unwrap();
    assert_eq!(error, OpenError::OtherVersion { folder, found: 99, expected: FORMAT });
    assert_eq!(error.code(), "folder-other-version");
}

/// The program that made it must find it as it was, without tables that it does not know.
#[test]
fn a_folder_of_the_version_before_is_refused_and_gets_no_table() {
    let chain = chain(|_| {});
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("chain");
    let database = fjall::Database::builder(&place).open().unwrap();
    let table = database.keyspace("meta", fjall::KeyspaceCreateOptions::default).unwrap();
    table.insert(meta::FORMAT, 2_u32.to_le_bytes()).unwrap();
    database.persist(fjall::PersistMode::SyncAll).unwrap();
    drop((table, database));
    let error = start(Options::new(folder.path(), chain)).err().unwrap();
    let expected = OpenError::OtherVersion { folder: folder.path().into(), found: 2, expected: 3 };
    assert_eq!(error, expected);
    let database = fjall::Database::builder(&place).open().unwrap();
    assert_eq!(database.keyspace_count(), 1);
}

#[test]
fn a_folder_in_use_is_refused() {
    let chain = chain(|_| {});
    let node = Node::new(&chain);
    let folder = node.folder.path().to_owned();
    let error = start(Options::new(&folder, chain.clone())).err().unwrap();
    assert_eq!(error, OpenError::Locked { folder });
    // And it is free again as soon as the first has gone.
    node.restarted();
}

#[test]
fn a_folder_with_other_files_is_refused() {
    let chain = chain(|_| {});
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("chain")).unwrap();
    std::fs::write(folder.path().join("chain/thesis.txt"), "years of work").unwrap();
    let error = start(Options::new(folder.path(), chain)).err().unwrap();
    assert_eq!(error, OpenError::NotAStore { folder: folder.path().join("chain") });
    assert_eq!(std::fs::read(folder.path().join("chain/thesis.txt")).unwrap(), b"years of work");
}

#[test]
fn a_store_that_was_never_finished_is_made_anew() {
    let chain = chain(|_| {});
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("chain.new")).unwrap();
    std::fs::write(folder.path().join("chain.new/0.jnl"), "half").unwrap();
    let (handle, _writer) = start(Options::new(folder.path(), chain)).unwrap();
    assert_eq!(handle.view().height(), 0);
    assert!(!folder.path().join("chain.new").exists());
}

#[test]
fn accounts_that_do_not_fit_the_tip_are_noticed_at_start() {
    let chain = chain(|_| {});
    let closed = Node::new(&chain).close();
    let folder = closed.folder.path().to_owned();
    let store = Store::open(&folder, &chain).unwrap();
    let mut batch = Batch::default();
    batch.delete(Table::Accounts, &account(3).0);
    store.commit(batch, Durability::Synced).unwrap();
    drop(store);
    let error = start(Options::new(&folder, chain)).err().unwrap();
    assert_eq!(error.code(), "folder-state-mismatch");
    assert!(error.to_string().contains("halfpenny verify"));
}

#[test]
fn a_folder_that_was_compacted_says_the_same() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let block = forge.child(forge.genesis(), 1, 10, &[pay(&chain, (0, 0), 30, 5, 1)]);
    node.take(&[block]);
    let before = dump(&node.view(), &[]);
    let closed = node.close();
    let sizes = super::super::compact(closed.folder.path(), &chain).unwrap();
    assert!(sizes.tables > 0);
    assert_eq!(dump(&closed.open().view(), &[]), before);
}

/// The accounts in the table are then those of an earlier block, and the others follow from `undo`.
#[test]
fn a_node_that_was_killed_before_it_settled_its_accounts_has_them_all() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &chain).unwrap();
    let mut head = Head::load(&store.snapshot(), &chain).unwrap();
    let mut tip = forge.genesis();
    for nonce in 0..3 {
        let block = forge.child(tip, 1, 10, &[pay(&chain, (0, nonce), 30, 5, 1)]);
        tip = block.id();
        let mut stage = Stage::on(&head);
        stage.connect(&block, None).unwrap();
        let staged = stage.finish();
        store.commit(staged.batch, Durability::Synced).unwrap();
        head = staged.head;
    }
    assert_eq!(store.snapshot().settled().unwrap(), 0);
    drop(store);
    super::super::verify(folder.path(), &chain, |_| {}).unwrap();
    // What was not settled then is with the next block, and so after every later start.
    for nonce in 3..5 {
        let (handle, writer) = start(Options::new(folder.path(), chain.clone())).unwrap();
        assert_eq!(handle.view().tip().id, tip);
        assert_eq!(handle.view().tree().root(), forge.state(&tip).1.root());
        let block = forge.child(tip, 1, 10, &[pay(&chain, (1, nonce - 3), 31, 5, 1)]);
        tip = block.id();
        assert!(handle.submit_blocks_blocking(vec![block]).remove(0).unwrap().is_stored());
        block_on(handle.stop());
        drop(handle);
        writer.join().unwrap();
    }
    super::super::verify(folder.path(), &chain, |_| {}).unwrap();
}

#[test]
fn what_a_block_has_taken_does_not_wait_on_disk() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let transaction = pay(&chain, (0, 0), 1, 5, 3);
    node.offer(&transaction).unwrap();
    let node = node.restarted();
    assert_eq!(dump(&node.view(), &[])["pool"].len(), 1);
    node.take(&[forge.child(forge.genesis(), 1, 10, &[transaction])]);
    assert!(dump(&node.restarted().view(), &[])["pool"].is_empty());
}
