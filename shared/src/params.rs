//! Chain parameters and genesis (§11).

use crate::{
    account::{AccountId, Prefix},
    amount::Amount,
    block::Block,
    difficulty::Difficulty,
    encode::{Bounded, encode},
    hash::{BlockId, Hash, Tag},
    header::Header,
    key::is_small_order,
    ledger::{Account, LedgerView as _},
    limits::{MAX_BLOCK_BYTES, MAX_OPENING_BALANCES, MAX_TEXT_BYTES, MIN_BLOCK_BYTES, TIME_END},
    state_tree::StateTree,
    transaction::Payment,
    work::Target,
};
use alloc::{string::String, sync::Arc, vec::Vec};
use borsh::{BorshDeserialize, BorshSerialize};

/// Everything that makes one chain different from another. Its encoding is hashed into genesis (§11).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// Name of the coin.
    #[borsh(deserialize_with = "crate::encode::short_text")]
    pub name: String,
    /// Short name of the coin, 1 to 8 capital letters or digits.
    #[borsh(deserialize_with = "crate::encode::short_text")]
    pub ticker: String,
    /// Human-readable part of addresses.
    #[borsh(deserialize_with = "crate::encode::short_text")]
    pub prefix: String,
    /// SLIP-44 coin type, below 2^31.
    pub coin_type: u32,
    /// 32 random bytes: restarting a coin needs new ones, or old payments could be replayed.
    pub salt: Hash,
    /// Timestamp of genesis.
    #[borsh(deserialize_with = "crate::encode::below_time_end")]
    pub genesis_time: u64,
    /// A text for genesis.
    #[borsh(deserialize_with = "crate::encode::short_text")]
    pub message: String,
    /// Seconds that a block should take.
    pub interval: u64,
    /// Target of the first block, and of every block on a chain of fixed difficulty.
    pub first_target: Target,
    /// No target is easier.
    pub easiest_target: Target,
    /// Seconds of lateness that double the target; 0: the difficulty is fixed.
    pub half_life: u64,
    /// Seconds that the clock advances for one block, at most.
    pub max_gap: u64,
    /// Seconds of a block's own gap that do not ease its target.
    pub grace: u64,
    /// Seconds that a block may be ahead of a node's clock before it has to wait; 0: no limit.
    pub max_future: u64,
    /// Reward of block 1.
    pub reward: Amount,
    /// Blocks after which the reward halves.
    pub halving_interval: u64,
    /// Size of a block, header included, at most.
    pub max_block_bytes: u32,
    /// Accounts that a block creates at most, its miner's apart.
    pub max_new_accounts: u32,
    /// Blocks that a transaction can stay valid, at most.
    pub max_validity: u64,
    /// Balances in the state of genesis: recipients strictly ascending, amounts not zero.
    pub opening_balances: Bounded<Payment, 0, MAX_OPENING_BALANCES>,
    /// Whether the node offers dev controls (mine now, faucet).
    pub dev: bool,
}

/// Why parameters make no chain (§11).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParametersError {
    /// A field is out of its range.
    #[error("{field}: {reason}")]
    Field {
        /// The field, as in the chain file.
        field: &'static str,
        /// What it must be.
        reason: &'static str,
    },
    /// Opening balances and all rewards together leave the range of amounts.
    #[error("reward: opening balances and all rewards together must stay below 2^53 mites")]
    Supply,
}

impl ParametersError {
    /// The field at fault.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Field { field, .. } => field,
            Self::Supply => "reward",
        }
    }
}

/// Whether a field holds to its range, its name, and the range.
type FieldCheck = (bool, &'static str, &'static str);

impl Parameters {
    /// Checks every field and the relations between them (§11).
    ///
    /// # Errors
    ///
    /// The first field that is out of its range.
    pub fn check(&self) -> Result<(), ParametersError> {
        let names = self.check_names();
        for (holds, field, reason) in
            names.into_iter().chain(self.check_times()).chain(self.check_money())
        {
            if !holds {
                return Err(ParametersError::Field { field, reason });
            }
        }
        self.max_supply().map(|_| ()).ok_or(ParametersError::Supply)
    }

