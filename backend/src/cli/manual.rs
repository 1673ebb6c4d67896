//! `halfpenny completions|man`: what shells and `man` want to know of this program, made from the same
//! description as its help.

use std::{fs, path::PathBuf};

use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_complete::Shell;

use super::Cli;

/// What `halfpenny completions` is told.
#[derive(Debug, clap::Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// What `halfpenny man` is told.
#[derive(Debug, clap::Args)]
pub(super) struct ManArgs {
    /// The folder to write the pages into; made if there is none
    folder: PathBuf,
}

/// Runs `halfpenny completions`.
pub(super) fn completions(args: &CompletionsArgs) {
    super::say(completions_for(args.shell).trim_end());
}

/// What a shell wants to know.
pub(super) fn completions_for(shell: Shell) -> String {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "halfpenny", &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Runs `halfpenny man`.
pub(super) fn man(args: &ManArgs) -> anyhow::Result<()> {
    let folder = args.folder.display();
    fs::create_dir_all(&args.folder).with_context(|| format!("cannot make the folder {folder}"))?;
    clap_mangen::generate_to(Cli::command(), &args.folder)
        .with_context(|| format!("cannot write into the folder {folder}"))
}

#[cfg(test)]
impl ManArgs {
    /// To write the pages there.
    pub(super) fn at(folder: &std::path::Path) -> Self {
        Self { folder: folder.into() }
    }
}
