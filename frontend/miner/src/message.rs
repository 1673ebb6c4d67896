//! The messages.

use borsh::{BorshDeserialize, BorshSerialize};
use shared::{
    encode::{decode, encode},
    hash::Hash,
    work::Target,
};

/// Work for one worker.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Job {
    /// Names the job in answers; later jobs have larger numbers.
    pub number: u32,
    /// The 32 bytes to mine on.
    pub core: Hash,
    /// The largest id that counts.
    pub target: Target,
    /// The first nonce of this worker. It goes upwards from there, wrapping at 2^64.
    pub start: u64,
    /// How much of the time to work, in percent.
    pub intensity: u8,
}

/// From the app to a worker.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum ToWorker {
    /// Work on this instead of whatever there was.
    Work(Job),
    /// Work on nothing.
    Rest,
}

/// From a worker to the app.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum FromWorker {
    /// The worker runs and listens. Messages sent to it earlier would be lost.
    Ready,
    /// Attempts made since the last message.
    Progress {
        /// The job they were for.
        job: u32,
        /// How many.
        attempts: u64,
        /// How long they took, in microseconds.
        micros: u64,
        /// The smallest id that this worker has seen, of any job.
        best: Hash,
    },
    /// A nonce that meets the target. The worker rests until it gets new work.
    Found {
        /// The job it is for.
        job: u32,
        /// The nonce.
        nonce: u64,
        /// Attempts made since the last message.
        attempts: u64,
        /// How long they took, in microseconds.
        micros: u64,
    },
    /// The graphics processor is gone, or, before [`FromWorker::Ready`], was never there. This worker
    /// does nothing more; another one may find it again.
    Gone,
}

/// More than any message has.
const MAX_MESSAGE_BYTES: usize = 256;

/// The bytes of a message.
#[must_use]
pub fn to_bytes<T: BorshSerialize>(message: &T) -> Vec<u8> {
    encode(message)
}

/// The message of bytes; `None` when the other side is of another version.
#[must_use]
pub fn from_bytes<T: BorshDeserialize>(bytes: &[u8]) -> Option<T> {
    decode(bytes, MAX_MESSAGE_BYTES).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_survives_the_way() {
        let job = Job {
            number: 7,
            core: Hash([1; 32]),
            target: Target::from_zero_bits(20),
            start: u64::MAX - 3,
            intensity: 50,
        };
        for message in [ToWorker::Work(job), ToWorker::Rest] {
            assert_eq!(from_bytes(&to_bytes(&message)), Some(message));
        }
        for message in [
            FromWorker::Ready,
            FromWorker::Progress { job: 1, attempts: 2, micros: 3, best: Hash([4; 32]) },
            FromWorker::Found { job: 1, nonce: u64::MAX, attempts: 2, micros: 3 },
            FromWorker::Gone,
        ] {
            assert_eq!(from_bytes(&to_bytes(&message)), Some(message));
        }
    }

    #[test]
    fn bytes_of_another_version_are_no_message() {
        for bytes in [&[][..], &[9], &[0, 0], &[1, 1]] {
            assert_eq!(from_bytes::<ToWorker>(bytes), None);
        }
        assert_eq!(from_bytes::<FromWorker>(&[0; MAX_MESSAGE_BYTES + 1]), None);
    }
}
