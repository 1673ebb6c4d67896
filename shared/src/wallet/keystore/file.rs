//! The keystore as JSON.
//!
//! ```json
//! {
//!   "format": "halfpenny-keystore",
//!   "version": 1,
//!   "id": "32 hex digits",
//!   "name": "Savings",
//!   "chain": "hhc",
//!   "coin_type": 9999,
//!   "address": "hhc1…",
//!   "created": 1790000000,
//!   "crypto": {
//!     "kdf": {
//!       "function": "argon2id",
//!       "params": { "m": 65536, "t": 3, "p": 1, "salt": "32 hex digits" }
//!     },
//!     "cipher": {
//!       "function": "xchacha20poly1305",
//!       "params": { "nonce": "48 hex digits" },
//!       "message": "66 or 98 hex digits"
//!     }
//!   }
//! }
//! ```
//!
//! `m` is in KiB. Hex is lower-case. Fields that are missing, unknown or double are refused.

use super::{Cost, Header, Keystore, KeystoreError};
use crate::{
    account::{Address, Prefix},
    hash::to_hex,
};
use alloc::{string::String, vec::Vec};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

/// What the file says it is.
pub const FORMAT: &str = "halfpenny-keystore";
/// The version that this module reads and writes.
pub const VERSION: u32 = 1;
/// The only function that makes a key of a passphrase.
pub const KDF: &str = "argon2id";
/// The only cipher.
pub const CIPHER: &str = "xchacha20poly1305";
/// Size of a file, at most.
pub const MAX_FILE_BYTES: usize = 16 * 1024;

/// Sizes of the two kinds of message: kind, entropy, tag.
const MESSAGE_BYTES: [usize; 2] = [1 + 16 + 16, 1 + 32 + 16];

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
    id: String,
    name: String,
    chain: String,
    coin_type: u32,
    address: String,
    created: u64,
    crypto: Crypto,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Crypto {
    kdf: Kdf,
    cipher: Cipher,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kdf {
    function: String,
    params: KdfParams,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KdfParams {
    m: u32,
    t: u32,
    p: u32,
    salt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cipher {
    function: String,
    params: CipherParams,
    message: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CipherParams {
    nonce: String,
}

impl Keystore {
    /// Reads a file. Does not need the passphrase and is quick.
    ///
    /// # Errors
    ///
    /// When it is no keystore, of another version, or its cost is outside of
    /// [`Cost::LEAST`]`..=`[`Cost::MOST`].
    pub fn parse(text: &str) -> Result<Self, KeystoreError> {
        Self::parse_between(text, &Cost::LEAST, &Cost::MOST)
    }

    /// The text of the file.
    #[must_use]
    pub fn to_json(&self) -> String {
        let Header { name, chain, coin_type, address, created } = &self.header;
        let file = File {
            format: FORMAT.into(),
            version: VERSION,
            id: to_hex(&self.id),
            name: name.clone(),
            chain: chain.as_str(),
            coin_type: *coin_type,
            address: address.to_text(chain),
            created: *created,
            crypto: Crypto {
                kdf: Kdf {
                    function: KDF.into(),
                    params: KdfParams {
                        m: self.cost.memory_kib,
                        t: self.cost.passes,
                        p: self.cost.lanes,
                        salt: to_hex(&self.salt),
                    },
                },
                cipher: Cipher {
                    function: CIPHER.into(),
                    params: CipherParams { nonce: to_hex(&self.nonce) },
                    message: to_hex(&self.message),
                },
            },
        };
        let mut text =
            serde_json::to_string_pretty(&file).expect("text and numbers always serialize");
        text.push('\n');
        text
    }

    /// [`Keystore::parse`] with other bounds, so that tests can be quick.
    pub(super) fn parse_between(
        text: &str,
        least: &Cost,
        most: &Cost,
    ) -> Result<Self, KeystoreError> {
        if text.len() > MAX_FILE_BYTES {
            return Err(malformed("it is too large"));
        }
        let probe: Probe = serde_json::from_str(text)
            .map_err(|_| malformed("it is not JSON with a format and a version"))?;
        if probe.format != FORMAT {
            return Err(malformed("its format is not halfpenny-keystore"));
        }
        if probe.version != u64::from(VERSION) {
            return Err(KeystoreError::Version { got: probe.version });
        }
        let file: File = serde_json::from_str(text)
            .map_err(|_| malformed("a field is missing, unknown or of the wrong type"))?;
        let keystore = Self::of_file(file)?;
        keystore.cost.check_between(least, most)?;
        Ok(keystore)
    }

    fn of_file(file: File) -> Result<Self, KeystoreError> {
        let Crypto { kdf, cipher } = file.crypto;
        if kdf.function != KDF || cipher.function != CIPHER {
            return Err(malformed("its functions are not argon2id and xchacha20poly1305"));
        }
        let chain = Prefix::parse(&file.chain).ok_or(malformed("its chain is not a prefix"))?;
        let address = Address::parse(&file.address, &chain)
            .ok()
            .filter(|address| address.to_text(&chain) == file.address)
            .ok_or(malformed("its address is not one of its chain"))?;
        let Kdf { params: KdfParams { m, t, p, salt }, .. } = kdf;
        let header = Header {
            name: file.name,
            chain,
            coin_type: file.coin_type,
            address,
            created: file.created,
        };
        header.check()?;
        let keystore = Self {
            id: exact_hex(&file.id)?,
            header,
            cost: Cost { memory_kib: m, passes: t, lanes: p },
            salt: exact_hex(&salt)?,
            nonce: exact_hex(&cipher.params.nonce)?,
            message: hex(&cipher.message)?,
        };
        if !MESSAGE_BYTES.contains(&keystore.message.len()) {
            return Err(malformed("the message has a wrong length"));
        }
        Ok(keystore)
    }
}

fn exact_hex<const N: usize>(text: &str) -> Result<[u8; N], KeystoreError> {
    hex(text)?.try_into().map_err(|_| malformed("a hex field has a wrong length"))
}

fn hex(text: &str) -> Result<Vec<u8>, KeystoreError> {
    HEXLOWER.decode(text.as_bytes()).map_err(|_| malformed("a hex field is not lower-case hex"))
}

const fn malformed(reason: &'static str) -> KeystoreError {
    KeystoreError::Malformed { reason }
}
