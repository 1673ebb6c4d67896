//! Errors of the HTTP interface: RFC 9457 with a stable code.

use alloc::string::String;
use serde::{Deserialize, Serialize};

/// `application/problem+json`. Programs and the app go by `code`; `detail` is for people and for logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A URI reference that names the kind: `/problems/<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code, e.g. `transaction-expired`.
    pub code: String,
    /// What happened, with the values.
    #[serde(default)]
    pub detail: String,
    /// The field at fault, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}
