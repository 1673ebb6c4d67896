//! `halfpenny mine`: mines with the processor, for a node that speaks HTTP.
//!
//! The work that a node offers is checked before a single hash is spent on it: it pays the address
//! asked for, follows its parent, and has the difficulty that the rules give. New work is taken as
//! soon as the node tells of a new block, or of fees that make it worth it; and once in a while where
//! the difficulty eases with time.

mod job;
mod threads;

use crate::cli::tell;
use crate::client::{ClientError, Node};
use crate::config::find_chain;
use anyhow::bail;
use job::Job;
use shared::account::Address;
use shared::api::{Event, TransactionStatus};
use shared::params::Chain;
use shared::policy::Offered;
use std::num::NonZeroUsize;
use std::time::Duration;
use threads::Threads;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

/// Where the difficulty eases with time, work is asked for anew after so long.
const REFRESH: Duration = Duration::from_secs(10);
/// Progress is told so often.
const PROGRESS: Duration = Duration::from_secs(5);
/// A node that is gone is tried again after so long, and ever longer up to the second.
const RETRY: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));
/// Where the difficulty is fixed, an endless run begins its next block after so long: else blocks
/// would come faster than anybody can follow.
const EASY_PAUSE: Duration = Duration::from_secs(1);

/// More threads for each core are a mistake.
const MAX_THREADS_PER_CORE: usize = 16;

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
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let count = args.threads.map_or(cores, NonZeroUsize::get);
    if count > cores {
        let most = cores.saturating_mul(MAX_THREADS_PER_CORE);
        if count > most {
            bail!("{count} threads are too many for {cores} cores: at most {most} make sense");
        }
        tell(format_args!("{count} threads share {cores} cores: more than that find no more"));
    }
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
        let (telling, mut news) = watch::channel(News::default());
        let watcher = tokio::spawn(listen(self.node.clone(), telling));
        let _stop = AbortOnDrop(watcher);
        let mut progress = interval(PROGRESS);
        progress.set_missed_tick_behavior(MissedTickBehavior::Delay);
        progress.reset();
        let eases = self.chain.difficulty().half_life.is_some();
        while limit.is_none_or(|limit| self.found < limit) {
            // Seen before the question, so that nothing falls between it and the answer.
            let before = *news.borrow_and_update();
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
                            if limit.is_none() && !eases {
                                sleep(EASY_PAUSE).await;
                            }
                            break;
                        }
                    }
                    _ = news.changed() => {
                        let now = *news.borrow_and_update();
                        let since = now.offered.since(before.offered);
                        if now.tips != before.tips || since.is_worth_new_work(job.offered()) {
                            break;
                        }
                    }
                    () = tokio::time::sleep_until(fresh_until), if eases => break,
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

/// What a node has told of so far. The numbers only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct News {
    /// Changes of the tip, and moments in which there may have been one unheard.
    tips: u64,
    /// All transactions that were offered.
    offered: Offered,
}

impl News {
    fn hear(&mut self, event: &Event) {
        match event {
            Event::Block(_) | Event::Resync => self.tips += 1,
            Event::Transaction(event) => {
                if event.transaction.status == TransactionStatus::Pending {
                    self.offered = self.offered.with(event.transaction.fee);
                }
            }
            Event::Peers(_) => {}
        }
    }
}

/// Tells of news until nobody listens.
async fn listen(node: Node, news: watch::Sender<News>) {
    while !news.is_closed() {
        if let Ok(mut events) = node.events().await {
            while let Ok(event) = events.next().await {
                news.send_modify(|news| news.hear(&event));
            }
        }
        // During a break anything may have happened.
        news.send_modify(|news| news.hear(&Event::Resync));
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
    fn what_a_node_tells_of_is_counted() {
        let mut news = News::default();
        news.hear(&Event::Resync);
        news.hear(&Event::Peers(shared::api::PeersEvent { peers: Vec::new() }));
        assert_eq!(news, News { tips: 1, offered: Offered::default() });
    }

    #[test]
    fn rates_are_readable() {
        for (rate, text) in [(999, "999 H/s"), (1_500, "1.5 kH/s"), (12_340_000, "12.3 MH/s")] {
            assert_eq!(hash_rate(rate), text);
        }
    }
}
