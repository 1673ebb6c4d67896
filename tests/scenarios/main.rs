//! Whole-product scenarios: real node processes, and real Chromium where somebody looks at a page.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accessibility;
mod backup;
mod bad_input;
mod big_reorganisation;
mod catch_up_after_offline;
mod command_line;
mod crash;
mod explorer;
mod found_block;
mod insecure_context;
mod io_errors;
mod live_update;
mod log;
mod looks;
mod node_mines;
mod one_way_reachability;
mod operators_page;
mod peers;
mod reject_over_http;
mod reorganise;
mod restart;
mod secrets_stay_home;
mod send_and_confirm;
mod speed;
mod start_refused;
mod sync_from_genesis;
mod wallet_care;
mod wallet_lifecycle;
