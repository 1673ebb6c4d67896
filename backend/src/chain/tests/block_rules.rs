//! Every way we know to break a rule, by name, on the tip and on a branch that would win: each is refused
//! with its code and leaves nothing behind.

mod blocks;
mod poison;
mod transactions;

use std::collections::BTreeSet;

use shared::{
    account::{AccountId, Policy},
    amount::Amount,
    block::Block,
    encode::{Bounded, encode},
    hash::{BlockId, Hash},
    header::Header,
    ledger::LedgerView as _,
    merkle,
    params::Chain,
    rules::header,
    state::ChainState,
    state_tree::StateTree,
    template,
    transaction::{Authorization, Body, Payment, Transaction},
    work::Target,
};

use super::super::{
    Imported, SubmitError, check_block_bytes, check_transaction_bytes, testkit::*, verify,
};
use crate::store::tables::{Table, beside_key};

/// A block that breaks a rule: its name, the code, and its bytes, made of a good child of the parent.
type BlockCase = (&'static str, &'static str, fn(&World) -> Vec<u8>);
/// A transaction that breaks a rule: its name, the code, and its bytes.
type TransactionCase = (&'static str, &'static str, fn(&World) -> Vec<u8>);

/// Everything there is to spoil: a parent, and a valid child of it.
struct World {
    chain: Chain,
    /// The chain as of the parent.
    parent: ChainState,
    tree: StateTree,
    /// The accounts after the good block.
    after: StateTree,
    /// A valid child, with one payment of key 1.
    good: Block,
    /// What the main chain confirmed before.
    earlier: Transaction,
}

/// Two of the keys 4, 5 and 6.
fn policy() -> Policy {
    Policy::new(2, vec![key(4).public_key(), key(5).public_key(), key(6).public_key()]).unwrap()
}

/// A chain with all limits near, whose difficulty moves. The shared account has coins.
fn strict_chain() -> Chain {
    chain(|parameters| {
        parameters.first_target = Target::from_zero_bits(4);
        parameters.easiest_target = Target::from_zero_bits(2);
        parameters.half_life = 20;
        parameters.grace = 20;
        parameters.max_future = 20;
        parameters.max_block_bytes = 4_096;
        parameters.max_new_accounts = 3;
        let mut opening = parameters.opening_balances.to_vec();
        opening.push(Payment { recipient: policy().account(), amount: mites(OPENING) });
        opening.sort_by_key(|payment| payment.recipient);
        parameters.opening_balances = Bounded::new(opening).unwrap();
    })
}

impl World {
    fn height(&self) -> u64 {
        self.parent.height() + 1
    }

    /// A payment of 5 with a fee of 2, not signed yet.
    fn body(&self, sender: AccountId, to: &[(AccountId, u64)]) -> Body {
        let payment = |(recipient, amount): &(AccountId, u64)| Payment {
            recipient: *recipient,
            amount: mites(*amount),
        };
        Body {
            version: 1,
            sender,
            nonce: self.tree.account(&sender).nonce,
            fee: mites(2),
            expires_at: self.height() + 100,
            payments: Bounded::new(to.iter().map(payment).collect()).unwrap(),
            memo: Bounded::default(),
        }
    }

    /// The payment that most cases spoil.
    fn plain(&self) -> Body {
        self.body(account(1), &[(account(2), 5)])
    }

    fn sign(&self, body: Body, by: u8) -> Transaction {
        let signature = key(by).sign(&body.signing_hash(&self.chain.genesis_id()));
        Transaction { body, authorization: Authorization::Key(signature) }
    }

    /// The good block with another header, mined.
    fn with_header(&self, edit: impl FnOnce(&mut Header)) -> Vec<u8> {
        let mut block = self.good.clone();
        edit(&mut block.header);
        encode(&mined(block))
    }

    /// The good block with another header, whatever its work.
    fn unmined(&self, edit: impl FnOnce(&mut Header)) -> Vec<u8> {
        let mut block = self.good.clone();
        edit(&mut block.header);
        encode(&block)
    }

