//! Goal: whatever is wrong with what a node is sent, it answers with the stable code of what is wrong,
//! takes nothing of it, and goes on.
//! Method: one valid example and a table of corruptions, for transactions and for blocks.

use harness::{Api, ChainSource, Node, Plan, Purse, mining, refusal};
use shared::{
    account::AccountId,
    amount::Amount,
    block::Block,
    encode::{Bounded, encode},
    hash::Hash,
    limits::MAX_TRANSACTION_BYTES,
    transaction::Body,
    work::Target,
};

/// A chain like `dev` on which blocks may be 600 s ahead at most.
async fn node() -> Node {
    let chain = ChainSource::like_dev(|file| file.max_future = 600);
    Node::start(Plan { name: "alpha".into(), chain, ..Plan::default() }).await
}

/// The body of a valid payment, spoilt.
type Spoil = fn(&mut Body);

fn amount(mites: u64) -> Amount {
    Amount::from_mites(mites).unwrap()
}

#[tokio::test]
async fn a_spoilt_transaction_is_refused_with_the_code_of_its_fault() {
    let node = node().await;
    let (api, chain) = (node.api(), node.chain());
    let [ada, bob] = [0, 1].map(|n| Purse::funded(chain, n));
    api.mine(3, &bob.address()).await.unwrap();
    // Ada's nonce is 1 from now on.
    let first = ada.payment(api, &bob.address(), 1_000).await.unwrap();
    api.submit(first.clone()).await.unwrap();
    // Once more does no harm: who did not hear the answer may ask again.
    api.submit(first.clone()).await.unwrap();
    assert_eq!(api.status().await.unwrap().mempool.count, 1);
    api.mine(1, &bob.address()).await.unwrap();
    assert_eq!(refusal(api.submit(first).await), (409, "transaction-nonce-used".into()));

    let valid = || ada.body(1, 200, &bob.address(), 1_000);
    let cases: [(&str, u16, &str, Spoil); 11] = [
        ("stale nonce", 409, "transaction-nonce-used", |body| body.nonce = 0),
        ("nonce with a gap", 409, "transaction-nonce-gap", |body| body.nonce = 2),
        ("expired", 409, "transaction-expired", |body| body.expires_at = 4),
        ("about to expire", 409, "transaction-expires-too-soon", |body| body.expires_at = 6),
        ("valid too long", 409, "transaction-expires-too-late", |body| body.expires_at = 100_000),
        ("more than there is", 409, "transaction-not-enough", |body| {
            body.payments = Bounded::new(vec![shared::transaction::Payment {
                amount: amount(10_001 * 100_000_000),
                ..body.payments[0]
            }])
            .unwrap();
        }),
        ("a fee above what there is", 409, "transaction-not-enough", |body| {
            body.fee = amount(10_001 * 100_000_000);
        }),
        ("nothing paid", 422, "transaction-zero-payment", |body| {
            body.payments = Bounded::new(vec![shared::transaction::Payment {
                amount: Amount::ZERO,
                ..body.payments[0]
            }])
            .unwrap();
        }),
        ("another version", 422, "transaction-version", |body| body.version = 2),
        ("a sum out of range", 422, "transaction-debit-overflow", |body| body.fee = Amount::MAX),
        ("paid to a weak key", 422, "transaction-small-order-recipient", |body| {
            body.payments = Bounded::new(vec![shared::transaction::Payment {
                recipient: AccountId([0; 32]),
                ..body.payments[0]
            }])
            .unwrap();
        }),
    ];
    for (name, status, code, spoil) in cases {
        let mut body = valid();
        spoil(&mut body);
        let bytes = ada.sign(body, chain);
        let check = api.check(bytes.clone()).await.unwrap();
        assert_eq!((check.accepted, check.code.as_deref()), (false, Some(code)), "{name}");
        assert_eq!(refusal(api.submit(bytes).await), (status, code.to_owned()), "{name}");
    }
    is_unharmed(api, 4).await;
    api.submit(ada.sign(valid(), chain)).await.unwrap();
}

