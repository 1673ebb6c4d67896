//! What moved through an account in all is what a walk through every block of the chain adds up to.

use std::collections::BTreeMap;

use shared::{
    account::AccountId, encode::Bounded, hash::BlockId, rules::block_isolated::CheckedBlock,
    rules::transaction_isolated::CheckedTransaction, transaction::Payment,
};

use super::super::{
    AccountTotals, Imported, Options, View,
    stage::{Head, Stage},
    start,
    testkit::*,
    verify,
};
use crate::store::{
    Batch, Durability, Store,
    tables::{Table, Totals},
};

/// Blocks in every run, and with `HALFPENNY_FULL=1`.
const BLOCKS: (u64, u64) = (400, 5_000);
/// Keys that pay, are paid and mine.
const KEYS: u64 = 20;

/// The oracle: every block of the chain from the first on, one addition after the other.
fn added_up(view: &View) -> BTreeMap<AccountId, AccountTotals> {
    let mut all: BTreeMap<AccountId, AccountTotals> = BTreeMap::new();
    for number in 0..RICH {
        all.entry(account(number)).or_default().opening = OPENING;
    }
    for height in 1..=view.height() {
        let id = view.block_id_at(height).unwrap().unwrap();
        let block = view.full_block(&id).unwrap().unwrap();
        let mut income = u128::from(view.chain().parameters().reward_at(height).mites());
        for transaction in block.transactions.iter() {
            let body = &transaction.body;
            let fee = u128::from(body.fee.mites());
            income += fee;
            all.entry(body.sender).or_default().fees += fee;
            for payment in body.payments.iter().filter(|one| one.recipient != body.sender) {
                let amount = u128::from(payment.amount.mites());
                all.entry(body.sender).or_default().sent += amount;
                all.entry(payment.recipient).or_default().received += amount;
            }
        }
        if income > 0 {
            let miner = all.entry(block.header.miner).or_default();
            miner.mined += income;
            miner.blocks += 1;
        }
    }
    all
}

/// Compares every key's totals, one that never did anything among them.
#[track_caller]
fn check(view: &View, what: &str) {
    let expected = added_up(view);
    for number in 0..u8::try_from(KEYS).unwrap() + 1 {
        let id = account(number);
        let expected = expected.get(&id).copied().unwrap_or_default();
        let got = view.totals(&id).unwrap();
        assert_eq!(got, expected, "{what}, key {number}");
        let balance = u128::from(expected.opening) + expected.received + expected.mined
            - expected.sent
            - expected.fees;
        assert_eq!(u128::from(view.account(&id).balance.mites()), balance, "{what}, key {number}");
    }
}

/// A payment to up to three recipients, the sender among them at times; often of no fee.
fn payment(forge: &Forge, from: u8, nonce: u64, random: &mut Random) -> CheckedTransaction {
    let fee = random.below(3) * random.below(40);
    let mut body = pay(&forge.chain, (from, nonce), from, 1, fee).transaction().body.clone();
    let count = 1 + random.below(3);
    let payment = |_| {
        let recipient = if random.below(4) == 0 { from } else { random.key(KEYS) };
        Payment { recipient: account(recipient), amount: mites(1 + random.below(90)) }
    };
    body.payments = Bounded::new((0..count).map(payment).collect()).unwrap();
    body.expires_at = 1 << 20;
    sign(&forge.chain, from, body)
}

/// A block on `parent` in which some of the rich keys pay, up to three times each.
fn block(forge: &mut Forge, parent: BlockId, random: &mut Random) -> CheckedBlock {
    let tree = forge.state(&parent).1.clone();
    let mut payments = Vec::new();
    for from in 0..RICH {
        let nonce = shared::ledger::LedgerView::account(&tree, &account(from)).nonce;
        let count = random.below(4);
        payments.extend((0..count).map(|more| payment(forge, from, nonce + more, random)));
    }
    let (miner, gap) = (random.key(KEYS), 1 + random.below(19));
    forge.child(parent, miner, gap, &payments)
}

#[test]
fn totals_are_the_sums_of_the_whole_history_through_reorganisations_and_restarts() {
    let full = std::env::var_os("HALFPENNY_FULL").is_some();
    let count = if full { BLOCKS.1 } else { BLOCKS.0 };
    // Ends with blocks that bring nothing but fees, and often nothing at all.
    let chain = chain(|parameters| {
        parameters.reward = mites(5_000);
        parameters.halving_interval = 12;
        parameters.max_validity = 1 << 30;
    });
    let mut forge = Forge::new(&chain);
    let mut node = Node::new(&chain);
    node.at(GENESIS_TIME + (1 << 35));
    let mut random = Random(11);
    let mut made = vec![forge.genesis()];
    let (mut reorganisations, mut reverted) = (0, 0);
    check(&node.view(), "genesis");
    for number in 0..count {
        let back = if random.below(4) == 0 { random.below(10) } else { 0 };
        let parent = made[made.len().saturating_sub(1 + usize::try_from(back).unwrap())];
        let block = block(&mut forge, parent, &mut random);
        made.push(block.id());
        if let Imported::Changed(change) = node.submit(&block).unwrap() {
            reorganisations += usize::from(!change.reverted.is_empty());
            reverted += change.reverted.len();
        }
        // Now as of the block's own view, and now after the writer has settled.
        if number % 7 == 0 {
            let _ = node.handle.submit_blocks_blocking(Vec::new());
        }
        if number % 5 == 0 || number + 20 > count {
            check(&node.view(), &format!("block {number}"));
        }
        if number % 150 == 149 {
            node = node.restarted();
            check(&node.view(), &format!("restart after block {number}"));
        }
    }
    println!("{count} blocks, {reorganisations} reorganisations, {reverted} blocks reverted");
    assert!(reorganisations >= usize::try_from(count / 40).unwrap(), "{reorganisations}");
    let folder = std::sync::Arc::clone(&node.folder);
    node.close();
    verify(folder.path(), &chain, |_| {}).unwrap();
}

