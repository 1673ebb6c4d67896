//! Thousands of accounts, so that buckets become branches and back, several cores take part, and keys
//! share long prefixes.

use super::*;
use alloc::collections::BTreeMap;
use std::vec::Vec;

/// splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// Changes, as a block would make them; the model follows.
fn change(
    tree: &StateTree,
    model: &mut BTreeMap<AccountId, Account>,
    changes: impl IntoIterator<Item = (AccountId, Account)>,
) -> (StateTree, LedgerDiff) {
    let mut diff = LedgerDiff::default();
    for (id, after) in changes {
        diff.0.insert(id, Change { before: tree.account(&id), after });
        if after.exists() {
            model.insert(id, after);
        } else {
            model.remove(&id);
        }
    }
    (tree.apply(&diff), diff)
}

/// How many accounts stand under a node. A branch stands only above more than a bucket holds, so that
/// a tree that shrank takes no more memory than one that never grew.
fn counted(node: &Node) -> usize {
    match node {
        Node::Empty => 0,
        Node::Bucket(items) => {
            assert!((1..=bucket::MAX_ITEMS).contains(&items.len()), "{}", items.len());
            items.len()
        }
        Node::Branch(branch) => {
            let count = counted(&branch.left) + counted(&branch.right);
            assert!(count > bucket::MAX_ITEMS, "{count}");
            count
        }
    }
}

/// Root, size, shape, every account and its proof; and proofs that `absent` accounts do not exist.
fn is_exactly(
    tree: &StateTree,
    model: &BTreeMap<AccountId, Account>,
    absent: impl Iterator<Item = u16>,
) {
    assert_eq!(tree.root(), naive_root(model));
    assert_eq!((tree.len(), tree.is_empty()), (model.len(), model.is_empty()));
    assert_eq!(counted(&tree.root), model.len());
    for (id, account) in model {
        assert_eq!(tree.account(id), *account);
        assert_eq!(tree.prove(id).verify(&tree.root(), id), Some(*account));
    }
    for id in absent.map(id).filter(|id| !model.contains_key(id)) {
        assert_eq!(tree.account(&id), Account::default());
        assert_eq!(tree.prove(&id).verify(&tree.root(), &id), Some(Account::default()));
    }
}

/// From nothing to 3,000 accounts, in steps of all sizes, and down to nothing again; each step undone once.
#[test]
fn a_tree_of_3000_accounts_equals_the_definition_up_and_down() {
    let (mut tree, mut model) = (StateTree::default(), BTreeMap::new());
    let empty = tree.root();
    let mut random = Random(1);
    let mut start = 0_u16;
    // Across the sizes of a bucket, of what is worth a second core, and of most blocks.
    for size in [1, 1, 2, 4, 8, 9, 16, 63, 64, 65, 255, 511, 513, 1_488] {
        let ids: Vec<u16> = (start..start + size).collect();
        start += size;
        let (next, diff) =
            change(&tree, &mut model, ids.iter().map(|n| (id(*n), account(1, u64::from(*n)))));
        assert_eq!(next.apply(&diff.reversed()).root(), tree.root());
        is_exactly(&next, &model, 3_000..3_100);
        assert_eq!(next.root(), StateTree::from_accounts(model.clone()).root());
        tree = next;
    }
    assert_eq!(tree.len(), 3_000);
    // Some change, some go, some come, in one step.
    for _ in 0..4 {
        let touched = (0..700).map(|_| {
            let number = u16::try_from(random.below(3_300)).unwrap();
            (id(number), account(random.below(2), random.below(3)))
        });
        let touched: BTreeMap<_, _> = touched.collect();
        let (next, diff) = change(&tree, &mut model, touched);
        let back = next.apply(&diff.reversed());
        assert_eq!((back.root(), back.len()), (tree.root(), tree.len()));
        tree = next;
    }
    is_exactly(&tree, &model, 0..3_300);
    // Down to nothing, in a shuffled order and ever smaller steps.
    let mut left: Vec<AccountId> = model.keys().copied().collect();
    for at in 0..left.len() {
        let other = usize::try_from(random.below(left.len() as u64)).unwrap();
        left.swap(at, other);
    }
    while !left.is_empty() {
        let some = left.split_off(left.len() / 2);
        let gone = some.into_iter().map(|id| (id, Account::default()));
        let (next, diff) = change(&tree, &mut model, gone);
        assert_eq!(next.apply(&diff.reversed()).root(), tree.root());
        is_exactly(&next, &model, 0..300);
        tree = next;
    }
    assert_eq!((tree.root(), tree.len()), (empty, 0));
    assert!(matches!(tree.root, Node::Empty));
}

