//! Admission to the pool, in process: decoding, every check, signatures together, a place in the order.

use futures_util::StreamExt as _;
use shared::{
    encode::{decode, encode},
    limits::MAX_TRANSACTION_BYTES,
};

use super::{
    LIMIT, figure, resident, timed,
    world::{PAYMENTS, World},
};

/// Transactions of each sender.
const EACH: usize = 8;
/// Transactions that are on their way at a time.
const AT_ONCE: usize = 2_048;

pub(crate) fn run(limit: f64) {
    let mut world = World::new(PAYMENTS);
    let encodings: Vec<Vec<u8>> = (0..EACH)
        .flat_map(|_| world.payments())
        .map(|transaction| encode(transaction.transaction()))
        .collect();
    let before = resident();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (time, admitted) = timed(|| {
        // As they come over HTTP: each alone, many at a time.
        runtime.block_on(async {
            let mut pending = futures_util::stream::iter(&encodings)
                .map(|bytes| {
                    let transaction = decode(bytes, MAX_TRANSACTION_BYTES).unwrap();
                    world.handle.admit(transaction)
                })
                .buffered(AT_ONCE);
            let mut admitted = 0;
            while let Some(outcome) = pending.next().await {
                admitted += usize::from(outcome.is_ok());
            }
            admitted
        })
    });
    assert_eq!(admitted, encodings.len());
    let value = encodings.len() as f64 / time.as_secs_f64();
    figure("admission", value, "tx/s", Some((limit, LIMIT)));
    let bytes: usize = encodings.iter().map(Vec::len).sum();
    let memory = (resident() - before) * 1_048_576.0 / bytes as f64;
    figure("pool_memory", memory, "bytes per byte", None);
    let miner = shared::account::AccountId([9; 32]);
    let (time, template) = timed(|| world.handle.view().template(miner, 0).unwrap());
    assert!(template.block.transactions.len() >= PAYMENTS);
    figure("template", time.as_secs_f64() * 1_000.0, "ms", None);
}
