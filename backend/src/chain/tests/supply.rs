//! No coin comes from nowhere and none is lost: random chains with reorganisations, against a ledger of
//! additions and subtractions that knows nothing of the rules' own code.

use std::collections::BTreeMap;

use shared::{
    account::AccountId, hash::BlockId, params::Chain,
    rules::transaction_isolated::CheckedTransaction, transaction::Body,
};

use super::super::{Imported, View, testkit::*, verify};

/// Blocks in every run, and with `HALFPENNY_FULL=1`.
const BLOCKS: (u64, u64) = (300, 10_000);
const REWARD: u64 = 5_000;
const HALVING: u64 = 120;

/// Nonce and balance of every account that ever was: the oracle.
type Naive = BTreeMap<AccountId, (u64, u64)>;

/// The reward at a height, counted down halving by halving.
fn reward(height: u64) -> u64 {
    let mut reward = REWARD;
    let mut last = HALVING;
    while height > last {
        (reward, last) = (reward / 2, last + HALVING);
    }
    reward
}

/// Payments of some keys, to others and to themselves, to one or several recipients; each is covered by
/// what its sender had before the block.
fn payments(forge: &Forge, ledger: &Naive, random: &mut Random) -> Vec<CheckedTransaction> {
    let mut made = Vec::new();
    let mut left = ledger.clone();
    for _ in 0..random.below(4) {
        let from = random.key(30);
        let (nonce, balance) = left.get(&account(from)).copied().unwrap_or_default();
        let count = 1 + random.below(3);
        let fee = random.below(60);
        let share = random.below(balance / 2 + 1) / count;
        if share == 0 || share * count + fee > balance {
            continue;
        }
        let mut body: Body =
            pay(&forge.chain, (from, nonce), from, 1, fee).transaction().body.clone();
        body.expires_at = 1_000_000;
        let payment = |_| shared::transaction::Payment {
            recipient: account(random.key(40)),
            amount: mites(share),
        };
        let list = (0..count).map(payment).collect();
        body.payments = shared::encode::Bounded::new(list).unwrap();
        made.push(sign(&forge.chain, from, body));
        left.insert(account(from), (nonce + 1, balance - share * count - fee));
    }
    made
}

/// What the transactions and the reward do, one addition after the other.
fn after(ledger: &Naive, payments: &[CheckedTransaction], miner: u8, height: u64) -> Naive {
    let mut ledger = ledger.clone();
    let mut income = reward(height);
    for payment in payments {
        let body = &payment.transaction().body;
        let sender = ledger.get_mut(&body.sender).unwrap();
        sender.0 += 1;
        sender.1 -= body.fee.mites();
        income += body.fee.mites();
        for payment in body.payments.iter() {
            ledger.get_mut(&body.sender).unwrap().1 -= payment.amount.mites();
            ledger.entry(payment.recipient).or_default().1 += payment.amount.mites();
        }
    }
    if income > 0 {
        ledger.entry(account(miner)).or_default().1 += income;
    }
    ledger
}

/// A chain whose reward halves often and whose difficulty moves.
fn issuing_chain() -> Chain {
    chain(|parameters| {
        parameters.first_target = shared::work::Target::from_zero_bits(3);
        parameters.half_life = 60;
        parameters.grace = 20;
        parameters.max_future = 20;
        parameters.max_validity = 1 << 30;
        parameters.reward = mites(REWARD);
        parameters.halving_interval = HALVING;
    })
}

/// Every account on disk.
fn stored(view: &View) -> Naive {
    let accounts = view.snapshot.accounts().unwrap().map(Result::unwrap);
    accounts.map(|(id, account)| (id, (account.nonce, account.balance.mites()))).collect()
}

fn total(ledger: &Naive) -> u64 {
    ledger.values().map(|(_, balance)| balance).sum()
}

#[test]
fn the_sum_of_all_balances_is_the_schedules_at_every_height_through_reorganisations() {
    let full = std::env::var_os("HALFPENNY_FULL").is_some();
    let count = if full { BLOCKS.1 } else { BLOCKS.0 };
    let chain = issuing_chain();
    let opening: u64 = u64::from(RICH) * OPENING;
    let mut forge = Forge::new(&chain);
    let mut node = Node::new(&chain);
    node.at(GENESIS_TIME + (1 << 35));
    let mut random = Random(7);
    let genesis: Naive = (0..RICH).map(|number| (account(number), (0, OPENING))).collect();
    // Of every block that still may get children: its ledger, height and what was issued until then.
    let mut ledgers: BTreeMap<BlockId, (Naive, u64, u64)> =
        BTreeMap::from([(forge.genesis(), (genesis, 0, opening))]);
    let mut made = vec![forge.genesis()];
    let (mut reverted, mut reorganisations, mut transactions) = (0, 0, 0);
    let mut number = 0;
    while number < count {
        // Mostly on the newest block, sometimes some blocks back on any branch.
        let back = if random.below(5) == 0 { random.below(12) } else { 0 };
        let parent = made[made.len().saturating_sub(1 + usize::try_from(back).unwrap())];
        let (ledger, height, issued) = ledgers[&parent].clone();
        let list = payments(&forge, &ledger, &mut random);
        let (miner, gap) = (random.key(40), 1 + random.below(19));
        let block = forge.child(parent, miner, gap, &list);
        let next = after(&ledger, &list, miner, height + 1);
        if ledgers.contains_key(&block.id()) {
            // By chance the same block once more.
            assert_eq!(node.submit(&block), Ok(Imported::Known));
            continue;
        }
        number += 1;
        let issued = issued + reward(height + 1);
        assert_eq!(total(&next), issued, "block {number}");
        assert_eq!(chain.parameters().supply_at(height + 1).mites(), issued);
        ledgers.insert(block.id(), (next, height + 1, issued));
        made.push(block.id());
        transactions += list.len();
        match node.submit(&block).unwrap() {
            Imported::Changed(change) => {
                reverted += change.reverted.len();
                reorganisations += usize::from(!change.reverted.is_empty());
            }
            outcome => assert_eq!(outcome, Imported::Side),
        }
        let view = node.view();
        let (expected, height, issued) = &ledgers[&view.tip().id];
        assert_eq!(view.height(), *height);
        assert!(stored(&view) == *expected, "block {number}: an account is not what it should be");
        assert_eq!(total(expected), *issued);
        drop(view);
        if number % 2_500 == 150 {
            node = node.restarted();
        }
        if ledgers.len() > 200 {
            let old = made.remove(0);
            ledgers.remove(&old);
        }
    }
    println!(
        "{count} blocks, {transactions} transactions, {reorganisations} reorganisations, {reverted} blocks reverted"
    );
    assert!(reorganisations >= usize::try_from(count / 60).unwrap(), "{reorganisations}");
    let folder = std::sync::Arc::clone(&node.folder);
    node.close();
    verify(folder.path(), &chain, |_| {}).unwrap();
}
