//! Every rule of §5, §6 and §10: one valid example and a table of corruptions, each with its code.

mod kit;

use kit::{COIN, Kit, account, mine, mites, parameters, policy, public};
use shared::{
    account::AccountId,
    amount::Amount,
    block::{Block, transactions_root},
    encode::{Bounded, decode, encode},
    hash::Hash,
    key::{PublicKey, Signature},
    limits::{MAX_AMOUNT, MAX_TRANSACTION_BYTES},
    rules::transaction_isolated::check,
    transaction::{Authorization, Body, IndexedSignature, Payment, Transaction},
    work::Target,
};

fn kit() -> Kit {
    let mut kit = Kit::new(parameters());
    kit.accept(kit.block(&[kit.pay(1, 2, COIN, 5)], 4, 10));
    kit
}

/// Spoils the body of a valid payment, signs it again, and asks for the verdict in isolation.
#[track_caller]
fn isolated(spoil: impl FnOnce(&mut Body), expected: Result<(), &str>) {
    let kit = kit();
    let mut body = kit.body(account(1), &[(account(2), COIN), (account(3), 1)], 10);
    spoil(&mut body);
    let transaction = kit.sign(body, 1);
    let verdict =
        check(transaction, &kit.chain.genesis_id()).map(|_| ()).map_err(|error| error.code());
    assert_eq!(verdict, expected);
}

fn payments(payments: &[(AccountId, u64)]) -> Bounded<Payment, 1, 16> {
    let payment = |(recipient, amount): &(AccountId, u64)| Payment {
        recipient: *recipient,
        amount: mites(*amount),
    };
    Bounded::new(payments.iter().map(payment).collect()).expect("1 to 16")
}

#[test]
fn a_transaction_is_judged_in_isolation() {
    let small = AccountId([0; 32]);
    isolated(|_| {}, Ok(()));
    isolated(|body| body.version = 0, Err("transaction-version"));
    isolated(|body| body.version = 2, Err("transaction-version"));
    isolated(
        |body| body.payments = payments(&[(account(2), 1), (account(3), 0)]),
        Err("transaction-zero-payment"),
    );
    isolated(
        |body| body.payments = payments(&[(account(2), MAX_AMOUNT), (account(3), 1)]),
        Err("transaction-debit-overflow"),
    );
    isolated(
        |body| {
            body.payments = payments(&[(account(2), MAX_AMOUNT)]);
            body.fee = mites(1);
        },
        Err("transaction-debit-overflow"),
    );
    isolated(
        |body| {
            body.payments = payments(&[(account(2), MAX_AMOUNT)]);
            body.fee = Amount::ZERO;
        },
        Ok(()),
    );
    isolated(|body| body.sender = small, Err("transaction-small-order-sender"));
    isolated(
        |body| body.payments = payments(&[(account(2), 1), (small, 1)]),
        Err("transaction-small-order-recipient"),
    );
    isolated(|body| body.sender = account(2), Err("transaction-signature"));
    isolated(|body| body.sender = policy().account(), Err("transaction-signature"));
    isolated(|body| body.payments = payments(&[(account(1), 1)]), Ok(()));
    isolated(|body| body.memo = Bounded::default(), Ok(()));
}

#[test]
fn a_signature_covers_every_field_and_the_chain() {
    let kit = kit();
    let good = kit.pay(1, 2, COIN, 5);
    let genesis = kit.chain.genesis_id();
    assert!(check(good.clone(), &genesis).is_ok());
    let spoils: [fn(&mut Body); 6] = [
        |body| body.nonce += 1,
        |body| body.fee = mites(6),
        |body| body.expires_at += 1,
        |body| body.payments = payments(&[(account(3), COIN)]),
        |body| body.payments = payments(&[(account(2), COIN + 1)]),
        |body| body.memo = Bounded::default(),
    ];
    for spoil in spoils {
        let mut bad = good.clone();
        spoil(&mut bad.body);
        assert_eq!(
            check(bad, &genesis).map_err(|error| error.code()),
            Err("transaction-signature")
        );
    }
    let other = Kit::new(shared::params::Parameters { salt: Hash([1; 32]), ..parameters() });
    let verdict = check(good, &other.chain.genesis_id()).map_err(|error| error.code());
    assert_eq!(verdict, Err("transaction-signature"), "replayed on another chain");
}

