//! Tests of the pool: tables for its rules, and a state machine against naive ones.

mod attacks;
mod model;

use std::{collections::BTreeMap, sync::Arc};

use shared::{
    account::AccountId,
    amount::Amount,
    encode::Bounded,
    ledger::Account,
    params::Chain,
    rules::transaction_isolated::CheckedTransaction,
    transaction::{Body, Payment},
};

use super::{Limits, Pool, PoolChange, PoolError, Removal, Step};
use crate::chain::testkit::{account, chain, mites, pay, sign};

/// A pool on a ledger in which keys 0 to 7 have 1,000,000 mites, at height 1 and time 0.
struct Fixture {
    chain: Chain,
    ledger: BTreeMap<AccountId, Account>,
    pool: Pool,
    change: PoolChange,
}

impl Fixture {
    fn new(limits: Limits) -> Self {
        let chain = chain(|_| {});
        let ledger = chain.opening_balances().into_iter().collect();
        let pool = Pool::new(chain.clone(), limits);
        Self { chain, ledger, pool, change: PoolChange::default() }
    }

    fn pay(&self, from: (u8, u64), to: u8, amount: u64, fee: u64) -> Arc<CheckedTransaction> {
        Arc::new(pay(&self.chain, from, to, amount, fee))
    }

    #[track_caller]
    fn insert(&mut self, transaction: &Arc<CheckedTransaction>) -> Result<(), &'static str> {
        self.change = PoolChange::default();
        let transaction = Arc::clone(transaction);
        let outcome = self.pool.insert(transaction, &self.ledger, 1, 0, &mut self.change);
        self.pool.check_invariants().unwrap();
        outcome.map(|_| ()).map_err(|error| error.code())
    }

    fn order(&self) -> Vec<(u8, u64)> {
        let name = |sender| (0..100).find(|number| account(*number) == sender).unwrap();
        let bodies = self.pool.select(usize::MAX);
        let bodies = bodies.iter().map(|transaction| &transaction.transaction().body);
        bodies.map(|body| (name(body.sender), body.nonce)).collect()
    }
}

/// Room for `count` transactions with one payment and no memo.
fn room_for(count: usize) -> Limits {
    Limits { max_bytes: count * shared::limits::MIN_TRANSACTION_BYTES, ..Limits::default() }
}

#[test]
fn a_replacement_pays_a_tenth_more_and_a_mite_for_each_byte() {
    let size = shared::limits::MIN_TRANSACTION_BYTES as u64;
    for (old, new, expected) in [
        (0, size - 1, Err("transaction-replacement-fee")),
        (0, size, Ok(())),
        (1_000, 1_000 + size - 1, Err("transaction-replacement-fee")),
        (1_000, 1_000 + size, Ok(())),
        (10_000, 10_999, Err("transaction-replacement-fee")),
        (10_000, 11_000, Ok(())),
        (10_001, 11_001, Err("transaction-replacement-fee")),
        (10_001, 11_002, Ok(())),
    ] {
        let mut fixture = Fixture::new(Limits::default());
        let (first, second) = (fixture.pay((0, 0), 1, 5, old), fixture.pay((0, 0), 1, 6, new));
        fixture.insert(&first).unwrap();
        assert_eq!(fixture.insert(&second), expected, "{old} by {new}");
        assert_eq!(fixture.pool.contains(&second.id()), expected.is_ok());
        assert_eq!(fixture.pool.contains(&first.id()), expected.is_err());
        if expected.is_ok() {
            let why = Removal::Replaced { by: second.id() };
            assert_eq!(fixture.pool.removal(&first.id()).unwrap().1, why);
        }
    }
}

#[test]
fn a_replacement_drops_the_later_ones_that_the_balance_does_not_cover_any_more() {
    let mut fixture = Fixture::new(Limits::default());
    let chain: Vec<_> = (0..4).map(|nonce| fixture.pay((0, nonce), 1, 200_000, 0)).collect();
    chain.iter().for_each(|transaction| fixture.insert(transaction).unwrap());
    let larger = fixture.pay((0, 1), 1, 500_000, 1_000);
    fixture.insert(&larger).unwrap();
    assert_eq!(fixture.order(), [(0, 0), (0, 1), (0, 2)]);
    let why = Removal::Invalid { code: "transaction-not-enough" };
    assert_eq!(fixture.pool.removal(&chain[3].id()).unwrap().1, why);
    assert_eq!(fixture.change.removed.len(), 2);
}

