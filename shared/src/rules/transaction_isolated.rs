//! Rules that need only the transaction and the name of its chain (§5).

use crate::{
    account::{AccountId, PolicyError},
    amount::Amount,
    encode::encode,
    hash::{BlockId, Hash, TransactionId},
    key::{Claim, PublicKey, Verify, is_small_order, verify_all},
    parallel,
    transaction::{Authorization, Transaction, id_of_bytes},
};
use alloc::vec::Vec;

/// Why a transaction is invalid whatever the ledger says. One variant per rule of §5, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransactionError {
    /// §5: the version is not known.
    #[error("transaction version is {got}, expected 1")]
    Version {
        /// The version found.
        got: u8,
    },
    /// §5: a payment is of nothing.
    #[error("an amount must be above 0: payment {index} is of nothing")]
    ZeroPayment {
        /// Position of the payment.
        index: usize,
    },
    /// §5: payments and fee together leave the range of amounts.
    #[error("payments and fee together are larger than any supply")]
    DebitOverflow,
    /// §4: the sender's key is of small order.
    #[error("the sender is a key of small order")]
    SmallOrderSender,
    /// §4: a recipient's key is of small order.
    #[error("recipient {index} is a key of small order")]
    SmallOrderRecipient {
        /// Position of the payment.
        index: usize,
    },
    /// §4: the policy is not well-formed.
    #[error("{0}")]
    Policy(PolicyError),
    /// §4: the sender is not the hash of the policy.
    #[error("the sender is {sender:?}, the shared account is {policy:?}")]
    WrongPolicy {
        /// The sender.
        sender: AccountId,
        /// The account of the policy.
        policy: AccountId,
    },
    /// §5: there are not exactly as many signatures as the threshold.
    #[error("{got} signatures, expected {expected}")]
    SignatureCount {
        /// Signatures found.
        got: usize,
        /// The threshold.
        expected: usize,
    },
    /// §5: signature indexes are not strictly ascending, or name no key.
    #[error("the signatures' indexes are not strictly ascending positions of keys")]
    SignatureOrder,
    /// §4: a signature is invalid under ZIP-215.
    #[error("a signature is invalid, or made for another chain")]
    Signature,
}

impl TransactionError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Version { .. } => "transaction-version",
            Self::ZeroPayment { .. } => "transaction-zero-payment",
            Self::DebitOverflow => "transaction-debit-overflow",
            Self::SmallOrderSender => "transaction-small-order-sender",
            Self::SmallOrderRecipient { .. } => "transaction-small-order-recipient",
            Self::Policy(error) => error.code(),
            Self::WrongPolicy { .. } => "transaction-wrong-policy",
            Self::SignatureCount { .. } => "transaction-signature-count",
            Self::SignatureOrder => "transaction-signature-order",
            Self::Signature => "transaction-signature",
        }
    }
}

/// A transaction that is valid in isolation, with what was learned while checking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedTransaction {
    transaction: Transaction,
    id: TransactionId,
    leaf: Hash,
    size: usize,
    debit: Amount,
}

impl CheckedTransaction {
    /// The transaction.
    #[must_use]
    pub const fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> TransactionId {
        self.id
    }

    /// Its leaf in the transactions tree (§6).
    #[must_use]
    pub const fn leaf(&self) -> Hash {
        self.leaf
    }

    /// Size of its encoding in bytes.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// What leaves the sender: payments and fee.
    #[must_use]
    pub const fn debit(&self) -> Amount {
        self.debit
    }
}

/// Checks one transaction of the chain with this genesis.
///
/// # Errors
///
/// The first rule of §5 that it breaks.
pub fn check(
    transaction: Transaction,
    genesis: &BlockId,
) -> Result<CheckedTransaction, TransactionError> {
    let measured = measure(&transaction);
    let (checked, claims) = check_form(transaction, measured, genesis)?;
    verify_all(&claims).map_err(|_| TransactionError::Signature)?;
    Ok(checked)
}

