//! One node: the real program as a child process, on a folder and on ports of its own.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::ExitStatus,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use anyhow::{Context as _, bail};
use reqwest::{Method, RequestBuilder, Response};
use shared::{
    api::{ADMIN, AddPeer},
    params::Chain,
};
use tempfile::TempDir;

use crate::{
    chain::ChainSource,
    http::{self, Api},
    process::{Process, Said},
    program,
    wait::{PATIENCE, until},
};

/// How a node is started.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What it is called in messages.
    pub name: String,
    /// Its chain.
    pub chain: ChainSource,
    /// URLs of its peers.
    pub peers: Vec<String>,
    /// More flags.
    pub flags: Vec<String>,
    /// Its folder, if it is not to have a new one.
    pub folder: Option<PathBuf>,
}

/// A node. It dies with the test, and shows what it said if the test fails.
#[derive(Debug)]
pub struct Node {
    plan: Plan,
    ports: Ports,
    api: Api,
    said: Said,
    process: Mutex<Option<Process>>,
    folder: PathBuf,
    // Removed when the node is dropped.
    _scratch: TempDir,
}

/// The ports of a node's two listeners.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// The public interface.
    pub public: u16,
    /// The operator's interface.
    pub admin: u16,
}

impl Ports {
    /// Two ports that are free at the moment.
    ///
    /// # Panics
    ///
    /// When there are none.
    #[must_use]
    pub fn free() -> Self {
        Self { public: free_port(), admin: free_port() }
    }
}

impl Node {
    /// Starts a node and waits until it is ready.
    ///
    /// # Panics
    ///
    /// When it does not become ready.
    pub async fn start(plan: Plan) -> Self {
        Self::start_at(plan, Ports::free()).await
    }

    /// Starts a node on given ports and waits until it is ready.
    ///
    /// # Panics
    ///
    /// When it does not become ready.
    pub async fn start_at(plan: Plan, ports: Ports) -> Self {
        let node = Self::prepare(plan, ports);
        node.launch();
        node.is_ready().await;
        node
    }

    fn prepare(plan: Plan, ports: Ports) -> Self {
        let scratch = TempDir::new().expect("a temporary folder can be made");
        let folder = plan.folder.clone().unwrap_or_else(|| scratch.path().join("data"));
        let api = Api::new(&format!("http://127.0.0.1:{}", ports.public));
        let (said, process) = (Said::default(), Mutex::new(None));
        Self { plan, ports, api, said, process, folder, _scratch: scratch }
    }

