//! From what stands in the send form to a payment, with every mistake named under its field.
//!
//! The last word is [`payment::check_draft`]'s: the rules of the node itself.

pub mod fees;
pub mod several;

use crate::format::Unit;
pub use fees::{FeeChoices, fee_choices};
use several::ListError;
use shared::{
    account::{AccountId, Address, AddressError},
    amount::{Amount, AmountError},
    ledger::Account,
    limits::MAX_MEMO_BYTES,
    params::Chain,
    rules::transaction_in_ledger::LedgerError,
    transaction::Payment,
    wallet::payment::{self, PaymentError},
};

/// What stands in the form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The recipient's address.
    pub recipient: String,
    /// The amount.
    pub amount: String,
    /// The fee; empty means none.
    pub fee: String,
    /// A public text.
    pub memo: String,
    /// Several payments, one a line, in the place of recipient and amount.
    pub list: Option<String>,
}

/// What the form is judged by.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// The chain.
    pub chain: &'a Chain,
    /// Who pays.
    pub sender: AccountId,
    /// The sender's account after its own pending payments.
    pub account: Account,
    /// Height of the next block.
    pub next_height: u64,
    /// The unit in which amount and fee are typed.
    pub unit: Unit,
}

/// Who is paid how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Who.
    pub to: Address,
    /// How much.
    pub amount: Amount,
}

/// A payment that the node would take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Who is paid how much, 1 to 16 times.
    pub payments: Vec<Paid>,
    /// How much in all.
    pub amount: Amount,
    /// What the miner gets.
    pub fee: Amount,
    /// A public text.
    pub memo: String,
    /// Amount and fee.
    pub total: Amount,
    /// What the account holds afterwards. A payment to oneself costs the fee only.
    pub left: Amount,
    /// Size of the transaction.
    pub size_bytes: usize,
    /// Whether only the sender itself is paid: legal, but rarely meant.
    pub to_self: bool,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The recipient.
    Recipient,
    /// The amount.
    Amount,
    /// The fee.
    Fee,
    /// The memo.
    Memo,
    /// The list of payments.
    List,
}

/// Why no payment can be made of the form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The recipient is no address of this chain.
    #[error("{0}")]
    Recipient(AddressError),
    /// The amount is no amount.
    #[error("{0}")]
    Amount(AmountError),
    /// The amount is zero.
    #[error("enter an amount above 0")]
    AmountZero,
    /// The account does not hold enough.
    #[error("{}", not_enough(.0))]
    NotEnough(Shortage),
    /// The fee is no amount.
    #[error("{}", fee_text(*.0))]
    Fee(AmountError),
    /// The memo is too long.
    #[error("the memo has {got} bytes, at most {MAX_MEMO_BYTES} are allowed")]
    MemoTooLong {
        /// Its size.
        got: usize,
    },
    /// The list of payments is none.
    #[error("{0}")]
    List(ListError),
    /// A rule that is not about one field.
    #[error("{0}")]
    Payment(PaymentError),
}

/// What there is and what is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// What the account can spend.
    pub have: Amount,
    /// Amount and fee.
    pub need: Amount,
    /// The fee alone.
    pub fee: Amount,
    /// The unit to say it in.
    pub unit: Unit,
}

/// All mistakes in a form: at most one per field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormErrors(pub Vec<FormError>);

impl FormError {
    /// The field under which it is shown.
    #[must_use]
    pub const fn field(&self) -> Field {
        match self {
            Self::Recipient(_) => Field::Recipient,
            Self::Amount(_) | Self::AmountZero | Self::NotEnough { .. } | Self::Payment(_) => {
                Field::Amount
            }
            Self::Fee(_) => Field::Fee,
            Self::MemoTooLong { .. } => Field::Memo,
            Self::List(_) => Field::List,
        }
    }

