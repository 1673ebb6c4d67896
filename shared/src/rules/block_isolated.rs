//! Rules that need only the block and its chain's parameters (§4, §5, §6).

use super::transaction_isolated::{self, CheckedTransaction, TransactionError};
use crate::{
    block::Block,
    hash::{BlockId, Hash, TransactionId},
    header::Header,
    key::{Verify, is_small_order, verify_all},
    limits::HEADER_BYTES,
    merkle, parallel,
    params::Chain,
};
use alloc::vec::Vec;

/// Why a block is invalid whatever its parent is. One variant per rule, in the order of checking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// §6: the header counts other transactions than there are.
    #[error("{got} transactions, the header counts {expected}")]
    WrongCount {
        /// Transactions found.
        got: usize,
        /// The header's count.
        expected: u32,
    },
    /// §6: the transactions do not hash to the header. The fault of who sent them, not of the header.
    #[error("transactions root is {got}, the header has {expected}")]
    WrongBody {
        /// The root of the transactions found.
        got: Hash,
        /// The header's root.
        expected: Hash,
    },
    /// §11: the block is larger than the chain allows.
    #[error("{got} bytes, at most {limit} are allowed")]
    TooLarge {
        /// Bytes found.
        got: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// §4: the miner's key is of small order.
    #[error("the miner is a key of small order")]
    SmallOrderMiner,
    /// §5: a transaction is invalid in isolation.
    #[error("transaction {index}: {error}")]
    Transaction {
        /// Position in the block.
        index: usize,
        /// What is wrong with it.
        error: TransactionError,
    },
}

impl BlockError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "block-too-large",
            Self::WrongCount { .. } => "block-wrong-count",
            Self::WrongBody { .. } => "block-wrong-body",
            Self::SmallOrderMiner => "block-small-order-miner",
            Self::Transaction { error, .. } => error.code(),
        }
    }

    /// Whether the body does not belong to its header: then nothing is known about the header.
    #[must_use]
    pub const fn is_foreign_body(&self) -> bool {
        matches!(self, Self::WrongCount { .. } | Self::WrongBody { .. })
    }
}

/// A block that is valid in isolation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedBlock {
    header: Header,
    id: BlockId,
    transactions: Vec<CheckedTransaction>,
    size: usize,
}

impl CheckedBlock {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The id.
    #[must_use]
    pub const fn id(&self) -> BlockId {
        self.id
    }

    /// The transactions, in order.
    #[must_use]
    pub fn transactions(&self) -> &[CheckedTransaction] {
        &self.transactions
    }

    /// Size of the block's encoding in bytes.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// The block.
    ///
    /// # Panics
    ///
    /// Never: a checked block came from a block.
    #[must_use]
    pub fn to_block(&self) -> Block {
        let transactions =
            self.transactions.iter().map(|checked| checked.transaction().clone()).collect();
        let transactions =
            crate::encode::Bounded::new(transactions).expect("they came from a block");
        Block { header: self.header.clone(), transactions }
    }
}

/// Checks a block in isolation on the calling thread.
///
/// # Errors
///
/// The first rule that it breaks.
pub fn check(block: Block, chain: &Chain) -> Result<CheckedBlock, BlockError> {
    check_with(block, chain, &|_| false, &verify_all)
}

/// Checks a block in isolation. Signatures of transactions that are `known` (their id was checked
/// before, e.g. in the pool: the id covers the signatures) are not verified again, the others by
/// `verify`, which may work in parallel but must accept exactly what [`verify_all`] accepts.
///
/// # Errors
///
/// The first rule that it breaks.
pub fn check_with(
    block: Block,
    chain: &Chain,
    known: &dyn Fn(&TransactionId) -> bool,
    verify: Verify<'_>,
) -> Result<CheckedBlock, BlockError> {
    let Block { header, transactions } = block;
    let got = transactions.len();
    if usize::try_from(header.transaction_count) != Ok(got) {
        return Err(BlockError::WrongCount { got, expected: header.transaction_count });
    }
    // The body must belong to the header before anything is said about the block itself: a wrong body
    // is its sender's fault and never marks a good header (§6).
    let measured = parallel::map(transactions.iter().collect(), transaction_isolated::measure);
    let leaves: Vec<_> = measured.iter().map(|measured| measured.leaf).collect();
    let root = merkle::root(&leaves);
    if root != header.transactions_root {
        return Err(BlockError::WrongBody { got: root, expected: header.transactions_root });
    }
    let size =
        measured.iter().fold(HEADER_BYTES + 4, |sum, measured| sum.saturating_add(measured.size));
    if size > chain.max_block_bytes() {
        return Err(BlockError::TooLarge { got: size, limit: chain.max_block_bytes() });
    }
    if is_small_order(&header.miner.0) {
        return Err(BlockError::SmallOrderMiner);
    }
    let genesis = chain.genesis_id();
    let mut checked = Vec::with_capacity(got);
    let mut claims = Vec::with_capacity(got);
    let mut owners = Vec::with_capacity(got);
    let measured = transactions.into_vec().into_iter().zip(measured).collect();
    let formed = parallel::map(measured, |(transaction, measured)| {
        transaction_isolated::check_form(transaction, measured, &genesis)
    });
    for (index, formed) in formed.into_iter().enumerate() {
        let (transaction, its_claims) =
            formed.map_err(|error| BlockError::Transaction { index, error })?;
        if !known(&transaction.id()) {
            owners.extend(core::iter::repeat_n(index, its_claims.len()));
            claims.extend(its_claims);
        }
        checked.push(transaction);
    }
    verify(&claims).map_err(|position| {
        let index = owners.get(position).copied().unwrap_or_default();
        BlockError::Transaction { index, error: TransactionError::Signature }
    })?;
    let id = header.id();
    Ok(CheckedBlock { header, id, transactions: checked, size })
}
