//! A node: its parts put together, started in order and stopped in reverse.

use std::{
    fs, io,
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
};

use actix_web::dev::ServerHandle;
use shared::{api::ChainFile, params::Chain};
use tokio::task::JoinHandle;

use crate::{
    chain,
    config::Config,
    events::Bus,
    http::{self, Context, Listener, Token, TokenError},
    peers::PeerError,
    relay,
    store::{OpenError, StoreError},
};

/// The name of the file in the data folder that says which chain it holds.
pub const CHAIN_FILE: &str = "chain.toml";

/// A running node.
pub struct Node {
    /// Where the app and the public interface are served.
    pub address: SocketAddr,
    /// Where the operator's interface is served.
    pub admin_address: SocketAddr,
    chain: chain::Handle,
    relay: relay::Handle,
    events: Bus,
    servers: [ServerHandle; 2],
    serving: Vec<JoinHandle<io::Result<()>>>,
    writer: JoinHandle<Result<(), StoreError>>,
}

/// Why a node does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken.
    #[error(
        "{address} is in use by another program, perhaps another node; stop that one or choose another address with --{flag}"
    )]
    AddressInUse {
        /// The address.
        address: SocketAddr,
        /// The flag that sets it.
        flag: &'static str,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address} ({error}); choose another address with --{flag}")]
    Address {
        /// The address.
        address: SocketAddr,
        /// The flag that sets it.
        flag: &'static str,
        /// Why.
        error: io::Error,
    },
    /// The data folder cannot be opened.
    #[error("{0}")]
    Open(Box<OpenError>),
    /// There is no operator's token.
    #[error("{0}")]
    Token(TokenError),
    /// A peer of the configuration is none, or none can be called.
    #[error("{error}; {advice}", error = .0, advice = advice(.0))]
    Peer(PeerError),
    /// The operating system reported another error.
    #[error("the node cannot start: {0}")]
    Io(#[from] io::Error),
}

impl StartError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AddressInUse { .. } => "address-in-use",
            Self::Address { .. } => "address-unusable",
            Self::Open(error) => error.code(),
            Self::Token(error) => error.code(),
            Self::Peer(error) => error.code(),
            Self::Io(_) => "start-io",
        }
    }
}

impl Node {
    /// Starts a node. Needs a tokio runtime with several threads.
    ///
    /// # Errors
    ///
    /// When an address is in use, the data folder is not this chain's, or another part cannot start.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        // Both addresses first: when one is taken, nothing has been touched.
        let public = listen(config.listen, "listen")?;
        let admin = listen(config.admin, "admin")?;
        let (address, admin_address) = (public.local_addr()?, admin.local_addr()?);
        let mut options = chain::Options::new(&config.data, config.chain.clone());
        options.pool = config.pool;
        // Opening rebuilds the state tree, which takes a while on a long chain.
        let start = move || chain::start(options).map_err(Box::new);
        let started = tokio::task::spawn_blocking(start).await.map_err(io::Error::other)?;
        let (chain, writer) = started.map_err(StartError::Open)?;
        let writer = tokio::spawn(writer.stopped());
        let parts = Self::start_around(&chain, &config, public, admin);
        let (relay, events, servers, serving) = match parts {
            Ok(parts) => parts,
            Err(error) => {
                chain.stop().await;
                // Whatever the writer says now, the first error is the one to tell.
                let _ = writer.await;
                return Err(error);
            }
        };
        Ok(Self { address, admin_address, chain, relay, events, servers, serving, writer })
    }

    #[expect(clippy::type_complexity, reason = "the parts of a node, taken apart at once")]
    fn start_around(
        chain: &chain::Handle,
        config: &Config,
        public: TcpListener,
        admin: TcpListener,
    ) -> Result<(relay::Handle, Bus, [ServerHandle; 2], Vec<JoinHandle<io::Result<()>>>), StartError>
    {
        note_chain(&config.data, &config.chain)?;
        let token = Token::open(&config.data).map_err(StartError::Token)?;
        let options = relay::Options::new(config.peers.clone(), &config.data);
        let relay = relay::start(chain.clone(), options).map_err(StartError::Peer)?;
        let events = Bus::start(chain, relay.clone());
        let limits = config.limits.clone();
        let context = Context::new(chain.clone(), relay.clone(), events.clone(), limits, token);
        let context = Arc::new(context);
        let public = http::serve(&context, Listener::Public, public, config)?;
        let admin = http::serve(&context, Listener::Admin, admin, config)?;
        let servers = [public.handle(), admin.handle()];
        let serving = vec![tokio::spawn(public), tokio::spawn(admin)];
        Ok((relay, events, servers, serving))
    }

    /// The chain of this node.
    #[must_use]
    pub const fn chain(&self) -> &chain::Handle {
        &self.chain
    }

    /// Waits until the node cannot go on: its store failed. Pends for ever while all is well.
    pub async fn failed(&mut self) -> StoreError {
        match (&mut self.writer).await {
            Ok(Err(error)) => error,
            Ok(Ok(())) | Err(_) => StoreError::Stopped,
        }
    }

    /// Stops everything: streams end, open requests get the configured time, the chain is closed.
    ///
    /// # Errors
    ///
    /// When the last writes to the store failed.
    pub async fn stop(self) -> Result<(), StoreError> {
        // Whoever listens would hold the servers up for ever.
        self.events.close();
        self.relay.stop().await;
        let [public, admin] = self.servers;
        tokio::join!(public.stop(true), admin.stop(true));
        for server in self.serving {
            // A server that ended with an error has ended.
            let _ = server.await;
        }
        self.chain.stop().await;
        if self.writer.is_finished() { Ok(()) } else { self.writer.await.unwrap_or(Ok(())) }
    }
}

/// What an operator can do about it.
const fn advice(error: &PeerError) -> &'static str {
    match error {
        PeerError::Client { .. } => {
            "install the certificates by which servers are known (Debian's package is ca-certificates)"
        }
        _ => "correct --peer",
    }
}

fn listen(address: SocketAddr, flag: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => StartError::AddressInUse { address, flag },
        _ => StartError::Address { address, flag, error },
    })
}

/// Leaves the chain's parameters in its folder, for commands that are told only the folder.
///
/// # Errors
///
/// When the file cannot be written.
pub fn note_chain(folder: &Path, chain: &Chain) -> io::Result<()> {
    let path = folder.join(CHAIN_FILE);
    if path.try_exists()? {
        return Ok(());
    }
    let text = ChainFile::from_chain(chain).to_toml().map_err(io::Error::other)?;
    // Complete or not there at all.
    let unfinished = folder.join("chain.toml.new");
    fs::write(&unfinished, text)?;
    fs::rename(unfinished, path)
}

#[cfg(test)]
mod tests;
