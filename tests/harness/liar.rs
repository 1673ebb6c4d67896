//! A node that lies: stands between a browser and a real node, and changes what the node says.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, ensure};
use futures_util::StreamExt as _;
use reqwest::{Client, Method, Response};
use shared::api::API;
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream, tcp::OwnedWriteHalf},
    sync::watch,
    task::JoinHandle,
};

use crate::{
    http,
    node::Node,
    serve::{self, Request},
    wait::{PATIENCE, until},
};

/// What a node answered, to be changed.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body; of an event, its JSON.
    pub body: Vec<u8>,
}

/// What is changed in the answer to a path of the node, without its query. Events have the path of
/// their stream, one by one.
pub type Lie = Arc<dyn Fn(&str, &mut Answer) + Send + Sync>;

/// A request with a body, as the browser sent it.
#[derive(Clone, Debug)]
pub struct Posted {
    /// Where to, without the query.
    pub path: String,
    /// What.
    pub body: Vec<u8>,
}

/// The liar. It ends when it is dropped.
#[derive(Debug)]
pub struct Liar {
    port: u16,
    inner: Arc<Inner>,
    task: JoinHandle<()>,
}

struct Inner {
    node: String,
    client: Client,
    lie: Mutex<Option<Lie>>,
    told: AtomicUsize,
    under_way: AtomicUsize,
    posted: Mutex<Vec<Posted>>,
    changes: watch::Sender<u64>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").field("node", &self.node).finish_non_exhaustive()
    }
}

impl Liar {
    /// Listens on a free port, and passes on what a node says, for now as it is.
    ///
    /// # Panics
    ///
    /// When no port is free.
    pub async fn before(node: &Node) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let inner = Arc::new(Inner {
            node: node.url(),
            client: http::client(),
            lie: Mutex::default(),
            told: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            posted: Mutex::default(),
            changes: watch::Sender::new(0),
        });
        let serving = Arc::clone(&inner);
        let task = tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                let inner = Arc::clone(&serving);
                // A browser that goes away in the middle is no fault.
                tokio::spawn(async move { drop(inner.serve(browser).await) });
            }
        });
        Self { port, inner, task }
    }

    /// The address that the browser opens instead of the node's.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Lies in this way from now on. Open pages are told to load everything anew.
    pub fn tell(&self, lie: Lie) {
        self.change(Some(lie));
    }

    /// Tells the truth from now on. Open pages are told to load everything anew.
    pub fn tell_the_truth(&self) {
        self.change(None);
    }

    fn change(&self, lie: Option<Lie>) {
        *self.inner.lie.lock().unwrap_or_else(PoisonError::into_inner) = lie;
        self.inner.told.store(0, Ordering::Relaxed);
        self.inner.changes.send_modify(|count| *count += 1);
    }

    /// How many answers were changed since the last change of the lie.
    #[must_use]
    pub fn told(&self) -> usize {
        self.inner.told.load(Ordering::Relaxed)
    }

    /// Everything that was posted so far, oldest first.
    #[must_use]
    pub fn posted(&self) -> Vec<Posted> {
        self.inner.posted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until no answer is on its way, streams of events apart.
    ///
    /// # Panics
    ///
    /// When that does not happen.
    pub async fn is_quiet(&self) {
        until("all requests to be answered", PATIENCE, async || {
            let count = self.inner.under_way.load(Ordering::SeqCst);
            ensure!(count == 0, "{count} are not");
            Ok(())
        })
        .await;
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Inner {
    /// Answers one request; the connection ends with it.
    async fn serve(&self, browser: TcpStream) -> anyhow::Result<()> {
        let (reading, mut browser) = browser.into_split();
        let Request { method, target, mut headers, body } = Request::read(reading).await?;
        let path = target.split('?').next().unwrap_or_default().to_owned();
        let is_stream = path == format!("{API}/events");
        let _under_way = (!is_stream).then(|| UnderWay::new(&self.under_way));
        headers.retain(|(name, _)| match name.as_str() {
            // Addressed to the liar, or to the liar's connection.
            "host" | "connection" | "if-none-match" => false,
            // What is to be changed must be readable.
            "accept-encoding" => !path.starts_with(API),
            _ => true,
        });
        if method != Method::GET {
            let posted = Posted { path: path.clone(), body: body.clone() };
            self.posted.lock().unwrap_or_else(PoisonError::into_inner).push(posted);
        }
        let mut request = self.client.request(method, format!("{}{target}", self.node)).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if is_stream {
            // Streams last as long as the page.
            request = request.timeout(Duration::from_secs(3_600));
        }
        let response = request.send().await?;
        if is_stream && response.status().is_success() {
            return self.pass_events(&path, response, &mut browser).await;
        }
        let mut answer = Answer {
            status: response.status().as_u16(),
            headers: headers_of(&response),
            body: response.bytes().await?.to_vec(),
        };
        self.spoil(&path, &mut answer);
        let length = ("content-length".to_owned(), answer.body.len().to_string());
        answer.headers.push(length);
        browser.write_all(serve::head(answer.status, &answer.headers).as_bytes()).await?;
        browser.write_all(&answer.body).await?;
        Ok(browser.shutdown().await?)
    }

    fn spoil(&self, path: &str, answer: &mut Answer) {
        let lie = self.lie.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(lie) = lie else { return };
        let truth = (answer.status, answer.body.clone());
        lie(path, answer);
        if truth != (answer.status, answer.body.clone()) {
            self.told.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Passes events on, each spoilt, and says when the lie has changed.
    async fn pass_events(
        &self,
        path: &str,
        response: Response,
        browser: &mut OwnedWriteHalf,
    ) -> anyhow::Result<()> {
        let answer = Answer {
            status: response.status().as_u16(),
            headers: headers_of(&response),
            body: Vec::new(),
        };
        browser.write_all(serve::head(answer.status, &answer.headers).as_bytes()).await?;
        let mut changes = self.changes.subscribe();
        let mut chunks = response.bytes_stream();
        let mut heard = Vec::new();
        loop {
            tokio::select! {
                changed = changes.changed() => {
                    changed?;
                    browser.write_all(b"event: resync\ndata: {\"type\":\"resync\"}\n\n").await?;
                }
                chunk = chunks.next() => {
                    heard.extend_from_slice(&chunk.context("the stream has ended")??);
                    while let Some(end) = heard.iter().position(|byte| *byte == b'\n') {
                        let line: Vec<u8> = heard.drain(..=end).collect();
                        browser.write_all(&self.spoilt_line(path, line)).await?;
                    }
                }
            }
        }
    }

    /// A line of a stream of events; what is not data stays.
    fn spoilt_line(&self, path: &str, line: Vec<u8>) -> Vec<u8> {
        let Some(data) = line.strip_prefix(b"data: ") else { return line };
        let mut answer =
            Answer { status: 200, headers: Vec::new(), body: data.trim_ascii_end().to_vec() };
        self.spoil(path, &mut answer);
        // One event is one line: whatever lie it is, it ends with it.
        answer.body.retain(|byte| !matches!(byte, b'\n' | b'\r'));
        [b"data: ".as_slice(), &answer.body, b"\n"].concat()
    }
}

/// Counts a request for as long as it lives.
struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The headers of an answer, without those of the connection that it came by.
fn headers_of(response: &Response) -> Vec<(String, String)> {
    let connection = ["connection", "content-length", "transfer-encoding", "keep-alive"];
    let kept = response.headers().iter().filter(|(name, _)| !connection.contains(&name.as_str()));
    kept.map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    })
    .collect()
}
