//! Goal: a branch of 1,089 blocks replaces one of 1,088 in seconds and in little memory, and no payment
//! of the losing branch gets lost without a word.
//! Method: two nodes that do not know each other; the blocks of one are given to the other one by one,
//! and the last of them is timed.

use std::time::{Duration, Instant};

use harness::{Node, Plan, Purse};
use shared::api::TransactionStatus;

/// Blocks of the losing branch.
const BLOCKS: u32 = 1_088;
/// How long the change may take, and how much memory the node may ever have used.
const LONGEST: Duration = Duration::from_secs(5);
const MOST_MEMORY: u64 = 256 * 1_024 * 1_024;

async fn node(name: &str) -> Node {
    Node::start(Plan { name: name.into(), ..Plan::default() }).await
}

/// Mines `count` blocks, at most 100 at a time.
async fn mine(node: &Node, mut count: u32, to: &str) {
    while count > 0 {
        let now = count.min(100);
        node.api().mine(now, to).await.unwrap();
        count -= now;
    }
}

#[tokio::test]
async fn a_reorganisation_of_1_088_blocks_is_quick_small_and_loses_no_payment_without_a_word() {
    let (alpha, beta) = (node("alpha").await, node("beta").await);
    let purse = |n| Purse::funded(alpha.chain(), n);
    let [ada, bob, eve, miner, other, late] = [0, 1, 2, 3, 4, 5].map(purse);
    let mut losing = Vec::new();
    let mut both = Vec::new();
    for round in 1..=32 {
        for (from, to) in [(&ada, &bob), (&bob, &eve), (&eve, &ada)] {
            losing.push(from.pay(alpha.api(), &to.address(), 1_000).await.unwrap());
        }
        if round == 32 {
            // Of somebody who has not paid before: one that both branches have, one that waits again.
            both = late.payment(alpha.api(), &ada.address(), 5).await.unwrap();
            losing.push(alpha.api().submit(both.clone()).await.unwrap());
            losing.push(late.pay(alpha.api(), &ada.address(), 6).await.unwrap());
        }
        mine(&alpha, BLOCKS / 32, &miner.address()).await;
    }
    assert_eq!(alpha.api().status().await.unwrap().height, u64::from(BLOCKS));
    // Its nonce is that of a payment of the losing branch.
    let conflict = eve.pay(beta.api(), &bob.address(), 7).await.unwrap();
    mine(&beta, BLOCKS, &other.address()).await;
    let _ = beta.api().submit(both).await.unwrap();
    mine(&beta, 1, &other.address()).await;

    let mut took = Duration::ZERO;
    for height in 1..=BLOCKS + 1 {
        let block = beta.api().block_bytes(&height.to_string()).await.unwrap();
        let begun = Instant::now();
        let _ = alpha.api().submit_block(block).await.unwrap();
        took = begun.elapsed();
    }
    let (mine, theirs) = (alpha.api().status().await.unwrap(), beta.api().status().await.unwrap());
    assert_eq!((mine.height, mine.tip), (theirs.height, theirs.tip));
    let memory = alpha.peak_memory();

    let mut counts = [0; 5];
    for id in &losing {
        let view = alpha.api().transaction(id).await.unwrap();
        let place = match view.status {
            TransactionStatus::Confirmed => 0,
            TransactionStatus::Pending => 1,
            TransactionStatus::Replaced | TransactionStatus::Dropped => {
                assert!(view.reason.is_some(), "{id} went without a reason: {view:?}");
                if view.status == TransactionStatus::Replaced { 2 } else { 3 }
            }
            // Says why by itself: its last height has passed on the winning branch.
            TransactionStatus::Expired => 4,
        };
        counts[place] += 1;
    }
    let [confirmed, pending, replaced, dropped, expired] = counts;
    println!(
        "{BLOCKS} blocks reverted in {took:?}, at most {} MiB; of {} payments {confirmed} confirmed, \
         {pending} pending, {replaced} replaced, {dropped} dropped, {expired} expired",
        memory / 1_024 / 1_024,
        losing.len()
    );
    assert_eq!(
        alpha.api().transaction(&conflict).await.unwrap().confirmations,
        u64::from(BLOCKS) + 1
    );
    assert_eq!((confirmed, pending, replaced), (1, 1, 1), "{counts:?}");
    assert!(took <= LONGEST, "{took:?}");
    assert!(memory < MOST_MEMORY, "{memory} bytes");
}
