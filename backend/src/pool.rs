//! Pending transactions: a pure data structure. The clock, the ledger and the height are arguments.
//!
//! What it keeps true: for each sender the nonces follow the account's without a gap, and together they
//! debit no more than the account holds. So whatever is in the pool can be mined, in the order in which
//! [`Pool::select`] gives it, and nobody can fill it with promises. What it does not do: check
//! signatures (a [`CheckedTransaction`] had them checked), write to disk, or tell anybody.

mod admit;
mod error;
mod evict;
mod follow;
mod gone;
mod project;
mod queue;
mod select;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use shared::{
    account::AccountId,
    amount::Amount,
    hash::TransactionId,
    ledger::LedgerView,
    params::Chain,
    policy::{self, Offered},
    rules::transaction_isolated::CheckedTransaction,
};

pub use error::{PoolError, Removal};
pub use follow::Step;
use gone::Gone;
pub use project::{MAX_PROJECTED, ProjectedBlock};
use queue::{Queue, TailKey};

/// What a pool holds at most, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all transactions together.
    pub max_bytes: usize,
    /// Transactions of one sender.
    pub per_sender: usize,
    /// Seconds that a transaction waits.
    pub max_age: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 32 * 1_024 * 1_024, per_sender: 16, max_age: 24 * 60 * 60 }
    }
}

/// A transaction that waits.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The transaction.
    pub transaction: Arc<CheckedTransaction>,
    /// Mites per 1,000 bytes of weight ([`policy::score`]).
    pub score: u64,
    /// Accounts that its payments would create.
    pub new_accounts: usize,
    /// When it came, in seconds since 1970.
    pub added: u64,
    /// Its place in the order of arrival.
    arrival: u64,
}

/// What an admitted transaction did to the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its id.
    pub id: TransactionId,
    /// The transaction with the same nonce that it replaced.
    pub replaced: Option<TransactionId>,
}

/// What came and went, and why.
#[derive(Clone, Debug, Default)]
pub struct PoolChange {
    /// What came.
    pub added: Vec<Arc<CheckedTransaction>>,
    /// What went.
    pub removed: Vec<(Arc<CheckedTransaction>, Removal)>,
}

/// What waits for one account.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    /// What others pay to it.
    pub incoming: Amount,
    /// What its own transactions debit, fees included.
    pub outgoing: Amount,
    /// The nonce after its last pending transaction; `None` when it has none.
    pub next_nonce: Option<u64>,
    /// All of them, oldest first.
    pub transactions: Vec<Arc<CheckedTransaction>>,
}

/// All pending transactions.
#[derive(Debug)]
pub struct Pool {
    chain: Chain,
    limits: Limits,
    entries: HashMap<TransactionId, Entry>,
    senders: HashMap<AccountId, Queue>,
    /// The cheapest tail of every sender, cheapest first: what is evicted next.
    tails: BTreeSet<(TailKey, AccountId)>,
    /// Payments to others, by recipient and arrival.
    received: BTreeMap<(AccountId, u64), TransactionId>,
    /// By the last height at which they are valid.
    expiries: BTreeSet<(u64, TransactionId)>,
    /// By when they came.
    ages: BTreeSet<(u64, TransactionId)>,
    /// Those that create accounts: their score depends on the ledger.
    creating: BTreeSet<TransactionId>,
    bytes: usize,
    arrivals: u64,
    offered: Offered,
    gone: Gone,
}

impl PoolChange {
    /// Whether nothing came or went.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

impl Pool {
    /// An empty pool.
    #[must_use]
    pub fn new(chain: Chain, limits: Limits) -> Self {
        Self {
            chain,
            limits,
            entries: HashMap::new(),
            senders: HashMap::new(),
            tails: BTreeSet::new(),
            received: BTreeMap::new(),
            expiries: BTreeSet::new(),
            ages: BTreeSet::new(),
            creating: BTreeSet::new(),
            bytes: 0,
            arrivals: 0,
            offered: Offered::default(),
            gone: Gone::default(),
        }
    }

    /// Number of transactions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of all transactions together.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// What it holds at most.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// All that was ever offered, also what is gone: it only grows, and so tells when there is more.
    #[must_use]
    pub const fn offered(&self) -> Offered {
        self.offered
    }

    /// A transaction that waits.
    #[must_use]
    pub fn get(&self, id: &TransactionId) -> Option<Arc<CheckedTransaction>> {
        self.entries.get(id).map(|entry| Arc::clone(&entry.transaction))
    }

