//! `halfpenny verify-receipt`: recomputes everything that a receipt claims, without asking anybody.

use std::{fs, io::Read as _};

use anyhow::{Context as _, bail, ensure};
use shared::{
    api::TransactionProofView,
    encode::{Bounded, decode},
    hash::{BlockId, Hash, TransactionId},
    header::Header,
    history::{HistoryProof, Summary},
    limits::{HEADER_BYTES, MAX_TRANSACTION_BYTES},
    merkle,
    params::Chain,
    rules::transaction_isolated,
    transaction::{Transaction, id_of_bytes},
    work::Work,
};

use crate::config::find_chain;

/// A receipt is a few kilobytes.
const MAX_BYTES: u64 = 1 << 20;

/// What `halfpenny verify-receipt` is told.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The receipt: what `GET /api/v1/transactions/{id}/proof` answered; `-` reads standard input
    file: String,
    /// The chain, to check the signature as well: `main`, `test`, `dev`, or a chain file
    #[arg(long, value_name = "NAME|FILE")]
    chain: Option<String>,
    /// Id of the newest block that you trust, e.g. from your own node
    #[arg(long, value_name = "ID")]
    tip: Option<String>,
}

/// What a receipt proves.
#[derive(Debug, PartialEq, Eq)]
struct Proven {
    id: TransactionId,
    transaction: Transaction,
    block: BlockId,
    header: Header,
    tip: Header,
}

/// Runs `halfpenny verify-receipt`.
pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let text = read(&args.file).with_context(|| format!("cannot read {}", args.file))?;
    let receipt: TransactionProofView =
        serde_json::from_str(&text).with_context(|| format!("{} is no receipt", args.file))?;
    let proven = prove(&receipt).context("the receipt proves nothing")?;
    if let Some(tip) = &args.tip {
        let trusted = BlockId::parse(tip).context("--tip: must be 64 hex digits")?;
        let got = proven.tip.id();
        ensure!(
            got == trusted,
            "the receipt is under the block {got}, not under the one you trust"
        );
    }
    let chain = args.chain.as_deref().map(find_chain).transpose()?;
    if let Some(chain) = &chain {
        transaction_isolated::check(proven.transaction.clone(), &chain.genesis_id()).with_context(
            || format!("the transaction is not valid on {}", chain.parameters().name),
        )?;
    }
    print(&proven, chain.as_ref(), args.tip.is_some());
    Ok(())
}

fn read(file: &str) -> std::io::Result<String> {
    let mut text = String::new();
    if file == "-" {
        std::io::stdin().take(MAX_BYTES).read_to_string(&mut text)?;
    } else {
        fs::File::open(file)?.take(MAX_BYTES).read_to_string(&mut text)?;
    }
    Ok(text)
}

fn prove(receipt: &TransactionProofView) -> anyhow::Result<Proven> {
    let bytes = from_hex(&receipt.transaction, "transaction")?;
    let transaction: Transaction = decode(&bytes, MAX_TRANSACTION_BYTES).context("transaction")?;
    let header = header_of(&receipt.header, "header")?;
    let tip = header_of(&receipt.tip, "tip")?;
    let path: Option<Vec<Hash>> = receipt.path.iter().map(|hash| Hash::parse(hash)).collect();
    let path = path.context("path: not all of it is hashes")?;
    let (index, count) = (u64::from(receipt.index), u64::from(header.transaction_count));
    let leaf = merkle::leaf(&bytes);
    ensure!(
        merkle::verify(&header.transactions_root, &leaf, index, count, &path),
        "the transaction is not in the block of this header"
    );
    let block = header.id();
    check_work(&header, "block")?;
    if tip != header {
        check_work(&tip, "newest block")?;
        check_history(receipt, &header, &tip)?;
    }
    Ok(Proven { id: id_of_bytes(&bytes), transaction, block, header, tip })
}

fn check_work(header: &Header, which: &str) -> anyhow::Result<()> {
    ensure!(header.target.is_met_by(&header.id()), "the {which} has no proof of work");
    Ok(())
}

/// Whether the tip's history holds the block at its height.
fn check_history(
    receipt: &TransactionProofView,
    header: &Header,
    tip: &Header,
) -> anyhow::Result<()> {
    if header.height >= tip.height {
        bail!("the block is not older than the newest block of the receipt");
    }
    let summary = |step: &shared::api::HistoryStep| {
        let (hash, work) = (Hash::parse(&step.hash)?, Work::parse(&step.work)?);
        Some(Summary { hash, work, clock: step.clock })
    };
    let path: Option<Vec<Summary>> = receipt.history.iter().map(summary).collect();
    let path = path.and_then(Bounded::new).context("history: not all of it is summaries")?;
    let work = if header.height == 0 { Work::ZERO } else { header.target.work() };
    let leaf = Summary::leaf(&header.id(), work, header.clock);
    let proof = HistoryProof { count: tip.height, path };
    ensure!(
        proof.verify(&tip.history_root, header.height, &leaf),
        "the block is not in the history of the receipt's newest block"
    );
    Ok(())
}

fn header_of(hex: &str, field: &'static str) -> anyhow::Result<Header> {
    decode(&from_hex(hex, field)?, HEADER_BYTES).context(field)
}

fn from_hex(hex: &str, field: &'static str) -> anyhow::Result<Vec<u8>> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes());
    bytes.map_err(|error| anyhow::anyhow!("{field}: {error}"))
}

fn print(proven: &Proven, chain: Option<&Chain>, is_trusted: bool) {
    let body = &proven.transaction.body;
    let name = |account: &shared::account::AccountId| match chain {
        Some(chain) => shared::api::address_of(account, chain),
        None => Hash(account.0).to_string(),
    };
    let confirmations = proven.tip.height - proven.header.height + 1;
    super::say(format_args!("The transaction {}", proven.id));
    super::say(format_args!("  from {}", name(&body.sender)));
    for payment in body.payments.iter() {
        super::say(format_args!(
            "  pays {} to {}",
            payment.amount.to_coins(),
            name(&payment.recipient)
        ));
    }
    super::say(format_args!(
        "is in the block {} at height {}, with proof of work,",
        proven.block, proven.header.height
    ));
    super::say(format_args!(
        "which the block {} at height {} confirms ({confirmations} confirmations).",
        proven.tip.id(),
        proven.tip.height
    ));
    if chain.is_none() {
        super::say("Its signature was not checked: name the chain with --chain.");
    }
    if !is_trusted {
        super::say(
            "Whether that block is the chain's, your node or the explorer tells: compare its id.",
        );
    }
}

#[cfg(test)]
mod tests;
