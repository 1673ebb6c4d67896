//! What a node can be told: by flag, environment variable, file, or not at all, in this order.
//!
//! [`Settings`] is what somebody said, each field perhaps not; [`Config`] is what holds. Flags and
//! environment variables are read by clap, the file by serde, both into the same type, so that a
//! field cannot exist in one place and lack in another.

mod print;

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::{NonZeroU32, NonZeroUsize},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use etcetera::{BaseStrategy as _, base_strategy::Xdg};
use serde::{Deserialize, Serialize};
use shared::{api::ChainFile, chains, params::Chain};

pub use print::Sources;

use crate::{pool, telemetry::Format};

/// Everything that can be said about a node. Each field is a flag, a variable and a line of the file.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The chain: `main`, `test`, `dev`, or a chain file made by `halfpenny coin new` [default: main]
    #[arg(long, env = "HALFPENNY_CHAIN", value_name = "NAME|FILE")]
    pub chain: Option<String>,
    /// The folder that holds the chain [default: `halfpenny/CHAIN` in the XDG data folder]
    #[arg(long, env = "HALFPENNY_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where the app and the public interface are served; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "HALFPENNY_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Where the operator's interface is served; port 0 takes a free one [default: 127.0.0.1:8081]
    #[arg(long, env = "HALFPENNY_ADMIN", value_name = "ADDRESS")]
    pub admin: Option<SocketAddr>,
    /// URL of another node's public interface; may be repeated [default: none]
    #[arg(long, env = "HALFPENNY_PEER", value_name = "URL", value_delimiter = ',')]
    #[serde(default)]
    pub peer: Vec<String>,
    /// A name that browsers may use for this node, beside its IP addresses and localhost; may be repeated [default: none]
    #[arg(long, env = "HALFPENNY_HOST", value_name = "NAME", value_delimiter = ',')]
    #[serde(default)]
    pub host: Vec<String>,
    /// Address of a reverse proxy whose X-Forwarded-For is believed; may be repeated [default: none]
    #[arg(long, env = "HALFPENNY_TRUSTED_PROXY", value_name = "IP", value_delimiter = ',')]
    #[serde(default)]
    pub trusted_proxy: Vec<IpAddr>,
    /// What is logged to standard error: error, warn, info, debug, trace, or a filter as of `RUST_LOG` [default: info]
    #[arg(long, env = "HALFPENNY_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// How it is logged: text (auto: with colours on a terminal), or a JSON object on each line [default: auto]
    #[arg(long, env = "HALFPENNY_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<Format>,
    /// Threads that answer requests [default: one for each core]
    #[arg(long, env = "HALFPENNY_THREADS", value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Limit callers from this machine like all others [default: false]
    #[arg(long, env = "HALFPENNY_LIMIT_LOOPBACK", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub limit_loopback: Option<bool>,
    /// Open connections of the public interface, in all [default: 1024]
    #[arg(long, env = "HALFPENNY_MAX_CONNECTIONS", value_name = "N")]
    pub max_connections: Option<NonZeroUsize>,
    /// Open connections of one address; an IPv6 /64 counts as one [default: 128]
    #[arg(long, env = "HALFPENNY_CONNECTIONS_PER_ADDRESS", value_name = "N")]
    pub connections_per_address: Option<NonZeroUsize>,
    /// Requests per second of one address, over time [default: 100]
    #[arg(long, env = "HALFPENNY_REQUESTS_PER_SECOND", value_name = "N")]
    pub requests_per_second: Option<NonZeroU32>,
    /// Requests of one address at once, before the rate holds [default: 400]
    #[arg(long, env = "HALFPENNY_REQUEST_BURST", value_name = "N")]
    pub request_burst: Option<NonZeroU32>,
    /// Open event streams, in all [default: 256]
    #[arg(long, env = "HALFPENNY_MAX_STREAMS", value_name = "N")]
    pub max_streams: Option<NonZeroUsize>,
    /// Open event streams of one address [default: 64]
    #[arg(long, env = "HALFPENNY_STREAMS_PER_ADDRESS", value_name = "N")]
    pub streams_per_address: Option<NonZeroUsize>,
    /// Seconds in which a request's head must arrive [default: 5]
    #[arg(long, env = "HALFPENNY_HEAD_TIMEOUT", value_name = "SECONDS")]
    pub head_timeout: Option<NonZeroU32>,
    /// Seconds in which a request's body must arrive [default: 10]
    #[arg(long, env = "HALFPENNY_BODY_TIMEOUT", value_name = "SECONDS")]
    pub body_timeout: Option<NonZeroU32>,
    /// Seconds that open requests are given to end when the node stops [default: 10]
    #[arg(long, env = "HALFPENNY_SHUTDOWN_TIMEOUT", value_name = "SECONDS")]
    pub shutdown_timeout: Option<NonZeroU32>,
    /// Bytes of waiting transactions, in all [default: 33554432]
    #[arg(long, env = "HALFPENNY_POOL_BYTES", value_name = "BYTES")]
    pub pool_bytes: Option<NonZeroUsize>,
    /// Waiting transactions of one sender [default: 16]
    #[arg(long, env = "HALFPENNY_POOL_PER_SENDER", value_name = "N")]
    pub pool_per_sender: Option<NonZeroUsize>,
    /// Seconds that a transaction waits at most [default: 86400]
    #[arg(long, env = "HALFPENNY_POOL_MAX_AGE", value_name = "SECONDS")]
    pub pool_max_age: Option<NonZeroU32>,
}

