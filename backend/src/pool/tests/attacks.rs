//! Whoever tries to fill, drain or churn the pool cheaply.

use std::collections::BTreeMap;

use shared::{
    account::AccountId,
    amount::Amount,
    encode::Bounded,
    key::verify_all,
    ledger::Account,
    rules::transaction_isolated::check_many,
    transaction::{Authorization, Body, Payment, Transaction},
    wallet::secret::SecretKey,
};

use super::*;
use crate::chain::testkit::Random;

fn full() -> bool {
    std::env::var_os("HALFPENNY_FULL").is_some()
}

/// Nonces far ahead, at any fee, into a full pool: none enters and none of those that wait goes.
#[test]
fn ten_thousand_nonces_far_ahead_neither_enter_nor_evict() {
    let mut fixture = Fixture::new(room_for(4));
    for from in 0..4 {
        let cheap = fixture.pay((from, 0), 1, 5, 0);
        fixture.insert(&cheap).unwrap();
    }
    let before = fixture.order();
    let tries = if full() { 10_000 } else { 1_000 };
    let mut random = Random(1);
    for _ in 0..tries {
        let nonce = 1 + random.below(u64::MAX - 1);
        let far = fixture.pay((5, nonce), 1, 5, 1 + random.below(900_000));
        assert_eq!(fixture.insert(&far), Err("transaction-nonce-gap"), "{nonce}");
        assert!(fixture.change.is_empty());
    }
    assert_eq!(fixture.order(), before);
}

/// Chains of payments and replacements at random: in the worst case all of a sender's are mined, and that
/// never costs more than the sender has.
#[test]
fn what_a_sender_has_waiting_never_costs_more_than_it_has() {
    let tries = if full() { 10_000 } else { 500 };
    let mut random = Random(2);
    let (mut entered, mut refused) = (0, 0);
    for _ in 0..tries {
        let mut fixture = Fixture::new(Limits::default());
        let balance = 1 + random.below(2_000_000);
        let sender = Account { nonce: 0, balance: mites(balance) };
        fixture.ledger.insert(account(0), sender);
        for _ in 0..10 {
            let next = fixture.pool.next_nonce(&account(0)).unwrap_or(0);
            let nonce = next.saturating_sub(random.below(3));
            let amount = 1 + random.below(balance);
            let payment = fixture.pay((0, nonce), 1, amount, random.below(50_000));
            match fixture.insert(&payment) {
                Ok(()) => entered += 1,
                Err(_) => refused += 1,
            }
            let waiting = fixture.pool.pending(&account(0));
            assert!(waiting.outgoing.mites() <= balance);
            let own = waiting.transactions.iter().map(|one| one.debit());
            assert_eq!(Amount::sum(own), Some(waiting.outgoing));
        }
    }
    assert!(entered > tries && refused > tries, "{entered} {refused}");
}

/// Each replacement that enters pays a tenth more, and at least a mite for each byte that is relayed again:
/// so all bytes that one place in a queue can make a network relay are paid for by its last fee.
#[test]
fn every_byte_that_a_replacement_makes_others_relay_is_paid_for() {
    let tries = if full() { 10_000 } else { 1_000 };
    let mut random = Random(3);
    let mut fixture = Fixture::new(Limits::default());
    let (mut fee, mut bytes, mut replaced, mut number) = (0, 0, 0, 0_u64);
    let first = fixture.pay((0, 0), 1, 1, 0);
    fixture.insert(&first).unwrap();
    for _ in 0..tries {
        number += 1;
        let offer = (fee + random.below(400)).saturating_sub(20).max(fee * random.below(16) / 10);
        if offer > 900_000 {
            // Nobody can pay more: another place begins anew.
            fixture = Fixture::new(Limits::default());
            fixture.insert(&first).unwrap();
            (fee, bytes) = (0, 0);
            continue;
        }
        let again = fixture.pay((0, 0), 1, 1 + number % 1_000, offer);
        let size = again.size() as u64;
        match fixture.insert(&again) {
            Ok(()) => {
                assert!(offer * 10 >= fee * 11 && offer >= fee + size, "{offer} after {fee}");
                (fee, bytes, replaced) = (offer, bytes + size, replaced + 1);
            }
            Err("transaction-replacement-fee") => {
                assert!(offer * 10 < fee * 11 || offer < fee + size)
            }
            Err(other) => panic!("{other}"),
        }
        assert_eq!(fixture.pool.len(), 1);
        assert!(bytes <= fee, "{bytes} bytes were relayed for {fee} mites");
    }
    assert!(replaced > tries / 10, "{replaced}");
}

/// A million transactions from ten thousand senders, each paying more than before: the pool stays within its
/// limit, and so does the process.
#[test]
#[ignore = "a million signatures: long tier"]
fn a_million_transactions_do_not_fill_the_memory() {
    let chain = chain(|_| {});
    let keys: Vec<SecretKey> = (0..10_000_u32)
        .map(|number| {
            let mut bytes = [9; 32];
            bytes[..4].copy_from_slice(&number.to_le_bytes());
            SecretKey::from_bytes(&bytes)
        })
        .collect();
    let ids: Vec<AccountId> = keys.iter().map(|key| key.public_key().account()).collect();
    let rich = Account { nonce: 0, balance: mites(1 << 40) };
    let ledger: BTreeMap<AccountId, Account> = ids.iter().map(|id| (*id, rich)).collect();
    let mut pool = Pool::new(chain.clone(), Limits::default());
    let genesis = chain.genesis_id();
    let (mut entered, mut most) = (0, 0);
    for round in 0..100_u64 {
        let offers = keys.iter().zip(&ids).map(|(key, id)| {
            let payments = vec![Payment { recipient: ids[0], amount: mites(1 + round) }];
            // New ones while there is room in the queue, then ever dearer replacements.
            let body = Body {
                version: 1,
                sender: *id,
                nonce: round % 16,
                fee: mites(1_000 + 300 * round * (1 + round / 8)),
                expires_at: 500,
                payments: Bounded::new(payments).unwrap(),
                memo: Bounded::new(vec![7; 80]).unwrap(),
            };
            let signature = key.sign(&body.signing_hash(&genesis));
            Transaction { body, authorization: Authorization::Key(signature) }
        });
        for checked in check_many(offers.collect(), &genesis, &verify_all) {
            let mut change = PoolChange::default();
            let checked = Arc::new(checked.unwrap());
            entered += u32::from(pool.insert(checked, &ledger, 1, 0, &mut change).is_ok());
        }
        assert!(pool.bytes() <= pool.limits().max_bytes);
        most = most.max(pool.bytes());
        assert!(!pool.select(chain.max_block_bytes()).is_empty());
    }
    assert_eq!(pool.check_invariants(), Ok(()));
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    println!("{entered} entered, {most} bytes at once, {} MiB in all", peak / 1_024);
    assert!(peak < 512 * 1_024, "{peak} KiB");
    assert!(entered > 200_000 && most > pool.limits().max_bytes - 1_000, "{entered} {most}");
}