    /// The arguments with which the program becomes this node.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let text = |text: &str| text.to_owned();
        let mut arguments = vec![
            text("node"),
            text("--chain"),
            self.plan.chain.argument(),
            text("--data"),
            self.folder.display().to_string(),
            text("--listen"),
            format!("127.0.0.1:{}", self.ports.public),
            text("--admin"),
            format!("127.0.0.1:{}", self.ports.admin),
        ];
        for peer in &self.plan.peers {
            arguments.extend([text("--peer"), peer.clone()]);
        }
        arguments.extend(self.plan.flags.iter().cloned());
        arguments
    }

    fn launch(&self) {
        let mut command = program::command();
        let process = Process::start(command.args(self.arguments()), &self.said);
        *self.running() = Some(process);
    }

    async fn is_ready(&self) {
        let what = format!("{} to be ready", self.plan.name);
        until(&what, PATIENCE, async || {
            if let Some(status) = self.ended() {
                panic!("{} ended with {status} instead of starting:\n{}", self.name(), self.said());
            }
            let status = self.api.raw("/readyz").await?.status();
            anyhow::ensure!(status.is_success(), "/readyz answers {status}");
            // Who started the program by hand is told where to look.
            let told = self.said.find(|line| (line.trim() == self.url()).then_some(()));
            told.with_context(|| format!("it did not print {}:\n{}", self.url(), self.said()))
        })
        .await;
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.plan.name
    }

    /// Its chain.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        self.plan.chain.chain()
    }

    /// The folder of its data.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its ports.
    #[must_use]
    pub const fn ports(&self) -> Ports {
        self.ports
    }

    /// The address of its public interface, which is also that of the app.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.public)
    }

    /// Its public interface.
    #[must_use]
    pub const fn api(&self) -> &Api {
        &self.api
    }

    /// Everything that it said so far, since its first start.
    #[must_use]
    pub fn said(&self) -> String {
        self.said.text()
    }

    /// The most memory that its process ever had resident, in bytes.
    ///
    /// # Panics
    ///
    /// When it is not running.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        self.running().as_ref().expect("the node runs").peak_memory()
    }

    /// The memory that its process has resident, in bytes.
    ///
    /// # Panics
    ///
    /// When it is not running.
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.running().as_ref().expect("the node runs").memory()
    }

    /// The bytes of all files in its folder. One that goes away meanwhile counts for nothing.
    #[must_use]
    pub fn disk(&self) -> u64 {
        fn bytes(folder: &Path) -> u64 {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let size = |entry: std::fs::DirEntry| match entry.metadata() {
                Ok(data) if data.is_dir() => bytes(&entry.path()),
                Ok(data) => data.len(),
                Err(_) => 0,
            };
            entries.map(size).sum()
        }
        bytes(&self.folder)
    }

    /// The exit status, if the process is not running any more; `None` also after [`Node::kill`].
    pub fn ended(&self) -> Option<ExitStatus> {
        self.running().as_mut().and_then(Process::ended)
    }

    /// Asks the node to stop (SIGTERM), and waits until it has.
    ///
    /// # Panics
    ///
    /// When it does not end, or not with exit code 0.
    pub async fn stop(&self) {
        if let Some(process) = &*self.running() {
            process.ask_to_end();
        }
        let what = format!("{} to stop", self.plan.name);
        let status = until(&what, PATIENCE, async || {
            self.ended().with_context(|| format!("it runs; it said:\n{}", self.said()))
        })
        .await;
        assert_eq!(status.code(), Some(0), "{} stopped badly:\n{}", self.name(), self.said());
        *self.running() = None;
    }

    /// Kills the node (SIGKILL).
    pub fn kill(&self) {
        *self.running() = None;
    }

    /// Starts the node again, on the same folder and ports, and waits until it is ready.
    ///
    /// # Panics
    ///
    /// When it is running, or does not become ready.
    pub async fn restart(&self) {
        assert!(self.running().is_none(), "{} is running", self.name());
        self.launch();
        self.is_ready().await;
    }

    /// Starts the node again, without waiting for anything.
    pub fn restart_only(&self) {
        self.launch();
    }

    /// Tells the node of a peer, as its operator.
    ///
    /// # Errors
    ///
    /// When the node refuses.
    pub async fn add_peer(&self, url: &str) -> anyhow::Result<()> {
        let body = AddPeer { url: url.to_owned() };
        self.as_operator(Method::POST, "/peers", |request| request.json(&body)).await.map(drop)
    }

    /// Makes the node forget a peer, as its operator.
    ///
    /// # Errors
    ///
    /// When the node refuses.
    pub async fn remove_peer(&self, url: &str) -> anyhow::Result<()> {
        let escaped: String = url.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let path = format!("/peers?url={escaped}");
        self.as_operator(Method::DELETE, &path, |request| request).await.map(drop)
    }

    /// Asks the operator's interface something, with the operator's token.
    ///
    /// # Errors
    ///
    /// When the node refuses.
    pub async fn as_operator(
        &self,
        method: Method,
        path: &str,
        shape: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> anyhow::Result<Response> {
        self.on_admin(method, &format!("{ADMIN}{path}"), shape).await
    }

    /// How many event streams the node has open, as it tells those who watch it.
    ///
    /// # Errors
    ///
    /// When the node cannot be asked, or does not tell.
    pub async fn event_streams(&self) -> anyhow::Result<usize> {
        let answer = self.on_admin(Method::GET, "/metrics", |request| request).await?;
        let text = answer.text().await?;
        let figure = text.lines().find_map(|line| line.strip_prefix("halfpenny_event_streams "));
        Ok(figure.with_context(|| format!("no figure of streams in {text}"))?.parse()?)
    }

    async fn on_admin(
        &self,
        method: Method,
        path: &str,
        shape: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> anyhow::Result<Response> {
        let token = std::fs::read_to_string(self.folder.join("admin-token"))
            .context("the node left no admin-token in its folder")?;
        let url = format!("http://127.0.0.1:{}{path}", self.ports.admin);
        let request = http::client().request(method, &url).bearer_auth(token.trim());
        let response = shape(request).send().await?;
        if response.status().is_success() {
            return Ok(response);
        }
        http::json::<serde_json::Value>(&url, response).await?;
        bail!("a refusal was read as an answer")
    }

    fn running(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Node {
    #[expect(clippy::print_stderr, reason = "a failed test shows what its nodes said")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- {} said:\n{}\n---", self.plan.name, self.said());
        }
    }
}

/// A free port outside the range from which the system takes ports for outgoing connections: it
/// stays free while its node is down.
///
/// # Panics
///
/// When there is none.
#[must_use]
pub fn free_port() -> u16 {
    const FIRST: u32 = 12_000;
    const COUNT: u32 = 18_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Tests are processes that run beside each other: each begins elsewhere.
    let start = std::process::id().wrapping_mul(7_919);
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + start.wrapping_add(step) % COUNT;
        let port = u16::try_from(port).expect("the range ends below 65,536");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}
