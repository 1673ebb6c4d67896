//! What cannot happen to coins: lost in a payment to oneself, paid twice, paid on another chain, or moved by
//! a signature that was made for something else.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the figures are what is measured")]

mod kit;

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

use kit::{COIN, Kit, Random, account, key, mine, mites, parameters, public};
use shared::{
    account::AccountId,
    amount::Amount,
    encode::encode,
    hash::{BlockId, Hash, Tag, TransactionId},
    key::{Claim, Signature, verify_all},
    ledger::{Account, LedgerView},
    params::Parameters,
    rules::{
        transaction_in_ledger::{Touching, apply},
        transaction_isolated::{check, check_many},
    },
    template,
    transaction::{Authorization, Transaction, id_of_bytes},
};

fn full() -> bool {
    std::env::var_os("HALFPENNY_FULL").is_some()
}

fn below(random: &mut Random, bound: usize) -> usize {
    usize::try_from(random.below(bound as u64)).unwrap()
}

/// Payments of somebody to themselves, alone and among payments to others, up to the whole balance and
/// beyond it: only the fee leaves, or nothing happens at all.
#[test]
fn a_payment_to_oneself_costs_its_fee_and_moves_nothing_else() {
    let kit = Kit::new(parameters());
    let genesis = kit.chain.genesis_id();
    let mut random = Random(1);
    let (mut applied, mut refused) = (0, 0);
    for number in 0..1_000 {
        let balance = 1 + random.below(5_000);
        let count = 1 + random.below(5);
        let to: Vec<(AccountId, u64)> = (0..count)
            .map(|index| {
                let to = if index == 0 || random.below(2) == 0 { 1 } else { 2 };
                (account(to), 1 + random.below(2 * balance / count + 1))
            })
            .collect();
        let fee = random.below(balance + 1);
        let payment = check(kit.sign(kit.body(account(1), &to, fee), 1), &genesis).unwrap();
        let before =
            [(1, balance), (2, 77)].map(|(number, balance)| (account(number), mites(balance)));
        let mut ledger: BTreeMap<AccountId, Account> =
            before.map(|(id, balance)| (id, Account { nonce: 0, balance })).into();
        let untouched = ledger.clone();
        let outcome = apply(&kit.chain, 1, &mut ledger, &Touching::from(&payment));
        let paid_to_other: u64 =
            to.iter().filter(|(id, _)| *id == account(2)).map(|(_, amount)| amount).sum();
        let debit: u64 = to.iter().map(|(_, amount)| amount).sum::<u64>() + fee;
        assert_eq!(outcome.is_ok(), debit <= balance, "case {number}");
        if outcome.is_err() {
            assert_eq!(ledger, untouched, "case {number}");
            refused += 1;
            continue;
        }
        let left = Account { nonce: 1, balance: mites(balance - paid_to_other - fee) };
        assert_eq!(ledger.account(&account(1)), left, "case {number}");
        assert_eq!(ledger.account(&account(2)).balance.mites(), 77 + paid_to_other);
        applied += 1;
    }
    assert!(applied > 100 && refused > 100, "{applied} {refused}");
}

/// Whoever looks through a reference sees the accounts themselves.
#[test]
fn a_borrowed_ledger_shows_the_same_accounts() {
    fn seen(ledger: impl LedgerView) -> [Account; 2] {
        [1, 9].map(|number| ledger.account(&account(number)))
    }
    let tree = Kit::new(parameters()).tree;
    let rich = Account { nonce: 0, balance: mites(1_000 * COIN) };
    assert_eq!(seen(&tree), [rich, Account::default()]);
    assert_eq!(seen(&tree), seen(tree.clone()));
}

