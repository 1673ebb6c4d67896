//! What is asked of whatever is read from outside: nothing panics, and what is accepted means the same when
//! it is written and read again. For seeded mutations (`mutations.rs`) and for the fuzz targets in
//! `tests/fuzz`. Each says whether the input was accepted.

use std::fmt::Debug;

use borsh::{BorshDeserialize, BorshSerialize};
use serde_json::Value;
use shared::{
    account::{Address, Prefix},
    amount::Amount,
    api::{BlockView, ChainFile, PeersView, Problem, SubmitHex, TemplateView, TransactionView},
    block::Block,
    encode::{Bounded, decode, encode},
    hash::BlockId,
    header::Header,
    limits::{MAX_BLOCK_BYTES, MAX_HEADERS, MAX_TRANSACTION_BYTES},
    params::Parameters,
    rules::{header, transaction_isolated},
    state::ChainState,
    transaction::Transaction,
};

use super::Kit;

/// The value, if there is one; its encoding must be the bytes.
fn read<T: BorshDeserialize + BorshSerialize>(bytes: &[u8], limit: usize) -> Option<T> {
    let value = decode::<T>(bytes, limit).ok()?;
    assert!(encode(&value) == bytes, "two encodings of one value");
    Some(value)
}

/// Nobody can sign for the keys: of all that decodes, only what was `signed` is valid.
pub(crate) fn transaction(kit: &Kit, signed: &[Vec<u8>], bytes: &[u8]) -> bool {
    let Some(transaction) = read::<Transaction>(bytes, MAX_TRANSACTION_BYTES) else { return false };
    let valid = transaction_isolated::check(transaction, &kit.chain.genesis_id()).is_ok();
    assert_eq!(valid, signed.iter().any(|one| one == bytes));
    true
}

/// What is a valid child of the tip leads to the state that its header names.
pub(crate) fn block(kit: &Kit, bytes: &[u8]) -> bool {
    let Some(block) = read::<Block>(bytes, MAX_BLOCK_BYTES) else { return false };
    let root = block.header.state_root;
    if let Ok(connected) = kit.judge(block) {
        assert_eq!(connected.tree.root(), root);
    }
    true
}

/// Headers one after the other, from `first` on: each that is valid adds work.
pub(crate) fn headers(first: &ChainState, bytes: &[u8]) -> bool {
    let Some(headers) = read::<Bounded<Header, 0, MAX_HEADERS>>(bytes, 1 << 20) else {
        return false;
    };
    let mut state = first.clone();
    for one in headers.iter() {
        let Ok(next) = header::check(&state, one) else { break };
        assert!(next.work() > state.work() && next.id() == one.id());
        state = next;
    }
    true
}

/// `None`: not even a file; else whether it makes a chain.
pub(crate) fn chain_file(text: &str) -> Option<bool> {
    let file = ChainFile::from_toml(text).ok()?;
    let written = file.to_toml().expect("what was read can be written");
    assert_eq!(ChainFile::from_toml(&written).as_ref(), Ok(&file));
    let Ok(chain) = file.to_chain() else { return Some(false) };
    let again = ChainFile::from_chain(&chain).to_chain().expect("a chain has a file");
    assert_eq!(again.genesis_id(), chain.genesis_id());
    assert!(read::<Parameters>(&encode(chain.parameters()), 1 << 20).is_some());
    Some(true)
}

/// Reads the text as `T`; what is read means the same written and read again.
fn reads<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + Debug>(
    text: &str,
) -> bool {
    let Ok(value) = serde_json::from_str::<T>(text) else { return false };
    let written = serde_json::to_string(&value).expect("what was read can be written");
    assert_eq!(serde_json::from_str::<T>(&written).expect("and read again"), value);
    true
}

/// What the HTTP interface and its callers read, kind by kind.
pub(crate) const JSON: [fn(&str) -> bool; 7] = [
    reads::<SubmitHex>,
    reads::<TransactionView>,
    reads::<BlockView>,
    reads::<ChainFile>,
    reads::<TemplateView>,
    reads::<PeersView>,
    reads::<Problem>,
];

/// Any of [`JSON`]; what stands in the fields is read by the same parsers in the node and in the tab.
pub(crate) fn json(prefix: &Prefix, text: &str) -> bool {
    let read = JSON.iter().filter(|reader| reader(text)).count();
    if let Ok(Value::Object(fields)) = serde_json::from_str(text) {
        for field in fields.values().filter_map(Value::as_str) {
            let _ = BlockId::parse(field);
            let _ = Amount::parse_coins(field);
            let _ = Address::parse(field, prefix);
        }
    }
    read > 0
}

/// A keystore file, without the costly attempt to open it.
#[cfg(feature = "wallet")]
pub(crate) fn keystore(kit: &Kit, text: &str) -> bool {
    use shared::wallet::keystore::Keystore;
    let Ok(keystore) = Keystore::parse(text) else { return false };
    let written = keystore.to_json();
    assert_eq!(Keystore::parse(&written).expect("its own text").to_json(), written);
    let prefix = keystore.header().chain == *kit.chain.prefix();
    let coin_type = keystore.header().coin_type == kit.chain.parameters().coin_type;
    assert_eq!(keystore.check_chain(&kit.chain).is_ok(), prefix && coin_type);
    true
}
