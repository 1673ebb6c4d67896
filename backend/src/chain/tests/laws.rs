//! Laws that hold for every chain, tried on random ones.

use proptest::prelude::*;
use shared::{amount::Amount, hash::BlockId, rules::block_isolated::CheckedBlock};

use super::super::{
    check_block,
    stage::{Head, Stage, Staged},
    testkit::*,
};
use crate::store::{Durability, Store, tables::Table};

/// One block of a random chain: its miner, the seconds after its parent, and payments (from, to,
/// amount, fee).
type Plan = (u8, u64, Vec<(u8, u8, u64, u64)>);

fn plan() -> impl Strategy<Value = Plan> {
    let payment = (0..RICH + 4, 0..RICH + 12, 1..3_000_u64, 0..50_u64);
    (0..RICH + 12, 1..40_u64, prop::collection::vec(payment, 0..6))
}

/// The block of a plan on `parent`; payments that nobody can make are left out.
fn forge_block(forge: &mut Forge, parent: BlockId, plan: &Plan) -> CheckedBlock {
    let (miner, gap, payments) = plan;
    let (_, tree) = forge.state(&parent).clone();
    let mut ledger = std::collections::BTreeMap::new();
    let mut transactions = Vec::new();
    for &(from, to, amount, fee) in payments {
        use shared::ledger::LedgerView as _;
        let sender = account(from);
        let before = ledger.get(&sender).copied().unwrap_or_else(|| tree.account(&sender));
        let Some(balance) = before.balance.checked_sub(mites(amount + fee)) else { continue };
        transactions.push(pay(&forge.chain, (from, before.nonce), to, amount, fee));
        let nonce = before.nonce + 1;
        // What is received within the block is not counted on, so that every order is possible.
        ledger.insert(sender, shared::ledger::Account { nonce, balance });
    }
    forge.child(parent, *miner, *gap, &transactions)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Connect k, then revert k: every table is byte for byte what it was, the bodies and index entries
    /// of blocks that were stored apart.
    #[test]
    fn prop_connect_then_revert_is_identity(plans in prop::collection::vec(plan(), 1..8)) {
        let chain = chain(|_| {});
        let mut forge = Forge::new(&chain);
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &chain).unwrap();
        let mut head = Head::load(&store.snapshot(), &chain).unwrap();
        let kept = [Table::Blocks, Table::Index];
        let mut dumps = Vec::new();
        let mut tip = forge.genesis();
        for plan in &plans {
            dumps.push(dump_of(&store, &kept));
            let block = forge_block(&mut forge, tip, plan);
            tip = block.id();
            let mut stage = Stage::on(&head);
            stage.connect(&block, None).unwrap();
            head = write(&store, stage);
            prop_assert_eq!(head.tree.root(), forge.state(&tip).1.root());
        }
        // One by one.
        let top = head.clone();
        for expected in dumps.iter().rev() {
            let mut stage = Stage::on(&head);
            stage.revert(&store.snapshot()).unwrap();
            head = write(&store, stage);
            prop_assert_eq!(&dump_of(&store, &kept), expected);
        }
        prop_assert_eq!(head.state.id(), chain.genesis_id());
        prop_assert_eq!(head.arrivals, top.arrivals);
    }

    /// All balances together are what the schedule says, at every height, through reorganisations; and
    /// the node ends with the state that follows from its own chain alone.
    #[test]
    fn prop_supply_equals_the_schedule_through_reorganisations(
        steps in prop::collection::vec((0..6_usize, plan()), 1..30)
    ) {
        let chain = lively_chain();
        let mut forge = Forge::new(&chain);
        let node = Node::new(&chain);
        node.at(GENESIS_TIME + 1_000_000);
        let mut blocks = vec![forge.genesis()];
        for (back, plan) in &steps {
            // A parent among the latest blocks of any branch.
            let parent = blocks[blocks.len().saturating_sub(1 + back)];
            let block = forge_block(&mut forge, parent, plan);
            blocks.push(block.id());
            if !node.submit(&block).unwrap().is_stored() {
                prop_assert!(false, "not stored");
            }
            let view = node.view();
            let accounts = view.snapshot.accounts().unwrap();
            let accounts = accounts.map(|row| row.unwrap().1.balance);
            prop_assert_eq!(Amount::sum(accounts), Some(chain.parameters().supply_at(view.height())));
            let best = blocks.iter().map(|id| forge.state(id).0.work()).max();
            prop_assert_eq!(Some(view.tip().work), best);
            prop_assert_eq!(view.tree().root(), forge.state(&view.tip().id).1.root());
            prop_assert_eq!(view.pool().check_invariants(), Ok(()));
        }
        let folder = std::sync::Arc::clone(&node.folder);
        node.close();
        super::super::verify(folder.path(), &chain, |_| {}).unwrap();
    }

    /// Whatever waits, the template made of it is a valid block.
    #[test]
    fn prop_a_template_of_any_pool_connects(
        offers in prop::collection::vec((0..RICH, 0..3_u64, 0..60_u8, 1..600_000_u64, 0..2_000_u64), 0..60),
        blocks in 1..4_usize,
    ) {
        let chain = chain(|parameters| {
            parameters.max_block_bytes = 4_096;
            parameters.max_new_accounts = 5;
        });
        let node = Node::new(&chain);
        for (from, skip, to, amount, fee) in offers {
            let next = node.view().pool().next_nonce(&account(from)).unwrap_or(0);
            let nonce = next.saturating_sub(skip);
            let _ = node.offer(&pay(&chain, (from, nonce), to, amount, fee));
        }
        prop_assert_eq!(node.view().pool().check_invariants(), Ok(()));
        for _ in 0..blocks {
            let view = node.view();
            let template = view.template(account(9), GENESIS_TIME).unwrap();
            let bytes = shared::encode::encode(&template.block);
            prop_assert!(bytes.len() <= chain.max_block_bytes());
            prop_assert!(!template.block.transactions.is_empty() || view.pool().is_empty());
            let block = check_block(mined(template.block), &view).unwrap();
            let expected = block.id();
            node.submit(&block).unwrap();
            prop_assert_eq!(node.tip(), expected);
            prop_assert_eq!(node.view().pool().check_invariants(), Ok(()));
        }
    }
}

/// Writes a stage with its accounts and totals, as the writer does it.
fn write(store: &Store, stage: Stage) -> Head {
    let Staged { head, mut batch, unsettled, .. } = stage.finish();
    batch.settle(&store.snapshot(), head.state.height(), unsettled).unwrap();
    store.commit(batch, Durability::Handed).unwrap();
    head
}

fn dump_of(store: &Store, without: &[Table]) -> Dump {
    let snapshot = store.snapshot();
    let tables = Table::ALL.into_iter().filter(|table| !without.contains(table));
    let rows = |table| {
        let rows = snapshot.rows(table, &[]).map(Result::unwrap).map(|(key, value)| {
            // The count of arrivals counts bodies that are kept.
            let value = if &*key == b"arrivals" { Vec::new() } else { value.to_vec() };
            (key.to_vec(), value)
        });
        rows.collect()
    };
    tables.map(|table| (table.name(), rows(table))).collect()
}
