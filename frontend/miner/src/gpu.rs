//! What a graphics processor is given, and what it gives back. Pure.

use crate::slice::Slice;
use shared::{pow, work::Target};

/// The program, in WGSL.
pub const SEARCH: &str = include_str!("gpu/search.wgsl");
/// Attempts side by side in one group of the program.
pub const GROUP: u32 = 64;
/// Bytes of what [`job_bytes`] makes.
pub const JOB_BYTES: u32 = 48;
/// Bytes of what [`nonces`] reads.
pub const HITS_BYTES: u32 = 1_024;

/// The slice as the program's `Job`, and how many of its nonces that is: none of them may wrap the low
/// half.
#[must_use]
pub fn job_bytes(slice: &Slice) -> (Vec<u8>, u32) {
    let (low, high) = halves(slice.start);
    let room = (1 << 32) - u64::from(low);
    let count = u32::try_from(slice.count.min(room).min(1 << 31)).unwrap_or(1 << 31);
    let mut bytes = Vec::new();
    for word in words(&slice.core.0) {
        bytes.extend(word.to_le_bytes());
    }
    for word in [high.swap_bytes(), low, count, first_word(&slice.wanted)] {
        bytes.extend(word.to_le_bytes());
    }
    (bytes, count)
}

/// The nonces that the program's `Hits` name, in their order. Where there were more than it has room
/// for, the first one alone: then it is found at once without a graphics processor.
#[must_use]
pub fn nonces(slice: &Slice, hits: &[u8]) -> Vec<u64> {
    let mut words = hits
        .chunks_exact(4)
        .map(|bytes| bytes.iter().rev().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)));
    let count = usize::try_from(words.next().unwrap_or(0)).unwrap_or(usize::MAX);
    if count > words.len() {
        let first = pow::first_hit(&slice.core, &slice.wanted, slice.start, slice.count);
        return first.into_iter().collect();
    }
    let mut offsets: Vec<u32> = words.take(count).collect();
    offsets.sort_unstable();
    offsets.into_iter().map(|offset| slice.start.wrapping_add(offset.into())).collect()
}

/// The low and the high half.
#[expect(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
const fn halves(nonce: u64) -> (u32, u32) {
    (nonce as u32, (nonce >> 32) as u32)
}

fn first_word(target: &Target) -> u32 {
    words(&target.to_be_bytes()).next().unwrap_or(0)
}

/// The words of 32 bytes, as SHA-256 reads them.
fn words(bytes: &[u8; 32]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|word| word.iter().fold(0, |word, byte| word << 8 | u32::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::hash::Hash;

    fn slice(start: u64, count: u64) -> Slice {
        let mut core = [0; 32];
        core[..5].copy_from_slice(&[1, 2, 3, 4, 5]);
        Slice { job: 1, core: Hash(core), wanted: Target::from_zero_bits(12), start, count }
    }

    #[test]
    fn a_job_has_the_words_of_the_block_and_ends_where_the_low_half_would_wrap() {
        let (bytes, count) = job_bytes(&slice(0x0102_0304_ffff_ff00, 1_000));
        assert_eq!((bytes.len(), count), (48, 256));
        assert_eq!(bytes[..8], [4, 3, 2, 1, 0, 0, 0, 5]);
        assert_eq!(bytes[32..36], [1, 2, 3, 4]);
        assert_eq!(bytes[36..40], [0, 0xff, 0xff, 0xff]);
        assert_eq!(bytes[40..], [0, 1, 0, 0, 0xff, 0xff, 0x0f, 0]);
        assert_eq!(job_bytes(&slice(0, u64::MAX)).1, 1 << 31);
    }

    #[test]
    fn hits_are_nonces_in_their_order_and_the_first_where_there_are_too_many() {
        let words = |words: &[u32]| -> Vec<u8> {
            words.iter().flat_map(|word| word.to_le_bytes()).collect()
        };
        let slice = slice(u64::MAX, 100);
        assert_eq!(nonces(&slice, &words(&[2, 7, 1, 9])), [0, 6]);
        let first = pow::first_hit(&slice.core, &slice.wanted, slice.start, slice.count);
        assert_eq!(nonces(&slice, &words(&[900, 7, 1])), first.into_iter().collect::<Vec<_>>());
        let easy = Slice { wanted: Target::EASIEST, ..slice.clone() };
        assert_eq!(nonces(&easy, &words(&[900, 7, 1])), [u64::MAX]);
        assert_eq!(nonces(&slice, &words(&[0, 7])), [0_u64; 0]);
        assert_eq!(nonces(&slice, &[]), [0_u64; 0]);
    }
}
