//! Single transactions on their way into the pool. Those that come while others are being checked wait
//! and are then checked together: a signature costs much less in a batch than alone, and under no
//! load nobody waits for anybody.

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

impl Admission {
    pub(super) fn run(self) {
        while let Ok(first) = self.offers.recv() {
            let others = self.offers.try_iter().take(MAX_BATCH - 1);
            self.admit(std::iter::once(first).chain(others).collect());
        }
    }

    fn admit(&self, offers: Vec<Offer>) {
        let view = Arc::clone(&self.view.borrow());
        let (mut replies, mut transactions) = (Vec::new(), Vec::new());
        let mut of_sender: HashMap<AccountId, usize> = HashMap::new();
        for offer in &offers {
            *of_sender.entry(offer.transaction.body.sender).or_default() += 1;
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
        for (reply, outcome) in waiting.into_iter().zip(self.submit(admitted)) {
            let _ = reply.send(outcome.map_err(AdmitError::Pool));
        }
    }

    fn submit(&self, admitted: Vec<CheckedTransaction>) -> Vec<Result<Accepted, PoolError>> {
        let count = admitted.len();
        let all = |error: PoolError| vec![Err(error); count];
        if admitted.is_empty() {
            return Vec::new();
        }
        let (reply, outcome) = oneshot::channel();
        match self.commands.send(Command::Transactions { transactions: admitted, reply }) {
            Ok(()) => outcome.blocking_recv().unwrap_or_else(|_| all(PoolError::Stopped)),
            Err(_) => all(PoolError::Stopped),
        }
    }
}
