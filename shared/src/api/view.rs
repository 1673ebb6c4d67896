//! JSON views of blocks, transactions, accounts and the node.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// `GET /status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusView {
    /// Name of the coin.
    pub chain: String,
    /// Name of the coin, as people say it (the same text as `chain`).
    pub name: String,
    /// Its short name.
    pub ticker: String,
    /// Id of block 0.
    pub genesis: String,
    /// Height of the tip.
    pub height: u64,
    /// Id of the tip.
    pub tip: String,
    /// Timestamp of the tip.
    pub tip_time: u64,
    /// The node's time: tabs mine with it, because their own clocks may be wrong.
    pub time: u64,
    /// Work of the chain, 32 hex digits.
    pub work: String,
    /// Expected attempts for the next block, were it made now.
    pub difficulty: u64,
    /// Attempts per second that the last blocks took, estimated from their work and times.
    pub hash_rate: u64,
    /// Mites in the state.
    pub supply: u64,
    /// What waits.
    pub mempool: MempoolTotals,
    /// Bytes that the chain takes on the node's disk.
    pub storage: u64,
    /// Connected peers.
    pub peers: usize,
    /// Whether a peer knows a chain with more work that is still being fetched.
    pub syncing: bool,
    /// Version of the program.
    pub version: String,
    /// Whether the dev controls are offered.
    pub dev: bool,
}

/// Totals of the pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MempoolTotals {
    /// Transactions.
    pub count: usize,
    /// Their bytes.
    pub bytes: usize,
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockView {
    /// Id.
    pub id: String,
    /// Height.
    pub height: u64,
    /// Id of the block before; of genesis: the hash of the parameters.
    pub previous: String,
    /// Seconds since 1970.
    pub timestamp: u64,
    /// The chain's clock.
    pub clock: u64,
    /// Address that got reward and fees.
    pub miner: String,
    /// Reward in mites, fees apart.
    pub reward: u64,
    /// Fees in mites.
    pub fees: u64,
    /// Number of transactions.
    pub transaction_count: u32,
    /// Bytes.
    pub size: usize,
    /// Target, 64 hex digits.
    pub target: String,
    /// Expected attempts.
    pub difficulty: u64,
    /// Nonce, 16 hex digits, most significant first.
    pub nonce: String,
    /// Version.
    pub version: u8,
    /// State root.
    pub state_root: String,
    /// History root.
    pub history_root: String,
    /// Transactions root.
    pub transactions_root: String,
    /// 1 for the tip, 0 for a block that is not in the chain.
    pub confirmations: u64,
}

/// A page of blocks, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockList {
    /// The blocks.
    pub blocks: Vec<BlockView>,
    /// `before` of the next page, if there is one.
    pub next: Option<u64>,
}

/// A block outside the chain that the node knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideBlockView {
    /// Id.
    pub id: String,
    /// Height.
    pub height: u64,
    /// Seconds since 1970.
    pub timestamp: u64,
    /// Why it is not in the chain: `less-work`, `reverted` (it was, until another branch had more
    /// work), `invalid`.
    pub reason: String,
}

/// One recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentView {
    /// Who is paid.
    pub recipient: String,
    /// Mites.
    pub amount: u64,
}

/// Where a transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TransactionStatus {
    /// In the pool.
    Pending,
    /// In the chain.
    Confirmed,
    /// Its last height has passed.
    Expired,
    /// Another transaction with the same nonce took its place.
    Replaced,
    /// It left the pool for another reason.
    Dropped,
}

/// A transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionView {
    /// Id.
    pub id: String,
    /// Where it stands.
    pub status: TransactionStatus,
    /// Why it left the pool, for `replaced` and `dropped`: a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Id of its block.
    pub block: Option<String>,
    /// Height of its block.
    pub height: Option<u64>,
    /// Position in its block.
    pub index: Option<u32>,
    /// Timestamp of its block.
    pub timestamp: Option<u64>,
    /// 1 in the newest block, 0 while it waits.
    pub confirmations: u64,
    /// Who pays.
    pub sender: String,
    /// The sender's nonce.
    pub nonce: u64,
    /// Mites for the miner.
    pub fee: u64,
    /// Who is paid.
    pub payments: Vec<PaymentView>,
    /// The memo in hex.
    pub memo: String,
    /// Last height at which it is valid.
    pub expires_at: u64,
    /// Bytes.
    pub size: usize,
}

