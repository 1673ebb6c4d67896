//! `halfpenny coin new`: a chain file with sensible numbers, each with a word about what it does.

use std::{
    fmt::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::Context as _;
use clap::Subcommand;
use data_encoding::HEXLOWER;
use shared::{
    amount::{Amount, COIN},
    api::ChainFile,
    limits::MAX_AMOUNT,
    params::Chain,
};

/// Seconds after which the reward halves, unless told otherwise: four years, as near as blocks allow.
const HALVING_SECONDS: u64 = 126_000_000;
/// Half-lives that the clock advances for one block at most, beside the grace.
const GAP_HALF_LIVES: u64 = 4;
/// Seconds that a block may be ahead of a node's clock.
const MAX_FUTURE: u64 = 600;

/// What `halfpenny coin` can do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Prints a new chain file; start it with `halfpenny node --chain FILE`
    New(NewArgs),
}

/// What `halfpenny coin new` is told.
#[derive(Debug, clap::Args)]
pub(super) struct NewArgs {
    /// Name of the coin, e.g. "Class Coin"
    #[arg(long)]
    name: String,
    /// Short name of the coin, 1 to 8 capital letters or digits
    #[arg(long)]
    ticker: String,
    /// How addresses begin, 1 to 16 lower-case letters or digits [default: the ticker in lower case]
    #[arg(long)]
    prefix: Option<String>,
    /// A text for the first block [default: none]
    #[arg(long, default_value = "", hide_default_value = true)]
    message: String,
    /// Time that a block should take: seconds, or with a unit as 15s, 2m, 1h
    #[arg(long, default_value = "15s", value_parser = seconds)]
    interval: u64,
    /// Coins for the first block
    #[arg(long, default_value = "5", value_parser = coins)]
    reward: Amount,
    /// Blocks after which the reward halves [default: four years, or as long as the supply allows]
    #[arg(long, value_name = "BLOCKS")]
    halving_interval: Option<u64>,
    /// Leading zero bits of the first block's id: each doubles the work
    #[arg(long, default_value_t = 24, value_name = "BITS")]
    first_zero_bits: u8,
    /// Leading zero bits that a block's id always has [default: 4 fewer than the first block's]
    #[arg(long, value_name = "BITS")]
    easiest_zero_bits: Option<u8>,
    /// Seconds of lateness that halve the difficulty [default: 20 intervals]
    #[arg(long, value_parser = seconds)]
    half_life: Option<u64>,
    /// Never change the difficulty: for a class at one pace, not for a coin among strangers
    #[arg(long, conflicts_with = "half_life")]
    fixed: bool,
    /// Bytes of a block at most
    #[arg(long, default_value_t = 262_144, value_name = "BYTES")]
    max_block_bytes: u32,
    /// Accounts that a block creates at most
    #[arg(long, default_value_t = 64, value_name = "N")]
    max_new_accounts: u32,
    /// Offer the dev controls: anybody may mine at the push of a button
    #[arg(long)]
    dev: bool,
}

/// Runs `halfpenny coin`.
pub(super) fn run(command: &Command) -> anyhow::Result<()> {
    let Command::New(args) = command;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).context("the system gives no random bytes")?;
    let file = chain_file(args, now, &HEXLOWER.encode(&salt))?;
    super::say(text_of(&file)?.trim_end());
    Ok(())
}

/// The file that the arguments mean, already checked.
fn chain_file(args: &NewArgs, now: u64, salt: &str) -> anyhow::Result<ChainFile> {
    let interval = args.interval.max(1);
    let half_life =
        if args.fixed { 0 } else { args.half_life.unwrap_or(interval.saturating_mul(20)) };
    let grace = MAX_FUTURE.saturating_add(interval.saturating_mul(4));
    let max_gap = grace.saturating_add(half_life.saturating_mul(GAP_HALF_LIVES)).max(interval);
    let reward = args.reward.mites();
    let halving_interval =
        args.halving_interval.unwrap_or_else(|| default_halving(interval, reward));
    let file = ChainFile {
        name: args.name.clone(),
        ticker: args.ticker.clone(),
        prefix: args.prefix.clone().unwrap_or_else(|| args.ticker.to_ascii_lowercase()),
        // 1 is what all coins without a registered number share.
        coin_type: 1,
        salt: salt.to_owned(),
        genesis_time: now,
        message: args.message.clone(),
        interval,
        first_target: None,
        first_zero_bits: Some(args.first_zero_bits),
        easiest_target: None,
        easiest_zero_bits: Some(match (args.easiest_zero_bits, args.fixed) {
            (Some(bits), _) => bits,
            (None, true) => args.first_zero_bits,
            (None, false) => args.first_zero_bits.saturating_sub(4),
        }),
        half_life,
        max_gap,
        grace,
        max_future: MAX_FUTURE,
        reward,
        halving_interval,
        max_block_bytes: args.max_block_bytes,
        max_new_accounts: args.max_new_accounts,
        max_validity: (86_400 / interval).max(100),
        dev: args.dev,
        opening_balances: Vec::new(),
    };
    file.to_chain().context("these numbers make no coin")?;
    Ok(file)
}

