//! Admission to the pool, in process: decoding, every check, signatures together, a place in the order.

use backend::chain::check_transactions_bytes;
use shared::encode::encode;

use super::{
    LIMIT, figure, resident, timed,
    world::{PAYMENTS, World},
};

/// Transactions of each sender.
const EACH: usize = 8;
/// Transactions that are checked together.
const BATCH: usize = 1_024;

pub(crate) fn run(limit: f64) {
    let mut world = World::new(PAYMENTS);
    let encodings: Vec<Vec<u8>> = (0..EACH)
        .flat_map(|_| world.payments())
        .map(|transaction| encode(transaction.transaction()))
        .collect();
    let before = resident();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (time, admitted) = timed(|| {
        runtime.block_on(async {
            let mut pending = Vec::new();
            for batch in encodings.chunks(BATCH) {
                let checked = check_transactions_bytes(batch, &world.chain);
                let checked = checked.into_iter().map(Result::unwrap).collect();
                let handle = world.handle.clone();
                // While the writer admits this batch, the next one is checked.
                pending
                    .push(tokio::spawn(async move { handle.submit_transactions(checked).await }));
                tokio::task::yield_now().await;
            }
            let mut admitted = 0;
            for offered in pending {
                admitted += offered.await.unwrap().iter().filter(|one| one.is_ok()).count();
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
