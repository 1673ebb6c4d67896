//! A million accounts: what a block costs then, and what the node holds in memory with a full pool.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Read as _, Write as _},
    path::Path,
    process::Command,
};

use backend::{
    chain::{self, Options},
    pool::Limits,
};
use shared::{encode::encode, limits::MIN_TRANSACTION_BYTES};

use super::{
    block_on, connect, figure, median,
    pool::admit_all,
    resident,
    world::{PAYMENTS, World, bench_chain},
};

/// Blocks that are measured on each chain.
const ROUNDS: usize = 11;
/// Accounts of the large state, and of the one that it is set in relation to.
const LARGE: usize = 1_000_000;
const SMALL: usize = 10_000;
/// The argument by which this program becomes the node whose memory is measured.
pub(crate) const RESIDENT: &str = "--resident";
/// The pool's transactions, one after the other, in the data folder.
const WAITING: &str = "waiting";

pub(crate) fn run() {
    let each = Limits::default().per_sender;
    let senders = Limits::default().max_bytes / MIN_TRANSACTION_BYTES / each + 1;
    let mut large = World::with_senders(LARGE - senders, senders);
    let mut small = World::new(SMALL - PAYMENTS);
    // In turns, so that what else the machine does weighs on both.
    let rounds: Vec<_> =
        (0..ROUNDS).map(|_| [&mut large, &mut small].map(connect::durable)).collect();
    let time = median(rounds.iter().map(|[large, _]| *large).collect()).as_secs_f64();
    let ratios = rounds.iter().map(|[large, small]| large.as_secs_f64() / small.as_secs_f64());
    let (value, ratio) = (PAYMENTS as f64 / time, median(ratios.collect()));
    let against = "time with 10,000 accounts";
    figure("connect_1m_accounts", value, "tx/s", Some((value / ratio, against)));
    drop(small);

    let file = File::create(large.folder.path().join(WAITING)).unwrap();
    let mut file = BufWriter::new(file);
    let nonces = 0..each as u64;
    for (number, sender) in large.senders.iter().enumerate() {
        let first = if number < PAYMENTS { large.nonce } else { 0 };
        for nonce in nonces.clone() {
            let payment = large.sign(sender, first + nonce, &[sender.public_key().account()]);
            file.write_all(&encode(payment.transaction())).unwrap();
        }
    }
    file.flush().unwrap();
    let (_, folder) = large.close();
    let this = std::env::current_exe().unwrap();
    let status = Command::new(this).arg(RESIDENT).arg(folder.path()).status().unwrap();
    assert!(status.success());
}

/// Opens the folder, fills the pool, and says how much memory that takes.
pub(crate) fn measure_resident(folder: &Path) {
    let (handle, writer) = chain::start(Options::new(folder, bench_chain())).unwrap();
    figure("rss_accounts", resident(), "MiB", None);
    let mut file = BufReader::new(File::open(folder.join(WAITING)).unwrap());
    let encodings = std::iter::from_fn(|| {
        let mut bytes = [0; MIN_TRANSACTION_BYTES];
        file.read_exact(&mut bytes).ok().map(|()| bytes)
    });
    let admitted = admit_all(&handle, encodings);
    let view = handle.view();
    let bytes = view.pool().bytes();
    assert!(
        bytes + MIN_TRANSACTION_BYTES > Limits::default().max_bytes,
        "{admitted}, {bytes} bytes"
    );
    assert!(view.tree().len() >= LARGE);
    figure("rss_full", resident(), "MiB", None);
    drop(view);
    block_on(handle.stop());
    drop(handle);
    writer.join().unwrap();
}
