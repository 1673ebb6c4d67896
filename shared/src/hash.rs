//! SHA-256 with a domain for every use (§3).
//!
//! `H(tag, data) = SHA-256(SHA-256(tag) || SHA-256(tag) || data)`. The two tag hashes fill exactly
//! one SHA-256 block, so the state after them is a constant, computed here by the compiler: a domain
//! costs nothing at run time. What this module does not do: the two untagged uses (the block id, §9,
//! and the transactions tree, §6) live with their owners.

pub(crate) mod midstate;

use alloc::string::String;
use borsh::{BorshDeserialize, BorshSerialize};
use core::fmt;
use sha2::block_api::compress256;

/// 32 bytes that commit to something.
#[derive(
    Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct Hash(pub [u8; 32]);

/// The id of a block (§9).
#[derive(
    Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct BlockId(pub Hash);

/// The id of a transaction: a hash over all of its bytes (§5).
#[derive(
    Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct TransactionId(pub Hash);

impl Hash {
    /// 32 zero bytes: "nothing" in the state tree and in the history (§7, §8).
    pub const ZERO: Self = Self([0; 32]);

    /// Parses 64 hex digits; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse_hex(text).map(Self)
    }
}

/// Parses exactly `2 * N` hex digits, either case.
#[must_use]
pub fn parse_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
    bytes.try_into().ok()
}

