//! Rules that need a header and its parent's state (§6, §8, §9, §10).

use crate::{
    hash::{BlockId, Hash},
    header::Header,
    state::ChainState,
    work::Target,
};

/// Why a header is not a valid child of its parent. One variant per rule, in the order of checking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// §6: the version is not the one in force at this height.
    #[error("block version is {got}, expected {expected}")]
    Version {
        /// The version found.
        got: u8,
        /// The version in force.
        expected: u8,
    },
    /// §6: the header names another parent.
    #[error("parent is {got}, expected {expected}")]
    WrongParent {
        /// The parent found.
        got: Hash,
        /// The parent it is judged against.
        expected: BlockId,
    },
    /// §6: the height is not the parent's plus one.
    #[error("height is {got}, expected {expected}")]
    WrongHeight {
        /// The height found.
        got: u64,
        /// The parent's plus one.
        expected: u64,
    },
    /// §10: the time is not after the parent's.
    #[error("time is {got}, expected after {parent}")]
    TooOld {
        /// The time found.
        got: u64,
        /// The parent's time.
        parent: u64,
    },
    /// §10: the clock does not follow from the times.
    #[error("clock is {got}, expected {expected}")]
    WrongClock {
        /// The clock found.
        got: u64,
        /// The clock that follows.
        expected: u64,
    },
    /// §10: the target is not the one that the difficulty rule gives.
    #[error("target is {got}, expected {expected}")]
    WrongTarget {
        /// The target found.
        got: Target,
        /// The target that follows.
        expected: Target,
    },
    /// §9: the id is above the target.
    #[error("id {id} is above the target {target}")]
    TooLittleWork {
        /// The block's id.
        id: BlockId,
        /// Its target.
        target: Target,
    },
    /// §8: the header commits to another history.
    #[error("history root is {got}, expected {expected}")]
    WrongHistory {
        /// The root found.
        got: Hash,
        /// The root over all earlier blocks.
        expected: Hash,
    },
}

impl HeaderError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Version { .. } => "block-version",
            Self::WrongParent { .. } => "block-wrong-parent",
            Self::WrongHeight { .. } => "block-wrong-height",
            Self::TooOld { .. } => "block-too-old",
            Self::WrongClock { .. } => "block-wrong-clock",
            Self::WrongTarget { .. } => "block-wrong-target",
            Self::TooLittleWork { .. } => "block-too-little-work",
            Self::WrongHistory { .. } => "block-wrong-history",
        }
    }
}

/// Checks `header` as a child of the block that `parent` describes; returns the state as of it.
///
/// # Errors
///
/// The first rule that it breaks. Work is proven before the history root is looked at.
pub fn check(parent: &ChainState, header: &Header) -> Result<ChainState, HeaderError> {
    let height = parent.height() + 1;
    let version = parent.chain().version_at(height);
    if header.version != version {
        return Err(HeaderError::Version { got: header.version, expected: version });
    }
    if header.previous != parent.id().0 {
        return Err(HeaderError::WrongParent { got: header.previous, expected: parent.id() });
    }
    if header.height != height {
        return Err(HeaderError::WrongHeight { got: header.height, expected: height });
    }
    let Some(clock) = parent.child_clock(header.timestamp) else {
        return Err(HeaderError::TooOld {
            got: header.timestamp,
            parent: parent.header().timestamp,
        });
    };
    if header.clock != clock {
        return Err(HeaderError::WrongClock { got: header.clock, expected: clock });
    }
    let target = parent.child_target(clock);
    if header.target != target {
        return Err(HeaderError::WrongTarget { got: header.target, expected: target });
    }
    let id = header.id();
    if !target.is_met_by(&id) {
        return Err(HeaderError::TooLittleWork { id, target });
    }
    let history = parent.child_history_root();
    if header.history_root != history {
        return Err(HeaderError::WrongHistory { got: header.history_root, expected: history });
    }
    Ok(parent.child(header, id))
}
