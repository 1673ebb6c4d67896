//! What nodes send each other: canonical bytes with a limit for every list.
//!
//! Lists of blocks and of transactions are *blobs*: a `u32` length before each, so that the bytes
//! of a block are passed on as they lie in the store, without decoding them on the way.

use actix_web::web::Bytes;
use borsh::{BorshDeserialize, BorshSerialize};
use shared::{
    encode::{Bounded, DecodeError},
    hash::{BlockId, TransactionId},
    header::Header,
    limits::{HEADER_BYTES, MAX_BLOCK_BYTES, MAX_HEADERS, MAX_TRANSACTION_BYTES},
    work::Work,
};

/// Version of what nodes say to each other.
pub const PROTOCOL: u32 = 1;
/// Bytes of a program's name and version, at most.
pub const MAX_PROGRAM_BYTES: usize = 64;
/// Ids in a locator, at most: every second power of two of a chain of 2^40 blocks, and some more.
pub const MAX_LOCATOR: usize = 64;
/// Blocks in one group, at most: what the writer takes as one batch.
pub const MAX_GROUP: usize = 256;
/// Bytes of blocks that a group aims at; the block that crosses it is the last.
pub const GROUP_BYTES: usize = 4 << 20;
/// Bytes of a message with a group of blocks, at most.
pub const MAX_GROUP_BYTES: usize = GROUP_BYTES + MAX_BLOCK_BYTES + 4 * (MAX_GROUP + 1);
/// Transactions in one batch, at most.
pub const MAX_BATCH: usize = 1_000;
/// Bytes of a batch of transactions, at most.
pub const MAX_BATCH_BYTES: usize = MAX_BATCH * (MAX_TRANSACTION_BYTES + 4) + 4;
/// Ids of a whole pool, at most: 32 MiB of the smallest transactions.
pub const MAX_POOL_IDS: usize = 200_000;
/// Bytes of a message with two lists of ids, at most.
pub const MAX_POOL_BYTES: usize = 2 * (4 + MAX_POOL_IDS * 32) + 1;
/// Bytes of a small message, at most.
pub const MAX_SMALL_BYTES: usize = 4_096;
/// Bytes of an answer with headers, at most.
pub const MAX_HEADERS_BYTES: usize = 4 + MAX_HEADERS * HEADER_BYTES;
/// Bytes of one frame of the stream, at most.
pub const MAX_FRAME_BYTES: usize = 1 + MAX_BATCH_BYTES;

/// `GET /hello`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Hello {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// Names the chain.
    pub genesis: BlockId,
    /// Random at every start of the node: tells a restarted node from the one before.
    pub instance: u128,
    /// Where its chain ends.
    pub tip: Announcement,
    /// Name and version of the program, for people.
    pub program: Bounded<u8, 0, MAX_PROGRAM_BYTES>,
}

/// The end of a chain: its header proves its own work, the work of the whole chain is a claim.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Announcement {
    /// The last header.
    pub header: Header,
    /// Work of the whole chain.
    pub work: Work,
}

/// `POST /locate`: ids of one's own chain, the newest first, ever sparser.
pub type Locator = Bounded<BlockId, 0, MAX_LOCATOR>;
/// The answer: headers after the newest id that both have.
pub type Headers = Bounded<Header, 0, MAX_HEADERS>;

/// Headers in one proof, at most: more than five days of them at 15 seconds each.
pub const MAX_PROOF: usize = 32_768;
/// Bytes of a proof, at most.
pub const MAX_PROOF_BYTES: usize = 4 + MAX_PROOF * HEADER_BYTES;
/// `POST /headers`: of the blocks that whoever announced a chain wants to send, so that they prove their
/// work before a body of them is taken. The answer is an [`Announced`]: it wants blocks, or nothing.
pub type Proof = Bounded<Header, 0, MAX_PROOF>;

/// The answer to `POST /announce`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Announced {
    /// Where the chain of who answers ends.
    pub tip: Announcement,
    /// What it wants.
    pub want: Want,
}

/// What is wanted of an announced block.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Want {
    /// Nothing: it is known, or has not more work.
    Nothing,
    /// Its body.
    Body,
    /// The blocks after the newest of these that is in the chain of who announced.
    Blocks(Locator),
    /// Nothing for now: somebody else is sending it.
    Later,
}

/// The answer to `POST /blocks`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pushed {
    /// Where the chain of who answers ends.
    pub tip: Announcement,
    /// What became of the blocks.
    pub outcome: PushOutcome,
}

/// What became of pushed blocks.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum PushOutcome {
    /// All are stored.
    Stored,
    /// One is ahead of its time and waits, or has no room beside the chain: sending it again is in vain.
    Waits,
    /// A parent is unknown.
    Unlinked,
    /// The node has too much to do.
    Busy,
    /// One breaks a rule.
    Refused,
}

/// `POST /pool`: what one has waiting.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PoolOffer {
    /// Ids, in the order in which a miner takes them.
    pub ids: Bounded<TransactionId, 0, MAX_POOL_IDS>,
    /// Whether the answer should tell what is not among them.
    pub all: bool,
}

/// The answer to `POST /pool`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PoolAnswer {
    /// Of the offered ids, those that are missing here.
    pub missing: Bounded<TransactionId, 0, MAX_POOL_IDS>,
    /// What waits here and was not offered.
    pub extra: Bounded<TransactionId, 0, MAX_POOL_IDS>,
}

/// `POST /pool/transactions`: which transactions to send.
pub type BatchIds = Bounded<TransactionId, 0, MAX_BATCH>;

/// One part of the endless answer to `GET /stream`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Still here.
    KeepAlive,
    /// The chain's end has moved, or this is the beginning of the stream.
    Tip(Box<Announcement>),
    /// Transactions that have entered the pool: canonical bytes.
    Transactions(Vec<Bytes>),
}

