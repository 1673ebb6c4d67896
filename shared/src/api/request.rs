//! What is sent to a node as JSON.

use alloc::string::String;
use serde::{Deserialize, Serialize};

/// Canonical bytes as hex, where JSON is sent: `POST /transactions`, `POST /blocks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmitHex {
    /// The bytes.
    pub hex: String,
}

/// `POST /dev/mine`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DevMine {
    /// Blocks to mine now, 1 to 100.
    pub count: u32,
    /// The address that is paid.
    pub to: String,
}

/// `POST /dev/faucet`: mines a block to the address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DevFaucet {
    /// The address that is paid.
    pub to: String,
}

/// `POST /admin/v1/peers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddPeer {
    /// Where the peer's public listener is, e.g. `http://192.168.1.7:8080`.
    pub url: String,
}

/// `POST /admin/v1/peers/bans`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BanPeer {
    /// Whose host: `url` of a row of `GET /peers`, or a host by itself.
    pub peer: String,
}
