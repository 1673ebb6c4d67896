//! One or two good inputs of every kind that is read from outside: what mutations and the fuzz targets begin
//! with.

use serde_json::Value;
use shared::{
    amount::Amount,
    api::{BlockView, ChainFile, TransactionView},
    encode::encode,
    hash::to_hex,
};

use super::{COIN, Kit, account, parameters, policy};

/// By a key and by a shared account; nothing else is signed on the chain of `kit`.
pub(crate) fn transactions(kit: &Kit) -> Vec<Vec<u8>> {
    let shared = kit.sign_shared(kit.body(policy().account(), &[(account(2), 7)], 3), &[0, 2]);
    [kit.pay(1, 2, COIN, 5), shared].iter().map(encode).collect()
}

/// Valid children of the tip: with two payments, and empty.
pub(crate) fn blocks(kit: &Kit) -> Vec<Vec<u8>> {
    let block = kit.block(&[kit.pay(1, 2, COIN, 5), kit.pay(3, 9, 5, 0)], 4, 10);
    vec![encode(&block), encode(&kit.block(&[], 4, 10))]
}

/// Five headers from genesis on, and the first alone.
pub(crate) fn headers() -> Vec<Vec<u8>> {
    let mut kit = Kit::new(parameters());
    let mut list = Vec::new();
    for _ in 0..5 {
        let block = kit.block(&[], 4, 10);
        list.push(block.header.clone());
        kit.accept(block);
    }
    vec![encode(&list), encode(&list[..1].to_vec())]
}

/// The built-in chains, and that of `kit`.
pub(crate) fn chain_files(kit: &Kit) -> Vec<String> {
    let files =
        [include_str!("../../src/chains/main.toml"), include_str!("../../src/chains/dev.toml")];
    let mut files = files.map(str::to_owned).to_vec();
    files.push(ChainFile::from_chain(&kit.chain).to_toml().expect("a chain has a file"));
    files
}

/// One of each kind of [`super::judge::JSON`], in its order.
pub(crate) fn json(kit: &Kit) -> Vec<String> {
    let transaction = kit.pay(1, 2, COIN, 5);
    let block = kit.block(std::slice::from_ref(&transaction), 4, 10);
    let (header, id) = (&block.header, block.header.id());
    let view = BlockView::new(&kit.chain, &id, header, 500, Amount::ZERO, 1);
    let template = serde_json::json!({
        "header": to_hex(&encode(header)), "core": header.core().to_string(),
        "target": header.target.to_string(), "height": 1, "reward": 5, "fees": 0,
        "transactions": [to_hex(&encode(&transaction))], "parent": to_hex(&encode(header)),
    });
    let peer = serde_json::json!({ "peers": [{
        "url": "http://192.168.1.7:8080", "direction": "outbound", "state": "connected", "height": 7,
        "work": "00000000000000000000000000000007", "latency_ms": null, "version": "halfpenny/0.1.0",
        "last_fault": null, "last_fault_time": null,
    }]});
    let problem = serde_json::json!({
        "type": "/problems/busy", "title": "busy", "status": 503, "code": "busy", "detail": "\u{e9}", "field": "a",
    });
    let pending = TransactionView::pending(&kit.chain, &transaction.id(), &transaction);
    [
        serde_json::json!({ "hex": to_hex(&encode(&transaction)) }),
        serde_json::to_value(&pending).expect("a view"),
        serde_json::to_value(&view).expect("a view"),
        serde_json::to_value(ChainFile::from_chain(&kit.chain)).expect("a view"),
        template,
        peer,
        problem,
    ]
    .iter()
    .map(Value::to_string)
    .collect()
}

/// The example of the documentation.
#[cfg(feature = "wallet")]
pub(crate) fn keystores() -> Vec<String> {
    vec![include_str!("../../src/wallet/keystore/example.json").to_owned()]
}
