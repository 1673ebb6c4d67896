//! Every limit of the formats in one place, with the relations between them.
//!
//! What a chain may choose for itself (block bytes, interval, …) is in [`crate::params`]; these are
//! the bounds that no chain can move.

/// Largest amount and largest supply, in mites: every amount is exact as a JSON number (§1).
pub const MAX_AMOUNT: u64 = (1 << 53) - 1;
/// First value that a height, a timestamp, a clock or an expiry cannot have (§1).
pub const TIME_END: u64 = 1 << 40;
/// Payments in one transaction, at most (§5).
pub const MAX_PAYMENTS: usize = 16;
/// Memo bytes in one transaction, at most (§5).
pub const MAX_MEMO_BYTES: usize = 80;
/// Keys of a shared account, at least (§4).
pub const MIN_POLICY_KEYS: usize = 2;
/// Keys of a shared account, at most (§4).
pub const MAX_POLICY_KEYS: usize = 8;
/// Size of the largest possible transaction: 8 keys, 8 signatures, 16 payments, a full memo.
pub const MAX_TRANSACTION_BYTES: usize = 57
    + 4
    + MAX_PAYMENTS * 40
    + 4
    + MAX_MEMO_BYTES
    + 1
    + 1
    + 4
    + MAX_POLICY_KEYS * 32
    + 4
    + MAX_POLICY_KEYS * 65;
/// Size of the smallest possible transaction: one payment, no memo, one signature.
pub const MIN_TRANSACTION_BYTES: usize = 57 + 4 + 40 + 4 + 1 + 64;
/// Size of an encoded header (§6).
pub const HEADER_BYTES: usize = 229;
/// Largest block size that a chain may choose, header included (§11).
pub const MAX_BLOCK_BYTES: usize = 4_000_000;
/// Smallest block size that a chain may choose: a header and one transaction of any kind.
pub const MIN_BLOCK_BYTES: usize = 4_096;
/// Opening balances of a chain, at most (§11).
pub const MAX_OPENING_BALANCES: usize = 10_000;
/// Bytes of a chain's name or of its genesis message, at most (§11).
pub const MAX_TEXT_BYTES: usize = 200;
/// Levels of the state tree, and so siblings of a state proof, at most (§7).
pub const MAX_STATE_DEPTH: usize = 256;
/// Headers in one answer (§ of the interface, not of the rules).
pub const MAX_HEADERS: usize = 2_000;

const _: () = assert!(HEADER_BYTES + 4 + MAX_TRANSACTION_BYTES <= MIN_BLOCK_BYTES);
const _: () = assert!(MIN_TRANSACTION_BYTES < MAX_TRANSACTION_BYTES);
