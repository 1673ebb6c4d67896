//! Two nonces at a time, on x86-64 with SHA instructions.
//!
//! One attempt alone would spend most of its time waiting for the last instruction's result. So two
//! go side by side, each a stream of its own; with more, the registers would not do.

use crate::hash::midstate::INITIAL;
use crate::pow::job::{Job, small_0};
use core::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_alignr_epi8, _mm_blend_epi16, _mm_extract_epi32, _mm_setr_epi32,
    _mm_setzero_si128, _mm_sha256msg1_epu32, _mm_sha256msg2_epu32, _mm_sha256rnds2_epu32,
    _mm_shuffle_epi32,
};

/// Nonces at a time.
pub(super) const LANES: u32 = 2;

/// One attempt.
#[derive(Clone, Copy)]
struct Stream {
    /// Registers `f`, `e`, `b`, `a`, from the lowest lane on.
    abef: __m128i,
    /// Registers `h`, `g`, `d`, `c`.
    cdgh: __m128i,
    /// The newest sixteen words of the schedule, four by four.
    words: [__m128i; 4],
}

/// Tries nonces with the low halves `low + offset`, for offsets from 0 to `room`, until one of a
/// batch is at most the job's limit. Returns the first offset of that batch, and a bit for each of
/// its lanes. The last batch may go past `room`.
#[target_feature(enable = "sha,sse4.1,ssse3")]
pub(super) fn scan(job: &Job, low: u32, room: u64) -> Option<(u64, u32)> {
    let mut offset = 0_u64;
    let mut next = low;
    while offset < room {
        let hits = attempt(job, next);
        if hits != 0 {
            return Some((offset, hits));
        }
        offset += u64::from(LANES);
        next = next.wrapping_add(LANES);
    }
    None
}

#[target_feature(enable = "sha,sse4.1,ssse3")]
#[inline]
fn attempt(job: &Job, low: u32) -> u32 {
    let [a, b, c, d, e, f, g, h] = job.before;
    let constant = Stream {
        abef: quad([f, e, b, a]),
        cdgh: quad([h, g, d, c]),
        words: [four(&job.word, 0), four(&job.word, 4), four(&job.word, 8), four(&job.word, 12)],
    };
    let mut streams = [constant; LANES as usize];
    let mut nonce = low;
    for stream in &mut streams {
        let word_8 = nonce.swap_bytes();
        let [first, _, _, last] = &mut stream.words;
        *first = _mm_add_epi32(*first, quad([word_8, 0, 0, 0]));
        *last = _mm_add_epi32(*last, quad([0, 0, 0, small_0(word_8)]));
        nonce = nonce.wrapping_add(1);
    }
    // Up to word 22 all but word 8 is in the job's sums.
    for stream in &mut streams {
        let [first, ..] = stream.words;
        let lowest = _mm_blend_epi16::<0b0000_0011>(_mm_setzero_si128(), first);
        rounds(stream, _mm_add_epi32(four(&job.add, 8), lowest));
    }
    for stream in &mut streams {
        rounds(stream, four(&job.add, 12));
    }
    for stream in &mut streams {
        rounds(stream, four(&job.add, 16));
    }
    for stream in &mut streams {
        let [.., last] = stream.words;
        let highest = _mm_blend_epi16::<0b1100_0000>(_mm_setzero_si128(), last);
        rounds(stream, _mm_add_epi32(four(&job.add, 20), highest));
    }
    for t in [24, 28, 32, 36, 40, 44, 48, 52, 56, 60] {
        let constants = four(&job.add, t);
        for stream in &mut streams {
            let next = expand(stream);
            rounds(stream, _mm_add_epi32(next, constants));
        }
    }
    let mut hits = 0;
    for stream in streams.iter().rev() {
        let a = _mm_extract_epi32::<3>(stream.abef).cast_unsigned();
        let is_hit = a.wrapping_add(INITIAL[0]) <= job.limit;
        hits = hits << 1 | u32::from(is_hit);
    }
    hits
}

/// Four rounds, which add these to the registers.
#[target_feature(enable = "sha,sse4.1,ssse3")]
#[inline]
fn rounds(stream: &mut Stream, sums: __m128i) {
    // Two rounds move registers `a`, `b`, `e`, `f` to the places of `c`, `d`, `g`, `h`.
    stream.cdgh = _mm_sha256rnds2_epu32(stream.cdgh, stream.abef, sums);
    let sums = _mm_shuffle_epi32::<0b1110>(sums);
    stream.abef = _mm_sha256rnds2_epu32(stream.abef, stream.cdgh, sums);
}

/// The next four words of the schedule, which take the place of the oldest four.
#[target_feature(enable = "sha,sse4.1,ssse3")]
#[inline]
fn expand(stream: &mut Stream) -> __m128i {
    let [w16, w12, w8, w4] = stream.words;
    let w7 = _mm_alignr_epi8::<4>(w4, w8);
    let next = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w16, w12), w7), w4);
    stream.words = [w12, w8, w4, next];
    next
}

/// Four of these words, from `at` on.
#[target_feature(enable = "sha,sse4.1,ssse3")]
#[inline]
fn four(words: &[u32], at: usize) -> __m128i {
    quad([words[at], words[at + 1], words[at + 2], words[at + 3]])
}

#[target_feature(enable = "sha,sse4.1,ssse3")]
#[inline]
fn quad(words: [u32; 4]) -> __m128i {
    let [a, b, c, d] = words.map(u32::cast_signed);
    _mm_setr_epi32(a, b, c, d)
}
