//! The transactions tree: RFC 6962 over each transaction's exact bytes (§6).
//!
//! Leaves and nodes have different prefixes and nothing is ever duplicated, so no two lists share a
//! root and no node can pass for a leaf.

use crate::{hash::Hash, parallel::join};
use alloc::vec::Vec;
use sha2::{Digest as _, Sha256};

/// So few leaves are not worth a second core.
const FEW: usize = 512;

/// The hash of a leaf: `SHA-256(0x00 || bytes)`.
#[must_use]
pub fn leaf(bytes: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(bytes).finalize().into())
}

/// The hash of a node: `SHA-256(0x01 || left || right)`.
#[must_use]
pub fn node(left: &Hash, right: &Hash) -> Hash {
    Hash(
        Sha256::new()
            .chain_update([1])
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize()
            .into(),
    )
}

/// The root over leaf hashes; of none: SHA-256 of nothing.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash(Sha256::digest([]).into()),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            let (left, right) = if leaves.len() > FEW {
                join(|| root(left), || root(right))
            } else {
                (root(left), root(right))
            };
            node(&left, &right)
        }
    }
}

/// The audit path of the leaf at `index`, from the leaf upwards; `None` when there is no such leaf.
#[must_use]
pub fn path(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    let (mut leaves, mut index) = (leaves, index);
    while leaves.len() > 1 {
        let (left, right) = leaves.split_at(split(leaves.len()));
        if let Some(below) = index.checked_sub(left.len()) {
            path.push(root(left));
            (leaves, index) = (right, below);
        } else {
            path.push(root(right));
            leaves = left;
        }
    }
    path.reverse();
    Some(path)
}

/// Whether `leaf` stands at `index` of the `count` leaves under `root`.
#[must_use]
pub fn verify(root: &Hash, leaf: &Hash, index: u64, count: u64, path: &[Hash]) -> bool {
    fold(*leaf, index, count, path, node) == Some(*root)
}

/// Recomputes a root from a leaf and its audit path, for any tree of RFC 6962's shape.
pub(crate) fn fold<T: Copy>(
    leaf: T,
    index: u64,
    count: u64,
    path: &[T],
    node: impl Fn(&T, &T) -> T,
) -> Option<T> {
    let mut last = count.checked_sub(1)?;
    let mut index = (index <= last).then_some(index)?;
    let mut hash = leaf;
    for sibling in path {
        if last == 0 {
            return None;
        }
        if index & 1 == 1 || index == last {
            hash = node(sibling, &hash);
            // A last node without a right sibling rises until it becomes a right child.
            while index & 1 == 0 && index != 0 {
                index >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        index >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

/// The largest power of two below `length`, which is at least 2.
fn split(length: usize) -> usize {
    length.div_ceil(2).next_power_of_two()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|i| leaf(&i.to_le_bytes())).collect()
    }

    #[test]
    fn split_is_the_largest_power_of_two_below() {
        for (length, expected) in [(2, 1), (3, 2), (4, 2), (5, 4), (8, 4), (9, 8), (1025, 1024)] {
            assert_eq!(split(length), expected);
        }
    }

    #[test]
    fn every_leaf_of_every_tree_is_proven_and_nothing_else() {
        for count in 1..70 {
            let leaves = leaves(count);
            let root = root(&leaves);
            for index in 0..count {
                let path = path(&leaves, index).unwrap();
                let (i, n) = (index as u64, count as u64);
                assert!(verify(&root, &leaves[index], i, n, &path), "{index} of {count}");
                assert!(!verify(&root, &leaf(b"other"), i, n, &path));
                assert!(!verify(&root, &leaves[index], i + 1, n, &path));
                if let Some((_, shorter)) = path.split_last() {
                    assert!(!verify(&root, &leaves[index], i, n, shorter));
                }
                let mut longer = path.clone();
                longer.push(Hash::ZERO);
                assert!(!verify(&root, &leaves[index], i, n, &longer));
            }
            assert_eq!(path(&leaves, count), None);
        }
    }

    #[test]
    fn swapped_duplicated_and_dropped_leaves_have_other_roots() {
        let three = leaves(3);
        let of = |leaves: &[Hash]| root(leaves);
        assert_ne!(of(&three), of(&[three[0], three[1], three[2], three[2]]));
        assert_ne!(of(&three), of(&[three[1], three[0], three[2]]));
        assert_ne!(of(&three), of(&three[..2]));
        assert_eq!(of(&[]).0[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    }
}