    /// The stable code: the one that a node answers with, where it would be asked.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Recipient(error) => error.code(),
            Self::Amount(error) | Self::Fee(error) => error.code(),
            Self::AmountZero => "transaction-zero-payment",
            Self::NotEnough { .. } => "transaction-not-enough",
            Self::MemoTooLong { .. } => "payment-memo-too-long",
            Self::List(error) => error.code(),
            Self::Payment(error) => error.code(),
        }
    }
}

impl FormErrors {
    /// The mistake in a field.
    #[must_use]
    pub fn of(&self, field: Field) -> Option<&FormError> {
        self.0.iter().find(|error| error.field() == field)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Paid {
    const fn to_payment(self) -> Payment {
        Payment { recipient: self.to.account, amount: self.amount }
    }
}

impl Draft {
    /// What is signed.
    #[must_use]
    pub fn to_payment(&self) -> payment::Draft {
        payment::Draft {
            payments: self.payments.iter().map(|paid| paid.to_payment()).collect(),
            fee: self.fee,
            memo: self.memo.clone(),
            expires_in: None,
        }
    }
}

/// Reads the form.
///
/// # Errors
///
/// Every mistake, at most one per field.
pub fn parse(form: &Form, situation: &Situation<'_>) -> Result<Draft, FormErrors> {
    let mut errors = Vec::new();
    let (payments, amount) = match &form.list {
        Some(list) => parse_several(list, situation, &mut errors),
        None => parse_one(form, situation, &mut errors),
    };
    let mut keep = |error| errors.push(error);
    let fee = parse_fee(form, situation.unit).map_err(|error| keep(FormError::Fee(error))).ok();
    let memo = form.memo.trim();
    if memo.len() > MAX_MEMO_BYTES {
        keep(FormError::MemoTooLong { got: memo.len() });
    }
    // Without a readable fee nothing can be said of the balance; a missing recipient does not matter.
    if let (Some(amount), Some(fee)) = (amount, fee)
        && let Some(error) = shortage(amount, fee, situation)
    {
        keep(error);
    }
    match (amount, fee) {
        (Some(amount), Some(fee)) if errors.is_empty() => {
            draft(payments, amount, fee, memo, situation).map_err(|error| FormErrors(vec![error]))
        }
        _ => Err(FormErrors(errors)),
    }
}

/// One payment, and its amount if that can be read.
fn parse_one(
    form: &Form,
    situation: &Situation<'_>,
    errors: &mut Vec<FormError>,
) -> (Vec<Paid>, Option<Amount>) {
    let to = Address::parse(&form.recipient, situation.chain.prefix())
        .map_err(|error| errors.push(FormError::Recipient(error)))
        .ok();
    let amount = match parse_amount(&form.amount, situation.unit) {
        Ok(Amount::ZERO) => Err(FormError::AmountZero),
        read => read.map_err(FormError::Amount),
    };
    let amount = amount.map_err(|error| errors.push(error)).ok();
    let payment = to.zip(amount).map(|(to, amount)| Paid { to, amount });
    (payment.into_iter().collect(), amount)
}

/// The payments of a list, and their sum if all can be read.
fn parse_several(
    list: &str,
    situation: &Situation<'_>,
    errors: &mut Vec<FormError>,
) -> (Vec<Paid>, Option<Amount>) {
    let read = several::parse_list(list, situation.chain.prefix(), situation.unit);
    let read = read.and_then(|list| several::sum(&list).map(|sum| (list, Some(sum))));
    read.unwrap_or_else(|error| {
        errors.push(FormError::List(error));
        (Vec::new(), None)
    })
}

fn draft(
    payments: Vec<Paid>,
    amount: Amount,
    fee: Amount,
    memo: &str,
    situation: &Situation<'_>,
) -> Result<Draft, FormError> {
    let Situation { chain, sender, account, next_height, .. } = *situation;
    let nothing = || FormError::Payment(PaymentError::Ledger(LedgerError::BalanceOverflow));
    let total = amount.checked_add(fee).ok_or_else(nothing)?;
    let left = account.balance.checked_sub(total).ok_or_else(nothing)?;
    // What is paid to oneself comes back.
    let mut own = payments.iter().filter(|paid| paid.to.account == sender);
    let to_self = own.clone().count() == payments.len();
    let left = own.try_fold(left, |left, paid| left.checked_add(paid.amount));
    let left = left.ok_or_else(nothing)?;
    let size_bytes = payment::signed_size(payments.len(), memo.len());
    let memo = memo.to_string();
    let draft = Draft { payments, amount, fee, memo, total, left, size_bytes, to_self };
    payment::check_draft(chain, sender, account, next_height, &draft.to_payment())
        .map_err(FormError::Payment)?;
    Ok(draft)
}

fn shortage(amount: Amount, fee: Amount, situation: &Situation<'_>) -> Option<FormError> {
    let (have, unit) = (situation.account.balance, situation.unit);
    // A sum beyond the range is more than anybody has.
    let need = amount.checked_add(fee).unwrap_or(Amount::MAX);
    (have < need).then_some(FormError::NotEnough(Shortage { have, need, fee, unit }))
}

/// Reads an amount in the unit.
///
/// # Errors
///
/// Says what is wrong with the text.
pub fn parse_amount(text: &str, unit: Unit) -> Result<Amount, AmountError> {
    // Groups of digits may be pasted as they are shown.
    let text: String =
        text.chars().filter(|character| !matches!(character, '\u{202f}' | '\u{a0}')).collect();
    match unit {
        Unit::Coins => Amount::parse_coins(&text),
        Unit::Mites => {
            let text = text.trim();
            if text.is_empty() {
                return Err(AmountError::Empty);
            }
            if !text.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(AmountError::NotANumber);
            }
            text.parse().ok().and_then(Amount::from_mites).ok_or(AmountError::TooLarge)
        }
    }
}

fn parse_fee(form: &Form, unit: Unit) -> Result<Amount, AmountError> {
    if form.fee.trim().is_empty() { Ok(Amount::ZERO) } else { parse_amount(&form.fee, unit) }
}

/// An amount as it is typed into a field.
#[must_use]
pub fn amount_text(amount: Amount, unit: Unit) -> String {
    match unit {
        Unit::Coins => amount.to_coins(),
        Unit::Mites => amount.mites().to_string(),
    }
}

/// What *Max* writes into the amount, for the fee that stands in the form; `None` when nothing is
/// left to pay, or the fee cannot be read.
#[must_use]
pub fn max_amount_text(form: &Form, situation: &Situation<'_>) -> Option<String> {
    let fee = parse_fee(form, situation.unit).ok()?;
    let amount = payment::max_amount(situation.account.balance, fee)?;
    Some(amount_text(amount, situation.unit))
}

/// "1.5", "150000000 mites".
fn said(amount: Amount, unit: Unit) -> String {
    match unit {
        Unit::Coins => amount.to_coins(),
        Unit::Mites => t!("{amount} mites", amount = amount),
    }
}

fn not_enough(shortage: &Shortage) -> String {
    let Shortage { have, need, fee, unit } = *shortage;
    let have_text = said(have, unit);
    match payment::max_amount(have, fee) {
        Some(most) => t!(
            "not enough: {need} are needed with the fee, {have} can be spent; the most is {most}",
            need = said(need, unit),
            have = have_text,
            most = said(most, unit),
        ),
        None if have == Amount::ZERO => t!("not enough: nothing can be spent yet").to_string(),
        None => t!(
            "not enough: the fee alone takes all of the {have} that can be spent",
            have = have_text,
        ),
    }
}

fn fee_text(error: AmountError) -> &'static str {
    match error {
        AmountError::Empty => t!("enter a fee"),
        AmountError::NotANumber => t!("a fee is digits and at most one decimal point"),
        AmountError::TooPrecise => t!("a fee has at most 8 decimals"),
        AmountError::TooLarge => t!("the fee is larger than any supply"),
    }
}

#[cfg(test)]
mod tests;
