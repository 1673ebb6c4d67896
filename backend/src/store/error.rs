//! What can go wrong with a folder or a disk, each in one sentence that says what to do.

use std::{io, path::PathBuf};

use shared::hash::{BlockId, Hash};

/// Why reading or writing failed. After a failed write nothing more is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no room.
    #[error(
        "the disk is full; free some space and start again, nothing that was acknowledged is lost"
    )]
    Full,
    /// The operating system reported an error.
    #[error("the disk failed ({reason}); check it and start again")]
    Io {
        /// What it reported.
        reason: String,
    },
    /// An earlier write failed, perhaps in the background, so that no later one is safe.
    #[error("an earlier write failed, perhaps because the disk is full; check it and start again")]
    Stopped,
    /// What is stored cannot be right.
    #[error("the stored chain is damaged ({reason}); import a backup into a new folder")]
    Damaged {
        /// What was found.
        reason: String,
    },
}

impl StoreError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Full => "store-full",
            Self::Io { .. } => "store-io",
            Self::Stopped => "store-stopped",
            Self::Damaged { .. } => "store-damaged",
        }
    }
}

/// Why a folder cannot be opened. Nothing in it was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The folder holds another chain.
    #[error(
        "{} holds the chain {found_name:?} ({found}), not {expected_name:?} ({expected}); choose another folder with --data, or that chain with --chain",
        folder.display()
    )]
    OtherChain {
        /// The folder.
        folder: PathBuf,
        /// Name of the coin in it.
        found_name: String,
        /// Its genesis.
        found: BlockId,
        /// Name of the coin asked for.
        expected_name: String,
        /// Its genesis.
        expected: BlockId,
    },
    /// The folder was written in another format.
    #[error(
        "{} has format {found}, this program reads format {expected}; use the version that made it, or export there and import here",
        folder.display()
    )]
    OtherVersion {
        /// The folder.
        folder: PathBuf,
        /// Its format.
        found: u32,
        /// The format that this program reads.
        expected: u32,
    },
    /// The folder is in use.
    #[error("{} is in use by another halfpenny; stop that one or choose another folder with --data", folder.display())]
    Locked {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder has files that this program did not make.
    #[error("{} is not empty and holds no chain; choose another folder with --data", folder.display())]
    NotAStore {
        /// The folder.
        folder: PathBuf,
    },
    /// There is nothing in the folder, and the task needs a chain.
    #[error("{} holds no chain", folder.display())]
    Missing {
        /// The folder.
        folder: PathBuf,
    },
    /// The stored accounts are not those that the tip's header commits to.
    #[error(
        "the accounts in {} have the root {found}, the block at height {height} says {expected}; run `halfpenny verify`, then import a backup into a new folder",
        folder.display()
    )]
    StateMismatch {
        /// The folder.
        folder: PathBuf,
        /// Height of the tip.
        height: u64,
        /// The root of the accounts.
        found: Hash,
        /// The header's root.
        expected: Hash,
    },
    /// The disk fails, or what is on it is damaged.
    #[error("{} cannot be opened: {error}", folder.display())]
    Store {
        /// The folder.
        folder: PathBuf,
        /// What happened.
        error: StoreError,
    },
}

impl OpenError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherChain { .. } => "folder-other-chain",
            Self::OtherVersion { .. } => "folder-other-version",
            Self::Locked { .. } => "folder-locked",
            Self::NotAStore { .. } => "folder-not-empty",
            Self::Missing { .. } => "folder-missing",
            Self::StateMismatch { .. } => "folder-state-mismatch",
            Self::Store { error, .. } => error.code(),
        }
    }
}

impl From<fjall::Error> for StoreError {
    fn from(error: fjall::Error) -> Self {
        match error {
            fjall::Error::Io(error) | fjall::Error::Storage(fjall::LsmError::Io(error)) => {
                Self::from(error)
            }
            fjall::Error::Poisoned => Self::Stopped,
            other => Self::Damaged { reason: other.to_string() },
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io { reason: error.to_string() },
        }
    }
}
