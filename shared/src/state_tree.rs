//! The state: a compact sparse Merkle tree over all accounts (§7).
//!
//! The tree *is* the ledger's state in memory, not only its hash: leaves hold the accounts. Nodes are
//! immutable and shared, so that a copy of a tree is free, a block makes a new tree next to the old one,
//! and a reader never sees two states. What it does not do: store anything on disk.

mod bucket;
mod sweep;
mod touched;

pub use touched::{Place, Touched};

use crate::{
    account::AccountId,
    hash::{Hash, Tag},
    ledger::{Account, Change, Ledger, LedgerDiff, LedgerView},
    limits::MAX_STATE_DEPTH,
};
use alloc::{sync::Arc, vec::Vec};
use borsh::{BorshDeserialize, BorshSerialize};
use bucket::Bucket;
use sweep::Sweep;
use touched::Entry;

/// The state after some block. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct StateTree {
    root: Node,
    accounts: usize,
}

#[derive(Clone, Debug, Default)]
enum Node {
    #[default]
    Empty,
    /// A few accounts in the place of a small subtree.
    Bucket(Bucket),
    /// More accounts than a bucket holds.
    Branch(Arc<Branch>),
}

#[derive(Debug)]
struct Branch {
    hash: Hash,
    left: Node,
    right: Node,
}

/// What stands at the end of an account's path (§7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Terminal {
    /// Nothing: the account does not exist.
    Empty,
    /// A leaf: the account's own, or another's that agrees on every bit of the path.
    Leaf {
        /// The leaf's key.
        key: Hash,
        /// The leaf's account.
        account: Account,
    },
}

/// A proof of what an account is under a state root, or that it does not exist (§7).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StateProof {
    /// The hashes beside the path, from the root downwards.
    pub siblings: crate::encode::Bounded<Hash, 0, MAX_STATE_DEPTH>,
    /// The end of the path.
    pub terminal: Terminal,
}

/// The key of an account in the tree: `H("halfpenny/key", id)` (§7).
#[must_use]
pub fn key_of(id: &AccountId) -> Hash {
    Tag::STATE_KEY.hash(&[&id.0])
}

fn leaf_hash(key: &Hash, account: &Account) -> Hash {
    Tag::STATE_LEAF.hash(&[
        &key.0,
        &account.nonce.to_le_bytes(),
        &account.balance.mites().to_le_bytes(),
    ])
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Tag::STATE_NODE.hash_two(left, right)
}

/// Bit `depth` of a key, most significant first; `true` is right.
fn bit(key: &Hash, depth: usize) -> bool {
    key.0.get(depth / 8).is_some_and(|byte| byte >> (7 - depth % 8) & 1 == 1)
}

/// The first bytes of a key or an id, as a number in the order of those.
fn prefix(key: &[u8; 32]) -> u64 {
    key.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

impl StateTree {
    /// The state root (§7).
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root.hash()
    }

    /// Number of accounts.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.accounts
    }

    /// Whether there is no account.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.accounts == 0
    }

    /// The state of exactly these accounts, e.g. at start; quickest when they are in ascending order.
    #[must_use]
    pub fn from_accounts(accounts: impl IntoIterator<Item = (AccountId, Account)>) -> Self {
        // Piece by piece: what building takes besides the tree is several times the tree.
        const PIECE: usize = 1 << 16;
        let mut accounts = accounts.into_iter().peekable();
        let mut tree = Self::default();
        while accounts.peek().is_some() {
            tree = tree.with(accounts.by_ref().take(PIECE));
        }
        tree
    }

    /// The state after `diff`.
    #[must_use]
    pub fn apply(&self, diff: &LedgerDiff) -> Self {
        self.with(diff.0.iter().map(|(id, change)| (*id, change.after)))
    }

    fn with(&self, accounts: impl IntoIterator<Item = (AccountId, Account)>) -> Self {
        let (ids, accounts): (Vec<_>, Vec<_>) = accounts.into_iter().unzip();
        let (mut touched, places) = self.touch(ids);
        for (place, account) in places.into_iter().zip(accounts) {
            touched.set(place, account);
        }
        touched.into_tree().0
    }

    /// Loads accounts in one sweep. The places stand in the order of `ids`; ids that are the same have
    /// the same place.
    #[must_use]
    pub fn touch(&self, ids: Vec<AccountId>) -> (Touched<'_>, Vec<Place>) {
        let mut keys = alloc::vec![Hash::ZERO; ids.len()];
        sweep::keys_of(&ids, &mut keys);
        // By the first bytes, which hardly ever are the same, since whole keys are slow to compare and move.
        let mut order: Vec<(u64, usize)> = keys.iter().map(|key| prefix(&key.0)).zip(0..).collect();
        order
            .sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| keys.get(a.1).cmp(&keys.get(b.1))));
        let mut entries: Vec<Entry> = Vec::with_capacity(order.len());
        let mut places = alloc::vec![Place(0); order.len()];
        for (_, position) in order {
            let (Some(&key), Some(&id)) = (keys.get(position), ids.get(position)) else { continue };
            if entries.last().is_none_or(|last| last.key != key) {
                let nothing = Account::default();
                entries.push(Entry { key, id, change: Change { before: nothing, after: nothing } });
            }
            if let Some(place) = places.get_mut(position) {
                *place = Place(entries.len() - 1);
            }
        }
        let sweep = Sweep::load(&self.root, 0, &mut entries);
        (Touched { entries, sweep, accounts: self.accounts }, places)
    }

    /// What the state says about an account, with proof.
    #[must_use]
    pub fn prove(&self, id: &AccountId) -> StateProof {
        let key = key_of(id);
        let mut siblings = Vec::new();
        let mut node = &self.root;
        while let Node::Branch(branch) = node {
            let (next, sibling) = branch.sides(bit(&key, siblings.len()));
            siblings.push(sibling.hash());
            node = next;
        }
        let found = match node {
            Node::Bucket(items) => bucket::walk(items, siblings.len(), &key, &mut siblings),
            Node::Empty | Node::Branch(_) => None,
        };
        let terminal = found.map_or(Terminal::Empty, |item| Terminal::Leaf {
            key: item.key,
            account: item.account,
        });
        let siblings = crate::encode::Bounded::new(siblings).expect("keys differ within 256 bits");
        StateProof { siblings, terminal }
    }
}