    /// The good block with other transactions that its header commits to, mined.
    fn with_encodings(&self, encodings: &[Vec<u8>]) -> Vec<u8> {
        let mut header = self.good.header.clone();
        let leaves: Vec<Hash> = encodings.iter().map(|bytes| merkle::leaf(bytes)).collect();
        header.transactions_root = merkle::root(&leaves);
        header.transaction_count = u32::try_from(leaves.len()).unwrap();
        let header = mined(Block { header, transactions: Bounded::default() }).header;
        let count = header.transaction_count.to_le_bytes().to_vec();
        [encode(&header), count, encodings.concat()].concat()
    }

    /// The same for transactions that can be encoded.
    fn with_transactions(&self, transactions: &[Transaction]) -> Vec<u8> {
        self.with_encodings(&transactions.iter().map(encode).collect::<Vec<_>>())
    }
}

/// A node, and where its bad blocks go.
struct Stand {
    forge: Forge,
    node: Node,
    parent: BlockId,
    world: World,
}

/// Where a bad block stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// On top of the tip.
    Tip,
    /// On a branch that has as much work as the main chain without it, and more with it.
    Winning,
    /// On a branch that wins only with the next block.
    Buried,
}

impl Stand {
    fn new(place: Place) -> Self {
        let chain = strict_chain();
        let mut forge = Forge::new(&chain);
        let node = Node::new(&chain);
        node.at(GENESIS_TIME + 1_000_000);
        // Waits all the time; on disk before the first view that is looked at.
        node.offer(&pay(&chain, (7, 0), 1, 5, 1)).unwrap();
        let earlier = pay(&chain, (0, 0), 1, 7, 1);
        let first = [earlier.clone(), pay(&chain, (2, 0), 20, 500, 1)];
        let first = forge.child(forge.genesis(), 7, 10, &first);
        let second = forge.child(first.id(), 7, 10, &[pay(&chain, (0, 1), 2, 7, 1)]);
        node.take(&[first, second.clone()]);
        let mut tip = second.id();
        let mut parent = tip;
        if place != Place::Tip {
            let side = forge.child(tip, 6, 10, &[pay(&chain, (3, 0), 21, 30, 1)]);
            for number in 0..if place == Place::Winning { 1 } else { 2 } {
                let block = forge.child(tip, 7, 10, &[pay(&chain, (3, number), 22, 40, 1)]);
                node.take(std::slice::from_ref(&block));
                tip = block.id();
            }
            assert_eq!(node.submit(&side), Ok(Imported::Side));
            parent = side.id();
        }
        let (state, tree) = forge.state(&parent).clone();
        let good = forge.child(parent, 8, 10, &[pay(&chain, (1, 0), 4, 5, 2)]);
        let after = forge.state(&good.id()).1.clone();
        let earlier = earlier.transaction().clone();
        let good = good.to_block();
        let world = World { chain, parent: state, tree, after, good, earlier };
        Self { forge, node, parent, world }
    }

    /// Gives the node bytes as a peer would.
    fn submit(&self, bytes: &[u8]) -> Result<Imported, Refused> {
        let block = check_block_bytes(bytes, &self.node.view()).map_err(|error| Refused {
            code: error.code(),
            connecting: false,
            foreign: error.is_foreign_body(),
        })?;
        self.node.submit(&block).map_err(|error| Refused {
            code: error.code(),
            connecting: matches!(error, SubmitError::Connect(_)),
            foreign: false,
        })
    }

    /// Everything that a rejected block could have left a trace in.
    fn trace(&self) -> (BlockId, Hash, usize, u64, Vec<String>, Dump) {
        let view = self.node.view();
        let mut pool: Vec<String> = view.pool().ids().iter().map(ToString::to_string).collect();
        pool.sort();
        let tree = view.tree();
        let counts = (tree.root(), tree.len(), view.transaction_count());
        (view.tip().id, counts.0, counts.1, counts.2, pool, dump(&view, &[]))
    }