/// A page of a block's transactions, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionList {
    /// The transactions.
    pub transactions: Vec<TransactionView>,
    /// `after` of the next page, if there is one.
    pub next: Option<u32>,
}

/// A receipt: `GET /transactions/{id}/proof`. Everything is recomputed by who reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionProofView {
    /// Canonical bytes of the transaction, hex.
    pub transaction: String,
    /// Position in the block.
    pub index: u32,
    /// Hashes beside the path in the transactions tree, from the leaf upwards.
    pub path: Vec<String>,
    /// Canonical bytes of the block's header, hex.
    pub header: String,
    /// Canonical bytes of the tip's header, hex: its history root commits to the block, unless it is the block.
    pub tip: String,
    /// Path in the history under the tip, from the leaf upwards; empty when the block is the tip.
    pub history: Vec<HistoryStep>,
}

/// A summary beside a path in the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryStep {
    /// Hash.
    pub hash: String,
    /// Work, 32 hex digits.
    pub work: String,
    /// Clock.
    pub clock: u64,
}

/// An account: `GET /accounts/{address}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// The address asked for.
    pub address: String,
    /// Mites at the tip.
    pub balance: u64,
    /// Nonce at the tip.
    pub nonce: u64,
    /// What the pool would change.
    pub pending: Pending,
    /// What moved through it up to the tip.
    pub totals: AccountTotals,
}

/// What moved through an account in all blocks, in mites:
/// `balance = opening + received + mined - sent - fees`. Coins that go round add up to more than there
/// are; what is above 2^64 - 1 is told as that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountTotals {
    /// What the chain's parameters gave it.
    pub opening: u64,
    /// Paid to it by others.
    pub received: u64,
    /// Paid by it to others.
    pub sent: u64,
    /// Paid by it to miners.
    pub fees: u64,
    /// Rewards and fees of the blocks that it mined.
    pub mined: u64,
    /// The blocks that it mined and got something for.
    pub blocks: u64,
}

/// What the pool would change in an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Mites on their way in.
    pub incoming: u64,
    /// Mites on their way out, fees included.
    pub outgoing: u64,
    /// Nonce of the account's next transaction.
    pub next_nonce: u64,
}

/// `GET /accounts/{address}/proof`: canonical bytes of a `StateProof` and of the header whose root it fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountProofView {
    /// The address asked for.
    pub address: String,
    /// Canonical bytes of the proof (§7), hex.
    pub proof: String,
    /// Canonical bytes of the tip's header, hex.
    pub header: String,
}

/// What an account had to do with a row of its activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It paid.
    Sent,
    /// It was paid by somebody else.
    Received,
    /// It got a block's reward and fees.
    Mined,
}

/// One thing that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityRow {
    /// What the account had to do with it.
    pub role: Role,
    /// Mites: paid in all without the fee (`sent`), received (`received`), reward and fees (`mined`).
    pub amount: u64,
    /// Height of the block; `None` while it waits.
    pub height: Option<u64>,
    /// Id of the block.
    pub block: Option<String>,
    /// Timestamp of the block.
    pub timestamp: Option<u64>,
    /// 0 while it waits.
    pub confirmations: u64,
    /// The transaction, unless the row is `mined`.
    pub transaction: Option<TransactionView>,
}

/// A page of an account's activity, newest first; what waits stands before everything else on the first page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityPage {
    /// The rows.
    pub rows: Vec<ActivityRow>,
    /// `after` of the next page, if there is one.
    pub next: Option<String>,
}

/// `GET /mempool`: what waits, in the order a miner would take it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MempoolView {
    /// Totals.
    pub totals: MempoolTotals,
    /// The first of them.
    pub transactions: Vec<MempoolEntry>,
    /// `after` of the next page, if there is one: the id of the last transaction here.
    pub next: Option<String>,
}

/// A waiting transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MempoolEntry {
    /// The transaction.
    pub transaction: TransactionView,
    /// Blocks until it would be taken, were no more to come: 1 is the next; 11 stands for more than 10.
    pub blocks: u32,
}

/// `GET /fees`: mites per 1,000 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeRates {
    /// To be in the next block.
    pub next: u64,
    /// To be in one of the next 3.
    pub within_3: u64,
    /// To be in one of the next 10.
    pub within_10: u64,
}
