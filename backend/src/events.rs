//! The bus of live events: what happened, in order, for everybody who listens.
//!
//! One task makes each event once and puts it into a ring of the last [`KEPT`]. A listener is only a
//! position in the ring: it costs no memory of its own, one that is slow or was away goes on where it
//! was, and one that fell out of the ring is told to load everything again (`resync`). Nobody who reads
//! slowly can hold up the node or other readers.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use shared::{
    api::{
        BlockEvent, BlockView, Event, PeersEvent, PoolEvent, TransactionStatus, TransactionView,
    },
    params::Chain,
    rules::transaction_isolated::CheckedTransaction,
};
use tokio::sync::{broadcast, watch};

use crate::{
    chain::{self, BlockSummary, ChainChange, ChainEvent},
    pool::{PoolChange, Removal},
    relay,
};

/// Events that are kept for those who were away.
pub const KEPT: usize = 1_024;
/// Blocks in one event; who missed more loads the chain's list.
const MAX_BLOCKS: usize = 32;

/// The bus. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Bus(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Tells this run of the node from every other, so that its numbers are not taken for theirs.
    epoch: String,
    ring: Mutex<Ring>,
    /// The number of the newest event; closed when the node stops.
    newest: watch::Sender<Option<u64>>,
}

#[derive(Debug, Default)]
struct Ring {
    /// The newest event's number; the first one's is 1.
    newest: u64,
    events: VecDeque<Arc<Message>>,
}

/// An event, ready to be sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Message {
    /// What [`Bus::listen`] wants to go on after this event.
    pub id: String,
    /// The name of the event.
    pub name: &'static str,
    /// The event as JSON, in one line.
    pub data: String,
}

/// A place in the sequence of events.
#[derive(Debug)]
pub struct Listener {
    bus: Bus,
    newest: watch::Receiver<Option<u64>>,
    /// The number of the last event that was taken.
    last: u64,
    must_resync: bool,
}

impl Default for Bus {
    fn default() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(Arc::new(Shared {
            epoch: format!("{:x}", now.as_micros()),
            ring: Mutex::default(),
            newest: watch::channel(Some(0)).0,
        }))
    }
}

impl Bus {
    /// Starts the task that turns what chain and relay do into events. It ends with [`Bus::close`].
    #[must_use]
    pub fn start(chain: &chain::Handle, relay: relay::Handle) -> Self {
        let bus = Self::default();
        let (events, peers) = (chain.events(), relay.changes());
        let task = follow(bus.clone(), chain.chain().clone(), events, peers, relay);
        tokio::spawn(task);
        bus
    }

    /// Ends all listeners.
    pub fn close(&self) {
        self.0.newest.send_replace(None);
    }

    /// Adds an event.
    pub fn publish(&self, event: &Event) {
        let Ok(data) = serde_json::to_string(event) else { return };
        let mut ring = self.ring();
        ring.newest += 1;
        let id = self.id_of(ring.newest);
        ring.events.push_back(Arc::new(Message { id, name: name_of(event), data }));
        if ring.events.len() > KEPT {
            ring.events.pop_front();
        }
        let newest = ring.newest;
        drop(ring);
        // Once closed it stays closed.
        self.0.newest.send_if_modified(|number| {
            let is_open = number.is_some();
            *number = is_open.then_some(newest);
            is_open
        });
    }

    /// Listens from now on, or from after the event with id `after`.
    #[must_use]
    pub fn listen(&self, after: Option<&str>) -> Listener {
        let newest = self.0.newest.subscribe();
        let ring = self.ring();
        let number = after.map(|id| self.number_of(id).filter(|number| *number <= ring.newest));
        let must_resync = number == Some(None);
        let last = number.flatten().unwrap_or(ring.newest);
        drop(ring);
        Listener { bus: self.clone(), newest, last, must_resync }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn id_of(&self, number: u64) -> String {
        format!("{}-{number}", self.0.epoch)
    }

    fn number_of(&self, id: &str) -> Option<u64> {
        let (epoch, number) = id.split_once('-')?;
        (epoch == self.0.epoch).then(|| number.parse().ok()).flatten()
    }

    /// That events were lost up to `number`.
    fn resync(&self, number: u64) -> Arc<Message> {
        let data = serde_json::to_string(&Event::Resync).unwrap_or_default();
        Arc::new(Message { id: self.id_of(number), name: name_of(&Event::Resync), data })
    }
}

impl Listener {
    /// The id of the last event before what [`Listener::next`] will return; `None` when that is a
    /// `resync`, which no id may skip.
    #[must_use]
    pub fn position(&self) -> Option<String> {
        (!self.must_resync).then(|| self.bus.id_of(self.last))
    }

    /// Waits for the next event; `None` when the node stops. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Arc<Message>> {
        loop {
            let is_open = self.newest.borrow_and_update().is_some();
            if !is_open {
                return None;
            }
            if let Some(message) = self.take() {
                return Some(message);
            }
            self.newest.changed().await.ok()?;
        }
    }

    fn take(&mut self) -> Option<Arc<Message>> {
        let ring = self.bus.ring();
        let kept = u64::try_from(ring.events.len()).unwrap_or(u64::MAX);
        let oldest = ring.newest.saturating_sub(kept) + 1;
        if self.must_resync || self.last + 1 < oldest {
            self.must_resync = false;
            self.last = ring.newest;
            return Some(self.bus.resync(self.last));
        }
        let index = usize::try_from(self.last + 1 - oldest).ok()?;
        let message = ring.events.get(index)?;
        self.last += 1;
        Some(Arc::clone(message))
    }
}

