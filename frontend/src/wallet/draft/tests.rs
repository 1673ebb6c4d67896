use super::*;
use crate::testkit::{chain, mites};
use proptest::prelude::*;
use shared::{
    api::FeeRates,
    wallet::{mnemonic::Entropy, secret::SecretKey},
};

fn key(seed: u8) -> SecretKey {
    Entropy::of_12_words([seed; 16]).seed().account_key(1, 0)
}

fn situation(chain: &Chain, balance: u64) -> Situation<'_> {
    Situation {
        chain,
        sender: key(1).public_key().account(),
        account: Account { nonce: 4, balance: mites(balance) },
        next_height: 10,
        unit: Unit::Coins,
    }
}

fn valid_form(chain: &Chain) -> Form {
    Form {
        recipient: key(2).address().to_text(chain.prefix()),
        amount: "0.25".into(),
        fee: "0.00001".into(),
        memo: "for the bus".into(),
        list: None,
    }
}

#[test]
fn a_valid_form_is_a_payment_that_the_node_would_take() {
    let chain = chain(0, "tst");
    let situation = situation(&chain, 100_000_000);
    let draft = parse(&valid_form(&chain), &situation).unwrap();
    assert_eq!(draft.amount, mites(25_000_000));
    assert_eq!(draft.total, mites(25_001_000));
    assert_eq!(draft.left, mites(74_999_000));
    assert!(!draft.to_self);
    let account = situation.account;
    let checked = payment::build(&chain, &key(1), account, 10, &draft.to_payment()).unwrap();
    assert_eq!(checked.size(), draft.size_bytes);
}

/// Spoils one thing in a valid form and asserts the code and the field of the only mistake.
#[track_caller]
fn check(spoil: impl FnOnce(&mut Form), field: Field, code: &str) {
    let chain = chain(0, "tst");
    let mut form = valid_form(&chain);
    spoil(&mut form);
    let errors = parse(&form, &situation(&chain, 100_000_000)).unwrap_err();
    assert_eq!(errors.0.len(), 1, "{errors:?}");
    let error = errors.of(field).unwrap();
    assert_eq!(error.code(), code);
    assert!(!error.to_string().is_empty());
}

#[test]
fn every_mistake_has_its_code_and_its_field() {
    let other = chain(0, "main");
    let elsewhere = key(2).address().to_text(other.prefix());
    check(|form| form.recipient = String::new(), Field::Recipient, "address-empty");
    check(|form| form.recipient = elsewhere, Field::Recipient, "address-wrong-chain");
    check(|form| form.recipient = "bob".into(), Field::Recipient, "address-malformed");
    check(
        |form| {
            let last = if form.recipient.ends_with('q') { 'p' } else { 'q' };
            form.recipient.pop();
            form.recipient.push(last);
        },
        Field::Recipient,
        "address-checksum",
    );
    for (amount, code) in [
        ("", "amount-empty"),
        ("0", "transaction-zero-payment"),
        ("0.000000001", "amount-too-precise"),
        ("1,5", "amount-not-a-number"),
        ("-1", "amount-not-a-number"),
        ("99999999999", "amount-too-large"),
        ("1", "transaction-not-enough"),
        ("90071992.54740991", "transaction-not-enough"),
    ] {
        check(|form| form.amount = amount.into(), Field::Amount, code);
    }
    for (fee, code) in [("x", "amount-not-a-number"), ("0.000000001", "amount-too-precise")] {
        check(|form| form.fee = fee.into(), Field::Fee, code);
    }
    check(|form| form.memo = "ä".repeat(41), Field::Memo, "payment-memo-too-long");
}

#[test]
fn several_mistakes_are_told_together() {
    let chain = chain(0, "tst");
    let form = Form {
        recipient: "x".into(),
        amount: "x".into(),
        fee: "x".into(),
        memo: "x".repeat(81),
        list: None,
    };
    let errors = parse(&form, &situation(&chain, 5)).unwrap_err();
    for field in [Field::Recipient, Field::Amount, Field::Fee, Field::Memo] {
        assert!(errors.of(field).is_some(), "{field:?}");
    }
}

#[test]
fn too_much_is_told_even_before_there_is_a_recipient() {
    let chain = chain(0, "tst");
    let form = Form { recipient: String::new(), amount: "2".into(), ..valid_form(&chain) };
    let errors = parse(&form, &situation(&chain, 100_000_000)).unwrap_err();
    let text = errors.of(Field::Amount).unwrap().to_string();
    assert_eq!(
        text,
        "not enough: 2.00001 are needed with the fee, 1 can be spent; the most is 0.99999"
    );
}

#[test]
fn a_fee_that_is_left_empty_is_none() {
    let chain = chain(0, "tst");
    let form = Form { fee: " ".into(), ..valid_form(&chain) };
    assert_eq!(parse(&form, &situation(&chain, 100_000_000)).unwrap().fee, Amount::ZERO);
}

