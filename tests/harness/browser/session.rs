//! One browser with a profile of its own.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use tempfile::TempDir;
use thirtyfour::{
    BrowserLogEntry, ChromiumLikeCapabilities as _, DesiredCapabilities, LoggingPrefsLogLevel,
    WebDriver,
};

use super::driver::screenshots;
use crate::http;

/// Flags that every browser gets: no window, no sandbox (tests run as root), nothing of its own on
/// the network.
const FLAGS: [&str; 14] = [
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    // Two browsers on one screen hide each other, and hidden tabs are slowed down.
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--force-prefers-reduced-motion",
    // A page behind the address bar, which nobody sees, takes more time than the whole start without it.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
];

/// What is special about a browser.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// More flags.
    pub flags: Vec<String>,
    /// Preferences.
    pub preferences: Vec<(String, serde_json::Value)>,
    /// Width and height of its window; 1280 x 900 otherwise.
    pub size: Option<(u32, u32)>,
}

impl Wishes {
    /// A name that leads to this machine: unlike 127.0.0.1, not a secure context.
    #[must_use]
    pub fn insecure_name(name: &str) -> Self {
        let flag = format!("--host-resolver-rules=MAP {name} 127.0.0.1");
        Self { flags: vec![flag], ..Self::default() }
    }
}

/// A browser.
#[derive(Clone, Debug)]
pub struct Browser(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    who: String,
    base: String,
    driver: WebDriver,
    allowed: Mutex<Vec<String>>,
    console: Mutex<Vec<String>>,
    downloads: PathBuf,
    // The profile; removed at the end.
    _profile: TempDir,
}

impl Browser {
    pub(super) async fn start(driver: &str, who: &str, url: &str, wishes: Wishes) -> Self {
        // Also sets up the TLS that the driver's client wants to have and never uses.
        let _ = http::client();
        let profile = TempDir::new().expect("a folder for a profile can be made");
        let downloads = profile.path().join("downloads");
        std::fs::create_dir(&downloads).expect("a folder for downloads can be made");
        let capabilities = capabilities(&profile, &downloads, &wishes);
        let session = WebDriver::new(driver, capabilities).await;
        let session = session.unwrap_or_else(|error| panic!("no browser for {who}: {error}"));
        let inner = Inner {
            who: who.to_owned(),
            base: url.to_owned(),
            driver: session,
            allowed: Mutex::default(),
            console: Mutex::default(),
            downloads,
            _profile: profile,
        };
        let browser = Self(Arc::new(inner));
        browser.go("/").await;
        browser
    }

    /// Whose it is.
    #[must_use]
    pub fn who(&self) -> &str {
        &self.0.who
    }

    /// The driver, for what the other methods do not offer.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.0.driver
    }

    /// Where downloads are put.
    #[must_use]
    pub fn downloads(&self) -> &PathBuf {
        &self.0.downloads
    }

    /// Loads a path of the app anew.
    ///
    /// # Panics
    ///
    /// When the browser cannot.
    pub async fn go(&self, path: &str) {
        let url = format!("{}{path}", self.0.base);
        let loaded = self.0.driver.goto(&url).await;
        loaded.unwrap_or_else(|error| panic!("{} cannot open {url}: {error}", self.who()));
    }

    /// Reloads the page.
    ///
    /// # Panics
    ///
    /// When the browser cannot.
    pub async fn reload(&self) {
        self.0.driver.refresh().await.expect("the browser can reload a page");
    }

    /// Does not hold console errors that contain this text against the page.
    pub fn allow_in_console(&self, text: &str) {
        let mut allowed = self.0.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        allowed.push(text.to_owned());
    }

    /// Everything that the console has said so far, on any level.
    ///
    /// # Panics
    ///
    /// When the browser does not tell.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.0.driver.browser_log().await.expect("the browser tells its console");
        let mut console = self.0.console.lock().unwrap_or_else(PoisonError::into_inner);
        // The driver tells each entry once.
        console.extend(entries.iter().map(line));
        console.clone()
    }

    /// The console's errors that are not allowed: exceptions, failed requests, and everything that
    /// the content security policy stopped.
    pub(super) async fn complaints(&self) -> Vec<String> {
        let console = self.console().await;
        let allowed = self.0.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_allowed = |line: &String| allowed.iter().any(|text| line.contains(text));
        let errors = console.into_iter().filter(|line| line.starts_with("SEVERE "));
        errors
            .filter(|line| !is_allowed(line))
            .map(|line| format!("{}: {line}", self.who()))
            .collect()
    }

    /// Takes a picture of what is on the screen, into `target/screenshots`.
    ///
    /// # Panics
    ///
    /// When the browser cannot.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let path = screenshots().join(format!("{name}.png"));
        self.0.driver.screenshot(&path).await.expect("the browser can take a picture");
        path
    }

    /// Leaves a picture and the console of a test that failed.
    #[expect(clippy::print_stderr, reason = "a failed test shows what its browsers saw")]
    pub(super) async fn testify(&self) {
        let test = std::thread::current().name().unwrap_or("test").replace("::", ".");
        let path = screenshots().join(format!("{test}.{}.png", self.who()));
        let picture = self.0.driver.screenshot(&path).await;
        let url = self.0.driver.current_url().await.map(|url| url.to_string()).unwrap_or_default();
        let source = "return document.body.innerText";
        let text = self.0.driver.execute(source, Vec::new()).await;
        let text = text.ok().and_then(|text| text.convert::<String>().ok()).unwrap_or_default();
        let picture =
            picture.map_or_else(|error| error.to_string(), |()| path.display().to_string());
        eprintln!(
            "--- {}'s browser is at {url} (picture: {picture}) and shows:\n{text}",
            self.who()
        );
        let entries = self.0.driver.browser_log().await.unwrap_or_default();
        let console = self.0.console.lock().unwrap_or_else(PoisonError::into_inner);
        let lines: Vec<String> = console.iter().cloned().chain(entries.iter().map(line)).collect();
        eprintln!("--- its console:\n{}\n---", lines.join("\n"));
    }

    pub(super) async fn quit(&self) {
        // The driver's process is ended right after; this only lets the browser tidy up.
        let _ = self.0.driver.clone().quit().await;
    }
}

fn line(entry: &BrowserLogEntry) -> String {
    let source = entry.source.as_deref().unwrap_or("?");
    format!("{} [{source}] {}", entry.level, entry.message)
}

fn capabilities(
    profile: &TempDir,
    downloads: &std::path::Path,
    wishes: &Wishes,
) -> thirtyfour::ChromeCapabilities {
    let mut capabilities = DesiredCapabilities::chrome();
    let (width, height) = wishes.size.unwrap_or((1_280, 900));
    let own = [
        format!("--user-data-dir={}", profile.path().join("profile").display()),
        format!("--window-size={width},{height}"),
    ];
    let flags = FLAGS.iter().map(ToString::to_string).chain(own).chain(wishes.flags.clone());
    for flag in flags {
        capabilities.add_arg(&flag).expect("a flag is text");
    }
    let mut preferences = serde_json::json!({
        "download.default_directory": downloads,
        "download.prompt_for_download": false,
        // What the scenarios look for is English, unless one wishes for another language.
        "intl.accept_languages": "en-GB,en",
    });
    for (name, value) in &wishes.preferences {
        preferences[name] = value.clone();
    }
    capabilities.add_experimental_option("prefs", preferences).expect("preferences are JSON");
    capabilities.set_logging_prefs("browser", LoggingPrefsLogLevel::All).expect("a level is JSON");
    capabilities
}
