//! The search for a proof of work (§9): the loop that miners run, in the tab and natively.
//!
//! An attempt is one SHA-256 compression: core (32 bytes), nonce (8 bytes) and the padding fill one
//! block. The loop exists for several instruction sets; each is a [`Kernel`], and a test compares
//! every one with the definition. What a kernel takes for a proof is confirmed by the definition, so
//! that a mistake in it can cost a proof, but not make a wrong one.

mod job;
mod kernel;
mod scalar;
#[cfg(all(target_arch = "wasm32", feature = "simd128"))]
mod simd128;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod x86;

use crate::{
    hash::{BlockId, Hash},
    header::id_of,
    work::Target,
};
use alloc::vec::Vec;
use job::Job;

/// All of the `count` nonces from `start` on (wrapping at 2^64) whose block id meets `target`, in
/// their order. How many there are is up to the caller: of an easy target and a large count, many.
#[must_use]
pub fn search(core: &Hash, target: &Target, start: u64, count: u64) -> Vec<u64> {
    Kernel::fastest().search(core, target, start, count)
}

/// The first of the `count` nonces from `start` on (wrapping at 2^64) whose block id meets `target`.
#[must_use]
pub fn first_hit(core: &Hash, target: &Target, start: u64, count: u64) -> Option<u64> {
    Kernel::fastest().first_hit(core, target, start, count)
}

/// The search for one instruction set.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    name: &'static str,
    lanes: u32,
    scan: Scan,
}

/// Tries nonces that have the low halves `low + offset`, for offsets from 0 until `room`, batch by
/// batch, until a batch has attempts whose first word is at most the job's limit. Returns the batch's
/// first offset, and a bit for each of its attempts. The last batch may go past `room`.
type Scan = fn(job: &Job, low: u32, room: u64) -> Option<(u64, u32)>;

impl Kernel {
    const SCALAR: Self = Self { name: "scalar", lanes: scalar::LANES, scan: scalar::scan };

    /// All that run here, the fastest first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        faster().into_iter().chain([Self::SCALAR]).collect()
    }

    /// The fastest that runs here.
    #[must_use]
    pub fn fastest() -> Self {
        faster().into_iter().next().unwrap_or(Self::SCALAR)
    }

    /// The instruction set, for people.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Attempts side by side.
    #[must_use]
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }

    /// As [`search`], with this instruction set.
    #[must_use]
    pub fn search(&self, core: &Hash, target: &Target, start: u64, count: u64) -> Vec<u64> {
        let mut hits = Vec::new();
        self.each_hit(core, target, start, count, |nonce| {
            hits.push(nonce);
            true
        });
        hits
    }

    /// As [`first_hit`], with this instruction set.
    #[must_use]
    pub fn first_hit(&self, core: &Hash, target: &Target, start: u64, count: u64) -> Option<u64> {
        let mut first = None;
        self.each_hit(core, target, start, count, |nonce| {
            first = Some(nonce);
            false
        });
        first
    }

    /// Tells each nonce that meets the target, in their order, while `goes_on` says so.
    fn each_hit(
        &self,
        core: &Hash,
        target: &Target,
        start: u64,
        count: u64,
        mut goes_on: impl FnMut(u64) -> bool,
    ) {
        let limit = first_word(&target.to_be_bytes());
        let words = words(&core.0);
        let (mut nonce, mut left) = (start, count);
        while left > 0 {
            // A job is for one high half: it ends where the low half would wrap.
            let (low, high) = halves(nonce);
            let job = Job::new(&words, high.swap_bytes(), limit);
            let mut room = left.min((1 << 32) - u64::from(low));
            while let Some((offset, hits)) = (self.scan)(&job, halves(nonce).0, room) {
                for lane in (0..u64::from(self.lanes)).filter(|lane| hits >> lane & 1 == 1) {
                    let (step, hit) = (offset + lane, nonce.wrapping_add(offset + lane));
                    // Nearly every attempt is told by its first word; the rest is asked of the
                    // definition.
                    let is_hit = step < room && target.is_met_by(&id_of(core, hit));
                    if is_hit && !goes_on(hit) {
                        return;
                    }
                }
                let done = (offset + u64::from(self.lanes)).min(room);
                nonce = nonce.wrapping_add(done);
                left -= done;
                room -= done;
            }
            nonce = nonce.wrapping_add(room);
            left -= room;
        }
    }
}

/// The kernels that run here besides the scalar one, the fastest first.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
fn faster() -> impl IntoIterator<Item = Kernel> {
    x86::detected()
}

#[cfg(all(target_arch = "wasm32", feature = "simd128"))]
fn faster() -> [Kernel; 1] {
    [Kernel { name: "simd128", lanes: simd128::LANES, scan: simd128::scan }]
}

#[cfg(not(any(
    all(target_arch = "x86_64", feature = "std"),
    all(target_arch = "wasm32", feature = "simd128")
)))]
fn faster() -> [Kernel; 0] {
    []
}

/// The low and the high half.
#[expect(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
const fn halves(nonce: u64) -> (u32, u32) {
    (nonce as u32, (nonce >> 32) as u32)
}

fn first_word(bytes: &[u8; 32]) -> u32 {
    let [first, ..] = words(bytes);
    first
}

fn words(bytes: &[u8; 32]) -> [u32; 8] {
    let mut words = [0; 8];
    for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(4)) {
        *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    words
}

/// The smaller of two ids, e.g. to remember the best attempt so far.
#[must_use]
pub fn best(a: Option<BlockId>, b: BlockId) -> BlockId {
    a.map_or(b, |a| a.min(b))
}
