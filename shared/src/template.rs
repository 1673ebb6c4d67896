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
    rules::{
        block_in_chain::{BodyBuilder, PushError},
        transaction_isolated::CheckedTransaction,
    },
    state::ChainState,
    state_tree::StateTree,
    transaction::Transaction,
    work::Target,
};
use alloc::vec::Vec;

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

/// Assembles a child of `parent` that pays `miner`, at `timestamp` or one second after the parent,
/// whichever is later. Candidates are taken in their order; those that do not fit or do not apply are
/// skipped, and told to `skipped` with their position.
#[must_use]
pub fn assemble<'a>(
    parent: &ChainState,
    tree: &StateTree,
    miner: AccountId,
    timestamp: u64,
    candidates: impl IntoIterator<Item = &'a CheckedTransaction> + Clone,
    mut skipped: impl FnMut(usize, PushError),
) -> Option<Template> {
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
    let body = body.finish()?;
    let timestamp = timestamp.max(parent.header().timestamp.saturating_add(1));
    let clock = parent.child_clock(timestamp)?;
    let header = Header {
        version: chain.version_at(parent.height() + 1),
        height: parent.height() + 1,
        previous: parent.id().0,
        transactions_root: merkle::root(&leaves),
        transaction_count: u32::try_from(transactions.len()).ok()?,
        state_root: body.tree.root(),
        history_root: parent.child_history_root(),
        miner,
        timestamp,
        clock,
        target: parent.child_target(clock),
        nonce: 0,
    };
    let block = Block { header, transactions: Bounded::new(transactions)? };
    Some(Template { block, reward: body.reward, fees: body.fees })
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
    let height = parent.height + 1;
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
