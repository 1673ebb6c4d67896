//! Relay between nodes over plain HTTP: runs what [`crate::sync`] decides.
//!
//! One task for every peer that this node dials ([`link`]), one for those that follow this node
//! ([`hub`]); the answers to what peers ask are in [`serve`]. Works when only one side can be
//! reached: whoever dials does everything, both ways.

mod bans;
mod fetch;
pub(crate) mod hub;
mod link;
pub mod messages;
mod operations;
mod promised;
mod seen;
pub mod serve;
pub(crate) mod slots;
pub(crate) mod transport;

use crate::chain::{self, ChainEvent, View};
use crate::peers::{Bans, PeerError, Peers};
use crate::sync::{Input, Stage, Tip, fault::Fault};
use hub::Hub;
use link::Driver;
use messages::Announcement;
use promised::Promised;
use shared::api::PeerView;
use slots::Slots;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, broadcast::error::RecvError, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// How often followers are told that this node is still here.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// Groups of blocks from others that are checked at the same time, at most.
const CHECKS: usize = 2;

/// What the relay needs besides the chain.
#[derive(Clone, Debug)]
pub struct Options {
    /// Addresses of the configured peers.
    pub peers: Vec<String>,
    /// The data folder: keeps the peers that the operator adds.
    pub folder: PathBuf,
    /// Name and version of the program, told to peers.
    pub version: String,
    /// How long is waited for peers.
    deadlines: transport::Deadlines,
}

impl Options {
    /// Options with this program's own version.
    #[must_use]
    pub fn new(peers: Vec<String>, folder: impl Into<PathBuf>) -> Self {
        let version = concat!("halfpenny/", env!("CARGO_PKG_VERSION")).to_owned();
        Self { peers, folder: folder.into(), version, deadlines: transport::Deadlines::default() }
    }
}

/// The running relay. Cloning is cheap.
#[derive(Clone)]
pub struct Handle(Arc<Shared>);

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").field("instance", &self.0.instance).finish_non_exhaustive()
    }
}

/// What all links and all answers share.
pub(crate) struct Shared {
    chain: chain::Handle,
    /// Random at every start: peers tell a restarted node from the one before.
    instance: u128,
    version: String,
    bans: Bans,
    deadlines: transport::Deadlines,
    started: Instant,
    hub: Hub,
    slots: Mutex<Slots>,
    promised: Mutex<Promised>,
    checks: Semaphore,
    changes: watch::Sender<u64>,
    next_link: AtomicU64,
    inner: Mutex<Inner>,
}

struct Inner {
    peers: Peers,
    /// Of all links that begin now.
    client: reqwest::Client,
    links: BTreeMap<String, Running>,
    publisher: Option<JoinHandle<()>>,
    stopped: bool,
}

struct Running {
    task: JoinHandle<()>,
    commands: mpsc::Sender<Input>,
    status: Arc<Mutex<Status>>,
}

/// What is known of a dialled peer, for people.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    stage: Stage,
    catching_up: bool,
    remote: Option<Tip>,
    latency_ms: Option<u64>,
    version: Option<String>,
    fault: Option<(Fault, u64)>,
}

/// Starts the relay, inside a tokio runtime.
///
/// # Errors
///
/// When a configured address is wrong or the list of added peers cannot be read.
pub fn start(chain: chain::Handle, options: Options) -> Result<Handle, PeerError> {
    let peers = Peers::load(&options.folder, &options.peers)?;
    let bans = peers.bans().clone();
    let client = transport::client(&bans).map_err(|error| transport::no_client(&error))?;
    let shared = Arc::new(Shared {
        chain,
        instance: transport::random_instance(),
        version: options.version,
        bans,
        deadlines: options.deadlines,
        started: Instant::now(),
        hub: Hub::new(),
        slots: Mutex::default(),
        promised: Mutex::default(),
        checks: Semaphore::new(CHECKS),
        changes: watch::Sender::new(0),
        next_link: AtomicU64::new(1),
        inner: Mutex::new(Inner {
            peers,
            client,
            links: BTreeMap::new(),
            publisher: None,
            stopped: false,
        }),
    });
    let publisher = tokio::spawn(publish(shared.clone()));
    let mut inner = shared.inner();
    inner.publisher = Some(publisher);
    shared.dial_all(&mut inner);
    drop(inner);
    Ok(Handle(shared))
}

impl Handle {
    /// All peers: dialled ones first, in the order of their addresses.
    #[must_use]
    pub fn peers(&self) -> Vec<PeerView> {
        let inner = self.0.inner();
        let dialled = inner.peers.urls().filter_map(|url| match inner.links.get(url) {
            Some(link) => Some(locked(&link.status).view(url)),
            None => self.0.bans.host_of(url).map(|_| Status::banned(url)),
        });
        dialled.chain(self.0.hub.views()).collect()
    }

    /// How many peers are connected, in either direction.
    #[must_use]
    pub fn connected(&self) -> usize {
        self.peers().iter().filter(|peer| peer.state == "connected").count()
    }

    /// Adds a peer and dials it.
    ///
    /// # Errors
    ///
    /// When the address is wrong or known, or the list is full or cannot be saved.
    pub async fn add(&self, url: &str) -> Result<(), PeerError> {
        let (shared, url) = (self.0.clone(), url.to_owned());
        let runtime = tokio::runtime::Handle::current();
        let add = move || {
            let _guard = runtime.enter();
            let mut inner = shared.inner();
            if inner.stopped {
                return Err(PeerError::Stopped);
            }
            let url = inner.peers.add(&url)?;
            shared.dial(&mut inner, &url);
            Ok(())
        };
        tokio::task::spawn_blocking(add).await.unwrap_or(Err(PeerError::Stopped))?;
        self.0.changed();
        Ok(())
    }

