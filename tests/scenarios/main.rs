//! Whole-product scenarios: real node processes, and real Chromium where somebody looks at a page.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accessibility;
mod bad_input;
mod catch_up_after_offline;
mod command_line;
mod insecure_context;
mod live_update;
mod one_way_reachability;
mod peers;
mod reject_over_http;
mod reorganise;
mod restart;
mod secrets_stay_home;
mod send_and_confirm;
mod start_refused;
mod sync_from_genesis;
mod wallet_lifecycle;
