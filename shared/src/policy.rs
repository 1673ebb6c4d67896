//! What nodes want of a transaction beyond the rules, and what follows from it for fees.
//!
//! Nothing here makes a block valid or invalid: a node may change these numbers and still agree with
//! every other. They stand in `shared` so that a wallet asks for exactly what pools accept. All of it
//! is integer arithmetic on mites and bytes; the rules themselves are in [`crate::rules`].

use crate::{amount::Amount, limits::MAX_AMOUNT};

/// The least fee that pools relay, in mites per byte. Zero: free transactions are relayed, last.
pub const MIN_FEE_PER_BYTE: u64 = 0;
/// What an account that a transaction creates counts for, in bytes, when transactions are ordered:
/// it stays in the state for good, while the transaction's own bytes are only stored.
pub const NEW_ACCOUNT_BYTES: u64 = 1_000;
/// What a replacement pays at least, in percent of the fee of the transaction that it replaces.
pub const REPLACEMENT_PERCENT: u64 = 110;
/// Blocks that a transaction must still be valid to enter a pool, the next one not counted.
pub const MIN_BLOCKS_LEFT: u64 = 10;

// The products below stay in 64 bits.
const _: () = assert!(MAX_AMOUNT < u64::MAX / 1_000);

/// What a transaction counts for in bytes: its size, and [`NEW_ACCOUNT_BYTES`] for every account that
/// its payments would create.
#[must_use]
pub fn weight(size_bytes: usize, new_accounts: usize) -> u64 {
    let wide = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    wide(new_accounts).saturating_mul(NEW_ACCOUNT_BYTES).saturating_add(wide(size_bytes))
}

/// Where a transaction stands among others: mites per 1,000 bytes of [`weight`], rounded down.
#[must_use]
pub fn score(fee: Amount, size_bytes: usize, new_accounts: usize) -> u64 {
    fee.mites() * 1_000 / weight(size_bytes, new_accounts).max(1)
}

/// The least fee with which a transaction reaches `score`: what "as fast as that one" costs.
#[must_use]
pub fn fee_for_score(score: u64, size_bytes: usize, new_accounts: usize) -> Amount {
    capped(score.saturating_mul(weight(size_bytes, new_accounts)).div_ceil(1_000))
}

/// The least fee that pools relay.
#[must_use]
pub fn minimum_fee(size_bytes: usize, new_accounts: usize) -> Amount {
    capped(weight(size_bytes, new_accounts).saturating_mul(MIN_FEE_PER_BYTE))
}

/// The least fee with which a transaction of `new_size_bytes` replaces one that pays `old_fee`: a
/// tenth more, rounded up, and no less than one mite more for each of its own bytes. So whoever
/// replaces again and again pays for what all nodes relay.
#[must_use]
pub fn replacement_fee(old_fee: Amount, new_size_bytes: usize) -> Amount {
    let tenth_more = (old_fee.mites() * REPLACEMENT_PERCENT).div_ceil(100);
    let own_bytes = u64::try_from(new_size_bytes).unwrap_or(u64::MAX);
    capped(tenth_more.max(old_fee.mites().saturating_add(own_bytes)))
}

/// What is offered to miners: transactions, and the mites that they pay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Mites of fees.
    pub fees: u64,
    /// How many transactions.
    pub transactions: u64,
}

impl Offered {
    /// With one more transaction, which pays `fee` mites.
    #[must_use]
    pub const fn with(self, fee: u64) -> Self {
        Self {
            fees: self.fees.saturating_add(fee),
            transactions: self.transactions.saturating_add(1),
        }
    }

    /// What has come since `before`, of a count that only grows.
    #[must_use]
    pub const fn since(self, before: Self) -> Self {
        Self {
            fees: self.fees.saturating_sub(before.fees),
            transactions: self.transactions.saturating_sub(before.transactions),
        }
    }

    /// Whether, beside `work`, this is worth new work: five percent more fees, or five percent more
    /// transactions, for those that pay nothing want to be mined, too.
    #[must_use]
    pub const fn is_worth_new_work(self, work: Self) -> bool {
        is_twentieth(self.fees, work.fees) || is_twentieth(self.transactions, work.transactions)
    }
}

const fn is_twentieth(more: u64, of: u64) -> bool {
    more > 0 && more.saturating_mul(20) >= of
}

/// The last height that a transaction must at least be valid at to enter the pool of a node whose
/// next block has height `next_height`.
#[must_use]
pub const fn earliest_expiry(next_height: u64) -> u64 {
    next_height.saturating_add(MIN_BLOCKS_LEFT)
}

/// A fee, at most [`Amount::MAX`], which nobody holds.
fn capped(mites: u64) -> Amount {
    Amount::from_mites(mites).unwrap_or(Amount::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mites(mites: u64) -> Amount {
        Amount::from_mites(mites).unwrap()
    }

    #[test]
    fn a_new_account_counts_as_a_thousand_bytes() {
        assert_eq!(score(mites(174), 174, 0), 1_000);
        assert_eq!(score(mites(174), 174, 1), 148);
        assert_eq!(score(mites(1_174), 174, 1), 1_000);
        assert_eq!(score(Amount::ZERO, 174, 1), 0);
        assert_eq!(score(Amount::MAX, 0, 0), MAX_AMOUNT * 1_000);
    }

    #[test]
    fn the_fee_for_a_score_is_the_least_that_reaches_it() {
        for wanted in [0, 1, 7, 999, 1_000, 1_001, 123_456] {
            for (size, new_accounts) in [(174, 0), (174, 1), (1_479, 16)] {
                let fee = fee_for_score(wanted, size, new_accounts);
                assert!(score(fee, size, new_accounts) >= wanted);
                if let Some(less) = fee.checked_sub(mites(1)) {
                    assert!(score(less, size, new_accounts) < wanted);
                }
            }
        }
        assert_eq!(fee_for_score(u64::MAX, 174, 0), Amount::MAX);
    }

    #[test]
    fn a_replacement_pays_a_tenth_more_and_for_its_own_bytes() {
        for (old, size, expected) in
            [(0, 174, 174), (100, 174, 274), (1_740, 174, 1_914), (10_001, 174, 11_002)]
        {
            assert_eq!(replacement_fee(mites(old), size), mites(expected), "{old}");
        }
        assert_eq!(replacement_fee(Amount::MAX, 174), Amount::MAX);
    }

    #[test]
    fn free_transactions_are_relayed() {
        assert_eq!(minimum_fee(174, 16), Amount::ZERO);
    }

    #[test]
    fn a_twentieth_more_fees_or_transactions_are_worth_new_work() {
        let offered = |fees, transactions| Offered { fees, transactions };
        let work = offered(1_000, 40);
        for (more, expected) in [
            (offered(0, 0), false),
            (offered(49, 1), false),
            (offered(50, 1), true),
            (offered(0, 1), false),
            (offered(0, 2), true),
            (offered(u64::MAX, u64::MAX), true),
        ] {
            assert_eq!(more.is_worth_new_work(work), expected, "{more:?}");
        }
        assert!(offered(0, 1).is_worth_new_work(Offered::default()));
        assert!(!Offered::default().is_worth_new_work(Offered::default()));
        let counted = Offered::default().with(7).with(0);
        assert_eq!(counted.since(Offered::default().with(7)), offered(0, 1));
    }
}
