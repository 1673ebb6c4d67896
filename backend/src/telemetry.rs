//! The log: lines on standard error, for people first, for programs when they are asked for.

use std::{
    io::{self, IsTerminal as _},
    panic,
};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

/// Each listener would say how it starts and stops, which the node says for both.
const QUIET: &str = "actix_server=warn";

/// How lines of the log are written.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Deserialize, Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Text, with colours on a terminal: elsewhere they would be noise in a file.
    #[default]
    Auto,
    /// Text without colours.
    Text,
    /// A JSON object on each line.
    Json,
}

/// Begins to log what `filter` lets through, and to log panics as one line each.
///
/// # Errors
///
/// When `filter` is none.
pub fn start(filter: &str, format: Format) -> Result<(), FilterError> {
    // What the operator names counts more than what stands before it.
    let filter = EnvFilter::try_new(format!("{QUIET},{filter}"))
        .map_err(|error| FilterError { filter: filter.to_owned(), reason: error.to_string() })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // Only the first call in a process counts; tests start several nodes.
    let started = match format {
        Format::Auto | Format::Text => {
            let colours = format == Format::Auto && io::stderr().is_terminal();
            log.with_ansi(colours).with_target(false).try_init()
        }
        Format::Json => log.json().flatten_event(true).with_span_list(false).try_init(),
    };
    if started.is_ok() {
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
