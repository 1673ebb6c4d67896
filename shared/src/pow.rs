//! The search for a proof of work (§9): the loop that miners run, in the tab and natively.
//!
//! An attempt is one SHA-256 compression: core (32 bytes), nonce (8 bytes) and the padding fill one block.

use crate::{
    hash::{BlockId, Hash, midstate},
    header::id_of,
    work::Target,
};
use sha2::block_api::compress256;

/// The first of the `count` nonces from `start` on (wrapping at 2^64) whose block id meets `target`.
#[must_use]
pub fn search(core: &Hash, target: &Target, start: u64, count: u64) -> Option<u64> {
    let mut block = first_block(core);
    let limit = top_word(&target.to_be_bytes());
    let mut nonce = start;
    for _ in 0..count {
        block.iter_mut().skip(32).zip(nonce.to_le_bytes()).for_each(|(to, from)| *to = from);
        let mut state = midstate::INITIAL;
        compress256(&mut state, core::slice::from_ref(&block));
        // Nearly every attempt is told by its first word; the rest is asked of the definition.
        let [first, ..] = state;
        if first <= limit && target.is_met_by(&id_of(core, nonce)) {
            return Some(nonce);
        }
        nonce = nonce.wrapping_add(1);
    }
    None
}

/// The one block of an attempt, with nonce 0: 40 bytes of message, then SHA-256's padding.
fn first_block(core: &Hash) -> [u8; 64] {
    let mut block = [0; 64];
    let length_bits = 320_u64.to_be_bytes();
    let padded = core.0.into_iter().chain([0; 8]).chain([0x80]).chain([0; 15]).chain(length_bits);
    block.iter_mut().zip(padded).for_each(|(to, from)| *to = from);
    block
}

fn top_word(bytes: &[u8; 32]) -> u32 {
    let [a, b, c, d, ..] = *bytes;
    u32::from_be_bytes([a, b, c, d])
}

/// The smaller of two ids, e.g. to remember the best attempt so far.
#[must_use]
pub fn best(a: Option<BlockId>, b: BlockId) -> BlockId {
    a.map_or(b, |a| a.min(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Tag;

    #[test]
    fn search_finds_exactly_what_the_definition_finds() {
        let target = Target::from_zero_bits(9);
        for seed in 0..20_u8 {
            let core = Tag::HEADER.hash(&[&[seed]]);
            let start = u64::from(seed) << 32;
            let naive = (0..4000)
                .map(|step| start + step)
                .find(|nonce| target.is_met_by(&id_of(&core, *nonce)));
            assert_eq!(search(&core, &target, start, 4000), naive);
        }
    }

    #[test]
    fn edges_of_the_range_are_searched_and_no_more() {
        let core = Tag::HEADER.hash(&[b"edges"]);
        let target = Target::from_zero_bits(6);
        let hit = search(&core, &target, 0, 10_000).unwrap();
        assert_eq!(search(&core, &target, hit, 1), Some(hit));
        assert_eq!(search(&core, &target, 0, hit), None);
        assert_eq!(search(&core, &target, hit, 0), None);
        assert_eq!(search(&core, &Target::EASIEST, u64::MAX, 2), Some(u64::MAX));
    }
}
