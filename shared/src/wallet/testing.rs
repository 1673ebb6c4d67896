//! A chain for this module's tests.

use crate::{
    amount::Amount,
    encode::Bounded,
    hash::Hash,
    params::{Chain, Parameters},
    work::Target,
};

/// A chain whose payments stay valid for `max_validity` blocks at most; `salt` makes it another one.
pub(super) fn chain(salt: u8, max_validity: u64) -> Chain {
    Chain::new(Parameters {
        name: "Test".into(),
        ticker: "TST".into(),
        prefix: "tst".into(),
        coin_type: 1,
        salt: Hash([salt; 32]),
        genesis_time: 0,
        message: "".into(),
        interval: 30,
        first_target: Target::HARDEST,
        easiest_target: Target::HARDEST,
        half_life: 0,
        max_gap: 60,
        grace: 0,
        max_future: 0,
        reward: mites(1_000),
        halving_interval: 1_000,
        max_block_bytes: 100_000,
        max_new_accounts: 100,
        max_validity,
        opening_balances: Bounded::default(),
        dev: true,
    })
    .unwrap()
}

pub(super) fn mites(mites: u64) -> Amount {
    Amount::from_mites(mites).unwrap()
}
