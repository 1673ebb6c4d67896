//! The app: wallet, miner and explorer in a browser tab.
//!
//! In reading order. Data goes one way: [`live`] hears the node, [`state`] keeps what was heard,
//! [`pages`] show it; what they call back is a method of a state. Everything that can be wrong is
//! decided in pure modules ([`wallet`], [`mining`], [`format`]) or in `shared`, and tested natively.

#![expect(
    unreachable_pub,
    reason = "the component macro makes the props of every component public"
)]

// --- texts; first, for its macros stand everywhere
#[macro_use]
pub mod i18n;

// --- pure: no browser below this line until the next
pub mod format;
pub mod mining;
pub mod wallet;

// --- the browser and the node
pub mod api;
pub mod browser;
pub mod live;
pub mod router;
pub mod storage;
pub mod workers;

// --- what everything shown is made of
pub mod prelude;
pub mod reactive;

// --- what is known
pub mod state;

// --- what is seen
pub mod app;
pub mod components;
pub mod offline;
pub mod pages;
pub mod parts;

#[cfg(test)]
mod testkit;
