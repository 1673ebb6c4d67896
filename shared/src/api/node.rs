//! JSON views of what a node offers: work, verdicts, search, peers.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// `GET /mining/template?to=`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateView {
    /// Canonical bytes of the header with nonce 0, hex.
    pub header: String,
    /// The 32 bytes to mine on, hex.
    pub core: String,
    /// Target, 64 hex digits.
    pub target: String,
    /// Height.
    pub height: u64,
    /// Reward in mites.
    pub reward: u64,
    /// Fees in mites.
    pub fees: u64,
    /// Canonical bytes of the transactions, hex, in order.
    pub transactions: Vec<String>,
    /// Canonical bytes of the parent's header, hex.
    pub parent: String,
}

/// `POST /transactions`: 202.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// Id of the transaction.
    pub id: String,
}

/// `POST /transactions/check`: 200.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckView {
    /// Whether it would be accepted.
    pub accepted: bool,
    /// The code of the rule that it breaks, otherwise.
    pub code: Option<String>,
    /// That rule's text with the values.
    pub detail: Option<String>,
}

/// `POST /blocks`: 201.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmittedBlock {
    /// Id of the block.
    pub id: String,
    /// `connected`, `side` (less work than the tip), `known`, `waiting` (ahead of its time), `orphan` (its parent is unknown).
    pub outcome: String,
}

/// `POST /dev/mine`, `POST /dev/faucet`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevMined {
    /// Ids of the blocks, oldest first.
    pub blocks: Vec<String>,
}

/// `GET /search?q=`: where to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchView {
    /// `block`, `transaction`, `account`.
    pub kind: String,
    /// Id, height or address in full.
    pub value: String,
}

/// A peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerView {
    /// Its URL, or for one that called us a name made of its number.
    pub url: String,
    /// `outbound`: we called it; `inbound`: it called us.
    pub direction: String,
    /// `connected`, `connecting`, `waiting` (until the next try), `refused` (another chain), `self`
    /// (this node), `banned` (by this node's operator).
    pub state: String,
    /// Height of its tip.
    pub height: Option<u64>,
    /// Work of its chain, 32 hex digits.
    pub work: Option<String>,
    /// Milliseconds of its last answer.
    pub latency_ms: Option<u64>,
    /// Version of its program.
    pub version: Option<String>,
    /// What last went wrong, as a code.
    pub last_fault: Option<String>,
    /// When that was.
    pub last_fault_time: Option<u64>,
}

/// `GET /peers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeersView {
    /// All peers.
    pub peers: Vec<PeerView>,
}

/// `GET /admin/v1/peers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorPeersView {
    /// All peers.
    pub peers: Vec<PeerView>,
    /// Hosts that are neither called nor heard.
    pub bans: Vec<BanView>,
}

/// A banned host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BanView {
    /// An address, the /64 of an IPv6 address, or a name.
    pub host: String,
    /// Since when, in seconds since 1970.
    pub since: u64,
}
