//! What was paid once is not paid again, and what a reorganisation throws out of the chain is not lost:
//! storms of blocks on several branches, while everything ever confirmed is offered anew.

use std::collections::{BTreeMap, BTreeSet};

use shared::{
    hash::{BlockId, TransactionId},
    ledger::LedgerView as _,
    rules::transaction_isolated::CheckedTransaction,
};

use super::super::{Imported, View, check_transaction_bytes, testkit::*};
use crate::pool::{Limits, PoolError, Removal};

fn full() -> bool {
    std::env::var_os("HALFPENNY_FULL").is_some()
}

/// A block of a storm: what it holds, and its parent.
struct Made {
    parent: BlockId,
    payments: Vec<CheckedTransaction>,
}

/// A node, branches that grow at random, and every payment that was made.
struct Storm {
    forge: Forge,
    node: Node,
    random: Random,
    /// Blocks that may get children, the newest last.
    tips: Vec<BlockId>,
    made: BTreeMap<BlockId, Made>,
    payments: BTreeMap<TransactionId, CheckedTransaction>,
    /// Those that were in the node's own chain at some time.
    ever: BTreeSet<TransactionId>,
    reorganisations: u32,
}

impl Storm {
    fn new(seed: u64) -> Self {
        let chain = chain(|parameters| parameters.max_validity = 1 << 30);
        let forge = Forge::new(&chain);
        let tips = vec![forge.genesis()];
        let node = Node::with_limits(&chain, Limits { per_sender: 10_000, ..Limits::default() });
        let (made, payments, ever) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Self { forge, node, random: Random(seed), tips, made, payments, ever, reorganisations: 0 }
    }

    /// A block on the newest one or on one up to `back` before, with some new payments; submitted.
    fn block(&mut self, back: u64) {
        let skipped = if self.random.below(4) == 0 { self.random.below(back) } else { 0 };
        let skipped = usize::try_from(skipped).unwrap();
        let parent = self.tips[self.tips.len().saturating_sub(1 + skipped)];
        let tree = self.forge.state(&parent).1.clone();
        let mut payments = Vec::new();
        for from in 0..RICH {
            if self.random.below(3) > 0 {
                continue;
            }
            let nonce = tree.account(&account(from)).nonce;
            let (to, amount) = (self.random.key(20), 1 + self.random.below(50));
            let mut body =
                pay(&self.forge.chain, (from, nonce), to, amount, 1).transaction().body.clone();
            body.expires_at = 1 << 20;
            payments.push(sign(&self.forge.chain, from, body));
        }
        let (miner, gap) = (self.random.key(30), 1 + self.random.below(30));
        let block = self.forge.child(parent, miner, gap, &payments);
        if self.made.contains_key(&block.id()) {
            return;
        }
        for payment in &payments {
            self.payments.insert(payment.id(), payment.clone());
        }
        self.made.insert(block.id(), Made { parent, payments });
        self.tips.push(block.id());
        if let Imported::Changed(change) = self.node.submit(&block).unwrap() {
            self.reorganisations += u32::from(!change.reverted.is_empty());
            for block in &change.connected {
                self.ever.extend(self.made[&block.id].payments.iter().map(CheckedTransaction::id));
            }
        }
    }

    /// Every payment of the chain that ends in the node's tip.
    fn confirmed(&self) -> BTreeSet<TransactionId> {
        let mut id = self.node.tip();
        let mut confirmed = BTreeSet::new();
        while let Some(made) = self.made.get(&id) {
            confirmed.extend(made.payments.iter().map(CheckedTransaction::id));
            id = made.parent;
        }
        confirmed
    }
}

/// Nonces and balances of all that have any.
fn accounts(view: &View) -> Vec<(u64, u64)> {
    let accounts = (0..40).map(|number| view.account(&account(number)));
    accounts.map(|account| (account.nonce, account.balance.mites())).collect()
}

#[test]
fn everything_confirmed_is_offered_again_and_again_and_nothing_is_paid_twice() {
    let blocks = if full() { 1_000 } else { 80 };
    let mut storm = Storm::new(1);
    let (mut refused, mut back) = (0, 0);
    for number in 0..blocks {
        storm.block(6);
        if number % 10 != 9 {
            continue;
        }
        let confirmed = storm.confirmed();
        let expected = accounts(&storm.node.view());
        for _ in 0..3 {
            for id in &confirmed {
                let bytes = shared::encode::encode(storm.payments[id].transaction());
                let again = check_transaction_bytes(&bytes, &storm.forge.chain).unwrap();
                let Err(error @ PoolError::Ledger(_)) = storm.node.offer(&again) else {
                    panic!("{id} is paid a second time");
                };
                assert_eq!(error.code(), "transaction-nonce-used");
                refused += 1;
            }
        }
        // What fell out of the chain may come back, once; whatever comes of it, a block of it is valid.
        let lost = storm.payments.values().filter(|one| !confirmed.contains(&one.id()));
        back += lost.filter(|one| storm.node.offer(one).is_ok()).count();
        let view = storm.node.view();
        assert_eq!(view.pool().check_invariants(), Ok(()));
        assert_eq!(accounts(&view), expected);
        let template = view.template(account(9), GENESIS_TIME).unwrap();
        let again = template.block.transactions.iter().filter(|one| confirmed.contains(&one.id()));
        assert_eq!(again.count(), 0);
    }
    println!(
        "{blocks} blocks, {} reorganisations, {refused} refused, {back} back",
        storm.reorganisations
    );
    assert!(storm.reorganisations >= blocks / 20, "{}", storm.reorganisations);
}

#[test]
fn whatever_a_reorganisation_reverts_is_in_the_chain_or_waits_or_is_gone_for_a_reason() {
    let wanted = if full() { 500 } else { 25 };
    let mut storm = Storm::new(2);
    let (mut confirmed_again, mut waiting, mut gone) = (0, 0, 0);
    while storm.reorganisations < wanted {
        storm.block(8);
        let confirmed = storm.confirmed();
        let view = storm.node.view();
        let pool = view.pool();
        assert_eq!(pool.check_invariants(), Ok(()));
        (confirmed_again, waiting, gone) = (0, 0, 0);
        for id in &storm.ever {
            match (confirmed.contains(id), pool.contains(id)) {
                (true, true) => panic!("{id} is in a block and waits"),
                (true, false) => confirmed_again += 1,
                (false, true) => waiting += 1,
                // Only where another one with its nonce is in a block or waits.
                (false, false) => {
                    let body = &storm.payments[id].transaction().body;
                    let nonce = view.account(&body.sender).nonce;
                    let queued = pool.next_nonce(&body.sender).unwrap_or(nonce);
                    let why = pool.removal(id).map(|(_, why)| why);
                    assert!(body.nonce < queued, "{id} went: {why:?}");
                    assert!(matches!(why, Some(Removal::Replaced { .. })), "{id} went: {why:?}");
                    gone += 1;
                }
            }
        }
    }
    println!("{confirmed_again} in the chain, {waiting} wait, {gone} went");
    assert!(confirmed_again > 0 && gone > 0);
}