/// Lower-case hex of any bytes.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! id_text {
    ($name:ident) => {
        impl $name {
            /// Parses 64 hex digits; `None` for anything else.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Hash::parse(text).map(Self)
            }

            /// The 32 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

id_text!(BlockId);
id_text!(TransactionId);

/// One use of the hash function. Every tag of the protocol is an associated constant (§3).
#[derive(Clone, Copy, Debug)]
pub struct Tag {
    name: &'static str,
    state: [u32; 8],
}

impl Tag {
    /// What a transaction's signature commits to (§5).
    pub const SIGNING: Self = Self::new("halfpenny/tx");
    /// Transaction ids (§5).
    pub const TRANSACTION_ID: Self = Self::new("halfpenny/txid");
    /// Ids of shared accounts (§4).
    pub const POLICY: Self = Self::new("halfpenny/policy");
    /// Keys of the state tree (§7).
    pub const STATE_KEY: Self = Self::new("halfpenny/key");
    /// Leaves of the state tree (§7).
    pub const STATE_LEAF: Self = Self::new("halfpenny/leaf");
    /// Inner nodes of the state tree (§7).
    pub const STATE_NODE: Self = Self::new("halfpenny/node");
    /// Leaves of the history (§8).
    pub const HISTORY_LEAF: Self = Self::new("halfpenny/history-leaf");
    /// Inner nodes of the history (§8).
    pub const HISTORY_NODE: Self = Self::new("halfpenny/history-node");
    /// The root of the history (§8).
    pub const HISTORY_ROOT: Self = Self::new("halfpenny/history-root");
    /// The part of a header that the samples of a chain proof do not open (§9).
    pub const CONTENT: Self = Self::new("halfpenny/content");
    /// The 32 bytes that a miner works on (§9).
    pub const HEADER: Self = Self::new("halfpenny/header");
    /// Chain parameters (§11).
    pub const PARAMETERS: Self = Self::new("halfpenny/parameters");
    /// Signed messages: never a transaction (§4).
    pub const MESSAGE: Self = Self::new("halfpenny/message");
    /// Seeds of the coefficients of a batch verification (§4).
    pub const BATCH: Self = Self::new("halfpenny/batch");

    /// Draws of a chain proof's samples (§8).
    pub const CHAIN_SAMPLE: Self = Self::new("halfpenny/chain-sample");

    /// Every tag of the protocol, for tests.
    pub const ALL: [Self; 15] = [
        Self::SIGNING,
        Self::TRANSACTION_ID,
        Self::POLICY,
        Self::STATE_KEY,
        Self::STATE_LEAF,
        Self::STATE_NODE,
        Self::HISTORY_LEAF,
        Self::HISTORY_NODE,
        Self::HISTORY_ROOT,
        Self::CONTENT,
        Self::HEADER,
        Self::PARAMETERS,
        Self::MESSAGE,
        Self::BATCH,
        Self::CHAIN_SAMPLE,
    ];

    const fn new(name: &'static str) -> Self {
        Self { name, state: midstate::of_tag(name.as_bytes()) }
    }

    /// The text of the tag.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// `H(self, parts[0] || parts[1] || …)`.
    #[must_use]
    pub fn hash(&self, parts: &[&[u8]]) -> Hash {
        let mut hasher = Hasher::new(self);
        for part in parts {
            hasher.update(part);
        }
        hasher.finish()
    }

    /// `H(self, left || right)`, as of every inner node of the state tree: what [`Tag::hash`] says, but in
    /// one go, since both fill a block and what follows is known.
    pub(crate) fn hash_two(&self, left: &Hash, right: &Hash) -> Hash {
        let mut both = [0; 64];
        let (first, second) = both.split_at_mut(32);
        first.copy_from_slice(&left.0);
        second.copy_from_slice(&right.0);
        let mut state = self.state;
        compress256(&mut state, &[both, AFTER_TWO]);
        digest(&state)
    }
}

/// The last block after a tag and two hashes: a bit, zeros, and the length, 1,024 bits.
const AFTER_TWO: [u8; 64] = {
    let mut block = [0; 64];
    block[0] = 0x80;
    block[62] = 4;
    block
};

fn digest(state: &[u32; 8]) -> Hash {
    let mut bytes = [0; 32];
    let (words, _) = bytes.as_chunks_mut();
    words.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
    Hash(bytes)
}

/// A tagged hash being computed.
#[derive(Clone, Debug)]
pub struct Hasher {
    state: [u32; 8],
    block: [u8; 64],
    /// Bytes hashed so far, the tag's 64 included.
    length: u64,
}

impl Hasher {
    /// Begins `H(tag, …)`.
    #[must_use]
    pub const fn new(tag: &Tag) -> Self {
        Self { state: tag.state, block: [0; 64], length: 64 }
    }

    /// Appends `data`.
    pub fn update(&mut self, mut data: &[u8]) {
        let filled = self.filled();
        self.length = self.length.wrapping_add(data.len() as u64);
        if filled > 0 {
            let (_, room) = self.block.split_at_mut(filled);
            let take = room.len().min(data.len());
            let (head, tail) = data.split_at(take);
            room.split_at_mut(take).0.copy_from_slice(head);
            data = tail;
            if filled + take < 64 {
                return;
            }
            compress256(&mut self.state, &[self.block]);
        }
        let (blocks, rest) = data.as_chunks::<64>();
        if !blocks.is_empty() {
            compress256(&mut self.state, blocks);
        }
        self.block.split_at_mut(rest.len()).0.copy_from_slice(rest);
    }

    /// Pads and returns the hash.
    #[must_use]
    pub fn finish(mut self) -> Hash {
        let filled = self.filled();
        let bits = self.length.wrapping_mul(8).to_be_bytes();
        let (_, room) = self.block.split_at_mut(filled);
        room.fill(0);
        if let Some(first) = room.first_mut() {
            *first = 0x80;
        }
        if filled >= 56 {
            compress256(&mut self.state, &[self.block]);
            self.block = [0; 64];
        }
        self.block.iter_mut().skip(56).zip(bits).for_each(|(to, from)| *to = from);
        compress256(&mut self.state, &[self.block]);
        digest(&self.state)
    }

    fn filled(&self) -> usize {
        usize::from((self.length & 63) as u8)
    }
}

/// Hashing writes through borsh, so that a value can be hashed without being copied first.
impl borsh::io::Write for Hasher {
    fn write(&mut self, data: &[u8]) -> borsh::io::Result<usize> {
        self.update(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> borsh::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use sha2::{Digest as _, Sha256};

    fn plain(tag: &str, data: &[u8]) -> [u8; 32] {
        let tag = Sha256::digest(tag);
        Sha256::new().chain_update(tag).chain_update(tag).chain_update(data).finalize().into()
    }

    #[test]
    fn tagged_hashes_equal_the_plain_definition_at_every_length() {
        for length in 0..300 {
            let data: Vec<u8> = (0..length).map(|i: u64| i.to_le_bytes()[0]).collect();
            for tag in &Tag::ALL {
                assert_eq!(
                    tag.hash(&[&data]).0,
                    plain(tag.name(), &data),
                    "{} {length}",
                    tag.name()
                );
                let (a, b) = data.split_at(data.len() / 3);
                assert_eq!(tag.hash(&[a, b, &[]]).0, plain(tag.name(), &data));
            }
        }
    }

    #[test]
    fn two_hashes_in_one_go_equal_the_plain_definition() {
        let (left, right) = (Hash([1; 32]), Hash([2; 32]));
        for tag in &Tag::ALL {
            let both = [left.0, right.0].concat();
            assert_eq!(tag.hash_two(&left, &right).0, plain(tag.name(), &both), "{}", tag.name());
        }
    }

    #[test]
    fn all_tags_are_distinct() {
        let mut names: Vec<_> = Tag::ALL.iter().map(Tag::name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Tag::ALL.len());
    }

    #[test]
    fn hex_that_is_not_32_bytes_is_refused() {
        assert_eq!(Hash::parse("00"), None);
        assert_eq!(Hash::parse(&"g".repeat(64)), None);
        assert_eq!(Hash::parse(&"0A".repeat(32)), Some(Hash([10; 32])));
    }
}
