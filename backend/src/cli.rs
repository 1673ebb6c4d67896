//! The command line: what can be said, and what becomes of it.
//!
//! Exit codes: 0 done, 1 failed (one sentence on standard error), 2 wrong use (clap says what).

mod coin;
mod inspect;
mod manual;
pub mod mine;
mod node;
mod receipt;
pub mod wallet;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

/// Halfpenny: a small coin that you can hold, mine and check yourself.
#[derive(Debug, Parser)]
#[command(name = "halfpenny", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs a node and serves the app
    Node(Box<node::Args>),
    /// Makes a coin of your own
    #[command(subcommand)]
    Coin(coin::Command),
    /// Makes, restores and uses a wallet
    Wallet(wallet::Args),
    /// Mines with the processor
    Mine(mine::Args),
    /// Says where a chain stands
    Status(inspect::StatusArgs),
    /// Checks a whole chain from its first block on
    Verify(inspect::VerifyArgs),
    /// Writes a whole chain to a file
    Export(inspect::ExportArgs),
    /// Reads a whole chain from a file, checking all of it
    Import(inspect::ImportArgs),
    /// Makes a data folder as small as it can be
    Compact(inspect::CompactArgs),
    /// Checks a receipt: that a transaction is in a chain
    VerifyReceipt(receipt::Args),
    /// Prints what a shell needs to complete these commands
    Completions(manual::CompletionsArgs),
    /// Writes the manual: a page for each command
    Man(manual::ManArgs),
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    // It was just parsed by the same description.
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(run(cli.command, &matches)),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Were standard error closed, there would be nobody to tell.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command, matches: &ArgMatches) -> anyhow::Result<()> {
    match command {
        Command::Node(args) => {
            let matches = matches.subcommand_matches("node").unwrap_or(matches);
            node::run(*args, matches).await
        }
        Command::Coin(command) => coin::run(&command),
        Command::Wallet(args) => wallet::run(args).await,
        Command::Mine(args) => mine::run(args).await,
        Command::Status(args) => inspect::status(args).await,
        Command::Verify(args) => inspect::verify(args),
        Command::Export(args) => inspect::export(&args),
        Command::Import(args) => inspect::import(args).await,
        Command::Compact(args) => inspect::compact(&args),
        Command::VerifyReceipt(args) => receipt::run(&args),
        Command::Completions(args) => {
            manual::completions(&args);
            Ok(())
        }
        Command::Man(args) => manual::man(&args),
    }
}

/// Prints a line for who called; a closed standard output is no failure.
fn say(line: impl std::fmt::Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Tells how far a long command is.
fn tell(line: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

#[cfg(test)]
mod tests;