/// Spoils the authorization of a valid payment by a shared account.
#[track_caller]
fn shared(
    spoil: impl FnOnce(&mut shared::account::Policy, &mut Vec<IndexedSignature>),
    expected: Result<(), &str>,
) {
    let kit = kit();
    let body = kit.body(policy().account(), &[(account(4), COIN)], 10);
    let transaction = kit.sign_shared(body, &[0, 2]);
    let Transaction { mut body, authorization: Authorization::Policy { mut policy, signatures } } =
        transaction
    else {
        panic!("a shared account signs by policy");
    };
    let mut signatures = signatures.into_vec();
    let before = policy.clone();
    spoil(&mut policy, &mut signatures);
    if policy != before {
        body.sender = policy.account();
    }
    let authorization =
        Authorization::Policy { policy, signatures: Bounded::new(signatures).expect("1 to 8") };
    let verdict = check(Transaction { body, authorization }, &kit.chain.genesis_id())
        .map(|_| ())
        .map_err(|error| error.code());
    assert_eq!(verdict, expected);
}

#[test]
fn a_shared_accounts_authorization_is_judged() {
    let keys = |keys: Vec<PublicKey>| Bounded::new(keys).expect("2 to 8 keys");
    shared(|_, _| {}, Ok(()));
    shared(|policy, _| policy.threshold = 0, Err("policy-threshold"));
    shared(|policy, _| policy.threshold = 4, Err("policy-threshold"));
    shared(
        |policy, _| policy.keys = keys(policy.keys.iter().rev().copied().collect()),
        Err("policy-key-order"),
    );
    shared(|policy, _| policy.keys = keys(vec![public(1), public(1)]), Err("policy-key-order"));
    shared(
        |policy, _| policy.keys = keys(vec![PublicKey([0; 32]), public(1)]),
        Err("policy-small-order-key"),
    );
    shared(|_, signatures| signatures.truncate(1), Err("transaction-signature-count"));
    shared(
        |_, signatures| signatures.push(IndexedSignature { index: 3, ..signatures[0] }),
        Err("transaction-signature-count"),
    );
    shared(|_, signatures| signatures.reverse(), Err("transaction-signature-order"));
    shared(|_, signatures| signatures[1] = signatures[0], Err("transaction-signature-order"));
    shared(|_, signatures| signatures[1].index = 3, Err("transaction-signature-order"));
    shared(|_, signatures| signatures[1].index = 1, Err("transaction-signature"));
    shared(
        |_, signatures| signatures[0].signature = Signature([0; 64]),
        Err("transaction-signature"),
    );
    let kit = kit();
    let mut stranger =
        kit.sign_shared(kit.body(policy().account(), &[(account(4), 1)], 0), &[0, 1]);
    stranger.body.sender = account(1);
    assert_eq!(
        check(stranger, &kit.chain.genesis_id()).map_err(|error| error.code()),
        Err("transaction-wrong-policy")
    );
}

/// A block whose only transaction is a payment of key 1 with this body: assembled as if it were valid.
#[track_caller]
fn in_ledger(spoil: impl FnOnce(&Kit, &mut Body), expected: Result<(), &str>) {
    let kit = kit();
    let mut body = kit.body(account(1), &[(account(2), COIN)], 10);
    spoil(&kit, &mut body);
    let transaction = kit.sign(body, 1);
    let block = with_transactions(kit.block(&[kit.pay(1, 2, COIN, 10)], 4, 10), vec![transaction]);
    // The state root of such a block is right only when the body is the original one.
    assert_eq!(kit.judge(block).map(|_| ()), expected);
}

/// The block with other transactions, committed to and mined.
fn with_transactions(block: Block, transactions: Vec<Transaction>) -> Block {
    let mut header = block.header;
    header.transaction_count = u32::try_from(transactions.len()).expect("few");
    header.transactions_root = transactions_root(&transactions);
    mine(Block { header, transactions: Bounded::new(transactions).expect("few") })
}

#[test]
fn a_transaction_is_judged_in_the_ledger() {
    in_ledger(|_, _| {}, Ok(()));
    in_ledger(|kit, body| body.expires_at = kit.state.height() + 1, Ok(()));
    in_ledger(|kit, body| body.expires_at = kit.state.height(), Err("transaction-expired"));
    in_ledger(|kit, body| body.expires_at = kit.state.height() + 101, Ok(()));
    in_ledger(
        |kit, body| body.expires_at = kit.state.height() + 102,
        Err("transaction-expires-too-late"),
    );
    in_ledger(|_, body| body.nonce = 0, Err("transaction-nonce-used"));
    in_ledger(|_, body| body.nonce = 2, Err("transaction-nonce-gap"));
    in_ledger(|_, body| body.nonce = u64::MAX, Err("transaction-nonce-gap"));
    in_ledger(|_, body| body.fee = mites(999 * COIN), Err("transaction-not-enough"));
    in_ledger(
        |_, body| body.payments = payments(&[(account(1), 1_000 * COIN)]),
        Err("transaction-not-enough"),
    );
    in_ledger(|_, body| body.payments = payments(&[(account(3), COIN)]), Err("block-wrong-state"));
}

