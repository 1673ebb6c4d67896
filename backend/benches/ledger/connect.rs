//! Connecting a block of 5,000 payments from 5,000 distinct senders.

use std::{io::Write as _, time::Duration};

use backend::chain::{Imported, check_block_bytes, verify_parallel};
use shared::{
    key::Claim,
    params::Chain,
    rules::{block_in_chain, block_isolated, transaction_isolated::CheckedTransaction},
    transaction::{Authorization, Transaction},
};

use super::{
    LIMIT, figure, median, resident, timed,
    world::{PAYMENTS, World},
};

/// Blocks that are measured.
const ROUNDS: usize = 15;

/// The name of a figure, and the time that it is of.
type Stage<'a> = (&'a str, &'a dyn Fn(&Round) -> Duration);

/// What one block cost.
#[derive(Debug)]
struct Round {
    /// All of its signatures, alone.
    signatures: Duration,
    /// Decoding and everything that needs only the block, nothing known before.
    check: Duration,
    /// The same when all signatures are known.
    warm: Duration,
    /// Connecting in memory: ledger, state root, header.
    connect: Duration,
    /// From the checked block to the acknowledgement: connecting, and the batch on disk.
    commit: Duration,
}

pub(crate) fn run(accounts: usize) {
    let mut world = World::new(accounts);
    let rounds: Vec<Round> = (0..ROUNDS).map(|_| round(&mut world)).collect();
    rounds.iter().enumerate().for_each(|(number, round)| eprintln!("block {number}: {round:?}"));
    let per_second = |time: &dyn Fn(&Round) -> Duration| {
        PAYMENTS as f64 / median(rounds.iter().map(time).collect()).as_secs_f64()
    };
    let limit = per_second(&|round| round.signatures);
    figure("signature_limit", limit, "signatures/s", None);
    // Round by round, so that what else the machine does weighs on both sides.
    let ratio = |time: &dyn Fn(&Round) -> Duration| {
        let ratio = |round: &Round| round.signatures.as_secs_f64() / time(round).as_secs_f64();
        median(rounds.iter().map(ratio).collect())
    };
    let cold = |round: &Round| round.check + round.connect;
    let durable = |round: &Round| round.check + round.commit;
    let warm = |round: &Round| round.warm + round.connect;
    for (name, time) in [
        ("connect_cold", &cold as &dyn Fn(&Round) -> Duration),
        ("connect_durable", &durable),
        ("connect_warm", &warm),
    ] {
        let value = per_second(time);
        figure(name, value, "tx/s", Some((value / ratio(time), LIMIT)));
    }
    let batch = |round: &Round| round.commit.saturating_sub(round.connect);
    let stages: [Stage<'_>; 4] = [
        ("stage_signatures", &|round| round.signatures),
        ("stage_form", &|round| round.warm),
        ("stage_connect", &|round| round.connect),
        ("stage_batch", &batch),
    ];
    for (name, time) in stages {
        let time = median(rounds.iter().map(time).collect());
        figure(name, time.as_secs_f64() * 1_000.0, "ms", None);
    }
    let worst = rounds.iter().map(durable).max().unwrap();
    figure("connect_durable_worst", worst.as_secs_f64() * 1_000.0, "ms", None);
    figure("fsync", fsync(world.folder.path()).as_secs_f64() * 1_000.0, "ms", None);
    figure("resident", resident(), "MiB", None);
}

/// The signatures per second that all cores verify now.
pub(crate) fn signature_limit(world: &mut World) -> f64 {
    let nonce = world.nonce;
    let times = (0..5).map(|_| {
        let transactions = world.payments();
        let claims: Vec<_> = transactions.iter().map(|one| claim(one, &world.chain)).collect();
        timed(|| verify_parallel(&claims).unwrap()).0
    });
    let time = median(times.collect());
    // They were never sent.
    world.nonce = nonce;
    PAYMENTS as f64 / time.as_secs_f64()
}

/// From the bytes of a block to its acknowledgement.
pub(crate) fn durable(world: &mut World) -> Duration {
    let Round { check, commit, .. } = round(world);
    check + commit
}

/// Measures one block of payments to accounts all over the state.
fn round(world: &mut World) -> Round {
    let transactions = world.payments();
    let bytes = world.block(&transactions);
    let view = world.handle.view();

    let claims: Vec<_> = transactions.iter().map(|one| claim(one, &world.chain)).collect();
    let (signatures, ()) = timed(|| verify_parallel(&claims).unwrap());
    let block = shared::encode::decode(&bytes, bytes.len()).unwrap();
    let (warm, known) =
        timed(|| block_isolated::check_with(block, &world.chain, &|_| true, &|_| Ok(())).unwrap());
    drop(known);
    let (check, block) = timed(|| check_block_bytes(&bytes, &view).unwrap());
    let (connect, connected) =
        timed(|| block_in_chain::connect(view.state(), view.tree(), &block).unwrap());
    drop(connected);
    let (commit, outcomes) = timed(|| world.handle.submit_blocks_blocking(vec![block]));
    assert!(matches!(outcomes[..], [Ok(Imported::Changed(_))]), "{outcomes:?}");
    Round { signatures, check, warm, connect, commit }
}

/// What the disk needs to make a few bytes durable: the floor of every acknowledgement.
fn fsync(folder: &std::path::Path) -> Duration {
    let mut file = std::fs::File::create(folder.join("fsync")).unwrap();
    let write = |_| {
        let (time, ()) = timed(|| {
            file.write_all(&[1; 4_096]).unwrap();
            file.sync_all().unwrap();
        });
        time
    };
    median((0..20).map(write).collect())
}

fn claim(transaction: &CheckedTransaction, chain: &Chain) -> Claim {
    let Transaction { body, authorization } = transaction.transaction();
    let Authorization::Key(signature) = authorization else { panic!("all are of single keys") };
    let digest = body.signing_hash(&chain.genesis_id());
    Claim { key: shared::key::PublicKey(body.sender.0), digest, signature: *signature }
}
