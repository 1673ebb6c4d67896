//! Laws that hold for every chain: round trips, conservation, templates that are valid blocks.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kit;

use std::collections::BTreeMap;

use kit::{COIN, Kit, Random, account, mine, mites, parameters, policy};
use proptest::prelude::*;
use shared::{
    account::AccountId,
    amount::Amount,
    block::{Block, transactions_root},
    encode::{Bounded, decode, encode},
    header::Header,
    key::Signature,
    ledger::{Account, LedgerDiff, LedgerView as _},
    limits::{MAX_BLOCK_BYTES, MAX_TRANSACTION_BYTES},
    merkle::leaf,
    params::Parameters,
    rules::{
        block_in_chain::{self, ConnectedBlock},
        block_isolated,
        transaction_in_ledger::{Touching, apply},
        transaction_isolated::{check, check_many},
    },
    state_tree::{StateProof, StateTree},
    template,
    transaction::{Authorization, Transaction},
};

/// A few transactions that apply to the tip, among them shared and self payments.
fn transactions(kit: &Kit, random: &mut Random) -> Vec<Transaction> {
    let mut all = Vec::new();
    for from in 1..=4_u8 {
        for offset in 0..random.below(3) {
            let to = [account(1 + u8::try_from(random.below(6)).unwrap()), policy().account()];
            let payments: Vec<_> = to
                .iter()
                .take(1 + usize::try_from(random.below(2)).unwrap())
                .map(|to| (*to, 1 + random.below(COIN)))
                .collect();
            let mut body = kit.body(account(from), &payments, random.below(100));
            body.nonce += offset;
            all.push(kit.sign(body, from));
        }
    }
    if random.below(3) == 0 {
        let body = kit.body(policy().account(), &[(account(2), 1 + random.below(COIN))], 3);
        all.push(kit.sign_shared(body, &[0, 1]));
    }
    all
}

/// Mines a block from whatever applies, and checks the laws that concern one block.
fn step(kit: &mut Kit, random: &mut Random) -> ConnectedBlock {
    let genesis = kit.chain.genesis_id();
    let candidates: Vec<_> = transactions(kit, random)
        .into_iter()
        .map(|transaction| check(transaction, &genesis).unwrap())
        .collect();
    let time = kit.state.header().timestamp + random.below(40);
    let miner = account(1 + u8::try_from(random.below(8)).unwrap());
    let template =
        template::assemble(&kit.state, &kit.tree, miner, time, &candidates, |_, _| {}).unwrap();
    let offer = template::check_offer(
        &kit.chain,
        kit.state.header(),
        miner,
        &template.block.header,
        &template.block.transactions,
    );
    assert_eq!(offer, Ok(template.block.header.core()));
    let (before, root) = (kit.tree.clone(), kit.tree.root());
    let connected = kit.accept(mine(template.block));
    assert_eq!(connected.fees, template.fees);
    assert_eq!(connected.reward, template.reward);
    let back = connected.tree.apply(&connected.diff.reversed());
    assert_eq!((back.root(), back.len()), (root, before.len()), "reverting is the identity");
    assert_eq!(
        decode::<LedgerDiff>(&encode(&connected.diff), usize::MAX),
        Ok(connected.diff.clone())
    );
    connected
}

fn supply(kit: &Kit) -> Amount {
    let mut all: Vec<_> = (1..=20).map(account).collect();
    all.push(policy().account());
    Amount::sum(all.iter().map(|id| kit.tree.account(id).balance)).unwrap()
}

#[test]
fn templates_always_connect_and_supply_equals_the_schedule_at_every_height_of_random_forks() {
    for seed in 0..12 {
        let mut random = Random(seed);
        let mut kit =
            Kit::new(Parameters { halving_interval: 20, max_new_accounts: 100, ..parameters() });
        let mut trunk: Vec<Kit> = Vec::new();
        for _ in 0..60 {
            // A reorganisation: go back a few blocks and continue differently.
            if random.below(6) == 0 && trunk.len() > 4 {
                let back = trunk.len() - 1 - usize::try_from(random.below(4)).unwrap();
                kit = trunk[back].clone();
                trunk.truncate(back);
            }
            trunk.push(kit.clone());
            step(&mut kit, &mut random);
            assert_eq!(
                supply(&kit),
                kit.chain.parameters().supply_at(kit.state.height()),
                "seed {seed}"
            );
        }
    }
}

