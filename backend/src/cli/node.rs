//! `halfpenny node`.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
};

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    config::{Settings, Sources},
    node::Node,
    notify, telemetry,
};

/// What `halfpenny node` is told.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A flag counts more than its HALFPENNY_… variable, which counts more than the file of --config, \
which counts more than the default. The file is TOML with the names of the flags, e.g. `max-streams = 512`; \
flags that may be repeated are lists there, and separated by commas in a variable."
)]
pub(super) struct Args {
    /// A TOML file with any of the fields below
    #[arg(long, env = "HALFPENNY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Mines as well, with all processor cores, for this address
    #[arg(long, env = "HALFPENNY_MINE_TO", value_name = "ADDRESS")]
    mine_to: Option<String>,
    /// Prints the configuration that all of this makes, as a file for --config, and does nothing else
    #[arg(long)]
    print_config: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Runs a node until SIGTERM or SIGINT. `matches` is what `args` was made of.
pub(super) async fn run(args: Args, matches: &clap::ArgMatches) -> anyhow::Result<()> {
    let file = args.config.as_deref().map(Settings::read).transpose()?;
    let settings = args.settings.or(file.clone().unwrap_or_default());
    let chain = settings.chain.clone();
    let config = settings.resolve()?;
    if args.print_config {
        let file = args.config.as_deref().zip(file.as_ref());
        let text = config.to_toml(chain.as_deref(), Sources { matches, file })?;
        super::say(text.trim_end());
        return Ok(());
    }
    telemetry::start(&config.log, config.log_format)?;
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let (name, data) = (config.chain.parameters().name.clone(), config.data.clone());
    let mut node = Node::start(config).await?;
    tracing::info!("{name} in {}", data.display());
    tracing::info!(
        "the operator's interface is at http://{}, its token in {}",
        node.admin_address,
        data.join(crate::http::TOKEN_FILE).display()
    );
    // Whoever started the node waits for this line, so it comes last.
    super::say(format_args!("http://{}", node.address));
    notify::tell(notify::State::Ready);
    let mining = mine(args.mine_to, node.address);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        // It ends only when it cannot go on, e.g. for a wrong address.
        Err(error) = mining => {
            let _ = node.stop().await;
            return Err(error).context("the node stopped, because it cannot mine");
        }
        error = node.failed() => {
            let _ = node.stop().await;
            return Err(error).context("the node stopped");
        }
    }
    tracing::info!("stopping");
    notify::tell(notify::State::Stopping);
    node.stop().await.context("the node stopped")
}

/// Mines for the node at this address of its own, if anybody is to be paid.
async fn mine(to: Option<String>, mut at: SocketAddr) -> anyhow::Result<()> {
    let Some(to) = to else { return std::future::pending().await };
    if at.ip().is_unspecified() {
        at.set_ip(if at.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    super::mine::run(super::mine::Args::for_node(format!("http://{at}"), to)).await
}
