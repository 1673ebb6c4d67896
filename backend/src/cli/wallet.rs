//! `halfpenny wallet`: makes, restores and uses a wallet.
//!
//! A client of a node like everybody else: keys are derived and used here and never leave this
//! process. The keystore file is the one that the browser writes, in both directions. The rules and
//! the texts are those of `shared::wallet`.

mod extra_word;
mod file;
mod history;
mod make;
mod passphrase;
mod pay;
mod shared_account;

use crate::client::Node;
use crate::config::find_chain;
use anyhow::{Context as _, bail};
use clap::Subcommand;
use passphrase::Passphrase;
use shared::account::Address;
use shared::amount::Amount;
use shared::params::Chain;
use shared::wallet::{keystore::Keystore, secret::SecretKey};
use std::path::PathBuf;

/// What a wallet can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Where the keys, the node and the passphrase are.
#[derive(Debug, clap::Args)]
struct Common {
    /// The keystore file, as the app exports it [default: `halfpenny/PREFIX/wallet.json` in the XDG data folder]
    #[arg(long, global = true, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The chain: `main`, `test`, `dev`, or a chain file [default: the node's; without a node, main]
    #[arg(long, global = true, env = "HALFPENNY_CHAIN", value_name = "NAME|FILE")]
    chain: Option<String>,
    /// The node to ask and to send through
    #[arg(
        long,
        global = true,
        env = "HALFPENNY_NODE",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080"
    )]
    node: String,
    /// Which account of the words
    #[arg(long, global = true, value_name = "N", default_value_t = 0)]
    account: u16,
    #[command(flatten)]
    passphrase: Passphrase,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a new wallet and shows its 12 words once
    New(make::NewArgs),
    /// Restores a wallet from its words, or from a keystore file
    Restore(make::RestoreArgs),
    /// Shows the address to be paid at
    Address,
    /// Shows what the account holds
    Balance,
    /// Pays somebody
    Send(pay::SendArgs),
    /// Lists what happened to the account, newest first
    History(history::Args),
    /// Accounts that several people hold together: a payment is a file that goes round
    #[command(subcommand)]
    Shared(shared_account::Command),
}

/// Runs `halfpenny wallet`.
///
/// # Errors
///
/// When it cannot be done: one sentence, and nothing is lost.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let Args { common, command } = args;
    match command {
        Command::New(args) => make::new(&common, &args),
        Command::Restore(args) => make::restore(&common, &args),
        Command::Address => make::address(&common),
        Command::Balance => pay::balance(&common).await,
        Command::Send(args) => pay::send(&common, &args).await,
        Command::History(args) => history::run(&common, &args).await,
        Command::Shared(command) => shared_account::run(&common, command).await,
    }
}

/// A key, for as long as a command needs it.
struct Unlocked {
    key: SecretKey,
    address: Address,
}

impl Common {
    /// The chain of a command that asks no node and has a keystore: the one named; else the built-in
    /// one whose prefix is in the keystore's file; else main.
    fn chain_of_wallet(&self) -> anyhow::Result<Chain> {
        let Some(path) = self.file.as_deref().filter(|_| self.chain.is_none()) else {
            return self.chain();
        };
        let keystore = file::read(path)?;
        let built_in =
            shared::chains::FILES.iter().filter_map(|(name, _)| shared::chains::by_name(name));
        let of_prefix =
            built_in.into_iter().find(|chain| *chain.prefix() == keystore.header().chain);
        of_prefix.map_or_else(|| self.chain(), Ok)
    }

    /// The chain of a command that asks no node.
    fn chain(&self) -> anyhow::Result<Chain> {
        Ok(find_chain(self.chain.as_deref().unwrap_or("main"))?)
    }

    /// The node and its chain. A node that says it is on another chain than the one named, or that
    /// has the prefix of a built-in chain and is not it, is not believed: nothing is signed for it.
    async fn node(&self) -> anyhow::Result<(Node, Chain)> {
        let node = Node::new(&self.node)?;
        let told = node.chain().await?;
        let expected = match &self.chain {
            Some(name) => Some(find_chain(name)?),
            None => shared::chains::FILES
                .iter()
                .filter_map(|(name, _)| shared::chains::by_name(name))
                .find(|chain| chain.prefix() == told.prefix()),
        };
        if let Some(expected) = expected
            && expected != told
        {
            let (got, want) = (told.genesis_id(), expected.genesis_id());
            bail!(
                "the node at {} is on another chain: its first block is {got}, not {want}",
                node.url()
            );
        }
        Ok((node, told))
    }

    fn keystore(&self, chain: &Chain) -> anyhow::Result<Keystore> {
        let path = file::path(self.file.as_deref(), chain)?;
        let keystore = file::read(&path)?;
        keystore.check_chain(chain).with_context(|| path.display().to_string())?;
        Ok(keystore)
    }

    /// Asks for the passphrase and derives the key.
    fn unlock(&self, chain: &Chain) -> anyhow::Result<Unlocked> {
        let keystore = self.keystore(chain)?;
        let passphrase = self.passphrase.ask()?;
        let secret = keystore.decrypt(&passphrase)?;
        let coin_type = chain.parameters().coin_type;
        let key = secret.seed().account_key(coin_type, self.account);
        let address = key.address();
        if self.account == 0 && address.account != keystore.header().address.account {
            bail!(
                "the keystore's address is not that of its words: the file was not made by this program"
            );
        }
        Ok(Unlocked { key, address })
    }

    /// The address, as far as it can be known without the passphrase.
    fn watched(&self, chain: &Chain) -> anyhow::Result<Address> {
        if self.account == 0 {
            return Ok(self.keystore(chain)?.header().address);
        }
        Ok(self.unlock(chain)?.address)
    }
}

/// An amount with its coin's short name.
fn coins(amount: Amount, chain: &Chain) -> String {
    format!("{} {}", amount.to_coins(), chain.parameters().ticker)
}

/// An amount that a node told.
fn told_amount(mites: u64) -> anyhow::Result<Amount> {
    Amount::from_mites(mites).context("the node told an amount that cannot be")
}

/// Text that somebody else wrote, for a terminal: nothing that moves the cursor.
fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}

#[cfg(test)]
mod tests;