#[test]
fn what_waits_never_debits_more_than_there_is() {
    let mut fixture = Fixture::new(Limits::default());
    for (nonce, amount, expected) in [
        (0, 600_000, Ok(())),
        (1, 399_991, Err("transaction-not-enough")),
        (1, 399_990, Ok(())),
        (2, 1, Err("transaction-not-enough")),
    ] {
        let transaction = fixture.pay((0, nonce), 1, amount, if nonce == 2 { 0 } else { 5 });
        assert_eq!(fixture.insert(&transaction), expected, "{nonce} {amount}");
    }
    // What is on its way to an account cannot be spent yet.
    let unfunded = fixture.pay((1, 0), 0, 1_000_001, 0);
    assert_eq!(fixture.insert(&unfunded), Err("transaction-not-enough"));
}

#[test]
fn one_sender_has_at_most_sixteen() {
    let mut fixture = Fixture::new(Limits::default());
    for nonce in 0..16 {
        let transaction = fixture.pay((0, nonce), 1, 5, 0);
        fixture.insert(&transaction).unwrap();
    }
    let seventeenth = fixture.pay((0, 16), 1, 5, 50_000);
    assert_eq!(fixture.insert(&seventeenth), Err("transaction-too-many-pending"));
    let again = fixture.pay((0, 3), 1, 5, 0);
    assert_eq!(fixture.insert(&again), Err("transaction-already-known"));
}

#[test]
fn a_full_pool_evicts_the_cheapest_tail_and_only_for_more() {
    let mut fixture = Fixture::new(room_for(4));
    // Key 0's first pays well, but what follows it pays least.
    for (from, fee) in [((0, 0), 9_000), ((0, 1), 10), ((0, 2), 20), ((1, 0), 500)] {
        let transaction = fixture.pay(from, 2, 5, fee);
        fixture.insert(&transaction).unwrap();
    }
    let poor = fixture.pay((3, 0), 2, 5, 15);
    assert_eq!(fixture.insert(&poor), Err("pool-full"));
    let better = fixture.pay((3, 0), 2, 5, 16);
    fixture.insert(&better).unwrap();
    assert_eq!(fixture.order(), [(0, 0), (1, 0), (3, 0)]);
    assert_eq!(fixture.change.removed.len(), 2);
    // Its own earlier ones do not make room for a sender's next.
    let next = fixture.pay((3, 1), 2, 5, 100);
    fixture.insert(&next).unwrap();
    let third = fixture.pay((3, 2), 2, 5, 100);
    assert_eq!(fixture.insert(&third), Err("pool-full"));
}

#[test]
fn of_tails_that_pay_the_same_only_the_shortest_goes() {
    let mut fixture = Fixture::new(room_for(4));
    for (from, fee) in [((0, 0), 100), ((0, 1), 100), ((0, 2), 100), ((1, 0), 9_000)] {
        let transaction = fixture.pay(from, 2, 5, fee);
        fixture.insert(&transaction).unwrap();
    }
    let better = fixture.pay((3, 0), 2, 5, 500);
    fixture.insert(&better).unwrap();
    assert_eq!(fixture.order(), [(1, 0), (3, 0), (0, 0), (0, 1)]);
}

#[test]
fn a_replacement_takes_the_room_of_what_it_replaces() {
    let mut fixture = Fixture::new(room_for(2));
    for (from, fee) in [(0, 500), (1, 9_000)] {
        let transaction = fixture.pay((from, 0), 2, 5, fee);
        fixture.insert(&transaction).unwrap();
    }
    let again = fixture.pay((0, 0), 2, 5, 2_000);
    assert_eq!(fixture.insert(&again), Ok(()));
    assert_eq!(fixture.order(), [(1, 0), (0, 0)]);
    assert_eq!(fixture.change.removed.len(), 1);
}

