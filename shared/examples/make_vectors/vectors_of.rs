//! What each vector file holds.

use crate::kit::{COIN, Kit, Random, account, key, mites, parameters, policy, public};
use serde_json::{Value, json};
use shared::{
    account::{AccountId, Address, Prefix},
    api::ChainFile,
    chains,
    encode::{Bounded, encode},
    hash::{Hash, Tag, to_hex},
    history::{History, Summary},
    key::{Claim, Signature},
    ledger::{Account, Change, LedgerDiff, LedgerView as _},
    merkle,
    params::{Chain, Parameters},
    rules::transaction_isolated,
    state_tree::StateTree,
    transaction::{Authorization, Transaction},
    work::{Target, Work},
};

/// Every file and its content.
pub(crate) fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("hashes.json", hashes()),
        ("keys.json", keys()),
        ("targets.json", targets()),
        ("parameters.json", chain_parameters()),
        ("transactions.json", transactions()),
        ("state.json", state()),
        ("chain.json", chain()),
    ]
}

fn hashes() -> Value {
    let lengths = [0_usize, 1, 31, 32, 54, 55, 56, 63, 64, 65, 200];
    let data = |length: usize| -> Vec<u8> { (0_u8..=255).cycle().take(length).collect() };
    let tagged: Vec<Value> = Tag::ALL
        .iter()
        .flat_map(|tag| lengths.map(|length| json!({"tag": tag.name(), "data": to_hex(&data(length)), "hash": tag.hash(&[&data(length)]).to_string()})))
        .collect();
    let tree = |count: u64| {
        let leaves: Vec<Hash> = (0..count).map(|i| merkle::leaf(&i.to_le_bytes())).collect();
        json!({"leaves": count, "root": merkle::root(&leaves).to_string()})
    };
    let trees = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 1025].map(tree);
    json!({"tagged": tagged, "transactions_trees": trees})
}

fn keys() -> Value {
    let prefix = Prefix::parse("hhc").expect("a prefix");
    let address = |account: AccountId| json!({"account": to_hex(&account.0), "address": Address::of(account).to_text(&prefix)});
    let addresses: Vec<Value> =
        (1..=8).map(account).chain([policy().account()]).map(address).collect();
    let policy_of = |threshold: u8, seeds: &[u8]| {
        let policy = shared::account::Policy::new(
            threshold,
            seeds.iter().map(|seed| public(*seed)).collect(),
        )
        .expect("valid");
        let keys: Vec<String> = policy.keys.iter().map(|key| to_hex(&key.0)).collect();
        json!({"threshold": threshold, "keys": keys, "account": to_hex(&policy.account().0)})
    };
    let small: Vec<String> = (0..=255_u8)
        .flat_map(|last| (0..=255_u8).map(move |first| (first, last)))
        .flat_map(|(first, last)| [0_u8, 0xff].map(|middle| small_candidate(first, middle, last)))
        .chain(
            [
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            ]
            .map(|text| shared::hash::parse_hex(text).expect("hex")),
        )
        .filter(shared::key::is_small_order)
        .map(|bytes| to_hex(&bytes))
        .collect();
    assert_eq!(small.len(), 14);
    let mut signatures: Vec<Value> = (1..=6_u8).map(|seed| signature(seed, |_| {}, true)).collect();
    signatures.push(signature(7, |claim| claim.signature.0[0] ^= 1, false));
    signatures.push(signature(7, |claim| claim.signature.0[63] ^= 0x80, false));
    signatures.push(signature(7, |claim| claim.digest.0[31] ^= 1, false));
    // ZIP-215 accepts what stricter rules refuse: a small-order key and R, and a non-canonical key.
    for key in small.iter().take(14) {
        let zero_s = format!("{}{}", small[0], "00".repeat(32));
        signatures.push(
            json!({"key": key, "digest": to_hex(&[5; 32]), "signature": zero_s, "valid": true}),
        );
    }
    json!({"prefix": "hhc", "addresses": addresses, "policies": [policy_of(1, &[1, 2]), policy_of(2, &[1, 2, 3]), policy_of(8, &[1, 2, 3, 4, 5, 6, 7, 8])], "small_order": small, "signatures": signatures})
}

