//! A chain to judge: every kind of payment, from a seed, with a difficulty that moves and a reward that
//! halves to nothing. And the file of a chain, written by what backend/README.md says of it.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};
use shared::{
    account::{AccountId, Policy},
    api::ChainFile,
    block::Block,
    encode::{Bounded, encode},
    key::Signature,
    ledger::LedgerView as _,
    params::Parameters,
    transaction::{Authorization, Body, IndexedSignature, Transaction},
};

use super::kit::{self, COIN, Kit, Random, account, key, public};

/// Keys that hold coins or get some; the first eight are the members of the shared accounts as well.
const KEYS: u64 = 250;
/// Accounts that a block may create; the rules of the chain.
const NEW_ACCOUNTS: u32 = 8;

/// A chain and its blocks.
pub(crate) struct Made {
    pub(crate) kit: Kit,
    pub(crate) blocks: Vec<Block>,
}

/// The parameters of the chain.
pub(crate) fn parameters() -> Parameters {
    Parameters { halving_interval: 90, max_new_accounts: NEW_ACCOUNTS, ..kit::parameters() }
}

impl Made {
    /// The chain without a block.
    pub(crate) fn new() -> Self {
        Self { kit: Kit::new(parameters()), blocks: Vec::new() }
    }

    /// As many blocks with payments of every kind.
    pub(crate) fn grown(count: u64) -> Self {
        let mut made = Self::new();
        let mut random = Random(5_000);
        for _ in 0..count {
            // Now and then a gap longer than `max_gap`.
            let gap =
                if random.below(40) == 0 { 500 + random.below(200) } else { 1 + random.below(19) };
            let miner = seed(&mut random);
            let transactions = transactions(&made.kit, &mut random);
            made.append(made.kit.block(&transactions, miner, gap));
        }
        made
    }

    /// Appends a valid block.
    pub(crate) fn append(&mut self, block: Block) {
        self.kit.accept(block.clone());
        self.blocks.push(block);
    }

    /// The chain file.
    pub(crate) fn file(&self) -> ChainFile {
        ChainFile::from_chain(&self.kit.chain)
    }

    /// The export.
    pub(crate) fn export(&self) -> Vec<u8> {
        let blocks: Vec<_> = self.blocks.iter().map(encode).collect();
        export(&encode(self.kit.chain.parameters()), &blocks, &self.kit.state.id().0.0)
    }

    /// All transactions, in their order.
    pub(crate) fn transactions(&self) -> impl Iterator<Item = &Transaction> {
        self.blocks.iter().flat_map(|block| block.transactions.iter())
    }
}

/// The file of a chain, as backend/README.md tells it.
pub(crate) fn export(parameters: &[u8], blocks: &[Vec<u8>], last: &[u8; 32]) -> Vec<u8> {
    let mut file = b"halfpenny-chain\x01".to_vec();
    let records = [parameters].into_iter().chain(blocks.iter().map(Vec::as_slice));
    for (number, record) in (0..).zip(records) {
        let length = u32::try_from(record.len()).unwrap();
        file.extend([&length.to_le_bytes(), record, &checksum(number, record)].concat());
    }
    let count = u64::try_from(blocks.len()).unwrap();
    let end = [&count.to_le_bytes(), &last[..]].concat();
    file.extend([&[0; 4], &end[..], &checksum(count, &end)].concat());
    file
}

fn checksum(number: u64, bytes: &[u8]) -> [u8; 8] {
    let sum = Sha256::new().chain_update(number.to_le_bytes()).chain_update(bytes).finalize();
    *sum.first_chunk().unwrap()
}

/// Some of `count` of the first keys hold this account together: one of two, all eight, and between.
pub(crate) fn shared_account(count: u8) -> Policy {
    let threshold = if count == 8 { 8 } else { count / 2 };
    Policy::new(threshold, (1..=count).map(public).collect()).unwrap()
}

/// Who pays.
#[derive(Clone, Copy)]
enum Payer {
    Key(u8),
    Shared(u8),
}

impl Payer {
    fn any(random: &mut Random) -> Self {
        match random.below(10) {
            0..3 => Self::Shared(2 + small(random, 7)),
            3..7 => Self::Key(1 + small(random, 4)),
            _ => Self::Key(seed(random)),
        }
    }