impl LedgerView for StateTree {
    fn account(&self, id: &AccountId) -> Account {
        let key = key_of(id);
        let mut node = &self.root;
        let mut depth = 0;
        loop {
            match node {
                Node::Empty => return Account::default(),
                Node::Bucket(items) => {
                    return bucket::get(items, &key).map(|item| item.account).unwrap_or_default();
                }
                Node::Branch(branch) => node = branch.sides(bit(&key, depth)).0,
            }
            depth += 1;
        }
    }
}

impl StateProof {
    /// The account that this proof shows under `root` (nonce 0 and balance 0: it does not exist), or
    /// `None` when the proof does not fit the root.
    #[must_use]
    pub fn verify(&self, root: &Hash, id: &AccountId) -> Option<Account> {
        let key = key_of(id);
        let depth = self.siblings.len();
        let (mut hash, account) = match &self.terminal {
            Terminal::Empty => (Hash::ZERO, Account::default()),
            Terminal::Leaf { key: other, account } => {
                let same = *other == key;
                if !same && (0..depth).any(|depth| bit(other, depth) != bit(&key, depth)) {
                    return None;
                }
                (leaf_hash(other, account), if same { *account } else { Account::default() })
            }
        };
        for (depth, sibling) in self.siblings.iter().enumerate().rev() {
            hash = if bit(&key, depth) {
                node_hash(sibling, &hash)
            } else {
                node_hash(&hash, sibling)
            };
        }
        (hash == *root).then_some(account)
    }
}

impl Node {
    fn hash(&self) -> Hash {
        match self {
            Self::Empty => Hash::ZERO,
            Self::Bucket(items) => bucket::hash(items),
            Self::Branch(branch) => branch.hash,
        }
    }

    /// How many accounts are under it; `None`: more than a bucket holds.
    fn few(&self) -> Option<usize> {
        match self {
            Self::Empty => Some(0),
            Self::Bucket(items) => Some(items.len()),
            Self::Branch(_) => None,
        }
    }

    /// The node at `depth` above two.
    fn join(left: Self, right: Self, depth: usize) -> Self {
        bucket::merged(&left, &right, depth).unwrap_or_else(|| Self::branch(left, right))
    }

    /// The branch above two nodes with more accounts than a bucket holds.
    fn branch(left: Self, right: Self) -> Self {
        let hash = node_hash(&left.hash(), &right.hash());
        Self::Branch(Arc::new(Branch { hash, left, right }))
    }
}

impl Branch {
    /// The child on the side of `right`, and the other one.
    const fn sides(&self, right: bool) -> (&Node, &Node) {
        if right { (&self.right, &self.left) } else { (&self.left, &self.right) }
    }
}

#[cfg(test)]
mod tests;
