//! Admission to the pool, in process: decoding, every check, signatures together, a place in the order.

use backend::chain::Handle;
use futures_util::StreamExt as _;
use shared::{
    encode::{decode, encode},
    limits::MAX_TRANSACTION_BYTES,
};

use super::{
    LIMIT, block_on,
    connect::signature_limit,
    figure, median, resident, timed,
    world::{PAYMENTS, World},
};

/// Transactions of each sender.
const EACH: usize = 8;
/// Transactions that are on their way at a time.
const AT_ONCE: usize = 2_048;
/// Times that a template is made.
const TIPS: usize = 9;

/// Offers transactions as they come over HTTP: each alone, many at a time. Returns how many were
/// admitted.
pub(crate) fn admit_all<B: AsRef<[u8]>>(
    handle: &Handle,
    encodings: impl IntoIterator<Item = B>,
) -> usize {
    let offer = |bytes: B| {
        let transaction = decode(bytes.as_ref(), MAX_TRANSACTION_BYTES).unwrap();
        handle.admit(transaction)
    };
    let offers = futures_util::stream::iter(encodings).map(offer).buffered(AT_ONCE);
    block_on(offers.filter(|outcome| std::future::ready(outcome.is_ok())).count())
}

pub(crate) fn run() {
    let mut world = World::new(PAYMENTS);
    let limit = signature_limit(&mut world);
    let encodings: Vec<Vec<u8>> = (0..EACH)
        .flat_map(|_| world.payments())
        .map(|transaction| encode(transaction.transaction()))
        .collect();
    let before = resident();
    let (time, admitted) = timed(|| admit_all(&world.handle, &encodings));
    assert_eq!(admitted, encodings.len());
    let value = encodings.len() as f64 / time.as_secs_f64();
    figure("pool_admission", value, "tx/s", Some((limit, LIMIT)));
    let bytes: usize = encodings.iter().map(Vec::len).sum();
    let memory = (resident() - before) * 1_048_576.0 / bytes as f64;
    figure("pool_memory", memory, "bytes per byte", None);
    let miner = shared::account::AccountId([9; 32]);
    // As after each new tip: nothing is chosen yet.
    let mut times = Vec::new();
    for _ in 0..TIPS {
        world.submit(&world.block(&[]));
        let (time, template) = timed(|| world.handle.view().template(miner, 0).unwrap());
        assert!(template.block.transactions.len() >= PAYMENTS);
        times.push(time.as_secs_f64() * 1_000.0);
    }
    figure("template", median(times), "ms", None);
}