    /// Ends the link to a peer and forgets it.
    ///
    /// # Errors
    ///
    /// When it is not in the list, or the list cannot be saved.
    pub async fn remove(&self, url: &str) -> Result<(), PeerError> {
        let (shared, url) = (self.0.clone(), url.to_owned());
        let remove = move || {
            let mut inner = shared.inner();
            let url = inner.peers.remove(&url)?;
            Ok(inner.links.remove(&url))
        };
        let link = tokio::task::spawn_blocking(remove).await.unwrap_or(Err(PeerError::Stopped))?;
        if let Some(link) = link {
            link.end().await;
        }
        self.0.changed();
        Ok(())
    }

    /// Whether a longer stretch of a peer's chain is being fetched.
    #[must_use]
    pub fn syncing(&self) -> bool {
        self.0.inner().links.values().any(|link| locked(&link.status).catching_up)
    }

    /// Counts up whenever [`Handle::peers`] or [`Handle::syncing`] may have changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Ends all links and all streams to followers. Call it before the HTTP server is stopped: it
    /// waits for its streams.
    pub async fn stop(&self) {
        let (links, publisher) = {
            let mut inner = self.0.inner();
            inner.stopped = true;
            (std::mem::take(&mut inner.links), inner.publisher.take())
        };
        self.0.hub.close(true);
        if let Some(publisher) = publisher {
            publisher.abort();
        }
        for link in links.into_values() {
            link.end().await;
        }
        self.0.changed();
    }
}

impl Shared {
    /// Starts the links to all peers of the list that have none and are not banned.
    fn dial_all(self: &Arc<Self>, inner: &mut Inner) {
        let urls = inner.peers.urls().filter(|url| !inner.links.contains_key(*url));
        let urls: Vec<_> =
            urls.filter(|url| self.bans.host_of(url).is_none()).map(str::to_owned).collect();
        for url in urls {
            self.dial(inner, &url);
        }
    }

    /// Starts the link to a peer.
    fn dial(self: &Arc<Self>, inner: &mut Inner, url: &str) {
        let number = self.next_link.fetch_add(1, Ordering::Relaxed);
        let (commands, receiver) = mpsc::channel(16);
        let status = Arc::new(Mutex::new(Status::new(Stage::Connecting)));
        let client = inner.client.clone();
        let driver = Driver::new(self.clone(), number, (client, url), status.clone());
        let task = tokio::spawn(driver.run(receiver));
        inner.links.insert(url.to_owned(), Running { task, commands, status });
    }

    fn view(&self) -> Arc<View> {
        self.chain.view()
    }

    /// Where this node's chain ends.
    fn local(&self) -> Tip {
        let view = self.view();
        tip_of(&announcement_of(&view))
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        locked(&self.slots)
    }

    fn promised(&self) -> MutexGuard<'_, Promised> {
        locked(&self.promised)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        locked(&self.inner)
    }
}

impl Running {
    async fn end(self) {
        drop(self.commands);
        self.task.abort();
        // Cancelled is what was asked for.
        let _ = self.task.await;
    }
}

impl Status {
    const fn new(stage: Stage) -> Self {
        Self {
            stage,
            catching_up: false,
            remote: None,
            latency_ms: None,
            version: None,
            fault: None,
        }
    }

    fn view(&self, url: &str) -> PeerView {
        let state = match self.stage {
            Stage::Waiting => "waiting",
            Stage::Connecting => "connecting",
            Stage::Connected => "connected",
            Stage::Refused => "refused",
            Stage::Itself => "self",
        };
        PeerView {
            url: url.to_owned(),
            direction: "outbound".into(),
            state: state.into(),
            height: self.remote.map(|tip| tip.height),
            work: self.remote.map(|tip| tip.work.to_hex()),
            latency_ms: self.latency_ms,
            version: self.version.clone(),
            last_fault: self.fault.as_ref().map(|(fault, _)| fault.code().to_owned()),
            last_fault_time: self.fault.as_ref().map(|(_, time)| *time),
        }
    }
}

/// Tells followers what happens.
async fn publish(shared: Arc<Shared>) {
    let mut events = shared.chain.events();
    let mut followers = shared.hub.changes();
    let mut keep_alive = interval(KEEP_ALIVE);
    keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(ChainEvent::Changed(change)) => {
                    shared.promised().reached(&change.tip.id);
                    shared.hub.tip(announcement_of(&shared.view()));
                }
                Ok(ChainEvent::Pool(change)) => shared.hub.transactions(&change.added),
                // They come back at once and compare what they have with what is here.
                Err(RecvError::Lagged(_)) => shared.hub.close(false),
                Err(RecvError::Closed) => return,
            },
            _ = keep_alive.tick() => {
                shared.hub.sweep();
                shared.promised().sweep(Instant::now());
                shared.hub.keep_alive();
            }
            changed = followers.changed() => {
                if changed.is_err() {
                    return;
                }
                shared.changed();
            }
        }
    }
}

fn announcement_of(view: &View) -> Announcement {
    Announcement { header: view.state().header().clone(), work: view.state().work() }
}

fn tip_of(announcement: &Announcement) -> Tip {
    let header = &announcement.header;
    Tip {
        height: header.height,
        id: header.id(),
        previous: header.previous,
        work: announcement.work,
    }
}

/// Nothing panics while it holds one of these locks, so what a poisoned one holds is whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
