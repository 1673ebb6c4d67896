//! The pool against rules written down naively: a list that is searched, and sums that are added anew.

use std::{collections::BTreeMap, sync::Arc};

use proptest::prelude::*;
use shared::{
    account::AccountId,
    hash::TransactionId,
    ledger::{Account, LedgerView as _},
    params::Chain,
    rules::{
        transaction_in_ledger::{Touching, apply},
        transaction_isolated::CheckedTransaction,
    },
    transaction::Body,
};

use super::super::{Limits, Pool, PoolChange, Step};
use crate::chain::testkit::{account, chain, pay, sign};

type Ledger = BTreeMap<AccountId, Account>;

/// What can happen to a pool.
#[derive(Clone, Debug)]
enum Happening {
    /// Somebody offers: sender, nonce relative to the next pending one, recipient, amount, fee, expiry
    /// relative to the next height.
    Offer(u8, i8, u8, u64, u64, u64),
    /// A block with the first so many of the miner's order.
    Mine(usize),
    /// A block with a transaction that the pool has not seen.
    Foreign(u8, u8, u64),
    /// The newest block is reverted.
    Revert,
    /// Time passes.
    Wait(u64),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        12 => (0..6_u8, -3..3_i8, 0..12_u8, 1..300_000_u64, 0..3_000_u64, 5..40_u64)
            .prop_map(|(from, offset, to, amount, fee, expiry)| Happening::Offer(from, offset, to, amount, fee, expiry)),
        2 => (0..6_usize).prop_map(Happening::Mine),
        1 => (0..6_u8, 0..12_u8, 1..900_000_u64).prop_map(|(from, to, amount)| Happening::Foreign(from, to, amount)),
        2 => Just(Happening::Revert),
        1 => (0..60_u64).prop_map(Happening::Wait),
    ]
}

#[derive(Clone)]
struct Waiting {
    transaction: Arc<CheckedTransaction>,
    added: u64,
    arrival: u64,
}

impl Waiting {
    fn body(&self) -> &Body {
        &self.transaction.transaction().body
    }
}

/// The naive pool.
struct Model {
    limits: Limits,
    waiting: Vec<Waiting>,
    arrivals: u64,
}

impl Model {
    fn of(&self, sender: AccountId) -> Vec<Waiting> {
        let mut own: Vec<_> =
            self.waiting.iter().filter(|one| one.body().sender == sender).cloned().collect();
        own.sort_by_key(|one| one.body().nonce);
        own
    }

    fn senders(&self) -> Vec<AccountId> {
        let mut senders: Vec<_> = self.waiting.iter().map(|one| one.body().sender).collect();
        senders.sort();
        senders.dedup();
        senders
    }

    fn bytes(&self) -> usize {
        self.waiting.iter().map(|one| one.transaction.size()).sum()
    }

    fn remove(&mut self, id: TransactionId) {
        self.waiting.retain(|one| one.transaction.id() != id);
    }

    fn score(transactions: &[Waiting], ledger: &Ledger) -> u64 {
        let fees: u64 = transactions.iter().map(|one| one.body().fee.mites()).sum();
        let weight: u64 = transactions
            .iter()
            .map(|one| {
                let mut new: Vec<_> =
                    one.body().payments.iter().map(|payment| payment.recipient).collect();
                new.retain(|recipient| !ledger.account(recipient).exists());
                new.sort();
                new.dedup();
                one.transaction.size() as u64 + 1_000 * new.len() as u64
            })
            .sum();
        fees * 1_000 / weight
    }

    /// The cheapest tails of all senders but one, cheapest first.
    fn tails(&self, but: Option<AccountId>, ledger: &Ledger) -> Vec<(u64, Vec<Waiting>)> {
        let mut tails = Vec::new();
        for sender in self.senders().into_iter().filter(|sender| Some(*sender) != but) {
            let own = self.of(sender);
            let all = (0..own.len())
                .map(|from| (Self::score(&own[from..], ledger), own[from..].to_vec()));
            tails.extend(all.min_by_key(|(score, tail)| (*score, tail.len())));
        }
        tails.sort_by_key(|(score, tail)| (*score, std::cmp::Reverse(tail[0].arrival)));
        tails
    }

