//! The proposal as JSON, and the account that it pays from.
//!
//! ```json
//! {
//!   "format": "halfpenny-proposal",
//!   "version": 1,
//!   "genesis": "64 hex digits",
//!   "threshold": 2,
//!   "keys": ["64 hex digits", "…"],
//!   "body": "hex of the canonical bytes that are signed",
//!   "signatures": [{ "index": 0, "signature": "128 hex digits" }]
//! }
//! ```
//!
//! The file of an account has `"format": "halfpenny-shared-account"`, `version`, `threshold` and `keys`.
//! Neither file is secret; without the account's nobody can pay from it.

use super::{Proposal, ProposalError};
use crate::{
    account::Policy,
    encode::{Bounded, decode, encode},
    hash::{BlockId, parse_hex, to_hex},
    key::{PublicKey, Signature},
    limits::MAX_TRANSACTION_BYTES,
    params::Chain,
    transaction::Body,
};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use data_encoding::HEXLOWER_PERMISSIVE;
use serde::{Deserialize, Serialize};

/// What the file says it is.
pub const FORMAT: &str = "halfpenny-proposal";
/// The version that this module reads and writes.
pub const VERSION: u32 = 1;
/// What the file of an account says it is.
pub const ACCOUNT_FORMAT: &str = "halfpenny-shared-account";
/// Size of a file, at most.
pub const MAX_FILE_BYTES: usize = 16 * 1024;

#[derive(Deserialize)]
struct Probe {
    format: String,
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    version: u32,
    genesis: String,
    threshold: u8,
    keys: Vec<String>,
    body: String,
    signatures: Vec<FileSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountFile {
    format: String,
    version: u32,
    threshold: u8,
    keys: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSignature {
    index: u8,
    signature: String,
}

impl Proposal {
    /// Reads a proposal for `chain`, from anybody: keys, payment and every signature are checked.
    /// Whether the account can pay is not: that needs a node.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn parse(text: &str, chain: &Chain) -> Result<Self, ProposalError> {
        if text.len() > MAX_FILE_BYTES {
            return Err(malformed("it is too large"));
        }
        let probe: Probe = serde_json::from_str(text)
            .map_err(|_| malformed("it is not JSON with a format and a version"))?;
        if probe.format != FORMAT {
            return Err(malformed("its format is not halfpenny-proposal"));
        }
        if probe.version != u64::from(VERSION) {
            return Err(ProposalError::Version { got: probe.version });
        }
        let file: File = serde_json::from_str(text)
            .map_err(|_| malformed("a field is missing, unknown or of the wrong type"))?;
        let got =
            BlockId::parse(&file.genesis).ok_or(malformed("its genesis is not a block id"))?;
        let expected = chain.genesis_id();
        if got != expected {
            return Err(ProposalError::WrongChain { got, expected });
        }
        let keys = keys(&file.keys).ok_or(malformed("a key is not 64 hex digits"))?;
        let keys = Bounded::new(keys).ok_or(malformed("a shared account has 2 to 8 keys"))?;
        // The keys as they stand: out of order they are another account, or none.
        let policy = Policy { threshold: file.threshold, keys };
        Self::of_parts(chain, policy, body(&file)?, signatures(&file)?)
    }

    /// The text of the file.
    #[must_use]
    pub fn to_json(&self) -> String {
        let signature = |(index, signature): (&u8, &Signature)| FileSignature {
            index: *index,
            signature: to_hex(&signature.0),
        };
        let file = File {
            format: FORMAT.into(),
            version: VERSION,
            genesis: to_hex(self.genesis.as_bytes()),
            threshold: self.policy.threshold,
            keys: hex_keys(&self.policy),
            body: to_hex(&encode(&self.body)),
            signatures: self.signatures.iter().map(signature).collect(),
        };
        text_of(&file)
    }
}

/// Reads the file of a shared account.
///
/// # Errors
///
/// When it is none, or its keys and threshold make no account.
pub fn parse_account(text: &str) -> Result<Policy, ProposalError> {
    let wrong = |reason| ProposalError::NotAnAccount { reason };
    if text.len() > MAX_FILE_BYTES {
        return Err(wrong("it is too large"));
    }
    let file: AccountFile = serde_json::from_str(text)
        .map_err(|_| wrong("a field is missing, unknown or of the wrong type"))?;
    if file.format != ACCOUNT_FORMAT {
        return Err(wrong("its format is not halfpenny-shared-account"));
    }
    if file.version != VERSION {
        return Err(wrong("a later program made it"));
    }
    let keys = keys(&file.keys).ok_or(wrong("a key is not 64 hex digits"))?;
    Ok(Policy::new(file.threshold, keys)?)
}

/// The text of the file of a shared account.
#[must_use]
pub fn account_to_json(policy: &Policy) -> String {
    text_of(&AccountFile {
        format: ACCOUNT_FORMAT.into(),
        version: VERSION,
        threshold: policy.threshold,
        keys: hex_keys(policy),
    })
}

fn text_of(file: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(file).expect("text and numbers always serialize");
    text.push('\n');
    text
}

fn keys(texts: &[String]) -> Option<Vec<PublicKey>> {
    texts.iter().map(|text| parse_hex(text).map(PublicKey)).collect()
}

fn hex_keys(policy: &Policy) -> Vec<String> {
    policy.keys.iter().map(|key| to_hex(&key.0)).collect()
}

fn body(file: &File) -> Result<Body, ProposalError> {
    HEXLOWER_PERMISSIVE
        .decode(file.body.as_bytes())
        .ok()
        .and_then(|bytes| decode(&bytes, MAX_TRANSACTION_BYTES).ok())
        .ok_or(malformed("its body is not that of a transaction"))
}

fn signatures(file: &File) -> Result<BTreeMap<u8, Signature>, ProposalError> {
    let mut signatures = BTreeMap::new();
    for signed in &file.signatures {
        let signature = parse_hex(&signed.signature).map(Signature);
        let signature = signature.ok_or(malformed("a signature is not 128 hex digits"))?;
        if signatures.insert(signed.index, signature).is_some() {
            return Err(malformed("a key has two signatures"));
        }
    }
    Ok(signatures)
}

const fn malformed(reason: &'static str) -> ProposalError {
    ProposalError::Malformed { reason }
}
