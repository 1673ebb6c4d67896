//! Mine: the tab as a miner.

use std::time::Duration;

use anyhow::ensure;

use crate::{browser::Browser, wait::until};

/// How long a tab may take to find a block on an easy chain: many times what it takes.
const SEARCH: Duration = Duration::from_secs(60);

impl Browser {
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