    /// The good block, and one on top of it where that is needed to win, become the tip; and everything
    /// on disk follows from the blocks.
    fn heals(mut self, place: Place) {
        let good = encode(&self.world.good);
        let id = self.world.good.header.id();
        let outcome = self.submit(&good).unwrap();
        if place == Place::Buried {
            assert_eq!(outcome, Imported::Side);
            let next = self.forge.child(id, 8, 10, &[]);
            self.node.take(std::slice::from_ref(&next));
            assert_eq!(self.node.tip(), next.id());
        } else {
            assert!(matches!(outcome, Imported::Changed(_)));
            assert_eq!(self.node.tip(), id);
        }
        let folder = std::sync::Arc::clone(&self.node.folder);
        self.node.close();
        verify(folder.path(), &self.world.chain, |_| {}).unwrap();
    }
}

/// Why bytes were not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Refused {
    code: &'static str,
    /// Found when the block was connected; the header alone was good.
    connecting: bool,
    /// The body does not belong to the header.
    foreign: bool,
}

/// All bad blocks: those of the one table, and each bad transaction in a block of its own.
fn all_blocks(world: &World) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let blocks = blocks::CASES.iter().map(|(name, code, make)| (*name, *code, make(world)));
    let transactions = transactions::CASES
        .iter()
        .map(|(name, code, make)| (*name, *code, world.with_encodings(&[make(world)])));
    blocks.chain(transactions).collect()
}

#[test]
fn the_tables_name_many_cases_and_each_once() {
    let blocks: BTreeSet<_> = blocks::CASES.iter().map(|case| case.0).collect();
    let transactions: BTreeSet<_> = transactions::CASES.iter().map(|case| case.0).collect();
    assert_eq!(blocks.len(), blocks::CASES.len());
    assert_eq!(transactions.len(), transactions::CASES.len());
    assert!(blocks.len() >= 45 && transactions.len() >= 30);
}

/// On the tip, and on a branch that would win: the code, and no trace at all.
fn refused_without_a_trace(place: Place) {
    let stand = Stand::new(place);
    let before = stand.trace();
    for (name, code, bytes) in all_blocks(&stand.world) {
        let refused = stand.submit(&bytes).map(|_| name).unwrap_err();
        assert_eq!(refused.code, code, "{name}");
        // Only what was judged whole is remembered, in memory; nothing else is held against an id.
        let again = stand.submit(&bytes).map(|_| name).unwrap_err().code;
        assert_eq!(again, if refused.connecting { "block-known-invalid" } else { code }, "{name}");
        assert!(stand.trace() == before, "{name} left a trace");
    }
    let Stand { forge, node, parent, world } = stand;
    let stand = Stand { forge, node: node.restarted(), parent, world };
    assert!(stand.trace() == before, "after a restart");
    stand.heals(place);
}

#[test]
fn every_bad_block_on_the_tip_has_its_code_and_leaves_no_trace() {
    refused_without_a_trace(Place::Tip);
}

#[test]
fn every_bad_block_on_a_branch_that_would_win_has_its_code_and_leaves_no_trace() {
    refused_without_a_trace(Place::Winning);
}

