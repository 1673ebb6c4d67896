use super::*;
use std::sync::atomic::Ordering;

use crate::chain::testkit::{Forge, GENESIS_TIME, chain, lively_chain, pay};

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_nobody_can_reach_gets_a_new_block_at_once() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let alpha = Peer::reachable(&chain, &[]);
    let hidden = Peer::hidden(&chain, &[&alpha]);
    connected(&hidden).await;
    alpha.take(&forge.line(chain.genesis_id(), 0, 1)).await;
    same_tip(&[&alpha, &hidden]).await;
    assert_eq!(hidden.node.view().height(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_nobody_can_reach_gives_its_new_block_at_once() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let alpha = Peer::reachable(&chain, &[]);
    let hidden = Peer::hidden(&chain, &[&alpha]);
    connected(&hidden).await;
    hidden.take(&forge.line(chain.genesis_id(), 0, 1)).await;
    same_tip(&[&alpha, &hidden]).await;
    assert_eq!(alpha.node.view().height(), 1);
    until("the height of who dialled", || alpha.relay.peers()[0].height == Some(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_goes_through_a_line_of_nodes_both_ways() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let alpha = Peer::reachable(&chain, &[]);
    let beta = Peer::reachable(&chain, &[&alpha]);
    let gamma = Peer::hidden(&chain, &[&beta]);
    let all = [&alpha, &beta, &gamma];
    connected(&beta).await;
    connected(&gamma).await;
    let blocks = forge.line(chain.genesis_id(), 0, 2);
    for (miner, block) in [(&gamma, &blocks[0]), (&alpha, &blocks[1])] {
        miner.take(std::slice::from_ref(block)).await;
        until("the block everywhere", || all.iter().all(|peer| peer.node.tip() == block.id()))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_away_catches_up_by_pulling() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let alpha = Peer::reachable(&chain, &[]);
    alpha.take(&forge.line(chain.genesis_id(), 0, 300)).await;
    let hidden = Peer::hidden(&chain, &[&alpha]);
    same_tip(&[&alpha, &hidden]).await;
    assert_eq!(hidden.node.view().height(), 300);
    until("the end of the catch-up", || !hidden.relay.syncing()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_away_is_caught_up_by_pushing() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let alpha = Peer::reachable(&chain, &[]);
    let hidden = Peer::hidden(&chain, &[&alpha]);
    hidden.take(&forge.line(chain.genesis_id(), 0, 300)).await;
    same_tip(&[&alpha, &hidden]).await;
    assert_eq!(alpha.node.view().height(), 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_longer_than_one_answer_of_headers_is_fetched_whole() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let alpha = Peer::reachable(&chain, &[]);
    for group in forge.line(chain.genesis_id(), 0, 2_300).chunks(256) {
        alpha.node.handle.submit_blocks(group.to_vec()).await;
    }
    // A branch of its own, and longer than one answer: the headers must prove themselves first.
    let hidden = Peer::hidden(&chain, &[]);
    for group in forge.line(chain.genesis_id(), 1, 2_100).chunks(256) {
        hidden.node.handle.submit_blocks(group.to_vec()).await;
    }
    hidden.relay.add(&alpha.url()).await.unwrap();
    same_tip(&[&alpha, &hidden]).await;
    assert_eq!(hidden.node.view().height(), 2_300);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_heals_and_the_losers_transactions_wait_again_everywhere() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let lost = pay(&chain, (1, 0), 2, 10, 1);
    let (alpha, beta) = (Peer::reachable(&chain, &[]), Peer::reachable(&chain, &[]));
    let with_payment = forge.child(chain.genesis_id(), 5, 20, std::slice::from_ref(&lost));
    alpha.take(std::slice::from_ref(&with_payment)).await;
    alpha.take(&forge.line(with_payment.id(), 5, 29)).await;
    beta.take(&forge.line(chain.genesis_id(), 6, 40)).await;
    alpha.relay.add(&beta.url()).await.unwrap();
    same_tip(&[&alpha, &beta]).await;
    assert_eq!(alpha.node.view().height(), 40);
    until("the payment in both pools", || alpha.has(&lost) && beta.has(&lost)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_that_wait_spread_when_nodes_meet_and_as_they_come() {
    let chain = chain(|_| ());
    let [first, second, third, fourth] = [1, 2, 3, 4].map(|key| pay(&chain, (key, 0), 0, 10, 1));
    let alpha = Peer::reachable(&chain, &[]);
    alpha.offer(&first).await;
    let hidden = Peer::hidden(&chain, &[]);
    hidden.offer(&second).await;
    hidden.relay.add(&alpha.url()).await.unwrap();
    let both = |transaction| alpha.has(transaction) && hidden.has(transaction);
    until("both pools alike", || both(&first) && both(&second)).await;
    alpha.offer(&third).await;
    hidden.offer(&fourth).await;
    until("both pools alike again", || both(&third) && both(&fourth)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_restarts_is_found_and_followed_again() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let alpha = Peer::reachable(&chain, &[]);
    let port = alpha.server.as_ref().unwrap().1;
    let hidden = Peer::hidden(&chain, &[&alpha]);
    connected(&hidden).await;
    let node = alpha.stop().await;
    until("the end of the link", || hidden.dialled().state != "connected").await;
    hidden.take(&forge.line(chain.genesis_id(), 0, 3)).await;
    let alpha = Peer::of(node, &[], Some(port));
    same_tip(&[&alpha, &hidden]).await;
    assert_eq!(alpha.node.view().height(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_chain_is_refused_and_oneself_is_recognised() {
    let (here, there) = (chain(|_| ()), chain(|parameters| parameters.interval = 11));
    let other = Peer::reachable(&there, &[]);
    let node = Peer::reachable(&here, &[&other]);
    node.has_fault("other-chain").await;
    assert_eq!(node.dialled().state, "refused");
    node.relay.remove(&other.url()).await.unwrap();
    node.relay.add(&node.url()).await.unwrap();
    node.has_fault("self").await;
    assert_eq!(node.dialled().state, "self");
    assert_eq!(node.relay.connected(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_dial_each_other_agree_and_send_nothing_twice_for_long() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let alpha = Peer::reachable(&chain, &[]);
    let beta = Peer::reachable(&chain, &[&alpha]);
    alpha.relay.add(&beta.url()).await.unwrap();
    connected(&alpha).await;
    connected(&beta).await;
    let payment = pay(&chain, (1, 0), 2, 10, 1);
    alpha.offer(&payment).await;
    until("the payment on both", || beta.has(&payment)).await;
    for block in forge.line(chain.genesis_id(), 0, 5) {
        let miner = if block.header().height % 2 == 0 { &alpha } else { &beta };
        miner.take(&[block]).await;
        same_tip(&[&alpha, &beta]).await;
    }
    let inbound = alpha.relay.peers().into_iter().filter(|peer| peer.direction == "inbound");
    assert_eq!(inbound.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_told_and_stopping_ends_everything() {
    let chain = chain(|_| ());
    let alpha = Peer::reachable(&chain, &[]);
    let hidden = Peer::hidden(&chain, &[]);
    let mut changes = hidden.relay.changes();
    hidden.relay.add(&alpha.url()).await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), changes.changed()).await.unwrap().unwrap();
    connected(&hidden).await;
    assert_eq!(hidden.relay.add(&alpha.url()).await.unwrap_err().code(), "peer-known");
    until("a follower", || alpha.relay.connected() == 1).await;
    hidden.relay.stop().await;
    assert_eq!(hidden.relay.peers(), []);
    until("no follower", || {
        alpha.relay.0.hub.keep_alive();
        alpha.relay.connected() == 0
    })
    .await;
    let node = hidden.stop().await;
    drop(node);
}

/// Sets a node's clock, so many seconds after genesis.
async fn set_clock(peer: &Peer, seconds: u64) {
    peer.node.time.store(GENESIS_TIME + seconds, Ordering::SeqCst);
    // The writer looks at the clock after each command.
    peer.node.handle.submit_blocks(Vec::new()).await;
}

/// A block of a peer whose clock is three hours ahead counts when it is due and not before; no clock but a
/// node's own says when that is.
#[tokio::test(flavor = "multi_thread")]
async fn a_peer_whose_clock_is_three_hours_ahead_moves_nobody_elses() {
    const HOURS: u64 = 3 * 3_600;
    let chain = lively_chain();
    let mut forge = Forge::new(&chain);
    let alpha = Peer::reachable(&chain, &[]);
    let beta = Peer::hidden(&chain, &[&alpha]);
    let skewed = Peer::hidden(&chain, &[&alpha]);
    let all = [&alpha, &beta, &skewed];
    set_clock(&alpha, 100).await;
    set_clock(&beta, 100).await;
    set_clock(&skewed, HOURS).await;
    connected(&beta).await;
    connected(&skewed).await;
    let early = forge.child(chain.genesis_id(), 3, HOURS, &[]);
    skewed.take(std::slice::from_ref(&early)).await;
    let honest = forge.line(chain.genesis_id(), 1, 3);
    alpha.take(&honest).await;
    same_tip(&[&alpha, &beta]).await;
    for peer in [&alpha, &beta] {
        assert_eq!(peer.node.tip(), honest[2].id());
        assert!(peer.node.view().block(&early.id()).unwrap().is_none());
    }
    // Three hours later it is a block like any other, and so are those on top of it.
    for peer in all {
        set_clock(peer, HOURS + 100).await;
    }
    let work = |forge: &Forge, id| forge.state(&id).0.work();
    let mut tip = early.id();
    while work(&forge, tip) <= work(&forge, honest[2].id()) {
        let next = forge.child(tip, 3, 1, &[]);
        skewed.take(std::slice::from_ref(&next)).await;
        tip = next.id();
    }
    same_tip(&all).await;
    assert_eq!(alpha.node.tip(), tip);
}