#[test]
fn the_fee_that_a_full_pool_asks_for_is_the_least_that_is_enough() {
    for new_account in [false, true] {
        let mut fixture = Fixture::new(room_for(3));
        for from in 0..3 {
            let transaction = fixture.pay((from, 0), 2, 5, 100 + u64::from(from));
            fixture.insert(&transaction).unwrap();
        }
        let to = if new_account { 50 } else { 2 };
        let poor = fixture.pay((4, 0), to, 5, 1);
        let ledger = fixture.ledger.clone();
        let error = fixture.pool.insert(poor, &ledger, 1, 0, &mut PoolChange::default());
        let Err(PoolError::Full { needed }) = error else { panic!("{error:?}") };
        let less = fixture.pay((4, 0), to, 5, needed.mites() - 1);
        assert_eq!(fixture.insert(&less), Err("pool-full"));
        let enough = fixture.pay((4, 0), to, 5, needed.mites());
        assert_eq!(fixture.insert(&enough), Ok(()));
    }
}

#[test]
fn free_transactions_wait_while_there_is_room_and_payments_to_new_accounts_count_for_more() {
    let mut fixture = Fixture::new(Limits::default());
    for (from, to, fee) in [(0, 2, 0), (1, 50, 600), (2, 3, 200), (3, 4, 200)] {
        let transaction = fixture.pay((from, 0), to, 5, fee);
        fixture.insert(&transaction).unwrap();
    }
    assert_eq!(fixture.order(), [(2, 0), (3, 0), (1, 0), (0, 0)]);
    // The account appears by another payment: then the same transaction is worth more.
    fixture.ledger.insert(account(50), Account { nonce: 0, balance: mites(1) });
    let step = Step { next_height: 2, ..Step::default() };
    fixture.pool.follow(&step, &fixture.ledger, 0);
    fixture.pool.check_invariants().unwrap();
    assert_eq!(fixture.order(), [(1, 0), (2, 0), (3, 0), (0, 0)]);
}

#[test]
fn what_expires_or_grows_old_goes_with_what_follows_it() {
    let mut fixture = Fixture::new(Limits { max_age: 100, ..Limits::default() });
    let expiring = |fixture: &Fixture, nonce, expires_at| {
        Arc::new(sign(
            &fixture.chain,
            0,
            Body { expires_at, ..fixture.pay((0, nonce), 1, 5, 0).transaction().body.clone() },
        ))
    };
    let waiting = [expiring(&fixture, 0, 90), expiring(&fixture, 1, 20), expiring(&fixture, 2, 90)];
    waiting.iter().for_each(|transaction| fixture.insert(transaction).unwrap());
    let mut change = PoolChange::default();
    fixture.pool.expire(20, 99, &mut change);
    assert!(change.is_empty());
    fixture.pool.expire(21, 99, &mut change);
    fixture.pool.check_invariants().unwrap();
    assert_eq!(fixture.order(), [(0, 0)]);
    let why = |index: usize| fixture.pool.removal(&waiting[index].id()).unwrap().1;
    assert_eq!(why(1), Removal::Expired);
    assert_eq!(why(2), Removal::Invalid { code: "transaction-nonce-gap" });
    fixture.pool.expire(21, 100, &mut change);
    assert_eq!(fixture.pool.removal(&waiting[0].id()).unwrap().1, Removal::Aged);
    assert!(fixture.pool.is_empty());
}

#[test]
fn what_a_reverted_block_pushes_out_of_a_full_pool_is_told() {
    let mut fixture = Fixture::new(room_for(2));
    for (from, fee) in [(0, 10), (1, 500)] {
        let transaction = fixture.pay((from, 0), 2, 5, fee);
        fixture.insert(&transaction).unwrap();
    }
    let reverted = vec![fixture.pay((3, 0), 2, 5, 400)];
    let step = Step { reverted, next_height: 1, ..Step::default() };
    let ledger = fixture.ledger.clone();
    let change = fixture.pool.follow(&step, &ledger, 0);
    fixture.pool.check_invariants().unwrap();
    assert_eq!(fixture.order(), [(1, 0), (3, 0)]);
    let added: Vec<_> = change.added.iter().map(|one| one.id()).collect();
    assert_eq!(added, [step.reverted[0].id()]);
    let gone = change.removed.iter().map(|(one, why)| (one.transaction().body.fee, *why));
    assert_eq!(gone.collect::<Vec<_>>(), [(mites(10), Removal::Evicted)]);
}

