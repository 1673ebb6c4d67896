//! A whole chain from a file into an empty node; and what it takes on disk.

use backend::chain::{self, Options, import};

use super::{
    LIMIT, figure, median, timed,
    world::{PAYMENTS, World},
};

pub(crate) fn run(payments: usize, limit: f64) {
    let mut world = World::new(20_000);
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
    let (handle, _writer) = chain::start(Options::new(target.path(), world.chain.clone())).unwrap();
    let (time, restored) = timed(|| import(&handle, file.as_slice(), |_| {}).unwrap());
    assert_eq!(restored.tip, world.handle.view().tip());
    let value = payments as f64 / time.as_secs_f64();
    figure("replay", value, "tx/s", Some((limit, LIMIT)));
    let disk = handle.view().disk_bytes().unwrap() as f64;
    figure("disk", disk / wire as f64, "bytes per byte on the wire", None);

    // The miner of every block and a sender of each: the longest histories there are.
    let sender = world.senders[0].public_key().account();
    let view = handle.view();
    let times = (0..101).map(|_| {
        let (time, rows) = timed(|| view.history(&sender, None, 50).unwrap());
        assert!(!rows.is_empty());
        time
    });
    figure("history_page", median(times.collect()).as_secs_f64() * 1_000.0, "ms", None);
}
