//! Goal: whatever is wrong with a peer, the node says so where its operator looks, and works.
//! Method: a peer that is not there, one that comes later, one of another chain, and the node itself.

use anyhow::ensure;
use harness::{
    Api, ChainSource, Net, Node, PATIENCE, Plan, Purse,
    node::{Ports, free_port},
    refusal, until,
};
use shared::api::PeerView;

async fn node_with_peer(url: String) -> Node {
    Node::start(Plan { name: "alpha".into(), peers: vec![url], ..Plan::default() }).await
}

async fn has_peer(api: &Api, what: &str, is_so: impl Fn(&PeerView) -> bool) {
    until(&format!("the peer to be {what}"), PATIENCE, async || {
        let peers = api.peers().await?.peers;
        ensure!(peers.iter().any(&is_so), "{peers:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_peer_that_is_not_there_is_shown_and_does_no_harm_and_is_found_when_it_comes() {
    let ports = Ports::free();
    let alpha = node_with_peer(format!("http://127.0.0.1:{}", ports.public)).await;
    has_peer(alpha.api(), "unreachable", |peer| {
        peer.state == "waiting" && peer.last_fault.as_deref() == Some("unreachable")
    })
    .await;
    let ada = Purse::funded(alpha.chain(), 0).address();
    alpha.api().mine(2, &ada).await.unwrap();
    assert_eq!(alpha.api().status().await.unwrap().height, 2);
    assert_eq!(alpha.api().status().await.unwrap().peers, 0);

    let beta = Node::start_at(Plan { name: "beta".into(), ..Plan::default() }, ports).await;
    has_peer(alpha.api(), "connected", |peer| peer.state == "connected").await;
    until("beta to have alpha's blocks", PATIENCE, async || {
        let height = beta.api().status().await?.height;
        ensure!(height == 2, "its height is {height}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_node_of_another_chain_is_refused_by_name_and_nothing_of_it_is_taken() {
    let chain = ChainSource::like_dev(|file| file.salt = "11".repeat(32));
    let other = Node::start(Plan { name: "other".into(), chain, ..Plan::default() }).await;
    other.api().mine(5, &Purse::funded(other.chain(), 0).address()).await.unwrap();
    let alpha = node_with_peer(other.url()).await;
    has_peer(alpha.api(), "refused", |peer| {
        peer.state == "refused" && peer.last_fault.as_deref() == Some("other-chain")
    })
    .await;
    assert_eq!(alpha.api().status().await.unwrap().height, 0);
}

#[tokio::test]
async fn a_node_that_is_told_to_call_itself_notices() {
    let ports = Ports::free();
    let url = format!("http://127.0.0.1:{}", ports.public);
    let plan = Plan { name: "alpha".into(), peers: vec![url], ..Plan::default() };
    let alpha = Node::start_at(plan, ports).await;
    has_peer(alpha.api(), "itself", |peer| peer.last_fault.as_deref() == Some("self")).await;
    assert_eq!(alpha.api().status().await.unwrap().peers, 0);
}

#[tokio::test]
async fn an_operator_hears_what_is_wrong_with_a_peer_and_nobody_else_can_change_peers() {
    let net = Net::start(["alpha"]).await;
    let alpha = &net["alpha"];
    for url in ["", "127.0.0.1:1", "ftp://127.0.0.1:1", "http://user:word@127.0.0.1:1"] {
        let (status, _) = refusal(alpha.add_peer(url).await);
        assert!((400..500).contains(&status), "{url:?}: {status}");
    }
    let url = format!("http://127.0.0.1:{}", free_port());
    alpha.add_peer(&url).await.unwrap();
    let (status, code) = refusal(alpha.add_peer(&url).await);
    assert_eq!((status, code.as_str()), (409, "peer-known"));
    alpha.remove_peer(&url).await.unwrap();
    let (status, code) = refusal(alpha.remove_peer(&url).await);
    assert_eq!((status, code.as_str()), (404, "peer-not-found"));

    // Without the token, and on the public listener even with it.
    let client = harness::http::client();
    let ports = alpha.ports();
    let token = std::fs::read_to_string(alpha.folder().join("admin-token")).unwrap();
    for (port, token, expected) in
        [(ports.admin, "", 401), (ports.admin, "wrong", 401), (ports.public, token.trim(), 404)]
    {
        let url = format!("http://127.0.0.1:{port}/admin/v1/peers");
        let request = client.post(url).bearer_auth(token);
        let answer = request.json(&serde_json::json!({"url": "http://127.0.0.1:1"})).send().await;
        assert_eq!(answer.unwrap().status().as_u16(), expected);
    }
    assert!(alpha.api().peers().await.unwrap().peers.is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn the_operators_token_can_be_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let net = Net::start(["alpha"]).await;
    let token = net["alpha"].folder().join("admin-token");
    let mode = std::fs::metadata(token).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
