#![doc = include_str!("../README.md")]
#![no_std]
#![deny(clippy::float_arithmetic)]
#![allow(clippy::doc_markdown, reason = "the specification is prose, with names of fields in it")]

extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

pub mod limits;

pub mod amount;
pub mod hash;
pub mod work;

pub mod account;
pub mod encode;
pub mod key;

pub mod block;
pub mod difficulty;
pub mod header;
pub mod merkle;
pub mod transaction;

pub mod history;
pub mod ledger;
pub mod state_tree;

mod parallel;
pub mod params;
pub mod pow;
pub mod rules;
pub mod state;
pub mod template;

#[cfg(feature = "api")]
pub mod api;
#[cfg(feature = "std")]
pub mod chains;

pub mod policy;

#[cfg(feature = "wallet")]
pub mod wallet;
