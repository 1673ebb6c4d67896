//! What is answered when something is wrong: each with its stable code.

use super::*;
use shared::{api::CheckView, block::Block, chains, encode::decode, limits::MAX_BLOCK_BYTES, pow};

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_question_has_its_code() {
    let outside = Outside::start().await;
    let mut names = std::collections::BTreeSet::new();
    let none = "0".repeat(64);
    let other = key(1).address().to_text(chains::by_name("main").unwrap().prefix());
    for (path, status, code) in [
        ("/api/v1/nothing", 404, "not-found"),
        ("/api/v2/status", 404, "not-found"),
        ("/nothing", 404, "not-found"),
        ("/../etc/passwd", 404, "not-found"),
        ("/api/v1/blocks/7", 404, "block-not-found"),
        (&format!("/api/v1/blocks/{none}"), 404, "block-not-found"),
        (&format!("/api/v1/blocks/{none}/raw"), 404, "block-not-found"),
        (&format!("/api/v1/blocks/{none}/transactions"), 404, "block-not-found"),
        ("/api/v1/blocks/-1", 400, "invalid-parameter"),
        ("/api/v1/blocks/99999999999999999999999", 400, "invalid-parameter"),
        ("/api/v1/blocks/xyz", 400, "invalid-parameter"),
        ("/api/v1/blocks?before=x", 400, "invalid-parameter"),
        ("/api/v1/blocks?limit=0", 400, "invalid-parameter"),
        ("/api/v1/blocks?limit=101", 400, "invalid-parameter"),
        ("/api/v1/headers?count=2001", 400, "invalid-parameter"),
        ("/api/v1/headers?from=-1", 400, "invalid-parameter"),
        (&format!("/api/v1/transactions/{none}"), 404, "transaction-not-found"),
        (&format!("/api/v1/transactions/{none}/proof"), 404, "transaction-not-found"),
        ("/api/v1/transactions/12", 400, "invalid-parameter"),
        ("/api/v1/accounts/nonsense", 400, "address-malformed"),
        (&format!("/api/v1/accounts/{other}"), 400, "address-wrong-chain"),
        (&format!("/api/v1/accounts/{other}/proof"), 400, "address-wrong-chain"),
        (
            &format!("/api/v1/accounts/{}/transactions?after=x", outside.address_of(&key(1))),
            400,
            "invalid-parameter",
        ),
        ("/api/v1/mempool?after=x", 400, "invalid-parameter"),
        ("/api/v1/search?q=99", 404, "nothing-found"),
        (&format!("/api/v1/search?q={none}"), 404, "nothing-found"),
        ("/api/v1/mining/template", 400, "invalid-parameter"),
        ("/api/v1/mining/template?to=x", 400, "address-malformed"),
        ("/api/v1/transactions", 405, "method-not-allowed"),
        ("/api/v1/dev/mine", 405, "method-not-allowed"),
        ("/admin/v1/peers", 404, "not-found"),
        ("/metrics", 404, "not-found"),
    ] {
        let answer = outside.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{path}");
        assert!(answer.headers.contains_key("content-security-policy"), "{path}");
        assert!(names.insert(answer.header("x-request-id").to_owned()), "{path}");
    }
    assert!(names.iter().all(|name| name.len() == 16), "{names:?}");
    let answer = send(outside.request(Method::DELETE, "/api/v1/blocks")).await;
    assert_eq!(
        (answer.code().as_str(), answer.header("allow")),
        ("method-not-allowed", "GET, HEAD, POST")
    );
    let problem: Problem = outside.get("/api/v1/blocks?limit=0").await.json();
    assert_eq!(problem.field.as_deref(), Some("limit"));
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_for_a_page_that_there_is_not_gets_the_app_and_a_program_gets_the_problem() {
    let outside = Outside::start().await;
    let page = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for path in ["/nowhere", "/block/1/nowhere", "/apis", "/send/"] {
        for method in [Method::GET, Method::HEAD] {
            let request = outside.request(method.clone(), path).header("accept", page);
            let answer = send(request).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
            assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
            assert_eq!(answer.header("etag"), "", "{path}: it is not what is called so");
            assert!(answer.headers.contains_key("content-security-policy"), "{path}");
            let app = outside.get("/").await;
            assert_eq!(answer.body == app.body, method == Method::GET, "{path}");
        }
    }
    for (path, accept) in [
        ("/nowhere", "*/*"),
        ("/nowhere", "application/json"),
        ("/nowhere.js", "*/*"),
        ("/api/v1/nothing", page),
        ("/api/v2/status", page),
        ("/admin/v1/peers", page),
        ("/metrics", page),
        ("/p2p/v2/hello", page),
    ] {
        let answer = send(outside.request(Method::GET, path).header("accept", accept)).await;
        assert_eq!(answer.code(), "not-found", "{path} {accept}");
    }
    let posted = send(outside.request(Method::POST, "/nowhere").header("accept", page)).await;
    assert_eq!(posted.code(), "not-found");
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_body_has_its_code() {
    let outside = Outside::start().await;
    let to = outside.address_of(&key(1));
    let json = |text: &str| text.replace("TO", &to);
    for (path, media, body, status, code, field) in [
        ("/api/v1/transactions", "application/json", "{", 400, "invalid-json", None),
        ("/api/v1/transactions", "application/json", "{}", 400, "invalid-json", Some("hex")),
        (
            "/api/v1/transactions",
            "application/json",
            r#"{"hex":"zz"}"#,
            400,
            "invalid-json",
            Some("hex"),
        ),
        ("/api/v1/transactions", "application/json", r#"{"hex":"00"}"#, 400, "malformed", None),
        (
            "/api/v1/transactions",
            "application/json",
            r#"{"hex":"00","x":1}"#,
            400,
            "invalid-json",
            Some("x"),
        ),
        ("/api/v1/transactions", "text/plain", "00", 415, "media-type", None),
        ("/api/v1/transactions", "application/octet-stream", "", 400, "malformed", None),
        ("/api/v1/blocks", "application/octet-stream", "abc", 400, "malformed", None),
        ("/api/v1/dev/mine", "text/plain", r#"{"count":1,"to":"TO"}"#, 415, "media-type", None),
        (
            "/api/v1/dev/mine",
            "application/json",
            r#"{"count":0,"to":"TO"}"#,
            400,
            "invalid-parameter",
            Some("count"),
        ),
        (
            "/api/v1/dev/mine",
            "application/json",
            r#"{"count":101,"to":"TO"}"#,
            400,
            "invalid-parameter",
            Some("count"),
        ),
        (
            "/api/v1/dev/mine",
            "application/json",
            r#"{"count":1,"to":"x"}"#,
            400,
            "address-malformed",
            Some("to"),
        ),
        ("/api/v1/dev/faucet", "application/json", r#"{"to":1}"#, 400, "invalid-json", None),
    ] {
        let request = outside.request(Method::POST, path).header("content-type", media);
        let answer = send(request.body(json(body))).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (status, code),
            "{path} {body}"
        );
        let problem: Problem = answer.json();
        assert_eq!(problem.field.as_deref(), field, "{path} {body}");
    }
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refused_transaction_has_the_code_of_its_rule() {
    let outside = Outside::start().await;
    let (ada, chain) = (key(1), outside.chain().clone());
    outside.mine(1, &ada).await;
    let foreign = sign(&chains::by_name("test").unwrap(), &ada, |_| ());
    let mut truncated = bytes(&outside.payment(&ada, 0, 0));
    truncated.pop();
    let mut spoilt = outside.payment(&ada, 0, 0);
    spoilt.body.fee = Amount::from_mites(1).unwrap();
    let changed = |change: fn(&mut Body)| bytes(&sign(&chain, &ada, change));
    for (transaction, status, code) in [
        (truncated, 400, "malformed"),
        (bytes(&foreign), 422, "transaction-signature"),
        (bytes(&spoilt), 422, "transaction-signature"),
        (changed(|body| body.nonce = 1), 409, "transaction-nonce-gap"),
        (changed(|body| body.expires_at = 1), 409, "transaction-expired"),
        (changed(|body| body.expires_at = 1 << 39), 409, "transaction-expires-too-late"),
        (changed(|body| body.fee = Amount::MAX), 422, "transaction-debit-overflow"),
        (
            changed(|body| {
                body.payments =
                    Bounded::new(vec![Payment { amount: Amount::ZERO, ..body.payments[0] }])
                        .unwrap()
            }),
            422,
            "transaction-zero-payment",
        ),
        (bytes(&sign(&chain, &key(2), |_| ())), 409, "transaction-not-enough"),
    ] {
        let verdict = outside.post_bytes("/api/v1/transactions/check", transaction.clone()).await;
        assert_eq!(verdict.status, StatusCode::OK);
        assert_eq!(verdict.json::<CheckView>().code.as_deref(), Some(code));
        let answer = outside.post_bytes("/api/v1/transactions", transaction).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code));
    }
    let payment = bytes(&outside.payment(&ada, 0, 0));
    assert_eq!(outside.post_bytes("/api/v1/transactions", payment.clone()).await.status, 202);
    outside.mine(1, &ada).await;
    let replayed = outside.post_bytes("/api/v1/transactions", payment).await;
    assert_eq!(replayed.code(), "transaction-nonce-used");
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refused_block_has_the_code_of_its_rule() {
    let outside = Outside::start().await;
    let path = format!("/api/v1/mining/template?to={}", outside.address_of(&key(1)));
    let work =
        send(outside.request(Method::GET, &path).header("accept", "application/octet-stream"))
            .await;
    let work: Block = decode(&work.body, MAX_BLOCK_BYTES).unwrap();
    let mined = |change: fn(&mut Block)| {
        let mut block = work.clone();
        change(&mut block);
        let (core, target) = (block.header.core(), block.header.target);
        block.header.nonce = pow::first_hit(&core, &target, 0, 1 << 24).unwrap();
        encode(&block)
    };
    let mut unproven = work.clone();
    unproven.header.nonce = (0..)
        .find(|nonce| {
            !work.header.target.is_met_by(&shared::header::id_of(&work.header.core(), *nonce))
        })
        .unwrap();
    for (block, status, code) in [
        (encode(&unproven), 422, "block-too-little-work"),
        (mined(|block| block.header.state_root.0[0] ^= 1), 422, "block-wrong-state"),
        (mined(|block| block.header.transaction_count = 1), 422, "block-wrong-count"),
        (mined(|block| block.header.transactions_root.0[0] ^= 1), 422, "block-wrong-body"),
        (mined(|block| block.header.clock += 1), 422, "block-wrong-clock"),
        (mined(|block| block.header.version = 2), 422, "block-version"),
    ] {
        let answer = outside.post_bytes("/api/v1/blocks", block).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code));
    }
    let orphan = mined(|block| block.header.previous.0[0] ^= 1);
    let answer = outside.post_bytes("/api/v1/blocks", orphan).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    assert!(answer.text().contains("orphan"));
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_chains_than_dev_have_no_dev_controls() {
    let outside = Outside::start_with(|settings| settings.chain = Some("test".to_owned())).await;
    let to = outside.address_of(&key(1));
    let mine =
        outside.post_json("/api/v1/dev/mine", &serde_json::json!({ "count": 1, "to": to })).await;
    let faucet = outside.post_json("/api/v1/dev/faucet", &serde_json::json!({ "to": to })).await;
    assert_eq!(
        (mine.code(), faucet.code()),
        ("not-a-dev-chain".to_owned(), "not-a-dev-chain".to_owned())
    );
    assert_eq!(mine.status, StatusCode::NOT_FOUND);
    outside.stop().await;
}
