//! The 25th word (BIP39's optional passphrase): asked for by an option, never among the arguments, which
//! every program on the machine can read.

use super::passphrase::{first_line, prompt};
use anyhow::bail;
use shared::wallet::mnemonic::Entropy;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Whether there is a 25th word, and where it comes from.
#[derive(Debug, clap::Args)]
pub(super) struct Extra {
    /// Asks for a 25th word (BIP39's passphrase) that belongs to the words. Every other one, one with a typing mistake as well, leads to another wallet, and nothing can check it
    #[arg(id = "extra_ask", long = "25th-word")]
    ask: bool,
    /// A file with the 25th word as its first line, instead of asking for it
    #[arg(id = "extra_file", long = "25th-word-file", value_name = "FILE")]
    from: Option<PathBuf>,
}

impl Extra {
    /// The secret with the 25th word, if one is wished; typed twice where it `is_new`.
    pub(super) fn add_to(&self, secret: Entropy, is_new: bool) -> anyhow::Result<Entropy> {
        let extra = match &self.from {
            Some(path) => first_line(path, "25th word")?,
            None if self.ask => ask(is_new)?,
            None => return Ok(secret),
        };
        if extra.is_empty() {
            bail!("the 25th word is empty: leave the option away to have none; nothing was made");
        }
        Ok(secret.with_25th_word(&extra)?)
    }
}

fn ask(is_new: bool) -> anyhow::Result<Zeroizing<String>> {
    let first = prompt("25th word: ", "--25th-word-file")?;
    if is_new && *first != *prompt("The same again: ", "--25th-word-file")? {
        bail!("the two differ; nothing was made");
    }
    Ok(first)
}
