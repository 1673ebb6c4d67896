//! Tests of what does not need a chain: batches, rows and keys.

mod flipped_bytes;
mod power_cut;
mod script;

use shared::{
    account::AccountId,
    amount::Amount,
    hash::{BlockId, Hash},
    params::Chain,
    work::Work,
};

use super::{
    Batch, BlockStatus, Durability, Role, Store, StoreError,
    tables::{self, BlockRow, Place, Table, TransactionRow},
};
use crate::chain::testkit;

fn open(folder: &std::path::Path, chain: &Chain) -> Store {
    Store::open(folder, chain).unwrap()
}

#[test]
fn the_last_write_to_a_key_counts() {
    let chain = testkit::chain(|_| {});
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &chain);
    let mut batch = Batch::default();
    for key in [b"a", b"b", b"c"] {
        batch.put(Table::Pool, key, b"1");
        batch.delete(Table::Pool, key);
    }
    batch.put(Table::Pool, b"b", b"2");
    batch.put(Table::Pool, b"b", b"3");
    let writes: Vec<_> = batch
        .into_writes()
        .map(|(_, key, value)| (key.to_vec(), value.map(|value| value.to_vec())))
        .collect();
    assert_eq!(
        writes,
        [(b"a".to_vec(), None), (b"b".to_vec(), Some(b"3".to_vec())), (b"c".to_vec(), None)]
    );

    let mut batch = Batch::default();
    batch.put(Table::Pool, b"k", b"old");
    store.commit(batch, Durability::Handed).unwrap();
    let before = store.snapshot();
    let mut batch = Batch::default();
    batch.delete(Table::Pool, b"k");
    batch.put(Table::Pool, b"k", b"new");
    store.commit(batch, Durability::Synced).unwrap();
    assert_eq!(&*before.get(Table::Pool, b"k").unwrap().unwrap(), b"old");
    assert_eq!(&*store.snapshot().get(Table::Pool, b"k").unwrap().unwrap(), b"new");
}

#[test]
fn rows_survive_their_bytes_and_damaged_ones_are_named() {
    let chain = testkit::chain(|_| {});
    let row = BlockRow {
        header: chain.genesis().header.clone(),
        work: Work(7),
        arrival: 8,
        size: 9,
        fees: Amount::MAX,
        status: BlockStatus::Invalid,
    };
    let bytes = row.to_bytes();
    assert_eq!(bytes.len(), 229 + 16 + 8 + 4 + 8 + 1);
    assert_eq!(BlockRow::from_bytes(&bytes), Ok(row));
    for length in 0..bytes.len() {
        assert!(BlockRow::from_bytes(&bytes[..length]).is_err());
    }
    let mut bad = bytes.clone();
    *bad.last_mut().unwrap() = 3;
    let error = StoreError::Damaged { reason: "table index: a row does not decode".into() };
    assert_eq!(BlockRow::from_bytes(&bad), Err(error));

    let row = TransactionRow {
        height: 1 << 39,
        index: 5,
        place: Place { offset: 1 << 20, length: 1_800 },
    };
    assert_eq!(TransactionRow::from_bytes(&row.to_bytes()), Ok(row));
    assert!(TransactionRow::from_bytes(&[0; 17]).is_err());
    assert!(TransactionRow::from_bytes(&[0; 19]).is_err());
}

#[test]
fn keys_sort_as_their_numbers_do() {
    let id = |byte: u8| BlockId(Hash([byte; 32]));
    let parts = [
        tables::part_key(1, &id(9), 300),
        tables::part_key(2, &id(0), 255),
        tables::part_key(2, &id(0), 256),
        tables::part_key(2, &id(1), 0),
        tables::part_key(256, &id(0), 0),
    ];
    assert!(parts.is_sorted());
    let account = AccountId([3; 32]);
    let rows = [
        tables::history_key(&account, 1, u32::MAX, Role::Mined),
        tables::history_key(&account, 2, 7, Role::Received),
        tables::history_key(&account, 2, 7, Role::Sent),
        tables::history_key(&account, 2, 256, Role::Received),
        tables::history_key(&account, 256, 0, Role::Received),
    ];
    assert!(rows.is_sorted());
}

#[test]
fn errors_say_what_happened_in_one_sentence() {
    let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
    assert_eq!(StoreError::from(fjall::Error::Io(full)), StoreError::Full);
    let other = std::io::Error::other("cable unplugged");
    let error = StoreError::from(fjall::Error::Storage(fjall::LsmError::Io(other)));
    assert_eq!(error.code(), "store-io");
    assert!(error.to_string().contains("cable unplugged"));
    assert_eq!(StoreError::from(fjall::Error::Poisoned), StoreError::Stopped);
    assert_eq!(StoreError::from(fjall::Error::InvalidTrailer).code(), "store-damaged");
}