/// The table is then as of an earlier block, and the rest follows from the blocks, now and at every
/// later start.
#[test]
fn a_node_that_was_killed_before_it_settled_its_totals_has_them_all() {
    let chain = chain(|parameters| parameters.max_validity = 1 << 30);
    let mut forge = Forge::new(&chain);
    let mut random = Random(3);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &chain).unwrap();
    let mut head = Head::load(&store.snapshot(), &chain).unwrap();
    let mut tip = forge.genesis();
    for _ in 0..4 {
        let block = block(&mut forge, tip, &mut random);
        tip = block.id();
        let mut stage = Stage::on(&head);
        stage.connect(&block, None).unwrap();
        let staged = stage.finish();
        store.commit(staged.batch, Durability::Synced).unwrap();
        head = staged.head;
    }
    assert!(store.snapshot().rows(Table::Totals, &[]).next().is_none());
    drop((store, head));
    for round in 0..3 {
        let (handle, writer) = start(Options::new(folder.path(), chain.clone())).unwrap();
        check(&handle.view(), &format!("start {round}"));
        let block = block(&mut forge, tip, &mut random);
        tip = block.id();
        assert!(handle.submit_blocks_blocking(vec![block]).remove(0).unwrap().is_stored());
        check(&handle.view(), &format!("block after start {round}"));
        block_on(handle.stop());
        drop(handle);
        writer.join().unwrap();
        verify(folder.path(), &chain, |_| {}).unwrap();
    }
}

#[test]
fn totals_that_do_not_follow_from_the_blocks_are_found() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    node.take(&[forge.child(forge.genesis(), 1, 10, &[pay(&chain, (0, 0), 30, 5, 1)])]);
    let closed = node.close();
    let folder = closed.folder.path().to_owned();
    let folder = folder.as_path();
    let row = |account: &AccountId| {
        let store = Store::open(folder, &chain).unwrap();
        store.snapshot().settled_totals(account).unwrap()
    };
    let put = |account: &AccountId, row: Option<Totals>| {
        let mut batch = Batch::default();
        match row {
            Some(row) => batch.put(Table::Totals, &account.0, &row.to_bytes()),
            None => batch.delete(Table::Totals, &account.0),
        }
        Store::open(folder, &chain).unwrap().commit(batch, Durability::Synced).unwrap();
    };
    let right = row(&account(0));
    assert_eq!(right, Totals { sent: 5, fees: 1, ..Totals::default() });
    assert!(verify(folder, &chain, |_| {}).is_ok());
    for (who, wrong, code) in [
        (0, Some(Totals { sent: 6, ..right }), "store-wrong-account"),
        (0, Some(Totals { blocks: 1, ..right }), "store-wrong-account"),
        (0, None, "store-wrong-account"),
        (30, Some(right), "store-wrong-rows"),
    ] {
        let before = row(&account(who));
        put(&account(who), wrong);
        assert_eq!(verify(folder, &chain, |_| {}).unwrap_err().code(), code, "{wrong:?}");
        put(&account(who), (before != Totals::default()).then_some(before));
    }
    assert!(verify(folder, &chain, |_| {}).is_ok());
    // A node does not show what cannot be.
    put(&account(30), Some(Totals { mined: 6, ..Totals::default() }));
    let node = closed.open();
    assert_eq!(node.view().totals(&account(30)).unwrap_err().code(), "store-damaged");
}

/// Else whoever asks for a busy account would add up the newest block again each time.
#[test]
fn what_is_settled_is_read_as_one_row() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let mut tip = forge.genesis();
    for nonce in 0..50 {
        let block = forge.child(tip, 0, 10, &[pay(&chain, (0, nonce), 30, 5, 1)]);
        tip = block.id();
        node.take(&[block]);
    }
    let begun = std::time::Instant::now();
    while node.view().snapshot.settled().unwrap() < 50 {
        assert!(begun.elapsed().as_secs() < 60, "the view is never one of settled tables");
        std::thread::yield_now();
    }
    let view = node.view();
    assert_eq!((view.height(), view.snapshot.unsettled(&chain).unwrap().len()), (50, 0));
    assert_eq!(view.totals(&account(0)).unwrap().sent, 250);
}