    fn offer(
        &mut self,
        transaction: &Arc<CheckedTransaction>,
        ledger: &Ledger,
        chain: &Chain,
        next: u64,
        now: u64,
    ) -> Result<(), &'static str> {
        let body = &transaction.transaction().body;
        if self.waiting.iter().any(|one| one.transaction.id() == transaction.id()) {
            return Err("transaction-already-known");
        }
        match body.expires_at {
            at if at < next => return Err("transaction-expired"),
            at if at > next + chain.parameters().max_validity => {
                return Err("transaction-expires-too-late");
            }
            at if at < next + 10 => return Err("transaction-expires-too-soon"),
            _ => {}
        }
        let own = self.of(body.sender);
        let Account { nonce, balance } = ledger.account(&body.sender);
        match body.nonce {
            used if used < nonce => return Err("transaction-nonce-used"),
            far if far > nonce + own.len() as u64 => return Err("transaction-nonce-gap"),
            last if last >= nonce + self.limits.per_sender as u64 => {
                return Err("transaction-too-many-pending");
            }
            _ => {}
        }
        let before: u64 = own
            .iter()
            .filter(|one| one.body().nonce < body.nonce)
            .map(|one| one.transaction.debit().mites())
            .sum();
        if before + transaction.debit().mites() > balance.mites() {
            return Err("transaction-not-enough");
        }
        let old = own.iter().find(|one| one.body().nonce == body.nonce);
        if let Some(old) = old {
            let fee = old.body().fee.mites();
            if body.fee.mites() * 10 < fee * 11
                || body.fee.mites() < fee + transaction.size() as u64
            {
                return Err("transaction-replacement-fee");
            }
        }
        let newcomer =
            Waiting { transaction: Arc::clone(transaction), added: now, arrival: self.arrivals };
        let score = Self::score(std::slice::from_ref(&newcomer), ledger);
        let mut over = (self.bytes() + transaction.size())
            .saturating_sub(self.limits.max_bytes + old.map_or(0, |old| old.transaction.size()));
        let mut victims = Vec::new();
        for (tail_score, tail) in self.tails(Some(body.sender), ledger) {
            if over == 0 || tail_score >= score {
                break;
            }
            over = over.saturating_sub(tail.iter().map(|one| one.transaction.size()).sum());
            victims.extend(tail);
        }
        if over > 0 {
            return Err("pool-full");
        }
        victims.iter().for_each(|victim| self.remove(victim.transaction.id()));
        if let Some(old) = old {
            self.remove(old.transaction.id());
        }
        self.waiting.push(newcomer);
        self.arrivals += 1;
        self.keep_possible(ledger);
        Ok(())
    }

    /// Drops what does not follow from the ledger without a gap, or cannot be paid.
    fn keep_possible(&mut self, ledger: &Ledger) {
        for sender in self.senders() {
            let Account { mut nonce, balance } = ledger.account(&sender);
            let mut left = balance;
            for one in self.of(sender) {
                match left.checked_sub(one.transaction.debit()) {
                    Some(rest) if one.body().nonce == nonce => {
                        nonce += 1;
                        left = rest;
                    }
                    _ => self.remove(one.transaction.id()),
                }
            }
        }
    }

    fn follow(
        &mut self,
        reverted: &[Arc<CheckedTransaction>],
        ledger: &Ledger,
        next: u64,
        now: u64,
    ) {
        for transaction in reverted.iter().rev() {
            self.waiting.push(Waiting {
                transaction: Arc::clone(transaction),
                added: now,
                arrival: self.arrivals,
            });
            self.arrivals += 1;
        }
        self.keep_possible(ledger);
        self.expire(ledger, next, now);
        while self.bytes() > self.limits.max_bytes {
            let (_, tail) = self.tails(None, ledger).remove(0);
            tail.iter().for_each(|one| self.remove(one.transaction.id()));
        }
    }

    fn expire(&mut self, ledger: &Ledger, next: u64, now: u64) {
        self.waiting
            .retain(|one| one.body().expires_at >= next && now - one.added < self.limits.max_age);
        self.keep_possible(ledger);
    }

    fn order(&self, ledger: &Ledger) -> Vec<TransactionId> {
        let mut queues: Vec<_> = self.senders().into_iter().map(|sender| self.of(sender)).collect();
        let mut order = Vec::new();
        loop {
            queues.retain(|queue| !queue.is_empty());
            let best = queues.iter_mut().max_by_key(|queue| {
                (Self::score(&queue[..1], ledger), std::cmp::Reverse(queue[0].arrival))
            });
            let Some(best) = best else { return order };
            order.push(best.remove(0).transaction.id());
        }
    }
}

/// Both pools on one ledger, and the blocks that can be reverted.
struct World {
    chain: Chain,
    pool: Pool,
    model: Model,
    ledger: Ledger,
    blocks: Vec<(Ledger, Vec<Arc<CheckedTransaction>>)>,
    next: u64,
    now: u64,
}

