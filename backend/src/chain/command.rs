//! Everything that the writer can be asked.

use shared::rules::{block_isolated::CheckedBlock, transaction_isolated::CheckedTransaction};
use tokio::sync::oneshot;

use super::{Imported, SubmitError, Wanted};
use crate::pool::{Accepted, PoolError};

/// The whole vocabulary. Whoever asked may have gone away: then the reply is dropped.
pub(super) enum Command {
    /// Import these blocks, one after the other; perhaps they are of a branch that is wanted.
    Blocks {
        blocks: Vec<CheckedBlock>,
        wanted: Option<Wanted>,
        reply: oneshot::Sender<Vec<Result<Imported, SubmitError>>>,
    },
    /// Admit these transactions, one after the other.
    Transactions {
        transactions: Vec<CheckedTransaction>,
        reply: oneshot::Sender<Vec<Result<Accepted, PoolError>>>,
    },
    /// Stop when everything before is done.
    Stop { reply: oneshot::Sender<()> },
}
