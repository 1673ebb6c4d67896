//! Hosts that this node neither calls nor listens to.

use super::PeerError;
use reqwest::Url;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Bans, at most.
pub const MAX_BANS: usize = 256;
/// Characters of a host's name, at most (RFC 1035).
pub(super) const MAX_NAME: usize = 253;

/// A host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// An address, as [`network_of`] counts it.
    Address(IpAddr),
    /// A name, in small letters.
    Name(String),
}

/// An address as callers are counted and hosts are banned: an IPv4 address, also when it is written as
/// IPv6, or the /64 of an IPv6 address, which is what one household or machine has.
#[must_use]
pub fn network_of(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => IpAddr::V4(ip),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

impl Host {
    /// The host that a text names: an address, a network as a ban is shown, a name, or any of them in
    /// the URL of a peer.
    ///
    /// # Errors
    ///
    /// When it is none of these.
    pub fn parse(text: &str) -> Result<Self, PeerError> {
        let text = text.trim();
        let wrong = || PeerError::Host { text: text.chars().take(200).collect() };
        let bare = text.strip_suffix("/64").unwrap_or(text);
        if let Ok(ip) = bare.parse::<IpAddr>() {
            // Only networks of IPv6 are banned as a whole.
            let is_network = bare.len() < text.len();
            return if is_network && ip.is_ipv4() { Err(wrong()) } else { Ok(Self::of(ip)) };
        }
        // What browsers would read something else into, as `http:///64`.
        if text.starts_with(['/', '\\']) {
            return Err(wrong());
        }
        let with_scheme = if text.contains("://") { text } else { &format!("http://{text}") };
        let url = Url::parse(with_scheme).map_err(|_| wrong())?;
        let is_plain = url.path() == "/" && url.query().is_none() && url.username().is_empty();
        if !matches!(url.scheme(), "http" | "https") || !is_plain {
            return Err(wrong());
        }
        Self::of_url(&url).ok_or_else(wrong)
    }

    /// The host of an address.
    #[must_use]
    pub fn of(ip: IpAddr) -> Self {
        Self::Address(network_of(ip))
    }

    fn of_url(url: &Url) -> Option<Self> {
        let host = url.host_str()?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(ip) = bare.parse::<IpAddr>() {
            return Some(Self::of(ip));
        }
        // A name that ends in a dot is the same host.
        let name = host.trim_end_matches('.').to_lowercase();
        (!name.is_empty() && name.len() <= MAX_NAME).then_some(Self::Name(name))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(IpAddr::V4(ip)) => ip.fmt(f),
            Self::Address(IpAddr::V6(ip)) => write!(f, "{ip}/64"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// Who is banned, and since when in seconds since 1970. Clones are the same list.
#[derive(Clone, Debug, Default)]
pub struct Bans(Arc<RwLock<BTreeMap<Host, u64>>>);

impl Bans {
    /// Whether whoever calls from `ip` is banned.
    #[must_use]
    pub fn has_address(&self, ip: IpAddr) -> bool {
        self.read().contains_key(&Host::of(ip))
    }

    /// The banned host of a peer's URL.
    #[must_use]
    pub fn host_of(&self, url: &str) -> Option<Host> {
        let host = Host::of_url(&Url::parse(url).ok()?)?;
        self.read().contains_key(&host).then_some(host)
    }

    /// All of them, in order.
    #[must_use]
    pub fn list(&self) -> Vec<(Host, u64)> {
        self.read().iter().map(|(host, since)| (host.clone(), *since)).collect()
    }

    /// Bans hosts.
    ///
    /// # Errors
    ///
    /// When all of them are banned already, or there are too many: then nothing has changed.
    pub(super) fn insert(&self, hosts: &[Host], now: u64) -> Result<(), PeerError> {
        let mut bans = self.write();
        let new = hosts.iter().filter(|host| !bans.contains_key(host));
        let new: Vec<Host> = new.cloned().collect();
        if let (true, Some(host)) = (new.is_empty(), hosts.first()) {
            return Err(PeerError::AlreadyBanned { host: host.clone() });
        }
        if bans.len() + new.len() > MAX_BANS {
            return Err(PeerError::TooManyBans { limit: MAX_BANS });
        }
        bans.extend(new.into_iter().map(|host| (host, now)));
        Ok(())
    }

    /// Lifts a ban.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub(super) fn remove(&self, host: &Host) -> Result<(), PeerError> {
        let banned = self.write().remove(host);
        banned.map(|_| ()).ok_or_else(|| PeerError::NotBanned { host: host.clone() })
    }

    /// Makes it the list that it was.
    pub(super) fn restore(&self, list: Vec<(Host, u64)>) {
        *self.write() = list.into_iter().collect();
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<Host, u64>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<Host, u64>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
