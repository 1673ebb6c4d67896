//! Goal: a node that nobody can call (behind a router, say) takes part like every other.
//! Method: only alpha knows beta's address; blocks and payments begin at either side.

use anyhow::ensure;
use harness::{PATIENCE, Purse, Setup, until};

#[tokio::test]
async fn blocks_and_payments_travel_both_ways_over_a_link_that_one_side_opened() {
    let net = Setup::new(["alpha", "beta"]).links([("alpha", "beta")]).start().await;
    let chain = net["alpha"].chain();
    let (ada, bob) = (Purse::funded(chain, 0), Purse::funded(chain, 1));
    for (round, (here, there)) in [("alpha", "beta"), ("beta", "alpha")].into_iter().enumerate() {
        let (here, there) = (net[here].api(), net[there].api());
        here.mine(1, &ada.address()).await.unwrap();
        let (height, _) = net.agrees_on_tip().await;
        assert_eq!(height, u64::try_from(round).unwrap() * 2 + 1);

        let id = ada.pay(here, &bob.address(), 5_000).await.unwrap();
        until("the payment to reach the other side", PATIENCE, async || {
            there.transaction(&id).await.map(|_| ())
        })
        .await;
        // The other side mines it: the block must come back.
        there.mine(1, &bob.address()).await.unwrap();
        net.agrees_on_tip().await;
        until("the payment to be confirmed on both sides", PATIENCE, async || {
            for api in [here, there] {
                let payment = api.transaction(&id).await?;
                ensure!(payment.confirmations == 1, "{payment:?}");
            }
            Ok(())
        })
        .await;
    }
    // Each counts the other as one peer, in its own direction.
    for (name, direction) in [("alpha", "outbound"), ("beta", "inbound")] {
        let peers = net[name].api().peers().await.unwrap().peers;
        assert_eq!(peers.len(), 1, "{name}: {peers:?}");
        assert_eq!(peers[0].direction, direction, "{name}: {peers:?}");
    }
}
