//! Goal: `halfpenny node --mine-to` mines by itself, for that address and nobody else.
//! Method: the real program; what it found is asked of its public interface.

use harness::{ChainSource, PATIENCE, Purse, Setup, purse::DEV_WORDS, until};

#[tokio::test]
async fn a_node_that_is_told_to_mines_for_its_operator() {
    // An account without opening balance: whatever it holds was mined.
    let chain = ChainSource::dev();
    let miner = Purse::of_words(chain.chain(), DEV_WORDS, 40).address();
    let net = Setup::new(["alpha"]).flags(["--mine-to", &miner]).start().await;
    let api = net["alpha"].api();
    until("two blocks to be mined", PATIENCE, async || {
        let height = api.status().await?.height;
        anyhow::ensure!(height >= 2, "the height is {height}");
        Ok(())
    })
    .await;
    let held = api.account(&miner).await.unwrap().balance;
    let reward = chain.chain().parameters().reward_at(1).mites();
    assert!(held >= 2 * reward, "{held} mites of at least two rewards of {reward}");
    net["alpha"].stop().await;
    assert!(net["alpha"].said().contains("stopping"), "{}", net["alpha"].said());
}
