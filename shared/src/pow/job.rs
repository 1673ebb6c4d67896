//! What is the same in every attempt of a job, reckoned once.
//!
//! The words of an attempt's one block are: the core (0 to 7), the nonce (8 and 9, its low half
//! first, bytes swapped), then padding and length. Over 2^32 nonces only word 8 changes. So the
//! first eight rounds are done here, with most of the ninth, and of the 48 words that the schedule
//! adds the first seven are constant and the next sixteen nearly so.

use crate::hash::midstate::{INITIAL, K};

/// The constant part of the attempts on one core with one high half of the nonce.
#[derive(Clone, Debug)]
pub(in crate::pow) struct Job {
    /// What each round adds that is known: its constant, and from round 9 to 22 its word.
    pub(super) add: [u32; 64],
    /// The same for rounds 9 to 11, with register `h`, which is known there.
    pub(super) early: [u32; 3],
    /// Words 8 to 22, where word 8 is left out as 0; then what is known of words 23 to 38.
    pub(super) word: [u32; 31],
    /// The registers before round 8.
    #[cfg_attr(
        not(all(target_arch = "x86_64", feature = "std")),
        expect(dead_code, reason = "SHA instructions do two rounds at once, so they begin here")
    )]
    pub(super) before: [u32; 8],
    /// The registers after round 8, where `a` and `e` lack word 8.
    pub(super) after: [u32; 8],
    /// An attempt is looked at when its first word is at most this.
    pub(super) limit: u32,
}

impl Job {
    /// What is constant for a core, as words, and the block's word 9, of the nonce's high half.
    pub(super) fn new(core: &[u32; 8], high: u32, limit: u32) -> Self {
        let mut w = [0_u32; 39];
        w.iter_mut().zip(core).for_each(|(to, from)| *to = *from);
        w[9] = high;
        w[10] = 0x8000_0000;
        w[15] = 320;
        // The schedule, without the terms that come of word 8, or of a word that comes of it.
        for t in 16..39 {
            let unless = |varies: bool, term: u32| if varies { 0 } else { term };
            w[t] = unless(t == 24, w[t - 16])
                .wrapping_add(unless(t == 23 || t == 38, small_0(w[t - 15])))
                .wrapping_add(unless(t >= 30, w[t - 7]))
                .wrapping_add(unless(t >= 25, small_1(w[t - 2])));
        }
        let mut before = INITIAL;
        for t in 0..8 {
            before = round(before, K[t].wrapping_add(w[t]));
        }
        let after = round(before, K[8]);
        let mut add = K;
        for t in 9..23 {
            add[t] = add[t].wrapping_add(w[t]);
        }
        let [.., f, g, h] = after;
        let early = [add[9].wrapping_add(h), add[10].wrapping_add(g), add[11].wrapping_add(f)];
        let mut word = [0; 31];
        word.iter_mut().zip(w.iter().skip(8)).for_each(|(to, from)| *to = *from);
        Self { add, early, word, before, after, limit }
    }
}

pub(super) const fn small_0(x: u32) -> u32 {
    x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3)
}

const fn small_1(x: u32) -> u32 {
    x.rotate_right(17) ^ x.rotate_right(19) ^ (x >> 10)
}

/// One round, with the sum of its constant and its word.
fn round([a, b, c, d, e, f, g, h]: [u32; 8], add: u32) -> [u32; 8] {
    let sum_1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
    let choice = (e & f) ^ (!e & g);
    let t1 = h.wrapping_add(sum_1).wrapping_add(choice).wrapping_add(add);
    let sum_0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
    let majority = (a & b) ^ (a & c) ^ (b & c);
    [t1.wrapping_add(sum_0).wrapping_add(majority), a, b, c, d.wrapping_add(t1), e, f, g]
}
