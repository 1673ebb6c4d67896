//! The state: a compact sparse Merkle tree over all accounts (§7).
//!
//! The tree *is* the ledger's state in memory, not only its hash: leaves hold the accounts. Nodes are
//! immutable and shared, so that a copy of a tree is free, a block makes a new tree next to the old one,
//! and a reader never sees two states. What it does not do: store anything on disk.

use crate::{
    account::AccountId,
    hash::{Hash, Tag},
    ledger::{Account, LedgerDiff, LedgerView},
    limits::MAX_STATE_DEPTH,
};
use alloc::{sync::Arc, vec::Vec};
use borsh::{BorshDeserialize, BorshSerialize};

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
    Leaf(Arc<Leaf>),
    Branch(Arc<Branch>),
}

#[derive(Debug)]
struct Leaf {
    hash: Hash,
    key: Hash,
    account: Account,
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
    Tag::STATE_NODE.hash(&[&left.0, &right.0])
}

/// Bit `depth` of a key, most significant first; `true` is right.
fn bit(key: &Hash, depth: usize) -> bool {
    key.0.get(depth / 8).is_some_and(|byte| byte >> (7 - depth % 8) & 1 == 1)
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

    /// The state of exactly these accounts, e.g. at start.
    #[must_use]
    pub fn from_accounts(accounts: impl IntoIterator<Item = (AccountId, Account)>) -> Self {
        Self::default().with(accounts)
    }

    /// The state after `diff`.
    #[must_use]
    pub fn apply(&self, diff: &LedgerDiff) -> Self {
        self.with(diff.0.iter().map(|(id, change)| (*id, change.after)))
    }

    fn with(&self, accounts: impl IntoIterator<Item = (AccountId, Account)>) -> Self {
        let mut entries: Vec<(Hash, Account)> =
            accounts.into_iter().map(|(id, account)| (key_of(&id), account)).collect();
        entries.sort_unstable_by_key(|entry| entry.0);
        let mut delta = 0;
        let root = update(&self.root, 0, &entries, &mut delta);
        Self { root, accounts: self.accounts.saturating_add_signed(delta) }
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
        let terminal = match node {
            Node::Leaf(leaf) => Terminal::Leaf { key: leaf.key, account: leaf.account },
            Node::Empty | Node::Branch(_) => Terminal::Empty,
        };
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
                Node::Leaf(leaf) => {
                    return if leaf.key == key { leaf.account } else { Account::default() };
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
            Self::Leaf(leaf) => leaf.hash,
            Self::Branch(branch) => branch.hash,
        }
    }

    fn leaf(key: Hash, account: Account) -> Self {
        Self::Leaf(Arc::new(Leaf { hash: leaf_hash(&key, &account), key, account }))
    }

    /// The node above two: a lone leaf rises, two of anything else are hashed.
    fn join(left: Self, right: Self) -> Self {
        match (left, right) {
            (Self::Empty, Self::Empty) => Self::Empty,
            (only @ Self::Leaf(_), Self::Empty) | (Self::Empty, only @ Self::Leaf(_)) => only,
            (left, right) => Self::Branch(Arc::new(Branch {
                hash: node_hash(&left.hash(), &right.hash()),
                left,
                right,
            })),
        }
    }
}

impl Branch {
    /// The child on the side of `right`, and the other one.
    const fn sides(&self, right: bool) -> (&Node, &Node) {
        if right { (&self.right, &self.left) } else { (&self.left, &self.right) }
    }
}

/// The subtree at `depth` after `entries` (sorted by key, distinct, all under this subtree): one pass,
/// each touched node hashed once. `delta` counts accounts made and removed.
fn update(node: &Node, depth: usize, entries: &[(Hash, Account)], delta: &mut isize) -> Node {
    match (entries, node) {
        ([], _) => node.clone(),
        ([(key, account)], Node::Empty) => {
            if !account.exists() {
                return Node::Empty;
            }
            *delta += 1;
            Node::leaf(*key, *account)
        }
        ([(key, account)], Node::Leaf(leaf)) if leaf.key == *key => {
            if !account.exists() {
                *delta -= 1;
                return Node::Empty;
            }
            Node::leaf(*key, *account)
        }
        _ => {
            let nothing = Node::Empty;
            let (left, right) = match node {
                Node::Empty => (&nothing, &nothing),
                Node::Leaf(leaf) if bit(&leaf.key, depth) => (&nothing, node),
                Node::Leaf(_) => (node, &nothing),
                Node::Branch(branch) => (&branch.left, &branch.right),
            };
            let (lower, upper) =
                entries.split_at(entries.partition_point(|(key, _)| !bit(key, depth)));
            Node::join(
                update(left, depth + 1, lower, delta),
                update(right, depth + 1, upper, delta),
            )
        }
    }
}

#[cfg(test)]
mod tests;
