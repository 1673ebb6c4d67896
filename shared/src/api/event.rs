//! Live events: `GET /events`. An event is a hint with enough to draw; the truth is asked for.

use super::{
    node::PeerView,
    view::{BlockView, TransactionView},
};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// An event of the stream. The name of the server-sent event is the variant's name in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Event {
    /// The tip changed.
    Block(BlockEvent),
    /// A transaction entered the pool or left it other than into a block.
    Transaction(PoolEvent),
    /// Peers or their state changed.
    Peers(PeersEvent),
    /// Events were lost: load everything again.
    Resync,
}

/// `block`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockEvent {
    /// Ids of blocks that are no longer in the chain, newest first.
    pub reverted: Vec<String>,
    /// Blocks that are in the chain now, oldest first; at most the last 32 of them.
    pub connected: Vec<BlockView>,
    /// `<height>:<id>`.
    pub tip: String,
}

/// `transaction`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolEvent {
    /// The transaction; `status` tells whether it waits or why it left.
    pub transaction: TransactionView,
}

/// `peers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeersEvent {
    /// All peers.
    pub peers: Vec<PeerView>,
}
