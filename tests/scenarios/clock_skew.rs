//! Goal: what a node makes whose clock is three hours ahead is refused now and taken when its time has come,
//! and moves no honest node in between.
//! Method: blocks with such times, as that node would make them, come through both doors of two honest nodes,
//! on a chain where a block may be ahead by a few seconds less; so they are due a few seconds later. The same
//! with clocks that can be set, three hours and all: `cargo test -p backend three_hours_ahead`.

use anyhow::{Context as _, ensure};
use harness::{ChainSource, Net, Node, PATIENCE, Purse, Setup, http, mining, refusal, until};
use shared::{
    api::{BYTES, BlockView, P2P},
    hash::BlockId,
};

/// How far ahead the clock is, in seconds.
const AHEAD: u64 = 3 * 3_600;
/// How much of it is too much.
const TOO_FAR: u64 = 15;
/// What `POST /p2p/v1/blocks` answers with at its end: the block waits.
const WAITS: u8 = 1;

/// A block on a node's tip, as a node would make it whose clock is ahead.
async fn early_block(node: &Node, to: &str) -> Vec<u8> {
    let mut block = mining::block(&node.api().template(to).await.unwrap());
    let (header, chain) = (&mut block.header, node.chain());
    let parent = BlockId(header.previous).to_string();
    let parent: BlockView = node.api().block(&parent).await.unwrap();
    header.timestamp += AHEAD;
    let (height, time) = (header.height, header.timestamp);
    let clock = chain.difficulty().clock(height, parent.clock, parent.timestamp, time);
    header.clock = clock.expect("time goes on");
    mining::mine(block)
}

/// Sends a block as another node does; returns what became of it.
async fn push(node: &Node, block: &[u8]) -> u8 {
    let length = u32::try_from(block.len()).unwrap().to_le_bytes();
    let url = format!("{}{P2P}/blocks?key=1", node.url());
    let request = http::client().post(url).header("content-type", BYTES);
    let answer = request.body([&length, block].concat()).send().await.unwrap();
    let answer = answer.error_for_status().unwrap().bytes().await.unwrap();
    *answer.last().expect("an answer")
}

async fn has_not(node: &Node, id: &str) {
    let unknown = (404, "block-not-found".to_owned());
    assert_eq!(refusal(node.api().block(id).await), unknown, "{}", node.name());
}

#[tokio::test]
async fn blocks_of_a_clock_three_hours_ahead_wait_until_they_are_due_and_move_nobody() {
    let chain = ChainSource::like_dev(|file| file.max_future = AHEAD - TOO_FAR);
    let net: Net = Setup::new(["alpha", "beta"]).chain(chain).start().await;
    let (alpha, beta) = (&net["alpha"], &net["beta"]);
    let [skewed, honest] = [0, 1].map(|n| Purse::funded(alpha.chain(), n).address());

    let rival = early_block(alpha, &skewed).await;
    let rival_id = mining::id(&rival).to_string();
    assert_eq!(alpha.api().submit_block(rival.clone()).await.unwrap().outcome, "waiting");
    assert_eq!(push(beta, &rival).await, WAITS);
    let first = alpha.api().mine(1, &honest).await.unwrap().remove(0);
    assert_eq!(net.agrees_on_tip().await, (1, first.clone()));
    let next = early_block(beta, &skewed).await;
    let next_id = mining::id(&next).to_string();
    assert_eq!(push(alpha, &next).await, WAITS);
    assert_eq!(beta.api().submit_block(next).await.unwrap().outcome, "waiting");
    for node in net.nodes() {
        assert_eq!(node.api().status().await.unwrap().tip, first);
        has_not(node, &rival_id).await;
        has_not(node, &next_id).await;
    }

    // The first is due first: as much work as the honest block, and later.
    for node in net.nodes() {
        until("both blocks to be taken when they are due", PATIENCE, async || {
            let (rival, next) =
                (node.api().block(&rival_id).await?, node.api().block(&next_id).await);
            ensure!(rival.confirmations == 0, "the rival has {}", rival.confirmations);
            let next = next.context("the next is not here")?;
            ensure!(next.confirmations == 1, "the next has {}", next.confirmations);
            Ok(())
        })
        .await;
        assert_eq!(node.api().block("1").await.unwrap().id, first);
    }
    assert_eq!(net.agrees_on_tip().await, (2, next_id));
}
