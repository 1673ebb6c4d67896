//! The list of peers: who they are and how soon each is tried again. No sockets, no clock.
//!
//! Peers come from the configuration and from the operator, never from the network: an address that
//! a stranger could choose is never dialled. Those that the operator added are kept in
//! `peers.json` in the data folder, and so is who is banned; those of the configuration come back
//! with it.

mod bans;
mod file;

use crate::sync::fault::Patience;
use reqwest::Url;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use bans::{Bans, Host, MAX_BANS, network_of};

/// Peers, at most.
pub const MAX_PEERS: usize = 64;

/// Why a peer cannot be added, removed or banned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeerError {
    /// It is not the URL of a node.
    #[error("'{url}' is not the address of a node: {reason}")]
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// It is in the list.
    #[error("{url} is a peer already")]
    AlreadyKnown {
        /// The peer.
        url: String,
    },
    /// It is not in the list.
    #[error("{url} is not a peer")]
    Unknown {
        /// What was given.
        url: String,
    },
    /// The list is full.
    #[error("there are {limit} peers, which is the most: remove one first")]
    TooMany {
        /// The most.
        limit: usize,
    },
    /// Its host is banned.
    #[error("{host} is banned: lift the ban first")]
    Banned {
        /// The host.
        host: Host,
    },
    /// It is not a host.
    #[error("'{text}' is no host: it should look like 192.168.1.7, 2001:db8::7 or node.example")]
    Host {
        /// What was given.
        text: String,
    },
    /// It is banned already.
    #[error("{host} is banned already")]
    AlreadyBanned {
        /// The host.
        host: Host,
    },
    /// It is not banned.
    #[error("{host} is not banned")]
    NotBanned {
        /// The host.
        host: Host,
    },
    /// The list of bans is full.
    #[error("there are {limit} bans, which is the most: lift one first")]
    TooManyBans {
        /// The most.
        limit: usize,
    },
    /// The list could not be read or written.
    #[error("the list of peers {} cannot be used: {reason}", .path.display())]
    Save {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The system's certificates cannot be used.
    #[error("connections to peers cannot be made: {reason}")]
    Client {
        /// What the system said.
        reason: String,
    },
    /// The node is stopping.
    #[error("the node is stopping")]
    Stopped,
}

impl PeerError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Url { .. } => "peer-url",
            Self::AlreadyKnown { .. } => "peer-known",
            Self::Unknown { .. } => "peer-unknown",
            Self::TooMany { .. } => "peer-too-many",
            Self::Banned { .. } => "peer-banned",
            Self::Host { .. } => "ban-host",
            Self::AlreadyBanned { .. } => "ban-known",
            Self::NotBanned { .. } => "ban-not-found",
            Self::TooManyBans { .. } => "ban-too-many",
            Self::Save { .. } => "peer-file",
            Self::Client { .. } => "peer-client",
            Self::Stopped => "stopping",
        }
    }
}

