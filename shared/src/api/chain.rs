//! Chain parameters as people and programs write them: the TOML file and `GET /chain` have one shape.

use crate::{
    account::Address,
    account::Prefix,
    amount::Amount,
    encode::Bounded,
    hash::Hash,
    params::{Chain, Parameters, ParametersError},
    transaction::Payment,
    work::Target,
};
use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};
use serde::{Deserialize, Serialize};

/// A chain as in its TOML file and in `GET /chain` (§11). Amounts in mites, times in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainFile {
    /// Name of the coin.
    pub name: String,
    /// Short name of the coin, 1 to 8 capital letters or digits.
    pub ticker: String,
    /// Human-readable part of addresses, 1 to 16 lower-case letters or digits.
    pub prefix: String,
    /// SLIP-44 coin type; 1 for chains whose coins are worth nothing.
    pub coin_type: u32,
    /// 32 random bytes in hex; a restarted coin needs new ones.
    pub salt: String,
    /// Timestamp of genesis.
    pub genesis_time: u64,
    /// A text for genesis.
    #[serde(default)]
    pub message: String,
    /// Seconds that a block should take.
    pub interval: u64,
    /// Target of the first block, 64 hex digits (or `first_zero_bits`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_target: Option<String>,
    /// Leading zero bits of the first block's id (or `first_target`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_zero_bits: Option<u8>,
    /// The easiest target, 64 hex digits (or `easiest_zero_bits`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub easiest_target: Option<String>,
    /// Leading zero bits under the easiest target (or `easiest_target`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub easiest_zero_bits: Option<u8>,
    /// Seconds of lateness that double the target; 0: fixed difficulty.
    pub half_life: u64,
    /// Seconds that the clock advances for one block, at most.
    pub max_gap: u64,
    /// Seconds of a block's own gap that do not ease its target.
    pub grace: u64,
    /// Seconds that a block may be ahead of a node's clock; 0: no limit.
    pub max_future: u64,
    /// Reward of block 1, in mites.
    pub reward: u64,
    /// Blocks after which the reward halves.
    pub halving_interval: u64,
    /// Size of a block, header included, at most.
    pub max_block_bytes: u32,
    /// Accounts that a block creates at most, its miner's apart.
    pub max_new_accounts: u32,
    /// Blocks that a transaction can stay valid, at most.
    pub max_validity: u64,
    /// Whether the node offers dev controls.
    #[serde(default)]
    pub dev: bool,
    /// Balances in the state of genesis.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opening_balances: Vec<OpeningBalance>,
}

/// One balance in the state of genesis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningBalance {
    /// Who holds it.
    pub address: String,
    /// How many mites.
    pub amount: u64,
}

/// Why a chain file makes no chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainFileError {
    /// The text is not TOML of this shape.
    #[error("the chain file cannot be read: {0}")]
    Syntax(String),
    /// A field does not hold what it should.
    #[error("{field}: {reason}")]
    Field {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The parameters break §11.
    #[error("{0}")]
    Parameters(ParametersError),
}

impl ChainFile {
    /// Reads a chain file.
    ///
    /// # Errors
    ///
    /// When the text is not TOML or has unknown or missing fields.
    #[cfg(feature = "std")]
    pub fn from_toml(text: &str) -> Result<Self, ChainFileError> {
        toml::from_str(text).map_err(|error| ChainFileError::Syntax(error.to_string()))
    }

    /// Writes a chain file.
    ///
    /// # Errors
    ///
    /// Never in practice: every field has a form in TOML.
    #[cfg(feature = "std")]
    pub fn to_toml(&self) -> Result<String, ChainFileError> {
        toml::to_string(self).map_err(|error| ChainFileError::Syntax(error.to_string()))
    }

