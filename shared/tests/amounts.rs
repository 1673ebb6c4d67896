//! The edges of amounts (§1): in the encoding, in JSON and in texts, and in the rules.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kit;

use std::collections::BTreeMap;

use kit::{Kit, account, mites, parameters};
use shared::{
    amount::{Amount, COIN},
    api::ChainFile,
    encode::{Bounded, decode, encode},
    ledger::{Account, LedgerView as _},
    limits::{MAX_AMOUNT, MAX_TRANSACTION_BYTES},
    rules::{
        transaction_in_ledger::{Touching, apply},
        transaction_isolated::check,
    },
    transaction::{Payment, Transaction},
};

const MAX: u64 = MAX_AMOUNT;
/// Zero, one, and around both ends.
const EDGES: [u64; 6] = [0, 1, MAX - 1, MAX, MAX + 1, u64::MAX];
// Where the fee and the amount of the first payment stand in an encoded transaction.
const FEE_AT: usize = 41;
const AMOUNT_AT: usize = 93;

/// A payment with these numbers in its encoding, whether amounts or not, signed over them if they are.
fn encoded(kit: &Kit, amount: u64, fee: u64) -> Vec<u8> {
    let mut body = kit.body(account(1), &[(account(2), 1)], 0);
    if let (Some(amount), Some(fee)) = (Amount::from_mites(amount), Amount::from_mites(fee)) {
        body.fee = fee;
        body.payments = Bounded::new(vec![Payment { recipient: account(2), amount }]).unwrap();
    }
    let mut bytes = encode(&kit.sign(body, 1));
    bytes[FEE_AT..FEE_AT + 8].copy_from_slice(&fee.to_le_bytes());
    bytes[AMOUNT_AT..AMOUNT_AT + 8].copy_from_slice(&amount.to_le_bytes());
    bytes
}

/// What the specification says of a payment by somebody who holds all coins there can be.
fn expected(amount: u64, fee: u64) -> Result<(), &'static str> {
    let (wide_amount, wide_fee, most) = (u128::from(amount), u128::from(fee), u128::from(MAX));
    match () {
        () if wide_amount > most || wide_fee > most => Err("malformed"),
        () if amount == 0 => Err("transaction-zero-payment"),
        () if wide_amount + wide_fee > most => Err("transaction-debit-overflow"),
        () => Ok(()),
    }
}

#[test]
fn all_36_pairs_of_edges_are_judged_as_specified_in_encoding_and_rules() {
    let kit = Kit::new(parameters());
    let mut verdicts = BTreeMap::<_, u32>::new();
    for amount in EDGES {
        for fee in EDGES {
            let bytes = encoded(&kit, amount, fee);
            let verdict = decode::<Transaction>(&bytes, MAX_TRANSACTION_BYTES)
                .map_err(|error| error.code())
                .and_then(|one| check(one, &kit.chain.genesis_id()).map_err(|error| error.code()));
            let code = verdict.as_ref().map(|_| ()).map_err(|code| *code);
            assert_eq!(code, expected(amount, fee), "amount {amount}, fee {fee}");
            *verdicts.entry(code).or_default() += 1;
            let Ok(checked) = verdict else { continue };
            assert_eq!(checked.debit().mites(), amount + fee);
            // By somebody who has exactly that, and by somebody who has one mite less.
            for (have, paid) in [(amount + fee, true), (amount + fee - 1, false)] {
                let payer = Account { nonce: 0, balance: mites(have) };
                let mut ledger = BTreeMap::from([(account(1), payer)]);
                let outcome = apply(&kit.chain, 1, &mut ledger, &Touching::from(&checked));
                let code = outcome.map_err(|error| error.code());
                assert_eq!(code, if paid { Ok(()) } else { Err("transaction-not-enough") });
                let left = if paid { 0 } else { have };
                assert_eq!(ledger.account(&account(1)).balance.mites(), left);
                assert_eq!(
                    ledger.account(&account(2)).balance.mites(),
                    if paid { amount } else { 0 }
                );
            }
        }
    }
    assert_eq!(verdicts.values().sum::<u32>(), 36);
    assert_eq!(verdicts[&Err("malformed")], 20);
    assert_eq!(verdicts[&Ok(())], 6);
}

