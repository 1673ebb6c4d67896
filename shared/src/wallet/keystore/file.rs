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
//! A wallet with a 25th word has version 2 and a message of 358 hex digits. `m` is in KiB. Hex is lower-case. Fields that are missing, unknown or double are refused.

use super::{Cost, Header, Keystore, KeystoreError, plaintext};
use crate::{
    account::{Address, Prefix},
    hash::to_hex,
};
use alloc::{format, string::String, vec::Vec};
use data_encoding::HEXLOWER;
use serde::Deserialize;

/// What the file says it is.
pub const FORMAT: &str = "halfpenny-keystore";
/// The only function that makes a key of a passphrase.
pub const KDF: &str = "argon2id";
/// The only cipher.
pub const CIPHER: &str = "xchacha20poly1305";
/// Size of a file, at most.
pub const MAX_FILE_BYTES: usize = 16 * 1024;

/// What the cipher adds to the plaintext.
const TAG_BYTES: usize = 16;

#[derive(Deserialize)]
struct Probe {
    format: String,
    version: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "format")]
    _format: String,
    version: u32,
    id: String,
    name: String,
    chain: String,
    coin_type: u32,
    address: String,
    created: u64,
    crypto: Crypto,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Crypto {
    kdf: Kdf,
    cipher: Cipher,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kdf {
    function: String,
    params: KdfParams,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KdfParams {
    m: u32,
    t: u32,
    p: u32,
    salt: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cipher {
    function: String,
    params: CipherParams,
    message: String,
}

#[derive(Deserialize)]
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

    /// The text of the file. Written out rather than serialized: that needs less code, which every
    /// browser loads.
    #[must_use]
    pub fn to_json(&self) -> String {
        let Header { name, chain, coin_type, address, created } = &self.header;
        let name = serde_json::to_string(name).expect("a text always serializes");
        let (version, id, chain_text) = (self.version, to_hex(&self.id), chain.as_str());
        let address = address.to_text(chain);
        let Cost { memory_kib, passes, lanes } = self.cost;
        let (salt, nonce) = (to_hex(&self.salt), to_hex(&self.nonce));
        let message = to_hex(&self.message);
        format!(
            r#"{{
  "format": "{FORMAT}",
  "version": {version},
  "id": "{id}",
  "name": {name},
  "chain": "{chain_text}",
  "coin_type": {coin_type},
  "address": "{address}",
  "created": {created},
  "crypto": {{
    "kdf": {{
      "function": "{KDF}",
      "params": {{
        "m": {memory_kib},
        "t": {passes},
        "p": {lanes},
        "salt": "{salt}"
      }}
    }},
    "cipher": {{
      "function": "{CIPHER}",
      "params": {{
        "nonce": "{nonce}"
      }},
      "message": "{message}"
    }}
  }}
}}
"#
        )
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
        if !matches!(probe.version, 1 | 2) {
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
            version: file.version,
            id: exact_hex(&file.id)?,
            header,
            cost: Cost { memory_kib: m, passes: t, lanes: p },
            salt: exact_hex(&salt)?,
            nonce: exact_hex(&cipher.params.nonce)?,
            message: hex(&cipher.message)?,
        };
        let sizes = plaintext::sizes(keystore.version);
        if !sizes.iter().any(|size| size + TAG_BYTES == keystore.message.len()) {
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
