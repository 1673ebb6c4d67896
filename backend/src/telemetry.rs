//! The log: lines on standard error, for people first.

use std::{io, panic};

use tracing_subscriber::EnvFilter;

/// Begins to log what `filter` lets through, and to log panics as one line each.
///
/// # Errors
///
/// When `filter` is none.
pub fn start(filter: &str) -> Result<(), FilterError> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| FilterError { filter: filter.to_owned(), reason: error.to_string() })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
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