#[test]
fn the_whole_debit_is_held_before_any_credit() {
    let kit = kit();
    let have = 999 * COIN - 5;
    let exact = kit.sign(kit.body(account(1), &[(account(1), have - 7)], 7), 1);
    assert!(kit.judge(kit.block(&[exact], 4, 10)).is_ok());
    in_ledger(
        |_, body| {
            body.payments = payments(&[(account(1), have - 6)]);
            body.fee = mites(7);
        },
        Err("transaction-not-enough"),
    );
}

/// Spoils a valid block with one payment, mines it, and asks for the verdict.
#[track_caller]
fn block(spoil: impl FnOnce(&Kit, &mut Block), expected: Result<(), &str>) {
    let kit = kit();
    let mut block = kit.block(&[kit.pay(1, 2, COIN, 10)], 4, 10);
    spoil(&kit, &mut block);
    assert_eq!(kit.judge(mine(block)).map(|_| ()), expected);
}

#[test]
fn a_block_is_judged() {
    let other = Hash([3; 32]);
    block(|_, _| {}, Ok(()));
    block(|_, block| block.header.version = 0, Err("block-version"));
    block(|_, block| block.header.version = 2, Err("block-version"));
    block(|_, block| block.header.previous = other, Err("block-wrong-parent"));
    block(|kit, block| block.header.previous = kit.chain.genesis_id().0, Err("block-wrong-parent"));
    block(|_, block| block.header.height += 1, Err("block-wrong-height"));
    block(|_, block| block.header.height -= 1, Err("block-wrong-height"));
    block(|kit, block| block.header.timestamp = kit.state.header().timestamp, Err("block-too-old"));
    block(
        |kit, block| block.header.timestamp = kit.state.header().timestamp - 1,
        Err("block-too-old"),
    );
    block(|_, block| block.header.timestamp += 1, Err("block-wrong-clock"));
    block(|_, block| block.header.clock += 1, Err("block-wrong-clock"));
    block(|_, block| block.header.target = Target::from_zero_bits(3), Err("block-wrong-target"));
    block(|_, block| block.header.target = Target::from_zero_bits(7), Err("block-wrong-target"));
    block(|_, block| block.header.history_root = other, Err("block-wrong-history"));
    block(|_, block| block.header.history_root = Hash::ZERO, Err("block-wrong-history"));
    block(|_, block| block.header.state_root = other, Err("block-wrong-state"));
    block(|_, block| block.header.miner = account(3), Err("block-wrong-state"));
    block(|_, block| block.header.miner = AccountId([0; 32]), Err("block-small-order-miner"));
    block(|_, block| block.header.transactions_root = other, Err("block-wrong-body"));
    block(|_, block| block.header.transaction_count = 0, Err("block-wrong-count"));
    block(|_, block| block.transactions = Bounded::default(), Err("block-wrong-count"));
    block(|_, block| *block = with_transactions(block.clone(), vec![]), Err("block-wrong-state"));
    block(
        |kit, block| block.transactions = Bounded::new(vec![kit.pay(1, 2, COIN, 11)]).expect("one"),
        Err("block-wrong-body"),
    );
    block(
        |kit, block| {
            let twice = vec![kit.pay(1, 2, COIN, 10), kit.pay(1, 2, COIN, 10)];
            *block = with_transactions(block.clone(), twice);
        },
        Err("transaction-nonce-used"),
    );
    block(
        |kit, block| {
            let mut bad = kit.pay(1, 2, COIN, 10);
            bad.authorization = Authorization::Key(Signature([1; 64]));
            *block = with_transactions(block.clone(), vec![bad]);
        },
        Err("transaction-signature"),
    );
}

#[test]
fn a_block_without_its_work_is_refused() {
    let kit = kit();
    let mut block = kit.block(&[], 4, 10);
    let worst = (0..u64::MAX).find(|nonce| {
        block.header.nonce = *nonce;
        !block.header.target.is_met_by(&block.header.id())
    });
    assert!(worst.is_some());
    assert_eq!(kit.judge(block).map(|_| ()), Err("block-too-little-work"));
}

