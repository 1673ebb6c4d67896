//! Making a wallet: new words, old words, or a keystore file from elsewhere.

use super::{Common, extra_word::Extra, file, passphrase};
use crate::cli::{say, tell};
use anyhow::{Context as _, bail};
use shared::account::Address;
use shared::params::Chain;
use shared::wallet::keystore::{Cost, Header, Keystore, Randomness, file::MAX_FILE_BYTES};
use shared::wallet::mnemonic::Entropy;
use std::path::PathBuf;
use std::time::SystemTime;
use zeroize::Zeroizing;

/// `wallet new`.
#[derive(Debug, clap::Args)]
pub(super) struct NewArgs {
    /// A name for the wallet, kept in the file
    #[arg(long, default_value = "Wallet")]
    name: String,
    #[command(flatten)]
    extra: Extra,
}

/// `wallet restore`.
#[derive(Debug, clap::Args)]
pub(super) struct RestoreArgs {
    /// A name for the wallet, kept in the file
    #[arg(long, default_value = "Wallet")]
    name: String,
    /// A file with the 12 or 24 words [default: they are asked for]
    #[arg(long, value_name = "FILE", conflicts_with = "keystore")]
    words_file: Option<PathBuf>,
    /// A keystore file, such as one that the app exported, instead of words
    #[arg(long, value_name = "FILE", conflicts_with_all = ["extra_ask", "extra_file"])]
    keystore: Option<PathBuf>,
    #[command(flatten)]
    extra: Extra,
}

/// Makes a new wallet.
pub(super) fn new(common: &Common, args: &NewArgs) -> anyhow::Result<()> {
    let chain = common.chain()?;
    let path = file::path(common.file.as_deref(), &chain)?;
    file::check_free(&path)?;
    let passphrase = common.passphrase.ask_new()?;
    let secret = args.extra.add_to(Entropy::of_12_words(random()?), true)?;
    let (keystore, address) = lock(&secret, &passphrase, &chain, &args.name)?;
    file::write_new(&path, &keystore.to_json())?;
    tell(
        "These 12 words are the wallet. Write them down on paper, in this order, and show them to nobody:",
    );
    tell(
        "whoever has them has the coins, and without them and the passphrase nobody can help you.",
    );
    tell("They are not shown again.");
    if !secret.extra().is_empty() {
        tell(
            "The 25th word belongs to them: without it they lead to another wallet, an empty one.",
        );
    }
    tell("");
    for (line, words) in secret.words().chunks(4).enumerate() {
        let numbered = words
            .iter()
            .zip(line * 4 + 1..)
            .map(|(word, number)| format!("{number:>2}. {word:<10}"));
        tell(numbered.collect::<String>());
    }
    tell("");
    tell(format_args!("The wallet is in {}; its address is", path.display()));
    say(address.to_text(chain.prefix()));
    Ok(())
}

/// Restores a wallet.
pub(super) fn restore(common: &Common, args: &RestoreArgs) -> anyhow::Result<()> {
    let chain = common.chain()?;
    let path = file::path(common.file.as_deref(), &chain)?;
    file::check_free(&path)?;
    let (keystore, address) = if let Some(from) = &args.keystore {
        let keystore = file::read(from)?;
        keystore.check_chain(&chain).with_context(|| from.display().to_string())?;
        // Opens it, so that a file that cannot be opened is found now and not when it is needed.
        let secret = keystore.decrypt(&common.passphrase.ask()?)?;
        let address = secret.seed().account_key(chain.parameters().coin_type, 0).address();
        (keystore, address)
    } else {
        let words = match &args.words_file {
            Some(file) => file::read_text(file, MAX_FILE_BYTES)
                .map(Zeroizing::new)
                .with_context(|| format!("the file of words {} cannot be read", file.display()))?,
            None => passphrase::ask_words()?,
        };
        let secret = args.extra.add_to(Entropy::parse_phrase(&words)?, false)?;
        let passphrase = common.passphrase.ask_new()?;
        lock(&secret, &passphrase, &chain, &args.name)?
    };
    file::write_new(&path, &keystore.to_json())?;
    tell(format_args!("The wallet is in {}; its address is", path.display()));
    say(address.to_text(chain.prefix()));
    Ok(())
}

/// Shows the address. What stands in the file in clear is not trusted: people are paid at it.
pub(super) fn address(common: &Common) -> anyhow::Result<()> {
    let chain = common.chain_of_wallet()?;
    let unlocked = common.unlock(&chain)?;
    say(unlocked.address.to_text(chain.prefix()));
    Ok(())
}

fn lock(
    secret: &Entropy,
    passphrase: &str,
    chain: &Chain,
    name: &str,
) -> anyhow::Result<(Keystore, Address)> {
    let address = secret.seed().account_key(chain.parameters().coin_type, 0).address();
    let created = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    let header = Header::new(name, chain, address, created);
    let randomness = Randomness { salt: random()?, nonce: random()?, id: random()? };
    Ok((Keystore::encrypt(secret, passphrase, &randomness, header, Cost::DEFAULT)?, address))
}

fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => bail!("the system gives no random numbers ({error}); nothing was made"),
    }
}
