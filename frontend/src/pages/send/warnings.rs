//! What a person should know before a payment that is allowed. Pure.

use crate::wallet::draft::Draft;
use shared::amount::Amount;

/// Something to look at once more. Nothing here forbids a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The recipient is the sender.
    ToSelf,
    /// Nobody was ever paid at this address, as far as the node tells.
    NeverUsed,
    /// This wallet has not paid this address before.
    NewRecipient,
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
                "You are paying yourself: the amount comes back to this wallet, only the fee is spent."
                    .into()
            }
            Self::NeverUsed => {
                "This address has never been used on this chain. That is normal for a new wallet; \
                 compare it once more, because a payment cannot be taken back."
                    .into()
            }
            Self::NewRecipient => {
                "This is the first time that you pay this address. Compare it once more, because a \
                 payment cannot be taken back."
                    .into()
            }
            Self::LookAlike { known } => format!(
                "This address looks like one that you know but is another: {known}. Compare every \
                 group before you go on."
            ),
            Self::LargeFee => "The fee is at least half of the amount.".into(),
        }
    }
}

/// What is to be said about `draft`, most important first. `recipient` is its address as text,
/// `known` are the addresses that this wallet has paid, `is_new` tells whether the node has never
/// seen the account.
#[must_use]
pub fn warnings(
    draft: &Draft,
    recipient: &str,
    known: &[String],
    is_new: Option<bool>,
) -> Vec<Warning> {
    let mut list = Vec::new();
    if draft.to_self {
        list.push(Warning::ToSelf);
    } else if !known.iter().any(|address| address == recipient) {
        if let Some(known) = known.iter().find(|known| look_alike(known, recipient)) {
            list.push(Warning::LookAlike { known: known.clone() });
        }
        list.push(if is_new == Some(true) { Warning::NeverUsed } else { Warning::NewRecipient });
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

/// Whether two addresses could be taken for each other by their beginning and their end: somebody
/// can search for a key until both fit.
fn look_alike(one: &str, other: &str) -> bool {
    let ends = |address: &str| {
        // After the separator come the version symbol and the id.
        let data = address.split_once('1').map(|(_, data)| data.to_owned())?;
        let head = data.get(..4)?.to_owned();
        let tail = data.get(data.len().checked_sub(3)?..)?.to_owned();
        Some((head, tail))
    };
    one != other && ends(one).is_some() && ends(one) == ends(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::account::{Address, AddressKind};

    fn mites(mites: u64) -> Amount {
        Amount::from_mites(mites).unwrap()
    }

    fn draft(amount: u64, fee: u64, to_self: bool) -> Draft {
        let account = shared::account::AccountId([7; 32]);
        Draft {
            to: Address { account, kind: AddressKind::Key },
            amount: mites(amount),
            fee: mites(fee),
            memo: String::new(),
            total: mites(amount + fee),
            left: Amount::ZERO,
            size_bytes: 174,
            to_self,
        }
    }

    #[test]
    fn paying_oneself_is_said_and_nothing_about_a_new_recipient() {
        assert_eq!(warnings(&draft(10, 0, true), "x1qaaa", &[], Some(true)), [Warning::ToSelf]);
    }

    #[test]
    fn a_first_payment_to_an_address_is_said_once() {
        let known = [String::from("x1qaaaaaaaa")];
        assert_eq!(
            warnings(&draft(10, 0, false), "x1qbbbbbbbb", &known, None),
            [Warning::NewRecipient]
        );
        assert_eq!(
            warnings(&draft(10, 0, false), "x1qbbbbbbbb", &known, Some(true)),
            [Warning::NeverUsed]
        );
        assert_eq!(warnings(&draft(10, 0, false), "x1qaaaaaaaa", &known, Some(false)), []);
    }

    #[test]
    fn an_address_that_only_begins_and_ends_like_a_known_one_is_told() {
        let known = [String::from("x1qabcddddddzzz")];
        assert_eq!(
            warnings(&draft(10, 0, false), "x1qabcffffffzzz", &known, None),
            [Warning::LookAlike { known: known[0].clone() }, Warning::NewRecipient]
        );
        assert!(!look_alike("x1q", "x1q"));
        assert!(!look_alike("", "x"));
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
            Warning::NewRecipient,
            look_alike,
            Warning::LargeFee,
        ] {
            let text = warning.text();
            assert!(text.ends_with('.') && !text.contains("  "), "{text}");
        }
    }
}
