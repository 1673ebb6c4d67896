//! Checks that need no state: what a block or transaction goes through before it is submitted. Slow
//! (signatures), so callers are on blocking threads.

use rayon::prelude::*;
use shared::{
    block::Block,
    encode::{DecodeError, decode},
    hash::TransactionId,
    key::{Claim, verify_all},
    limits::MAX_TRANSACTION_BYTES,
    params::Chain,
    rules::{
        block_isolated::{self, BlockError, CheckedBlock},
        transaction_isolated::{self, CheckedTransaction, TransactionError},
    },
    transaction::Transaction,
};

use super::View;

/// Claims in one batch, at least: below that, splitting costs more than it brings.
const MIN_BATCH: usize = 128;
/// Claims in one batch, at most: above that, batches hardly become cheaper.
const MAX_BATCH: usize = 1_024;

/// Why bytes are no valid block or transaction, whatever the chain is. Always the sender's fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// They are not an encoding.
    #[error("{0}")]
    Decode(DecodeError),
    /// The block breaks a rule.
    #[error("{0}")]
    Block(BlockError),
    /// The transaction breaks a rule.
    #[error("{0}")]
    Transaction(TransactionError),
}

impl CheckError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.code(),
            Self::Block(error) => error.code(),
            Self::Transaction(error) => error.code(),
        }
    }

    /// Whether the body does not belong to its header: then nothing is known about the header.
    #[must_use]
    pub const fn is_foreign_body(&self) -> bool {
        match self {
            Self::Decode(_) => true,
            Self::Block(error) => error.is_foreign_body(),
            Self::Transaction(_) => false,
        }
    }
}

/// Checks a block in isolation, on all cores. What waits in the pool had its signatures checked.
///
/// # Errors
///
/// The first rule that it breaks.
pub fn check_block(block: Block, view: &View) -> Result<CheckedBlock, BlockError> {
    // Locked for each question only: the writer needs the pool while signatures are checked.
    let known = |id: &TransactionId| view.pool().contains(id);
    block_isolated::check_with(block, view.chain(), &known, &verify_parallel)
}

/// Decodes a block and checks it in isolation.
///
/// # Errors
///
/// When the bytes are no block, or the first rule that it breaks.
pub fn check_block_bytes(bytes: &[u8], view: &View) -> Result<CheckedBlock, CheckError> {
    let block = decode(bytes, view.chain().max_block_bytes()).map_err(CheckError::Decode)?;
    check_block(block, view).map_err(CheckError::Block)
}

/// Decodes a transaction and checks it in isolation, signatures included.
///
/// # Errors
///
/// When the bytes are no transaction, or the first rule that it breaks.
pub fn check_transaction_bytes(
    bytes: &[u8],
    chain: &Chain,
) -> Result<CheckedTransaction, CheckError> {
    let transaction = decode(bytes, MAX_TRANSACTION_BYTES).map_err(CheckError::Decode)?;
    let checked = transaction_isolated::check(transaction, &chain.genesis_id());
    checked.map_err(CheckError::Transaction)
}

/// Decodes many transactions and checks them in isolation, their signatures together on all cores:
/// several times cheaper than one by one. One verdict for each, in order.
#[must_use]
pub fn check_transactions_bytes(
    encodings: &[impl AsRef<[u8]>],
    chain: &Chain,
) -> Vec<Result<CheckedTransaction, CheckError>> {
    let decoded: Vec<Result<Transaction, DecodeError>> =
        encodings.iter().map(|bytes| decode(bytes.as_ref(), MAX_TRANSACTION_BYTES)).collect();
    let transactions = decoded.iter().flatten().cloned().collect();
    let genesis = chain.genesis_id();
    let checked = transaction_isolated::check_many(transactions, &genesis, &verify_parallel);
    let mut checked = checked.into_iter();
    let verdict = |decoded: Result<Transaction, DecodeError>| {
        decoded.map_err(CheckError::Decode)?;
        let checked = checked.next().expect("one verdict for each that decodes");
        checked.map_err(CheckError::Transaction)
    };
    decoded.into_iter().map(verdict).collect()
}

/// Verifies claims on all cores; accepts exactly what [`verify_all`] accepts.
///
/// # Errors
///
/// The position of the first invalid claim.
pub fn verify_parallel(claims: &[Claim]) -> Result<(), usize> {
    let share = claims.len().div_ceil(rayon::current_num_threads().max(1));
    // As many batches for one core as for another, or all but one wait at the end.
    let batches = share.div_ceil(MAX_BATCH).max(1);
    let size = share.div_ceil(batches).max(MIN_BATCH);
    let failures = claims.par_chunks(size).enumerate().filter_map(|(chunk, claims)| {
        verify_all(claims).err().map(|position| chunk * size + position)
    });
    failures.min().map_or(Ok(()), Err)
}

/// A block that was checked before it was stored: its signatures are not verified again.
pub(super) fn recheck(block: Block, chain: &Chain) -> Result<CheckedBlock, BlockError> {
    block_isolated::check_with(block, chain, &|_| true, &|_| Ok(()))
}

/// What waited when the node stopped, checked like everything that comes from outside: a pool's
/// transactions go into blocks without another look at their signatures.
pub(super) fn check_waiting(
    waiting: Vec<(u64, Transaction)>,
    chain: &Chain,
) -> Vec<(u64, CheckedTransaction)> {
    let (added, transactions): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
    let checked =
        transaction_isolated::check_many(transactions, &chain.genesis_id(), &verify_parallel);
    added.into_iter().zip(checked).filter_map(|(added, one)| Some((added, one.ok()?))).collect()
}
