//! What the operator bans is neither called nor heard.
//!
//! A host is known by its addresses, so a name is banned together with those that it has now, and a peer
//! whose name leads to a banned address is not reached.

use super::{Handle, Running, Status, hub::FOLLOWER, transport};
use crate::peers::{Host, PeerError};
use crate::sync::Stage;
use shared::api::{BanView, PeerView};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, ToSocketAddrs as _};

impl Handle {
    /// Whether whoever calls from this address is banned.
    #[must_use]
    pub fn is_banned(&self, ip: IpAddr) -> bool {
        self.0.bans.has_address(ip)
    }

    /// All bans, in order.
    #[must_use]
    pub fn bans(&self) -> Vec<BanView> {
        let view = |(host, since): (Host, u64)| BanView { host: host.to_string(), since };
        self.0.bans.list().into_iter().map(view).collect()
    }

    /// Bans the host of a peer: named by its URL, by the name that [`Handle::peers`] gives one that
    /// called us, or by a host. Its links and streams end.
    ///
    /// # Errors
    ///
    /// When there is no such host, it is banned already, there are too many bans, or the list cannot
    /// be saved.
    pub async fn ban(&self, peer: &str) -> Result<(), PeerError> {
        let (shared, peer, now) = (self.0.clone(), peer.to_owned(), self.0.chain.now());
        let runtime = tokio::runtime::Handle::current();
        let ban = move || -> Result<Vec<Running>, PeerError> {
            let _guard = runtime.enter();
            let hosts = match shared.hub.address_of(&peer) {
                Some(ip) => vec![Host::of(ip)],
                // It has gone meanwhile.
                None if peer.starts_with(FOLLOWER) => return Err(PeerError::Unknown { url: peer }),
                None => with_addresses(Host::parse(&peer)?),
            };
            let mut inner = shared.inner();
            if inner.stopped {
                return Err(PeerError::Stopped);
            }
            // Connections that are open would be used again, whatever a name leads to now.
            let client = transport::client(&shared.bans);
            let client = client.map_err(|error| transport::no_client(&error))?;
            inner.peers.ban(&hosts, now)?;
            inner.client = client;
            shared.hub.drop_banned(&shared.bans);
            let goes_on = |url: &str| {
                let is_address = matches!(Host::parse(url), Ok(Host::Address(_)));
                is_address && shared.bans.host_of(url).is_none()
            };
            let links = std::mem::take(&mut inner.links);
            let (kept, ended): (BTreeMap<_, _>, BTreeMap<_, _>) =
                links.into_iter().partition(|(url, _)| goes_on(url));
            inner.links = kept;
            shared.dial_all(&mut inner);
            Ok(ended.into_values().collect())
        };
        let ended = tokio::task::spawn_blocking(ban).await.unwrap_or(Err(PeerError::Stopped))?;
        for link in ended {
            link.end().await;
        }
        self.0.changed();
        Ok(())
    }

    /// Lifts a ban; peers of the list that it kept away are called again.
    ///
    /// # Errors
    ///
    /// When there is no such ban, or the list cannot be saved.
    pub async fn unban(&self, host: &str) -> Result<(), PeerError> {
        let (shared, host) = (self.0.clone(), host.to_owned());
        let runtime = tokio::runtime::Handle::current();
        let unban = move || {
            let _guard = runtime.enter();
            let mut inner = shared.inner();
            if inner.stopped {
                return Err(PeerError::Stopped);
            }
            inner.peers.unban(&Host::parse(&host)?)?;
            shared.dial_all(&mut inner);
            Ok(())
        };
        tokio::task::spawn_blocking(unban).await.unwrap_or(Err(PeerError::Stopped))?;
        self.0.changed();
        Ok(())
    }
}

impl Status {
    /// What is shown of a peer that is not called.
    pub(super) fn banned(url: &str) -> PeerView {
        PeerView { state: "banned".into(), ..Self::new(Stage::Waiting).view(url) }
    }
}

/// A host, and the addresses to which its name leads now, if it has one.
fn with_addresses(host: Host) -> Vec<Host> {
    let mut hosts = vec![host];
    if let Some(Host::Name(name)) = hosts.first()
        && let Ok(found) = (name.as_str(), 0).to_socket_addrs()
    {
        let addresses: BTreeSet<_> = found.map(|address| Host::of(address.ip())).collect();
        hosts.extend(addresses);
    }
    hosts
}
