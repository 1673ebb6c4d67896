//! What tests of the whole product need: nodes as real processes, and people at real browsers.
//!
//! Everything here panics with a sentence when it cannot do its work: that is how a test fails.

pub mod browser;
pub mod chain;
pub mod flood;
pub mod http;
pub mod liar;
pub mod mining;
pub mod net;
pub mod node;
pub mod page;
pub mod process;
pub mod program;
pub mod purse;
pub mod recorder;
mod serve;
pub mod wait;

pub use browser::{Browser, Browsers, Wishes, with_browsers};
pub use chain::ChainSource;
pub use flood::Flood;
pub use http::{Api, refusal};
pub use liar::{Answer, Liar, Lie};
pub use net::{Net, Setup};
pub use node::{Node, Plan};
pub use purse::Purse;
pub use wait::{PATIENCE, until};

/// Whether this is a run of the long tiers (`HALFPENNY_FULL`), in which some tests do more of the same.
#[must_use]
pub fn is_full() -> bool {
    std::env::var_os("HALFPENNY_FULL").is_some()
}