/// Sums of many payments leave the range, wherever it happens; the largest sum inside of it is valid.
#[test]
fn sixteen_payments_are_summed_exactly() {
    let kit = Kit::new(parameters());
    let verdict = |amounts: [u64; 16], fee: u64| {
        let to: Vec<_> = amounts.iter().map(|amount| (account(2), *amount)).collect();
        let transaction = kit.sign(kit.body(account(1), &to, fee), 1);
        check(transaction, &kit.chain.genesis_id())
            .map(|checked| checked.debit().mites())
            .map_err(|error| error.code())
    };
    let over = Err("transaction-debit-overflow");
    assert_eq!(verdict([MAX; 16], 0), over);
    assert_eq!(verdict([MAX; 16], MAX), over);
    assert_eq!(verdict([1; 16], MAX), over);
    assert_eq!(verdict([1; 16], MAX - 15), over);
    assert_eq!(verdict([1; 16], MAX - 16), Ok(MAX));
    let share = MAX / 16;
    let mut exact = [share; 16];
    exact[15] = MAX - 15 * share;
    assert_eq!(verdict(exact, 0), Ok(MAX));
    assert_eq!(verdict(exact, 1), over);
    for place in 0..16 {
        let mut one_more = exact;
        one_more[place] += 1;
        assert_eq!(verdict(one_more, 0), over, "payment {place}");
    }
}

#[test]
fn sums_are_those_of_wide_integers() {
    for left in EDGES {
        for right in EDGES {
            let (Some(a), Some(b)) = (Amount::from_mites(left), Amount::from_mites(right)) else {
                assert!(left > MAX || right > MAX);
                continue;
            };
            let sum = u64::try_from(u128::from(left) + u128::from(right)).unwrap();
            assert_eq!(a.checked_add(b).map(Amount::mites), (sum <= MAX).then_some(sum));
            assert_eq!(Amount::sum([a, b]), a.checked_add(b));
            assert_eq!(a.checked_sub(b).map(Amount::mites), left.checked_sub(right));
        }
    }
}

#[test]
fn texts_of_coins_are_amounts_exactly_up_to_the_largest() {
    for mites in EDGES {
        let text = format!("{}.{:08}", mites / COIN, mites % COIN);
        let read = Amount::parse_coins(&text).map(Amount::mites).map_err(|error| error.code());
        assert_eq!(read, if mites <= MAX { Ok(mites) } else { Err("amount-too-large") }, "{text}");
        if let Some(amount) = Amount::from_mites(mites) {
            assert_eq!(Amount::parse_coins(&amount.to_coins()), Ok(amount));
        }
    }
    let wide = [
        "184467440737.09551616",
        "18446744073709551616",
        "340282366920938463463374607431768211456",
    ];
    for text in wide {
        assert_eq!(
            Amount::parse_coins(text).map_err(|error| error.code()),
            Err("amount-too-large")
        );
    }
}

/// As JSON and as TOML amounts are plain numbers, exact in every reader; what is out of range makes no chain.
#[test]
fn amounts_in_json_and_toml_are_exact_numbers_in_the_range() {
    let kit = Kit::new(shared::params::Parameters { reward: mites(0), ..parameters() });
    for mites in EDGES {
        let mut file = ChainFile::from_chain(&kit.chain);
        file.opening_balances.truncate(1);
        file.opening_balances[0].amount = mites;
        let json = serde_json::to_string(&file).unwrap();
        assert!(json.contains(&format!("\"amount\":{mites}}}")), "{json}");
        let back: ChainFile = serde_json::from_str(&json).unwrap();
        assert_eq!(back, file);
        let outcome = back.to_chain().map(|chain| chain.parameters().supply_at(0).mites());
        assert_eq!(outcome.ok(), (1..=MAX).contains(&mites).then_some(mites), "{mites} mites");
        // TOML's own integers end at 2^63 - 1.
        match file.to_toml() {
            Ok(toml) => assert_eq!(ChainFile::from_toml(&toml), Ok(file)),
            Err(_) => assert!(mites > i64::MAX.unsigned_abs()),
        }
    }
    for number in ["-1", "1.5", "1e3", "18446744073709551616", "\"1\"", "null"] {
        let text = format!("{{\"address\":\"a\",\"amount\":{number}}}");
        assert!(serde_json::from_str::<shared::api::OpeningBalance>(&text).is_err(), "{number}");
    }
}
