//! The chain: one owner, one door.
//!
//! A writer thread owns the blocks, the accounts and the pool. Everybody else has a [`Handle`]: blocks
//! and transactions go in through it as commands, [`View`]s come out of it. Mined here, announced by a
//! peer, fetched in a catch-up or read from a backup: every block takes the same way, told in `import`.
//!
//! ```text
//! bytes -check_block-> CheckedBlock -Handle::submit_block-> writer: import -> one batch on disk
//!                                                             -> View (watch) and ChainEvent (broadcast)
//! ```
//!
//! What it does not do: talk to anybody. What a block means is judged in `shared::rules`.

mod admission;
mod archive;
mod beside;
mod change;
mod check;
mod command;
mod import;
mod log;
mod reads;
mod reorg;
mod stage;
mod totals;
mod verify;
mod view;
mod waiting;
mod writer;

#[cfg(test)]
pub(crate) mod testkit;
#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{Arc, mpsc},
    time::{SystemTime, UNIX_EPOCH},
};

use shared::{
    account::AccountId,
    params::Chain,
    rules::{block_isolated::CheckedBlock, transaction_isolated::CheckedTransaction},
    template::Template,
    transaction::Transaction,
};
use tokio::sync::{broadcast, oneshot, watch};

use crate::pool::{self, Accepted, PoolError};
use admission::{Admission, MAX_OFFERS, Offer};
use command::Command;
use writer::Parts;

pub use crate::store::{
    BlockStatus, Cursor, NotACursor, OpenError, Reorganisation, Role, Sizes, StoreError,
};
pub use admission::AdmitError;
pub use archive::{ArchiveError, Exported, Restored, compact, export, import, read_parameters};
pub use beside::{Room, Wanted};
pub use change::{BlockSummary, ChainChange, ChainEvent, Imported, SubmitError, Tip};
pub use check::{
    CheckError, check_block, check_block_bytes, check_transaction_bytes, check_transactions_bytes,
    verify_parallel,
};
pub use reads::{Confirmed, HistoryRow, Moved, Receipt, TransactionStatus};
pub use totals::AccountTotals;
pub use verify::{Verified, VerifyError, verify};
pub use view::{PoolGuard, View};

/// Commands that wait for the writer, at most; the next caller is told that the node is busy.
pub const MAX_COMMANDS: usize = 64;
/// Events that a slow subscriber may lag behind before it loses some.
pub const MAX_EVENTS: usize = 256;
/// Blocks in one batch of a catch-up, at most.
pub const MAX_GROUP_BLOCKS: usize = 256;
/// Bytes in one batch of a catch-up, about.
pub const MAX_GROUP_BYTES: usize = 8_000_000;

/// Seconds since 1970.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The machine's clock.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

/// What a chain is opened with.
#[derive(Clone)]
pub struct Options {
    /// The data folder; the store is in `chain` inside of it.
    pub folder: PathBuf,
    /// Which chain.
    pub chain: Chain,
    /// The local time. Only two things depend on it: which blocks wait because they are from the
    /// future, and when a pending transaction is too old.
    pub clock: Clock,
    /// What the pool holds at most.
    pub pool: pool::Limits,
    /// What is kept beside the main chain at most.
    pub beside: Room,
}

impl Options {
    /// The system's clock and the default limits.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, chain: Chain) -> Self {
        let (folder, clock) = (folder.into(), system_clock());
        let (pool, beside) = (pool::Limits::default(), Room::default());
        Self { folder, chain, clock, pool, beside }
    }
}

/// Opens the data folder, made if there is none, and starts the writer.
///
/// # Errors
///
/// When the folder is of another chain or version, in use, or damaged. Nothing in it was changed then.
pub fn start(options: Options) -> Result<(Handle, Writer), OpenError> {
    let (sender, commands) = mpsc::sync_channel(MAX_COMMANDS);
    let (chain, clock) = (options.chain.clone(), Arc::clone(&options.clock));
    let Parts { writer, view, events } = writer::open(options, commands)?;
    let (done, stopped) = oneshot::channel();
    let run = move || {
        let outcome = writer.run();
        // Nobody may be waiting; the outcome is also what the thread returns.
        let _ = done.send(outcome.clone());
        outcome
    };
    let thread = std::thread::Builder::new().name("chain".to_owned()).spawn(run);
    let thread = thread.expect("the operating system starts a thread");
    let (offers, waiting) = mpsc::sync_channel(MAX_OFFERS);
    let admission = Admission { offers: waiting, view: view.clone(), commands: sender.clone() };
    let admitting = std::thread::Builder::new().name("admission".to_owned());
    // Ends by itself when the last handle is gone.
    admitting.spawn(move || admission.run()).expect("the operating system starts a thread");
    let handle = Handle { commands: sender, offers, view, events, chain, clock };
    Ok((handle, Writer { thread, stopped }))
}

/// The running writer.
#[derive(Debug)]
pub struct Writer {
    thread: std::thread::JoinHandle<Result<(), StoreError>>,
    stopped: oneshot::Receiver<Result<(), StoreError>>,
}

impl Writer {
    /// Waits until the writer has stopped: after [`Handle::stop`], or because the disk failed.
    ///
    /// # Errors
    ///
    /// When the disk failed: the node must end and say so.
    pub async fn stopped(self) -> Result<(), StoreError> {
        self.stopped.await.unwrap_or(Err(StoreError::Stopped))
    }

    /// The same, blocking the calling thread.
    ///
    /// # Errors
    ///
    /// When the disk failed.
    pub fn join(self) -> Result<(), StoreError> {
        self.thread.join().unwrap_or(Err(StoreError::Stopped))
    }
}

