use super::*;
use shared::{
    account::AccountId,
    api::{ChainFile, address_of},
    encode::encode,
    hash::to_hex,
    history::History,
    ledger::Account,
    state_tree::StateTree,
    transaction::{Authorization, Body, Payment},
    wallet::secret::SecretKey,
};

/// A chain whose targets are easy enough to meet by trying.
fn chain() -> Chain {
    let file = ChainFile {
        name: "Test".to_string(),
        ticker: "TST".to_string(),
        prefix: "tst".to_string(),
        coin_type: 1,
        salt: "11".repeat(32),
        genesis_time: 1_700_000_000,
        message: String::new(),
        interval: 15,
        first_target: None,
        first_zero_bits: Some(8),
        easiest_target: None,
        easiest_zero_bits: Some(8),
        half_life: 0,
        max_gap: 600,
        grace: 60,
        max_future: 0,
        reward: 500_000_000,
        halving_interval: 1_000_000,
        max_block_bytes: 262_144,
        max_new_accounts: 1_000,
        max_validity: 1_000,
        dev: true,
        opening_balances: Vec::new(),
    };
    file.to_chain().unwrap()
}

fn mined(mut header: Header) -> Header {
    header.nonce = (0..)
        .find(|nonce| header.target.is_met_by(&shared::header::id_of(&header.core(), *nonce)))
        .unwrap();
    header
}

fn header(chain: &Chain, height: u64, history_root: Hash) -> Header {
    Header {
        version: 1,
        height,
        previous: Hash::ZERO,
        transactions_root: Hash::ZERO,
        transaction_count: 0,
        state_root: Hash::ZERO,
        history_root,
        miner: AccountId([9; 32]),
        timestamp: 1_700_000_000 + height,
        clock: height * 15,
        target: chain.parameters().easiest_target,
        nonce: 0,
    }
}

fn signed(chain: &Chain) -> Transaction {
    let key = SecretKey::from_bytes(&[7; 32]);
    let payment = Payment {
        recipient: SecretKey::from_bytes(&[8; 32]).public_key().account(),
        amount: Amount::from_mites(5).unwrap(),
    };
    let body = Body {
        version: 1,
        sender: key.public_key().account(),
        nonce: 0,
        fee: Amount::ZERO,
        expires_at: 100,
        payments: Bounded::new(vec![payment]).unwrap(),
        memo: Bounded::default(),
    };
    let signature = key.sign(&body.signing_hash(&chain.genesis_id()));
    Transaction { body, authorization: Authorization::Key(signature) }
}

/// A receipt for the second of three transactions in block 3, under a tip at height 6.
fn valid() -> (Chain, TransactionProofView) {
    let chain = chain();
    let bytes = encode(&signed(&chain));
    let leaves = [merkle::leaf(b"a"), merkle::leaf(&bytes), merkle::leaf(b"b")];
    let block = mined(Header {
        transactions_root: merkle::root(&leaves),
        transaction_count: 3,
        ..header(&chain, 3, Hash([3; 32]))
    });
    let mut history = History::default();
    let mut nodes = std::collections::BTreeMap::new();
    for height in 0..6 {
        let of = if height == 3 { block.clone() } else { header(&chain, height, Hash::ZERO) };
        nodes.extend(history.append(Summary::leaf(&of.id(), of.target.work(), of.clock)));
    }
    let proof = history.prove(3, |position| nodes.get(&position).copied()).unwrap();
    let tip = mined(header(&chain, 6, history.root()));
    let receipt = TransactionProofView {
        transaction: to_hex(&bytes),
        index: 1,
        path: merkle::path(&leaves, 1).unwrap().iter().map(ToString::to_string).collect(),
        header: to_hex(&encode(&block)),
        tip: to_hex(&encode(&tip)),
        history: proof.path.iter().map(HistoryStep::from).collect(),
    };
    (chain, receipt)
}

#[track_caller]
fn check(spoil: impl FnOnce(&Chain, &mut TransactionProofView), expected: ProofError) {
    let (chain, mut receipt) = valid();
    spoil(&chain, &mut receipt);
    assert_eq!(check_receipt(&receipt, &chain), Err(expected));
}

