//! Goal: a node that is killed at any moment under load has every block that it acknowledged, and at
//! most the one that was in flight beyond that; nothing is left by halves.
//! Method: blocks with payments are mined as fast as the node answers; SIGKILL comes after a random
//! time; the folder is verified, the node started again, and so on. `HALFPENNY_KILLS` says how often.

use std::time::{Duration, Instant};

use disk::Chance;
use harness::{Api, Net, Purse, program};

/// The longest that a node works before it is killed, in microseconds.
const LONGEST: usize = 60_000;

/// Mines and pays until the node is gone; returns how many blocks it acknowledged.
async fn load(
    api: &Api,
    purses: &[Purse; 3],
    acknowledged: &mut Vec<String>,
) -> anyhow::Result<()> {
    let [ada, bob, eve] = purses;
    loop {
        for (from, to) in [(ada, bob), (bob, eve), (eve, ada)] {
            // The pool may be full of what no block has taken yet: load all the same.
            let _ = from.pay(api, &to.address(), 1_000).await;
        }
        acknowledged.extend(api.mine(1, &ada.address()).await?);
    }
}

#[allow(clippy::print_stdout, reason = "what was found out is told")]
async fn kill_often(kills: usize) {
    let net = Net::start(["alpha"]).await;
    let alpha = &net["alpha"];
    let purses = [0, 1, 2].map(|n| Purse::funded(alpha.chain(), n));
    let data = alpha.folder().display().to_string();
    let mut chance = Chance::new(u64::from(std::process::id()));
    let mut acknowledged: Vec<String> = Vec::new();
    let (mut beyond, mut slowest) = (0, Duration::ZERO);
    for kill in 1..=kills {
        let micros = u64::try_from(chance.below(LONGEST)).unwrap();
        let work = load(alpha.api(), &purses, &mut acknowledged);
        // It never ends well by itself, and mostly not at all.
        if let Ok(ended) = tokio::time::timeout(Duration::from_micros(micros), work).await {
            panic!("the load ended before the kill: {ended:?}, the node said {}", alpha.said());
        }
        alpha.kill();
        let verified = program::run(&["verify", "--data", &data], &[], "").await.success();
        let begun = Instant::now();
        alpha.restart().await;
        slowest = slowest.max(begun.elapsed());

        let status = alpha.api().status().await.unwrap();
        assert!(verified.contains(&status.tip), "{verified} is not at {}", status.tip);
        let height = usize::try_from(status.height).unwrap();
        if height == acknowledged.len() + 1 {
            // The kill came after the batch was written and before the answer was read.
            beyond += 1;
            acknowledged.push(status.tip.clone());
        }
        assert_eq!(height, acknowledged.len(), "after kill {kill}");
        assert_eq!(Some(&status.tip), acknowledged.last().or(Some(&status.tip)));
        let supply = alpha.chain().parameters().supply_at(status.height).mites();
        assert_eq!(status.supply, supply);
    }
    println!(
        "{kills} kills, {} blocks, {beyond} kills between a block's batch and its answer, \
         slowest restart {slowest:?}",
        acknowledged.len()
    );
    assert!(!acknowledged.is_empty(), "no block was ever acknowledged");
    // A few kills may all miss; many may not.
    assert!(kills < 20 || beyond * 20 >= kills, "only {beyond} of {kills} kills hit a commit");
    for (height, id) in (1..).zip(&acknowledged) {
        assert_eq!(&alpha.api().block(&format!("{height}")).await.unwrap().id, id);
    }
}

#[tokio::test]
async fn a_node_killed_under_load_has_what_it_acknowledged() {
    kill_often(3).await;
}

#[tokio::test]
#[ignore = "minutes: a hundred kills, or HALFPENNY_KILLS"]
async fn a_node_killed_a_hundred_times_under_load_has_what_it_acknowledged() {
    let kills = std::env::var("HALFPENNY_KILLS").ok();
    let kills = kills.map_or(100, |text| text.parse().expect("HALFPENNY_KILLS is a number"));
    kill_often(kills).await;
}