    fn check_names(&self) -> [FieldCheck; 6] {
        let text = |text: &str| {
            !text.is_empty() && text.len() <= MAX_TEXT_BYTES && !text.chars().any(char::is_control)
        };
        let capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let ticker = (1..=8).contains(&self.ticker.len()) && self.ticker.bytes().all(capital);
        let message = self.message.is_empty() || text(&self.message);
        [
            (text(&self.name), "name", "1 to 200 bytes without control characters"),
            (ticker, "ticker", "1 to 8 capital letters or digits"),
            (
                Prefix::parse(&self.prefix).is_some(),
                "prefix",
                "1 to 16 lower-case letters or digits",
            ),
            (self.coin_type < 1 << 31, "coin_type", "below 2^31"),
            (self.genesis_time < TIME_END, "genesis_time", "below 2^40"),
            (message, "message", "at most 200 bytes without control characters"),
        ]
    }

    fn check_times(&self) -> [FieldCheck; 9] {
        let seconds = |number: u64| (1..1 << 32).contains(&number);
        let fixed = self.half_life == 0;
        let easier = self.easiest_target >= self.first_target;
        let gap = seconds(self.max_gap) && self.max_gap >= self.interval;
        let honest = fixed || self.max_future <= self.grace;
        let short = self.max_future < 1 << 32 && self.grace < 1 << 32;
        [
            (seconds(self.interval), "interval", "1 to 2^32 - 1 seconds"),
            (self.first_target >= Target::HARDEST, "first_target", "at least 2^192 - 1"),
            (easier, "easiest_target", "not harder than first_target"),
            (fixed || seconds(self.half_life), "half_life", "0 or up to 2^32 - 1 seconds"),
            (gap, "max_gap", "at least the interval"),
            (fixed || self.grace < self.max_gap, "grace", "below max_gap"),
            (honest, "grace", "at least max_future: a false timestamp must ease nothing"),
            (
                fixed || self.max_future > 0,
                "max_future",
                "at least 1 unless the difficulty is fixed",
            ),
            (short, "max_future", "below 2^32 seconds"),
        ]
    }

    fn check_money(&self) -> [FieldCheck; 7] {
        let halving = (1..TIME_END).contains(&self.halving_interval);
        let bytes = usize::try_from(self.max_block_bytes).unwrap_or(usize::MAX);
        let bytes = (MIN_BLOCK_BYTES..=MAX_BLOCK_BYTES).contains(&bytes);
        let opening = &self.opening_balances;
        let ascending = opening.is_sorted_by(|a, b| a.recipient < b.recipient);
        let held = opening.iter().all(|payment| payment.amount > Amount::ZERO);
        let strong = !opening.iter().any(|payment| is_small_order(&payment.recipient.0));
        [
            (halving, "halving_interval", "1 to 2^40 - 1 blocks"),
            (bytes, "max_block_bytes", "4,096 to 4,000,000"),
            (self.max_new_accounts > 0, "max_new_accounts", "at least 1"),
            ((10..1 << 32).contains(&self.max_validity), "max_validity", "10 to 2^32 - 1 blocks"),
            (ascending, "opening_balances", "each account once, in ascending order"),
            (held, "opening_balances", "amounts are at least 1 mite"),
            (strong, "opening_balances", "a key is of small order"),
        ]
    }

    /// Opening balances plus every reward there will ever be; `None` from 2^53 mites on.
    #[must_use]
    pub fn max_supply(&self) -> Option<Amount> {
        let opening = Amount::sum(self.opening_balances.iter().map(|payment| payment.amount))?;
        (0..64).try_fold(opening, |sum, era| {
            let mites = (self.reward.mites() >> era).checked_mul(self.halving_interval)?;
            sum.checked_add(Amount::from_mites(mites)?)
        })
    }

    /// The reward of the block at `height` (§11): `reward >> ((height - 1) / halving_interval)`.
    #[must_use]
    pub fn reward_at(&self, height: u64) -> Amount {
        let Some(era) =
            height.checked_sub(1).and_then(|blocks| blocks.checked_div(self.halving_interval))
        else {
            return Amount::ZERO;
        };
        let shift = u32::try_from(era).unwrap_or(u32::MAX);
        let mites = self.reward.mites().checked_shr(shift).unwrap_or(0);
        Amount::from_mites(mites).unwrap_or(Amount::ZERO)
    }