#[tokio::test]
async fn a_signature_of_somebody_else_or_for_another_chain_is_void() {
    let node = node().await;
    let (api, chain) = (node.api(), node.chain());
    let [ada, bob] = [0, 1].map(|n| Purse::funded(chain, n));
    let body = ada.body(0, 200, &bob.address(), 1_000);
    let other = ChainSource::like_dev(|file| file.salt = "22".repeat(32));
    let void = (422, "transaction-signature".to_owned());
    assert_eq!(refusal(api.submit(bob.sign(body.clone(), chain)).await), void);
    assert_eq!(refusal(api.submit(ada.sign(body.clone(), other.chain())).await), void);
    let mut changed = ada.sign(body.clone(), chain);
    changed[41] ^= 1; // a byte of the fee
    assert_eq!(refusal(api.submit(changed).await), void);
    is_unharmed(api, 0).await;
    api.submit(ada.sign(body, chain)).await.unwrap();
}

#[tokio::test]
async fn bytes_that_are_too_many_too_few_or_none_are_refused() {
    let node = node().await;
    let (api, chain) = (node.api(), node.chain());
    let [ada, bob] = [0, 1].map(|n| Purse::funded(chain, n));
    let payment = ada.payment(api, &bob.address(), 1_000).await.unwrap();
    let block = mining::mine(mining::block(&api.template(&bob.address()).await.unwrap()));
    let most = usize::try_from(chain.parameters().max_block_bytes).unwrap();
    let routes = [("/transactions", &payment, MAX_TRANSACTION_BYTES), ("/blocks", &block, most)];
    for (path, valid, most) in routes {
        let longer = [valid.clone(), vec![0]].concat();
        let cases = [
            ("nothing", vec![], 400, "malformed"),
            ("one byte too few", valid[..valid.len() - 1].to_vec(), 400, "malformed"),
            ("half", valid[..valid.len() / 2].to_vec(), 400, "malformed"),
            ("one byte too many", longer, 400, "malformed"),
            ("noise", vec![0xff; 300], 400, "malformed"),
            ("more than fits", vec![0; most + 1], 413, "too-large"),
            ("far more than fits", vec![0; most + 10_000_000], 413, "too-large"),
        ];
        for (name, bytes, status, code) in cases {
            let answer = api.post_bytes::<serde_json::Value>(path, bytes).await;
            assert_eq!(refusal(answer), (status, code.to_owned()), "{path}: {name}");
        }
        let json = [
            (serde_json::json!({"hex": "zz"}), 400, "invalid-json"),
            (serde_json::json!({"hex": "00"}), 400, "malformed"),
            (serde_json::json!({"hex": 1}), 400, "invalid-json"),
            (serde_json::json!({"hexx": "00"}), 400, "invalid-json"),
            (serde_json::json!([]), 400, "invalid-json"),
        ];
        for (body, status, code) in json {
            let answer = api.post::<serde_json::Value>(path, &body).await;
            assert_eq!(refusal(answer), (status, code.to_owned()), "{path}: {body}");
        }
        is_unharmed(api, 0).await;
    }
    // What was spoilt is still taken when it is whole.
    api.submit(payment).await.unwrap();
    assert_eq!(api.submit_block(block).await.unwrap().outcome, "connected");
}

/// A block's header and body, spoilt; its proof of work is found afterwards.
type SpoilBlock = fn(&mut Block);