/// To remove accounts that are not there, and to write what is there already, changes nothing.
#[test]
fn what_changes_nothing_leaves_the_root() {
    let all: BTreeMap<_, _> = (0..600).map(|number| (id(number), account(2, 7))).collect();
    let tree = StateTree::from_accounts(all.clone());
    let mut model = all.clone();
    let absent = (600..1_300).map(|number| (id(number), Account::default()));
    let (same, _) = change(&tree, &mut model, absent);
    assert_eq!((same.root(), same.len()), (tree.root(), 600));
    let (same, _) = change(&tree, &mut model, all.clone());
    assert_eq!((same.root(), same.len()), (tree.root(), 600));
    let (touched, places) = tree.touch(all.keys().copied().collect());
    assert_eq!(places.len(), 600);
    let (same, diff) = touched.into_tree();
    assert_eq!((same.root(), diff), (tree.root(), LedgerDiff::default()));
}

/// Ids that come several times have one place, whatever else there is.
#[test]
fn an_account_that_is_touched_twice_has_one_place() {
    let tree = StateTree::from_accounts((0..50).map(|number| (id(number), account(0, 9))));
    let ids: Vec<_> = (0..2_000_u16).map(|number| id(number % 700)).collect();
    let (mut touched, places) = tree.touch(ids.clone());
    for (position, place) in places.iter().enumerate() {
        assert_eq!(*place, places[position % 700]);
        let before = touched.get(*place);
        let balance = before.balance.checked_add(Amount::from_mites(1).unwrap()).unwrap();
        touched.set(*place, Account { balance, ..before });
    }
    let (next, diff) = touched.into_tree();
    assert_eq!(diff.0.len(), 700);
    for number in 0..700_u16 {
        let times = if number < 600 { 3 } else { 2 };
        let before = if number < 50 { 9 } else { 0 };
        assert_eq!(next.account(&id(number)), account(0, before + times), "{number}");
    }
}

/// So many at once that halves are halved again: each is read where it stands, and only that one changes.
#[test]
fn thousands_of_accounts_are_loaded_and_changed_in_one_sweep() {
    let balance = |number: u16| account(1, 1 + u64::from(number));
    let tree = StateTree::from_accounts((0..3_000).map(|number| (id(number), balance(number))));
    let numbers: Vec<u16> = (0..4_000).rev().collect();
    let (mut touched, places) = tree.touch(numbers.iter().map(|number| id(*number)).collect());
    for (number, place) in numbers.iter().zip(&places) {
        let expected = if *number < 3_000 { balance(*number) } else { Account::default() };
        assert_eq!(touched.get(*place), expected, "{number}");
        if number % 3 == 0 {
            touched.set(*place, account(2, 7));
        }
    }
    let (next, diff) = touched.into_tree();
    let all = (0..4_000).map(|number| match number {
        _ if number % 3 == 0 => (id(number), account(2, 7)),
        _ => (id(number), if number < 3_000 { balance(number) } else { Account::default() }),
    });
    let model: BTreeMap<_, _> = all.filter(|(_, account)| account.exists()).collect();
    assert_eq!(diff.0.len(), 1_334);
    is_exactly(&next, &model, 3_000..4_000);
    let back = next.apply(&diff.reversed());
    assert_eq!((back.root(), back.len()), (tree.root(), 3_000));
}

/// The tree after writing under keys of our own choice, which no hash would give.
fn written(tree: &StateTree, keys: &BTreeMap<Hash, Account>) -> StateTree {
    let nothing = Change { before: Account::default(), after: Account::default() };
    let entry = |key: &Hash| Entry { key: *key, id: AccountId(key.0), change: nothing };
    let mut entries: Vec<Entry> = keys.keys().map(entry).collect();
    let sweep = Sweep::load(&tree.root, 0, &mut entries);
    for (entry, after) in entries.iter_mut().zip(keys.values()) {
        entry.change.after = *after;
    }
    Touched { entries, sweep, accounts: tree.accounts }.into_tree().0
}