/// A bad block whose branch does not win yet is stored unseen if its header is good. When the branch
/// would win, the block is marked, and nothing but that one byte changes.
#[test]
fn a_bad_block_inside_of_a_branch_is_marked_when_the_branch_would_win() {
    let stand = Stand::new(Place::Buried);
    let mut buried = 0;
    for (name, code, bytes) in all_blocks(&stand.world) {
        let before = stand.trace();
        match stand.submit(&bytes) {
            Err(refused) => {
                assert_eq!((refused.code, refused.connecting), (code, false), "{name}");
                assert!(stand.trace() == before, "{name} left a trace");
            }
            Ok(outcome) => {
                assert_eq!(outcome, Imported::Side, "{name}");
                buried += 1;
                let header: Header = shared::encode::decode(&bytes[..229], 229).unwrap();
                only_the_body_and_its_entry_came(&before.5, &stand.trace().5, &header, name);
                let stored = stand.trace();
                let state = header::check(&stand.world.parent, &header).unwrap();
                let (time, tree) = (header.timestamp + 10, &stand.world.tree);
                let child =
                    template::assemble(&state, tree, account(8), time, [], |_, _| {}).unwrap();
                let refused = stand.submit(&encode(&mined(child.block))).map(|_| name).unwrap_err();
                assert_eq!(refused.code, "block-invalid-parent", "{name}");
                only_the_mark_came(&stored.5, &stand.trace().5, &header.id(), name);
                let but_rows = |trace: &(BlockId, Hash, usize, u64, Vec<String>, Dump)| {
                    (trace.0, trace.1, trace.2, trace.3, trace.4.clone())
                };
                assert_eq!(but_rows(&stand.trace()), but_rows(&before), "{name}");
            }
        }
    }
    // As many as are only found by connecting, on the tip.
    let tip = Stand::new(Place::Tip);
    let cases = all_blocks(&tip.world);
    let connecting = |case: &&(&str, &str, Vec<u8>)| {
        tip.submit(&case.2).is_err_and(|refused| refused.connecting)
    };
    assert_eq!(buried, cases.iter().filter(connecting).count());
    assert!(buried >= 30, "{buried}");
    stand.heals(Place::Buried);
}

/// The rows of the body, the entry in the index, one more arrival, and that it is beside the chain.
fn only_the_body_and_its_entry_came(before: &Dump, after: &Dump, header: &Header, name: &str) {
    let id = header.id();
    for (table, rows) in after {
        let changed: Vec<&Vec<u8>> = rows
            .iter()
            .filter(|(key, row)| before[table].get(*key) != Some(row))
            .map(|(key, _)| key)
            .collect();
        let gone = before[table].keys().filter(|key| !rows.contains_key(*key)).count();
        let body = [&header.height.to_be_bytes()[..], id.as_bytes()].concat();
        let expected = match *table {
            "blocks" => changed.iter().all(|key| key.starts_with(&body)) && !changed.is_empty(),
            "index" => changed == [&id.as_bytes().to_vec()],
            "meta" => changed == [&b"arrivals".to_vec(), &beside_key(&id).to_vec()],
            _ => changed.is_empty(),
        };
        assert!(expected && gone == 0, "{name}: table {table}");
    }
}

/// One byte of the block's entry in the index: its status.
fn only_the_mark_came(before: &Dump, after: &Dump, id: &BlockId, name: &str) {
    let (mut rows, key) = (before.clone(), id.as_bytes().to_vec());
    let index = Table::Index.name();
    let status =
        rows.get_mut(index).and_then(|rows| rows.get_mut(&key)).and_then(|row| row.last_mut());
    let marked = after[index][&key].last().unwrap();
    let status = status.unwrap();
    assert_ne!(status, marked, "{name}");
    *status = *marked;
    assert!(rows == *after, "{name} changed more than its mark");
}

/// The pool refuses the same transactions with the same codes.
#[test]
fn every_bad_transaction_is_refused_by_the_pool_with_its_code_and_leaves_no_trace() {
    let stand = Stand::new(Place::Tip);
    let before = stand.trace();
    for (name, code, make) in transactions::CASES {
        let bytes = make(&stand.world);
        let got = match check_transaction_bytes(&bytes, &stand.world.chain) {
            Err(error) => error.code(),
            Ok(checked) => stand.node.offer(&checked).map(|_| *name).unwrap_err().code(),
        };
        assert_eq!(got, *code, "{name}");
        assert!(stand.trace() == before, "{name} left a trace");
    }
    stand.heals(Place::Tip);
}

/// The largest sum, for cases about overflow.
const MAX: u64 = Amount::MAX.mites();
