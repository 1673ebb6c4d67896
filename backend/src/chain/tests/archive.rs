//! Backups, and the check of everything.

use super::super::{
    ArchiveError, VerifyError, export, import, read_parameters, testkit::*, verify,
};
use crate::store::{Batch, Durability, Store, tables::Table};

/// A chain with payments and a side block, closed.
fn closed(blocks: u64) -> Closed {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let mut tip = forge.genesis();
    node.take(&[forge.child(tip, 5, 11, &[])]);
    for nonce in 0..blocks {
        let block = forge.child(
            tip,
            1,
            10,
            &[
                pay(&chain, (0, nonce), u8::try_from(nonce + 30).unwrap(), 5, 1),
                pay(&chain, (1, nonce), u8::try_from(nonce % 3).unwrap(), 5, 2),
            ],
        );
        tip = block.id();
        node.take(&[block]);
    }
    node.close()
}

#[test]
fn an_export_is_imported_into_an_equal_chain() {
    let closed = closed(12);
    let mut file = Vec::new();
    let exported = export(closed.folder.path(), &closed.chain, &mut file).unwrap();
    assert_eq!((exported.blocks, exported.bytes), (12, file.len() as u64));
    assert_eq!(read_parameters(&mut &file[..]).unwrap(), *closed.chain.parameters());

    let (original, copy) = (closed.open(), Node::new(&chain(|_| {})));
    let mut heights = Vec::new();
    let restored = import(&copy.handle, &file[..], |height| heights.push(height)).unwrap();
    assert_eq!((restored.tip, restored.blocks), (exported.tip, 12));
    assert_eq!(heights, (1..=12).collect::<Vec<_>>());
    // What the original saw and no block tells.
    let without = [Table::Blocks, Table::Index, Table::Meta, Table::Reorganisations];
    assert_eq!(dump(&copy.view(), &without), dump(&original.view(), &without));
    // Again is nothing new; and a running node writes the same file.
    import(&copy.handle, &file[..], |_| {}).unwrap();
    let mut again = Vec::new();
    copy.view().export(&mut again).unwrap();
    assert_eq!(again, file);
}

#[test]
fn a_damaged_file_is_refused_and_names_the_block() {
    let closed = closed(5);
    let mut file = Vec::new();
    export(closed.folder.path(), &closed.chain, &mut file).unwrap();
    let parameters = shared::encode::encode(closed.chain.parameters()).len();
    let record = (file.len() - 16 - 4 - parameters - 8 - 52) / 5;
    let start_of = |height: usize| 16 + 4 + parameters + 8 + (height - 1) * record;

    for height in 1..=5 {
        for offset in [5, record / 2, record - 1] {
            let mut bad = file.clone();
            bad[start_of(height) + offset] ^= 1;
            let node = Node::new(&closed.chain);
            let error = import(&node.handle, &bad[..], |_| {}).unwrap_err();
            assert!(
                matches!(error, ArchiveError::Damaged { height: at, .. } if at == height as u64),
                "{error}"
            );
            assert_eq!(node.view().height(), height as u64 - 1);
        }
    }
    for (cut, height) in
        [(start_of(4) - 3, 3), (start_of(4), 4), (file.len() - 1, 6), (file.len() - 52, 6)]
    {
        let node = Node::new(&closed.chain);
        let error = import(&node.handle, &file[..cut], |_| {}).unwrap_err();
        assert!(
            matches!(error, ArchiveError::Damaged { height: at, .. } if at == height),
            "{error}"
        );
    }
    let node = Node::new(&chain(|parameters| parameters.name = "Other".into()));
    let error = import(&node.handle, &file[..], |_| {}).unwrap_err();
    assert_eq!(error, ArchiveError::OtherChain { found: "Test".into(), expected: "Other".into() });
    assert_eq!(import(&node.handle, &b"thesis"[..], |_| {}), Err(ArchiveError::NotAnArchive));
}

#[test]
fn a_chain_in_order_is_verified() {
    let closed = closed(12);
    let mut heights = Vec::new();
    let verified =
        verify(closed.folder.path(), &closed.chain, |height| heights.push(height)).unwrap();
    assert_eq!(heights.len(), 12);
    assert_eq!((verified.tip.height, verified.transactions), (12, 24));
    let node = closed.open();
    assert_eq!(verified.state_root, node.view().tree().root());
    assert_eq!(verified.accounts, node.view().tree().len() as u64);
}

#[test]
fn every_changed_or_lost_row_is_found() {
    let closed = closed(4);
    let chain = closed.chain.clone();
    let folder = closed.folder.path();
    let check = || verify(folder, &chain, |_| {});
    let write = |table, key: &[u8], value: Option<&[u8]>| {
        let store = Store::open(folder, &chain).unwrap();
        let mut batch = Batch::default();
        match value {
            Some(value) => batch.put(table, key, value),
            None => batch.delete(table, key),
        }
        store.commit(batch, Durability::Synced).unwrap();
    };
    let rows: Vec<_> = {
        let store = Store::open(folder, &chain).unwrap();
        let snapshot = store.snapshot();
        let of = |table| {
            snapshot
                .rows(table, &[])
                .map(Result::unwrap)
                .map(move |(key, value)| (table, key.to_vec(), value.to_vec()))
                .collect::<Vec<_>>()
        };
        // What does not follow from the blocks.
        let others = [Table::Meta, Table::Pool, Table::Reorganisations];
        let tables = Table::ALL.into_iter().filter(|table| !others.contains(table));
        tables
            .flat_map(|table| {
                let mut rows = of(table);
                // Of blocks beside the main chain only what is theirs is checked.
                rows.retain(|(table, key, _)| *table != Table::Index || is_main(&snapshot, key));
                let step = rows.len().div_ceil(4);
                rows.into_iter().step_by(step).collect::<Vec<_>>()
            })
            .collect()
    };
    for (table, key, value) in rows {
        let mut changed = value.clone();
        match changed.last_mut() {
            Some(last) => *last ^= 1,
            None => changed.push(1),
        }
        write(table, &key, Some(&changed));
        assert!(check().is_err(), "{table:?} changed");
        write(table, &key, None);
        assert!(check().is_err(), "{table:?} lost");
        write(table, &key, Some(&value));
        check().unwrap();
    }
    write(Table::History, &[7; 45], Some(&[0; 6]));
    assert!(matches!(check().unwrap_err(), VerifyError::Rows { table: "history", .. }));
}

/// Whether a key of the index is that of a block of the main chain.
fn is_main(snapshot: &crate::store::Snapshot, key: &[u8]) -> bool {
    let id = shared::hash::BlockId(shared::hash::Hash(key.try_into().unwrap()));
    let height = snapshot.expect_block_row(&id).unwrap().header.height;
    snapshot.is_main(height, &id).unwrap()
}