#[test]
fn a_block_creates_as_many_accounts_as_the_chain_allows_and_its_miners_own() {
    let kit = kit();
    let pay = |to: &[u8]| {
        let payments: Vec<_> = to.iter().map(|seed| (account(*seed), 10)).collect();
        kit.sign(kit.body(account(1), &payments, 0), 1)
    };
    // Key 20 mines, so it does not count; 10 is paid twice and counts once.
    assert!(kit.judge(kit.block(&[pay(&[10, 10, 11, 12, 20, 2])], 20, 10)).is_ok());
    let over = with_transactions(kit.block(&[], 20, 10), vec![pay(&[10, 11, 12, 13])]);
    assert_eq!(kit.judge(over).map(|_| ()), Err("block-too-many-new-accounts"));
}

#[test]
fn a_block_at_its_size_limit_is_valid_and_one_byte_more_is_not() {
    let parameters = parameters();
    let mut kit = Kit::new(shared::params::Parameters { max_validity: 1_000, ..parameters });
    let mut transactions = Vec::new();
    let mut nonce = 0;
    let mut size = 233;
    let body = |kit: &Kit, nonce: u64, payments: usize, memo: usize| {
        let to = vec![(account(2), 1); payments];
        let body = kit.body(account(1), &to, 0);
        kit.sign(Body { nonce, memo: Bounded::new(vec![7; memo]).expect("short"), ..body }, 1)
    };
    while 20_000 - size > 1_000 {
        let transaction = body(&kit, nonce, 16, 80);
        size += encode(&transaction).len();
        transactions.push(transaction);
        nonce += 1;
    }
    // The rest is split so that the memo can make up the last bytes.
    let rest = 20_000 - size;
    let single = encode(&body(&kit, 0, 1, 0)).len();
    let count = (rest - single) / 40;
    let last = [(count.min(15), nonce), (count.saturating_sub(15).min(15), nonce + 1)];
    for (extra, nonce) in last.into_iter().take(1 + usize::from(count > 15)) {
        transactions.push(body(&kit, nonce, 1 + extra, 0));
    }
    size = 233 + transactions.iter().map(|transaction| encode(transaction).len()).sum::<usize>();
    let missing = 20_000 - size;
    assert!(missing <= 80, "{missing}");
    let filled = transactions.pop().expect("one");
    let grow = |memo| {
        let body =
            Body { memo: Bounded::new(vec![7; memo]).expect("short"), ..filled.body.clone() };
        kit.sign(body, 1)
    };
    let mut full = transactions.clone();
    full.push(grow(missing));
    let block = kit.block(&full, 4, 10);
    assert_eq!(encode(&block).len(), 20_000);
    let mut over = transactions;
    over.push(grow(missing + 1));
    let over = with_transactions(block.clone(), over);
    assert_eq!(kit.judge(over).map(|_| ()), Err("block-too-large"));
    kit.accept(block);
}

#[test]
fn the_reward_halves_and_fees_go_to_the_miner() {
    let mut kit = Kit::new(parameters());
    for height in 1..=101 {
        let transactions = if height == 3 { vec![kit.pay(1, 2, COIN, 77)] } else { vec![] };
        let connected = kit.accept(kit.block(&transactions, 9, 10));
        let reward = match height {
            1..=50 => 5 * COIN,
            51..=100 => 5 * COIN / 2,
            _ => 5 * COIN / 4,
        };
        assert_eq!(connected.reward.mites(), reward, "height {height}");
        assert_eq!(connected.fees.mites(), if height == 3 { 77 } else { 0 });
    }
}

#[test]
fn bytes_that_are_cut_or_go_on_do_not_decode() {
    let kit = kit();
    let bytes = encode(&kit.pay(1, 2, COIN, 5));
    assert!(decode::<Transaction>(&bytes, MAX_TRANSACTION_BYTES).is_ok());
    for length in 0..bytes.len() {
        assert!(
            decode::<Transaction>(&bytes[..length], MAX_TRANSACTION_BYTES).is_err(),
            "{length}"
        );
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(
        decode::<Transaction>(&longer, MAX_TRANSACTION_BYTES).map_err(|error| error.code()),
        Err("malformed")
    );
    assert_eq!(
        decode::<Transaction>(&bytes, bytes.len() - 1).map_err(|error| error.code()),
        Err("too-large")
    );
}
