//! The chain as the node tells it: status, newest blocks, what waits, peers.
//!
//! Live events change it; after every opening of the stream, and when events were lost, everything is
//! loaded anew. The chain's parameters are not believed: genesis is recomputed from them and must have
//! the id that the node claims, so that addresses, rules and signatures are of that chain and no other.

mod follow;

use crate::prelude::*;
use crate::{api, api::ApiError, browser, live, live::Live, state::Refresh};
use futures_util::join;
use shared::{
    api::{BlockView, Event, FeeRates, PeerView, StatusView, TransactionView},
    params::Chain,
    policy::Offered,
};

/// Blocks kept in memory.
pub const MAX_BLOCKS: usize = 30;
/// Waiting transactions kept in memory.
pub const MAX_PENDING: usize = 100;
/// A break of the stream that is shorter goes unmentioned.
const DEBOUNCE_MS: u32 = 3_000;
/// Fees on offer are asked for at most this often.
const FEES_MS: u32 = 2_000;

/// Whether the node is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Not yet.
    Connecting,
    /// What is shown is live.
    Live,
    /// What is shown is old.
    Lost {
        /// Seconds until the next try.
        retry_in: u32,
    },
}

/// The newest block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Its height.
    pub height: u64,
    /// Its id.
    pub id: String,
}

/// The chain as the node tells it.
#[derive(Clone, Copy)]
pub struct ChainState {
    /// What the node last said of itself; stays while the node is away.
    pub status: RwSignal<Option<StatusView>>,
    /// The chain, once its genesis was recomputed and is the one that the node claims.
    pub parameters: RwSignal<Option<Chain>>,
    /// Newest first, up to [`MAX_BLOCKS`]. Their `confirmations` are of when they were heard of: use
    /// [`ChainState::confirmations_of`].
    pub blocks: RwSignal<Vec<BlockView>>,
    /// What waits, newest first, up to [`MAX_PENDING`].
    pub pending: RwSignal<Vec<TransactionView>>,
    /// Peers of the node.
    pub peers: RwSignal<Vec<PeerView>>,
    /// Fee rates on offer.
    pub fees: RwSignal<Option<FeeRates>>,
    /// Whether the node is there.
    pub connection: RwSignal<Connection>,
    /// Why nothing of this node is believed, for an alert.
    pub refusal: RwSignal<Option<String>>,
    /// The newest block.
    pub tip: Memo<Option<Tip>>,
    /// Its height; 0 until known.
    pub height: Memo<u64>,
    /// Short name of the coin; empty until known.
    pub ticker: Memo<String>,
    /// Grows with every block event and every reload.
    pub revision: RwSignal<u64>,
    /// Grows with every pool event and every reload.
    pub pool_revision: RwSignal<u64>,
    /// All transactions that were offered since the page was loaded: it only grows.
    pub offered: RwSignal<Offered>,
    /// The node's clock minus this machine's, in seconds.
    pub node_time_offset: RwSignal<i64>,
    reload: StoredValue<Option<Refresh>>,
    look: StoredValue<Option<Refresh>>,
    look_at_fees: StoredValue<Option<Refresh>>,
    /// Whether what happens matters though nobody looks at the page: while it mines.
    pub(super) is_needed: RwSignal<bool>,
    live: LocalValue<Option<Live>>,
    /// Events that came while a reload ran: its answers may be older than they are.
    heard: StoredValue<u64>,
    is_broken: StoredValue<bool>,
    lost_since: StoredValue<f64>,
}

impl ChainState {
    /// How deep a block of this height is: 1 for the newest.
    #[must_use]
    pub fn confirmations_of(&self, height: u64) -> u64 {
        (self.height.get() + 1).saturating_sub(height)
    }

    /// The node's time. Students' clocks are wrong.
    #[must_use]
    pub fn now(&self) -> u64 {
        browser::now_seconds().saturating_add_signed(self.node_time_offset.get_untracked())
    }

    /// Connects again at once, if the connection is lost.
    pub fn retry_now(&self) {
        self.live.with_value(|live| {
            if let Some(live) = live {
                live.retry_if_broken();
            }
        });
    }

    /// Loads everything again.
    pub fn reload(&self) {
        ask(self.reload);
    }

    /// Begins to listen; once, when everything that follows the chain is in place.
    pub fn connect(&self) {
        let chain = *self;
        let live =
            Live::start(move |signal| chain.hear(signal), move || chain.is_needed.get_untracked());
        self.live.set_value(Some(live));
        self.count_down();
    }

