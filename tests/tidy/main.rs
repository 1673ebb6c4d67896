//! Rules about the code itself that no compiler checks: layout, layers, honesty.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod contrast;
mod errors;
mod files;
mod layers;
mod layout;
mod pages;
mod planted;
mod references;
mod size;
mod texts;
