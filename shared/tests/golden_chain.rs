//! One chain, made anew from a seed wherever this runs: 2,000 blocks with payments, new accounts, a shared
//! account, a difficulty that moves and a reward that halves. Every byte of it, and all that follows from
//! it, is the same on every machine: 64 bits and 32, natively and in wasm.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kit;

use kit::{COIN, Kit, Random, account, parameters, policy};
use sha2::{Digest as _, Sha256};
use shared::{
    encode::encode,
    hash::{Hash, to_hex},
    ledger::LedgerView as _,
    params::Parameters,
    transaction::Transaction,
};

/// After every hundred blocks, the digest over everything up to there. It never changes: the rules do not.
const GOLDEN: [&str; 20] = [
    "9710f59eb235ab84fb3f260f578cdb62d47bbad7a62a10f95b4a3ac2667ef358",
    "051bb33fdc34bcabfae8a80512617250cfd46c21387867e0560e9e813b77d1d1",
    "0f63808ca3add7a00b621d26ab2ade12122d7cb2ca7130c14dc44c1a38a91f9b",
    "f8101de9fb534e5457da1d09bbd39b39b4009b83de64b46aca1c5e13736d656b",
    "55fe6477d841a793b34a643e31ffe184ee6044bf3c0eebfdcbf8e35cd27b97b7",
    "6aff16c22ea063664a23e335686ee1bb7558b9bd6cf3e043a6416065fb6bef6d",
    "37a79f530d8c8d468ea478c15b6c0dd9753954593866f31c3b3c1ec443904ece",
    "0cf2fefe537022e81d54536cca784d184625850b8335b226db68b75b4277a4da",
    "9457e0396cded1ca21b861b094172413c8840e6eaa14f49213a631e9a64f8f8e",
    "96a0e29448b9844ed26f5fd534ab3272f0378d7e985b4f9330adbf951e537198",
    "3872f8cc9fff0895069a0d51bda990dfbc25c30dfcd42c6fa1935d2345b9fead",
    "5bd7a8bcc67eb1702b8f79bc10a053123fb279963898a2f49ea0284fce373f3a",
    "1904fa5b7ca01b2f5e9758103365f944e31e681b9b27b6739ab90cc38f06572c",
    "0eeb7e4434f6fd8a86bc3742590c18a3dc1fffd0e736dff5576fa8b3f9421112",
    "ceeb43973e250f27ef8d62282ead382dbc28ee54f99ad043984ecfb512b20d29",
    "fe10b6ca3013fd83fd91c5dbf6d2c5048dac11523b3ace71bd1b81b403b4b33e",
    "10391561225423cd8b0dd4220885942f3fa625d6962663a01161dd9b1e77f855",
    "6fd0b8dafe53fb51438721a6672e0bbe1db7889a2087eeffef9116644f589dcd",
    "163fbc5c796fb701719a8ce11852189b347279ab96f88d6fe430c93674e82a2b",
    "645be0fa7795fc7ba9860dff850fc22bc2eebc49c51499e9da4644ba135f59e5",
];

/// A few payments that apply to the tip, some to accounts that do not exist yet.
fn payments(kit: &Kit, random: &mut Random) -> Vec<Transaction> {
    let mut all = Vec::new();
    for from in 1..=4_u8 {
        if random.below(3) == 0 {
            let to = account(u8::try_from(1 + random.below(200)).unwrap());
            let payments = [(to, 1 + random.below(COIN / 4)), (policy().account(), 1)];
            all.push(kit.sign(kit.body(account(from), &payments, random.below(1_000)), from));
        }
    }
    if random.below(5) == 0 {
        let to = account(u8::try_from(1 + random.below(4)).unwrap());
        all.push(kit.sign_shared(kit.body(policy().account(), &[(to, COIN / 8)], 7), &[0, 2]));
    }
    // A block may create three accounts; a fourth would have to wait.
    let new = |one: &Transaction| !kit.tree.account(&one.body.payments[0].recipient).exists();
    let (new, old): (Vec<_>, Vec<_>) = all.into_iter().partition(new);
    new.into_iter().take(3).chain(old).collect()
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn two_thousand_blocks_are_the_same_wherever_they_are_made() {
    let mut kit = Kit::new(Parameters { halving_interval: 600, ..parameters() });
    let mut random = Random(2_000);
    let (mut digest, mut lines) = (kit.chain.genesis_id().0, Vec::new());
    for height in 1..=2_000_u64 {
        let gap = 1 + random.below(19);
        let miner = u8::try_from(1 + random.below(250)).unwrap();
        let block = kit.block(&payments(&kit, &mut random), miner, gap);
        let made = kit.accept(block.clone());
        let mut hasher = Sha256::new();
        hasher.update(digest.0);
        hasher.update(encode(&block));
        hasher.update(encode(&made.diff));
        hasher.update(encode(&made.tree.prove(&account(miner))));
        let sums = [made.fees.mites(), made.reward.mites(), made.tree.len() as u64];
        sums.iter().for_each(|sum| hasher.update(sum.to_le_bytes()));
        hasher.update(made.state.work().0.to_le_bytes());
        digest = Hash(hasher.finalize().into());
        if height % 100 == 0 {
            lines.push(to_hex(&digest.0));
        }
    }
    assert_eq!(lines, GOLDEN);
}
