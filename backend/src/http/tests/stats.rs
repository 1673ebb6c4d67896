//! What an explorer asks of the whole chain.

use super::*;
use crate::chain::testkit::Forge;
use shared::{
    api::{PoolHistogram, PoolPlace, ReorganisationList, SideBlockView, StatsView, StatusView},
    rules::block_isolated::CheckedBlock,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_series_tells_what_the_blocks_say() {
    let outside = Outside::start().await;
    let ada = key(1);
    outside.mine(2, &ada).await;
    outside.post_bytes("/api/v1/transactions", bytes(&outside.payment(&ada, 0, 500))).await;
    outside.mine(1, &ada).await;
    let series =
        async |query: &str| -> StatsView { outside.read(&format!("/api/v1/stats?{query}")).await };
    let values =
        |stats: &StatsView| stats.points.iter().map(|point| point.value).collect::<Vec<_>>();
    let difficulty = series("metric=difficulty").await;
    assert_eq!((difficulty.unit.as_str(), difficulty.step), ("attempts", 1));
    assert_eq!(values(&difficulty), [256.0, 256.0, 256.0]);
    let heights: Vec<u64> = difficulty.points.iter().map(|point| point.height).collect();
    assert_eq!(heights, [1, 2, 3]);
    let status: StatusView = outside.read("/api/v1/status").await;
    assert_eq!(difficulty.points[2].time, status.tip_time);
    assert_eq!(values(&series("metric=fees&range=all").await), [0.0, 0.0, 500.0]);
    assert_eq!(values(&series("metric=transactions&range=2").await), [0.0, 1.0]);
    let supply = series("metric=supply&range=1").await;
    assert!((supply.points[0].value - status.supply as f64).abs() < 0.5);
    // Genesis was not mined: the first time between blocks is that between 1 and 2.
    let times = series("metric=block_time").await;
    assert_eq!((times.points.len(), times.points[0].height), (2, 2));
    assert!(values(&times).iter().all(|seconds| (1.0..600.0).contains(seconds)), "{times:?}");
    let rates = series("metric=hash_rate&range=day").await;
    assert_eq!(rates.points.len(), 2);
    assert!(values(&rates).iter().all(|rate| *rate > 0.4), "{rates:?}");
    // The same blocks, told by the status.
    assert!((rates.points[1].value - status.hash_rate as f64).abs() < 1.0);
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_of_a_long_chain_is_a_sample_and_is_not_sent_twice() {
    let outside = Outside::start().await;
    for _ in 0..3 {
        outside.mine(100, &key(1)).await;
    }
    let path = "/api/v1/stats?metric=block_time&range=all";
    let stats: StatsView = outside.read(path).await;
    assert_eq!((stats.step, stats.points.len()), (3, 100));
    assert_eq!(stats.points.last().unwrap().height, 300);
    let first = outside.get(path).await;
    let request = outside.request(Method::GET, path).header("if-none-match", first.header("etag"));
    assert_eq!(send(request).await.status, StatusCode::NOT_MODIFIED);
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_series_cannot_be_of_is_named() {
    let outside = Outside::start().await;
    // A chain of genesis alone has no points.
    let none: StatsView = outside.read("/api/v1/stats?metric=hash_rate").await;
    assert_eq!(none.points, []);
    for (query, field) in [
        ("", "metric"),
        ("?metric=", "metric"),
        ("?metric=price", "metric"),
        ("?metric=fees&range=0", "range"),
        ("?metric=fees&range=-1", "range"),
        ("?metric=fees&range=fortnight", "range"),
    ] {
        let answer = outside.get(&format!("/api/v1/stats{query}")).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "invalid-parameter")
        );
        assert_eq!(answer.json::<Problem>().field.as_deref(), Some(field), "{query}");
    }
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pool_is_shown_by_what_is_paid_and_each_transaction_knows_its_place() {
    let outside = Outside::start().await;
    let (ada, bob) = (key(1), key(2));
    outside.mine(1, &ada).await;
    outside.mine(1, &bob).await;
    // To an account that exists, so that only the bytes count.
    outside.mine(1, &key(99)).await;
    let (free, paid) = (outside.payment(&ada, 0, 0), outside.payment(&bob, 0, 5_000));
    for payment in [&free, &paid] {
        outside.post_bytes("/api/v1/transactions", bytes(payment)).await;
    }
    let pool: PoolHistogram = outside.read("/api/v1/mempool/histogram").await;
    assert_eq!((pool.count, pool.counted, pool.classes.len()), (2, 2, 2));
    let size = bytes(&free).len();
    let rate = 5_000_000 / size as u64;
    assert!(pool.classes[0].from <= rate && pool.classes[0].from * 5 > rate, "{pool:?}");
    assert_eq!((pool.classes[1].from, pool.classes[1].count, pool.classes[1].bytes), (0, 1, size));
    let place = async |payment: &Transaction| -> PoolPlace {
        outside.read(&format!("/api/v1/mempool/{}", payment.id())).await
    };
    let at = |position| PoolPlace { position: Some(position), blocks: Some(1), count: 2 };
    assert_eq!((place(&paid).await, place(&free).await), (at(1), at(2)));
    outside.mine(1, &ada).await;
    let gone = PoolPlace { position: None, blocks: None, count: 0 };
    assert_eq!(place(&paid).await, gone);
    assert_eq!(outside.get("/api/v1/mempool/12").await.code(), "invalid-parameter");
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn branches_that_lost_are_listed_with_what_became_of_them() {
    let outside = Outside::start().await;
    let mut forge = Forge::new(outside.chain());
    let genesis = forge.genesis();
    let left = forge.line(genesis, 1, 2);
    let more = forge.line(genesis, 2, 3);
    let beside = forge.line(more[0].id(), 3, 1);
    let empty: ReorganisationList = outside.read("/api/v1/reorganisations").await;
    assert_eq!(empty.reorganisations, []);
    for block in left.iter().chain(&more).chain(&beside) {
        outside.node.chain().submit_block(block.clone()).await.unwrap();
    }
    let side: Vec<SideBlockView> = outside.read("/api/v1/blocks/side").await;
    let side: Vec<_> = side.iter().map(|block| (block.id.clone(), block.reason.as_str())).collect();
    let row = |block: &CheckedBlock, reason| (block.id().to_string(), reason);
    assert_eq!(
        side,
        [row(&beside[0], "less-work"), row(&left[1], "reverted"), row(&left[0], "reverted")]
    );
    let list: ReorganisationList = outside.read("/api/v1/reorganisations").await;
    let change = &list.reorganisations[0];
    assert_eq!((change.fork, change.depth, change.connected, change.height), (0, 2, 3, 3));
    assert_eq!(change.tip, more[2].id().to_string());
    assert!(change.time >= list.since);
    let ids = [&left[1], &left[0]].map(|block| block.id().to_string());
    assert_eq!(change.reverted, ids);
    outside.stop().await;
}