/// The way to the chain. Cloning is cheap.
#[derive(Clone)]
pub struct Handle {
    commands: mpsc::SyncSender<Command>,
    offers: mpsc::SyncSender<Offer>,
    view: watch::Receiver<Arc<View>>,
    events: broadcast::Sender<ChainEvent>,
    chain: Chain,
    clock: Clock,
}

impl Handle {
    /// Which chain it is.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The local time in seconds since 1970.
    #[must_use]
    pub fn now(&self) -> u64 {
        (self.clock)()
    }

    /// Everything as it is now.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.borrow())
    }

    /// Views as the tip moves.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Arc<View>> {
        self.view.clone()
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<ChainEvent> {
        self.events.subscribe()
    }

    /// Offers a block. It is on disk when this returns.
    ///
    /// # Errors
    ///
    /// When the block breaks a rule, has no room beside the main chain, or the node is busy or stopping.
    pub async fn submit_block(&self, block: CheckedBlock) -> Result<Imported, SubmitError> {
        let mut outcomes = self.submit_blocks(vec![block]).await;
        outcomes.pop().unwrap_or(Err(SubmitError::Stopped))
    }

    /// Offers up to [`MAX_GROUP_BLOCKS`] blocks of a catch-up, one after the other, which go to disk
    /// together as far as possible. One outcome for each, in order.
    pub async fn submit_blocks(
        &self,
        blocks: Vec<CheckedBlock>,
    ) -> Vec<Result<Imported, SubmitError>> {
        self.submit_for(blocks, None).await
    }

    /// As [`Handle::submit_blocks`]; with `wanted`, all of them are of that branch.
    pub async fn submit_for(
        &self,
        blocks: Vec<CheckedBlock>,
        wanted: Option<Wanted>,
    ) -> Vec<Result<Imported, SubmitError>> {
        let count = blocks.len();
        let (reply, outcome) = oneshot::channel();
        let all = |error: SubmitError| vec![Err(error); count];
        match self.commands.try_send(Command::Blocks { blocks, wanted, reply }) {
            Ok(()) => outcome.await.unwrap_or_else(|_| all(SubmitError::Stopped)),
            Err(mpsc::TrySendError::Full(_)) => all(SubmitError::Busy),
            Err(mpsc::TrySendError::Disconnected(_)) => all(SubmitError::Stopped),
        }
    }

    /// As [`Handle::submit_blocks`], blocking the calling thread; waits when the node is busy.
    #[must_use]
    pub fn submit_blocks_blocking(
        &self,
        blocks: Vec<CheckedBlock>,
    ) -> Vec<Result<Imported, SubmitError>> {
        self.submit_blocking(blocks, None)
    }

    /// As [`Handle::submit_for`], blocking the calling thread; waits when the node is busy.
    #[must_use]
    pub fn submit_blocking(
        &self,
        blocks: Vec<CheckedBlock>,
        wanted: Option<Wanted>,
    ) -> Vec<Result<Imported, SubmitError>> {
        let count = blocks.len();
        let (reply, outcome) = oneshot::channel();
        let all = || vec![Err(SubmitError::Stopped); count];
        match self.commands.send(Command::Blocks { blocks, wanted, reply }) {
            Ok(()) => outcome.blocking_recv().unwrap_or_else(|_| all()),
            Err(_) => all(),
        }
    }

    /// Offers a transaction to the pool.
    ///
    /// # Errors
    ///
    /// When it cannot wait, or the node is busy or stopping.
    pub async fn submit_transaction(
        &self,
        transaction: CheckedTransaction,
    ) -> Result<Accepted, PoolError> {
        let mut outcomes = self.submit_transactions(vec![transaction]).await;
        outcomes.pop().unwrap_or(Err(PoolError::Stopped))
    }

    /// Checks a transaction together with others that come at the same time, and offers it to the pool.
    ///
    /// # Errors
    ///
    /// When it breaks a rule or cannot wait, or the node is busy or stopping.
    pub async fn admit(&self, transaction: Transaction) -> Result<Accepted, AdmitError> {
        let (reply, outcome) = oneshot::channel();
        match self.offers.try_send(Offer { transaction, reply }) {
            Ok(()) => outcome.await.unwrap_or(Err(AdmitError::Pool(PoolError::Stopped))),
            Err(mpsc::TrySendError::Full(_)) => Err(AdmitError::Pool(PoolError::Busy)),
            Err(mpsc::TrySendError::Disconnected(_)) => Err(AdmitError::Pool(PoolError::Stopped)),
        }
    }

    /// Offers several transactions, one after the other. One outcome for each, in order.
    pub async fn submit_transactions(
        &self,
        transactions: Vec<CheckedTransaction>,
    ) -> Vec<Result<Accepted, PoolError>> {
        let count = transactions.len();
        let (reply, outcome) = oneshot::channel();
        match self.commands.try_send(Command::Transactions { transactions, reply }) {
            Ok(()) => outcome.await.unwrap_or_else(|_| vec![Err(PoolError::Stopped); count]),
            Err(mpsc::TrySendError::Full(_)) => vec![Err(PoolError::Busy); count],
            Err(mpsc::TrySendError::Disconnected(_)) => vec![Err(PoolError::Stopped); count],
        }
    }

    /// The next block as it could be mined now, paying `miner`; made on a blocking thread.
    pub async fn template(&self, miner: AccountId, now: u64) -> Option<Template> {
        let view = self.view();
        let made = tokio::task::spawn_blocking(move || view.template(miner, now));
        made.await.ok().flatten()
    }

    /// Lets the writer finish what waits, close the store and stop.
    pub async fn stop(&self) {
        let (reply, done) = oneshot::channel();
        let mut command = Command::Stop { reply };
        while let Err(mpsc::TrySendError::Full(back)) = self.commands.try_send(command) {
            command = back;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        // An error says that the writer is gone already.
        let _ = done.await;
    }
}
