//! The golden vectors of §15: recomputed from nothing but the specification's functions, natively and
//! in wasm. `cargo run -p shared --example make_vectors` made them; they are never made again.

use serde_json::Value;
use shared::{
    account::{AccountId, Address, Policy, Prefix},
    api::ChainFile,
    block::Block,
    encode::{decode, encode},
    hash::{Hash, TransactionId, parse_hex, to_hex},
    history::{History, HistoryProof, Summary},
    key::{Claim, PublicKey, Signature, is_small_order, verify_all},
    ledger::{Account, LedgerView as _},
    limits::{MAX_BLOCK_BYTES, MAX_TRANSACTION_BYTES},
    merkle,
    rules::{block_in_chain, block_isolated, transaction_isolated},
    state::ChainState,
    state_tree::{StateProof, StateTree},
    transaction::Transaction,
    work::{Target, Work},
};

/// Runs in wasm too: `wasm-bindgen-test` for wasm32, the usual harness elsewhere.
macro_rules! vectors {
    ($name:ident, $file:literal, $check:expr) => {
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
        #[cfg_attr(not(target_arch = "wasm32"), test)]
        fn $name() {
            let file: Value =
                serde_json::from_str(include_str!(concat!("../vectors/", $file))).expect("JSON");
            let check: fn(&Value) = $check;
            check(&file);
        }
    };
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {value}"))
}

fn number(value: &Value, field: &str) -> u64 {
    value[field].as_u64().unwrap_or_else(|| panic!("{field} in {value}"))
}

fn bytes(value: &Value, field: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text(value, field).as_bytes()).expect("hex")
}

fn array<const N: usize>(value: &Value, field: &str) -> [u8; N] {
    parse_hex(text(value, field)).unwrap_or_else(|| panic!("{field} in {value}"))
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    let list = value[field].as_array().expect("a list");
    assert!(!list.is_empty(), "{field}");
    list
}

vectors!(hashes_equal_the_vectors, "hashes.json", |file| {
    let tags = shared::hash::Tag::ALL;
    for case in list(file, "tagged") {
        let tag = tags.iter().find(|tag| tag.name() == text(case, "tag")).expect("a known tag");
        assert_eq!(tag.hash(&[&bytes(case, "data")]).to_string(), text(case, "hash"));
    }
    for case in list(file, "transactions_trees") {
        let leaves: Vec<Hash> =
            (0..number(case, "leaves")).map(|i| merkle::leaf(&i.to_le_bytes())).collect();
        assert_eq!(merkle::root(&leaves).to_string(), text(case, "root"));
    }
});

vectors!(keys_and_addresses_equal_the_vectors, "keys.json", |file| {
    let prefix = Prefix::parse(text(file, "prefix")).expect("a prefix");
    for case in list(file, "addresses") {
        let account = AccountId(array(case, "account"));
        assert_eq!(Address::of(account).to_text(&prefix), text(case, "address"));
        assert_eq!(
            Address::parse(text(case, "address"), &prefix).map(|address| address.account),
            Ok(account)
        );
    }
    for case in list(file, "policies") {
        let keys = list(case, "keys")
            .iter()
            .map(|key| PublicKey(parse_hex(key.as_str().expect("hex")).expect("32 bytes")))
            .collect();
        let threshold = u8::try_from(number(case, "threshold")).expect("small");
        assert_eq!(
            Policy::new(threshold, keys).expect("valid").account(),
            AccountId(array(case, "account"))
        );
    }
    for case in list(file, "small_order") {
        assert!(is_small_order(&parse_hex(case.as_str().expect("hex")).expect("32 bytes")));
    }
    for case in list(file, "signatures") {
        let claim = Claim {
            key: PublicKey(array(case, "key")),
            digest: Hash(array(case, "digest")),
            signature: Signature(array(case, "signature")),
        };
        let valid = case["valid"].as_bool().expect("a boolean");
        assert_eq!(claim.is_valid(), valid, "{case}");
        assert_eq!(verify_all(&[claim, claim]).is_ok(), valid, "{case}");
    }
});

vectors!(targets_equal_the_vectors, "targets.json", |file| {
    for chain in list(file, "chains") {
        let parameters: ChainFile =
            serde_json::from_value(chain["parameters"].clone()).expect("a chain file");
        let rule = parameters.to_parameters().expect("parameters").difficulty();
        for case in list(chain, "cases") {
            let height = number(case, "height");
            let parent_clock = number(case, "parent_clock");
            let clock = rule.clock(
                height,
                parent_clock,
                number(case, "parent_timestamp"),
                number(case, "timestamp"),
            );
            assert_eq!(clock, Some(number(case, "clock")), "{case}");
            let target = rule.target(height, parent_clock, number(case, "clock"));
            assert_eq!(target.to_string(), text(case, "target"), "{case}");
            assert_eq!(target.work().to_hex(), text(case, "work"), "{case}");
        }
    }
});