    fn hear(&self, signal: live::Signal) {
        match signal {
            live::Signal::Open => {
                self.is_broken.set_value(false);
                self.reload();
            }
            live::Signal::Broken { retry_in } => self.hear_break(retry_in),
            live::Signal::Event(event) => self.hear_event(*event),
        }
    }

    fn hear_event(&self, event: Event) {
        self.heard.update_value(|heard| *heard += 1);
        match event {
            Event::Block(event) => {
                if follow::block(*self, &event) {
                    ask(self.look);
                } else {
                    self.reload();
                }
            }
            Event::Transaction(event) => {
                follow::transaction(*self, event.transaction);
                ask(self.look_at_fees);
            }
            Event::Peers(event) => {
                let connected = event.peers.iter().filter(|peer| peer.state == "connected").count();
                self.status.update(|status| {
                    if let Some(status) = status {
                        status.peers = connected;
                    }
                });
                self.peers.set(event.peers);
            }
            Event::Resync => self.reload(),
        }
    }

    fn hear_break(&self, retry_in: u32) {
        let now = browser::monotonic_ms();
        if !self.is_broken.get_value() {
            self.is_broken.set_value(true);
            self.lost_since.set_value(now);
        }
        let known = matches!(self.connection.get_untracked(), Connection::Lost { .. });
        if known || now - self.lost_since.get_value() >= f64::from(DEBOUNCE_MS) {
            self.connection.set(Connection::Lost { retry_in });
            return;
        }
        let chain = *self;
        spawn_local(async move {
            browser::sleep(DEBOUNCE_MS).await;
            let shown = matches!(chain.connection.get_untracked(), Connection::Lost { .. });
            if chain.is_broken.get_value() && !shown {
                chain.connection.set(Connection::Lost { retry_in: 1 });
            }
        });
    }

    /// Counts the seconds until the next try down, where there is one.
    fn count_down(&self) {
        let chain = *self;
        spawn_local(async move {
            loop {
                browser::sleep(1_000).await;
                if let Connection::Lost { retry_in: seconds @ 2.. } =
                    chain.connection.get_untracked()
                {
                    chain.connection.set(Connection::Lost { retry_in: seconds - 1 });
                }
            }
        });
    }
}

/// Loads everything. What cannot be loaded now is loaded when the stream opens again.
async fn reload(chain: ChainState) {
    let before = chain.heard.get_value();
    if let Err(error) = load(chain).await {
        // The stream is open, so the node is there: a moment later it will answer.
        if error.is_temporary() && !chain.is_broken.get_value() {
            browser::sleep(1_000).await;
            chain.reload();
        } else if error != ApiError::Offline {
            chain.refusal.set(Some(t!("This node cannot be used: {error}.", error = error)));
        }
        return;
    }
    if chain.heard.get_value() != before {
        chain.reload();
    }
}

async fn load(chain: ChainState) -> Result<(), ApiError> {
    let status = api::status().await?;
    if !accept(chain, &status).await? {
        return Ok(());
    }
    let (blocks, mempool, peers, fees) =
        join!(api::blocks(None, MAX_BLOCKS), api::mempool(None), api::peers(), api::fees());
    let (blocks, mempool, peers) = (blocks?.blocks, mempool?, peers?.peers);
    let pending = mempool.transactions.into_iter().map(|entry| entry.transaction);
    chain.set_status(status);
    chain.blocks.set(blocks);
    chain.pending.set(pending.take(MAX_PENDING).collect());
    chain.peers.set(peers);
    // A node that has nothing to base them on may have none.
    chain.fees.set(fees.ok());
    chain.connection.set(Connection::Live);
    chain.revision.update(|revision| *revision += 1);
    chain.pool_revision.update(|revision| *revision += 1);
    Ok(())
}

