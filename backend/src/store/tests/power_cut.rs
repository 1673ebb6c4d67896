//! Goal: a power cut at any moment loses nothing that was acknowledged, and leaves nothing by halves.
//! Method: the real chain over the real store on a disk that records every write and sync; from the
//! record, what a cut at random moments could have left, with what was not synced dropped, torn or
//! kept at random; each is opened as a node would.
//!
//! It is simulated: no real device was cut off. `HALFPENNY_SEED=n` makes a run again.

use std::time::Instant;

use disk::{Chance, Replay};

use super::script::{Record, close, open, record};
use crate::chain;

/// What became of the images.
#[derive(Debug, Default)]
struct Outcome {
    images: usize,
    unsynced: usize,
    acknowledged: usize,
    in_flight: usize,
    verified: usize,
}

impl Record {
    /// Cuts the power `images` times, and verifies every `verify_every`th remainder block by block.
    fn cut(&self, images: usize, verify_every: usize, seed: u64) -> Outcome {
        let mut chance = Chance::new(seed);
        let mut moments: Vec<usize> =
            (0..images).map(|_| chance.below(self.trace.len() + 1)).collect();
        moments.sort_unstable();
        let mut replay = Replay::new(&self.trace);
        let mut outcome = Outcome::default();
        for moment in moments {
            replay.go_to(moment);
            outcome.images += 1;
            outcome.unsynced += usize::from(replay.has_unsynced());
            let folder = tempfile::tempdir_in(disk::quick_folder()).unwrap();
            replay.cut(&mut chance).save(folder.path()).unwrap();
            let data = folder.path().join("data");
            let what = format!(
                "seed {seed}, cut after step {moment}, marked {:?}, not synced: {:#?}",
                replay.marked(),
                replay.unsynced()
            );

            let (handle, writer) = open(&data, &self.chain)
                .unwrap_or_else(|error| panic!("{what}: does not open: {error}"));
            let view = handle.view();
            let tip = view.tip();
            // Of the rows of the accounts as they were read, not of what anybody says.
            assert_eq!(view.tree().root(), view.state().header().state_root, "{what}");
            drop(view);
            close(handle, writer);

            let acknowledged = replay.marked().unwrap_or_default();
            let known = self.tips[acknowledged];
            let next = self.tips.get(acknowledged + 1).copied().unwrap_or(known);
            if tip.id == known {
                outcome.acknowledged += 1;
            } else {
                assert_eq!(tip.id, next, "{what}: neither the acknowledged tip nor the next");
                outcome.in_flight += 1;
            }
            if outcome.images.is_multiple_of(verify_every) {
                let verified = chain::verify(&data, &self.chain, |_| {});
                let verified = verified.unwrap_or_else(|error| panic!("{what}: {error}"));
                assert_eq!(verified.tip, tip, "{what}");
                outcome.verified += 1;
            }
        }
        outcome
    }
}

fn seed() -> u64 {
    let given = std::env::var("HALFPENNY_SEED").ok();
    given.map_or(1, |text| text.parse().expect("HALFPENNY_SEED is a number"))
}

fn cut_power(blocks: usize, images: usize, verify_every: usize) {
    let begun = Instant::now();
    let Some(record) = record(blocks, seed()) else { return };
    let (writes, syncs) = record.trace.writes_and_syncs();
    println!(
        "{blocks} blocks, {} reorganisations: {writes} writes, {syncs} syncs, {} removals in {:?}",
        record.reorganisations,
        record.trace.removals(),
        begun.elapsed()
    );
    let begun = Instant::now();
    let outcome = record.cut(images, verify_every, seed());
    println!("{outcome:?} in {:?}", begun.elapsed());
    assert!(record.reorganisations > blocks / 50, "the run has too few reorganisations");
    assert_eq!(outcome.acknowledged + outcome.in_flight, images);
    // A check that never had anything to lose would prove nothing.
    assert!(outcome.unsynced > images / 10, "{outcome:?}");
    assert!(outcome.in_flight > 0 && outcome.verified > 0, "{outcome:?}");
}

#[test]
fn a_power_cut_loses_nothing_acknowledged_and_leaves_nothing_by_halves() {
    cut_power(100, 100, 20);
}

#[test]
#[ignore = "minutes: ten thousand power cuts"]
fn ten_thousand_power_cuts_lose_nothing_acknowledged() {
    cut_power(500, 10_000, 100);
}
