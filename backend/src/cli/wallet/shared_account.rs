//! `halfpenny wallet shared`: accounts that several people hold together.
//!
//! Two kinds of file go round, and neither is secret: the account (who holds it, how many must
//! sign), and a proposal (a payment and the signatures so far, `shared::wallet::shared_account`).

use super::{Common, coins, file, passphrase::confirm, pay, plain};
use crate::cli::{say, tell};
use anyhow::{Context as _, bail};
use clap::Subcommand;
use shared::account::{Address, AddressKind, Policy};
use shared::key::PublicKey;
use shared::params::Chain;
use shared::wallet::payment;
use shared::wallet::shared_account::file::{MAX_FILE_BYTES, account_to_json, parse_account};
use shared::wallet::shared_account::{Proposal, ProposalError};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Makes an account of 2 to 8 people, and the file that describes it
    New(NewArgs),
    /// Proposes a payment: makes the file that goes round
    Propose(ProposeArgs),
    /// Shows a proposal
    Show(ShowArgs),
    /// Signs a proposal with this wallet's key, and puts in the signatures of other copies
    Sign(SignArgs),
    /// Sends a proposal that enough have signed
    Send(SendArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct NewArgs {
    /// How many must sign
    #[arg(long, value_name = "N")]
    threshold: u8,
    /// The address of a member's wallet; once for each member
    #[arg(long, value_name = "ADDRESS", required = true)]
    member: Vec<String>,
    /// The file to make
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct ProposeArgs {
    /// The account's file
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    #[command(flatten)]
    order: pay::Order,
    /// The file to make
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// The proposal
    proposal: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct SignArgs {
    /// The proposal; it is changed in place
    proposal: PathBuf,
    /// Copies of it that others signed
    #[arg(value_name = "COPY")]
    copies: Vec<PathBuf>,
    /// Do not ask whether all of it is right
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct SendArgs {
    /// The proposal
    proposal: PathBuf,
    /// Copies of it that others signed
    #[arg(value_name = "COPY")]
    copies: Vec<PathBuf>,
    /// Wait until the payment is in a block
    #[arg(long)]
    wait: bool,
}

/// Runs `halfpenny wallet shared`.
pub(super) async fn run(common: &Common, command: Command) -> anyhow::Result<()> {
    match command {
        Command::New(args) => new(common, &args),
        Command::Propose(args) => propose(common, &args).await,
        Command::Show(args) => {
            let chain = common.chain_of_wallet()?;
            show(&read_proposal(&args.proposal, &chain)?, &chain);
            Ok(())
        }
        Command::Sign(args) => sign(common, &args),
        Command::Send(args) => send(common, &args).await,
    }
}

fn new(common: &Common, args: &NewArgs) -> anyhow::Result<()> {
    let chain = common.chain_of_wallet()?;
    let mut keys = Vec::new();
    for member in &args.member {
        let address = Address::parse(member, chain.prefix())
            .with_context(|| format!("--member {}", plain(member)))?;
        if address.kind != AddressKind::Key {
            bail!("--member {}: a shared account cannot be a member of another", plain(member));
        }
        keys.push(PublicKey(address.account.0));
    }
    let policy = Policy::new(args.threshold, keys)?;
    file::write_new(&args.out, &account_to_json(&policy))?;
    tell(format_args!(
        "Every member should keep {}: without it nobody can pay from the account.",
        args.out.display()
    ));
    say(Address::of_policy(&policy).to_text(chain.prefix()));
    Ok(())
}

async fn propose(common: &Common, args: &ProposeArgs) -> anyhow::Result<()> {
    let (node, chain) = common.node().await?;
    file::check_free(&args.out)?;
    let policy = read_account(&args.from)?;
    let payments = pay::payments(&args.order, &chain)?;
    let (account, next_height) = pay::account(&node, &chain, Address::of_policy(&policy)).await?;
    let (keys, threshold) = (policy.keys.len(), usize::from(policy.threshold));
    let size =
        payment::shared_signed_size(payments.len(), args.order.memo_bytes(), keys, threshold);
    let fee = pay::fee(&node, &chain, &args.order, &payments, size, false).await?;
    // It goes round by hand, which takes its time.
    let expires_in = args.order.expires_in().or(Some(chain.parameters().max_validity));
    let draft = pay::draft(&args.order, payments, fee, expires_in);
    let proposal = Proposal::propose(&chain, policy, account, next_height, &draft);
    let proposal = proposal.map_err(|error| match error {
        ProposalError::Payment(error) => pay::in_coins(error, &chain),
        error => error.into(),
    })?;
    show(&proposal, &chain);
    file::write_new(&args.out, &proposal.to_json())?;
    say(args.out.display());
    Ok(())
}

fn sign(common: &Common, args: &SignArgs) -> anyhow::Result<()> {
    let chain = common.chain_of_wallet()?;
    let mut proposal = merged(&args.proposal, &args.copies, &chain)?;
    show(&proposal, &chain);
    if !args.yes && !confirm("Sign this?")? {
        bail!("nothing was signed");
    }
    let unlocked = common.unlock(&chain)?;
    match proposal.sign(&unlocked.key) {
        Err(ProposalError::AlreadySigned) if !args.copies.is_empty() => {}
        signed => signed?,
    }
    file::replace(&args.proposal, &proposal.to_json())?;
    tell(match proposal.missing() {
        0 => "Enough have signed: send it with `halfpenny wallet shared send`.".to_owned(),
        missing => format!("Signed; {missing} more must sign."),
    });
    Ok(())
}

async fn send(common: &Common, args: &SendArgs) -> anyhow::Result<()> {
    let (node, chain) = common.node().await?;
    let transaction = merged(&args.proposal, &args.copies, &chain)?.finish()?;
    pay::submit(&node, &transaction, args.wait).await
}

/// Shows a payment and who has signed it.
fn show(proposal: &Proposal, chain: &Chain) {
    pay::review(proposal.body(), chain);
    for (key, signed) in proposal.signers() {
        let address = Address::of_key(key).to_text(chain.prefix());
        tell(format_args!("{}  {address}", if signed { "signed  " } else { "unsigned" }));
    }
    let debit = proposal.body().debit().map_or_else(String::new, |debit| coins(debit, chain));
    tell(format_args!(
        "{debit} in all; {} of {} signatures are missing",
        proposal.missing(),
        proposal.threshold()
    ));
}

fn merged(path: &Path, copies: &[PathBuf], chain: &Chain) -> anyhow::Result<Proposal> {
    let mut proposal = read_proposal(path, chain)?;
    for copy in copies {
        let other = read_proposal(copy, chain)?;
        proposal.merge(&other).with_context(|| copy.display().to_string())?;
    }
    Ok(proposal)
}

fn read_proposal(path: &Path, chain: &Chain) -> anyhow::Result<Proposal> {
    let name = || path.display().to_string();
    let text = file::read_text(path, MAX_FILE_BYTES).with_context(name)?;
    Proposal::parse(&text, chain).with_context(name)
}

fn read_account(path: &Path) -> anyhow::Result<Policy> {
    let name = || path.display().to_string();
    let text = file::read_text(path, MAX_FILE_BYTES).with_context(name)?;
    parse_account(&text).with_context(name)
}