impl Frame {
    /// The frame with its length before it.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let mut payload = Vec::new();
        match self {
            Self::KeepAlive => payload.push(0),
            Self::Tip(announcement) => {
                payload.push(1);
                payload.extend(shared::encode::encode(&**announcement));
            }
            Self::Transactions(list) => {
                payload.push(2);
                payload.extend(encode_blobs(list));
            }
        }
        let mut framed = length_of(&payload).to_vec();
        framed.append(&mut payload);
        framed.into()
    }

    /// Reads a frame without its length.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn parse(bytes: &Bytes) -> Result<Self, DecodeError> {
        let Some((kind, rest)) = bytes.split_first() else {
            return Err(malformed("an empty frame"));
        };
        match kind {
            0 if rest.is_empty() => Ok(Self::KeepAlive),
            1 => shared::encode::decode(rest, MAX_SMALL_BYTES).map(Box::new).map(Self::Tip),
            2 => decode_blobs(&bytes.slice(1..), MAX_BATCH, MAX_TRANSACTION_BYTES)
                .map(Self::Transactions),
            _ => Err(malformed("an unknown frame")),
        }
    }
}

/// A list of blobs: each with its length before it, and nothing else.
#[must_use]
pub fn encode_blobs<B: AsRef<[u8]>>(blobs: &[B]) -> Vec<u8> {
    let size = blobs.iter().map(|blob| blob.as_ref().len() + 4).sum();
    let mut bytes = Vec::with_capacity(size);
    for blob in blobs {
        bytes.extend(length_of(blob.as_ref()));
        bytes.extend_from_slice(blob.as_ref());
    }
    bytes
}

/// The blobs of a list, without copying them.
///
/// # Errors
///
/// When there are more than `most`, one is longer than `longest`, or the bytes end within one.
pub fn decode_blobs(bytes: &Bytes, most: usize, longest: usize) -> Result<Vec<Bytes>, DecodeError> {
    let mut blobs = Vec::new();
    let mut at = 0_usize;
    while at < bytes.len() {
        let Some(prefix) = bytes.get(at..).and_then(<[u8]>::first_chunk::<4>) else {
            return Err(malformed("the bytes end within a length"));
        };
        let length = usize::try_from(u32::from_le_bytes(*prefix)).unwrap_or(usize::MAX);
        if length > longest {
            return Err(DecodeError::TooLarge { got: length, limit: longest });
        }
        let (from, to) = (at + 4, at + 4 + length);
        if to > bytes.len() {
            return Err(malformed("the bytes end within a part"));
        }
        if blobs.len() == most {
            return Err(malformed("too many parts"));
        }
        blobs.push(bytes.slice(from..to));
        at = to;
    }
    Ok(blobs)
}

/// The length of something that is far below 4 GiB.
fn length_of(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes()
}

fn malformed(reason: &str) -> DecodeError {
    DecodeError::Malformed { reason: reason.into() }
}

const _: () = assert!(MAX_LOCATOR * 32 + 4 + 512 <= MAX_SMALL_BYTES);
const _: () = assert!(MAX_GROUP_BYTES < 16 << 20 && MAX_PROOF_BYTES < 16 << 20);

#[cfg(test)]
mod tests {
    use super::*;
    use shared::encode::{decode, encode};

    #[test]
    fn blobs_survive_their_encoding() {
        for blobs in [vec![], vec![Bytes::new()], vec![Bytes::from("a"), Bytes::from("bcd")]] {
            let bytes = Bytes::from(encode_blobs(&blobs));
            assert_eq!(decode_blobs(&bytes, 3, 3).unwrap(), blobs);
        }
    }

    #[test]
    fn blobs_that_lie_are_refused() {
        let bytes = Bytes::from(encode_blobs(&[Bytes::from("ab"), Bytes::from("cd")]));
        assert!(decode_blobs(&bytes, 1, 2).is_err());
        assert!(decode_blobs(&bytes, 2, 1).is_err());
        for cut in 1..bytes.len() {
            let decoded = decode_blobs(&bytes.slice(..cut), 2, 2);
            assert_eq!(decoded.is_ok(), cut == 6, "{cut}");
        }
        assert!(decode_blobs(&Bytes::from(vec![255; 8]), 9, usize::MAX).is_err());
    }

    #[test]
    fn frames_survive_their_encoding() {
        let chain = shared::chains::by_name("dev").unwrap();
        let header = chain.genesis().header.clone();
        let tip = Announcement { header, work: Work(7) };
        let list = vec![Bytes::from("x"), Bytes::from("yz")];
        for frame in [Frame::KeepAlive, Frame::Tip(Box::new(tip)), Frame::Transactions(list)] {
            let bytes = frame.to_bytes();
            assert_eq!(Frame::parse(&bytes.slice(4..)).unwrap(), frame);
            let length = u32::from_le_bytes(bytes[..4].try_into().unwrap());
            assert_eq!(usize::try_from(length).unwrap(), bytes.len() - 4);
        }
        for bad in [&b""[..], b"\x00x", b"\x01", b"\x03", b"\x02\x01"] {
            assert!(Frame::parse(&Bytes::copy_from_slice(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_locator_fits_a_small_message() {
        let locator: Locator = Bounded::new(vec![BlockId::default(); MAX_LOCATOR]).unwrap();
        let header = shared::chains::by_name("dev").unwrap().genesis().header.clone();
        let tip = Announcement { header, work: Work::ZERO };
        let bytes = encode(&Announced { tip, want: Want::Blocks(locator) });
        assert!(decode::<Announced>(&bytes, MAX_SMALL_BYTES).is_ok());
    }
}
