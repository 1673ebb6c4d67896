//! A peer with headers without end: each valid and of the least work that the chain allows, from genesis on,
//! with nothing behind them. It speaks what nodes speak (`backend/src/relay`), written down once more.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use shared::{
    api::P2P,
    encode::{Bounded, decode, encode},
    hash::{BlockId, Hash},
    header::Header,
    limits::MAX_HEADERS,
    params::Chain,
    pow,
    work::Work,
};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream, tcp::OwnedWriteHalf},
    task::JoinHandle,
    time::interval,
};

use crate::serve::{self, Request};

/// More work than any chain has: so much the peer says it has.
const CLAIMED: Work = Work(u128::MAX / 2);
/// How often it says that it is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// The peer. It ends when it is dropped.
#[derive(Debug)]
pub struct Flood {
    port: u16,
    inner: Arc<Inner>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Inner {
    chain: Chain,
    /// The last header that was given.
    last: Mutex<(Header, BlockId)>,
    given: AtomicUsize,
}

impl Flood {
    /// Listens on a free port.
    ///
    /// # Panics
    ///
    /// When none is free.
    pub async fn start(chain: &Chain) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let last = Mutex::new((chain.genesis().header.clone(), chain.genesis_id()));
        let inner = Arc::new(Inner { chain: chain.clone(), last, given: AtomicUsize::new(0) });
        let serving = Arc::clone(&inner);
        let task = tokio::spawn(async move {
            while let Ok((node, _)) = listener.accept().await {
                let inner = Arc::clone(&serving);
                // A node that goes away in the middle is no fault.
                tokio::spawn(async move { drop(inner.serve(node).await) });
            }
        });
        Self { port, inner, task }
    }

    /// Its address as a peer.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How many headers it has given so far.
    #[must_use]
    pub fn given(&self) -> usize {
        self.inner.given.load(Ordering::Relaxed)
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Inner {
    /// Answers one request; the connection ends with it.
    async fn serve(&self, node: TcpStream) -> anyhow::Result<()> {
        let (reading, mut node) = node.into_split();
        let request = Request::read(reading).await?;
        let (status, body) = match request.path().strip_prefix(P2P).unwrap_or_default() {
            "/stream" => return stay(&mut node).await,
            "/hello" => {
                let (tip, program) = (self.tip(), b"flood".to_vec());
                (200, encode(&(1_u32, self.chain.genesis_id(), 7_u128, tip, program)))
            }
            "/announce" => (200, encode(&(self.tip(), 0_u8))),
            "/pool" => (200, encode(&(Vec::<Hash>::new(), Vec::<Hash>::new()))),
            "/locate" => {
                let known: Bounded<BlockId, 0, 64> = decode(&request.body, 4_096)?;
                // Making them takes a moment of work, and other requests should not wait for it.
                (200, tokio::task::block_in_place(|| encode(&self.after(&known))))
            }
            _ => (404, Vec::new()),
        };
        let length = ("content-length".to_owned(), body.len().to_string());
        node.write_all(serve::head(status, &[length]).as_bytes()).await?;
        node.write_all(&body).await?;
        Ok(node.shutdown().await?)
    }

    /// What it says to have: a header that stands the test of its own work, and much work before it.
    fn tip(&self) -> (Header, Work) {
        let genesis = &self.chain.genesis().header;
        let first = child(&self.chain, genesis, &self.chain.genesis_id());
        (child(&self.chain, &first, &first.id()), CLAIMED)
    }

    /// The next headers; from the first one on if the last one is not among those that are known.
    fn after(&self, known: &[BlockId]) -> Vec<Header> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains(&last.1) {
            *last = (self.chain.genesis().header.clone(), self.chain.genesis_id());
        }
        let mut next = || {
            let header = child(&self.chain, &last.0, &last.1);
            *last = (header.clone(), header.id());
            header
        };
        let headers = (0..MAX_HEADERS).map(|_| next()).collect();
        self.given.fetch_add(MAX_HEADERS, Ordering::Relaxed);
        headers
    }
}

/// A stream on which nothing happens.
async fn stay(node: &mut OwnedWriteHalf) -> anyhow::Result<()> {
    node.write_all(serve::head(200, &[]).as_bytes()).await?;
    let mut pause = interval(KEEP_ALIVE);
    loop {
        pause.tick().await;
        // A frame of one byte that means nothing.
        node.write_all(&[1, 0, 0, 0, 0]).await?;
    }
}

/// The cheapest header upon another: the first comes so late that the target is the easiest, and no other so
/// early that it becomes harder. Always the same one.
fn child(chain: &Chain, parent: &Header, id: &BlockId) -> Header {
    let (rule, parameters) = (chain.difficulty(), chain.parameters());
    let height = parent.height + 1;
    let gap = if parent.height == 0 { parameters.max_gap } else { parameters.interval };
    let timestamp = parent.timestamp + gap;
    let clock = rule.clock(height, parent.clock, parent.timestamp, timestamp);
    let clock = clock.expect("time goes on");
    let mut header = Header {
        version: chain.version_at(height),
        height,
        previous: id.0,
        timestamp,
        clock,
        target: rule.target(height, parent.clock, clock),
        ..parent.clone()
    };
    let nonce = pow::first_hit(&header.core(), &header.target, 0, 1 << 32);
    header.nonce = nonce.expect("the easiest work is easy");
    header
}
