//! Another transaction in the place of one that waits: with a higher fee, or to call it off.
//!
//! Both have the same nonce, so that only one of them can ever be in the chain, whatever happens.

use super::{SendStatus, Sent, Wallet, WalletError};
use crate::{prelude::*, wallet::draft::fees};
use shared::{
    account::AccountId,
    amount::Amount,
    api::FeeRates,
    ledger::Account,
    transaction::{Body, Payment},
    wallet::payment,
};

/// Takes the place of a payment that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// What would be signed.
    asked: payment::Draft,
    /// Mites that it pays the miner in all.
    pub fee: u64,
}

/// Whether another transaction can take its place: it waits, or waits again.
#[must_use]
pub const fn can_replace(status: &SendStatus) -> bool {
    matches!(status, SendStatus::Pending | SendStatus::Reverted { .. })
}

/// What takes the place of a payment: the same with a higher fee, or one mite to oneself.
fn replacement(
    body: &Body,
    sender: AccountId,
    rates: Option<&FeeRates>,
    cancel: bool,
) -> Option<Replacement> {
    let (payments, memo) = if cancel {
        let one = Payment { recipient: sender, amount: Amount::from_mites(1)? };
        (vec![one], String::new())
    } else {
        (body.payments.to_vec(), String::from_utf8(body.memo.to_vec()).ok()?)
    };
    let size = payment::signed_size(payments.len(), memo.len());
    let fee = fees::replacement(body.fee, size, rates);
    let asked = payment::Draft { payments, fee, memo, expires_in: None };
    Some(Replacement { asked, fee: fee.mites() })
}

/// The account before the payment that is replaced, when it is so after it.
fn before(after: Account, sent: &Sent) -> Option<Account> {
    let held = Amount::from_mites(sent.amount)?.checked_add(Amount::from_mites(sent.fee)?)?;
    Some(Account { nonce: sent.nonce, balance: after.balance.checked_add(held)? })
}

impl Wallet {
    /// What would take the place of a payment that waits. Reactive: fees change.
    #[must_use]
    pub fn replacement(&self, sent: &Sent, cancel: bool) -> Option<Replacement> {
        let rates = self.chain.fees.get();
        replacement(&sent.body()?, self.account_id()?, rates.as_ref(), cancel)
    }

    /// Signs and sends what takes the place of a payment. Returns its id.
    ///
    /// # Errors
    ///
    /// When it breaks a rule, as when the higher fee is more than there is. The old one waits on then.
    pub async fn replace(&self, sent: &Sent, by: &Replacement) -> Result<String, WalletError> {
        let waits = |now: &Sent| now.id == sent.id && can_replace(&now.status);
        if !self.sends.with_untracked(|sends| sends.iter().any(waits)) {
            return Err(WalletError::NotWaiting);
        }
        let after = untrack(|| self.spendable()).ok_or(WalletError::NotConnected)?;
        let account = before(after, sent).ok_or(WalletError::NotWaiting)?;
        self.pay(&by.asked, account).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::{encode::Bounded, policy};

    fn mites(mites: u64) -> Amount {
        Amount::from_mites(mites).unwrap()
    }

    fn body() -> Body {
        let payment = Payment { recipient: AccountId([2; 32]), amount: mites(500) };
        Body {
            version: 1,
            sender: AccountId([1; 32]),
            nonce: 7,
            fee: mites(10_000),
            expires_at: 90,
            payments: Bounded::new(vec![payment, payment]).unwrap(),
            memo: Bounded::new(b"hi".to_vec()).unwrap(),
        }
    }

    #[test]
    fn speeding_up_pays_the_same_for_a_higher_fee() {
        let body = body();
        let faster = replacement(&body, body.sender, None, false).unwrap();
        assert_eq!(
            (faster.asked.payments.as_slice(), faster.asked.memo.as_str()),
            (&*body.payments.to_vec(), "hi")
        );
        assert_eq!(faster.fee, 11_000);
    }

    #[test]
    fn calling_off_pays_one_mite_to_oneself_and_what_pools_ask() {
        let body = body();
        let off = replacement(&body, body.sender, None, true).unwrap();
        let one = Payment { recipient: body.sender, amount: mites(1) };
        assert_eq!((off.asked.payments, off.asked.memo), (vec![one], String::new()));
        assert_eq!(off.asked.fee, policy::replacement_fee(body.fee, payment::signed_size(1, 0)));
    }

    #[test]
    fn what_the_old_one_held_back_can_be_spent_on_the_new_one() {
        let sent = serde_json::json!({
            "id": "00", "nonce": 3, "recipient": "bob", "amount": 10, "fee": 1, "memo": "",
            "time": 0, "expires_at": 100, "status": "Pending", "bytes": "",
        });
        let sent: Sent = serde_json::from_value(sent).unwrap();
        let after = Account { nonce: 5, balance: mites(100) };
        assert_eq!(before(after, &sent), Some(Account { nonce: 3, balance: mites(111) }));
        assert!(can_replace(&sent.status) && !can_replace(&SendStatus::Expired));
        assert_eq!(sent.body(), None);
    }
}