fn small_candidate(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

fn signature(seed: u8, spoil: impl FnOnce(&mut Claim), valid: bool) -> Value {
    let digest = Tag::MESSAGE.hash(&[&[seed]]);
    let mut claim =
        Claim { key: public(seed), digest, signature: Signature(key(seed).sign(&digest.0).into()) };
    spoil(&mut claim);
    assert_eq!(claim.is_valid(), valid);
    json!({"key": to_hex(&claim.key.0), "digest": claim.digest.to_string(), "signature": to_hex(&claim.signature.0), "valid": valid})
}

fn targets() -> Value {
    let main = chains::by_name("main").expect("built in").parameters().clone();
    let fixed = chains::by_name("dev").expect("built in").parameters().clone();
    let odd = Parameters {
        half_life: 7,
        interval: 3,
        max_gap: 100,
        grace: 20,
        max_future: 20,
        easiest_target: Target::EASIEST,
        first_target: Target::HARDEST,
        ..main.clone()
    };
    let chains = [("main", main), ("fixed", fixed), ("odd", odd)].map(|(name, parameters)| {
        let rule = parameters.difficulty();
        let chain = Chain::new(parameters).expect("valid");
        let mut random = Random(name.len() as u64);
        let cases: Vec<Value> = (0..120)
            .map(|case| {
                let height = 1 + random.below([10, 1_000, 10_000_000][case % 3]);
                let limit = rule.clock_limit(height - 1).min(1 << 39);
                let parent_clock = if case % 4 == 0 { random.below(limit + 1) } else { (rule.interval * (height - 1)).saturating_sub(random.below(6_000)).saturating_add(random.below(2_000)).min(limit) };
                let parent_timestamp = 1_793_491_200 + parent_clock + random.below(1_000_000);
                let timestamp = parent_timestamp + 1 + random.below([30, 700, 3_000][case % 3]);
                let clock = rule.clock(height, parent_clock, parent_timestamp, timestamp).expect("later");
                let target = rule.target(height, parent_clock, clock);
                json!({"height": height, "parent_clock": parent_clock, "parent_timestamp": parent_timestamp, "timestamp": timestamp, "clock": clock, "target": target.to_string(), "work": target.work().to_hex()})
            })
            .collect();
        json!({"name": name, "parameters": ChainFile::from_chain(&chain), "cases": cases})
    });
    json!({"chains": chains})
}

fn chain_parameters() -> Value {
    let all = [
        chains::by_name("main"),
        chains::by_name("test"),
        chains::by_name("dev"),
        Chain::new(parameters()).ok(),
    ];
    let cases: Vec<Value> = all
        .into_iter()
        .flatten()
        .map(|chain| {
            json!({
                "parameters": ChainFile::from_chain(&chain), "encoding": to_hex(&encode(chain.parameters())), "hash": chain.parameters().hash().to_string(),
                "genesis_header": to_hex(&encode(&chain.genesis().header)), "genesis": chain.genesis_id().to_string(),
            })
        })
        .collect();
    json!({"chains": cases})
}

fn transactions() -> Value {
    let kit = Kit::new(parameters());
    let genesis = kit.chain.genesis_id();
    let good = kit.pay(1, 2, COIN, 5);
    let many = kit.sign(kit.body(account(3), &[(account(3), 1); 16], 0), 3);
    let shared = kit.sign_shared(kit.body(policy().account(), &[(account(2), 7)], 1), &[0, 2]);
    let mut forged = good.clone();
    forged.authorization = Authorization::Key(Signature([3; 64]));
    let mut unordered = shared.clone();
    if let Authorization::Policy { signatures, .. } = &mut unordered.authorization {
        let mut reversed = signatures.to_vec();
        reversed.reverse();
        *signatures = Bounded::new(reversed).expect("two");
    }
    let zero = kit.sign(kit.body(account(1), &[(account(2), 0)], 5), 1);
    let small = kit.sign(kit.body(account(1), &[(AccountId([0; 32]), 1)], 5), 1);
    let mut versioned = kit.body(account(1), &[(account(2), 1)], 5);
    versioned.version = 2;
    let cases = [
        ("one payment", good),
        ("sixteen payments to oneself", many),
        ("two of three keys", shared),
        ("a forged signature", forged),
        ("signatures out of order", unordered),
        ("a payment of nothing", zero),
        ("a small-order recipient", small),
        ("version 2", kit.sign(versioned, 1)),
    ];
    let mut cases: Vec<Value> =
        cases.into_iter().map(|(name, transaction)| case(&kit, name, &transaction)).collect();
    let bytes = encode(&kit.pay(1, 2, COIN, 5));
    let cut = &bytes[..bytes.len() - 1];
    cases.push(json!({"name": "one byte missing", "bytes": to_hex(cut), "verdict": "malformed"}));
    cases.push(json!({"name": "one byte more", "bytes": format!("{}00", to_hex(&bytes)), "verdict": "malformed"}));
    json!({"genesis": genesis.to_string(), "transactions": cases})
}

fn case(kit: &Kit, name: &str, transaction: &Transaction) -> Value {
    let genesis = kit.chain.genesis_id();
    let verdict = transaction_isolated::check(transaction.clone(), &genesis)
        .map_or_else(|error| error.code(), |_| "valid");
    json!({
        "name": name, "bytes": to_hex(&encode(transaction)), "signing_hash": transaction.body.signing_hash(&genesis).to_string(),
        "id": transaction.id().to_string(), "verdict": verdict,
    })
}

fn state() -> Value {
    let mut random = Random(7);
    let mut tree = StateTree::default();
    let steps: Vec<Value> = (0..6)
        .map(|_| {
            let mut diff = LedgerDiff::default();
            for _ in 0..12 {
                let id = AccountId(Tag::MESSAGE.hash(&[&[u8::try_from(random.below(40)).expect("small")]]).0);
                let after = Account { nonce: random.below(3), balance: mites(random.below(3) * random.below(1 << 50)) };
                diff.0.insert(id, Change { before: tree.account(&id), after });
            }
            tree = tree.apply(&diff);
            let accounts: Vec<Value> = diff.0.iter().map(|(id, change)| json!({"account": to_hex(&id.0), "nonce": change.after.nonce, "balance": change.after.balance.mites()})).collect();
            json!({"accounts": accounts, "root": tree.root().to_string()})
        })
        .collect();
    let proof = |number: u8| {
        let id = AccountId(Tag::MESSAGE.hash(&[&[number]]).0);
        let account = tree.account(&id);
        json!({"account": to_hex(&id.0), "proof": to_hex(&encode(&tree.prove(&id))), "nonce": account.nonce, "balance": account.balance.mites()})
    };
    json!({"steps": steps, "proofs": (0..60).map(proof).collect::<Vec<_>>()})
}

fn chain() -> Value {
    let mut kit =
        Kit::new(Parameters { max_new_accounts: 4, halving_interval: 60, ..parameters() });
    let mut random = Random(42);
    let mut history = History::default();
    let mut nodes = std::collections::BTreeMap::new();
    nodes.extend(history.append(Summary::leaf(&kit.chain.genesis_id(), Work::ZERO, 0)));
    let blocks: Vec<Value> = (0..200)
        .map(|number| {
            let mut transactions = Vec::new();
            for from in 1..=3_u8 {
                if random.below(3) == 0 {
                    let to = account(1 + u8::try_from(random.below(9)).expect("small"));
                    let fee = random.below(1_000);
                    transactions.push(kit.sign(kit.body(account(from), &[(to, 1 + random.below(COIN)), (account(from), 1)], fee), from));
                }
            }
            if number % 10 == 5 {
                transactions.push(kit.sign_shared(kit.body(policy().account(), &[(account(4), COIN / 10)], 9), &[1, 2]));
            }
            let gap = if number % 40 == 39 { 5_000 } else { 1 + random.below(20) };
            let block = kit.block(&transactions, 1 + u8::try_from(random.below(5)).expect("small"), gap);
            let bytes = to_hex(&encode(&block));
            let header = block.header.clone();
            kit.accept(block);
            nodes.extend(history.append(Summary::leaf(&kit.state.id(), header.target.work(), header.clock)));
            json!({"bytes": bytes, "id": kit.state.id().to_string(), "core": header.core().to_string(), "target": header.target.to_string(), "work": kit.state.work().to_hex()})
        })
        .collect();
    let accounts: Vec<Value> = (1..=12)
        .map(account)
        .chain([policy().account()])
        .map(|id| (id, kit.tree.account(&id)))
        .map(|(id, account)| json!({"account": to_hex(&id.0), "nonce": account.nonce, "balance": account.balance.mites()}))
        .collect();
    let proofs: Vec<Value> = [0, 1, 63, 64, 127, 128, 199, 200]
        .map(|height| json!({"height": height, "proof": to_hex(&encode(&history.prove(height, |position| nodes.get(&position).copied()).expect("below"))) }))
        .to_vec();
    json!({"parameters": ChainFile::from_chain(&kit.chain), "blocks": blocks, "accounts": accounts, "history_proofs": proofs, "history_root": kit.state.child_history_root().to_string()})
}