#[test]
fn a_payment_to_oneself_is_legal_and_costs_the_fee() {
    let chain = chain(0, "tst");
    let own = key(1).address().to_text(chain.prefix());
    let draft =
        parse(&Form { recipient: own, ..valid_form(&chain) }, &situation(&chain, 100_000_000))
            .unwrap();
    assert!(draft.to_self);
    assert_eq!(draft.left, mites(99_999_000));
}

#[test]
fn mites_are_whole_numbers() {
    for (text, result) in [
        ("12", Ok(mites(12))),
        (" 10\u{202f}000 ", Ok(mites(10_000))),
        ("", Err(AmountError::Empty)),
        ("1.5", Err(AmountError::NotANumber)),
        ("9007199254740992", Err(AmountError::TooLarge)),
    ] {
        assert_eq!(parse_amount(text, Unit::Mites), result, "{text}");
    }
}

#[test]
fn fees_to_choose_from_never_fall_with_haste() {
    let rates = FeeRates { next: 5_000, within_3: 9_000, within_10: 1_000 };
    let choices = fee_choices(&rates, 170, 0);
    assert_eq!(choices.slow, mites(170));
    assert_eq!(choices.normal, mites(1_530));
    assert_eq!(choices.fast, choices.normal);
    assert!(fee_choices(&rates, 170, 1).slow > choices.slow);
}

/// A list of payments to the accounts of these keys, in mites.
fn list(chain: &Chain, payments: &[(u8, u64)]) -> String {
    let line = |(seed, amount): &(u8, u64)| {
        format!("{} {amount}\n", key(*seed).address().to_text(chain.prefix()))
    };
    payments.iter().map(line).collect()
}

#[test]
fn a_list_is_one_transaction_that_the_node_would_take() {
    let chain = chain(0, "tst");
    let situation = Situation { unit: Unit::Mites, ..situation(&chain, 1_000) };
    let text = list(&chain, &[(2, 100), (3, 200), (1, 50)]).replace(' ', ";\t");
    let text = format!("\n{text}\n  \n");
    let form = Form { list: Some(text), fee: "10".into(), ..Form::default() };
    let draft = parse(&form, &situation).unwrap();
    assert_eq!((draft.amount, draft.total), (mites(350), mites(360)));
    // What goes to oneself comes back.
    assert_eq!((draft.left, draft.to_self), (mites(690), false));
    let account = situation.account;
    let checked = payment::build(&chain, &key(1), account, 10, &draft.to_payment()).unwrap();
    assert_eq!((checked.size(), checked.debit()), (draft.size_bytes, mites(360)));
}

#[test]
fn what_is_wrong_with_a_list_is_told_with_its_line() {
    let chain = chain(0, "tst");
    let situation = Situation { unit: Unit::Mites, ..situation(&chain, 1_000) };
    let good = list(&chain, &[(2, 100)]);
    let address = good.split(' ').next().unwrap().to_string();
    for (text, code, says) in [
        (String::new(), "list-empty", "one payment a line"),
        (format!("{good}{address}"), "list-line", "line 2 is no address"),
        (format!("{good}\nbob 5"), "address-malformed", "line 3: this is not an address"),
        (format!("{address} five"), "amount-not-a-number", "line 1: "),
        (format!("{address},0"), "transaction-zero-payment", "line 1: "),
        (list(&chain, &[(2, 1); 17]), "payment-recipient-count", "these are 17"),
        (list(&chain, &[(2, 9_007_199_254_740_991); 2]), "transaction-debit-overflow", "together"),
    ] {
        let form = Form { list: Some(text), ..Form::default() };
        let errors = parse(&form, &situation).unwrap_err();
        let error = errors.of(Field::List).unwrap();
        assert_eq!((error.code(), errors.0.len()), (code, 1));
        assert!(error.to_string().contains(says), "{error}");
    }
    let form = Form { list: Some(list(&chain, &[(2, 999), (3, 2)])), ..Form::default() };
    assert_eq!(parse(&form, &situation).unwrap_err().0[0].code(), "transaction-not-enough");
}

proptest! {
    #[test]
    fn prop_max_is_always_valid_and_leaves_nothing(
        balance in 0_u64..9_000_000_000_000_000, fee in 0_u64..1_000_000_000, in_coins: bool
    ) {
        let chain = chain(0, "tst");
        let unit = if in_coins { Unit::Coins } else { Unit::Mites };
        let situation = Situation { unit, ..situation(&chain, balance) };
        let mut form = Form { fee: amount_text(mites(fee), unit), ..valid_form(&chain) };
        match max_amount_text(&form, &situation) {
            Some(amount) => {
                form.amount = amount;
                prop_assert_eq!(parse(&form, &situation).unwrap().left, Amount::ZERO);
            }
            None => prop_assert!(balance <= fee),
        }
    }
}
