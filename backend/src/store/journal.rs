//! The end of the database's journal after a power cut.
//!
//! The database leaves out a last batch that is cut short, but refuses one that is whole in length and
//! has a hole, as a disk leaves it that writes sectors in an order of its own. What such a batch says
//! was never acknowledged, so it goes. Damage further back was synced once: that is not mended here.
//!
//! ```text
//! batch: 1, items u32, sequence u64 | item ... | 3, XXH3 of the items u64, "FJL" 3
//! item:  2, kind u8, compression u8, table u64, key u16, value u32, stored u32, key, value as stored
//!   or:  4, table u64
//! ```

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use xxhash_rust::xxh3::xxh3_64;

use super::tables::meta;

const TRAILER: &[u8] = b"FJL\x03";

/// A batch of the journal.
struct Written {
    /// Where it begins.
    start: usize,
    /// Whether its bytes are those that were written.
    is_whole: bool,
    /// Whether it moves the tip: such batches are synced before the next one is begun.
    is_synced: bool,
}

/// Takes away the end of the newest journal in a database's folder, from the first batch on that is not
/// as it was written, if a power cut can be the reason. Returns whether it did.
pub(super) fn cut_torn_end(folder: &Path) -> io::Result<bool> {
    let Some(path) = newest(folder)? else { return Ok(false) };
    let bytes = fs::read(&path)?;
    let batches = batches(&bytes);
    let Some(first) = batches.iter().position(|batch| !batch.is_whole) else { return Ok(false) };
    let torn = &batches[first..];
    // Two that move the tip: the first was on the disk before the second was written.
    if torn.iter().filter(|batch| batch.is_synced).count() > 1 {
        return Ok(false);
    }
    let file = File::options().write(true).open(&path)?;
    file.set_len(torn[0].start as u64)?;
    file.sync_all()?;
    tracing::warn!(
        "{} ended in the middle of a write; what was not acknowledged is left out",
        path.display()
    );
    Ok(true)
}

/// The journal with the highest number.
fn newest(folder: &Path) -> io::Result<Option<PathBuf>> {
    let mut newest: Option<(u64, PathBuf)> = None;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".jnl")?.parse().ok());
        if let Some(number) = number
            && newest.as_ref().is_none_or(|(highest, _)| *highest < number)
        {
            newest = Some((number, folder.join(name)));
        }
    }
    Ok(newest.map(|(_, path)| path))
}

/// Every batch, up to where nothing makes sense any more.
fn batches(bytes: &[u8]) -> Vec<Written> {
    let mut batches = Vec::new();
    let mut rest = bytes;
    while let Some((batch, after)) = batch(rest, bytes.len() - rest.len()) {
        batches.push(batch);
        rest = after;
    }
    batches
}

fn batch(bytes: &[u8], start: usize) -> Option<(Written, &[u8])> {
    let (head, items) = bytes.split_at_checked(13)?;
    let (&1, count) = head.split_first()? else { return None };
    let mut left = u32::from_le_bytes(*count.first_chunk()?);
    let mut is_synced = false;
    let mut rest = items;
    loop {
        let (tag, after) = rest.split_first()?;
        match tag {
            2 => {
                let (key, after) = item(after)?;
                is_synced |= key == meta::TIP;
                rest = after;
            }
            4 => rest = after.split_at_checked(8)?.1,
            3 => {
                let (sum, after) = after.split_first_chunk()?;
                let after = after.strip_prefix(TRAILER)?;
                let read = &items[..items.len() - rest.len()];
                let is_whole = left == 0 && u64::from_le_bytes(*sum) == xxh3_64(read);
                return Some((Written { start, is_whole, is_synced }, after));
            }
            _ => return None,
        }
        left = left.wrapping_sub(1);
    }
}

/// The key of an item without its tag, and what comes after it.
fn item(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, rest) = bytes.split_at_checked(10)?;
    let (key, rest) = rest.split_first_chunk()?;
    let (_, rest) = rest.split_at_checked(4)?;
    let (value, rest) = rest.split_first_chunk()?;
    let (key, rest) = rest.split_at_checked(u16::from_le_bytes(*key).into())?;
    let value = usize::try_from(u32::from_le_bytes(*value)).ok()?;
    Some((key, rest.split_at_checked(value)?.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        chain::testkit,
        store::{Batch, Durability, Store, tables::Table},
    };

    /// A folder of which the tip was put twice, and the journal's bytes with their batches.
    fn folder() -> (tempfile::TempDir, PathBuf, Vec<u8>) {
        let chain = testkit::chain(|_| {});
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &chain).unwrap();
        for byte in [1, 2] {
            let mut batch = Batch::default();
            batch.put(Table::Meta, meta::TIP, &[byte; 32]);
            store.commit(batch, Durability::Synced).unwrap();
            let mut batch = Batch::default();
            batch.put(Table::Pool, &[byte; 32], &[7; 100]);
            store.commit(batch, Durability::Handed).unwrap();
        }
        drop(store);
        let path = newest(&folder.path().join("chain")).unwrap().unwrap();
        let bytes = fs::read(&path).unwrap();
        (folder, path, bytes)
    }

    #[test]
    fn every_batch_that_was_written_is_found_whole() {
        let (_folder, _, bytes) = folder();
        let found = batches(&bytes);
        assert!(found.len() >= 4 && found.iter().all(|batch| batch.is_whole));
        let synced: Vec<_> = found[found.len() - 4..].iter().map(|batch| batch.is_synced).collect();
        assert_eq!(synced, [true, false, true, false]);
    }

    #[test]
    fn a_torn_end_goes_and_damage_further_back_stays() {
        let (folder, path, bytes) = folder();
        let found = batches(&bytes);
        let starts: Vec<_> = found[found.len() - 4..].iter().map(|batch| batch.start).collect();
        for (number, is_cut) in [(0, false), (1, true), (2, true), (3, true)] {
            let mut torn = bytes.clone();
            // The last byte of the batch's last value: its length and its end mark stay.
            let end = starts
                .get(number + 1)
                .copied()
                .unwrap_or_else(|| bytes.windows(4).rposition(|four| four == TRAILER).unwrap() + 4);
            torn[end - 14] ^= 1;
            fs::write(&path, torn).unwrap();
            assert_eq!(cut_torn_end(&folder.path().join("chain")).unwrap(), is_cut, "{number}");
            let left = if is_cut { starts[number] } else { bytes.len() };
            assert_eq!(fs::metadata(&path).unwrap().len(), left as u64);
        }
    }
}
