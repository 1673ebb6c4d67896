//! Where the passphrase comes from: a file, the environment, or the terminal, never the arguments,
//! which every program on the machine can read.

use anyhow::{Context as _, bail};
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::{Zeroize as _, Zeroizing};

/// The variable that may hold the passphrase.
const VARIABLE: &str = "HALFPENNY_PASSPHRASE";
/// The option that gives the passphrase.
const OPTION: &str = "--passphrase-file";

/// How the passphrase is given. Without the option, the variable `HALFPENNY_PASSPHRASE` is taken if
/// it is set (programs of the same user can read it), and otherwise the terminal is asked.
#[derive(Debug, clap::Args)]
pub(super) struct Passphrase {
    /// A file with the passphrase as its first line [default: `$HALFPENNY_PASSPHRASE`, which programs of the same user can read; else the terminal asks]
    #[arg(long, global = true, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Passphrase {
    /// The passphrase of a wallet that exists.
    pub(super) fn ask(&self) -> anyhow::Result<Zeroizing<String>> {
        match self.given()? {
            Some(passphrase) => Ok(passphrase),
            None => prompt("Passphrase: ", OPTION),
        }
    }

    /// The passphrase of a wallet that is being made: typed twice.
    pub(super) fn ask_new(&self) -> anyhow::Result<Zeroizing<String>> {
        let passphrase = match self.given()? {
            Some(passphrase) => passphrase,
            None => {
                let first = prompt("New passphrase: ", OPTION)?;
                if *first != *prompt("The same again: ", OPTION)? {
                    bail!("the two passphrases differ; nothing was made");
                }
                first
            }
        };
        if passphrase.is_empty() {
            bail!("the passphrase is empty; nothing was made");
        }
        Ok(passphrase)
    }

    fn given(&self) -> anyhow::Result<Option<Zeroizing<String>>> {
        if let Some(path) = &self.passphrase_file {
            return first_line(path, "passphrase").map(Some);
        }
        Ok(std::env::var(VARIABLE).ok().map(Zeroizing::new))
    }
}

/// The first line of a file that holds nothing but a secret.
pub(super) fn first_line(path: &Path, what: &str) -> anyhow::Result<Zeroizing<String>> {
    let text = fs::read_to_string(path).map(Zeroizing::new);
    let text =
        text.with_context(|| format!("the {what} file {} cannot be read", path.display()))?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

/// Asks the terminal, which does not show the answer; `option` is how to do without one.
pub(super) fn prompt(question: &str, option: &str) -> anyhow::Result<Zeroizing<String>> {
    let answer = rpassword::prompt_password(question)
        .with_context(|| format!("there is no terminal to ask for it; give {option}"))?;
    Ok(Zeroizing::new(answer))
}

/// Asks for the words. They are shown while they are typed: twelve words are not typed blind.
pub(super) fn ask_words() -> anyhow::Result<Zeroizing<String>> {
    crate::cli::tell("Enter the 12 or 24 words, on one line:");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("the words cannot be read")?;
    let words = Zeroizing::new(line.trim().to_owned());
    line.zeroize();
    Ok(words)
}

/// Asks yes or no; anything but yes is no.
pub(super) fn confirm(question: &str) -> anyhow::Result<bool> {
    crate::cli::tell(format_args!("{question} [y/N]"));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("the answer cannot be read; say --yes")?;
    Ok(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