    /// A transaction that waits, and what the pool knows of it.
    #[must_use]
    pub fn entry(&self, id: &TransactionId) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// Whether a transaction waits.
    #[must_use]
    pub fn contains(&self, id: &TransactionId) -> bool {
        self.entries.contains_key(id)
    }

    /// The ids of all that wait, in no order.
    #[must_use]
    pub fn ids(&self) -> Vec<TransactionId> {
        self.entries.keys().copied().collect()
    }

    /// Why a transaction waits no more, if it is one of the last 10,000 that went unconfirmed.
    #[must_use]
    pub fn removal(&self, id: &TransactionId) -> Option<(Arc<CheckedTransaction>, Removal)> {
        self.gone.get(id)
    }

    /// The nonce after the last pending transaction of `sender`; `None` when it has none.
    #[must_use]
    pub fn next_nonce(&self, sender: &AccountId) -> Option<u64> {
        self.senders.get(sender).map(Queue::next_nonce)
    }

    /// What waits for an account.
    #[must_use]
    pub fn pending(&self, account: &AccountId) -> Pending {
        let mut pending = Pending::default();
        let mut found = BTreeMap::new();
        if let Some(queue) = self.senders.get(account) {
            pending.outgoing = queue.debit();
            pending.next_nonce = Some(queue.next_nonce());
            let own = queue.ids().filter_map(|id| self.entries.get(id));
            found.extend(own.map(|entry| (entry.arrival, Arc::clone(&entry.transaction))));
        }
        let mut incoming = 0_u64;
        for (&(_, arrival), id) in self.received.range((*account, 0)..=(*account, u64::MAX)) {
            let Some(transaction) = self.get(id) else { continue };
            let payments = transaction.transaction().body.payments.iter();
            let mine = payments.filter(|payment| payment.recipient == *account);
            incoming = mine.fold(incoming, |sum, payment| sum + payment.amount.mites());
            found.insert(arrival, transaction);
        }
        // Different senders may promise more than there is; people are shown the largest amount then.
        pending.incoming = Amount::from_mites(incoming).unwrap_or(Amount::MAX);
        pending.transactions = found.into_values().collect();
        pending
    }

    /// How many accounts the payments of `transaction` would create.
    fn new_accounts(ledger: &impl LedgerView, transaction: &CheckedTransaction) -> usize {
        let payments = transaction.transaction().body.payments.iter();
        let recipients = payments.map(|payment| payment.recipient);
        let mut new: Vec<_> = recipients.filter(|id| !ledger.account(id).exists()).collect();
        new.sort_unstable();
        new.dedup();
        new.len()
    }

    /// The recipients of a transaction, its sender apart, each once.
    fn others(transaction: &CheckedTransaction) -> BTreeSet<AccountId> {
        let body = &transaction.transaction().body;
        let recipients = body.payments.iter().map(|payment| payment.recipient);
        recipients.filter(|recipient| *recipient != body.sender).collect()
    }

    /// Makes an entry and puts it into every index but its sender's queue.
    fn index(&mut self, transaction: &Arc<CheckedTransaction>, new_accounts: usize, added: u64) {
        let (id, arrival) = (transaction.id(), self.arrivals);
        self.arrivals += 1;
        let fee = transaction.transaction().body.fee;
        let score = policy::score(fee, transaction.size(), new_accounts);
        for recipient in Self::others(transaction) {
            self.received.insert((recipient, arrival), id);
        }
        self.expiries.insert((transaction.transaction().body.expires_at, id));
        self.ages.insert((added, id));
        if new_accounts > 0 {
            self.creating.insert(id);
        }
        self.bytes += transaction.size();
        self.offered = self.offered.with(fee.mites());
        self.gone.forget(&id);
        let transaction = Arc::clone(transaction);
        self.entries.insert(id, Entry { transaction, score, new_accounts, added, arrival });
    }

    /// Takes an entry out of every index but its sender's queue, and remembers why.
    fn unindex(&mut self, id: &TransactionId, why: Removal, change: &mut PoolChange) {
        let Some(entry) = self.entries.remove(id) else { return };
        for recipient in Self::others(&entry.transaction) {
            self.received.remove(&(recipient, entry.arrival));
        }
        self.expiries.remove(&(entry.transaction.transaction().body.expires_at, *id));
        self.ages.remove(&(entry.added, *id));
        self.creating.remove(id);
        self.bytes -= entry.transaction.size();
        self.gone.remember(&entry.transaction, why);
        change.removed.push((entry.transaction, why));
    }
}

#[cfg(test)]
mod tests;
