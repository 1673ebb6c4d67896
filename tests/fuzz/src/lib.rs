//! What the fuzz targets call: the judges of the unit tests, with everything made ready once.
//!
//! The tests' own modules are taken in by their paths. So a target asks exactly what the seeded mutations
//! ask, and the messages of the relay come without the rest of the node.

#[path = "../../../backend/src/relay/tests/judge.rs"]
mod judge;
#[path = "../../../shared/tests/kit/mod.rs"]
mod kit;
#[path = "../../../backend/src/relay/messages.rs"]
#[allow(dead_code, reason = "the node uses all of it")]
mod messages;

pub mod seeds;

use std::sync::LazyLock;

use kit::{Kit, parameters};

static KIT: LazyLock<Kit> = LazyLock::new(|| Kit::new(parameters()));
static SIGNED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| kit::seeds::transactions(&KIT));

/// Bytes as a transaction.
pub fn transaction(bytes: &[u8]) {
    kit::judge::transaction(&KIT, &SIGNED, bytes);
}

/// Bytes as a child of genesis.
pub fn block(bytes: &[u8]) {
    kit::judge::block(&KIT, bytes);
}

/// Bytes as headers after genesis.
pub fn headers(bytes: &[u8]) {
    kit::judge::headers(&KIT.state, bytes);
}

/// Bytes as a message of another node; the first says of which kind.
pub fn relay(bytes: &[u8]) {
    judge::message(bytes);
}

/// Text as a keystore file.
pub fn keystore(bytes: &[u8]) {
    if let Ok(text) = str::from_utf8(bytes) {
        kit::judge::keystore(&KIT, text);
    }
}

/// Text as what the HTTP interface and its callers read.
pub fn json(bytes: &[u8]) {
    if let Ok(text) = str::from_utf8(bytes) {
        kit::judge::json(KIT.chain.prefix(), text);
    }
}

/// Text as a chain file.
pub fn chain_file(bytes: &[u8]) {
    if let Ok(text) = str::from_utf8(bytes) {
        kit::judge::chain_file(text);
    }
}
