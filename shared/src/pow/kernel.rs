//! The rounds of an attempt, for as many nonces at once as a register has lanes.
//!
//! A macro, because the same rounds are compiled for several instruction sets, and a function that
//! may use one cannot be generic over it. Whoever calls it has these names in scope:
//!
//! - `V`: a register of `LANES` words; `spread(u32) -> V`; `number(u32) -> V` (that, and one more
//!   in each further lane); `add`, `xor`, `xor3`; `rotate::<RIGHT, LEFT>`, `shift::<RIGHT>`;
//!   `choose(x, y, z)`: each bit of `y` or `z`, as `x` says;
//! - `majority(x, y, z, x ^ y, y ^ z)`: each bit as two of `x`, `y` and `z` have it;
//! - `at_most(V, V) -> u32`: one bit for each lane, the first lane's lowest;
//! - `settle(V)`: nothing, or a mark that the compiler must have reckoned this by here. A processor
//!   looks only so many instructions ahead: it keeps busy when the words of the schedule are reckoned
//!   between the rounds. Left alone, the compiler for WebAssembly reckons nearly all of them first, and
//!   engines keep its order.
//!
//! All rounds are written out, so that every word has a place of its own and the compiler sees
//! which are dead. Only the id's first word is reckoned: of the sums with the initial state, one.

