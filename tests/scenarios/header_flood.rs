//! Goal: headers cost a node nothing that lasts, however many a peer has, and hold up nobody else.
//! Method: a peer serves valid headers of the least work from genesis on, without end, to a node whose own
//! few blocks have more work than all of them. The node's memory and folder are measured, somebody asks it for
//! its tip all the while, and at the end an honest peer has news. With `HALFPENNY_FULL=1` it takes a million.

use std::time::{Duration, Instant};

use anyhow::ensure;
use harness::{ChainSource, Flood, Node, PATIENCE, Plan, Purse, mining, until};
use shared::{encode::decode, header::Header, limits::HEADER_BYTES};

/// Headers in every run, and with `HALFPENNY_FULL=1`.
const FEW: usize = 20_000;
const MANY: usize = 1_000_000;
/// Blocks of the honest chain, of at least 2^22 attempts each; a header of the flood has two.
const EARLY: usize = 3;
/// Between two questions of somebody who looks at the tip.
const PACE: Duration = Duration::from_millis(10);
/// Most that memory may grow, and the folder, in bytes.
const MEMORY: u64 = 32 << 20;
const DISK: u64 = 1 << 20;
/// Most that 99 of 100 answers may take; on a machine that does nothing else, so in full runs only.
const SOON: Duration = Duration::from_millis(100);

/// A chain that began hard, long ago, and becomes as easy as can be where blocks are late.
fn chain() -> ChainSource {
    ChainSource::like_dev(|file| {
        file.genesis_time = 1_700_000_000;
        (file.first_target, file.first_zero_bits) = (None, Some(22));
        (file.easiest_target, file.easiest_zero_bits) = (None, Some(1));
        (file.half_life, file.grace, file.max_future) = (60, 60, 60);
    })
}

/// Mines a block a second after its parent: as hard as blocks are on this chain.
async fn mine_early(node: &Node, parent: &Header) -> Header {
    let to = Purse::funded(node.chain(), 0).address();
    let mut block = mining::block(&node.api().template(&to).await.unwrap());
    let (header, rule) = (&mut block.header, node.chain().difficulty());
    header.timestamp = parent.timestamp + 1;
    header.clock =
        rule.clock(header.height, parent.clock, parent.timestamp, header.timestamp).unwrap();
    header.target = rule.target(header.height, parent.clock, header.clock);
    let bytes = mining::mine(block);
    let mined = decode::<Header>(&bytes[..HEADER_BYTES], HEADER_BYTES).unwrap();
    assert_eq!(node.api().submit_block(bytes).await.unwrap().outcome, "connected");
    mined
}

async fn has_tip(node: &Node, tip: &str) {
    until(&format!("{} to have {tip}", node.name()), PATIENCE, async || {
        let status = node.api().status().await?;
        ensure!(status.tip == tip, "it is at {} of height {}", status.tip, status.height);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_without_end_cost_a_node_nothing_and_hold_up_nobody() {
    let full = harness::is_full();
    let (count, chain) = (if full { MANY } else { FEW }, chain());
    let alpha = Node::start(Plan { name: "alpha".into(), chain: chain.clone(), ..Plan::default() });
    let alpha = alpha.await;
    let mut header = chain.chain().genesis().header.clone();
    for _ in 0..EARLY {
        header = mine_early(&alpha, &header).await;
    }
    let tip = header.id().to_string();
    let plan = Plan { name: "beta".into(), chain: chain.clone(), ..Plan::default() };
    let beta = Node::start(Plan { peers: vec![alpha.url()], ..plan }).await;
    has_tip(&beta, &tip).await;
    beta.remove_peer(&alpha.url()).await.unwrap();
    let news = beta.api().mine(5, &Purse::funded(beta.chain(), 1).address()).await.unwrap();

    let (memory, disk) = (alpha.memory(), alpha.disk());
    let (mut most, mut times) = (memory, Vec::new());
    let flood = Flood::start(chain.chain()).await;
    alpha.add_peer(&flood.url()).await.unwrap();
    let mut pace = tokio::time::interval(PACE);
    let begun = Instant::now();
    while flood.given() < count {
        pace.tick().await;
        let asked = Instant::now();
        let status = alpha.api().status().await.unwrap();
        times.push(asked.elapsed());
        assert_eq!(status.tip, tip);
        most = most.max(alpha.memory());
        let peers = &alpha.api().peers().await.unwrap().peers;
        let faults: Vec<_> = peers.iter().filter_map(|peer| peer.last_fault.as_ref()).collect();
        assert!(faults.is_empty(), "these headers break no rule, yet {faults:?}");
    }
    let took = begun.elapsed();
    let (grown, written) = (most - memory, alpha.disk().saturating_sub(disk));
    times.sort_unstable();
    let slow = times[times.len() * 99 / 100];
    println!(
        "{} headers in {took:?}: memory grew by {grown} bytes, the folder by {written}; of {} \
         answers 99 % came within {slow:?}",
        flood.given(),
        times.len()
    );
    assert!(grown < MEMORY, "memory grew by {grown} bytes");
    assert!(written < DISK, "the folder grew by {written} bytes");
    assert!(!full || slow < SOON, "99 of 100 answers came within {slow:?}");

    // There is no end of headers yet, and here is somebody with real news.
    let before = flood.given();
    alpha.add_peer(&beta.url()).await.unwrap();
    has_tip(&alpha, news.last().unwrap()).await;
    assert!(flood.given() > before, "the flood has ended");
}
