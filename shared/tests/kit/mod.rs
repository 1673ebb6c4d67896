//! What the tests of the rules share: a small chain, keys, and blocks with proof of work.

#![allow(dead_code, reason = "each test binary uses a part of the kit")]

pub(crate) mod judge;
pub(crate) mod seeds;
pub(crate) mod zip215;

use ed25519_zebra::{SigningKey, VerificationKey};
use shared::{
    account::{AccountId, Policy},
    amount::Amount,
    block::Block,
    encode::Bounded,
    hash::Hash,
    key::{PublicKey, Signature},
    ledger::LedgerView as _,
    params::{Chain, Parameters},
    pow,
    rules::{block_in_chain, block_isolated, transaction_isolated},
    state::ChainState,
    state_tree::StateTree,
    template,
    transaction::{Authorization, Body, IndexedSignature, Payment, Transaction},
    work::Target,
};

pub(crate) const COIN: u64 = shared::amount::COIN;
pub(crate) const START: u64 = 1_000_000_000;

pub(crate) fn mites(mites: u64) -> Amount {
    Amount::from_mites(mites).expect("tests use small amounts")
}

/// Key number `seed`; the same in every test.
pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from([seed; 32])
}

pub(crate) fn public(seed: u8) -> PublicKey {
    PublicKey(<[u8; 32]>::from(VerificationKey::from(&key(seed))))
}

pub(crate) fn account(seed: u8) -> AccountId {
    public(seed).account()
}

/// Two of the keys 1, 2 and 3.
pub(crate) fn policy() -> Policy {
    Policy::new(2, vec![public(1), public(2), public(3)]).expect("distinct keys")
}

/// A chain that is quick to mine, whose difficulty moves; keys 1 to 4 and the policy hold 1,000 coins each.
pub(crate) fn parameters() -> Parameters {
    let holders = [account(1), account(2), account(3), account(4), policy().account()];
    let mut opening: Vec<_> =
        holders.map(|recipient| Payment { recipient, amount: mites(1_000 * COIN) }).to_vec();
    opening.sort_unstable_by_key(|payment| payment.recipient);
    Parameters {
        name: "Test Coin".into(),
        ticker: "TEST".into(),
        prefix: "tst".into(),
        coin_type: 1,
        salt: Hash([9; 32]),
        genesis_time: START,
        message: String::new(),
        interval: 10,
        first_target: Target::from_zero_bits(6),
        easiest_target: Target::from_zero_bits(3),
        half_life: 100,
        max_gap: 600,
        grace: 100,
        max_future: 100,
        reward: mites(5 * COIN),
        halving_interval: 50,
        max_block_bytes: 20_000,
        max_new_accounts: 3,
        max_validity: 100,
        opening_balances: Bounded::new(opening).expect("five balances"),
        dev: false,
    }
}

/// A chain up to some block.
#[derive(Clone)]
pub(crate) struct Kit {
    pub(crate) chain: Chain,
    pub(crate) state: ChainState,
    pub(crate) tree: StateTree,
}

impl Kit {
    pub(crate) fn new(parameters: Parameters) -> Self {
        let chain = Chain::new(parameters).expect("valid parameters");
        Self { state: ChainState::genesis(&chain), tree: chain.opening_state().clone(), chain }
    }

    /// A body by key `from` with the account's next nonce.
    pub(crate) fn body(&self, from: AccountId, payments: &[(AccountId, u64)], fee: u64) -> Body {
        let payment = |(recipient, amount): &(AccountId, u64)| Payment {
            recipient: *recipient,
            amount: mites(*amount),
        };
        Body {
            version: 1,
            sender: from,
            nonce: self.tree.account(&from).nonce,
            fee: mites(fee),
            expires_at: self.state.height() + 50,
            payments: Bounded::new(payments.iter().map(payment).collect())
                .expect("1 to 16 payments"),
            memo: Bounded::new(b"test".to_vec()).expect("short"),
        }
    }

    pub(crate) fn sign(&self, body: Body, by: u8) -> Transaction {
        let signature = sign(&body, &self.chain, by);
        Transaction { body, authorization: Authorization::Key(signature) }
    }

