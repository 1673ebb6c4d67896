//! What is answered when all is well.

use super::*;
use crate::http::openapi::OPERATIONS;
use shared::{
    api::{
        AccountProofView, AccountView, ActivityPage, BlockList, BlockView, ChainFile, CheckView,
        FeeRates, MempoolView, PeersView, Role, SearchView, SideBlockView, StatusView, Submitted,
        SubmittedBlock, TemplateView, TransactionList, TransactionProofView, TransactionStatus,
        TransactionView,
    },
    block::Block,
    encode::decode,
    hash::{Hash, TransactionId, to_hex},
    header::Header,
    limits::{HEADER_BYTES, MAX_BLOCK_BYTES},
    merkle, pow,
    state_tree::StateProof,
};

fn from_hex(hex: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_can_be_followed_from_the_pool_into_the_chain() {
    let outside = Outside::start().await;
    let (ada, bob) = (key(1), key(99));
    outside.mine(2, &ada).await;
    let payment = outside.payment(&ada, 0, 500);
    let id = payment.id().to_string();

    let verdict = outside.post_bytes("/api/v1/transactions/check", bytes(&payment)).await;
    assert_eq!(verdict.json::<CheckView>().code, None);
    let hex = serde_json::json!({ "hex": to_hex(&bytes(&payment)) });
    let submitted = outside.post_json("/api/v1/transactions", &hex).await;
    assert_eq!(
        (submitted.status, submitted.json::<Submitted>().id),
        (StatusCode::ACCEPTED, id.clone())
    );
    let again = outside.post_bytes("/api/v1/transactions", bytes(&payment)).await;
    assert_eq!(again.status, StatusCode::OK);

    let waiting: TransactionView = outside.read(&format!("/api/v1/transactions/{id}")).await;
    assert_eq!((waiting.status, waiting.fee), (TransactionStatus::Pending, 500));
    let pool: MempoolView = outside.read("/api/v1/mempool").await;
    assert_eq!((pool.totals.count, pool.transactions[0].blocks), (1, 1));
    assert_eq!(outside.read::<FeeRates>("/api/v1/fees").await, FeeRates::default());
    let accounts = "/api/v1/accounts";
    let (to_ada, to_bob) = (outside.address_of(&ada), outside.address_of(&bob));
    let account: AccountView = outside.read(&format!("{accounts}/{to_ada}")).await;
    assert_eq!(
        (account.nonce, account.pending.outgoing, account.pending.next_nonce),
        (0, 1_500, 1)
    );
    let page: ActivityPage = outside.read(&format!("{accounts}/{to_bob}/transactions")).await;
    assert_eq!(
        (page.rows[0].role, page.rows[0].amount, page.rows[0].height),
        (Role::Received, 1_000, None)
    );

    outside.mine(2, &ada).await;
    let confirmed: TransactionView = outside.read(&format!("/api/v1/transactions/{id}")).await;
    assert_eq!((confirmed.status, confirmed.height), (TransactionStatus::Confirmed, Some(3)));
    assert_eq!(confirmed.confirmations, 2);
    let account: AccountView = outside.read(&format!("{accounts}/{to_bob}")).await;
    assert_eq!((account.balance, account.pending.incoming), (1_000, 0));
    let page: ActivityPage =
        outside.read(&format!("{accounts}/{to_ada}/transactions?limit=2")).await;
    assert_eq!(
        page.rows.iter().map(|row| row.role).collect::<Vec<_>>(),
        [Role::Mined, Role::Mined]
    );
    let next = page.next.unwrap();
    let page: ActivityPage =
        outside.read(&format!("{accounts}/{to_ada}/transactions?after={next}")).await;
    assert_eq!(
        page.rows.iter().map(|row| row.role).collect::<Vec<_>>(),
        [Role::Sent, Role::Mined, Role::Mined]
    );
    assert_eq!(page.next, None);
    let raw = send(
        outside
            .request(Method::GET, &format!("/api/v1/transactions/{id}"))
            .header("accept", "application/octet-stream"),
    )
    .await;
    assert_eq!(raw.body, bytes(&payment));
    check_proofs(&outside, &payment, &to_bob).await;
    outside.stop().await;
}

async fn check_proofs(outside: &Outside, payment: &Transaction, to_bob: &str) {
    let id: TransactionId = payment.id();
    let proof: TransactionProofView =
        outside.read(&format!("/api/v1/transactions/{id}/proof")).await;
    let header: Header = decode(&from_hex(&proof.header), HEADER_BYTES).unwrap();
    let path: Vec<Hash> = proof.path.iter().map(|hash| Hash::parse(hash).unwrap()).collect();
    let leaf = merkle::leaf(&bytes(payment));
    assert!(merkle::verify(&header.transactions_root, &leaf, 0, 1, &path));
    assert!(!proof.history.is_empty());
    let proof: AccountProofView = outside.read(&format!("/api/v1/accounts/{to_bob}/proof")).await;
    let header: Header = decode(&from_hex(&proof.header), HEADER_BYTES).unwrap();
    let proof: StateProof = decode(&from_hex(&proof.proof), 1 << 16).unwrap();
    let account = proof.verify(&header.state_root, &key(99).public_key().account()).unwrap();
    assert_eq!(account.balance.mites(), 1_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_can_be_read_by_height_and_id_as_json_and_as_bytes() {
    let outside = Outside::start().await;
    let ada = key(1);
    let ids = outside.mine(5, &ada).await;
    let status: StatusView = outside.read("/api/v1/status").await;
    assert_eq!((status.height, &status.tip), (5, &ids[4]));
    assert_eq!(status.supply, outside.chain().parameters().supply_at(5).mites());
    assert!(status.dev && status.difficulty == 256);
    let file: ChainFile = outside.read("/api/v1/chain").await;
    assert_eq!(file.to_chain().unwrap().genesis_id(), outside.chain().genesis_id());

    let first: BlockList = outside.read("/api/v1/blocks?limit=4").await;
    let second: BlockList =
        outside.read(&format!("/api/v1/blocks?before={}", first.next.unwrap())).await;
    let heights: Vec<u64> =
        first.blocks.iter().chain(&second.blocks).map(|block| block.height).collect();
    assert_eq!((heights, second.next), (vec![5, 4, 3, 2, 1, 0], None));
    let block: BlockView = outside.read("/api/v1/blocks/2").await;
    assert_eq!((&block.id, block.confirmations), (&ids[1], 4));
    assert_eq!(outside.read::<BlockView>(&format!("/api/v1/blocks/{}", block.id)).await, block);
    let raw = outside.get(&format!("/api/v1/blocks/{}/raw", block.id)).await;
    assert_eq!(raw.header("cache-control"), "public, max-age=31536000, immutable");
    let decoded: Block = decode(&raw.body, MAX_BLOCK_BYTES).unwrap();
    assert_eq!(decoded.header.id().to_string(), block.id);
    assert_eq!(outside.get("/api/v1/blocks/2/raw").await.header("cache-control"), "no-cache");
    let headers = outside.get("/api/v1/headers?from=1&count=3").await;
    assert_eq!(headers.body.len(), 3 * HEADER_BYTES);
    let list: TransactionList = outside.read("/api/v1/blocks/2/transactions").await;
    assert_eq!((list.transactions.len(), list.next), (0, None));
    assert_eq!(outside.read::<Vec<SideBlockView>>("/api/v1/blocks/side").await, []);
    assert_eq!(outside.read::<PeersView>("/api/v1/peers").await.peers, []);
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_can_be_fetched_mined_and_submitted() {
    let outside = Outside::start().await;
    let to = outside.address_of(&key(1));
    let path = format!("/api/v1/mining/template?to={to}");
    let work: TemplateView = outside.read(&path).await;
    let header: Header = decode(&from_hex(&work.header), HEADER_BYTES).unwrap();
    assert_eq!((header.core().to_string(), header.height), (work.core, 1));
    let parent: Header = decode(&from_hex(&work.parent), HEADER_BYTES).unwrap();
    assert_eq!(header.previous, parent.id().0);
    let whole =
        send(outside.request(Method::GET, &path).header("accept", "application/octet-stream"))
            .await;
    let mut block: Block = decode(&whole.body, MAX_BLOCK_BYTES).unwrap();
    block.header.nonce =
        pow::first_hit(&block.header.core(), &block.header.target, 0, 1 << 20).unwrap();
    for (status, outcome) in [(StatusCode::CREATED, "connected"), (StatusCode::OK, "known")] {
        let answer = outside.post_bytes("/api/v1/blocks", encode(&block)).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        let submitted: SubmittedBlock = answer.json();
        assert_eq!(
            (submitted.outcome.as_str(), submitted.id),
            (outcome, block.header.id().to_string())
        );
    }
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_heights_ids_addresses_and_beginnings() {
    let outside = Outside::start().await;
    let ada = key(1);
    outside.mine(1, &ada).await;
    let payment = outside.payment(&ada, 0, 0);
    outside.post_bytes("/api/v1/transactions", bytes(&payment)).await;
    let block = outside.mine(1, &ada).await.remove(0);
    let (id, to) = (payment.id().to_string(), outside.address_of(&ada));
    let long = &block[..12];
    for (q, kind, value) in [
        ("2", "block", &block),
        (&block, "block", &block),
        (long, "block", &block),
        (&id, "transaction", &id),
        (&id[..10], "transaction", &id),
        (&to, "account", &to),
        (&to.to_uppercase(), "account", &to),
    ] {
        let found: SearchView = outside.read(&format!("/api/v1/search?q={q}")).await;
        assert_eq!((found.kind.as_str(), &found.value), (kind, value), "{q}");
    }
    for (q, code) in [
        ("99", "nothing-found"),
        ("zz", "nothing-found"),
        ("0f0f0f0f0f0f", "nothing-found"),
        ("", "invalid-parameter"),
    ] {
        assert_eq!(outside.get(&format!("/api/v1/search?q={q}")).await.code(), code, "{q}");
    }
    let mut typo = to.clone();
    let last = typo.pop().unwrap();
    typo.push(if last == 'q' { 'p' } else { 'q' });
    assert_eq!(outside.get(&format!("/api/v1/search?q={typo}")).await.code(), "address-checksum");
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_caller_has_already_is_not_sent_again() {
    let outside = Outside::start().await;
    outside.mine(1, &key(1)).await;
    for path in ["/api/v1/blocks/1", "/api/v1/chain", "/api/v1/blocks/1/raw", "/api/v1/blocks"] {
        let first = outside.get(path).await;
        let tag = first.header("etag").to_owned();
        let request = outside.request(Method::GET, path).header("if-none-match", &tag);
        let again = send(request).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
        assert_eq!(again.header("x-chain-tip"), first.header("x-chain-tip"));
    }
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_openapi_lists_exists_and_names_its_tip() {
    let outside = Outside::start().await;
    outside.mine(1, &key(1)).await;
    let to = outside.address_of(&key(1));
    let listed: Value = outside.read("/openapi.json").await;
    assert_eq!(listed["openapi"], "3.1.0");
    for operation in OPERATIONS {
        let path = operation
            .path
            .replace("{block}", "1")
            .replace("{address}", &to)
            .replace("{id}", &"0".repeat(64));
        let query = operation.query.iter().filter_map(|name| name.strip_prefix('!'));
        let query: String = query.map(|name| format!("?{name}={to}")).collect();
        let method = Method::from_bytes(operation.method.to_uppercase().as_bytes()).unwrap();
        let request = outside.request(method, &format!("{path}{query}"));
        // An event stream does not end, so bodies are not read.
        let response = request.send().await.unwrap();
        let status = response.status();
        assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert!(status != StatusCode::NOT_FOUND || path.contains(&"0".repeat(64)), "{path}");
        assert!(!status.is_server_error(), "{path}");
        assert!(response.headers().contains_key("content-security-policy"), "{path}");
        assert_eq!(
            response.headers().contains_key("x-chain-tip"),
            path.starts_with("/api/v1"),
            "{path}"
        );
        assert!(listed["paths"][operation.path][operation.method].is_object());
    }
    outside.stop().await;
}