/// Four years in blocks, or so many that all rewards together stay within the range of amounts.
fn default_halving(interval: u64, reward: u64) -> u64 {
    let four_years = HALVING_SECONDS / interval;
    // All halvings together pay twice the first one.
    let affordable = (MAX_AMOUNT / 2).checked_div(reward).unwrap_or(u64::MAX);
    let blocks = four_years.min(affordable).max(1);
    // Two digits are easier to remember, and never more than is affordable.
    let digits = blocks.checked_ilog10().unwrap_or_default().saturating_sub(1);
    let unit = 10_u64.saturating_pow(digits);
    blocks / unit * unit
}

/// The file with its comments, read back to be sure that it means the same.
fn text_of(file: &ChainFile) -> anyhow::Result<String> {
    let chain = file.to_chain()?;
    let plain = file.to_toml()?;
    let mut text = header(&chain);
    for line in plain.lines() {
        let name = line.split('=').next().unwrap_or_default().trim();
        match comment(name) {
            Some(comment) => writeln!(text, "{line} # {comment}")?,
            None => writeln!(text, "{line}")?,
        }
    }
    let again = ChainFile::from_toml(&text)?.to_chain()?;
    anyhow::ensure!(again == chain, "the file would mean another chain: choose a simpler name");
    Ok(text)
}

fn header(chain: &Chain) -> String {
    let parameters = chain.parameters();
    let supply = parameters.max_supply().map(Amount::to_coins).unwrap_or_default();
    format!(
        "# The coin {}: start a node with `halfpenny node --chain FILE`, and give this very file to everybody\n\
         # who takes part. Changing anything in it makes another coin.\n\
         # In all there will be {supply} {}. Amounts here are mites: 1 coin is {COIN}.\n\
         # Its first block is {}.\n",
        parameters.name,
        parameters.ticker,
        chain.genesis_id(),
    )
}

/// What a field does.
fn comment(field: &str) -> Option<&'static str> {
    Some(match field {
        "prefix" => "how addresses begin",
        "coin_type" => "where wallets derive its keys; 1 is shared by all unregistered coins",
        "salt" => "random: a coin begun anew needs another, or old payments could be replayed",
        "genesis_time" => "seconds since 1970",
        "interval" => "seconds that a block should take",
        "first_zero_bits" => "leading zero bits of the first block's id: each doubles the work",
        "easiest_zero_bits" => "leading zero bits that a block's id always has",
        "half_life" => "seconds of lateness that halve the difficulty; 0: it never changes",
        "max_gap" => "seconds that one block's gap counts at most",
        "grace" => "seconds of a block's own gap that do not ease it",
        "max_future" => "seconds that a block may be ahead of a node's clock; 0: no limit",
        "reward" => "mites for the first block's miner",
        "halving_interval" => "blocks after which the reward halves",
        "max_block_bytes" => "bytes of a block at most",
        "max_new_accounts" => "accounts that a block creates at most",
        "max_validity" => "blocks that a transaction can stay valid",
        "dev" => "whether anybody may mine at the push of a button",
        _ => return None,
    })
}

fn seconds(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|unit: char| unit.is_ascii_alphabetic());
    let factor = match text.strip_prefix(digits) {
        Some("" | "s") => 1,
        Some("m") => 60,
        Some("h") => 3_600,
        _ => return Err("say seconds, or 15s, 2m, 1h".to_owned()),
    };
    let number: u64 = digits.parse().map_err(|_| "say seconds, or 15s, 2m, 1h".to_owned())?;
    number
        .checked_mul(factor)
        .filter(|seconds| *seconds > 0)
        .ok_or_else(|| "at least 1 second".to_owned())
}

fn coins(text: &str) -> Result<Amount, String> {
    Amount::parse_coins(text).map_err(|error| error.to_string())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        new: NewArgs,
    }

    /// The file that these arguments print.
    pub(in crate::cli) fn text(arguments: &[&str]) -> anyhow::Result<String> {
        let program = Program::try_parse_from([&["new"], arguments].concat())?;
        text_of(&chain_file(&program.new, 1_800_000_000, &"ab".repeat(32))?)
    }
}
