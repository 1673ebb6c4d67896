//! Requests to a peer: a deadline for each, a limit for every answer, no redirects, no decompression.

use super::messages::{MAX_FRAME_BYTES, MAX_SMALL_BYTES};
use crate::peers::{Bans, PeerError};
use crate::sync::fault::Fault;
use actix_web::web::Bytes;
use borsh::BorshDeserialize;
use reqwest::{
    Client, RequestBuilder, Response, StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use shared::api::{BYTES, P2P};
use shared::encode::decode;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::Once;
use std::time::Duration;
use tokio::time::timeout;

/// Time to connect.
const CONNECT: Duration = Duration::from_secs(5);

/// How long is waited for a peer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadlines {
    /// For a request and its whole answer.
    pub(super) quick: Duration,
    /// For a request that moves many bytes.
    pub(super) long: Duration,
    /// For the next frame of a stream: two and a half keep-alives.
    pub(super) silence: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        let [quick, long, silence] = [10, 30, 25].map(Duration::from_secs);
        Self { quick, long, silence }
    }
}

/// How much a request moves.
#[derive(Clone, Copy, Debug)]
pub(super) enum Size {
    /// A message.
    Small,
    /// Blocks or transactions.
    Large,
}

/// A peer's address and the connections to it.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    client: Client,
    base: String,
    /// Names this node.
    instance: u128,
    /// Names this link in what it sends: whose transactions need not come back. Nobody else knows it.
    key: u128,
    deadlines: Deadlines,
}

/// A client for all peers: one pool of connections. Names that lead to a banned address lead nowhere.
///
/// # Errors
///
/// When the system's certificates cannot be used.
pub(crate) fn client(bans: &Bans) -> reqwest::Result<Client> {
    install_provider();
    Client::builder()
        .user_agent(concat!("halfpenny/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .pool_max_idle_per_host(4)
        // Before the server gives an idle connection up: a request must not cross its farewell.
        .pool_idle_timeout(Duration::from_secs(3))
        .tcp_nodelay(true)
        .dns_resolver(Resolver(bans.clone()))
        .build()
}

/// Names this node in what it sends. No two starts of any node have the same, in practice; nothing secret depends on it.
pub(crate) fn random_instance() -> u128 {
    let mut bytes = [0; 16];
    if getrandom::fill(&mut bytes).is_ok() {
        return u128::from_le_bytes(bytes);
    }
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    since.as_nanos() ^ u128::from(std::process::id())
}

/// Why there is no client: what the error says itself is only that it failed.
pub(crate) fn no_client(error: &reqwest::Error) -> PeerError {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    PeerError::Client { reason: cause.unwrap_or_else(|| error.to_string()) }
}

/// Looks names up as the system does.
struct Resolver(Bans);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let bans = self.0.clone();
        Box::pin(async move {
            let look = move || (name.as_str(), 0).to_socket_addrs().map(Iterator::collect);
            let found: Vec<SocketAddr> = tokio::task::spawn_blocking(look).await??;
            let found = found.into_iter().filter(move |address| !bans.has_address(address.ip()));
            Ok(Box::new(found) as Addrs)
        })
    }
}

/// rustls needs to be told once which cryptography to use.
pub(crate) fn install_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error means that one is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

impl Peer {
    pub(super) fn new(client: Client, url: &str, instance: u128, deadlines: Deadlines) -> Self {
        let key = random_instance();
        Self { client, base: format!("{url}{P2P}"), instance, key, deadlines }
    }

    const fn deadline(&self, size: Size) -> Duration {
        match size {
            Size::Small => self.deadlines.quick,
            Size::Large => self.deadlines.long,
        }
    }

    /// Gets a small message.
    pub(super) async fn get<T: BorshDeserialize>(&self, path: &str) -> Result<T, Fault> {
        let bytes = self.get_bytes(path, MAX_SMALL_BYTES, Size::Small).await?;
        decode(&bytes, MAX_SMALL_BYTES).map_err(|_| Fault::Malformed)
    }