/// No chain confirms nonces out of their order; if one were told so, nothing that waits may be lost for it.
#[test]
fn a_confirmed_nonce_takes_only_the_transaction_that_has_it() {
    let mut fixture = Fixture::new(Limits::default());
    let waiting: Vec<_> = (0..3).map(|nonce| fixture.pay((0, nonce), 1, 5, 7)).collect();
    waiting.iter().for_each(|transaction| fixture.insert(transaction).unwrap());
    let confirm = |fixture: &mut Fixture, nonce: u64| {
        let confirmed = vec![(account(0), nonce, waiting[usize::try_from(nonce).unwrap()].id())];
        let step = Step { confirmed, next_height: 1, ..Step::default() };
        let change = fixture.pool.follow(&step, &fixture.ledger.clone(), 0);
        change.removed.len()
    };
    assert_eq!(confirm(&mut fixture, 1), 0);
    assert_eq!(fixture.order(), [(0, 0), (0, 1), (0, 2)]);
    assert_eq!(confirm(&mut fixture, 0), 1);
    assert_eq!(fixture.order(), [(0, 1), (0, 2)]);
}

#[test]
fn an_account_sees_what_waits_for_it() {
    let mut fixture = Fixture::new(Limits::default());
    for (from, to, amount, fee) in
        [((0, 0), 1, 5, 1), ((2, 0), 0, 7, 2), ((0, 1), 0, 9, 3), ((3, 0), 0, 11, 4)]
    {
        let transaction = fixture.pay(from, to, amount, fee);
        fixture.insert(&transaction).unwrap();
    }
    let pending = fixture.pool.pending(&account(0));
    assert_eq!((pending.incoming, pending.outgoing), (mites(18), mites(18)));
    assert_eq!(pending.next_nonce, Some(2));
    let nonces: Vec<_> =
        pending.transactions.iter().map(|one| one.transaction().body.fee.mites()).collect();
    assert_eq!(nonces, [1, 2, 3, 4]);
    assert_eq!(fixture.pool.pending(&account(9)).transactions.len(), 0);
    assert_eq!(fixture.pool.next_nonce(&account(9)), None);
}

#[test]
fn pages_follow_each_other_in_the_order_of_mining() {
    let mut fixture = Fixture::new(Limits::default());
    for from in 0..8 {
        for nonce in 0..3 {
            let transaction = fixture.pay((from, nonce), 1, 5, u64::from(from) * 7 % 5 + nonce);
            fixture.insert(&transaction).unwrap();
        }
    }
    let all: Vec<_> = fixture.pool.in_order().map(|entry| entry.transaction.id()).collect();
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = fixture.pool.page(after.as_ref(), 5);
        let Some(last) = page.last() else { break };
        after = Some(last.transaction.id());
        paged.extend(page.iter().map(|entry| entry.transaction.id()));
    }
    assert_eq!(paged, all);
    assert_eq!(paged.len(), 24);
}

#[test]
fn several_payments_to_one_new_account_create_it_once() {
    let mut fixture = Fixture::new(Limits::default());
    let payment = |to| Payment { recipient: account(to), amount: Amount::from_mites(5).unwrap() };
    let body = Body {
        payments: Bounded::new(vec![payment(50), payment(50), payment(1), payment(51)]).unwrap(),
        ..fixture.pay((0, 0), 1, 5, 10).transaction().body.clone()
    };
    let transaction = Arc::new(sign(&fixture.chain, 0, body));
    fixture.insert(&transaction).unwrap();
    assert_eq!(fixture.pool.entry(&transaction.id()).unwrap().new_accounts, 2);
}
