//! Who follows this node's stream. Each follower has a bounded queue; a slow one is dropped, and
//! finds what it missed when it comes back.

use super::messages::{Announcement, Frame, MAX_BATCH};
use super::seen::Seen;
use crate::peers::Bans;
use actix_web::web::Bytes;
use shared::api::PeerView;
use shared::encode::encode;
use shared::hash::TransactionId;
use shared::rules::transaction_isolated::CheckedTransaction;
use shared::work::Work;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

/// Followers, at most.
const MAX_FOLLOWERS: usize = 256;
/// How the names of followers begin.
pub(super) const FOLLOWER: &str = "inbound-";
/// Frames that wait for a follower, at most.
const QUEUE: usize = 64;

/// All followers.
#[derive(Debug)]
pub(crate) struct Hub {
    inner: Mutex<Inner>,
    changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Inner {
    followers: Vec<Follower>,
    next_number: u64,
    stopped: bool,
}

#[derive(Debug)]
struct Follower {
    number: u64,
    /// What it says that it is: anybody could say it, so nothing is kept from it for that reason
    /// alone.
    instance: u128,
    /// What only it knows: under this it sends.
    key: u128,
    /// From where it calls; `None` when that is not known.
    address: Option<IpAddr>,
    queue: mpsc::Sender<Bytes>,
    /// Transactions that came from it.
    seen: Seen,
    tip: Option<(u64, Work)>,
}

impl Hub {
    pub(super) fn new() -> Self {
        Self { inner: Mutex::default(), changes: watch::Sender::new(0) }
    }

    /// Counts up when a follower comes or goes.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// A new follower; it is told where the chain ends. `None` when there are too many already, or it
    /// was banned meanwhile.
    pub(super) fn follow(
        &self,
        (instance, key): (u128, u128),
        address: Option<IpAddr>,
        tip: Announcement,
        bans: &Bans,
    ) -> Option<mpsc::Receiver<Bytes>> {
        let (queue, receiver) = mpsc::channel(QUEUE);
        queue.try_send(Frame::Tip(Box::new(tip)).to_bytes()).ok()?;
        let mut inner = self.inner();
        // The same again: its old connection is dead or will be.
        inner.followers.retain(|follower| follower.key != key && !follower.queue.is_closed());
        let is_banned = address.is_some_and(|ip| bans.has_address(ip));
        if inner.stopped || is_banned || inner.followers.len() >= MAX_FOLLOWERS {
            return None;
        }
        inner.next_number += 1;
        let number = inner.next_number;
        inner.followers.push(Follower {
            number,
            instance,
            key,
            address,
            queue,
            seen: Seen::default(),
            tip: None,
        });
        drop(inner);
        self.changed();
        Some(receiver)
    }

    /// Whether the node with this instance id follows.
    pub(super) fn is_followed_by(&self, instance: u128) -> bool {
        let inner = self.inner();
        inner.followers.iter().any(|it| it.instance == instance && !it.queue.is_closed())
    }

    /// Tells all followers where the chain ends.
    pub(super) fn tip(&self, tip: Announcement) {
        let bytes = Frame::Tip(Box::new(tip)).to_bytes();
        self.send(|_| Some(bytes.clone()));
    }

    /// Shows that this node is still here, and notices who is not.
    pub(super) fn keep_alive(&self) {
        let bytes = Frame::KeepAlive.to_bytes();
        self.send(|_| Some(bytes.clone()));
    }

    /// Passes transactions on to those that they did not come from.
    pub(super) fn transactions(&self, added: &[Arc<CheckedTransaction>]) {
        for batch in added.chunks(MAX_BATCH) {
            let list: Vec<_> =
                batch.iter().map(|it| Bytes::from(encode(it.transaction()))).collect();
            let whole = Frame::Transactions(list.clone()).to_bytes();
            self.send(|follower| {
                let is_new =
                    |checked: &&Arc<CheckedTransaction>| !follower.seen.contains(&checked.id());
                let new = batch.iter().filter(is_new).count();
                if new == batch.len() {
                    return Some(whole.clone());
                }
                let pairs = batch.iter().zip(&list).filter(|(checked, _)| is_new(checked));
                let rest: Vec<_> = pairs.map(|(_, bytes)| bytes.clone()).collect();
                (new > 0).then(|| Frame::Transactions(rest).to_bytes())
            });
        }
    }

    /// Remembers that the follower with this key has these transactions.
    pub(super) fn saw(&self, key: u128, ids: &[TransactionId]) {
        let mut inner = self.inner();
        if let Some(follower) = inner.followers.iter_mut().find(|it| it.key == key) {
            for id in ids {
                follower.seen.insert(*id);
            }
        }
    }

    /// Remembers where the chain of the follower with this key ends; true when that is news.
    pub(super) fn heard(&self, key: u128, tip: &Announcement) -> bool {
        let mut inner = self.inner();
        let follower = inner.followers.iter_mut().find(|it| it.key == key);
        let news = Some((tip.header.height, tip.work));
        follower.is_some_and(|follower| std::mem::replace(&mut follower.tip, news) != news)
    }

    /// From where the follower with this name calls.
    pub(super) fn address_of(&self, name: &str) -> Option<IpAddr> {
        let inner = self.inner();
        inner.followers.iter().find(|follower| follower.name() == name)?.address
    }

    /// Ends the streams of all that are banned.
    pub(super) fn drop_banned(&self, bans: &Bans) {
        let is_banned =
            |follower: &Follower| follower.address.is_some_and(|ip| bans.has_address(ip));
        self.inner().followers.retain(|follower| !is_banned(follower));
        self.changed();
    }

    /// Ends all streams; with `for_good`, no new ones begin.
    pub(super) fn close(&self, for_good: bool) {
        let mut inner = self.inner();
        inner.followers.clear();
        inner.stopped |= for_good;
        drop(inner);
        self.changed();
    }

    /// Removes followers that have gone.
    pub(super) fn sweep(&self) {
        let mut inner = self.inner();
        let before = inner.followers.len();
        inner.followers.retain(|follower| !follower.queue.is_closed());
        let changed = inner.followers.len() != before;
        drop(inner);
        if changed {
            self.changed();
        }
    }

    /// What is shown of the followers.
    pub(super) fn views(&self) -> Vec<PeerView> {
        let inner = self.inner();
        let alive = inner.followers.iter().filter(|follower| !follower.queue.is_closed());
        alive.map(Follower::view).collect()
    }

    fn send(&self, frame: impl Fn(&Follower) -> Option<Bytes>) {
        let mut inner = self.inner();
        let before = inner.followers.len();
        inner.followers.retain(|follower| {
            frame(follower).is_none_or(|bytes| follower.queue.try_send(bytes).is_ok())
        });
        let changed = inner.followers.len() != before;
        drop(inner);
        if changed {
            self.changed();
        }
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Nothing below panics while it holds the lock, so what a poisoned lock holds is whole.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Follower {
    /// What it is called here: nobody else needs to know from where it calls.
    fn name(&self) -> String {
        format!("{FOLLOWER}{}", self.number)
    }

    fn view(&self) -> PeerView {
        PeerView {
            url: self.name(),
            direction: "inbound".into(),
            state: "connected".into(),
            height: self.tip.map(|(height, _)| height),
            work: self.tip.map(|(_, work)| work.to_hex()),
            latency_ms: None,
            version: None,
            last_fault: None,
            last_fault_time: None,
        }
    }
}
