//! `halfpenny status|verify|export|import`: looking at a chain, and moving it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use shared::{amount::Amount, api::ChainFile, params::Chain};

use crate::{
    chain::{self, Tip},
    client,
    config::{Settings, find_chain},
    node::{CHAIN_FILE, note_chain},
};

/// Blocks after which a long command says how far it is.
const PROGRESS_EVERY: u64 = 10_000;

/// Which chain, in which folder.
#[derive(Debug, clap::Args)]
struct FolderArgs {
    /// The folder that holds the chain [default: the node's]
    #[arg(long, env = "HALFPENNY_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// The chain: `main`, `test`, `dev`, or a chain file [default: what the folder holds, or main]
    #[arg(long, env = "HALFPENNY_CHAIN", value_name = "NAME|FILE")]
    chain: Option<String>,
}

/// What `halfpenny status` is told.
#[derive(Debug, clap::Args)]
pub(super) struct StatusArgs {
    /// URL of a running node to ask instead of looking into a folder
    #[arg(long, value_name = "URL", conflicts_with_all = ["data", "chain"])]
    node: Option<String>,
    #[command(flatten)]
    folder: FolderArgs,
}

/// What `halfpenny verify` is told.
#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    folder: FolderArgs,
}

/// What `halfpenny export` is told.
#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// The file to write, which must not exist; `-` writes to standard output
    file: PathBuf,
    #[command(flatten)]
    folder: FolderArgs,
}

/// What `halfpenny compact` is told.
#[derive(Debug, clap::Args)]
pub(super) struct CompactArgs {
    #[command(flatten)]
    folder: FolderArgs,
}

/// What `halfpenny import` is told.
#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// The file to read
    file: PathBuf,
    /// The folder to put the chain into [default: the node's]
    #[arg(long, env = "HALFPENNY_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
}

impl FolderArgs {
    fn find(&self) -> anyhow::Result<(Chain, PathBuf)> {
        if let (None, Some(data)) = (&self.chain, &self.data) {
            return Ok((chain_in(data)?, data.clone()));
        }
        let (chain, data) = (self.chain.clone(), self.data.clone());
        let config = Settings { chain, data, ..Settings::default() }.resolve()?;
        Ok((config.chain, config.data))
    }
}

/// The chain that a node noted in its folder.
fn chain_in(data: &Path) -> anyhow::Result<Chain> {
    let path = data.join(CHAIN_FILE);
    match path.try_exists() {
        Ok(true) => Ok(find_chain(&path.display().to_string())?),
        _ => bail!(
            "{} holds no chain that a node made; name another folder with --data, or the chain with --chain",
            data.display()
        ),
    }
}

/// Runs `halfpenny status`.
pub(super) async fn status(args: StatusArgs) -> anyhow::Result<()> {
    if let Some(url) = args.node {
        let status = client::Node::new(&url)?.status().await?;
        let json = serde_json::to_string_pretty(&status)?;
        super::say(json);
        return Ok(());
    }
    let (chain, data) = args.folder.find()?;
    // Opening would make an empty chain there.
    chain_in(&data)?;
    let (handle, writer) = chain::start(chain::Options::new(&data, chain)).map_err(in_use)?;
    let view = handle.view();
    let parameters = view.chain().parameters();
    let tip = view.tip();
    super::say(format_args!("{} ({})", parameters.name, parameters.ticker));
    super::say(format_args!("genesis       {}", view.chain().genesis_id()));
    super::say(format_args!("height        {}", tip.height));
    super::say(format_args!("tip           {}", tip.id));
    super::say(format_args!("work          {}", tip.work.to_hex()));
    super::say(format_args!("transactions  {}", view.transaction_count()));
    super::say(format_args!("accounts      {}", view.tree().len()));
    super::say(format_args!(
        "supply        {} {}",
        coins(parameters.supply_at(tip.height)),
        parameters.ticker
    ));
    super::say(format_args!("waiting       {}", view.pool().len()));
    handle.stop().await;
    Ok(writer.stopped().await?)
}

/// Runs `halfpenny verify`.
pub(super) fn verify(args: VerifyArgs) -> anyhow::Result<()> {
    let (chain, data) = args.folder.find()?;
    let verified = chain::verify(&data, &chain, progress("checked"))?;
    let Tip { height, id, .. } = verified.tip;
    super::say(format_args!(
        "All {height} blocks up to {id} are valid: {} transactions, {} accounts, state root {}.",
        verified.transactions, verified.accounts, verified.state_root
    ));
    Ok(())
}

