//! What the app and a mining worker say to each other, and how a worker divides its time.
//!
//! Pure and the same on both sides; [`Worker`] is the whole behaviour of a worker, without the
//! browser. Only hashes, a target and numbers pass: a worker knows neither keys nor transactions.
//! Messages are canonical bytes (borsh), so that both sides agree or notice.

pub mod gpu;
mod message;
mod range;
mod slice;

pub use message::{FromWorker, Job, ToWorker, from_bytes, to_bytes};
pub use slice::{Slice, Worker};
