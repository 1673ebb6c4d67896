//! What this crate's own tests stand on: a chain, money, a block and a row as the node tells of them.

use shared::{
    amount::Amount,
    api::{ActivityRow, BlockView, PaymentView, Role, TransactionStatus, TransactionView},
    encode::Bounded,
    hash::Hash,
    params::{Chain, Parameters},
    work::Target,
};

/// A chain whose blocks take `2^zero_bits` attempts on the average and whose addresses begin with `prefix`.
pub fn chain(zero_bits: u8, prefix: &str) -> Chain {
    Chain::new(Parameters {
        name: "Test".into(),
        ticker: "TST".into(),
        prefix: prefix.into(),
        coin_type: 1,
        salt: Hash([1; 32]),
        genesis_time: 0,
        message: String::new(),
        interval: 30,
        first_target: Target::from_zero_bits(zero_bits),
        easiest_target: Target::from_zero_bits(zero_bits),
        half_life: 0,
        max_gap: 60,
        grace: 0,
        max_future: 0,
        reward: mites(1_000),
        halving_interval: 1_000,
        max_block_bytes: 100_000,
        max_new_accounts: 100,
        max_validity: 1_000,
        opening_balances: Bounded::default(),
        dev: true,
    })
    .unwrap()
}

/// So much money.
pub fn mites(mites: u64) -> Amount {
    Amount::from_mites(mites).unwrap()
}

/// One mite that came or went with the block of this height.
pub fn row(height: u64, role: Role) -> ActivityRow {
    ActivityRow {
        role,
        amount: 1,
        height: Some(height),
        block: Some(format!("b{height}")),
        timestamp: Some(height),
        confirmations: 1,
        transaction: None,
    }
}

/// A transaction that pays ten mites to each of these.
pub fn transaction(sender: &str, recipients: &[&str]) -> TransactionView {
    let payment = |recipient: &&str| PaymentView { recipient: (*recipient).into(), amount: 10 };
    TransactionView {
        id: "id".into(),
        status: TransactionStatus::Confirmed,
        reason: None,
        block: Some("block".into()),
        height: Some(5),
        index: Some(0),
        timestamp: Some(100),
        confirmations: 1,
        sender: sender.into(),
        nonce: 0,
        fee: 3,
        payments: recipients.iter().map(payment).collect(),
        memo: "6869".into(),
        expires_at: 9,
        size: 174,
    }
}

/// A block of which only the place in its chain matters.
pub fn block(height: u64, id: &str, previous: &str) -> BlockView {
    BlockView {
        id: id.into(),
        height,
        previous: previous.into(),
        timestamp: height,
        clock: height,
        miner: String::new(),
        reward: 0,
        fees: 0,
        transaction_count: 0,
        size: 0,
        target: String::new(),
        difficulty: 0,
        nonce: String::new(),
        version: 1,
        state_root: String::new(),
        history_root: String::new(),
        transactions_root: String::new(),
        confirmations: 1,
    }
}
