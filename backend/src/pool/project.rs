//! What waits, divided into the blocks that miners would make of it.

use std::collections::BinaryHeap;

use shared::{amount::Amount, block::MAX_TRANSACTIONS, limits::HEADER_BYTES, params::Chain};

use super::{Entry, Pool, select::Ready};

/// Blocks that are told apart; what does not fit into them is in none.
pub const MAX_PROJECTED: usize = 6;

/// A block that is not there yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProjectedBlock {
    /// Transactions.
    pub transactions: usize,
    /// Their bytes.
    pub bytes: usize,
    /// What they pay.
    pub fees: Amount,
    /// The lowest and the highest of their fee rates, in mites per 1,000 bytes.
    pub rates: (u64, u64),
}

impl Pool {
    /// What waits as miners would take it, were no more to come: as templates are made, one after the
    /// other. The next block first, at most [`MAX_PROJECTED`].
    #[must_use]
    pub(crate) fn projected(&self) -> Vec<ProjectedBlock> {
        let limits = Limits::of(&self.chain);
        let mut blocks = Vec::new();
        // With the number of the block in which alone it is looked at: what comes after something that
        // was not taken cannot be either, but a template looks at it.
        let mut heads: BinaryHeap<_> = Ready::heads(self).map(|ready| (ready, None)).collect();
        while blocks.len() < MAX_PROJECTED {
            let number = blocks.len();
            let mut filling = Filling::default();
            let mut left = Vec::new();
            while !filling.is_done(&limits)
                && let Some((ready, only_in)) = heads.pop()
            {
                if only_in.is_some_and(|block| block != number) {
                    continue;
                }
                if only_in.is_none() && filling.take(ready.entry, &limits) {
                    heads.extend(ready.next(self).map(|next| (next, None)));
                    continue;
                }
                heads.extend(ready.next(self).map(|next| (next, Some(number))));
                if only_in.is_some() {
                    filling.pass(ready.entry, &limits);
                } else {
                    left.push((ready, None));
                }
            }
            if filling.block.transactions == 0 {
                break;
            }
            blocks.push(filling.block);
            heads.extend(left);
        }
        blocks
    }
}

/// What a block may hold.
struct Limits {
    /// Its header among them.
    bytes: usize,
    new_accounts: usize,
}

impl Limits {
    fn of(chain: &Chain) -> Self {
        let new_accounts = chain.parameters().max_new_accounts;
        Self {
            bytes: chain.max_block_bytes(),
            new_accounts: usize::try_from(new_accounts).unwrap_or(usize::MAX),
        }
    }
}

/// A block that fills.
#[derive(Default)]
struct Filling {
    block: ProjectedBlock,
    new_accounts: usize,
    /// Bytes of all that were looked at for it.
    seen: usize,
    /// Whether something did not apply, so that a template looks twice as far.
    passed: bool,
}

impl Filling {
    /// Whether a template looks no further.
    const fn is_done(&self, limits: &Limits) -> bool {
        let times = if self.passed { 2 } else { 1 };
        self.seen >= limits.bytes.saturating_mul(times)
    }

    /// Looks at what cannot apply in this block.
    fn pass(&mut self, entry: &Entry, limits: &Limits) {
        self.seen = self.seen.saturating_add(entry.transaction.size());
        // What is too large is not even tried.
        self.passed |= self.has_room(entry, limits);
    }

    fn has_room(&self, entry: &Entry, limits: &Limits) -> bool {
        let with = self.block.bytes.saturating_add(entry.transaction.size());
        with.saturating_add(HEADER_BYTES + 4) <= limits.bytes
            && self.block.transactions < MAX_TRANSACTIONS
    }

    /// Takes a transaction, or says that it does not.
    fn take(&mut self, entry: &Entry, limits: &Limits) -> bool {
        self.seen = self.seen.saturating_add(entry.transaction.size());
        if !self.has_room(entry, limits) {
            return false;
        }
        let new_accounts = self.new_accounts.saturating_add(entry.new_accounts);
        if new_accounts > limits.new_accounts {
            self.passed = true;
            return false;
        }
        self.new_accounts = new_accounts;
        let block = &mut self.block;
        let (lowest, highest) = if block.transactions == 0 { (u64::MAX, 0) } else { block.rates };
        block.rates = (lowest.min(entry.score), highest.max(entry.score));
        block.transactions += 1;
        block.bytes = block.bytes.saturating_add(entry.transaction.size());
        // Senders can promise more together than there is.
        let fee = entry.transaction.transaction().body.fee;
        block.fees = block.fees.checked_add(fee).unwrap_or(Amount::MAX);
        true
    }
}
