//! Checks what a node claims, by hashing it again. Pure: no request, no clock.
//!
//! A receipt shows that a transaction is part of a chain with a certain tip. That this tip is the one
//! with most work is not shown here: it is compared with the tip that the app follows.

use shared::{
    account::Address,
    amount::Amount,
    api::{AccountProofView, HistoryStep, TransactionProofView},
    encode::{Bounded, decode},
    hash::{BlockId, Hash, TransactionId},
    header::Header,
    history::{HistoryProof, Summary},
    limits::{HEADER_BYTES, MAX_STATE_DEPTH, MAX_TRANSACTION_BYTES},
    merkle,
    params::Chain,
    rules::transaction_isolated,
    state_tree::StateProof,
    transaction::{Transaction, id_of_bytes},
    work::Work,
};
use std::fmt;

/// What a receipt shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Id of the transaction.
    pub transaction: TransactionId,
    /// What it says.
    pub body: shared::transaction::Body,
    /// Id of its block.
    pub block: BlockId,
    /// Height of its block.
    pub height: u64,
    /// Timestamp of its block.
    pub timestamp: u64,
    /// The tip under which the block stands.
    pub tip: BlockId,
    /// Height of that tip.
    pub tip_height: u64,
    /// Expected attempts behind the block and those after it, up to the tip, as far as the receipt tells.
    pub work_of_block: Work,
}

/// What an account's proof shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proven {
    /// Mites.
    pub balance: Amount,
    /// Nonce.
    pub nonce: u64,
    /// The block after which the account is so.
    pub block: BlockId,
    /// Its height.
    pub height: u64,
}

/// Why a proof shows nothing. In the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofError {
    /// A part is not what it should be.
    Unreadable(&'static str),
    /// The transaction is not validly signed for this chain.
    Signature,
    /// The path does not lead to the block's transactions root.
    Transaction,
    /// The block has not the proof of work that it claims.
    BlockWork,
    /// The tip has not the proof of work that it claims.
    TipWork,
    /// The block is not in the history of the tip.
    History,
    /// The account's path does not lead to the block's state root.
    State,
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(part) => {
                f.write_str(&t!("the {part} cannot be read", part = crate::i18n::text(part)))
            }
            Self::Signature => {
                f.write_str(key!("the transaction is not signed by its sender for this chain"))
            }
            Self::Transaction => f.write_str(key!("the transaction is not in the block")),
            Self::BlockWork => {
                f.write_str(key!("the block has not the proof of work that this chain asks for"))
            }
            Self::TipWork => f.write_str(key!(
                "the newest block has not the proof of work that this chain asks for"
            )),
            Self::History => {
                f.write_str(key!("the block is not in the history of the newest block"))
            }
            Self::State => f.write_str(key!("the account is not so in the state of the block")),
        }
    }
}

/// Checks a receipt of this chain: signature, path in the block, both proofs of work, path in the history.
///
/// # Errors
///
/// The first check that fails.
pub fn check_receipt(receipt: &TransactionProofView, chain: &Chain) -> Result<Receipt, ProofError> {
    let bytes =
        bytes_of(&receipt.transaction).ok_or(ProofError::Unreadable(key!("transaction")))?;
    let transaction: Transaction = decode(&bytes, MAX_TRANSACTION_BYTES)
        .map_err(|_| ProofError::Unreadable(key!("transaction")))?;
    let header =
        header_of(&receipt.header).ok_or(ProofError::Unreadable(key!("block's header")))?;
    let tip =
        header_of(&receipt.tip).ok_or(ProofError::Unreadable(key!("newest block's header")))?;
    let path: Option<Vec<Hash>> = receipt.path.iter().map(|hash| Hash::parse(hash)).collect();
    let path = path.ok_or(ProofError::Unreadable(key!("path in the block")))?;

    let checked = transaction_isolated::check(transaction, &chain.genesis_id())
        .map_err(|_| ProofError::Signature)?;
    let (index, count) = (u64::from(receipt.index), u64::from(header.transaction_count));
    if !merkle::verify(&header.transactions_root, &merkle::leaf(&bytes), index, count, &path) {
        return Err(ProofError::Transaction);
    }
    if !has_work(&header, chain) {
        return Err(ProofError::BlockWork);
    }
    if tip != header {
        if !has_work(&tip, chain) {
            return Err(ProofError::TipWork);
        }
        check_history(&receipt.history, &header, &tip)?;
    }
    Ok(Receipt {
        transaction: id_of_bytes(&bytes),
        body: checked.transaction().body.clone(),
        block: header.id(),
        height: header.height,
        timestamp: header.timestamp,
        tip: tip.id(),
        tip_height: tip.height,
        work_of_block: header.target.work(),
    })
}

/// Checks the proof of an account's balance and nonce.
///
/// # Errors
///
/// The first check that fails.
pub fn check_account(
    proof: &AccountProofView,
    address: &Address,
    chain: &Chain,
) -> Result<Proven, ProofError> {
    let header = header_of(&proof.header).ok_or(ProofError::Unreadable(key!("block's header")))?;
    let bytes = bytes_of(&proof.proof).ok_or(ProofError::Unreadable(key!("account's path")))?;
    // Depth, hashes, terminal: the largest proof there can be.
    let limit = 4 + MAX_STATE_DEPTH * 32 + 1 + 32 + 16;
    let proof: StateProof =
        decode(&bytes, limit).map_err(|_| ProofError::Unreadable(key!("account's path")))?;
    let is_genesis = header.height == 0 && header.id() == chain.genesis_id();
    if !is_genesis && !has_work(&header, chain) {
        return Err(ProofError::BlockWork);
    }
    let account = proof.verify(&header.state_root, &address.account).ok_or(ProofError::State)?;
    Ok(Proven {
        balance: account.balance,
        nonce: account.nonce,
        block: header.id(),
        height: header.height,
    })
}

/// Whether a header meets its target, and the target is one that this chain can have.
fn has_work(header: &Header, chain: &Chain) -> bool {
    header.target <= chain.parameters().easiest_target && header.target.is_met_by(&header.id())
}

fn check_history(steps: &[HistoryStep], header: &Header, tip: &Header) -> Result<(), ProofError> {
    let step = |step: &HistoryStep| {
        Some(Summary {
            hash: Hash::parse(&step.hash)?,
            work: Work::parse(&step.work)?,
            clock: step.clock,
        })
    };
    let path: Option<Vec<Summary>> = steps.iter().map(step).collect();
    let path =
        path.and_then(Bounded::new).ok_or(ProofError::Unreadable(key!("path in the history")))?;
    let proof = HistoryProof { count: tip.height, path };
    let leaf = Summary::leaf(&header.id(), header.target.work(), header.clock);
    if proof.verify(&tip.history_root, header.height, &leaf) {
        Ok(())
    } else {
        Err(ProofError::History)
    }
}

fn header_of(hex: &str) -> Option<Header> {
    decode(&bytes_of(hex)?, HEADER_BYTES).ok()
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = hex
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests;