/// Checks many transactions of the chain with this genesis, their signatures together. The verdicts
/// stand in the order of the transactions and equal those of [`check`].
#[must_use]
pub fn check_many(
    transactions: Vec<Transaction>,
    genesis: &BlockId,
    verify: Verify<'_>,
) -> Vec<Result<CheckedTransaction, TransactionError>> {
    let form = |transaction: Transaction| {
        let measured = measure(&transaction);
        check_form(transaction, measured, genesis)
    };
    let mut formed = parallel::map(transactions, form);
    mark_forged(&mut formed, verify);
    formed.into_iter().map(|formed| formed.map(|(checked, _)| checked)).collect()
}

type Formed = Result<(CheckedTransaction, Vec<Claim>), TransactionError>;

/// Turns those with an invalid signature into errors, halving where a batch fails: many forgeries cost
/// a logarithm each, not a check of everything.
fn mark_forged(formed: &mut [Formed], verify: Verify<'_>) {
    let claims: Vec<Claim> =
        formed.iter().flatten().flat_map(|(_, claims)| claims).copied().collect();
    if claims.is_empty() || verify(&claims).is_ok() {
        return;
    }
    if let [only] = formed {
        *only = Err(TransactionError::Signature);
        return;
    }
    let (left, right) = formed.split_at_mut(formed.len() / 2);
    mark_forged(left, verify);
    mark_forged(right, verify);
}

/// What follows from a transaction's bytes alone.
pub(super) struct Measured {
    pub(super) id: TransactionId,
    pub(super) leaf: Hash,
    pub(super) size: usize,
}

/// Encodes a transaction once and hashes it for both of its names.
pub(super) fn measure(transaction: &Transaction) -> Measured {
    let bytes = encode(transaction);
    Measured { id: id_of_bytes(&bytes), leaf: crate::merkle::leaf(&bytes), size: bytes.len() }
}

/// Checks everything but the signatures, which are returned as claims to be verified in a batch. For
/// this crate's own stages: outside of it nothing unverified can look checked.
pub(super) fn check_form(
    transaction: Transaction,
    measured: Measured,
    genesis: &BlockId,
) -> Result<(CheckedTransaction, Vec<Claim>), TransactionError> {
    let body = &transaction.body;
    if body.version != 1 {
        return Err(TransactionError::Version { got: body.version });
    }
    if let Some(index) = body.payments.iter().position(|payment| payment.amount == Amount::ZERO) {
        return Err(TransactionError::ZeroPayment { index });
    }
    let Some(debit) = body.debit() else { return Err(TransactionError::DebitOverflow) };
    if is_small_order(&body.sender.0) {
        return Err(TransactionError::SmallOrderSender);
    }
    if let Some(index) =
        body.payments.iter().position(|payment| is_small_order(&payment.recipient.0))
    {
        return Err(TransactionError::SmallOrderRecipient { index });
    }
    let claims = claims(&transaction, genesis)?;
    let Measured { id, leaf, size } = measured;
    Ok((CheckedTransaction { transaction, id, leaf, size, debit }, claims))
}

/// Who is said to have signed what, once the form of the authorization is right (§4, §5).
fn claims(transaction: &Transaction, genesis: &BlockId) -> Result<Vec<Claim>, TransactionError> {
    let body = &transaction.body;
    let digest = body.signing_hash(genesis);
    match &transaction.authorization {
        Authorization::Key(signature) => {
            Ok(alloc::vec![Claim { key: PublicKey(body.sender.0), digest, signature: *signature }])
        }
        Authorization::Policy { policy, signatures } => {
            policy.check().map_err(TransactionError::Policy)?;
            let account = policy.account();
            if account != body.sender {
                return Err(TransactionError::WrongPolicy { sender: body.sender, policy: account });
            }
            let expected = usize::from(policy.threshold);
            if signatures.len() != expected {
                return Err(TransactionError::SignatureCount { got: signatures.len(), expected });
            }
            if !signatures.is_sorted_by(|a, b| a.index < b.index) {
                return Err(TransactionError::SignatureOrder);
            }
            let claim = |signed: &crate::transaction::IndexedSignature| {
                let key = policy
                    .keys
                    .get(usize::from(signed.index))
                    .ok_or(TransactionError::SignatureOrder)?;
                Ok(Claim { key: *key, digest, signature: signed.signature })
            };
            signatures.iter().map(claim).collect()
        }
    }
}