/// A key that begins with `shared` bits of `base` and goes on at random.
fn near(base: &Hash, shared: usize, random: &mut Random) -> Hash {
    let mut key = Hash::ZERO;
    key.0.fill_with(|| random.below(256).to_le_bytes()[0]);
    for depth in 0..shared {
        let mask = 0x80 >> (depth % 8);
        let place = &mut key.0[depth / 8];
        *place = (*place & !mask) | (base.0[depth / 8] & mask);
    }
    key
}

fn naive_keys(keys: &BTreeMap<Hash, Account>) -> Hash {
    naive(&keys.iter().map(|(key, account)| (*key, *account)).collect::<Vec<_>>(), 0)
}

/// Groups of keys that agree in 1 to 255 bits, mixed: deep chains of branches and buckets far down.
#[test]
fn keys_that_share_long_beginnings_make_the_tree_of_the_definition() {
    let mut random = Random(2);
    for (round, shared) in
        [1, 7, 8, 31, 63, 64, 65, 128, 200, 248, 254, 255].into_iter().enumerate()
    {
        let bases: Vec<Hash> = (0..3).map(|_| near(&Hash::ZERO, 0, &mut random)).collect();
        let (mut tree, mut model) = (StateTree::default(), BTreeMap::new());
        for step in 0..6_u64 {
            let mut changes = BTreeMap::new();
            for _ in 0..[1, 3, 9, 20, 60, 200][usize::try_from(step).unwrap()] {
                let base = &bases[usize::try_from(random.below(3)).unwrap()];
                // Mostly just there, sometimes leaving the way a little earlier.
                let agree = shared - usize::try_from(random.below(3)).unwrap().min(shared);
                changes.insert(near(base, agree, &mut random), account(step, 1 + random.below(9)));
            }
            let old = model.keys().copied().filter(|_| random.below(4) == 0).collect::<Vec<_>>();
            changes.extend(old.into_iter().map(|key| (key, account(0, random.below(2)))));
            let next = written(&tree, &changes);
            for (key, after) in changes {
                if after.exists() {
                    model.insert(key, after);
                } else {
                    model.remove(&key);
                }
            }
            assert_eq!(
                next.root(),
                naive_keys(&model),
                "round {round}, step {step}, {shared} bits"
            );
            assert_eq!(next.len(), model.len());
            tree = next;
        }
        // And all away again, half by half.
        while !model.is_empty() {
            let half = model.len().div_ceil(2);
            let gone: Vec<Hash> = model.keys().copied().take(half).collect();
            for key in &gone {
                model.remove(key);
            }
            tree = written(&tree, &gone.iter().map(|key| (*key, Account::default())).collect());
            assert_eq!(
                (tree.root(), tree.len()),
                (naive_keys(&model), model.len()),
                "{shared} bits"
            );
        }
        assert!(matches!(tree.root, Node::Empty));
    }
}

/// Two keys that differ in the last bit only stand under 255 nodes with one empty side each.
#[test]
fn two_keys_that_differ_in_the_last_bit_are_told_apart() {
    let (left, mut right) = (Hash([0xaa; 32]), Hash([0xaa; 32]));
    right.0[31] ^= 1;
    let both: BTreeMap<_, _> = [(left, account(0, 1)), (right, account(0, 2))].into();
    let tree = written(&StateTree::default(), &both);
    assert_eq!((tree.root(), tree.len()), (naive_keys(&both), 2));
    let Node::Bucket(items) = &tree.root else { panic!("two accounts are a bucket") };
    let mut siblings = Vec::new();
    let found = bucket::walk(items, 0, &right, &mut siblings).unwrap();
    assert_eq!((found.account, siblings.len()), (account(0, 2), 256));
    assert_eq!(siblings[255], leaf_hash(&left, &account(0, 1)));
    assert!(siblings[..255].iter().all(|sibling| *sibling == Hash::ZERO));
    // Many accounts elsewhere make branches of the first of those nodes.
    let mut random = Random(3);
    let mut more: BTreeMap<_, _> =
        (0..1_000).map(|_| (near(&Hash::ZERO, 0, &mut random), account(1, 0))).collect();
    let tree = written(&tree, &more);
    more.extend(both);
    assert_eq!((tree.root(), tree.len()), (naive_keys(&more), 1_002));
    let gone = [(left, Account::default())].into();
    more.remove(&left);
    assert_eq!(written(&tree, &gone).root(), naive_keys(&more));
}
