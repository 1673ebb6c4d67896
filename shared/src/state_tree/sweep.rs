//! Many accounts in one sweep over the tree, level by level.
//!
//! A tree of many accounts is much larger than any cache, and to follow one path after the other is to
//! wait for memory at each step. Level by level the steps do not depend on each other, so that the
//! processor waits for many at a time; above that, both halves of the tree go to different cores.

use super::{Node, bit, bucket, key_of, touched::Entry};
use crate::{account::AccountId, hash::Hash, ledger::Change, parallel::join};
use alloc::{boxed::Box, vec::Vec};
use core::ops::Range;

/// So few accounts are not worth a second core.
pub(super) const FEW: usize = 512;

/// The keys of `ids`, in their order.
pub(super) fn keys_of(ids: &[AccountId], keys: &mut [Hash]) {
    if ids.len() <= FEW {
        keys.iter_mut().zip(ids).for_each(|(key, id)| *key = key_of(id));
        return;
    }
    let half = ids.len() / 2;
    let ((ids, more_ids), (keys, more_keys)) = (ids.split_at(half), keys.split_at_mut(half));
    join(|| keys_of(ids, keys), || keys_of(more_ids, more_keys));
}

/// The way to some accounts, found once for reading and for writing them.
#[derive(Debug)]
pub(super) enum Sweep<'a> {
    /// So many accounts that the two halves are worth a core each.
    Halves(Box<(Self, Self)>),
    /// All nodes on the way, level by level, so that those below a node come after it.
    Steps(Vec<Step<'a>>),
}

/// A node on the way to some accounts.
#[derive(Debug)]
pub(super) struct Step<'a> {
    node: &'a Node,
    depth: usize,
    /// Positions of the accounts under it.
    entries: Range<usize>,
    /// For a branch, the positions of the steps below it; `None` where no account is.
    left: Option<usize>,
    right: Option<usize>,
}

impl<'a> Sweep<'a> {
    /// Finds the way from `node`, which stands at `depth`, to `entries`, all under it, and loads them.
    pub(super) fn load(node: &'a Node, depth: usize, entries: &mut [Entry]) -> Self {
        if let Node::Branch(branch) = node
            && entries.len() > FEW
        {
            let (lower, upper) = entries.split_at_mut(middle(entries, depth));
            return Self::Halves(Box::new(join(
                || Self::load(&branch.left, depth + 1, lower),
                || Self::load(&branch.right, depth + 1, upper),
            )));
        }
        let mut steps = Vec::with_capacity(entries.len().saturating_mul(4));
        steps.push(Step { node, depth, entries: 0..entries.len(), left: None, right: None });
        let mut position = 0;
        while let Some(step) = steps.get(position) {
            let (depth, range) = (step.depth, step.entries.clone());
            if let Node::Branch(branch) = step.node {
                let here = entries.get(range.clone()).unwrap_or_default();
                let middle = range.start + middle(here, depth);
                let mut below = |node: &'a Node, entries: Range<usize>| {
                    if entries.is_empty() {
                        return None;
                    }
                    let step = Step { node, depth: depth + 1, entries, left: None, right: None };
                    steps.push(step);
                    Some(steps.len() - 1)
                };
                let left = below(&branch.left, range.start..middle);
                let right = below(&branch.right, middle..range.end);
                if let Some(step) = steps.get_mut(position) {
                    (step.left, step.right) = (left, right);
                }
            }
            position += 1;
        }
        for step in &steps {
            if let Node::Bucket(items) = step.node
                && let Some(entries) = entries.get_mut(step.entries.clone())
            {
                for entry in entries {
                    let account = bucket::get(items, &entry.key).map(|item| item.account);
                    let before = account.unwrap_or_default();
                    entry.change = Change { before, after: before };
                }
            }
        }
        Self::Steps(steps)
    }

    /// The node in the place of the first after what happened to the accounts, and how many more
    /// accounts are under it. Each touched node is hashed once.
    pub(super) fn update(&self, depth: usize, entries: &[Entry]) -> (Node, isize) {
        match self {
            Self::Halves(halves) => {
                let (lower, upper) = entries.split_at(middle(entries, depth));
                let ((left, fewer), (right, more)) = join(
                    || halves.0.update(depth + 1, lower),
                    || halves.1.update(depth + 1, upper),
                );
                (Node::join(left, right, depth), fewer.saturating_add(more))
            }
            Self::Steps(steps) => rebuild(steps, entries),
        }
    }
}

/// How many of `entries`, which agree in all bits before `depth`, go to the left there.
fn middle(entries: &[Entry], depth: usize) -> usize {
    entries.partition_point(|entry| !bit(&entry.key, depth))
}

/// Goes the way backwards, so that what is below a node is ready before it.
fn rebuild(steps: &[Step<'_>], entries: &[Entry]) -> (Node, isize) {
    let mut total = 0;
    // Of the nodes that are not as before.
    let mut ready: Vec<Option<Node>> = alloc::vec![None; steps.len()];
    for (position, step) in steps.iter().enumerate().rev() {
        let mut leaf = |items: &[bucket::Item]| {
            let here = entries.get(step.entries.clone()).unwrap_or_default();
            let is_changed = here.iter().any(Entry::is_changed);
            is_changed.then(|| add(&mut total, bucket::update(items, step.depth, here)))
        };
        let made = match step.node {
            Node::Branch(branch) => {
                let mut side = |below: Option<usize>| ready.get_mut(below?)?.take();
                match (side(step.left), side(step.right)) {
                    (None, None) => None,
                    (left, right) => Some(Node::join(
                        left.unwrap_or_else(|| branch.left.clone()),
                        right.unwrap_or_else(|| branch.right.clone()),
                        step.depth,
                    )),
                }
            }
            Node::Bucket(items) => leaf(items),
            Node::Empty => leaf(&[]),
        };
        if let Some(place) = ready.get_mut(position) {
            *place = made;
        }
    }
    let root = ready.first_mut().and_then(Option::take);
    let root = root.or_else(|| steps.first().map(|step| step.node.clone()));
    (root.unwrap_or_default(), total)
}

/// Counts the accounts that came with a node.
fn add(total: &mut isize, (node, more): (Node, isize)) -> Node {
    *total = total.saturating_add(more);
    node
}