#[tokio::test]
async fn a_spoilt_block_is_refused_with_the_code_of_its_fault() {
    let node = node().await;
    let (api, chain) = (node.api(), node.chain());
    let [ada, bob] = [0, 1].map(|n| Purse::funded(chain, n));
    api.mine(2, &bob.address()).await.unwrap();
    ada.pay(api, &bob.address(), 1_000).await.unwrap();
    let template = api.template(&bob.address()).await.unwrap();
    let valid = || mining::block(&template);
    assert_eq!(valid().transactions.len(), 1);

    let unproven = api.submit_block(mining::fail_to_mine(valid())).await;
    assert_eq!(refusal(unproven), (422, "block-too-little-work".into()));
    let cases: [(&str, &str, SpoilBlock); 10] = [
        ("another version", "block-version", |block| block.header.version = 2),
        ("a wrong height", "block-wrong-height", |block| block.header.height += 1),
        ("a time that is the parent's", "block-too-old", |block| {
            block.header.timestamp = 1_793_491_200;
        }),
        ("a wrong clock", "block-wrong-clock", |block| block.header.clock += 1),
        ("an easier target", "block-wrong-target", |block| {
            block.header.target = Target::from_zero_bits(7);
        }),
        ("a wrong history", "block-wrong-history", |block| {
            block.header.history_root = Hash([1; 32])
        }),
        ("a wrong state", "block-wrong-state", |block| block.header.state_root = Hash([1; 32])),
        ("paid to a weak key", "block-small-order-miner", |block| {
            block.header.miner = AccountId([0; 32]);
        }),
        ("a body that is not its own", "block-wrong-body", |block| {
            block.header.transactions_root = Hash([1; 32]);
        }),
        ("a count that is not its own", "block-wrong-count", |block| {
            block.header.transaction_count = 2;
        }),
    ];
    for (name, code, spoil) in cases {
        let mut block = valid();
        spoil(&mut block);
        let answer = api.submit_block(mining::mine(block)).await;
        assert_eq!(refusal(answer), (422, code.to_owned()), "{name}");
    }
    let status = api.status().await.unwrap();
    assert_eq!((status.height, status.mempool.count), (2, 1));
    let block = mining::mine(valid());
    assert_eq!(api.submit_block(block.clone()).await.unwrap().outcome, "connected");
    assert_eq!(api.submit_block(block).await.unwrap().outcome, "known");
}

#[tokio::test]
async fn a_block_without_its_parent_waits_for_it_and_a_block_from_the_future_for_its_time() {
    let node = node().await;
    let (api, chain) = (node.api(), node.chain());
    let bob = Purse::funded(chain, 1).address();
    let template = api.template(&bob).await.unwrap();

    let mut future = mining::block(&template);
    future.header.timestamp += 100_000;
    future.header.clock = chain.parameters().max_gap;
    let future = mining::mine(future);
    assert_eq!(api.submit_block(future.clone()).await.unwrap().outcome, "waiting");

    let mut orphan = mining::block(&template);
    orphan.header.previous = Hash([7; 32]);
    orphan.header.height = 2;
    assert_eq!(api.submit_block(mining::mine(orphan.clone())).await.unwrap().outcome, "orphan");
    // Without work it is not worth keeping.
    let cheap = api.submit_block(mining::fail_to_mine(orphan)).await;
    assert_eq!(refusal(cheap), (422, "block-orphan-work".into()));
    is_unharmed(api, 0).await;

    // A chain that arrives in the wrong order connects when its first block comes.
    let twin = self::node().await;
    twin.api().mine(3, &bob).await.unwrap();
    let mut blocks = Vec::new();
    for height in 1..=3 {
        blocks.push(twin.api().block_bytes(&height.to_string()).await.unwrap());
    }
    for late in [2, 1] {
        assert_eq!(api.submit_block(blocks[late].clone()).await.unwrap().outcome, "orphan");
    }
    assert_eq!(api.submit_block(blocks[0].clone()).await.unwrap().outcome, "connected");
    let tip = api.status().await.unwrap().tip;
    assert_eq!(tip, mining::id(&blocks[2]).to_string());
}

