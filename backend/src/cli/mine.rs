//! `halfpenny mine`: mines with the processor, for a node that speaks HTTP.
//!
//! The work that a node offers is checked before a single hash is spent on it: it pays the address
//! asked for, follows its parent, and has the difficulty that the rules give. New work is taken as
//! soon as the node tells of a new block, and once in a while anyway, for what waits to be paid.

mod job;
mod threads;

use crate::cli::tell;
use crate::client::{ClientError, Node};
use crate::config::find_chain;
use anyhow::bail;
use job::Job;
use shared::account::Address;
use shared::params::Chain;
use std::num::NonZeroUsize;
use std::time::Duration;
use threads::Threads;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

/// Work is asked for anew after so long, so that it has what has come in since and a newer time.
const REFRESH: Duration = Duration::from_secs(10);
/// Progress is told so often.
const PROGRESS: Duration = Duration::from_secs(5);
/// A node that is gone is tried again after so long, and ever longer up to the second.
const RETRY: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));
/// Where the difficulty is fixed, an endless run begins its next block after so long: else blocks
/// would come faster than anybody can follow.
const EASY_PAUSE: Duration = Duration::from_secs(1);

/// What a miner can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The node to mine for
    #[arg(
        long,
        env = "HALFPENNY_NODE",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080"
    )]
    node: String,
    /// The address that is paid
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// The chain that the node must be on: `main`, `test`, `dev`, or a chain file [default: the node's]
    #[arg(long, env = "HALFPENNY_CHAIN", value_name = "NAME|FILE")]
    chain: Option<String>,
    /// Threads that search [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Stop after so many blocks [default: go on until interrupted]
    #[arg(long, value_name = "N")]
    blocks: Option<u64>,
}

impl Args {
    /// For the node at `node`, until it is told to stop.
    pub(super) const fn for_node(node: String, to: String) -> Self {
        Self { node, to, chain: None, threads: None, blocks: None }
    }
}

/// Runs `halfpenny mine`.
///
/// # Errors
///
/// When the address is wrong, or the node is on another chain. A node that is gone is waited for.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let node = Node::new(&args.node)?;
    let chain = patiently(&node, || node.chain()).await?;
    if let Some(name) = &args.chain
        && find_chain(name)? != chain
    {
        bail!("the node at {} is on another chain than {name}", node.url());
    }
    let to = Address::parse(&args.to, chain.prefix())?;
    let count = args
        .threads
        .or_else(|| std::thread::available_parallelism().ok())
        .map_or(1, NonZeroUsize::get);
    tell(format_args!(
        "Mining {} with {count} threads for {}",
        chain.parameters().name,
        args.to.trim()
    ));
    let mut miner = Miner { threads: Threads::start(count)?, found: 0, node, chain, to };
    tokio::select! {
        mined = miner.mine(args.blocks) => mined,
        _ = tokio::signal::ctrl_c() => {
            tell(format_args!("Stopped; {} blocks found", miner.found));
            Ok(())
        }
    }
}

struct Miner {
    node: Node,
    chain: Chain,
    to: Address,
    threads: Threads,
    found: u64,
}

impl Miner {
    async fn mine(&mut self, limit: Option<u64>) -> anyhow::Result<()> {
        let (news, mut tips) = mpsc::channel(1);
        let watcher = tokio::spawn(watch(self.node.clone(), news));
        let _stop = AbortOnDrop(watcher);
        let mut progress = interval(PROGRESS);
        progress.set_missed_tick_behavior(MissedTickBehavior::Delay);
        progress.reset();
        while limit.is_none_or(|limit| self.found < limit) {
            let job = self.job().await?;
            self.threads.work_on(&job);
            let fresh_until = Instant::now() + REFRESH;
            loop {
                tokio::select! {
                    found = self.threads.found() => {
                        let Some(found) = found else { bail!("the threads that search have ended") };
                        if found.job == job.core {
                            self.threads.pause();
                            self.submit(&job, found.nonce).await?;
                            if limit.is_none() && self.chain.difficulty().half_life.is_none() {
                                sleep(EASY_PAUSE).await;
                            }
                            break;
                        }
                    }
                    _ = tips.recv() => break,
                    () = tokio::time::sleep_until(fresh_until) => break,
                    _ = progress.tick() => self.report(&job),
                }
            }
        }
        self.threads.pause();
        tell(format_args!("Done; {} blocks found", self.found));
        Ok(())
    }

    /// Work that is worth doing.
    async fn job(&self) -> anyhow::Result<Job> {
        let to = self.to.to_text(self.chain.prefix());
        let template = patiently(&self.node, || self.node.template(&to)).await?;
        Ok(Job::of(&template, &self.chain, self.to.account)?)
    }

    async fn submit(&mut self, job: &Job, nonce: u64) -> anyhow::Result<()> {
        let block = job.block(nonce);
        match patiently(&self.node, || self.node.submit_block(&block)).await {
            Ok(answer) => {
                self.found += 1;
                let height = block.header.height;
                tell(format_args!(
                    "Found block {height}, {} ({})",
                    block.header.id(),
                    plain(&answer.outcome)
                ));
                Ok(())
            }
            // Somebody else was faster, or the template was: the next one is as good.
            Err(ClientError::Problem(problem)) if problem.status < 500 => {
                tell(format_args!("The node did not take a block ({})", plain(&problem.code)));
                sleep(RETRY.0).await;
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn report(&mut self, job: &Job) {
        let rate = self.threads.rate();
        tell(format_args!("{} on block {}, {} found", hash_rate(rate), job.height(), self.found));
    }
}

/// Tells of new blocks until nobody listens. Lost events do not matter: any event means "look again".
async fn watch(node: Node, news: mpsc::Sender<()>) {
    loop {
        if let Ok(mut events) = node.events().await {
            while let Ok(name) = events.next().await {
                if matches!(name.as_str(), "block" | "resync") {
                    // Full is as good: somebody will look.
                    let _ = news.try_send(());
                }
                if news.is_closed() {
                    return;
                }
            }
        }
        // After a break anything may have happened.
        let _ = news.try_send(());
        sleep(Duration::from_secs(1)).await;
    }
}

/// Asks until there is an answer, and says so while there is none.
async fn patiently<T, F>(node: &Node, mut ask: impl FnMut() -> F) -> Result<T, ClientError>
where
    F: Future<Output = Result<T, ClientError>>,
{
    let mut delay = RETRY.0;
    loop {
        match ask().await {
            Err(error) if error.is_passing() => {
                if delay == RETRY.0 {
                    tell(format_args!("{error}; trying again"));
                }
                sleep(delay).await;
                delay = (delay * 2).min(RETRY.1);
            }
            answer => {
                if delay != RETRY.0 && answer.is_ok() {
                    tell(format_args!("The node at {} answers again", node.url()));
                }
                return answer;
            }
        }
    }
}

/// Attempts per second, for people.
fn hash_rate(per_second: u64) -> String {
    match per_second {
        0..1_000 => format!("{per_second} H/s"),
        1_000..1_000_000 => format!("{}.{} kH/s", per_second / 1_000, per_second / 100 % 10),
        _ => format!("{}.{} MH/s", per_second / 1_000_000, per_second / 100_000 % 10),
    }
}

/// A word of the node's, for a terminal.
fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(100).collect()
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_readable() {
        for (rate, text) in [(999, "999 H/s"), (1_500, "1.5 kH/s"), (12_340_000, "12.3 MH/s")] {
            assert_eq!(hash_rate(rate), text);
        }
    }
}
