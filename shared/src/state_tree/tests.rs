use super::*;
use crate::{amount::Amount, ledger::Change};
use alloc::collections::BTreeMap;
use proptest::prelude::*;

mod large;

/// The definition of §7, word for word: the oracle.
fn naive(entries: &[(Hash, Account)], depth: usize) -> Hash {
    match entries {
        [] => Hash::ZERO,
        [(key, account)] => leaf_hash(key, account),
        _ => {
            let (right, left): (Vec<_>, Vec<_>) =
                entries.iter().copied().partition(|(key, _)| bit(key, depth));
            node_hash(&naive(&left, depth + 1), &naive(&right, depth + 1))
        }
    }
}

fn naive_root(accounts: &BTreeMap<AccountId, Account>) -> Hash {
    let entries: Vec<_> = accounts.iter().map(|(id, account)| (key_of(id), *account)).collect();
    naive(&entries, 0)
}

fn id(number: u16) -> AccountId {
    let mut bytes = [7; 32];
    bytes[..2].copy_from_slice(&number.to_le_bytes());
    AccountId(bytes)
}

fn account(nonce: u64, mites: u64) -> Account {
    Account { nonce, balance: Amount::from_mites(mites).unwrap() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn prop_the_root_equals_the_naive_recomputation_and_undoing_restores_it(
        steps in prop::collection::vec(prop::collection::btree_map(0_u16..60, (0_u64..3, 0_u64..4), 0..12), 1..12)
    ) {
        let mut all = BTreeMap::new();
        let mut tree = StateTree::default();
        for step in steps {
            let mut diff = LedgerDiff::default();
            for (number, (nonce, mites)) in step {
                let (id, after) = (id(number), account(nonce, mites));
                let before = all.account(&id);
                diff.0.insert(id, Change { before, after });
                if after.exists() { all.insert(id, after); } else { all.remove(&id); }
            }
            let next = tree.apply(&diff);
            prop_assert_eq!(next.root(), naive_root(&all));
            prop_assert_eq!(next.len(), all.len());
            let back = next.apply(&diff.reversed());
            prop_assert_eq!(back.root(), tree.root());
            prop_assert_eq!(back.len(), tree.len());
            tree = next;
        }
        for number in 0..70 {
            let proof = tree.prove(&id(number));
            prop_assert_eq!(tree.account(&id(number)), all.account(&id(number)));
            prop_assert_eq!(proof.verify(&tree.root(), &id(number)), Some(all.account(&id(number))));
        }
    }
}

#[test]
fn a_proof_of_something_else_is_refused() {
    let tree = StateTree::from_accounts(
        (0..50).map(|number| (id(number), account(1, u64::from(number) + 1))),
    );
    let proof = tree.prove(&id(3));
    let root = tree.root();
    assert_eq!(proof.verify(&root, &id(3)), Some(account(1, 4)));
    assert_eq!(proof.verify(&Hash::ZERO, &id(3)), None);
    assert_eq!(proof.verify(&root, &id(4)), None);
    let Terminal::Leaf { key, .. } = proof.terminal else { panic!("the account exists") };
    let richer =
        StateProof { terminal: Terminal::Leaf { key, account: account(1, 5) }, ..proof.clone() };
    assert_eq!(richer.verify(&root, &id(3)), None);
    let absent = StateProof { terminal: Terminal::Empty, ..proof.clone() };
    assert_eq!(absent.verify(&root, &id(3)), None);
    let mut siblings = proof.siblings.to_vec();
    siblings.pop();
    let shorter = StateProof { siblings: crate::encode::Bounded::new(siblings).unwrap(), ..proof };
    assert_eq!(shorter.verify(&root, &id(3)), None);
}

/// A present account cannot be shown as absent by another leaf: that leaf's key leaves the path.
#[test]
fn no_leaf_proves_the_absence_of_an_account_that_exists() {
    let tree = StateTree::from_accounts((0..200).map(|number| (id(number), account(0, 1))));
    for present in 0..200 {
        for other in 0..200 {
            let verdict = tree.prove(&id(other)).verify(&tree.root(), &id(present));
            assert!(verdict.is_none() || verdict == Some(account(0, 1)), "{other} for {present}");
        }
    }
    assert_eq!(
        StateTree::default().prove(&id(0)).verify(&Hash::ZERO, &id(0)),
        Some(Account::default())
    );
}

/// Nor under a root that was made for it: a leaf says nothing about a key that is not on its path.
#[test]
fn a_leaf_beside_the_path_shows_nothing_whatever_the_root_is() {
    let here = id(0);
    let elsewhere = |number: &u16| bit(&key_of(&id(*number)), 0) != bit(&key_of(&here), 0);
    let key = key_of(&id((1..).find(elsewhere).unwrap()));
    let leaf = leaf_hash(&key, &account(0, 1));
    let on_path = bit(&key_of(&here), 0);
    let (left, right) = if on_path { (Hash::ZERO, leaf) } else { (leaf, Hash::ZERO) };
    let siblings = crate::encode::Bounded::new(alloc::vec![Hash::ZERO]).unwrap();
    let terminal = Terminal::Leaf { key, account: account(0, 1) };
    let proof = StateProof { siblings, terminal };
    assert_eq!(proof.verify(&node_hash(&left, &right), &here), None);
}
