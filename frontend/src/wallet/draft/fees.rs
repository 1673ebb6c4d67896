//! What fees come to, and how long a payment with them waits. Pure.

use shared::{amount::Amount, api::FeeRates, policy};

/// Fees to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeChoices {
    /// Within ten blocks.
    pub slow: Amount,
    /// Within three.
    pub normal: Amount,
    /// In the next one.
    pub fast: Amount,
}

impl FeeChoices {
    /// Whether a payment without a fee goes into the next block.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        [self.slow, self.normal, self.fast].iter().all(|fee| *fee == Amount::ZERO)
    }
}

/// The fees with which a transaction of this size reaches the rates on offer. `new_accounts`: how
/// many accounts it creates, which count as size.
#[must_use]
pub fn fee_choices(rates: &FeeRates, size: usize, new_accounts: usize) -> FeeChoices {
    let least = policy::minimum_fee(size, new_accounts);
    let fee = |rate| policy::fee_for_score(rate, size, new_accounts).max(least);
    let slow = fee(rates.within_10);
    let normal = fee(rates.within_3).max(slow);
    FeeChoices { slow, normal, fast: fee(rates.next).max(normal) }
}

/// The fee of a transaction that takes the place of one that waits: what pools ask for it, or what is
/// fast now, if that is more.
#[must_use]
pub fn replacement(old: Amount, size: usize, rates: Option<&FeeRates>) -> Amount {
    let fast = rates.map_or(Amount::ZERO, |rates| fee_choices(rates, size, 0).fast);
    policy::replacement_fee(old, size).max(fast)
}

/// How long so many blocks take, as a person would say it. An estimate: half of all take longer or
/// shorter by much.
#[must_use]
pub fn waiting_text(blocks: u64, interval: u64) -> String {
    let time = crate::format::duration(blocks.saturating_mul(interval));
    match blocks {
        1 => t!("in the next block, about {time}", time = time),
        _ => t!("in about {blocks} blocks, {time}", blocks = blocks, time = time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mites(mites: u64) -> Amount {
        Amount::from_mites(mites).unwrap()
    }

    #[test]
    fn a_replacement_pays_what_pools_ask_or_what_is_fast_now() {
        let rates = |next| FeeRates { next, within_3: 0, within_10: 0 };
        assert_eq!(replacement(mites(1_740), 174, None), mites(1_914));
        assert_eq!(replacement(mites(0), 174, None), mites(174));
        assert_eq!(replacement(mites(0), 174, Some(&rates(10_000))), mites(1_740));
        assert_eq!(replacement(mites(10_000), 174, Some(&rates(10_000))), mites(11_000));
    }

    #[test]
    fn waiting_is_told_in_blocks_and_in_time() {
        assert_eq!(waiting_text(1, 15), "in the next block, about 15\u{a0}seconds");
        assert_eq!(waiting_text(10, 30), "in about 10 blocks, 5\u{a0}minutes");
    }

    #[test]
    fn it_is_quiet_when_nothing_costs_anything() {
        let choices = |fast| FeeChoices { slow: mites(0), normal: mites(0), fast: mites(fast) };
        assert!(choices(0).is_quiet() && !choices(1).is_quiet());
    }
}