async fn follow(
    bus: Bus,
    chain: Chain,
    mut events: broadcast::Receiver<ChainEvent>,
    mut peers: watch::Receiver<u64>,
    relay: relay::Handle,
) {
    let mut newest = bus.0.newest.subscribe();
    let mut has_peers = true;
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(ChainEvent::Changed(change)) => {
                    bus.publish(&Event::Block(block_event(&chain, &change)));
                }
                Ok(ChainEvent::Pool(change)) => pool_events(&chain, &change).for_each(|event| bus.publish(&event)),
                Err(broadcast::error::RecvError::Lagged(_)) => bus.publish(&Event::Resync),
                Err(broadcast::error::RecvError::Closed) => return,
            },
            changed = peers.changed(), if has_peers => {
                has_peers = changed.is_ok();
                if has_peers {
                    bus.publish(&Event::Peers(PeersEvent { peers: relay.peers() }));
                }
            }
            _ = newest.wait_for(Option::is_none) => return,
        }
    }
}

fn block_event(chain: &Chain, change: &ChainChange) -> BlockEvent {
    let tip = change.tip;
    let view = |block: &BlockSummary| {
        let confirmations = (tip.height + 1).saturating_sub(block.header.height);
        let size = usize::try_from(block.size).unwrap_or(usize::MAX);
        BlockView::new(chain, &block.id, &block.header, size, block.fees, confirmations)
    };
    let skip = change.connected.len().saturating_sub(MAX_BLOCKS);
    BlockEvent {
        reverted: change.reverted.iter().map(|block| block.id.to_string()).collect(),
        connected: change.connected.iter().skip(skip).map(view).collect(),
        tip: format!("{}:{}", tip.height, tip.id),
    }
}

fn pool_events<'a>(chain: &'a Chain, change: &'a PoolChange) -> impl Iterator<Item = Event> + 'a {
    let view = |transaction: &CheckedTransaction| {
        TransactionView::pending(chain, &transaction.id(), transaction.transaction())
    };
    let added = change.added.iter().map(move |transaction| view(transaction));
    let removed = change.removed.iter().filter_map(move |(transaction, removal)| {
        let status = status_after(removal)?;
        Some(view(transaction).gone(status, removal.code()))
    });
    added.chain(removed).map(|transaction| Event::Transaction(PoolEvent { transaction }))
}

/// What became of a transaction that left the pool; `None`: it is in a block.
#[must_use]
pub fn status_after(removal: &Removal) -> Option<TransactionStatus> {
    match removal {
        Removal::Confirmed => None,
        Removal::Expired => Some(TransactionStatus::Expired),
        Removal::Replaced { .. } => Some(TransactionStatus::Replaced),
        Removal::Evicted | Removal::Invalid { .. } | Removal::Aged => {
            Some(TransactionStatus::Dropped)
        }
    }
}

const fn name_of(event: &Event) -> &'static str {
    match event {
        Event::Block(_) => "block",
        Event::Transaction(_) => "transaction",
        Event::Peers(_) => "peers",
        Event::Resync => "resync",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peers() -> Event {
        Event::Peers(PeersEvent { peers: Vec::new() })
    }

    async fn names(listener: &mut Listener, count: usize) -> Vec<&'static str> {
        let mut names = Vec::new();
        for _ in 0..count {
            names.push(listener.next().await.unwrap().name);
        }
        names
    }

    #[tokio::test]
    async fn a_listener_that_was_away_goes_on_where_it_was() {
        let bus = Bus::default();
        let mut listener = bus.listen(None);
        bus.publish(&peers());
        let seen = listener.next().await.unwrap();
        bus.publish(&peers());
        bus.publish(&Event::Resync);
        let mut again = bus.listen(Some(&seen.id));
        assert_eq!(names(&mut again, 2).await, ["peers", "resync"]);
        assert_eq!(names(&mut listener, 2).await, ["peers", "resync"]);
        assert_eq!(again.position(), listener.position());
    }

    #[tokio::test]
    async fn who_missed_more_than_is_kept_or_comes_from_another_run_is_told_to_load_again() {
        let bus = Bus::default();
        let start = bus.listen(None).position().unwrap();
        let mut slow = bus.listen(None);
        for _ in 0..=KEPT {
            bus.publish(&peers());
        }
        let from_other_run = "1234-1";
        let from_the_future = bus.id_of(1_000_000);
        for id in [start.as_str(), from_other_run, &from_the_future, "", "nonsense"] {
            let mut listener = bus.listen(Some(id));
            assert_eq!(names(&mut listener, 1).await, ["resync"], "{id}");
            bus.publish(&peers());
            assert_eq!(names(&mut listener, 1).await, ["peers"], "{id}");
        }
        assert_eq!(names(&mut slow, 1).await, ["resync"]);
    }

    #[tokio::test]
    async fn closing_ends_every_listener() {
        let bus = Bus::default();
        let mut listener = bus.listen(None);
        let waiting = tokio::spawn(async move { listener.next().await });
        bus.close();
        bus.publish(&peers());
        assert_eq!(waiting.await.unwrap(), None);
        assert_eq!(bus.listen(None).next().await, None);
    }
}