/// A million different transactions, and every one that differs in one field only.
#[test]
fn no_two_transactions_have_one_id() {
    let kit = Kit::new(parameters());
    let signed = encode(&kit.pay(1, 2, COIN, 5));
    // Version, sender, nonce and so on: every byte of the encoding counts for the id, the signature's too.
    let mut ids: Vec<TransactionId> = vec![id_of_bytes(&signed)];
    for at in 0..signed.len() {
        for bit in 0..8 {
            let mut other = signed.clone();
            other[at] ^= 1 << bit;
            ids.push(id_of_bytes(&other));
        }
    }
    let mut random = Random(2);
    while ids.len() < 1_000_000 {
        let mut other = signed.clone();
        // The nonce stands after version and sender; the signature at the end.
        other[33..41].copy_from_slice(&(ids.len() as u64).to_le_bytes());
        let at = other.len() - 1 - below(&mut random, 64);
        other[at] = random.below(256).to_le_bytes()[0];
        ids.push(id_of_bytes(&other));
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1_000_000);
}

/// The same names and numbers, another genesis: nothing that was signed for one chain is worth anything
/// on the other, neither alone nor together.
#[test]
fn nothing_signed_for_one_chain_is_valid_on_another() {
    let first = Kit::new(parameters());
    let second = Kit::new(Parameters { salt: Hash([8; 32]), ..parameters() });
    assert_eq!(first.chain.parameters().coin_type, second.chain.parameters().coin_type);
    assert_ne!(first.chain.genesis_id(), second.chain.genesis_id());
    let count: u64 = if full() { 10_000 } else { 500 };
    let payments: Vec<Transaction> = (0..count)
        .map(|number| {
            let from = 1 + u8::try_from(number % 4).unwrap();
            let mut body = first.body(account(from), &[(account(9), 1 + number)], 3);
            body.nonce = number / 4;
            if number % 7 == 0 {
                body.sender = kit::policy().account();
                return first.sign_shared(body, &[0, 1]);
            }
            first.sign(body, from)
        })
        .collect();
    let verdicts = |kit: &Kit| -> usize {
        let all = check_many(payments.clone(), &kit.chain.genesis_id(), &verify_all);
        let codes = all.iter().filter_map(|one| one.as_ref().err()).map(|error| error.code());
        assert!(codes.clone().all(|code| code == "transaction-signature"));
        codes.count()
    };
    assert_eq!(verdicts(&first), 0);
    assert_eq!(verdicts(&second), payments.len());
}

/// What is signed under one tag is worth nothing under any other: a login is no payment.
#[test]
fn a_signature_is_for_one_use_only() {
    // A tag becomes 64 bytes before everything else, so none can be the beginning of another.
    let names: BTreeSet<&str> = Tag::ALL.iter().map(Tag::name).collect();
    assert_eq!(names.len(), Tag::ALL.len());
    let bytes = encode(&Kit::new(parameters()).pay(1, 2, COIN, 5).body);
    let digests: Vec<Hash> = Tag::ALL.iter().map(|tag| tag.hash(&[&bytes])).collect();
    assert_eq!(digests.iter().collect::<BTreeSet<_>>().len(), Tag::ALL.len());
    for signed in &digests {
        let signature = Signature(key(1).sign(&signed.0).into());
        for digest in &digests {
            let claim = Claim { key: public(1), digest: *digest, signature };
            assert_eq!(claim.is_valid(), digest == signed);
        }
        // The bytes themselves are never signed: only what a tag made of them.
        let untagged =
            Claim { key: public(1), digest: Hash(bytes[..32].try_into().unwrap()), signature };
        assert!(!untagged.is_valid());
    }
}

