//! What is asked of any bytes that another node may send: they are refused, or they are the one encoding of
//! what they mean. For seeded mutations (`mutated`), and for the fuzz target in `tests/fuzz`.

use super::messages::*;
use actix_web::web::Bytes;
use borsh::{BorshDeserialize, BorshSerialize};
use shared::encode::{decode, encode};

/// A kind of message: its name, and whether bytes are one.
pub(crate) type Reader = (&'static str, fn(&[u8]) -> bool);

/// All kinds.
pub(crate) const READERS: [Reader; 11] = [
    ("hello", reads::<Hello>),
    ("announcement", reads::<Announcement>),
    ("locator", reads::<Locator>),
    ("headers", reads::<Headers>),
    ("announced", reads::<Announced>),
    ("pushed", reads::<Pushed>),
    ("pool offer", reads::<PoolOffer>),
    ("pool answer", reads::<PoolAnswer>),
    ("batch of ids", reads::<BatchIds>),
    ("frame", reads_frame),
    ("blobs", reads_blobs),
];

/// Any message, behind a byte that says of which kind it is.
pub(crate) fn message(bytes: &[u8]) -> bool {
    let Some((kind, message)) = bytes.split_first() else { return false };
    let (_, reads) = READERS[usize::from(*kind) % READERS.len()];
    reads(message)
}

fn reads<T: BorshDeserialize + BorshSerialize>(bytes: &[u8]) -> bool {
    let value = decode::<T>(bytes, MAX_POOL_BYTES);
    value.is_ok_and(|value| {
        assert!(encode(&value) == bytes, "two encodings of one value");
        true
    })
}

/// A frame, and a list of blobs, both with their own encodings.
fn reads_frame(bytes: &[u8]) -> bool {
    let bytes = Bytes::copy_from_slice(bytes);
    Frame::parse(&bytes).is_ok_and(|frame| {
        assert_eq!(frame.to_bytes().slice(4..), bytes);
        true
    })
}

fn reads_blobs(bytes: &[u8]) -> bool {
    let bytes = Bytes::copy_from_slice(bytes);
    decode_blobs(&bytes, 5, 300).is_ok_and(|blobs| {
        assert!(blobs.len() <= 5 && blobs.iter().all(|blob| blob.len() <= 300));
        assert_eq!(encode_blobs(&blobs), bytes);
        true
    })
}
