//! Who is banned is neither called nor heard, until the ban is lifted.

use super::*;
use crate::chain::testkit::{Forge, chain};

#[tokio::test(flavor = "multi_thread")]
async fn a_banned_host_is_neither_called_nor_followed_and_comes_back_when_the_ban_is_lifted() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let beta = Peer::reachable(&chain, &[]);
    let alpha = Peer::reachable(&chain, &[&beta]);
    beta.relay.add(&alpha.url()).await.unwrap();
    connected(&alpha).await;
    connected(&beta).await;
    until("both ways", || alpha.relay.connected() == 2).await;

    alpha.relay.ban(&beta.url()).await.unwrap();
    assert_eq!(alpha.dialled().state, "banned");
    assert_eq!(alpha.relay.connected(), 0);
    assert_eq!(alpha.relay.bans()[0].host, "127.0.0.1");
    // It calls and is not heard.
    beta.take(&forge.line(forge.genesis(), 1, 1)).await;
    beta.has_fault("overloaded").await;
    assert_eq!((alpha.node.view().height(), alpha.relay.connected()), (0, 0));
    let known = alpha.relay.ban("127.0.0.1").await.unwrap_err();
    assert_eq!(known.code(), "ban-known");
    assert_eq!(alpha.relay.add("http://127.0.0.1:1").await.unwrap_err().code(), "peer-banned");

    // A ban outlasts a restart.
    let alpha = Peer::of(restarted(alpha.stop().await).await, &[beta.url()], None);
    assert_eq!((alpha.dialled().state.as_str(), alpha.relay.connected()), ("banned", 0));
    alpha.relay.unban("::ffff:127.0.0.1").await.unwrap();
    same_tip(&[&alpha, &beta]).await;
    assert!(alpha.relay.bans().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_is_banned_by_the_name_that_it_has_here() {
    let chain = chain(|_| {});
    let alpha = Peer::reachable(&chain, &[]);
    let beta = Peer::hidden(&chain, &[&alpha]);
    connected(&beta).await;
    until("a follower", || alpha.relay.connected() == 1).await;
    let name = alpha.relay.peers()[0].url.clone();
    alpha.relay.ban(&name).await.unwrap();
    assert_eq!(alpha.relay.bans()[0].host, "127.0.0.1");
    assert_eq!(alpha.relay.connected(), 0);
    beta.has_fault("overloaded").await;
    assert_eq!(alpha.relay.ban(&name).await.unwrap_err().code(), "peer-unknown");
    assert_eq!(alpha.relay.unban("192.0.2.1").await.unwrap_err().code(), "ban-not-found");
    assert_eq!(alpha.relay.ban("a b").await.unwrap_err().code(), "ban-host");
}

/// Neither does a name lead around a ban, nor a connection that was open when it came.
#[tokio::test(flavor = "multi_thread")]
async fn a_peer_whose_name_leads_to_a_banned_address_is_not_reached() {
    let chain = chain(|_| {});
    let beta = Peer::reachable(&chain, &[]);
    let named = beta.url().replace("127.0.0.1", "localhost");
    let alpha = Peer::of(Node::new(&chain), std::slice::from_ref(&named), None);
    connected(&alpha).await;
    alpha.relay.ban("127.0.0.1").await.unwrap();
    alpha.has_fault("unreachable").await;
    until("nobody there", || beta.relay.connected() == 0).await;
    alpha.relay.unban("127.0.0.1").await.unwrap();
    connected(&alpha).await;
    // By its name, it is banned with the addresses that it has.
    alpha.relay.ban(&named).await.unwrap();
    let hosts: Vec<_> = alpha.relay.bans().into_iter().map(|ban| ban.host).collect();
    assert!(
        ["127.0.0.1", "localhost"].iter().all(|host| hosts.contains(&(*host).into())),
        "{hosts:?}"
    );
    assert_eq!(alpha.dialled().state, "banned");
}

/// Stops a node and opens its folder again, where waiting for that is allowed.
async fn restarted(node: Node) -> Node {
    tokio::task::spawn_blocking(|| node.restarted()).await.unwrap()
}