    /// The parameters that the file means, not yet checked against §11.
    ///
    /// # Errors
    ///
    /// When a field is not a hash, target, address or amount.
    pub fn to_parameters(&self) -> Result<Parameters, ChainFileError> {
        let prefix = Prefix::parse(&self.prefix)
            .ok_or_else(|| field("prefix", "1 to 16 lower-case letters or digits"))?;
        let amount = |name, mites| {
            Amount::from_mites(mites).ok_or_else(|| field(name, "amounts stay below 2^53 mites"))
        };
        let mut opening = Vec::new();
        for balance in &self.opening_balances {
            let address = Address::parse(&balance.address, &prefix)
                .map_err(|error| field("opening_balances", &error.to_string()))?;
            opening.push(Payment {
                recipient: address.account,
                amount: amount("opening_balances", balance.amount)?,
            });
        }
        opening.sort_unstable_by_key(|payment| payment.recipient);
        Ok(Parameters {
            name: self.name.clone(),
            ticker: self.ticker.clone(),
            prefix: self.prefix.clone(),
            coin_type: self.coin_type,
            salt: Hash::parse(&self.salt).ok_or_else(|| field("salt", "64 hex digits"))?,
            genesis_time: self.genesis_time,
            message: self.message.clone(),
            interval: self.interval,
            first_target: target(
                "first_target",
                self.first_target.as_deref(),
                self.first_zero_bits,
            )?,
            easiest_target: target(
                "easiest_target",
                self.easiest_target.as_deref(),
                self.easiest_zero_bits,
            )?,
            half_life: self.half_life,
            max_gap: self.max_gap,
            grace: self.grace,
            max_future: self.max_future,
            reward: amount("reward", self.reward)?,
            halving_interval: self.halving_interval,
            max_block_bytes: self.max_block_bytes,
            max_new_accounts: self.max_new_accounts,
            max_validity: self.max_validity,
            opening_balances: Bounded::new(opening)
                .ok_or_else(|| field("opening_balances", "at most 10,000"))?,
            dev: self.dev,
        })
    }

    /// The chain that the file means.
    ///
    /// # Errors
    ///
    /// When a field is wrong in itself or breaks §11.
    pub fn to_chain(&self) -> Result<Chain, ChainFileError> {
        Chain::new(self.to_parameters()?).map_err(ChainFileError::Parameters)
    }

    /// The file of a chain, with full targets.
    #[must_use]
    pub fn from_chain(chain: &Chain) -> Self {
        let parameters = chain.parameters();
        let balance = |payment: &Payment| OpeningBalance {
            address: Address::of(payment.recipient).to_text(chain.prefix()),
            amount: payment.amount.mites(),
        };
        Self {
            name: parameters.name.clone(),
            ticker: parameters.ticker.clone(),
            prefix: parameters.prefix.clone(),
            coin_type: parameters.coin_type,
            salt: parameters.salt.to_string(),
            genesis_time: parameters.genesis_time,
            message: parameters.message.clone(),
            interval: parameters.interval,
            first_target: Some(parameters.first_target.to_string()),
            first_zero_bits: None,
            easiest_target: Some(parameters.easiest_target.to_string()),
            easiest_zero_bits: None,
            half_life: parameters.half_life,
            max_gap: parameters.max_gap,
            grace: parameters.grace,
            max_future: parameters.max_future,
            reward: parameters.reward.mites(),
            halving_interval: parameters.halving_interval,
            max_block_bytes: parameters.max_block_bytes,
            max_new_accounts: parameters.max_new_accounts,
            max_validity: parameters.max_validity,
            dev: parameters.dev,
            opening_balances: parameters.opening_balances.iter().map(balance).collect(),
        }
    }
}

fn field(field: &'static str, reason: &str) -> ChainFileError {
    ChainFileError::Field { field, reason: reason.to_string() }
}

fn target(
    name: &'static str,
    hex: Option<&str>,
    zero_bits: Option<u8>,
) -> Result<Target, ChainFileError> {
    match (hex, zero_bits) {
        (Some(hex), None) => Target::parse(hex).ok_or_else(|| field(name, "64 hex digits")),
        (None, Some(bits)) => Ok(Target::from_zero_bits(bits)),
        _ => Err(field(name, "give either the target or its number of zero bits")),
    }
}
