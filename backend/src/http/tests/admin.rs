//! The operator's interface.

use super::*;
use shared::api::{OperatorPeersView, PeersView};

impl Outside {
    fn admin(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.node.admin_address))
    }

    fn token(&self) -> String {
        let path = self.folder.path().join("data/admin-token");
        std::fs::read_to_string(path).unwrap().trim().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_token_the_operators_interface_says_nothing() {
    let outside = Outside::start().await;
    for (method, path) in [
        (Method::GET, "/admin/v1/peers"),
        (Method::POST, "/admin/v1/peers"),
        (Method::DELETE, "/admin/v1/peers?url=x"),
        (Method::POST, "/admin/v1/peers/bans"),
        (Method::DELETE, "/admin/v1/peers/bans?host=x"),
        (Method::GET, "/admin/v1/export"),
        (Method::GET, "/admin/v1/nothing"),
        (Method::GET, "/metrics"),
    ] {
        for token in ["", "Bearer 00", "Basic eA=="] {
            let request = outside.admin(method.clone(), path).header("authorization", token);
            let answer = send(request.header("origin", "http://evil.com")).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (401, "unauthorized"),
                "{path}"
            );
            assert_eq!(answer.header("access-control-allow-origin"), "");
        }
    }
    // What everybody may read is read here as well, without opening it to other origins.
    let status = send(outside.admin(Method::GET, "/api/v1/status")).await;
    assert_eq!((status.status, status.header("access-control-allow-origin")), (StatusCode::OK, ""));
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_operators_listener_says_that_it_is_it() {
    let outside = Outside::start().await;
    let (name, value) = shared::api::LISTENER_HEADER;
    let here = send(outside.admin(Method::GET, "/healthz")).await;
    assert_eq!((here.status, here.header(name)), (StatusCode::OK, value));
    assert_eq!(outside.get("/healthz").await.header(name), "");
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_adds_lists_and_removes_peers() {
    let outside = Outside::start().await;
    let token = outside.token();
    let ask = |method, path: &str| outside.admin(method, path).bearer_auth(&token);
    let peers = "/admin/v1/peers";
    let url = "http://127.0.0.1:9";
    let add = |url: &str| send(ask(Method::POST, peers).json(&serde_json::json!({ "url": url })));
    assert_eq!(add(url).await.status, StatusCode::CREATED);
    let list: PeersView = send(ask(Method::GET, peers)).await.json();
    assert_eq!(list.peers.len(), 1);
    let again = add(url).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text());
    assert_eq!(add("nonsense").await.code(), "invalid-parameter");
    let path = format!("{peers}?url={}", list.peers[0].url);
    assert_eq!(send(ask(Method::DELETE, &path)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(send(ask(Method::DELETE, &path)).await.code(), "peer-not-found");
    assert_eq!(send(ask(Method::DELETE, peers)).await.code(), "invalid-parameter");
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_operator_bans_gets_no_answer_as_a_node_and_may_read_on() {
    let outside = Outside::start().await;
    let token = outside.token();
    let ask = |method, path: &str| outside.admin(method, path).bearer_auth(&token);
    let bans = "/admin/v1/peers/bans";
    let ban = |peer: &str| send(ask(Method::POST, bans).json(&serde_json::json!({ "peer": peer })));
    let banned = ban("http://127.0.0.1:9").await;
    assert_eq!(banned.status, StatusCode::CREATED, "{}", banned.text());
    assert_eq!(banned.json::<OperatorPeersView>().bans[0].host, "127.0.0.1");
    let again = ban("::ffff:127.0.0.1").await;
    assert_eq!((again.status, again.code().as_str()), (StatusCode::CONFLICT, "ban-known"));
    assert_eq!(ban("a b").await.code(), "invalid-parameter");
    assert_eq!(ban("inbound-1").await.code(), "peer-not-found");
    let unknown = send(ask(Method::POST, bans).json(&serde_json::json!({ "host": "x" }))).await;
    assert_eq!(unknown.code(), "invalid-json");

    for path in ["/p2p/v1/hello", "/p2p/v1/stream", "/p2p/v1/nothing"] {
        let answer = outside.get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "banned"));
    }
    let pushed = outside.post_bytes("/p2p/v1/blocks", vec![0; 4]).await;
    assert_eq!(pushed.code(), "banned");
    assert_eq!(outside.get("/api/v1/status").await.status, StatusCode::OK);
    // Who is banned is the operator's business alone.
    assert!(!outside.get("/api/v1/peers").await.text().contains("bans"));

    let lift = |host: &str| send(ask(Method::DELETE, &format!("{bans}?host={host}")));
    assert_eq!(lift("192.0.2.1").await.code(), "ban-not-found");
    assert_eq!(lift("127.0.0.1").await.status, StatusCode::NO_CONTENT);
    assert_eq!(outside.get("/p2p/v1/hello").await.status, StatusCode::OK);
    let list: OperatorPeersView = send(ask(Method::GET, "/admin/v1/peers")).await.json();
    assert!(list.bans.is_empty());
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_node_is_exported_as_of_one_tip() {
    let outside = Outside::start().await;
    let ids = outside.mine(3, &key(1)).await;
    let request = outside.admin(Method::GET, "/admin/v1/export").bearer_auth(outside.token());
    let export = send(request).await;
    assert_eq!(export.header("x-chain-tip"), format!("3:{}", ids[2]));
    let folder = tempfile::tempdir().unwrap();
    let options = crate::chain::Options::new(folder.path(), outside.chain().clone());
    let (handle, writer) = crate::chain::start(options).unwrap();
    let importing = handle.clone();
    let read =
        move || crate::chain::import(&importing, export.body.as_slice(), |_| ()).map_err(Box::new);
    let restored = tokio::task::spawn_blocking(read).await.unwrap().unwrap();
    assert_eq!((restored.blocks, restored.tip.id.to_string()), (3, ids[2].clone()));
    handle.stop().await;
    writer.stopped().await.unwrap();
    let metrics = send(outside.admin(Method::GET, "/metrics").bearer_auth(outside.token())).await;
    assert!(metrics.text().contains("\nhalfpenny_height 3\n"), "{}", metrics.text());
    outside.stop().await;
}