/// What holds for a node. See [`Settings`] for the meaning and unit of each field.
#[derive(Clone, Debug)]
pub struct Config {
    /// The chain.
    pub chain: Chain,
    /// The folder that holds it.
    pub data: PathBuf,
    /// The public listener.
    pub listen: SocketAddr,
    /// The operator's listener.
    pub admin: SocketAddr,
    /// URLs of peers.
    pub peers: Vec<String>,
    /// What is logged.
    pub log: String,
    /// How it is logged.
    pub log_format: Format,
    /// Threads that answer requests.
    pub threads: usize,
    /// How long open requests may take when the node stops.
    pub shutdown_timeout: Duration,
    /// What callers may take.
    pub limits: Limits,
    /// What the pool may take.
    pub pool: pool::Limits,
}

/// What callers over HTTP may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Names that a `Host` header may have beside IP addresses and localhost.
    pub hosts: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether this machine's own callers are limited as well.
    pub loopback: bool,
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address.
    pub connections_per_address: usize,
    /// Requests per second of one address.
    pub requests_per_second: NonZeroU32,
    /// Requests of one address at once.
    pub request_burst: NonZeroU32,
    /// Event streams in all.
    pub streams: usize,
    /// Event streams of one address.
    pub streams_per_address: usize,
    /// How long a request's head may take.
    pub head_timeout: Duration,
    /// How long a request's body may take.
    pub body_timeout: Duration,
}

/// Why settings make no configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The configuration file cannot be read.
    #[error(
        "the configuration file {path} cannot be read: {reason}; correct the path given to --config"
    )]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The configuration file is not TOML of this shape.
    #[error(
        "the configuration file {path} is wrong: {reason}; `halfpenny node --help` lists the fields"
    )]
    Malformed {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is neither a built-in chain nor a file of this name.
    #[error("there is no chain {name}: name main, test or dev, or a chain file ({reason})")]
    NoChain {
        /// What was asked for.
        name: String,
        /// Why it is no file.
        reason: String,
    },
    /// The chain file makes no chain.
    #[error("the chain file {path} makes no chain: {reason}")]
    BadChain {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The configuration cannot be written down.
    #[error("the configuration cannot be printed: {reason}")]
    Unprintable {
        /// Why.
        reason: String,
    },
    /// There is no home folder to keep the chain in.
    #[error("there is no home folder to keep the chain in; say where with --data DIR")]
    NoHome,
}

impl ConfigError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "config-unreadable",
            Self::Malformed { .. } => "config-malformed",
            Self::NoChain { .. } => "config-no-chain",
            Self::BadChain { .. } => "config-bad-chain",
            Self::Unprintable { .. } => "config-unprintable",
            Self::NoHome => "config-no-home",
        }
    }
}

