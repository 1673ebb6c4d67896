//! A whole chain from a file into an empty node; what it takes on disk; and a long history.

use backend::chain::{self, Options, import};
use shared::account::AccountId;

use super::{
    LIMIT, block_on,
    connect::signature_limit,
    figure, median, timed,
    world::{PAYMENTS, World},
};

/// Payments to the account with the long history.
const LONG: usize = 100_000;

pub(crate) fn run(payments: usize) {
    let mut world = World::new(20_000);
    let limit = signature_limit(&mut world);
    let mut wire = 0_usize;
    for _ in 0..payments.div_ceil(PAYMENTS) {
        let transactions = world.payments();
        let block = world.block(&transactions);
        wire += block.len();
        world.submit(&block);
    }
    let mut file = Vec::new();
    world.handle.view().export(&mut file).unwrap();
    let target = tempfile::tempdir().unwrap();
    let (handle, writer) = chain::start(Options::new(target.path(), world.chain.clone())).unwrap();
    let (time, restored) = timed(|| import(&handle, file.as_slice(), |_| {}).unwrap());
    assert_eq!(restored.tip, world.handle.view().tip());
    let value = payments as f64 / time.as_secs_f64();
    figure("replay", value, "tx/s", Some((limit, LIMIT)));

    block_on(handle.stop());
    drop(handle);
    writer.join().unwrap();
    let disk = chain::compact(target.path(), &world.chain).unwrap();
    let (disk, wire) = (disk.tables as f64 / payments as f64, wire as f64 / payments as f64);
    figure("disk_per_payment", disk, "B", Some((wire, "bytes on the wire")));
    long_history(&mut world);
}

/// Pages of the history of an account that was paid [`LONG`] times.
fn long_history(world: &mut World) {
    let popular = AccountId([7; 32]);
    for _ in 0..LONG.div_ceil(PAYMENTS) {
        let transactions = world.payments_to(popular);
        world.submit(&world.block(&transactions));
    }
    let view = world.handle.view();
    let middle = view.height() - (LONG / PAYMENTS / 2) as u64;
    let middle = Some(format!("{middle}-0-0").parse().unwrap());
    for (name, after) in [("history_first_page", None), ("history_middle_page", middle)] {
        let times = (0..101).map(|_| {
            let (time, rows) = timed(|| view.history(&popular, after, 50).unwrap());
            assert_eq!(rows.len(), 50);
            time
        });
        figure(name, median(times.collect()).as_secs_f64() * 1_000.0, "ms", None);
    }
}
