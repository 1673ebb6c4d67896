//! The history: RFC 6962's shape over the ids of all earlier blocks, with their work and clock (§8).

use crate::{
    hash::{BlockId, Hash, Tag},
    merkle,
    work::Work,
};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

/// What a node of the history says about the blocks below it: 56 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Summary {
    /// Commits to everything below.
    pub hash: Hash,
    /// The sum of the blocks' work.
    pub work: Work,
    /// The clock of the last block.
    pub clock: u64,
}

/// A node of the history that no later block changes: `2^level` blocks from `index * 2^level` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Position {
    /// 0 for leaves.
    pub level: u8,
    /// From the left, in units of `2^level` blocks.
    pub index: u64,
}

/// The history up to some block: the largest perfect subtrees, from the left.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct History {
    count: u64,
    peaks: Vec<Summary>,
}

/// A proof that a block stands at a height under a history root (§8).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct HistoryProof {
    /// Blocks under the root.
    pub count: u64,
    /// The summaries beside the path, from the leaf upwards.
    pub path: crate::encode::Bounded<Summary, 0, 64>,
}

impl Summary {
    /// The leaf of a block (§8). Genesis has no work.
    #[must_use]
    pub fn leaf(id: &BlockId, work: Work, clock: u64) -> Self {
        Self { hash: Tag::HISTORY_LEAF.hash(&[id.as_bytes()]), work, clock }
    }

    /// The node above two (§8). Work saturates: no chain that the rules accept comes near 2^128.
    #[must_use]
    pub fn node(left: &Self, right: &Self) -> Self {
        let hash = Tag::HISTORY_NODE.hash(&[&left.bytes(), &right.bytes()]);
        Self { hash, work: Work(left.work.0.saturating_add(right.work.0)), clock: right.clock }
    }

    fn bytes(&self) -> [u8; 56] {
        let mut bytes = [0; 56];
        let parts = self
            .hash
            .0
            .into_iter()
            .chain(self.work.0.to_le_bytes())
            .chain(self.clock.to_le_bytes());
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        bytes
    }
}

/// The root over `count` blocks with this summary (§8).
fn root_of(count: u64, summary: &Summary) -> Hash {
    Tag::HISTORY_ROOT.hash(&[&count.to_le_bytes(), &summary.bytes()])
}

impl History {
    /// The history of `count` blocks from its perfect subtrees, which `node` looks up by position.
    /// `None` when one is missing.
    #[must_use]
    pub fn load(count: u64, node: impl FnMut(Position) -> Option<Summary>) -> Option<Self> {
        let peaks = peak_positions(count).into_iter().map(node).collect::<Option<_>>()?;
        Some(Self { count, peaks })
    }

    /// Number of blocks.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Appends a block's leaf; returns the nodes that are complete from now on, the leaf first.
    pub fn append(&mut self, leaf: Summary) -> Vec<(Position, Summary)> {
        let mut position = Position { level: 0, index: self.count };
        let mut summary = leaf;
        let mut made = alloc::vec![(position, summary)];
        while position.index & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            summary = Summary::node(&left, &summary);
            position =
                Position { level: position.level.saturating_add(1), index: position.index >> 1 };
            made.push((position, summary));
        }
        self.peaks.push(summary);
        self.count = self.count.saturating_add(1);
        made
    }

    /// The history root: what a header at height `count` commits to (§8). Of no blocks: zeros.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.summary().map_or(Hash::ZERO, |summary| root_of(self.count, &summary))
    }

    /// The summary of everything, if there is anything.
    #[must_use]
    pub fn summary(&self) -> Option<Summary> {
        self.peaks.iter().rev().copied().reduce(|right, left| Summary::node(&left, &right))
    }

    /// Proves the block at `height`; `node` looks complete nodes up by position. `None` when the
    /// height is not below `count` or a node is missing.
    #[must_use]
    pub fn prove(
        &self,
        height: u64,
        mut node: impl FnMut(Position) -> Option<Summary>,
    ) -> Option<HistoryProof> {
        let mut path = Vec::new();
        let (mut start, mut end) = (0, self.count);
        if height >= end {
            return None;
        }
        while end - start > 1 {
            // The left part is the largest power of two below the size, so it is always complete.
            let middle = start + (end - start).div_ceil(2).next_power_of_two();
            if height < middle {
                path.push(range(middle, end, &mut node)?);
                end = middle;
            } else {
                path.push(range(start, middle, &mut node)?);
                start = middle;
            }
        }
        path.reverse();
        let path = crate::encode::Bounded::new(path)?;
        Some(HistoryProof { count: self.count, path })
    }
}

impl HistoryProof {
    /// Whether the block with this leaf stands at `height` under `root`.
    #[must_use]
    pub fn verify(&self, root: &Hash, height: u64, leaf: &Summary) -> bool {
        merkle::fold(*leaf, height, self.count, &self.path, Summary::node)
            .is_some_and(|summary| root_of(self.count, &summary) == *root)
    }
}

/// The summary of the blocks `start..end`, where `start` is a multiple of the next power of two.
fn range(
    start: u64,
    end: u64,
    node: &mut impl FnMut(Position) -> Option<Summary>,
) -> Option<Summary> {
    let size = end - start;
    if size.is_power_of_two() {
        let level = size.trailing_zeros();
        return node(Position { level: u8::try_from(level).ok()?, index: start >> level });
    }
    let middle = start + size.div_ceil(2).next_power_of_two();
    let left = range(start, middle, node)?;
    let right = range(middle, end, node)?;
    Some(Summary::node(&left, &right))
}

/// The positions of the peaks of `count` blocks, from the left: one for each bit of `count`.
fn peak_positions(count: u64) -> Vec<Position> {
    let bits = (0..64_u8).rev().filter(|level| count >> level & 1 == 1);
    bits.map(|level| Position { level, index: (count >> level) - 1 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;

    fn leaf(height: u64) -> Summary {
        Summary::leaf(
            &BlockId(Hash([u8::try_from(height % 256).unwrap(); 32])),
            Work(u128::from(height)),
            height * 15,
        )
    }

    /// The definition of §8, word for word: the oracle.
    fn naive(leaves: &[Summary]) -> Summary {
        match leaves {
            [only] => *only,
            _ => {
                let mut split = 1;
                while split * 2 < leaves.len() {
                    split *= 2;
                }
                Summary::node(&naive(&leaves[..split]), &naive(&leaves[split..]))
            }
        }
    }

    #[test]
    fn roots_and_proofs_of_every_size_equal_the_definition() {
        let mut history = History::default();
        let mut nodes = BTreeMap::new();
        let mut leaves = Vec::new();
        assert_eq!(history.root(), Hash::ZERO);
        for count in 1..70 {
            leaves.push(leaf(count - 1));
            nodes.extend(history.append(leaf(count - 1)));
            let expected = root_of(count, &naive(&leaves));
            assert_eq!(history.root(), expected);
            assert_eq!(
                History::load(count, |position| nodes.get(&position).copied()),
                Some(history.clone())
            );
            for height in 0..count {
                let proof =
                    history.prove(height, |position| nodes.get(&position).copied()).unwrap();
                assert!(proof.verify(&expected, height, &leaf(height)), "{height} of {count}");
                assert!(!proof.verify(&expected, height, &leaf(height + 1)));
                assert!(!proof.verify(&expected, height + 1, &leaf(height)));
                let more = HistoryProof { count: count + 1, ..proof };
                assert!(!more.verify(&expected, height, &leaf(height)));
            }
            assert_eq!(history.prove(count, |position| nodes.get(&position).copied()), None);
        }
    }
}
