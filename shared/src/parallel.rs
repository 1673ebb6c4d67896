//! Several things at once where there are several cores. The outcome never depends on it.

use alloc::vec::Vec;

/// Does both, on two cores if the feature `parallel` is on.
#[cfg(feature = "parallel")]
pub(crate) fn join<A: Send, B: Send>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    rayon::join(first, second)
}

/// Does both, one after the other.
#[cfg(not(feature = "parallel"))]
pub(crate) fn join<A, B>(first: impl FnOnce() -> A, second: impl FnOnce() -> B) -> (A, B) {
    (first(), second())
}

/// So few things are not worth a second core.
#[cfg(feature = "parallel")]
const FEW: usize = 64;

/// What `work` makes of each, in their order.
#[cfg(feature = "parallel")]
pub(crate) fn map<T: Send, R: Send>(all: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    all.into_par_iter().with_min_len(FEW).map(work).collect()
}

/// What `work` makes of each, in their order.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map<T, R>(all: Vec<T>, work: impl Fn(T) -> R) -> Vec<R> {
    all.into_iter().map(work).collect()
}