/// Whether the node serves the chain that it says, and the one that was served before.
async fn accept(chain: ChainState, status: &StatusView) -> Result<bool, ApiError> {
    let refuse = |text: &str| {
        chain.refusal.set(Some(text.to_string()));
        Ok(false)
    };
    if let Some(known) = chain.parameters.get_untracked() {
        if known.genesis_id().to_string() == status.genesis {
            chain.refusal.set(None);
            return Ok(true);
        }
        return refuse(t!(
            "This node now serves another chain. Reload the page to go on with that one."
        ));
    }
    let Ok(parameters) = api::chain_file().await?.to_chain() else {
        return refuse(t!(
            "The parameters that this node gives make no chain. Nothing of it is shown."
        ));
    };
    if parameters.genesis_id().to_string() != status.genesis {
        return refuse(t!(
            "This node claims another chain than its parameters make. Nothing of it is shown."
        ));
    }
    chain.refusal.set(None);
    chain.parameters.set(Some(parameters));
    Ok(true)
}

impl ChainState {
    fn set_status(&self, status: StatusView) {
        let offset = i64::try_from(status.time).unwrap_or(0)
            - i64::try_from(browser::now_seconds()).unwrap_or(0);
        // Within a second or two it is the way of the answer, not the clock.
        self.node_time_offset.set(if offset.abs() <= 2 { 0 } else { offset });
        self.status.set(Some(status));
    }
}

/// After a block: the figures that only the node knows, and who waits now.
async fn look(chain: ChainState) {
    let had_pending = chain.pending.with_untracked(|pending| !pending.is_empty());
    let before = chain.heard.get_value();
    let Ok(status) = api::status().await else { return };
    if chain.heard.get_value() != before {
        // It may be older than what was heard meanwhile.
        ask(chain.look);
        return;
    }
    chain.set_status(status);
    if had_pending {
        let before = chain.heard.get_value();
        let Ok(mempool) = api::mempool(None).await else { return };
        if chain.heard.get_value() == before {
            let pending = mempool.transactions.into_iter().map(|entry| entry.transaction);
            chain.pending.set(pending.take(MAX_PENDING).collect());
            chain.pool_revision.update(|revision| *revision += 1);
        } else {
            ask(chain.look);
        }
    }
    ask(chain.look_at_fees);
}

/// After a transaction: what it changes for the next one, and the pool's totals.
async fn look_at_fees(chain: ChainState) {
    let (fees, mempool) = join!(api::fees(), api::status());
    if let Ok(fees) = fees {
        chain.fees.set(Some(fees));
    }
    if let Ok(fresh) = mempool {
        chain.status.update(|status| {
            if let Some(status) = status {
                status.mempool = fresh.mempool;
            }
        });
    }
    browser::sleep(FEES_MS).await;
}

fn ask(refresh: StoredValue<Option<Refresh>>) {
    if let Some(refresh) = refresh.get_value() {
        refresh.ask();
    }
}

/// Makes the chain's state; once, in the app. It listens from [`ChainState::connect`] on.
pub fn provide_chain() -> ChainState {
    let status = RwSignal::new(None::<StatusView>);
    let tip = Memo::new(move || {
        status.with(|status| {
            status.as_ref().map(|status| Tip { height: status.height, id: status.tip.clone() })
        })
    });
    let chain = ChainState {
        status,
        parameters: RwSignal::new(None),
        blocks: RwSignal::new(Vec::new()),
        pending: RwSignal::new(Vec::new()),
        peers: RwSignal::new(Vec::new()),
        fees: RwSignal::new(None),
        connection: RwSignal::new(Connection::Connecting),
        refusal: RwSignal::new(None),
        tip,
        height: Memo::new(move || tip.with(|tip| tip.as_ref().map_or(0, |tip| tip.height))),
        ticker: Memo::new(move || {
            status.with(|status| {
                status.as_ref().map(|status| status.ticker.clone()).unwrap_or_default()
            })
        }),
        revision: RwSignal::new(0),
        pool_revision: RwSignal::new(0),
        offered: RwSignal::new(Offered::default()),
        node_time_offset: RwSignal::new(0),
        reload: StoredValue::new(None),
        look: StoredValue::new(None),
        look_at_fees: StoredValue::new(None),
        is_needed: RwSignal::new(false),
        live: LocalValue::new_local(None),
        heard: StoredValue::new(0),
        is_broken: StoredValue::new(false),
        lost_since: StoredValue::new(0.0),
    };
    chain.reload.set_value(Some(Refresh::new(move || reload(chain))));
    chain.look.set_value(Some(Refresh::new(move || look(chain))));
    chain.look_at_fees.set_value(Some(Refresh::new(move || look_at_fees(chain))));
    provide_context(chain);
    chain
}

/// The chain's state.
#[must_use]
pub fn use_chain() -> ChainState {
    expect_context()
}