#[test]
fn offers_that_cheat_are_refused() {
    let kit = Kit::new(parameters());
    let block = kit.block(&[kit.pay(1, 2, COIN, 5)], 4, 10);
    let verdict = |header: &Header, transactions: &[Transaction]| {
        template::check_offer(&kit.chain, kit.state.header(), account(4), header, transactions)
            .map(|_| ())
            .map_err(|error| error.code())
    };
    let good = block.header.clone();
    assert_eq!(verdict(&good, &block.transactions), Ok(()));
    assert_eq!(
        verdict(&Header { miner: account(5), ..good.clone() }, &block.transactions),
        Err("offer-wrong-miner")
    );
    assert_eq!(
        verdict(&Header { height: 2, ..good.clone() }, &block.transactions),
        Err("offer-wrong-parent")
    );
    assert_eq!(
        verdict(
            &Header { previous: shared::hash::Hash::ZERO, ..good.clone() },
            &block.transactions
        ),
        Err("offer-wrong-parent")
    );
    assert_eq!(verdict(&good, &[]), Err("offer-wrong-body"));
    assert_eq!(
        verdict(&Header { clock: good.clock + 1, ..good.clone() }, &block.transactions),
        Err("offer-wrong-target")
    );
    assert_eq!(
        verdict(
            &Header { target: shared::work::Target::HARDEST, ..good.clone() },
            &block.transactions
        ),
        Err("offer-wrong-target")
    );
    assert_eq!(
        verdict(
            &Header { timestamp: kit.state.header().timestamp, ..good.clone() },
            &block.transactions
        ),
        Err("offer-wrong-target")
    );
    assert_eq!(verdict(&Header { version: 9, ..good }, &block.transactions), Err("offer-invalid"));
}

/// §6: a body that another header commits to is its sender's fault; everything else condemns the block.
#[test]
fn only_a_body_of_another_header_says_nothing_about_the_header() {
    let kit = Kit::new(parameters());
    let good = kit.block(&[kit.pay(1, 2, COIN, 5)], 4, 10);
    let verdict = |header: &Header, transactions: &[Transaction]| {
        let transactions = Bounded::new(transactions.to_vec()).unwrap();
        let block = mine(Block { header: header.clone(), transactions });
        let error = block_isolated::check(block, &kit.chain).unwrap_err();
        (error.code(), error.is_foreign_body())
    };
    let own = &good.transactions;
    let mut forged = own[0].clone();
    forged.authorization = Authorization::Key(Signature([1; 64]));
    assert_eq!(verdict(&good.header, &[]), ("block-wrong-count", true));
    assert_eq!(verdict(&good.header, &[kit.pay(1, 2, COIN, 6)]), ("block-wrong-body", true));
    assert_eq!(verdict(&good.header, &[forged.clone()]), ("block-wrong-body", true));
    let header = Header { miner: AccountId([0; 32]), ..good.header.clone() };
    assert_eq!(verdict(&header, own), ("block-small-order-miner", false));
    let header = Header { transactions_root: transactions_root(&[forged.clone()]), ..good.header };
    assert_eq!(verdict(&header, &[forged]), ("transaction-signature", false));
}

/// What a check remembers, so that nobody has to compute it again, is what it was computed from.
#[test]
fn what_was_checked_knows_its_id_its_size_and_its_parts() {
    let kit = Kit::new(parameters());
    let payments = [(account(2), COIN), (account(3), 7)];
    let shared = kit.sign_shared(kit.body(policy().account(), &payments, 3), &[0, 2]);
    let block = kit.block(&[kit.pay(1, 2, COIN, 5), shared.clone()], 4, 10);
    let checked = block_isolated::check(block.clone(), &kit.chain).unwrap();
    assert_eq!((checked.header(), checked.id()), (&block.header, block.header.id()));
    assert_eq!(checked.size(), encode(&block).len());
    assert_eq!((checked.transactions().len(), checked.to_block()), (2, block));
    let one = &checked.transactions()[1];
    let bytes = encode(&shared);
    assert_eq!((one.transaction(), one.id(), one.leaf()), (&shared, shared.id(), leaf(&bytes)));
    assert_eq!((one.size(), one.debit()), (bytes.len(), mites(COIN + 7 + 3)));
}

#[test]
fn a_hundred_empty_blocks_of_one_miner_have_distinct_ids() {
    let mut kit = Kit::new(parameters());
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..100 {
        kit.accept(kit.block(&[], 9, 1));
        ids.insert(kit.state.id());
    }
    assert_eq!(ids.len(), 100);
}