#[tokio::test]
async fn addresses_and_names_that_are_wrong_are_refused_with_what_is_wrong() {
    let node = node().await;
    let api = node.api();
    let ada = Purse::funded(node.chain(), 0).address();
    let mistyped = ada.replacen('q', "p", 1);
    let other = ChainSource::like_dev(|file| file.prefix = "xyz".into());
    let foreign = Purse::funded(other.chain(), 0).address();
    for (path, status, code) in [
        (format!("/accounts/{mistyped}"), 400, "address-checksum"),
        (format!("/accounts/{foreign}"), 400, "address-wrong-chain"),
        ("/accounts/hello".into(), 400, "address-malformed"),
        (format!("/mining/template?to={foreign}"), 400, "address-wrong-chain"),
        ("/mining/template".into(), 400, "invalid-parameter"),
        ("/blocks?limit=0".into(), 400, "invalid-parameter"),
        ("/blocks?limit=101".into(), 400, "invalid-parameter"),
        ("/blocks?before=x".into(), 400, "invalid-parameter"),
        ("/blocks/99".into(), 404, "block-not-found"),
        (format!("/blocks/{}", "0".repeat(64)), 404, "block-not-found"),
        (format!("/transactions/{}", "0".repeat(64)), 404, "transaction-not-found"),
        ("/search?q=nowhere".into(), 404, "nothing-found"),
        ("/nothing".into(), 404, "not-found"),
    ] {
        let answer = api.get::<serde_json::Value>(&path).await;
        assert_eq!(refusal(answer), (status, code.to_owned()), "{path}");
    }
    for count in [0, 101] {
        let (status, _) = refusal(api.mine(count, &ada).await);
        assert_eq!(status, 400, "{count}");
    }
    assert_eq!(refusal(api.faucet(&mistyped).await), (400, "address-checksum".into()));
}

#[tokio::test]
async fn requests_by_another_name_with_encoding_or_the_wrong_method_are_refused() {
    let node = node().await;
    let client = harness::http::client();
    let status = format!("{}/api/v1/status", node.url());
    let transactions = format!("{}/api/v1/transactions", node.url());
    let cases = [
        (client.get(&status).header("host", "evil.test"), 421, "host-not-allowed"),
        (
            client.post(&transactions).header("content-encoding", "gzip").body("x"),
            415,
            "content-encoding",
        ),
        (
            client.post(&transactions).header("content-type", "text/plain").body("x"),
            415,
            "media-type",
        ),
        (client.delete(&status), 405, "method-not-allowed"),
    ];
    for (request, status, code) in cases {
        let answer = request.send().await.unwrap();
        let answer = harness::http::json::<serde_json::Value>(code, answer).await;
        assert_eq!(refusal(answer), (status, code.to_owned()));
    }
}

#[tokio::test]
async fn chains_that_are_not_for_development_offer_no_dev_controls() {
    let chain = ChainSource::like_dev(|file| file.dev = false);
    let node = Node::start(Plan { name: "alpha".into(), chain, ..Plan::default() }).await;
    let ada = Purse::funded(node.chain(), 0).address();
    let refused = (404, "not-a-dev-chain".to_owned());
    assert_eq!(refusal(node.api().mine(1, &ada).await), refused);
    assert_eq!(refusal(node.api().faucet(&ada).await), refused);
    assert!(!node.api().status().await.unwrap().dev);
    // Mining works as everywhere.
    let block = mining::mine(mining::block(&node.api().template(&ada).await.unwrap()));
    assert_eq!(node.api().submit_block(block).await.unwrap().outcome, "connected");
}

/// Nothing was taken: not a block, not a transaction; and what is encoded is still what is served.
async fn is_unharmed(api: &Api, height: u64) {
    let status = api.status().await.unwrap();
    assert_eq!((status.height, status.mempool.count), (height, 0), "{status:?}");
    let bytes = api.block_bytes("0").await.unwrap();
    let genesis: Block = shared::encode::decode(&bytes, bytes.len()).unwrap();
    assert_eq!(encode(&genesis), bytes);
}
