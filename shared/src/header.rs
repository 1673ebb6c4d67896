//! Block headers: the only mined bytes (§6, §9).

use crate::{
    account::AccountId,
    hash::{BlockId, Hash, Tag},
    work::Target,
};
use borsh::{BorshDeserialize, BorshSerialize};
use sha2::{Digest as _, Sha256};

/// A block header, 229 bytes (§6).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Header {
    /// The rule set, 1 from genesis on.
    pub version: u8,
    /// The parent's height plus one.
    #[borsh(deserialize_with = "crate::encode::below_time_end")]
    pub height: u64,
    /// The parent's id; at genesis the hash of the chain parameters.
    pub previous: Hash,
    /// The transactions tree (§6).
    pub transactions_root: Hash,
    /// Number of transactions.
    pub transaction_count: u32,
    /// The state after this block (§7).
    pub state_root: Hash,
    /// All earlier blocks (§8).
    pub history_root: Hash,
    /// Who gets reward and fees.
    pub miner: AccountId,
    /// Seconds since 1970, after the parent's.
    #[borsh(deserialize_with = "crate::encode::below_time_end")]
    pub timestamp: u64,
    /// The chain's clock in seconds (§10).
    #[borsh(deserialize_with = "crate::encode::below_time_end")]
    pub clock: u64,
    /// The largest id that this block may have (§9).
    pub target: Target,
    /// What the miner varies.
    pub nonce: u64,
}

impl Header {
    /// What the samples of a chain proof carry as one hash (§9).
    #[must_use]
    pub fn content(&self) -> Hash {
        Tag::CONTENT.hash(&[
            &self.previous.0,
            &self.transactions_root.0,
            &self.transaction_count.to_le_bytes(),
            &self.state_root.0,
            &self.miner.0,
        ])
    }

    /// The 32 bytes that a miner works on (§9).
    #[must_use]
    pub fn core(&self) -> Hash {
        Tag::HEADER.hash(&[
            &[self.version],
            &self.height.to_le_bytes(),
            &self.timestamp.to_le_bytes(),
            &self.clock.to_le_bytes(),
            &self.target.to_be_bytes(),
            &self.history_root.0,
            &self.content().0,
        ])
    }

    /// `SHA-256(core || nonce)` (§9).
    #[must_use]
    pub fn id(&self) -> BlockId {
        id_of(&self.core(), self.nonce)
    }
}

/// The id of a block with this core and nonce: 40 bytes, one compression (§9).
#[must_use]
pub fn id_of(core: &Hash, nonce: u64) -> BlockId {
    let digest = Sha256::new().chain_update(core.0).chain_update(nonce.to_le_bytes()).finalize();
    BlockId(Hash(digest.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        encode::{decode, encode},
        limits::{HEADER_BYTES, TIME_END},
    };

    fn header() -> Header {
        Header {
            version: 1,
            height: 7,
            previous: Hash([1; 32]),
            transactions_root: Hash([2; 32]),
            transaction_count: 3,
            state_root: Hash([4; 32]),
            history_root: Hash([5; 32]),
            miner: AccountId([6; 32]),
            timestamp: 8,
            clock: 9,
            target: Target::from_zero_bits(8),
            nonce: 10,
        }
    }

    #[test]
    fn a_header_is_229_bytes() {
        let bytes = encode(&header());
        assert_eq!(bytes.len(), HEADER_BYTES);
        assert_eq!(decode::<Header>(&bytes, HEADER_BYTES), Ok(header()));
        assert!(decode::<Header>(&bytes[..228], HEADER_BYTES).is_err());
    }

    #[test]
    fn a_height_of_2_to_the_40_does_not_decode() {
        let bytes = encode(&Header { height: TIME_END, ..header() });
        assert_eq!(
            decode::<Header>(&bytes, HEADER_BYTES).map_err(|error| error.code()),
            Err("malformed")
        );
    }

    #[test]
    fn every_field_changes_the_id() {
        let base = header();
        let zero = Hash::ZERO;
        let spoilt = [
            Header { version: 2, ..base.clone() },
            Header { height: 8, ..base.clone() },
            Header { previous: zero, ..base.clone() },
            Header { transactions_root: zero, ..base.clone() },
            Header { transaction_count: 4, ..base.clone() },
            Header { state_root: zero, ..base.clone() },
            Header { history_root: zero, ..base.clone() },
            Header { miner: AccountId([0; 32]), ..base.clone() },
            Header { timestamp: 9, ..base.clone() },
            Header { clock: 10, ..base.clone() },
            Header { target: Target::EASIEST, ..base.clone() },
            Header { nonce: 11, ..base.clone() },
        ];
        for header in spoilt {
            assert_ne!(header.id(), base.id(), "{header:?}");
        }
    }
}
