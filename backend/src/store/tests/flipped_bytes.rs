//! Goal: a byte that changes on the disk is noticed or does no harm; it never makes a wrong balance.
//! Method: the folder of a chain with reorganisations, one byte of one file changed at random, opened
//! as a node would and verified as an operator would; and so on.

use std::{
    fs,
    path::{Path, PathBuf},
};

use disk::{Chance, Replay};

use super::script::{Record, close, open, record};
use crate::chain;

/// Every file below a folder with the number of its bytes, zeros at its end apart: those of a journal
/// are room that was never written.
fn files(folder: &Path, found: &mut Vec<(PathBuf, usize)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let bytes = fs::read(&path).unwrap();
            let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            found.push((path, used));
        }
    }
}

/// What became of the changes.
#[derive(Debug, Default)]
struct Outcome {
    /// The folder is not opened, and the error says what to do.
    refused: usize,
    /// It opens, and `verify` says what is wrong.
    verified: usize,
    /// Everything is as it was.
    harmless: usize,
    /// The journal is read up to the change: an earlier block is the tip, all of it right.
    earlier: usize,
}

/// Changes one byte of a copy of the folder, and looks what comes of it.
fn flip(record: &Record, replay: &Replay<'_>, chance: &mut Chance, outcome: &mut Outcome) {
    let folder = tempfile::tempdir_in(disk::quick_folder()).unwrap();
    replay.whole().save(folder.path()).unwrap();
    let data = folder.path().join("data");
    let mut found = Vec::new();
    files(&data, &mut found);
    let mut at = chance.below(found.iter().map(|(_, used)| used).sum());
    let (path, _) = found
        .iter()
        .find(|(_, used)| {
            let is_here = at < *used;
            at -= if is_here { 0 } else { *used };
            is_here
        })
        .unwrap();
    let mut bytes = fs::read(path).unwrap();
    let change = u8::try_from(1 + chance.below(255)).unwrap();
    bytes[at] ^= change;
    fs::write(path, bytes).unwrap();
    let what = format!("byte {at} of {} changed by {change:#04x}", path.display());

    let (handle, writer) = match open(&data, &record.chain) {
        Ok(opened) => opened,
        Err(error) => {
            assert!(!error.to_string().is_empty(), "{what}");
            outcome.refused += 1;
            return;
        }
    };
    let view = handle.view();
    let tip = view.tip();
    // Opening reads every account; what it shows is what its tip's block means.
    assert!(record.tips.contains(&tip.id), "{what}: a tip that never was");
    let (_, expected) = record.forge.state(&tip.id);
    assert_eq!(view.tree().root(), expected.root(), "{what}: wrong balances");
    drop(view);
    close(handle, writer);
    match chain::verify(&data, &record.chain, |_| {}) {
        Err(_) => outcome.verified += 1,
        Ok(verified) => {
            assert_eq!(verified.tip, tip, "{what}");
            if Some(&tip.id) == record.tips.last() {
                outcome.harmless += 1;
            } else {
                outcome.earlier += 1;
            }
        }
    }
}

fn flip_bytes(blocks: usize, flips: usize) {
    let Some(record) = record(blocks, 7) else { return };
    let mut replay = Replay::new(&record.trace);
    replay.go_to(record.trace.len());
    let mut chance = Chance::new(7);
    let mut outcome = Outcome::default();
    for _ in 0..flips {
        flip(&record, &replay, &mut chance, &mut outcome);
    }
    println!("{flips} bytes changed in a folder of {blocks} blocks: {outcome:?}");
    // The most must be noticed: what is harmless is a note that is not read again.
    assert!(outcome.refused + outcome.verified > outcome.harmless, "{outcome:?}");
}

#[test]
fn a_changed_byte_is_noticed_or_harmless_and_makes_no_wrong_balance() {
    flip_bytes(100, 20);
}

#[test]
#[ignore = "a minute: two hundred changed bytes"]
fn two_hundred_changed_bytes_make_no_wrong_balance() {
    flip_bytes(300, 200);
}