/// Bytes that decode encode back to themselves, whatever they are.
fn identity<T: borsh::BorshDeserialize + borsh::BorshSerialize>(
    bytes: &[u8],
    limit: usize,
) -> bool {
    decode::<T>(bytes, limit).map_or(true, |value| encode(&value) == bytes)
}

fn example_bytes() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let kit = Kit::new(parameters());
    let shared = kit
        .sign_shared(kit.body(policy().account(), &[(account(2), 7), (account(3), 8)], 3), &[0, 2]);
    let block = kit.block(&[kit.pay(1, 2, COIN, 5), shared.clone()], 4, 10);
    (encode(&shared), encode(&block), encode(&kit.tree.prove(&account(1))))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn prop_mutated_bytes_that_decode_encode_to_themselves(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..5)
    ) {
        let (transaction, block, proof) = example_bytes();
        for (which, original) in [transaction, block, proof].into_iter().enumerate() {
            let mut bytes = original;
            for (index, byte, how) in &edits {
                let at = index.index(bytes.len());
                match how {
                    0 => bytes[at] = *byte,
                    1 => bytes.insert(at, *byte),
                    _ => { bytes.remove(at); }
                }
            }
            let same = match which {
                0 => identity::<Transaction>(&bytes, MAX_TRANSACTION_BYTES),
                1 => identity::<Block>(&bytes, MAX_BLOCK_BYTES),
                _ => identity::<StateProof>(&bytes, 10_000),
            };
            prop_assert!(same);
        }
    }

    #[test]
    fn prop_random_bytes_that_decode_encode_to_themselves(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(identity::<Transaction>(&bytes, MAX_TRANSACTION_BYTES));
        prop_assert!(identity::<Header>(&bytes, 1_000));
        prop_assert!(identity::<Block>(&bytes, MAX_BLOCK_BYTES));
        prop_assert!(identity::<Parameters>(&bytes, 10_000));
    }

    #[test]
    fn prop_what_is_encoded_decodes_to_itself(amounts in prop::collection::vec(0..1_u64 << 53, 1..17), memo in prop::collection::vec(any::<u8>(), 0..81), fee in 0..1_u64 << 53) {
        let kit = Kit::new(parameters());
        let payments: Vec<_> = amounts.iter().enumerate().map(|(i, amount)| (account(u8::try_from(i).unwrap() + 1), *amount)).collect();
        let mut body = kit.body(account(1), &payments, fee);
        body.memo = shared::encode::Bounded::new(memo).unwrap();
        let transaction = kit.sign(body, 1);
        prop_assert_eq!(decode::<Transaction>(&encode(&transaction), MAX_TRANSACTION_BYTES), Ok(transaction));
    }
}

#[test]
fn many_transactions_get_the_verdicts_that_each_gets_alone() {
    let kit = Kit::new(parameters());
    let genesis = kit.chain.genesis_id();
    let mut random = Random(3);
    for _ in 0..30 {
        let mut all = transactions(&kit, &mut random);
        for transaction in &mut all {
            if random.below(4) == 0 {
                transaction.body.nonce += 1;
            }
            if random.below(9) == 0 {
                transaction.body.version = 3;
            }
        }
        let alone: Vec<_> = all.iter().map(|one| check(one.clone(), &genesis)).collect();
        assert_eq!(check_many(all, &genesis, &shared::key::verify_all), alone);
    }
}

#[test]
fn balances_that_would_leave_the_range_are_refused_without_a_trace() {
    let mut kit = Kit::new(parameters());
    kit.accept(kit.block(&[kit.pay(1, 2, COIN, 5)], 4, 10));
    let rich = Account { nonce: 0, balance: Amount::MAX };
    let payment = check(kit.pay(1, 2, COIN, 5), &kit.chain.genesis_id()).expect("valid");
    let payer = Account { nonce: 1, balance: mites(2 * COIN) };
    let mut ledger = BTreeMap::from([(account(1), payer), (account(2), rich)]);
    let before = ledger.clone();
    let verdict = apply(&kit.chain, 2, &mut ledger, &Touching::from(&payment));
    assert_eq!(verdict.map_err(|error| error.code()), Err("transaction-balance-overflow"));
    assert_eq!(ledger, before);

    let block = block_isolated::check(kit.block(&[], 4, 10), &kit.chain).expect("valid");
    let tree = StateTree::from_accounts([(account(4), rich)]);
    let verdict = block_in_chain::connect(&kit.state, &tree, &block).map(|_| ());
    assert_eq!(verdict.map_err(|error| error.code()), Err("block-reward-overflow"));
}
