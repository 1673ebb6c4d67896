//! One `chromedriver` for one test, the browsers it started, and what is done with them at the end.

use std::{
    panic::AssertUnwindSafe,
    path::PathBuf,
    process::Command,
    sync::{Mutex, PoisonError},
};

use anyhow::Context as _;
use futures_util::FutureExt as _;

use super::session::{Browser, Wishes};
use crate::{
    node::Node,
    process::{Process, Said},
    program,
    wait::{PATIENCE, until},
};

/// Browsers of one test.
#[derive(Debug)]
pub struct Browsers {
    url: String,
    open: Mutex<Vec<Browser>>,
    // Ends, with all its browsers, when the test does.
    _driver: Process,
}

/// Runs a test that needs browsers. When the test has passed, no browser's console may hold an error
/// that the test did not allow; when it has failed, each browser leaves a screenshot and its console.
///
/// # Panics
///
/// When the test does, or a console holds an error.
pub async fn with_browsers(test: impl AsyncFnOnce(&Browsers)) {
    let browsers = Browsers::start().await;
    let outcome = AssertUnwindSafe(test(&browsers)).catch_unwind().await;
    let open = std::mem::take(&mut *browsers.open.lock().unwrap_or_else(PoisonError::into_inner));
    if let Err(panic) = outcome {
        for browser in &open {
            browser.testify().await;
        }
        close(&open).await;
        std::panic::resume_unwind(panic);
    }
    let mut complaints = Vec::new();
    for browser in &open {
        complaints.extend(browser.complaints().await);
    }
    if !complaints.is_empty() {
        for browser in &open {
            browser.testify().await;
        }
    }
    close(&open).await;
    assert!(complaints.is_empty(), "errors in the console:\n{}", complaints.join("\n"));
}

async fn close(open: &[Browser]) {
    for browser in open {
        browser.quit().await;
    }
}

impl Browsers {
    async fn start() -> Self {
        let said = Said::default();
        let mut command = Command::new("chromedriver");
        let driver = Process::start(command.arg("--port=0"), &said);
        let port = until("chromedriver to tell its port", PATIENCE, async || {
            said.find(|line| {
                let rest = line.split_once("started successfully on port ")?.1;
                rest.trim_end_matches('.').trim().parse::<u16>().ok()
            })
            .with_context(|| format!("it said: {}", said.text()))
        })
        .await;
        Self { url: format!("http://127.0.0.1:{port}"), open: Mutex::default(), _driver: driver }
    }

    /// Opens the app of a node in a browser of somebody's own.
    ///
    /// # Panics
    ///
    /// When there is no browser.
    pub async fn open(&self, who: &str, node: &Node) -> Browser {
        self.open_with(who, &node.url(), Wishes::default()).await
    }

    /// Opens an address in a browser with special wishes.
    ///
    /// # Panics
    ///
    /// When there is no browser.
    pub async fn open_with(&self, who: &str, url: &str, wishes: Wishes) -> Browser {
        let browser = Browser::start(&self.url, who, url, wishes).await;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.push(browser.clone());
        browser
    }
}

/// Where screenshots are put.
///
/// # Panics
///
/// When the folder cannot be made.
#[must_use]
pub(super) fn screenshots() -> PathBuf {
    let folder = program::target().join("screenshots");
    std::fs::create_dir_all(&folder).expect("a folder for screenshots can be made");
    folder
}
