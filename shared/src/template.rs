//! Making a block (§6, §11), and checking one that somebody else offers for mining.

use crate::{
    account::AccountId,
    amount::Amount,
    block::{Block, transactions_root},
    encode::Bounded,
    hash::Hash,
    header::Header,
    key::is_small_order,
    limits::HEADER_BYTES,
    merkle,
    params::Chain,
    policy::Offered,
    rules::{
        block_in_chain::{BodyBuilder, PushError},
        transaction_in_ledger,
        transaction_isolated::CheckedTransaction,
    },
    state::ChainState,
    state_tree::StateTree,
    transaction::Transaction,
    work::Target,
};
use alloc::{vec, vec::Vec};

/// A block that lacks only its proof of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The block, with nonce 0.
    pub block: Block,
    /// What the schedule gives the miner.
    pub reward: Amount,
    /// What the transactions give the miner.
    pub fees: Amount,
}

/// The transactions of the next block and what they do, whoever mines it: chosen once for many miners.
#[derive(Clone, Debug)]
pub struct Selection {
    transactions: Vec<Transaction>,
    transactions_root: Hash,
    /// The accounts before anybody is paid for the block.
    tree: StateTree,
    fees: Amount,
}

/// Assembles a child of `parent` that pays `miner`: [`select`] and [`Selection::template`] in one. As the
/// miner is known, payments to a new miner create no account (§6).
#[must_use]
pub fn assemble<'a>(
    parent: &ChainState,
    tree: &StateTree,
    miner: AccountId,
    timestamp: u64,
    candidates: impl IntoIterator<Item = &'a CheckedTransaction> + Clone,
    skipped: impl FnMut(usize, PushError),
) -> Option<Template> {
    choose(parent, tree, Some(miner), candidates, skipped).template(parent, miner, timestamp)
}

/// Chooses the transactions of a child of `parent`. Candidates are taken in their order; those that do
/// not fit or do not apply are skipped, and told to `skipped` with their position. Whoever mines it, it
/// is valid: nobody's account is taken for the miner's, which exists in any case.
#[must_use]
pub fn select<'a>(
    parent: &ChainState,
    tree: &StateTree,
    candidates: impl IntoIterator<Item = &'a CheckedTransaction> + Clone,
    skipped: impl FnMut(usize, PushError),
) -> Selection {
    choose(parent, tree, None, candidates, skipped)
}

fn choose<'a>(
    parent: &ChainState,
    tree: &StateTree,
    miner: Option<AccountId>,
    candidates: impl IntoIterator<Item = &'a CheckedTransaction> + Clone,
    mut skipped: impl FnMut(usize, PushError),
) -> Selection {
    let chain = parent.chain();
    let (mut body, candidates) = BodyBuilder::new(parent, tree, miner, candidates);
    let mut size = HEADER_BYTES + 4;
    let mut transactions = Vec::new();
    let mut leaves = Vec::new();
    for (index, touching) in candidates.iter().enumerate() {
        let candidate = touching.transaction;
        let with = size.saturating_add(candidate.size());
        if with > chain.max_block_bytes() || transactions.len() >= crate::block::MAX_TRANSACTIONS {
            continue;
        }
        match body.push(touching) {
            Ok(()) => {
                size = with;
                leaves.push(candidate.leaf());
                transactions.push(candidate.transaction().clone());
            }
            Err(error) => skipped(index, error),
        }
    }
    let (tree, fees) = body.unpaid();
    Selection { transactions, transactions_root: merkle::root(&leaves), tree, fees }
}

impl Selection {
    /// What the transactions offer.
    #[must_use]
    pub fn offered(&self) -> Offered {
        let transactions = u64::try_from(self.transactions.len()).unwrap_or(u64::MAX);
        Offered { fees: self.fees.mites(), transactions }
    }

    /// The child of `parent`, which must be the one it was chosen for, that pays `miner`, at `timestamp`
    /// or one second after the parent, whichever is later. `None` when the chain has come to its end.
    #[must_use]
    pub fn template(
        &self,
        parent: &ChainState,
        miner: AccountId,
        timestamp: u64,
    ) -> Option<Template> {
        let chain = parent.chain();
        let height = parent.height().checked_add(1)?;
        let reward = chain.parameters().reward_at(height);
        let (mut ledger, places) = self.tree.touch(vec![miner]);
        let place = *places.first()?;
        transaction_in_ledger::credit(&mut ledger, place, reward.checked_add(self.fees)?)?;
        let timestamp = timestamp.max(parent.header().timestamp.saturating_add(1));
        let clock = parent.child_clock(timestamp)?;
        let header = Header {
            version: chain.version_at(height),
            height,
            previous: parent.id().0,
            transactions_root: self.transactions_root,
            transaction_count: u32::try_from(self.transactions.len()).ok()?,
            state_root: ledger.into_tree().0.root(),
            history_root: parent.child_history_root(),
            miner,
            timestamp,
            clock,
            target: parent.child_target(clock),
            nonce: 0,
        };
        let transactions = Bounded::new(self.transactions.clone())?;
        let block = Block { header, transactions };
        Some(Template { block, reward, fees: self.fees })
    }
}

/// Why offered work is not worth a single hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// It pays somebody else.
    #[error("the work offered pays somebody else")]
    WrongMiner,
    /// It does not follow the block it should.
    #[error("the work offered is not for the next block")]
    WrongParent,
    /// Its transactions are not those its header commits to.
    #[error("the work offered does not commit to its transactions")]
    WrongBody,
    /// Its time, clock or target do not follow from the parent.
    #[error("the work offered has a wrong time or difficulty")]
    WrongTarget,
    /// Its version or miner breaks a rule, so that no block could come of it.
    #[error("no valid block can come of the work offered")]
    Invalid,
}

impl OfferError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongMiner => "offer-wrong-miner",
            Self::WrongParent => "offer-wrong-parent",
            Self::WrongBody => "offer-wrong-body",
            Self::WrongTarget => "offer-wrong-target",
            Self::Invalid => "offer-invalid",
        }
    }
}

/// Checks offered work as far as a tab can that holds the parent's header but not the state: it pays
/// `miner`, follows `parent`, commits to its transactions, and has the right clock and target. Returns
/// the core to mine on, recomputed from all fields.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn check_offer(
    chain: &Chain,
    parent: &Header,
    miner: AccountId,
    header: &Header,
    transactions: &[Transaction],
) -> Result<Hash, OfferError> {
    // A node may name any parent.
    let height = parent.height.checked_add(1).ok_or(OfferError::WrongParent)?;
    if header.miner != miner {
        return Err(OfferError::WrongMiner);
    }
    if header.version != chain.version_at(height) || is_small_order(&miner.0) {
        return Err(OfferError::Invalid);
    }
    if header.previous != parent.id().0 || header.height != height {
        return Err(OfferError::WrongParent);
    }
    let count_fits = usize::try_from(header.transaction_count) == Ok(transactions.len());
    if !count_fits || header.transactions_root != transactions_root(transactions) {
        return Err(OfferError::WrongBody);
    }
    let rule = chain.difficulty();
    let clock = rule
        .clock(height, parent.clock, parent.timestamp, header.timestamp)
        .ok_or(OfferError::WrongTarget)?;
    let target: Target = rule.target(height, parent.clock, clock);
    if header.clock != clock || header.target != target {
        return Err(OfferError::WrongTarget);
    }
    Ok(header.core())
}
