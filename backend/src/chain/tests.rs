//! Tests of the chain, by subject.

mod archive;
mod beside;
mod block_rules;
mod damage;
mod folder;
mod forks;
mod invalid;
mod laws;
mod log;
mod long_history;
mod projected;
mod reads;
mod replay;
mod supply;
mod totals;
mod waiting;
