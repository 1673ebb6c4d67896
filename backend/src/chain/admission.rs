//! Single transactions on their way into the pool. Those that come while others are being checked wait
//! and are then checked together: a signature costs much less in a batch than alone, and under no
//! load nobody waits for anybody. While the writer takes one batch in, the next one is checked.

use std::{
    collections::HashMap,
    sync::{Arc, mpsc},
};

use shared::{
    account::AccountId,
    key::Verify,
    rules::transaction_isolated::{self, CheckedTransaction, TransactionError},
    transaction::Transaction,
};
use tokio::sync::{oneshot, watch};

use super::{View, command::Command, verify_parallel};
use crate::pool::{Accepted, PoolError};

/// Transactions that wait to be checked, at most; the next caller is told that the node is busy.
pub(super) const MAX_OFFERS: usize = 4_096;
/// Transactions that are checked together, at most.
const MAX_BATCH: usize = 1_024;

/// Why a transaction is not admitted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdmitError {
    /// It breaks a rule, whatever the chain is.
    #[error("{0}")]
    Transaction(TransactionError),
    /// The pool does not take it.
    #[error("{0}")]
    Pool(PoolError),
}

/// A transaction, and who wants to know what becomes of it.
pub(super) struct Offer {
    pub(super) transaction: Transaction,
    pub(super) reply: oneshot::Sender<Result<Accepted, AdmitError>>,
}

/// Checks what is offered and hands it to the writer, until nobody can offer any more.
pub(super) struct Admission {
    pub(super) offers: mpsc::Receiver<Offer>,
    pub(super) view: watch::Receiver<Arc<View>>,
    pub(super) commands: mpsc::SyncSender<Command>,
}

/// What was handed to the writer, while the next transactions are being checked.
struct Submitted {
    replies: Vec<oneshot::Sender<Result<Accepted, AdmitError>>>,
    senders: Vec<AccountId>,
    outcome: Result<oneshot::Receiver<Vec<Result<Accepted, PoolError>>>, PoolError>,
}

impl Admission {
    pub(super) fn run(self) {
        let mut submitted: Option<Submitted> = None;
        loop {
            let first = match self.offers.try_recv() {
                Ok(first) => first,
                // Nobody waits to be checked, so that nobody else need wait for it.
                Err(_) => {
                    submitted.take().into_iter().for_each(Submitted::tell);
                    let Ok(first) = self.offers.recv() else { return };
                    first
                }
            };
            let others = self.offers.try_iter().take(MAX_BATCH - 1);
            let offers = std::iter::once(first).chain(others).collect();
            let before = submitted.as_ref().map(|before| &*before.senders).unwrap_or_default();
            let (replies, transactions) = self.check(offers, before);
            submitted.take().into_iter().for_each(Submitted::tell);
            if !transactions.is_empty() {
                submitted = Some(self.submit(replies, transactions));
            }
        }
    }

    /// Tells those whose transactions are refused at once; returns the others. The transactions of
    /// the senders in `before` are on their way into the pool.
    fn check(
        &self,
        offers: Vec<Offer>,
        before: &[AccountId],
    ) -> (Vec<oneshot::Sender<Result<Accepted, AdmitError>>>, Vec<CheckedTransaction>) {
        let view = Arc::clone(&self.view.borrow());
        let (mut replies, mut transactions) = (Vec::new(), Vec::new());
        let mut of_sender: HashMap<AccountId, usize> = HashMap::new();
        let offered = offers.iter().map(|offer| offer.transaction.body.sender);
        for sender in offered.chain(before.iter().copied()) {
            *of_sender.entry(sender).or_default() += 1;
        }
        for Offer { transaction, reply } in offers {
            // What the pool would refuse anyway is not worth a signature check. Of one sender's several
            // transactions, the later ones may need the earlier ones: the pool itself will judge.
            let body = &transaction.body;
            let is_only = of_sender.get(&body.sender) == Some(&1);
            if is_only && let Err(error) = view.precheck(&transaction) {
                // An error says that whoever asked has gone away; so below.
                let _ = reply.send(Err(AdmitError::Pool(error)));
                continue;
            }
            replies.push(reply);
            transactions.push(transaction);
        }
        let verify: Verify<'_> = &verify_parallel;
        let genesis = view.chain().genesis_id();
        let checked = transaction_isolated::check_many(transactions, &genesis, verify);
        let mut admitted = Vec::new();
        let mut waiting = Vec::new();
        for (reply, checked) in replies.into_iter().zip(checked) {
            match checked {
                Ok(transaction) => {
                    admitted.push(transaction);
                    waiting.push(reply);
                }
                Err(error) => {
                    let _ = reply.send(Err(AdmitError::Transaction(error)));
                }
            }
        }
        (waiting, admitted)
    }

    fn submit(
        &self,
        replies: Vec<oneshot::Sender<Result<Accepted, AdmitError>>>,
        transactions: Vec<CheckedTransaction>,
    ) -> Submitted {
        let senders =
            transactions.iter().map(|checked| checked.transaction().body.sender).collect();
        let (reply, outcome) = oneshot::channel();
        let sent = self.commands.send(Command::Transactions { transactions, reply });
        Submitted {
            replies,
            senders,
            outcome: sent.map(|()| outcome).map_err(|_| PoolError::Stopped),
        }
    }
}

impl Submitted {
    /// Waits for the writer and passes on what it says.
    fn tell(self) {
        let outcomes = self
            .outcome
            .and_then(|outcome| outcome.blocking_recv().map_err(|_| PoolError::Stopped));
        let outcomes = outcomes.unwrap_or_else(|error| vec![Err(error); self.replies.len()]);
        for (reply, outcome) in self.replies.into_iter().zip(outcomes) {
            let _ = reply.send(outcome.map_err(AdmitError::Pool));
        }
    }
}