/// Runs `halfpenny export`.
pub(super) fn export(args: &ExportArgs) -> anyhow::Result<()> {
    let (chain, data) = args.folder.find()?;
    if args.file.as_os_str() == "-" {
        let mut out = BufWriter::new(io::stdout().lock());
        let exported = chain::export(&data, &chain, &mut out)?;
        out.flush()?;
        super::tell(format_args!("{} blocks, {} bytes", exported.blocks, exported.bytes));
        return Ok(());
    }
    let unfinished = args.file.with_added_extension("part");
    let exists = |path: &Path| path.try_exists().unwrap_or(true);
    if exists(&args.file) {
        bail!("{} exists already; choose another name", args.file.display());
    }
    let file = OpenOptions::new().write(true).create(true).truncate(true).open(&unfinished);
    let file = file.with_context(|| format!("cannot write {}", unfinished.display()))?;
    let mut out = BufWriter::new(file);
    let exported = chain::export(&data, &chain, &mut out).inspect_err(|_| {
        // Half a backup helps nobody.
        let _ = fs::remove_file(&unfinished);
    })?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    fs::rename(&unfinished, &args.file)?;
    super::say(format_args!(
        "{} blocks, {} bytes: {}",
        exported.blocks,
        exported.bytes,
        args.file.display()
    ));
    Ok(())
}

/// Runs `halfpenny compact`.
pub(super) fn compact(args: &CompactArgs) -> anyhow::Result<()> {
    let (chain, data) = args.folder.find()?;
    let sizes = chain::compact(&data, &chain)?;
    super::say(format_args!("{} bytes in tables, {} in the journal", sizes.tables, sizes.journal));
    Ok(())
}

/// Runs `halfpenny import`.
pub(super) async fn import(args: ImportArgs) -> anyhow::Result<()> {
    let name = args.file.display().to_string();
    let open = || File::open(&args.file).with_context(|| format!("cannot read {name}"));
    let parameters = chain::read_parameters(&mut BufReader::new(open()?))
        .with_context(|| format!("{name} is no exported chain"))?;
    let chain = Chain::new(parameters).with_context(|| format!("{name} is of no valid chain"))?;
    let data = match args.data {
        Some(data) => data,
        None => folder_of(&chain)?,
    };
    let (handle, writer) = chain::start(chain::Options::new(&data, chain.clone()))?;
    note_chain(&data, &chain).with_context(|| format!("cannot write to {}", data.display()))?;
    let input = BufReader::new(open()?);
    let importing = handle.clone();
    let read = move || chain::import(&importing, input, progress("read")).map_err(Box::new);
    let restored = tokio::task::spawn_blocking(read).await?;
    let tip = handle.view().tip();
    handle.stop().await;
    writer.stopped().await?;
    // What came before the damage is kept: it was checked.
    restored.with_context(|| format!("stopped at height {}", tip.height))?;
    super::say(format_args!("{} is at height {}, block {}", data.display(), tip.height, tip.id));
    Ok(())
}

/// The folder in which a node would look for this chain.
fn folder_of(chain: &Chain) -> anyhow::Result<PathBuf> {
    let known = shared::chains::FILES.iter().map(|(name, _)| *name);
    let mut known = known.filter(|name| shared::chains::by_name(name).as_ref() == Some(chain));
    let Some(name) = known.next() else {
        let name = ChainFile::from_chain(chain).name;
        bail!("the file is of the chain {name}: say with --data where to put it");
    };
    let config = Settings { chain: Some(name.to_owned()), ..Settings::default() }.resolve()?;
    Ok(config.data)
}

fn progress(verb: &'static str) -> impl FnMut(u64) {
    move |height| {
        if height.is_multiple_of(PROGRESS_EVERY) && height > 0 {
            super::tell(format_args!("{verb} {height} blocks"));
        }
    }
}

/// A folder in use has a node that can be asked.
fn in_use(error: chain::OpenError) -> anyhow::Error {
    match error {
        chain::OpenError::Locked { .. } => {
            anyhow::anyhow!("{error}; a running node is asked with --node URL")
        }
        other => other.into(),
    }
}

fn coins(amount: Amount) -> String {
    amount.to_coins()
}
