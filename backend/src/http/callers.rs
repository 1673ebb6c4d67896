//! Who calls, and what one caller may take: requests per second, connections, event streams.
//!
//! A caller is an address: an IPv4 address (also when it is written as IPv6), or a /64 of IPv6, which
//! is what one household or machine has. What counts is bounded by what is open, or forgotten when idle.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use actix_web::{HttpRequest, http::header::HeaderMap};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use crate::{config::Limits, peers::network_of};

use super::error::HttpError;

/// Checks of the rate after which idle callers are forgotten.
const SWEEP_EVERY: u32 = 4_096;

/// What every caller of one listener takes at the moment.
#[derive(Debug)]
pub(super) struct Callers {
    limit_loopback: bool,
    trusted_proxies: Vec<IpAddr>,
    rate: DefaultKeyedRateLimiter<IpAddr>,
    checks: AtomicU32,
    clock: DefaultClock,
    connections: Arc<Slots>,
    streams: Arc<Slots>,
}

/// A caller and whether limits hold for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    /// The address, as it is counted.
    pub(super) key: IpAddr,
    /// Whether limits hold.
    pub(super) limited: bool,
}

/// What is put beside each connection.
#[derive(Debug)]
pub(super) struct Connection {
    /// `None`: the caller holds too many, and this one is to be closed.
    pub(super) slot: Option<Slot>,
}

impl Callers {
    /// Nobody calls yet.
    #[must_use]
    pub(super) fn new(limits: &Limits) -> Self {
        let quota = Quota::per_second(limits.requests_per_second).allow_burst(limits.request_burst);
        Self {
            limit_loopback: limits.loopback,
            trusted_proxies: limits.trusted_proxies.iter().map(|ip| ip.to_canonical()).collect(),
            rate: RateLimiter::keyed(quota),
            checks: AtomicU32::new(0),
            clock: DefaultClock::default(),
            connections: Slots::new(limits.connections, limits.connections_per_address),
            streams: Slots::new(limits.streams, limits.streams_per_address),
        }
    }

    /// Who sent this request.
    #[must_use]
    pub(super) fn of(&self, request: &HttpRequest) -> Caller {
        let peer = request.peer_addr().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.ip());
        self.resolve(peer, request.headers())
    }

    /// Who is behind a connection from `peer`. What a proxy says is believed only of trusted ones, and
    /// of several proxies the nearest that is not trusted counts: everything before it may be made up.
    #[must_use]
    pub(super) fn resolve(&self, peer: IpAddr, headers: &HeaderMap) -> Caller {
        let mut ip = peer.to_canonical();
        if self.trusted_proxies.contains(&ip) {
            let lists: Vec<&str> = headers
                .get_all("x-forwarded-for")
                .filter_map(|value| value.to_str().ok())
                .collect();
            let said = lists.iter().flat_map(|list| list.split(',')).rev();
            for text in said {
                let Ok(client) = text.trim().parse::<IpAddr>() else { break };
                ip = client.to_canonical();
                if !self.trusted_proxies.contains(&ip) {
                    break;
                }
            }
        }
        Caller { key: network_of(ip), limited: self.limit_loopback || !ip.is_loopback() }
    }

    /// Counts a request.
    ///
    /// # Errors
    ///
    /// When the caller has sent too many.
    pub(super) fn count_request(&self, caller: Caller) -> Result<(), HttpError> {
        if !caller.limited {
            return Ok(());
        }
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP_EVERY) {
            self.rate.retain_recent();
            self.rate.shrink_to_fit();
        }
        self.rate.check_key(&caller.key).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            HttpError::RateLimited { seconds: wait.as_secs().saturating_add(1) }
        })
    }

    /// Takes note of a new connection. Behind a trusted proxy all callers share few connections.
    #[must_use]
    pub(super) fn connect(&self, peer: IpAddr) -> Connection {
        let caller = self.resolve(peer, &HeaderMap::new());
        let limited = caller.limited && !self.trusted_proxies.contains(&peer.to_canonical());
        Connection { slot: self.connections.take(Caller { limited, ..caller }) }
    }

    /// Takes a slot for an event stream.
    ///
    /// # Errors
    ///
    /// When the caller, or all callers together, hold too many.
    pub(super) fn open_stream(&self, caller: Caller) -> Result<Slot, HttpError> {
        self.streams.take(caller).ok_or(HttpError::TooManyOpen { what: "event streams" })
    }

    /// Open connections and open event streams.
    #[must_use]
    pub(super) fn open(&self) -> (usize, usize) {
        (self.connections.total(), self.streams.total())
    }
}

/// Things that are held for a while, so many in all and so many of one address.
#[derive(Debug)]
struct Slots {
    in_all: usize,
    per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    of: HashMap<IpAddr, usize>,
}

/// One of them; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Arc<Slots>,
    key: IpAddr,
}

impl Slots {
    fn new(in_all: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self { in_all, per_address, taken: Mutex::default() })
    }

    /// The limit in all holds for everybody, the limit of an address for those that are limited.
    fn take(self: &Arc<Self>, caller: Caller) -> Option<Slot> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.of.get(&caller.key).copied().unwrap_or_default();
        if taken.total >= self.in_all || (caller.limited && own >= self.per_address) {
            return None;
        }
        taken.total += 1;
        taken.of.insert(caller.key, own + 1);
        Some(Slot { slots: Arc::clone(self), key: caller.key })
    }

    fn total(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).total
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.total = taken.total.saturating_sub(1);
        if let Some(own) = taken.of.get_mut(&self.key) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.of.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests;
