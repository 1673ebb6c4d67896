//! JSON views of what an explorer shows of the whole chain: series for charts, the pool by what it
//! pays, and the times when the chain changed its mind.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// `GET /stats?metric=&range=`: a series for a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatsView {
    /// The metric asked for.
    pub metric: String,
    /// What the values are: `attempts`, `attempts per second`, `seconds`, `mites`, `transactions`.
    pub unit: String,
    /// Blocks from one point to the next.
    pub step: u64,
    /// The points, oldest first.
    pub points: Vec<StatsPoint>,
}

/// A point of a series.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatsPoint {
    /// The newest block that it is about.
    pub height: u64,
    /// That block's timestamp.
    pub time: u64,
    /// The value: of one block, or the mean over the blocks since the point before.
    pub value: f64,
}

/// `GET /mempool/histogram`: the pool by what its transactions pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolHistogram {
    /// Transactions that wait.
    pub count: usize,
    /// Transactions in the classes: those that a miner would take first.
    pub counted: usize,
    /// The classes that hold any, the best paid first.
    pub classes: Vec<FeeClass>,
}

/// Transactions that pay about the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeClass {
    /// The least that they pay, in mites per 1,000 bytes.
    pub from: u64,
    /// How many there are.
    pub count: usize,
    /// Their bytes.
    pub bytes: usize,
}

/// `GET /mempool/blocks`: what waits, divided into the blocks that miners would make of it, were no more to
/// come; the next one first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectedBlocks {
    /// Transactions that wait.
    pub count: usize,
    /// The blocks, at most 6; none when nothing waits.
    pub blocks: Vec<ProjectedBlock>,
}

/// A block that is not there yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectedBlock {
    /// Its height, were it made of these.
    pub height: u64,
    /// Transactions in it.
    pub transactions: usize,
    /// Their bytes.
    pub bytes: usize,
    /// What they pay, in mites.
    pub fees: u64,
    /// The least that one of them pays, in mites per 1,000 bytes.
    pub lowest: u64,
    /// The most.
    pub highest: u64,
}

/// `GET /mempool/{id}`: where a transaction stands in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolPlace {
    /// 1 for the one that a miner would take first; `None` when it does not wait, or too far behind.
    pub position: Option<u64>,
    /// Blocks until it would be taken, were no more to come: 1 is the next; 11 stands for more than 10.
    pub blocks: Option<u32>,
    /// Transactions that wait.
    pub count: usize,
}

/// `GET /reorganisations`: when this node left a branch for one with more work, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReorganisationList {
    /// Since when this node remembers, in seconds since 1970: since its folder was made.
    pub since: u64,
    /// A page of the last 1,000 of them.
    pub reorganisations: Vec<ReorganisationView>,
    /// `before` of the next page, if there is one.
    pub next: Option<u64>,
}

/// A change to a branch with more work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReorganisationView {
    /// When this node changed, in seconds since 1970.
    pub time: u64,
    /// Height of the last block that both branches have.
    pub fork: u64,
    /// Ids of the blocks that left the chain, newest first; at most 32 of them.
    pub reverted: Vec<String>,
    /// How many left it.
    pub depth: u64,
    /// How many came in their place.
    pub connected: u64,
    /// Id of the newest block after the change.
    pub tip: String,
    /// Its height.
    pub height: u64,
}