vectors!(chains_equal_the_vectors, "parameters.json", |file| {
    for case in list(file, "chains") {
        let parameters: ChainFile =
            serde_json::from_value(case["parameters"].clone()).expect("a chain file");
        let chain = parameters.to_chain().expect("a valid chain");
        assert_eq!(to_hex(&encode(chain.parameters())), text(case, "encoding"));
        assert_eq!(chain.parameters().hash().to_string(), text(case, "hash"));
        assert_eq!(to_hex(&encode(&chain.genesis().header)), text(case, "genesis_header"));
        assert_eq!(chain.genesis_id().to_string(), text(case, "genesis"));
    }
});

vectors!(transactions_equal_the_vectors, "transactions.json", |file| {
    let genesis = shared::hash::BlockId(Hash(array(file, "genesis")));
    for case in list(file, "transactions") {
        let bytes = bytes(case, "bytes");
        let verdict = decode::<Transaction>(&bytes, MAX_TRANSACTION_BYTES)
            .map_err(|error| error.code())
            .and_then(|transaction| {
                assert_eq!(
                    transaction.body.signing_hash(&genesis).to_string(),
                    text(case, "signing_hash")
                );
                assert_eq!(Some(transaction.id()), TransactionId::parse(text(case, "id")));
                transaction_isolated::check(transaction, &genesis).map_err(|error| error.code())
            });
        assert_eq!(
            verdict.err().unwrap_or("valid"),
            text(case, "verdict"),
            "{}",
            text(case, "name")
        );
    }
});

vectors!(states_and_proofs_equal_the_vectors, "state.json", |file| {
    let mut tree = StateTree::default();
    for step in list(file, "steps") {
        let changes = list(step, "accounts").iter().map(|case| {
            let balance =
                shared::amount::Amount::from_mites(number(case, "balance")).expect("an amount");
            let after = Account { nonce: number(case, "nonce"), balance };
            let id = AccountId(array(case, "account"));
            (id, shared::ledger::Change { before: tree.account(&id), after })
        });
        tree = tree.apply(&shared::ledger::LedgerDiff(changes.collect()));
        assert_eq!(tree.root().to_string(), text(step, "root"));
    }
    for case in list(file, "proofs") {
        let id = AccountId(array(case, "account"));
        let proof: StateProof = decode(&bytes(case, "proof"), 10_000).expect("a proof");
        assert_eq!(tree.prove(&id), proof);
        let account = proof.verify(&tree.root(), &id).expect("it fits");
        assert_eq!(
            (account.nonce, account.balance.mites()),
            (number(case, "nonce"), number(case, "balance"))
        );
    }
});

vectors!(the_chain_of_200_blocks_equals_the_vectors, "chain.json", |file| {
    let parameters: ChainFile =
        serde_json::from_value(file["parameters"].clone()).expect("a chain file");
    let chain = parameters.to_chain().expect("a valid chain");
    let (mut state, mut tree) = (ChainState::genesis(&chain), chain.opening_state().clone());
    let mut history = History::default();
    let mut nodes = std::collections::BTreeMap::new();
    nodes.extend(history.append(Summary::leaf(&chain.genesis_id(), Work::ZERO, 0)));
    let blocks = list(file, "blocks");
    assert_eq!(blocks.len(), 200);
    for case in blocks {
        let block: Block = decode(&bytes(case, "bytes"), MAX_BLOCK_BYTES).expect("a block");
        assert_eq!(block.header.id().to_string(), text(case, "id"));
        assert_eq!(block.header.core().to_string(), text(case, "core"));
        assert_eq!(block.header.target, Target::parse(text(case, "target")).expect("a target"));
        let header = block.header.clone();
        let checked = block_isolated::check(block, &chain).expect("valid in isolation");
        let connected = block_in_chain::connect(&state, &tree, &checked).expect("it connects");
        (state, tree) = (connected.state, connected.tree);
        nodes.extend(history.append(Summary::leaf(
            &state.id(),
            header.target.work(),
            header.clock,
        )));
        assert_eq!(state.work().to_hex(), text(case, "work"));
        assert_eq!(&history, state.history());
    }
    for case in list(file, "accounts") {
        let account = tree.account(&AccountId(array(case, "account")));
        assert_eq!(
            (account.nonce, account.balance.mites()),
            (number(case, "nonce"), number(case, "balance"))
        );
    }
    for case in list(file, "history_proofs") {
        let height = number(case, "height");
        let proof: HistoryProof = decode(&bytes(case, "proof"), 10_000).expect("a proof");
        assert_eq!(
            history.prove(height, |position| nodes.get(&position).copied()),
            Some(proof.clone())
        );
        assert!(proof.verify(
            &state.child_history_root(),
            height,
            &nodes[&shared::history::Position { level: 0, index: height }]
        ));
    }
    assert_eq!(state.child_history_root().to_string(), text(file, "history_root"));
});

#[cfg(feature = "wallet")]
vectors!(signed_messages_equal_the_vectors, "messages.json", |file| {
    let prefix = Prefix::parse(text(file, "prefix")).expect("a prefix");
    for case in list(file, "messages") {
        use shared::wallet::message;
        let message = text(case, "text");
        assert_eq!(message::digest(message).to_string(), text(case, "digest"));
        let verdict =
            message::verify(message, text(case, "address"), text(case, "signature"), &prefix);
        assert_eq!(verdict.is_ok(), case["valid"].as_bool().expect("a boolean"), "{case}");
    }
});