/// Whatever is wrong without looking at signatures is found without looking at signatures.
#[test]
fn no_signature_is_checked_of_what_is_wrong_in_form() {
    let kit = Kit::new(parameters());
    let good = kit.pay(1, 2, COIN, 5);
    let shared = kit.sign_shared(kit.body(kit::policy().account(), &[(account(2), 7)], 3), &[0, 2]);
    let spoil = |edit: fn(&mut Transaction)| {
        let mut bad = good.clone();
        edit(&mut bad);
        bad
    };
    let spoil_shared = |threshold: u8, order: bool| {
        let mut bad = shared.clone();
        if let Authorization::Policy { policy, signatures } = &mut bad.authorization {
            policy.threshold = threshold;
            bad.body.sender = policy.account();
            let mut list = signatures.to_vec();
            if order {
                list.reverse();
            }
            *signatures = shared::encode::Bounded::new(list).unwrap();
        }
        bad
    };
    let bad = vec![
        spoil(|one| one.body.version = 2),
        spoil(|one| one.body.fee = Amount::MAX),
        spoil(|one| one.body.sender = AccountId([0; 32])),
        spoil(|one| {
            let mut list = one.body.payments.to_vec();
            list[0].amount = Amount::ZERO;
            one.body.payments = shared::encode::Bounded::new(list).unwrap();
        }),
        spoil(|one| {
            let mut list = one.body.payments.to_vec();
            list[0].recipient = AccountId([0; 32]);
            one.body.payments = shared::encode::Bounded::new(list).unwrap();
        }),
        spoil_shared(3, false),
        spoil_shared(0, false),
        spoil_shared(2, true),
    ];
    let asked = Cell::new(0);
    let count = |claims: &[Claim]| {
        asked.set(asked.get() + claims.len());
        verify_all(claims)
    };
    let genesis: BlockId = kit.chain.genesis_id();
    let verdicts = check_many(bad, &genesis, &count);
    assert!(verdicts.iter().all(|verdict| verdict.is_err()));
    assert_eq!(asked.get(), 0);
    let verdicts = check_many(vec![good, shared], &genesis, &count);
    assert!(verdicts.iter().all(Result::is_ok));
    assert_eq!(asked.get(), 3);
}

/// Whatever waits in whatever order, the block made of it is valid; also when it is full to the last byte.
#[test]
fn a_block_made_of_anything_that_waits_is_valid() {
    let rounds = if full() { 10_000 } else { 150 };
    let mut random = Random(4);
    let (mut taken, mut exactly_full) = (0, 0);
    let mut kit = Kit::new(parameters());
    let size = encode(&kit.pay(1, 2, 1, 1)).len();
    for round in 0..rounds {
        if round % 50 == 0 {
            // Room for some number of payments exactly, or with some bytes left over.
            let room = 233 + size * (24 + below(&mut random, 8)) + below(&mut random, 2) * 50;
            kit = Kit::new(Parameters {
                max_block_bytes: u32::try_from(room).unwrap(),
                max_new_accounts: 1 + u32::try_from(random.below(4)).unwrap(),
                ..parameters()
            });
        }
        let genesis = kit.chain.genesis_id();
        let mut all = Vec::new();
        for from in 1..=4 {
            let first = kit.tree.account(&account(from)).nonce;
            for offset in 0..random.below(16) {
                // Now and then one is missing, or pays more than there is.
                let skipped = u64::from(random.below(20) == 0);
                let amount =
                    if random.below(20) == 0 { 2_000 * COIN } else { 1 + random.below(COIN) };
                let to = account(1 + u8::try_from(random.below(12)).unwrap());
                let mut body = kit.body(account(from), &[(to, amount)], random.below(9));
                body.nonce = first + offset + skipped;
                all.push(check(kit.sign(body, from), &genesis).unwrap());
            }
        }
        // By nonce, but otherwise in any order.
        all.sort_by_key(|one| (one.transaction().body.nonce, one.id()));
        let time = kit.state.header().timestamp + random.below(30);
        let template =
            template::assemble(&kit.state, &kit.tree, account(5), time, &all, |_, _| {}).unwrap();
        let length = encode(&template.block).len();
        assert!(length <= kit.chain.max_block_bytes());
        exactly_full += u32::from(length == kit.chain.max_block_bytes());
        taken += template.block.transactions.len();
        kit.accept(mine(template.block));
    }
    println!("{rounds} blocks with {taken} transactions, {exactly_full} full to the last byte");
    assert!(exactly_full > 0 && taken > rounds * 4);
}