impl World {
    fn new(limits: Limits) -> Self {
        let chain = chain(|parameters| parameters.max_validity = 30);
        let ledger = chain.opening_balances().into_iter().collect();
        let pool = Pool::new(chain.clone(), limits);
        let model = Model { limits, waiting: Vec::new(), arrivals: 0 };
        Self { chain, pool, model, ledger, blocks: Vec::new(), next: 1, now: 0 }
    }

    fn happens(&mut self, happening: &Happening) {
        match *happening {
            Happening::Offer(from, offset, to, amount, fee, expiry) => {
                let base = self.ledger.account(&account(from)).nonce;
                let pending = self.pool.next_nonce(&account(from)).unwrap_or(base);
                let nonce = pending.saturating_add_signed(i64::from(offset));
                let body = Body {
                    expires_at: self.next + expiry,
                    ..pay(&self.chain, (from, nonce), to, amount, fee).transaction().body.clone()
                };
                let transaction = Arc::new(sign(&self.chain, from, body));
                let mut change = PoolChange::default();
                let got = self.pool.insert(
                    Arc::clone(&transaction),
                    &self.ledger,
                    self.next,
                    self.now,
                    &mut change,
                );
                let expected =
                    self.model.offer(&transaction, &self.ledger, &self.chain, self.next, self.now);
                assert_eq!(got.map(|_| ()).map_err(|error| error.code()), expected);
            }
            Happening::Mine(count) => {
                let mut transactions = self.pool.select(usize::MAX);
                transactions.truncate(count);
                self.connect(transactions);
            }
            Happening::Foreign(from, to, amount) => {
                let Account { nonce, balance } = self.ledger.account(&account(from));
                let transaction = pay(&self.chain, (from, nonce), to, amount, 77);
                if transaction.debit() <= balance {
                    self.connect(vec![Arc::new(transaction)]);
                }
            }
            Happening::Revert => {
                if let Some((ledger, transactions)) = self.blocks.pop() {
                    let after = std::mem::replace(&mut self.ledger, ledger);
                    self.next -= 1;
                    let touched = changed(&self.ledger, &after);
                    self.follow(&Step {
                        reverted: transactions,
                        confirmed: Vec::new(),
                        touched,
                        next_height: self.next,
                    });
                }
            }
            Happening::Wait(seconds) => {
                self.now += seconds;
                self.pool.expire(self.next, self.now, &mut PoolChange::default());
                self.model.expire(&self.ledger, self.next, self.now);
            }
        }
        assert_eq!(self.pool.check_invariants(), Ok(()));
        let order: Vec<_> = self.pool.in_order().map(|entry| entry.transaction.id()).collect();
        assert_eq!(order, self.model.order(&self.ledger));
    }

    fn connect(&mut self, transactions: Vec<Arc<CheckedTransaction>>) {
        let before = self.ledger.clone();
        let mut confirmed = Vec::new();
        let mut taken = Vec::new();
        for transaction in transactions {
            // One that is valid for too long yet stays for a later block.
            let touching = Touching::from(&*transaction);
            if apply(&self.chain, self.next, &mut self.ledger, &touching).is_ok() {
                let body = &transaction.transaction().body;
                confirmed.push((body.sender, body.nonce, transaction.id()));
                taken.push(transaction);
            }
        }
        let touched = changed(&before, &self.ledger);
        self.blocks.push((before, taken));
        self.next += 1;
        self.follow(&Step { reverted: Vec::new(), confirmed, touched, next_height: self.next });
    }

    fn follow(&mut self, step: &Step) {
        self.pool.follow(step, &self.ledger, self.now);
        self.model.follow(&step.reverted, &self.ledger, self.next, self.now);
    }
}

fn changed(before: &Ledger, after: &Ledger) -> Vec<AccountId> {
    after
        .iter()
        .filter(|(id, account)| before.account(id) != **account)
        .map(|(id, _)| *id)
        .collect()
}

/// Cases in every run, about 11,000 happenings; with `HALFPENNY_FULL=1` a million.
fn cases() -> u32 {
    if std::env::var_os("HALFPENNY_FULL").is_some() { 13_500 } else { 150 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn prop_the_pool_does_what_the_naive_rules_say(happenings in prop::collection::vec(happening(), 1..150)) {
        let mut world = World::new(Limits { max_bytes: 2_500, per_sender: 5, max_age: 200 });
        happenings.iter().for_each(|happening| world.happens(happening));
    }
}