    /// Signed by the keys at these positions of the policy.
    pub(crate) fn sign_shared(&self, body: Body, indexes: &[u8]) -> Transaction {
        let policy = policy();
        let by_index = |index: u8| {
            let seed =
                (1..=3).find(|seed| policy.keys.get(usize::from(index)) == Some(&public(*seed)));
            IndexedSignature { index, signature: sign(&body, &self.chain, seed.unwrap_or(1)) }
        };
        let signatures =
            Bounded::new(indexes.iter().copied().map(by_index).collect()).expect("1 to 8");
        Transaction { authorization: Authorization::Policy { policy, signatures }, body }
    }

    pub(crate) fn pay(&self, from: u8, to: u8, amount: u64, fee: u64) -> Transaction {
        self.sign(self.body(account(from), &[(account(to), amount)], fee), from)
    }

    /// A valid child of the tip, `gap` seconds later.
    pub(crate) fn block(&self, transactions: &[Transaction], miner: u8, gap: u64) -> Block {
        let genesis = self.chain.genesis_id();
        let checked: Vec<_> = transactions
            .iter()
            .map(|transaction| {
                transaction_isolated::check(transaction.clone(), &genesis)
                    .expect("valid in isolation")
            })
            .collect();
        let time = self.state.header().timestamp + gap;
        let mut skipped = Vec::new();
        let template = template::assemble(
            &self.state,
            &self.tree,
            account(miner),
            time,
            &checked,
            |index, error| {
                skipped.push((index, error));
            },
        );
        assert!(skipped.is_empty(), "{skipped:?}");
        mine(template.expect("a template").block)
    }

    /// Checks and connects a block, without keeping it.
    pub(crate) fn judge(
        &self,
        block: Block,
    ) -> Result<block_in_chain::ConnectedBlock, &'static str> {
        let checked = block_isolated::check(block, &self.chain).map_err(|error| error.code())?;
        block_in_chain::connect(&self.state, &self.tree, &checked).map_err(|error| error.code())
    }

    /// Connects a block that must be valid.
    pub(crate) fn accept(&mut self, block: Block) -> block_in_chain::ConnectedBlock {
        let connected = self.judge(block).expect("a valid block");
        self.state = connected.state.clone();
        self.tree = connected.tree.clone();
        connected
    }
}

fn sign(body: &Body, chain: &Chain, by: u8) -> Signature {
    Signature(key(by).sign(&body.signing_hash(&chain.genesis_id()).0).into())
}

/// Finds a nonce, so that only what was spoilt on purpose is wrong.
pub(crate) fn mine(mut block: Block) -> Block {
    let core = block.header.core();
    block.header.nonce =
        pow::first_hit(&core, &block.header.target, 0, u64::MAX).expect("easy targets");
    block
}

/// splitmix64: seeded numbers for tests that must repeat.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// One of `seeds` with one to four changes: bits, bytes, lengths, cuts, parts of another; or, rarely,
/// bytes without any order.
pub(crate) fn mutate(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let pick = |random: &mut Random| {
        let at = random.below(seeds.len() as u64);
        seeds[usize::try_from(at).expect("small")].clone()
    };
    let below = |random: &mut Random, bound: usize| {
        usize::try_from(random.below(bound.max(1) as u64)).expect("below a length")
    };
    let byte = |random: &mut Random| random.below(256).to_le_bytes()[0];
    let mut bytes = pick(random);
    if random.below(64) == 0 {
        return (0..random.below(400)).map(|_| byte(random)).collect();
    }
    for _ in 0..=random.below(4) {
        let at = below(random, bytes.len());
        match random.below(8) {
            // Most often what leaves the shape alone.
            0..3 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            3 => {
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte(random);
                }
            }
            4 => {
                // A length, an amount or a time from the edges.
                let edges = [0, 1, 2, 16, 17, 64, 80, 81, u32::MAX >> 1, u32::MAX];
                let number = edges[below(random, edges.len())].to_le_bytes();
                bytes.iter_mut().skip(at).zip(number).for_each(|(to, from)| *to = from);
            }
            5 if random.below(4) == 0 => bytes.truncate(at),
            6 if random.below(4) == 0 => bytes.insert(at, byte(random)),
            7 => {
                // The same place of another encoding.
                let (other, length) = (pick(random), below(random, 80));
                let part = other.into_iter().skip(at).take(length);
                bytes.iter_mut().skip(at).zip(part).for_each(|(to, from)| *to = from);
            }
            _ => {}
        }
    }
    bytes
}
