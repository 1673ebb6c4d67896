use super::*;
use crate::{
    limits::MAX_AMOUNT,
    wallet::testing::{chain, mites},
};

const NEXT: u64 = 1_000;

fn key() -> SecretKey {
    SecretKey::from_bytes(&[1; 32])
}

fn pay(recipient: u8, amount: u64) -> Payment {
    Payment { recipient: AccountId([recipient; 32]), amount: mites(amount) }
}

fn draft() -> Draft {
    let memo = "für den Verein".into();
    Draft { payments: alloc::vec![pay(5, 60), pay(6, 30)], fee: mites(10), memo, expires_in: None }
}

fn account() -> Account {
    Account { nonce: 7, balance: mites(100) }
}

/// Spoils a payable draft and checks the verdict, with and without a key.
#[track_caller]
fn check(spoil: impl FnOnce(&mut Draft), expected: Result<(), PaymentError>) {
    let (chain, mut draft) = (chain(0, 500), draft());
    spoil(&mut draft);
    let built = build(&chain, &key(), account(), NEXT, &draft);
    assert_eq!(built.map(|_| ()), expected);
    let sender = key().public_key().account();
    assert_eq!(check_draft(&chain, sender, account(), NEXT, &draft).map(|_| ()), expected);
}

#[test]
fn a_draft_becomes_a_signed_transaction() {
    let chain = chain(0, 500);
    let checked = build(&chain, &key(), account(), NEXT, &draft()).unwrap();
    let body = &checked.transaction().body;
    assert_eq!((body.version, body.nonce, body.expires_at), (1, 7, NEXT + 240));
    assert_eq!(body.sender, key().public_key().account());
    assert_eq!(checked.debit(), mites(100));
    assert_eq!(&body.memo[..], "für den Verein".as_bytes());
    assert_eq!(checked.size(), signed_size(2, "für den Verein".len()));
}

#[test]
fn it_is_for_one_chain() {
    let (here, there) = (chain(0, 500), chain(1, 500));
    let checked = build(&here, &key(), account(), NEXT, &draft()).unwrap();
    let transaction = checked.transaction().clone();
    let replayed = transaction_isolated::check(transaction, &there.genesis_id());
    assert_eq!(replayed.map(|_| ()), Err(TransactionError::Signature));
}

#[test]
fn what_cannot_be_paid_says_why() {
    check(|_| (), Ok(()));
    check(|d| d.fee = Amount::ZERO, Ok(()));
    check(|d| d.memo = "x".repeat(80), Ok(()));
    check(|d| d.payments = alloc::vec![pay(5, 1); 16], Ok(()));
    check(|d| d.payments.clear(), Err(PaymentError::RecipientCount { got: 0 }));
    check(
        |d| d.payments = alloc::vec![pay(5, 1); 17],
        Err(PaymentError::RecipientCount { got: 17 }),
    );
    check(|d| d.memo = "é".repeat(41), Err(PaymentError::MemoTooLong { got: 82 }));
    check(
        |d| d.payments[1].amount = Amount::ZERO,
        Err(TransactionError::ZeroPayment { index: 1 }.into()),
    );
    check(|d| d.payments[0] = pay(5, MAX_AMOUNT), Err(TransactionError::DebitOverflow.into()));
    check(
        |d| d.payments[1] = pay(0, 1),
        Err(TransactionError::SmallOrderRecipient { index: 1 }.into()),
    );
    let (have, need) = (mites(100), mites(101));
    check(|d| d.fee = mites(11), Err(LedgerError::NotEnough { have, need }.into()));
}

#[test]
fn a_payment_stays_valid_long_enough_and_not_too_long() {
    check(|d| d.expires_in = Some(100), Ok(()));
    check(|d| d.expires_in = Some(500), Ok(()));
    check(|d| d.expires_in = Some(99), Err(PaymentError::ExpiresTooSoon { got: 99, least: 100 }));
    for blocks in [501, u64::MAX] {
        let expires_at = NEXT.saturating_add(blocks).min(TIME_END - 1);
        let error = LedgerError::ExpiresTooLate { expires_at, limit: NEXT + 500 };
        check(|d| d.expires_in = Some(blocks), Err(error.into()));
    }
}

#[test]
fn a_chain_of_short_validity_gets_what_it_allows() {
    let chain = chain(0, 10);
    let expires_at = |expires_in| {
        let draft = Draft { expires_in, ..draft() };
        let checked = build(&chain, &key(), account(), NEXT, &draft)?;
        Ok(checked.transaction().body.expires_at)
    };
    assert_eq!(expires_at(None), Ok(NEXT + 10));
    assert_eq!(expires_at(Some(10)), Ok(NEXT + 10));
    assert_eq!(expires_at(Some(9)), Err(PaymentError::ExpiresTooSoon { got: 9, least: 10 }));
}

#[test]
fn a_small_order_account_pays_nothing() {
    let error = check_draft(&chain(0, 500), AccountId([0; 32]), account(), NEXT, &draft());
    assert_eq!(error.map(|_| ()), Err(TransactionError::SmallOrderSender.into()));
}

#[test]
fn the_most_that_can_be_paid_leaves_the_fee() {
    assert_eq!(max_amount(mites(100), mites(10)), Some(mites(90)));
    assert_eq!(max_amount(mites(100), Amount::ZERO), Some(mites(100)));
    assert_eq!(max_amount(mites(10), mites(10)), None);
    assert_eq!(max_amount(mites(10), mites(11)), None);
    let most = max_amount(mites(100), mites(10)).unwrap();
    let payments = alloc::vec![Payment { amount: most, ..pay(5, 1) }];
    check(|d| d.payments = payments, Ok(()));
}

#[test]
fn codes_are_those_of_the_rules() {
    let (have, need) = (mites(1), mites(2));
    for (error, code) in [
        (PaymentError::Ledger(LedgerError::NotEnough { have, need }), "transaction-not-enough"),
        (PaymentError::Transaction(TransactionError::Signature), "transaction-signature"),
        (PaymentError::RecipientCount { got: 0 }, "payment-recipient-count"),
    ] {
        assert_eq!(error.code(), code);
    }
}