#[test]
fn a_valid_receipt_says_where_the_transaction_is() {
    let (chain, receipt) = valid();
    let shown = check_receipt(&receipt, &chain).unwrap();
    assert_eq!((shown.height, shown.tip_height), (3, 6));
    assert_eq!(shown.transaction, signed(&chain).id());
    assert_eq!(shown.body, signed(&chain).body);
}

#[test]
fn a_block_that_is_the_tip_needs_no_history() {
    let (chain, receipt) = valid();
    let receipt =
        TransactionProofView { tip: receipt.header.clone(), history: Vec::new(), ..receipt };
    assert_eq!(check_receipt(&receipt, &chain).unwrap().tip_height, 3);
}

#[test]
fn a_receipt_with_any_part_changed_proves_nothing() {
    check(|_, receipt| receipt.transaction.push('0'), ProofError::Unreadable("transaction"));
    check(|_, receipt| receipt.transaction.push_str("zz"), ProofError::Unreadable("transaction"));
    check(|_, receipt| receipt.header.truncate(20), ProofError::Unreadable("block's header"));
    check(|_, receipt| receipt.tip.clear(), ProofError::Unreadable("newest block's header"));
    check(
        |_, receipt| receipt.path.push("x".to_string()),
        ProofError::Unreadable("path in the block"),
    );
    check(|_, receipt| receipt.index = 2, ProofError::Transaction);
    check(|_, receipt| drop(receipt.path.pop()), ProofError::Transaction);
    check(
        |_, receipt| receipt.history[0].work = "x".to_string(),
        ProofError::Unreadable("path in the history"),
    );
    check(|_, receipt| receipt.history[0].clock += 1, ProofError::History);
    check(|_, receipt| receipt.history.clear(), ProofError::History);
}

#[test]
fn a_changed_payment_is_not_signed() {
    check(
        |chain, receipt| {
            let mut transaction = signed(chain);
            transaction.body.fee = Amount::from_mites(1).unwrap();
            receipt.transaction = to_hex(&encode(&transaction));
        },
        ProofError::Signature,
    );
}

#[test]
fn headers_without_work_prove_nothing() {
    let unworked = |hex: &str| {
        let mut header = header_of(hex).unwrap();
        header.nonce = (0..)
            .find(|nonce| !header.target.is_met_by(&shared::header::id_of(&header.core(), *nonce)))
            .unwrap();
        to_hex(&encode(&header))
    };
    check(|_, receipt| receipt.header = unworked(&receipt.header), ProofError::BlockWork);
    check(|_, receipt| receipt.tip = unworked(&receipt.tip), ProofError::TipWork);
    // An easier target than the chain allows is met by anything, and means nothing.
    check(
        |_, receipt| {
            let easy = Header {
                target: shared::work::Target::EASIEST,
                ..header_of(&receipt.tip).unwrap()
            };
            receipt.tip = to_hex(&encode(&easy));
        },
        ProofError::TipWork,
    );
}

#[test]
fn an_account_is_proven_under_a_worked_header_and_not_otherwise() {
    let chain = chain();
    let account = SecretKey::from_bytes(&[7; 32]).public_key().account();
    let held = Account { nonce: 2, balance: Amount::from_mites(50).unwrap() };
    let tree = StateTree::from_accounts([(account, held), (AccountId([1; 32]), held)]);
    let block = mined(Header { state_root: tree.root(), ..header(&chain, 9, Hash::ZERO) });
    let address = Address::of(account);
    let view = AccountProofView {
        address: address_of(&account, &chain),
        proof: to_hex(&encode(&tree.prove(&account))),
        header: to_hex(&encode(&block)),
    };
    let proven = check_account(&view, &address, &chain).unwrap();
    assert_eq!((proven.balance, proven.nonce, proven.height), (held.balance, 2, 9));

    let other = Address::of(SecretKey::from_bytes(&[8; 32]).public_key().account());
    assert_eq!(
        check_account(&view, &other, &chain).map(|proven| proven.balance).unwrap_or(Amount::ZERO),
        Amount::ZERO
    );
    let elsewhere = mined(Header { state_root: Hash([1; 32]), ..block });
    let wrong = AccountProofView { header: to_hex(&encode(&elsewhere)), ..view.clone() };
    assert_eq!(check_account(&wrong, &address, &chain), Err(ProofError::State));
    let torn = AccountProofView { proof: "00".to_string(), ..view };
    assert_eq!(
        check_account(&torn, &address, &chain),
        Err(ProofError::Unreadable("account's path"))
    );
}
