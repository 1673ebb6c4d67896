//! The log: lines on standard error, for people first.

use std::{
    io::{self, IsTerminal as _},
    panic,
};

use tracing_subscriber::EnvFilter;

/// Each listener would say how it starts and stops, which the node says for both.
const QUIET: &str = "actix_server=warn";

/// Begins to log what `filter` lets through, and to log panics as one line each. Colours are for
/// terminals only: elsewhere they would be noise in a file.
///
/// # Errors
///
/// When `filter` is none.
pub fn start(filter: &str) -> Result<(), FilterError> {
    // What the operator names counts more than what stands before it.
    let filter = EnvFilter::try_new(format!("{QUIET},{filter}"))
        .map_err(|error| FilterError { filter: filter.to_owned(), reason: error.to_string() })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    // Only the first call in a process counts; tests start several nodes.
    if log.try_init().is_ok() {
        panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "a fault of the program: {panic}");
        }));
    }
    Ok(())
}

/// The filter is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("--log {filter} is no filter: {reason}; say error, warn, info, debug or trace")]
pub struct FilterError {
    filter: String,
    reason: String,
}
