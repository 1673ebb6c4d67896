//! What a person should know before a payment that is allowed. Pure.

use crate::wallet::{book::look_alike, draft::Draft};
use shared::amount::Amount;

/// Something to look at once more. Nothing here forbids a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The recipient is the sender.
    ToSelf,
    /// Nobody was ever paid at this address, as far as the node tells.
    NeverUsed,
    /// This wallet has not paid so many of these addresses before.
    NewRecipient {
        /// How many.
        count: usize,
    },
    /// An address that was paid before begins and ends alike, but is another one.
    LookAlike {
        /// That address.
        known: String,
    },
    /// The fee is at least half of the amount.
    LargeFee,
}

impl Warning {
    /// The sentence that is shown.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::ToSelf => {
                t!("You are paying yourself: the amount comes back to this wallet, only the fee is spent.")
                    .into()
            }
            Self::NeverUsed => {
                t!("This address has never been used on this chain. That is normal for a new wallet; \
                 compare it once more, because a payment cannot be taken back.")
                    .into()
            }
            Self::NewRecipient { count: 2.. } => {
                t!("You pay some of these addresses for the first time. Compare them once more, because a \
                 payment cannot be taken back.")
                    .into()
            }
            Self::NewRecipient { .. } => {
                t!("This is the first time that you pay this address. Compare it once more, because a \
                 payment cannot be taken back.")
                    .into()
            }
            Self::LookAlike { known } => t!(
                "This address looks like one that you know but is another: {known}. Compare every \
                 group before you go on.",
                known = known,
            ),
            Self::LargeFee => t!("The fee is at least half of the amount.").into(),
        }
    }
}

/// What is to be said about `draft`, most important first. `recipients` are its addresses as text,
/// `known` are the addresses that this wallet knows, `is_new` tells whether the node has never seen
/// the only recipient.
#[must_use]
pub fn warnings(
    draft: &Draft,
    recipients: &[String],
    known: &[String],
    is_new: Option<bool>,
) -> Vec<Warning> {
    let mut list = Vec::new();
    let unknown: Vec<&String> = recipients.iter().filter(|one| !known.contains(one)).collect();
    if draft.to_self {
        list.push(Warning::ToSelf);
    } else {
        for one in &unknown {
            if let Some(known) = known.iter().find(|known| look_alike(known, one)) {
                list.push(Warning::LookAlike { known: known.clone() });
            }
        }
        match unknown.len() {
            0 => {}
            1 if is_new == Some(true) => list.push(Warning::NeverUsed),
            count => list.push(Warning::NewRecipient { count }),
        }
    }
    if is_large_fee(draft.fee, draft.amount) {
        list.push(Warning::LargeFee);
    }
    list
}

/// Whether the fee is at least half of the amount.
fn is_large_fee(fee: Amount, amount: Amount) -> bool {
    fee > Amount::ZERO && fee.checked_add(fee).is_none_or(|twice| twice >= amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wallet::draft::Paid;
    use shared::account::Address;

    fn mites(mites: u64) -> Amount {
        Amount::from_mites(mites).unwrap()
    }

    fn draft(amount: u64, fee: u64, to_self: bool) -> Draft {
        let account = shared::account::AccountId([7; 32]);
        Draft {
            payments: vec![Paid { to: Address::of(account), amount: mites(amount) }],
            amount: mites(amount),
            fee: mites(fee),
            memo: String::new(),
            total: mites(amount + fee),
            left: Amount::ZERO,
            size_bytes: 174,
            to_self,
        }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    fn check(recipients: &[&str], known: &[&str], is_new: Option<bool>, expected: &[Warning]) {
        let said = warnings(&draft(10, 0, false), &texts(recipients), &texts(known), is_new);
        assert_eq!(said, expected, "{recipients:?}");
    }

    #[test]
    fn paying_oneself_is_said_and_nothing_about_a_new_recipient() {
        let said = warnings(&draft(10, 0, true), &texts(&["x1qaaa"]), &[], Some(true));
        assert_eq!(said, [Warning::ToSelf]);
    }

    #[test]
    fn a_first_payment_to_an_address_is_said_once() {
        let known = ["x1qaaaaaaaa"];
        check(&["x1qbbbbbbbb"], &known, None, &[Warning::NewRecipient { count: 1 }]);
        check(&["x1qbbbbbbbb"], &known, Some(true), &[Warning::NeverUsed]);
        check(&["x1qaaaaaaaa"], &known, Some(false), &[]);
        check(
            &["x1qb", "x1qaaaaaaaa", "x1qc"],
            &known,
            None,
            &[Warning::NewRecipient { count: 2 }],
        );
    }

    #[test]
    fn an_address_that_only_begins_and_ends_like_a_known_one_is_told() {
        let known = "x1qabcddddddzzz";
        let warning = Warning::LookAlike { known: known.into() };
        let new = Warning::NewRecipient { count: 1 };
        check(&["x1qabcffffffzzz"], &[known], None, &[warning.clone(), new.clone()]);
        check(&[known, "x1qabcffffffzzz"], &[known], None, &[warning, new]);
    }

    #[test]
    fn a_fee_of_half_the_amount_is_large() {
        for (amount, fee, large) in [(10, 4, false), (10, 5, true), (1, 0, false), (1, 1, true)] {
            assert_eq!(is_large_fee(mites(fee), mites(amount)), large, "{amount} {fee}");
        }
        assert!(is_large_fee(Amount::MAX, Amount::MAX));
    }

    #[test]
    fn every_warning_is_a_sentence() {
        let look_alike = Warning::LookAlike { known: "x1qabc".into() };
        for warning in [
            Warning::ToSelf,
            Warning::NeverUsed,
            Warning::NewRecipient { count: 1 },
            Warning::NewRecipient { count: 2 },
            look_alike,
            Warning::LargeFee,
        ] {
            let text = warning.text();
            assert!(text.ends_with('.') && !text.contains("  "), "{text}");
        }
    }
}