    fn account(self) -> AccountId {
        match self {
            Self::Key(seed) => account(seed),
            Self::Shared(count) => shared_account(count).account(),
        }
    }

    fn sign(self, kit: &Kit, body: Body) -> Transaction {
        match self {
            Self::Key(seed) => kit.sign(body, seed),
            Self::Shared(count) => sign_together(kit, body, count),
        }
    }
}

/// As many sign as must: the last ones, so that their places are not always the first.
fn sign_together(kit: &Kit, body: Body, count: u8) -> Transaction {
    let policy = shared_account(count);
    let hash = body.signing_hash(&kit.chain.genesis_id());
    let signatures = (count - policy.threshold..count).map(|index| {
        let of = policy.keys[usize::from(index)];
        let by = (1..=count).find(|seed| public(*seed) == of).unwrap();
        IndexedSignature { index, signature: Signature(key(by).sign(&hash.0).into()) }
    });
    let signatures = Bounded::new(signatures.collect()).unwrap();
    Transaction { authorization: Authorization::Policy { policy, signatures }, body }
}

/// Up to four payments of any kind that apply to the tip, several of one sender among them.
fn transactions(kit: &Kit, random: &mut Random) -> Vec<Transaction> {
    let mut all = Vec::new();
    let mut spent: BTreeMap<AccountId, (u64, u64)> = BTreeMap::new();
    let mut created = BTreeSet::new();
    for _ in 0..random.below(5) {
        let payer = if random.below(3) == 0 { Payer::Key(1) } else { Payer::any(random) };
        let (nonces, debits) = spent.entry(payer.account()).or_default();
        let balance = kit.tree.account(&payer.account()).balance.mites() - *debits;
        let Some(mut body) = body(kit, random, payer, balance) else { continue };
        let new: BTreeSet<_> = body.payments.iter().map(|payment| payment.recipient).collect();
        let new = new.into_iter().filter(|id| !kit.tree.account(id).exists());
        let with: BTreeSet<_> = created.iter().copied().chain(new).collect();
        if with.len() > usize::try_from(NEW_ACCOUNTS).unwrap() {
            continue;
        }
        created = with;
        body.nonce += *nonces;
        (*nonces, *debits) = (*nonces + 1, *debits + body.debit().unwrap().mites());
        all.push(payer.sign(kit, body));
    }
    all
}

/// One payment, if the payer can afford it.
fn body(kit: &Kit, random: &mut Random, payer: Payer, balance: u64) -> Option<Body> {
    let from = payer.account();
    let amount = 1 + random.below(COIN / 8);
    let to = recipient(random);
    let payments = match random.below(6) {
        // As many as there can be, to the same again and again and to the payer.
        0 => (0..16).map(|n| (if n % 3 == 0 { from } else { to }, amount + n)).collect(),
        1 => vec![(to, amount), (recipient(random), 1), (to, 1)],
        2 => vec![(from, balance / 2 + 1)],
        // All that there is, but not of the first few, who pay for everybody.
        3 if !matches!(payer, Payer::Key(1..=4)) => vec![(to, balance.max(1))],
        _ => vec![(to, amount)],
    };
    let paid: u64 = payments.iter().map(|(_, amount)| amount).sum();
    let fee = random.below(1_000).min(balance.checked_sub(paid)?);
    let mut body = kit.body(from, &payments, fee);
    let memo = [0, 1, 80, 4][usize::from(small(random, 4))];
    body.memo = Bounded::new((0..memo).collect()).unwrap();
    // From the next block only to the last that is allowed.
    let validity = [0, 1, 50, kit.chain.parameters().max_validity];
    body.expires_at = kit.state.height() + 1 + validity[usize::from(small(random, 4))];
    Some(body)
}

/// A key, a shared account, or 32 bytes of which nobody knows whether they are either.
fn recipient(random: &mut Random) -> AccountId {
    match random.below(8) {
        0 => AccountId(std::array::from_fn(|_| small(random, 255))),
        1 | 2 => shared_account(2 + small(random, 7)).account(),
        _ => account(seed(random)),
    }
}

fn seed(random: &mut Random) -> u8 {
    1 + small(random, KEYS)
}

fn small(random: &mut Random, bound: u64) -> u8 {
    u8::try_from(random.below(bound)).unwrap()
}