impl Settings {
    /// Reads a configuration file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is not TOML, or has unknown fields.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| ConfigError::Unreadable {
            path: name.clone(),
            reason: error.to_string(),
        })?;
        toml::from_str(&text).map_err(|error| {
            // The first line says what and where; the rest draws the place.
            let reason = error.to_string().replace('\n', " ").trim().to_owned();
            ConfigError::Malformed { path: name, reason }
        })
    }

    /// These settings, and `other`'s where these say nothing. A list is taken whole from one of them.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        fn list<T>(first: Vec<T>, second: Vec<T>) -> Vec<T> {
            if first.is_empty() { second } else { first }
        }
        Self {
            chain: self.chain.or(other.chain),
            data: self.data.or(other.data),
            listen: self.listen.or(other.listen),
            admin: self.admin.or(other.admin),
            peer: list(self.peer, other.peer),
            host: list(self.host, other.host),
            trusted_proxy: list(self.trusted_proxy, other.trusted_proxy),
            log: self.log.or(other.log),
            log_format: self.log_format.or(other.log_format),
            threads: self.threads.or(other.threads),
            limit_loopback: self.limit_loopback.or(other.limit_loopback),
            max_connections: self.max_connections.or(other.max_connections),
            connections_per_address: self.connections_per_address.or(other.connections_per_address),
            requests_per_second: self.requests_per_second.or(other.requests_per_second),
            request_burst: self.request_burst.or(other.request_burst),
            max_streams: self.max_streams.or(other.max_streams),
            streams_per_address: self.streams_per_address.or(other.streams_per_address),
            head_timeout: self.head_timeout.or(other.head_timeout),
            body_timeout: self.body_timeout.or(other.body_timeout),
            shutdown_timeout: self.shutdown_timeout.or(other.shutdown_timeout),
            pool_bytes: self.pool_bytes.or(other.pool_bytes),
            pool_per_sender: self.pool_per_sender.or(other.pool_per_sender),
            pool_max_age: self.pool_max_age.or(other.pool_max_age),
        }
    }

    /// What holds when these settings are all that is said.
    ///
    /// # Errors
    ///
    /// When the chain is no chain, or there is no place for its folder.
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let name = self.chain.as_deref().unwrap_or("main");
        let chain = find_chain(name)?;
        let data = match self.data {
            Some(data) => data,
            None => default_folder(name, &chain)?,
        };
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let cores = std::thread::available_parallelism().map_or(2, NonZeroUsize::get);
        let seconds = |said: Option<NonZeroU32>, default| {
            Duration::from_secs(u64::from(said.map_or(default, NonZeroU32::get)))
        };
        let number = |said: Option<NonZeroUsize>, default| said.map_or(default, NonZeroUsize::get);
        let limits = Limits {
            hosts: self.host.iter().map(|host| host.to_ascii_lowercase()).collect(),
            trusted_proxies: self.trusted_proxy,
            loopback: self.limit_loopback.unwrap_or(false),
            connections: number(self.max_connections, 1_024),
            connections_per_address: number(self.connections_per_address, 128),
            requests_per_second: self.requests_per_second.unwrap_or(RATE),
            request_burst: self.request_burst.unwrap_or(BURST),
            streams: number(self.max_streams, 256),
            streams_per_address: number(self.streams_per_address, 64),
            head_timeout: seconds(self.head_timeout, 5),
            body_timeout: seconds(self.body_timeout, 10),
        };
        let pool = pool::Limits {
            max_bytes: number(self.pool_bytes, 32 << 20),
            per_sender: number(self.pool_per_sender, 16),
            max_age: seconds(self.pool_max_age, 86_400).as_secs(),
        };
        Ok(Config {
            chain,
            data,
            listen: self.listen.unwrap_or_else(|| local(8080)),
            admin: self.admin.unwrap_or_else(|| local(8081)),
            peers: self.peer,
            log: self.log.unwrap_or_else(|| "info".to_owned()),
            log_format: self.log_format.unwrap_or_default(),
            threads: number(self.threads, cores),
            shutdown_timeout: seconds(self.shutdown_timeout, 10),
            limits,
            pool,
        })
    }
}

const RATE: NonZeroU32 = NonZeroU32::new(100).expect("100 is not 0");
const BURST: NonZeroU32 = NonZeroU32::new(400).expect("400 is not 0");

/// The built-in chain of this name, or the chain of the file at this path.
///
/// # Errors
///
/// When it is neither.
pub fn find_chain(name: &str) -> Result<Chain, ConfigError> {
    if let Some(chain) = chains::by_name(name) {
        return Ok(chain);
    }
    let no_chain = |error: std::io::Error| ConfigError::NoChain {
        name: name.to_owned(),
        reason: error.to_string(),
    };
    let text = fs::read_to_string(name).map_err(no_chain)?;
    let chain = ChainFile::from_toml(&text).and_then(|file| file.to_chain());
    chain.map_err(|error| ConfigError::BadChain {
        path: name.to_owned(),
        reason: error.to_string().replace('\n', " ").trim().to_owned(),
    })
}

/// The folder of a chain when none is told: a built-in chain's is its name; of any other the name
/// is not enough, since two coins may share a ticker.
fn default_folder(name: &str, chain: &Chain) -> Result<PathBuf, ConfigError> {
    let xdg = Xdg::new().map_err(|_| ConfigError::NoHome)?;
    let folder = if chains::by_name(name).is_some() {
        name.to_owned()
    } else {
        let genesis = chain.genesis_id().to_string();
        let short: String = genesis.chars().take(8).collect();
        format!("{}-{short}", chain.parameters().ticker.to_ascii_lowercase())
    };
    Ok(xdg.data_dir().join("halfpenny").join(folder))
}

#[cfg(test)]
mod tests;
