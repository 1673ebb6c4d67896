//! A few accounts side by side: what stands in the tree in the place of a small subtree.
//!
//! One piece of memory instead of many small ones: it is half as large, and to change an account in it
//! waits for memory once. The hash of each inner node of the subtree is kept with the first account on
//! that node's right side, of which every one with two sides has its own.

use super::{Node, bit, leaf_hash, node_hash, touched::Entry};
use crate::{hash::Hash, ledger::Account, parallel::join};
use alloc::{sync::Arc, vec::Vec};

/// Accounts in a bucket, at most.
pub(super) const MAX_ITEMS: usize = 8;
/// So few accounts are not worth a second core.
const FEW: usize = 4_096;

/// An account of a bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) key: Hash,
    pub(super) account: Account,
    leaf: Hash,
    /// Of the inner node whose right side begins here; at the first account, of the whole bucket.
    inner: Hash,
}

/// The accounts under one node: never none, in the order of their keys.
pub(super) type Bucket = Arc<[Item]>;

/// The hash of a whole bucket.
pub(super) fn hash(bucket: &Bucket) -> Hash {
    bucket.first().map_or(Hash::ZERO, |first| first.inner)
}

/// The account with this key.
pub(super) fn get<'a>(bucket: &'a Bucket, key: &Hash) -> Option<&'a Item> {
    // So few that looking at all of them is quicker than choosing among them.
    bucket.iter().find(|item| item.key == *key)
}

/// Goes the way of `key` through a bucket at `depth`: adds the hashes beside it to `siblings`, and
/// returns the account at its end.
pub(super) fn walk<'a>(
    bucket: &'a Bucket,
    depth: usize,
    key: &Hash,
    siblings: &mut Vec<Hash>,
) -> Option<&'a Item> {
    let (mut items, mut depth) = (&**bucket, depth);
    while items.len() > 1 {
        let (left, right) = items.split_at(middle(items, depth));
        let (side, sibling) = if bit(key, depth) { (right, left) } else { (left, right) };
        depth += 1;
        siblings.push(known_hash(sibling, depth));
        items = side;
    }
    items.first()
}

/// The node in the place of a bucket after what happened to `entries` (sorted by key, distinct, all under
/// it), and how many more accounts it has.
pub(super) fn update(bucket: &[Item], depth: usize, entries: &[Entry]) -> (Node, isize) {
    let stays = |Entry { change, .. }: &Entry| change.before.exists() && change.after.exists();
    if entries.iter().all(stays) {
        return (Node::Bucket(replace(bucket.into(), depth, entries)), 0);
    }
    let mut items = Vec::with_capacity(bucket.len().saturating_add(entries.len()));
    let mut old = bucket.iter().peekable();
    for Entry { key, change, .. } in entries {
        while let Some(item) = old.next_if(|item| item.key < *key) {
            items.push(*item);
        }
        old.next_if(|item| item.key == *key);
        if change.after.exists() {
            let leaf = leaf_hash(key, &change.after);
            items.push(Item { key: *key, account: change.after, leaf, inner: Hash::ZERO });
        }
    }
    items.extend(old);
    let more = items.len().cast_signed().saturating_sub(bucket.len().cast_signed());
    (build(items, depth), more)
}

/// The bucket after what happened to `entries`, of which none came or went: as nearly always. `copy` is
/// nobody else's yet.
fn replace(mut copy: Bucket, depth: usize, entries: &[Entry]) -> Bucket {
    let items = Arc::make_mut(&mut copy);
    let mut changed = 0_u32;
    for Entry { key, change, .. } in entries {
        let Some(place) = items.iter().position(|item| item.key == *key) else { continue };
        if let Some(item) = items.get_mut(place)
            && item.account != change.after
        {
            (item.account, item.leaf) = (change.after, leaf_hash(key, &change.after));
            changed |= 1 << place;
        }
    }
    seal_whole(items, depth, changed);
    copy
}

/// One bucket for both sides of a node at `depth`, if few enough accounts are under it.
pub(super) fn merged(left: &Node, right: &Node, depth: usize) -> Option<Node> {
    let items_of = |node: &Node| match node {
        Node::Empty => Some(Vec::new()),
        Node::Bucket(bucket) => Some(bucket.to_vec()),
        Node::Branch(_) => None,
    };
    let count = left.few()?.saturating_add(right.few()?);
    if count > MAX_ITEMS {
        return None;
    }
    let items = [items_of(left)?, items_of(right)?].concat();
    Some(build(items, depth))
}

/// The node for `items` at `depth`, whose inner nodes nothing is known of.
fn build(mut items: Vec<Item>, depth: usize) -> Node {
    if items.is_empty() {
        return Node::Empty;
    }
    if items.len() <= MAX_ITEMS {
        seal_whole(&mut items, depth, u32::MAX);
        return Node::Bucket(items.into());
    }
    let is_many = items.len() > FEW;
    let right = items.split_off(middle(&items, depth));
    let (left, right) = (move || build(items, depth + 1), move || build(right, depth + 1));
    let (left, right) = if is_many { join(left, right) } else { (left(), right()) };
    Node::branch(left, right)
}

/// Reckons the hashes of a whole bucket. Those over none of the `changed` items, a bit for each, are known.
fn seal_whole(items: &mut [Item], depth: usize, changed: u32) {
    let hash = seal(items, depth, changed);
    if let Some(first) = items.first_mut() {
        first.inner = hash;
    }
}

/// The hash of the node at `depth` over `items`, and of all below it.
fn seal(items: &mut [Item], depth: usize, changed: u32) -> Hash {
    match items {
        [] => Hash::ZERO,
        [only] => only.leaf,
        _ => {
            let middle = middle(items, depth);
            let count = u32::try_from(items.len());
            if count.is_ok_and(|count| changed.trailing_zeros() >= count) {
                return known_hash(items, depth);
            }
            let (left, right) = items.split_at_mut(middle);
            let right_changed =
                u32::try_from(middle).map_or(changed, |by| changed.unbounded_shr(by));
            let left_hash = seal(left, depth + 1, changed);
            let right_hash = seal(right, depth + 1, right_changed);
            let hash = node_hash(&left_hash, &right_hash);
            if let Some(first) = right.first_mut() {
                first.inner = hash;
            }
            hash
        }
    }
}

/// The hash of the node at `depth` over sealed `items`, which may be a part of a bucket.
fn known_hash(items: &[Item], depth: usize) -> Hash {
    match items {
        [] => Hash::ZERO,
        [only] => only.leaf,
        _ => match items.split_at(middle(items, depth)) {
            ([], right) => node_hash(&Hash::ZERO, &known_hash(right, depth + 1)),
            (left, []) => node_hash(&known_hash(left, depth + 1), &Hash::ZERO),
            (_, [first, ..]) => first.inner,
        },
    }
}

/// How many of `items`, which agree in all bits before `depth`, go to the left there.
fn middle(items: &[Item], depth: usize) -> usize {
    items.partition_point(|item| !bit(&item.key, depth))
}