/// Defines `scan`: looks for the first attempts that the definition should be asked about.
macro_rules! define_scan {
    ($(#[$attribute:meta])*) => {
        /// Tries nonces with the low halves `low + offset`, for offsets from 0 to `room`, until one
        /// of a batch is at most the job's limit. Returns the first offset of that batch, and a bit
        /// for each of its lanes. The last batch may go past `room`.
        $(#[$attribute])*
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

        $(#[$attribute])*
        #[inline]
        #[expect(clippy::too_many_lines, reason = "all rounds are written out")]
        #[expect(unused_assignments, reason = "some registers of the last rounds are not needed")]
        fn attempt(job: &Job, low: u32) -> u32 {
            let low = number(low);
            let swapped_half = rotate::<8, 24>(low);
            let other_half = rotate::<24, 8>(low);
            let word_8 = choose(spread(0x00ff_00ff), other_half, swapped_half);

            let [a, b, c, d, e, f, g, _] = job.after;
            let [mut b, mut c, mut d] = [b, c, d].map(|register| spread(register));
            let [mut f, mut g] = [f, g].map(|register| spread(register));
            let mut a = add(spread(a), word_8);
            let mut e = add(spread(e), word_8);
            let mut b_c = xor(b, c);
            // Register `h` of rounds 9 to 11 is in the job's sums.
            let mut h;

            /// One round that adds `$sum`, which has the round's constant and register `h` in it.
            macro_rules! round {
                ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $sum:expr) => {
                    let e_sum = xor3(rotate::<6, 26>($e), rotate::<11, 21>($e), rotate::<25, 7>($e));
                    let sum = $sum;
                    settle(sum);
                    let first = add(add(sum, choose($e, $f, $g)), e_sum);
                    let a_b = xor($a, $b);
                    let a_sum = xor3(rotate::<2, 30>($a), rotate::<13, 19>($a), rotate::<22, 10>($a));
                    $d = add($d, first);
                    settle($d);
                    $h = add(add(first, majority($a, $b, $c, a_b, b_c)), a_sum);
                    settle($h);
                    b_c = a_b;
                };
            }
            /// A round whose word is in the job's sum.
            macro_rules! known {
                ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $t:literal) => {
                    round!($a $b $c $d $e $f $g $h, add($h, spread(job.add[$t])));
                };
            }
            /// Any other round.
            macro_rules! step {
                ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $t:literal, $word:ident) => {
                    round!($a $b $c $d $e $f $g $h, add(add($h, spread(job.add[$t])), $word));
                };
            }
            macro_rules! small_0 {
                ($x:expr) => { xor3(rotate::<7, 25>($x), rotate::<18, 14>($x), shift::<3>($x)) };
            }
            macro_rules! small_1 {
                ($x:expr) => { xor3(rotate::<17, 15>($x), rotate::<19, 13>($x), shift::<10>($x)) };
            }
            macro_rules! constant {
                ($t:literal) => { spread(job.word[$t - 8]) };
            }
            /// A round with the next word of the schedule, in place of the one 16 before it; the
            /// others are those 15, 7 and 2 before.
            macro_rules! next {
                ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $t:literal,
                 $word:ident $w15:ident $w7:ident $w2:ident) => {
                    $word = add(add($word, small_0!($w15)), add($w7, small_1!($w2)));
                    step!($a $b $c $d $e $f $g $h, $t, $word);
                };
            }

            round!(a b c d e f g h, spread(job.early[0]));
            round!(h a b c d e f g, spread(job.early[1]));
            round!(g h a b c d e f, spread(job.early[2]));
            known!(f g h a b c d e, 12);
            known!(e f g h a b c d, 13);
            known!(d e f g h a b c, 14);
            known!(c d e f g h a b, 15);
            known!(b c d e f g h a, 16);
            known!(a b c d e f g h, 17);
            known!(h a b c d e f g, 18);
            known!(g h a b c d e f, 19);
            known!(f g h a b c d e, 20);
            known!(e f g h a b c d, 21);
            known!(d e f g h a b c, 22);
            let mut w7 = add(constant!(23), small_0!(word_8));
            step!(c d e f g h a b, 23, w7);
            let mut w8 = add(constant!(24), word_8);
            step!(b c d e f g h a, 24, w8);
            let mut w9 = add(constant!(25), small_1!(w7));
            step!(a b c d e f g h, 25, w9);
            let mut w10 = add(constant!(26), small_1!(w8));
            step!(h a b c d e f g, 26, w10);
            let mut w11 = add(constant!(27), small_1!(w9));
            step!(g h a b c d e f, 27, w11);
            let mut w12 = add(constant!(28), small_1!(w10));
            step!(f g h a b c d e, 28, w12);
            let mut w13 = add(constant!(29), small_1!(w11));
            step!(e f g h a b c d, 29, w13);
            let mut w14 = add(add(constant!(30), w7), small_1!(w12));
            step!(d e f g h a b c, 30, w14);
            let mut w15 = add(add(constant!(31), w8), small_1!(w13));
            step!(c d e f g h a b, 31, w15);
            let mut w0 = add(add(constant!(32), w9), small_1!(w14));
            step!(b c d e f g h a, 32, w0);
            let mut w1 = add(add(constant!(33), w10), small_1!(w15));
            step!(a b c d e f g h, 33, w1);
            let mut w2 = add(add(constant!(34), w11), small_1!(w0));
            step!(h a b c d e f g, 34, w2);
            let mut w3 = add(add(constant!(35), w12), small_1!(w1));
            step!(g h a b c d e f, 35, w3);
            let mut w4 = add(add(constant!(36), w13), small_1!(w2));
            step!(f g h a b c d e, 36, w4);
            let mut w5 = add(add(constant!(37), w14), small_1!(w3));
            step!(e f g h a b c d, 37, w5);
            let mut w6 = add(add(constant!(38), small_0!(w7)), add(w15, small_1!(w4)));
            step!(d e f g h a b c, 38, w6);
            next!(c d e f g h a b, 39, w7 w8 w0 w5);
            next!(b c d e f g h a, 40, w8 w9 w1 w6);
            next!(a b c d e f g h, 41, w9 w10 w2 w7);
            next!(h a b c d e f g, 42, w10 w11 w3 w8);
            next!(g h a b c d e f, 43, w11 w12 w4 w9);
            next!(f g h a b c d e, 44, w12 w13 w5 w10);
            next!(e f g h a b c d, 45, w13 w14 w6 w11);
            next!(d e f g h a b c, 46, w14 w15 w7 w12);
            next!(c d e f g h a b, 47, w15 w0 w8 w13);
            next!(b c d e f g h a, 48, w0 w1 w9 w14);
            next!(a b c d e f g h, 49, w1 w2 w10 w15);
            next!(h a b c d e f g, 50, w2 w3 w11 w0);
            next!(g h a b c d e f, 51, w3 w4 w12 w1);
            next!(f g h a b c d e, 52, w4 w5 w13 w2);
            next!(e f g h a b c d, 53, w5 w6 w14 w3);
            next!(d e f g h a b c, 54, w6 w7 w15 w4);
            next!(c d e f g h a b, 55, w7 w8 w0 w5);
            next!(b c d e f g h a, 56, w8 w9 w1 w6);
            next!(a b c d e f g h, 57, w9 w10 w2 w7);
            next!(h a b c d e f g, 58, w10 w11 w3 w8);
            next!(g h a b c d e f, 59, w11 w12 w4 w9);
            next!(f g h a b c d e, 60, w12 w13 w5 w10);
            next!(e f g h a b c d, 61, w13 w14 w6 w11);
            next!(d e f g h a b c, 62, w14 w15 w7 w12);
            next!(c d e f g h a b, 63, w15 w0 w8 w13);

            at_most(add(b, spread(INITIAL[0])), spread(job.limit))
        }
    };
}
pub(super) use define_scan;
