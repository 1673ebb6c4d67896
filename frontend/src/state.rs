//! What the app knows: structs of signals, one per subject.
//!
//! Each is `Copy`, made once by its `provide_…` in `app.rs` and found by its `use_…`. They form a
//! line: the chain follows the live events, the wallet and the miner follow the chain. Nothing on
//! the right writes to the left.

pub mod chain;
pub mod mining;
pub mod notices;
pub mod settings;
pub mod wallet;

mod refresh;

pub(crate) use refresh::Refresh;
