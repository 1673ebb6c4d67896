//! A Halfpenny node: it checks blocks and transactions by the rules of [`shared`], keeps the chain with
//! most work, talks to other nodes and to browsers, and never holds a secret key.
//!
//! ```text
//! http  ──parses──▶  chain  ──decides, commits──▶  store
//!   ▲                  │ ▲
//!   └── events ◀──tell─┘ └──submits── relay ◀─decides what to fetch─ sync
//! ```

pub mod config;
pub mod node;
pub mod notify;
pub mod telemetry;

pub mod chain;
pub mod pool;
pub mod store;

pub mod client;
pub mod peers;
pub mod relay;
pub mod sync;

pub mod events;
pub mod http;

pub mod cli;

pub use config::{Config, Settings};
pub use node::Node;
