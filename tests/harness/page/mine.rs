//! Mine: the tab as a miner, and what can be heard of its workers.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    wait::{PATIENCE, until},
};

/// How long a tab may take to find a block on an easy chain: many times what it takes.
const SEARCH: Duration = Duration::from_secs(60);

/// Notes what the app says to its mining workers and what they say, in `told`, and keeps them in
/// `miners`. Kinds are the first byte of a message: from the app 0 is a job and 1 is rest, from a worker 0
/// is ready, 1 progress, 2 a find and 3 that it is gone. `at` is milliseconds of the machine's clock.
const WATCH_MINERS: &str = "
    window.told = [];
    window.miners = [];
    const note = (from, worker, data) => {
      const bytes = new Uint8Array(data.buffer ?? data);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const read = (at) => (bytes.length >= at + 8 ? Number(view.getBigUint64(at, true)) : 0);
      const number = bytes.length >= 5 ? view.getUint32(1, true) : 0;
      // A find has its nonce first.
      const told = bytes[0] === 2 ? [read(13), read(21)] : [read(5), read(13)];
      const [attempts, micros] = from === 'worker' ? told : [0, 0];
      window.told.push({ at: Date.now(), from, worker, kind: bytes[0], number, attempts, micros });
    };
    const Native = Worker;
    window.Worker = class extends Native {
      constructor(script, ...rest) {
        super(script, ...rest);
        if (!String(script).includes('miner')) return;
        const index = window.miners.push(this) - 1;
        this.isMiner = true;
        this.index = index;
        this.addEventListener('message', (event) => note('worker', index, event.data));
      }
      postMessage(data, ...rest) {
        if (this.isMiner && data instanceof Uint8Array) note('app', this.index, data);
        return super.postMessage(data, ...rest);
      }
    };";

/// What the app and its mining workers say to each other.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Told {
    /// Milliseconds of the machine's clock.
    pub at: u64,
    /// `app` or `worker`.
    pub from: String,
    /// Which worker, in the order in which they were started.
    pub worker: usize,
    /// 0: a job, or ready; 1: rest, or progress; 2: a find; 3: gone.
    pub kind: u8,
    /// The job.
    pub number: u32,
    /// Attempts made since the worker last said something.
    pub attempts: u64,
    /// How long they took, in microseconds.
    pub micros: u64,
}

impl Told {
    /// Whether it is a job for a worker.
    #[must_use]
    pub fn is_job(&self) -> bool {
        self.from == "app" && self.kind == 0
    }

    /// Whether the app takes the work away.
    #[must_use]
    pub fn is_rest(&self) -> bool {
        self.from == "app" && self.kind == 1
    }

    /// Whether a worker tells of attempts.
    #[must_use]
    pub fn is_work(&self) -> bool {
        self.from == "worker" && matches!(self.kind, 1 | 2)
    }

    /// When the attempts that it tells of began.
    #[must_use]
    pub fn began(&self) -> u64 {
        self.at.saturating_sub(self.micros / 1_000)
    }
}

impl Browser {
    /// Notes, in every page that this tab loads from now on, what the app and its mining workers say to
    /// each other.
    ///
    /// # Panics
    ///
    /// When the browser cannot.
    pub async fn watch_miners(&self) {
        self.prepare(WATCH_MINERS).await;
        self.reload().await;
    }

    /// What was said from a moment on, in milliseconds of the machine's clock.
    ///
    /// # Errors
    ///
    /// When there is no page, or nobody watches.
    pub async fn told_since(&self, since: u64) -> anyhow::Result<Vec<Told>> {
        let script = "return told.filter((one) => one.at >= arguments[0]);";
        let told = self.ask(script, &[json!(since)]).await?;
        serde_json::from_value(told).context("what was told is told")
    }

    /// Waits until workers have told of so many attempts-messages since a moment, and returns everything
    /// that was said.
    ///
    /// # Panics
    ///
    /// When they do not.
    pub async fn hears_of_work(&self, since: u64, messages: usize) -> Vec<Told> {
        until(&format!("{}'s workers to work", self.who()), PATIENCE, async || {
            let told = self.told_since(since).await?;
            let count = told.iter().filter(|one| one.is_work()).count();
            ensure!(count >= messages, "they told {count} times");
            Ok(told)
        })
        .await
    }

    /// Makes a mining worker crash: it is told something that it cannot even look at.
    ///
    /// # Errors
    ///
    /// When there is no such worker.
    pub async fn crash_miner(&self, index: usize) -> anyhow::Result<Value> {
        self.ask("miners[arguments[0]].postMessage(1e15);", &[json!(index)]).await
    }

    /// Starts the miner with so many threads, and waits until it runs.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub async fn start_mining(&self, threads: u32) {
        self.visit("Mine").await;
        self.fill("Threads", &threads.to_string()).await;
        self.press("Start mining").await;
        self.is_mining().await;
    }

    /// Waits until the miner runs.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub async fn is_mining(&self) {
        until(&format!("{}'s miner to run", self.who()), SEARCH, async || {
            ensure!(self.can_press("Stop mining").await, "there is no button Stop mining");
            let alerts = self.texts("alert").await?;
            ensure!(alerts.is_empty(), "it says {alerts:?}");
            Ok(())
        })
        .await;
    }

    /// Stops the miner.
    ///
    /// # Panics
    ///
    /// When it does not stop.
    pub async fn stop_mining(&self) {
        self.press("Stop mining").await;
        until(&format!("{}'s miner to stop", self.who()), SEARCH, async || {
            ensure!(self.can_press("Start mining").await, "there is no button Start mining");
            Ok(())
        })
        .await;
    }

    /// How many blocks the page says that it has found.
    ///
    /// # Errors
    ///
    /// When it says nothing.
    pub async fn blocks_found(&self) -> anyhow::Result<u64> {
        let texts = self.texts("status").await?;
        let count = texts.iter().find_map(|text| match text.as_str() {
            "None yet." => Some(0),
            text => text.split_once(" block")?.0.parse().ok().filter(|_| text.ends_with("found.")),
        });
        count.ok_or_else(|| anyhow::anyhow!("the page says {texts:?}"))
    }

    /// Mines with one thread until there are so many blocks more, then stops.
    ///
    /// # Panics
    ///
    /// When it finds none.
    pub async fn mine_blocks(&self, count: u64) {
        self.visit("Mine").await;
        let before =
            until("the page to say what was found", SEARCH, async || self.blocks_found().await)
                .await;
        self.start_mining(1).await;
        until(&format!("{} to find {count} blocks", self.who()), SEARCH, async || {
            let found = self.blocks_found().await?;
            ensure!(found >= before + count, "{found} blocks were found");
            Ok(())
        })
        .await;
        self.stop_mining().await;
    }
}
