use shared::{
    account::AccountId,
    amount::Amount,
    api::HistoryStep,
    block::{Block, transactions_root},
    chains,
    encode::encode,
    hash::to_hex,
    history::{History, Position},
    key::Signature,
    pow,
    transaction::{Authorization, Body, Payment},
};
use std::collections::BTreeMap;

use super::*;

fn transaction(nonce: u64) -> Transaction {
    let payment = Payment { recipient: AccountId([9; 32]), amount: Amount::from_mites(5).unwrap() };
    let body = Body {
        version: 1,
        sender: AccountId([8; 32]),
        nonce,
        fee: Amount::ZERO,
        expires_at: 100,
        payments: Bounded::new(vec![payment]).unwrap(),
        memo: Bounded::default(),
    };
    Transaction { body, authorization: Authorization::Key(Signature([0; 64])) }
}

fn mine(header: &mut Header) {
    header.nonce = pow::first_hit(&header.core(), &header.target, 0, 1 << 24).unwrap();
}

/// A receipt for the second of three transactions, in the block before the tip.
fn receipt() -> TransactionProofView {
    let chain = chains::by_name("dev").unwrap();
    let genesis: &Block = chain.genesis();
    let transactions: Vec<_> = (0..3).map(transaction).collect();
    let mut history = History::default();
    let mut nodes: BTreeMap<Position, Summary> = BTreeMap::new();
    nodes.extend(history.append(Summary::leaf(&chain.genesis_id(), Work::ZERO, 0)));
    let mut header = Header {
        height: 1,
        previous: chain.genesis_id().0,
        transactions_root: transactions_root(&transactions),
        transaction_count: 3,
        history_root: history.root(),
        timestamp: genesis.header.timestamp + 15,
        clock: 15,
        ..genesis.header.clone()
    };
    mine(&mut header);
    nodes.extend(history.append(Summary::leaf(&header.id(), header.target.work(), header.clock)));
    let mut tip = Header {
        height: 2,
        previous: header.id().0,
        history_root: history.root(),
        ..header.clone()
    };
    mine(&mut tip);
    let proof = history.prove(1, |position| nodes.get(&position).copied()).unwrap();
    let leaves: Vec<_> = transactions.iter().map(|each| merkle::leaf(&encode(each))).collect();
    TransactionProofView {
        transaction: to_hex(&encode(&transactions[1])),
        index: 1,
        path: merkle::path(&leaves, 1).unwrap().iter().map(ToString::to_string).collect(),
        header: to_hex(&encode(&header)),
        tip: to_hex(&encode(&tip)),
        history: proof.path.iter().map(HistoryStep::from).collect(),
    }
}

#[test]
fn a_receipt_proves_its_transaction() {
    let receipt = receipt();
    let proven = prove(&receipt).unwrap();
    assert_eq!((proven.id, proven.header.height, proven.tip.height), (transaction(1).id(), 1, 2));
    let newest =
        TransactionProofView { tip: receipt.header.clone(), history: Vec::new(), ..receipt };
    assert_eq!(prove(&newest).unwrap().tip.height, 1);
}

#[test]
fn a_spoilt_receipt_proves_nothing_and_says_why() {
    type Spoil = fn(&mut TransactionProofView);
    let cases: [(Spoil, &str); 9] = [
        (|r| r.index = 0, "not in the block"),
        (|r| r.transaction = to_hex(&encode(&transaction(7))), "not in the block"),
        (|r| r.path.truncate(1), "not in the block"),
        (|r| r.path[0] = "x".to_owned(), "path"),
        (|r| r.transaction.truncate(20), "transaction"),
        (|r| r.header = "zz".to_owned(), "header"),
        (|r| r.history[0].clock += 1, "not in the history"),
        (|r| r.history.clear(), "not in the history"),
        (|r| std::mem::swap(&mut r.header, &mut r.tip), "not older"),
    ];
    for (spoil, says) in cases {
        let mut receipt = receipt();
        spoil(&mut receipt);
        let error = format!("{:#}", prove(&receipt).unwrap_err());
        assert!(error.contains(says), "{says}: {error}");
    }
}

#[test]
fn a_block_without_work_proves_nothing() {
    let mut receipt = receipt();
    let mut header = header_of(&receipt.header, "header").unwrap();
    while header.target.is_met_by(&header.id()) {
        header.nonce += 1;
    }
    receipt.header = to_hex(&encode(&header));
    let error = prove(&receipt).unwrap_err().to_string();
    assert!(error.contains("no proof of work"), "{error}");
}