    /// All coins in the state after the block at `height`, in closed form (§11).
    #[must_use]
    pub fn supply_at(&self, height: u64) -> Amount {
        let opening = Amount::sum(self.opening_balances.iter().map(|payment| payment.amount));
        let mut supply = opening.unwrap_or(Amount::ZERO);
        let mut left = height;
        for era in 0..64 {
            let blocks = left.min(self.halving_interval);
            let mites = (self.reward.mites() >> era).saturating_mul(blocks);
            supply = Amount::from_mites(mites)
                .and_then(|mined| supply.checked_add(mined))
                .unwrap_or(Amount::MAX);
            left -= blocks;
        }
        supply
    }

    /// The difficulty rule with this chain's numbers (§10).
    #[must_use]
    pub fn difficulty(&self) -> Difficulty {
        Difficulty {
            interval: self.interval,
            first_target: self.first_target,
            easiest_target: self.easiest_target,
            half_life: (self.half_life > 0).then_some(self.half_life),
            max_gap: self.max_gap,
            grace: self.grace,
        }
    }

    /// `H("halfpenny/parameters", canonical encoding)`: what genesis calls its previous block (§11).
    #[must_use]
    pub fn hash(&self) -> Hash {
        Tag::PARAMETERS.hash(&[&encode(self)])
    }
}

/// A chain: checked parameters and the genesis that follows from them. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Chain(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parameters: Parameters,
    prefix: Prefix,
    difficulty: Difficulty,
    genesis: Block,
    genesis_id: BlockId,
    opening_state: StateTree,
}

impl Chain {
    /// The chain of `parameters`.
    ///
    /// # Errors
    ///
    /// When they break §11.
    pub fn new(parameters: Parameters) -> Result<Self, ParametersError> {
        parameters.check()?;
        let prefix = Prefix::parse(&parameters.prefix).ok_or(ParametersError::Field {
            field: "prefix",
            reason: "1 to 16 lower-case letters or digits",
        })?;
        let account =
            |payment: &Payment| (payment.recipient, Account { nonce: 0, balance: payment.amount });
        let opening_state =
            StateTree::from_accounts(parameters.opening_balances.iter().map(account));
        let header = Header {
            version: 1,
            height: 0,
            previous: parameters.hash(),
            transactions_root: crate::merkle::root(&[]),
            transaction_count: 0,
            state_root: opening_state.root(),
            history_root: Hash::ZERO,
            miner: AccountId([0; 32]),
            timestamp: parameters.genesis_time,
            clock: 0,
            target: parameters.first_target,
            nonce: 0,
        };
        let genesis_id = header.id();
        let genesis = Block { header, transactions: Bounded::default() };
        let difficulty = parameters.difficulty();
        Ok(Self(Arc::new(Inner {
            parameters,
            prefix,
            difficulty,
            genesis,
            genesis_id,
            opening_state,
        })))
    }

    /// The parameters.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.0.parameters
    }

    /// The prefix of addresses.
    #[must_use]
    pub fn prefix(&self) -> &Prefix {
        &self.0.prefix
    }

    /// The difficulty rule.
    #[must_use]
    pub fn difficulty(&self) -> &Difficulty {
        &self.0.difficulty
    }

    /// Block 0.
    #[must_use]
    pub fn genesis(&self) -> &Block {
        &self.0.genesis
    }

    /// The id of block 0: it names the chain.
    #[must_use]
    pub fn genesis_id(&self) -> BlockId {
        self.0.genesis_id
    }

    /// The state of block 0.
    #[must_use]
    pub fn opening_state(&self) -> &StateTree {
        &self.0.opening_state
    }

    /// The version that headers and transactions have at `height` (§6). Later rule sets are added here.
    #[must_use]
    pub fn version_at(&self, _height: u64) -> u8 {
        1
    }

    /// Size of a block, header included, at most.
    #[must_use]
    pub fn max_block_bytes(&self) -> usize {
        usize::try_from(self.parameters().max_block_bytes).unwrap_or(usize::MAX)
    }

    /// The opening balances.
    #[must_use]
    pub fn opening_balances(&self) -> Vec<(AccountId, Account)> {
        let account =
            |payment: &Payment| (payment.recipient, Account { nonce: 0, balance: payment.amount });
        self.parameters().opening_balances.iter().map(account).collect()
    }

    /// What an account has at the beginning.
    #[must_use]
    pub fn opening_balance(&self, account: &AccountId) -> Amount {
        self.0.opening_state.account(account).balance
    }
}

impl PartialEq for Chain {
    fn eq(&self, other: &Self) -> bool {
        self.genesis_id() == other.genesis_id()
    }
}