    /// Gets bytes.
    pub(super) async fn get_bytes(
        &self,
        path: &str,
        limit: usize,
        size: Size,
    ) -> Result<Bytes, Fault> {
        let request = self.client.get(format!("{}/{path}", self.base));
        timeout(self.deadline(size), answer(request, limit)).await.map_err(|_| Fault::Timeout)?
    }

    /// Posts bytes and gets a message of at most `limit` bytes.
    pub(super) async fn post<T: BorshDeserialize>(
        &self,
        path: &str,
        body: Vec<u8>,
        limit: usize,
        size: Size,
    ) -> Result<T, Fault> {
        let bytes = self.post_bytes(path, body, limit, size).await?;
        decode(&bytes, limit).map_err(|_| Fault::Malformed)
    }

    /// Posts bytes and gets bytes.
    pub(super) async fn post_bytes(
        &self,
        path: &str,
        body: Vec<u8>,
        limit: usize,
        size: Size,
    ) -> Result<Bytes, Fault> {
        let url = format!("{}/{path}?key={:032x}", self.base, self.key);
        let request = self.client.post(url).header("content-type", BYTES).body(body);
        timeout(self.deadline(size), answer(request, limit)).await.map_err(|_| Fault::Timeout)?
    }

    /// Opens the peer's stream.
    pub(super) async fn stream(&self) -> Result<Stream, Fault> {
        let url = format!("{}/stream?id={:032x}&key={:032x}", self.base, self.instance, self.key);
        let response = timeout(self.deadlines.quick, self.client.get(url).send()).await;
        let response = response.map_err(|_| Fault::Timeout)?.map_err(|error| fault_of(&error))?;
        check_status(response.status())?;
        Ok(Stream { response, buffer: Vec::new(), silence: self.deadlines.silence })
    }
}

/// Frames as they come.
pub(super) struct Stream {
    response: Response,
    buffer: Vec<u8>,
    silence: Duration,
}

impl Stream {
    /// The next frame, without its length.
    pub(super) async fn next(&mut self) -> Result<Bytes, Fault> {
        loop {
            if let Some(frame) = self.take()? {
                return Ok(frame);
            }
            let chunk = timeout(self.silence, self.response.chunk()).await;
            match chunk.map_err(|_| Fault::Timeout)?.map_err(|error| fault_of(&error))? {
                Some(chunk) => self.buffer.extend_from_slice(&chunk),
                None => return Err(Fault::Closed),
            }
        }
    }

    fn take(&mut self) -> Result<Option<Bytes>, Fault> {
        let Some(prefix) = self.buffer.first_chunk::<4>() else { return Ok(None) };
        let length = usize::try_from(u32::from_le_bytes(*prefix)).unwrap_or(usize::MAX);
        if length > MAX_FRAME_BYTES {
            return Err(Fault::TooLarge);
        }
        if self.buffer.len() < 4 + length {
            return Ok(None);
        }
        let rest = self.buffer.split_off(4 + length);
        let framed = Bytes::from(std::mem::replace(&mut self.buffer, rest));
        Ok(Some(framed.slice(4..)))
    }
}

/// The whole answer, which is read no further than the limit.
async fn answer(request: RequestBuilder, limit: usize) -> Result<Bytes, Fault> {
    let mut response = request.send().await.map_err(|error| fault_of(&error))?;
    check_status(response.status())?;
    let claimed = response.content_length().unwrap_or(0);
    if usize::try_from(claimed).map_or(true, |claimed| claimed > limit) {
        return Err(Fault::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| fault_of(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(Fault::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.into())
}

fn check_status(status: StatusCode) -> Result<(), Fault> {
    match status {
        StatusCode::OK => Ok(()),
        // What was there a moment ago is not any more: its chain has changed.
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(Fault::Moved),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Err(Fault::Overloaded),
        other => Err(Fault::Status(other.as_u16())),
    }
}

fn fault_of(error: &reqwest::Error) -> Fault {
    if error.is_connect() {
        Fault::Unreachable
    } else if error.is_timeout() {
        Fault::Timeout
    } else {
        Fault::Closed
    }
}