/// The one form of a node's address: `http://host:port`, nothing behind it.
///
/// # Errors
///
/// When the text is not `http` or `https`, has a user, a path, a query or a fragment.
pub fn canonical_url(text: &str) -> Result<String, PeerError> {
    let wrong = |reason| PeerError::Url { url: text.chars().take(200).collect(), reason };
    let url = Url::parse(text.trim())
        .map_err(|_| wrong("it should look like http://192.168.1.7:8080"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("it begins with neither http:// nor https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it has a user or password in it"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it goes on after the host and port"));
    }
    let length = url.host_str().map_or(0, str::len);
    if !(1..=bans::MAX_NAME).contains(&length) || url.port() == Some(0) {
        return Err(wrong("it has no host, or a name that is too long, or port 0"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Where a peer's address comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration.
    Configured,
    /// The operator, while the node ran.
    Added,
}

/// The peers to dial, by address.
#[derive(Debug)]
pub struct Peers {
    file: PathBuf,
    list: BTreeMap<String, Origin>,
    bans: Bans,
}

impl Peers {
    /// The configured peers and those that the file in `folder` lists.
    ///
    /// # Errors
    ///
    /// When a configured address is wrong, there are too many, or the file cannot be read.
    pub fn load(folder: &Path, configured: &[String]) -> Result<Self, PeerError> {
        let file = folder.join(file::NAME);
        let mut list = BTreeMap::new();
        let content = file::read(&file)?;
        for url in content.peers {
            list.insert(canonical_url(&url)?, Origin::Added);
        }
        let bans = Bans::default();
        for ban in content.bans {
            bans.insert(&[Host::parse(&ban.host)?], ban.since)?;
        }
        for url in configured {
            list.insert(canonical_url(url)?, Origin::Configured);
        }
        if list.len() > MAX_PEERS {
            return Err(PeerError::TooMany { limit: MAX_PEERS });
        }
        Ok(Self { file, list, bans })
    }

    /// Who is banned: the list that is changed here.
    #[must_use]
    pub const fn bans(&self) -> &Bans {
        &self.bans
    }

    /// The addresses, in order.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.list.keys().map(String::as_str)
    }

    /// Adds a peer and writes the file; returns its address in canonical form.
    ///
    /// # Errors
    ///
    /// When it is no address, known or banned, the list is full, or the file cannot be written: then
    /// nothing has changed.
    pub fn add(&mut self, url: &str) -> Result<String, PeerError> {
        let url = canonical_url(url)?;
        if self.list.contains_key(&url) {
            return Err(PeerError::AlreadyKnown { url });
        }
        if let Some(host) = self.bans.host_of(&url) {
            return Err(PeerError::Banned { host });
        }
        if self.list.len() >= MAX_PEERS {
            return Err(PeerError::TooMany { limit: MAX_PEERS });
        }
        self.list.insert(url.clone(), Origin::Added);
        if let Err(error) = self.save() {
            self.list.remove(&url);
            return Err(error);
        }
        Ok(url)
    }

    /// Removes a peer and writes the file; returns its address in canonical form. A configured peer
    /// is back at the next start.
    ///
    /// # Errors
    ///
    /// When it is not in the list, or the file cannot be written: then nothing has changed.
    pub fn remove(&mut self, url: &str) -> Result<String, PeerError> {
        let url = canonical_url(url)?;
        let Some(origin) = self.list.remove(&url) else { return Err(PeerError::Unknown { url }) };
        if let Err(error) = self.save() {
            self.list.insert(url, origin);
            return Err(error);
        }
        Ok(url)
    }

    /// Bans hosts and writes the file. Peers of the list stay in it.
    ///
    /// # Errors
    ///
    /// When all are banned already, there are too many, or the file cannot be written: then nothing has
    /// changed.
    pub fn ban(&mut self, hosts: &[Host], now: u64) -> Result<(), PeerError> {
        let before = self.bans.list();
        self.bans.insert(hosts, now)?;
        self.save().inspect_err(|_| self.bans.restore(before))
    }

    /// Lifts a ban and writes the file.
    ///
    /// # Errors
    ///
    /// When there is none, or the file cannot be written: then nothing has changed.
    pub fn unban(&mut self, host: &Host) -> Result<(), PeerError> {
        let before = self.bans.list();
        self.bans.remove(host)?;
        self.save().inspect_err(|_| self.bans.restore(before))
    }

    fn save(&self) -> Result<(), PeerError> {
        let added = self.list.iter().filter(|(_, origin)| **origin == Origin::Added);
        let peers = added.map(|(url, _)| url.clone()).collect();
        let ban = |(host, since): (Host, u64)| file::Ban { host: host.to_string(), since };
        let bans = self.bans.list().into_iter().map(ban).collect();
        file::write(&self.file, &file::Content { peers, bans })
    }
}

/// How long to wait before a peer is tried again: ever longer, with jitter, so that many nodes that
/// lost the same peer do not come back at the same moment.
#[derive(Debug)]
pub struct Backoff {
    /// Failures to reach it in a row.
    unreachable: u32,
    /// Links in a row that ended with a fault.
    faults: u32,
    random: u64,
}

/// Delay after the first failure, in milliseconds; it doubles with each.
const FIRST_DELAY: u64 = 250;
/// Longest delay while nobody answers: a refused connection costs neither side anything, and a
/// node that is started should be found at once.
const LONGEST_UNREACHABLE: u64 = 3_000;
/// Longest delay after faults, and the only one for what is not a peer at all.
const LONGEST_DELAY: u64 = 60_000;

impl Backoff {
    /// Nothing has failed so far. `seed` makes the jitter.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        // The generator below must not start at zero.
        Self { unreachable: 0, faults: 0, random: seed | 1 }
    }

    /// The link was open for a while.
    pub const fn lasted(&mut self) {
        self.unreachable = 0;
    }

    /// The peer has been without fault for long.
    pub const fn proved_good(&mut self) {
        self.unreachable = 0;
        self.faults = 0;
    }

    /// Milliseconds to wait after a failure: half of the delay and a random part of the other half.
    pub fn after(&mut self, patience: Patience) -> u64 {
        let delay = match patience {
            Patience::GoOn | Patience::Soon => {
                self.unreachable = self.unreachable.saturating_add(1);
                doubled(self.unreachable).min(LONGEST_UNREACHABLE)
            }
            Patience::Growing => {
                self.faults = self.faults.saturating_add(1);
                doubled(self.faults).min(LONGEST_DELAY)
            }
            Patience::Long => LONGEST_DELAY,
        };
        delay / 2 + self.next_random() % (delay / 2 + 1)
    }

    /// Xorshift: spreads well enough for jitter.
    const fn next_random(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }
}

fn doubled(times: u32) -> u64 {
    1_u64.checked_shl(times.saturating_sub(1)).unwrap_or(u64::MAX).saturating_mul(FIRST_DELAY)
}

#[cfg(test)]
mod tests;
