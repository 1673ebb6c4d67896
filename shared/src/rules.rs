//! The rules, by what each may look at.
//!
//! ```text
//! bytes -decode-> Block -block_isolated-> CheckedBlock -block_in_chain-> ConnectedBlock
//!                 Transaction -transaction_isolated-> CheckedTransaction -transaction_in_ledger-> fee
//!                 Header -header (needs the parent's state)-> ChainState of the child
//! ```
//!
//! A stage is a type: what was checked once is carried by it and never checked again. All of it is
//! pure: no clock, no randomness, no I/O. What a rule breaks is told by an error with a stable `code`.

pub mod block_in_chain;
pub mod block_isolated;
pub mod header;
pub mod transaction_in_ledger;
pub mod transaction_isolated;
