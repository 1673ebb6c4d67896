//! What a link asks of its peer: each request, what is checked of the answer, and the report.

use super::link::{Reporter, What};
use super::messages::{
    Announced, BatchIds, Frame, GROUP_BYTES, Hello, Locator, MAX_BATCH, MAX_BATCH_BYTES, MAX_GROUP,
    MAX_LOCATOR, MAX_POOL_BYTES, MAX_PROOF, MAX_SMALL_BYTES, PROTOCOL, PoolAnswer, PoolOffer,
    PushOutcome, Pushed, Want, decode_blobs, encode_blobs,
};
use super::seen::Seen;
use super::transport::{Peer, Size};
use super::{Shared, announcement_of, locked, tip_of};
use crate::chain::{self, StoreError, View};
use crate::sync::{
    Input,
    fault::Fault,
    gossip::Exchanged,
    headers,
    push::{From, Sent, Told, Wants},
};
use actix_web::web::Bytes;
use rayon::prelude::*;
use shared::encode::{Bounded, encode};
use shared::hash::TransactionId;
use shared::limits::MAX_TRANSACTION_BYTES;
use shared::transaction::id_of_bytes;
use std::sync::{Arc, Mutex};
use std::time::Instant;

pub(super) async fn greet(shared: Arc<Shared>, peer: Peer, reporter: Reporter) {
    let start = Instant::now();
    let hello = peer.get::<Hello>("hello").await.and_then(|hello| {
        check_hello(&shared, &hello)?;
        Ok(hello)
    });
    match hello {
        Ok(hello) => reporter.tell(What::Hello(Box::new(hello), start.elapsed())).await,
        // Something answers there, but not this.
        Err(Fault::Moved) => reporter.input(Input::Greeted(Err(Fault::Status(404)))).await,
        Err(fault) => reporter.input(Input::Greeted(Err(fault))).await,
    }
}

fn check_hello(shared: &Shared, hello: &Hello) -> Result<(), Fault> {
    if hello.protocol != PROTOCOL {
        return Err(Fault::OtherProtocol);
    }
    if hello.genesis != shared.chain.chain().genesis_id() {
        return Err(Fault::OtherChain);
    }
    if hello.instance == shared.instance {
        return Err(Fault::Itself);
    }
    headers::check_alone(shared.chain.chain(), &hello.tip.header).map(|_| ())
}

/// Follows the peer's stream until it breaks.
pub(super) async fn follow(
    shared: Arc<Shared>,
    peer: Peer,
    reporter: Reporter,
    seen: Arc<Mutex<Seen>>,
) {
    let fault = match peer.stream().await {
        Ok(mut stream) => {
            reporter.input(Input::Opened).await;
            loop {
                let frame = match stream.next().await {
                    Ok(frame) => frame,
                    Err(fault) => break fault,
                };
                if let Err(fault) = heard(&shared, &frame, &reporter, &seen).await {
                    break fault;
                }
            }
        }
        Err(fault) => fault,
    };
    reporter.input(Input::Broken(fault)).await;
}

async fn heard(
    shared: &Arc<Shared>,
    frame: &Bytes,
    reporter: &Reporter,
    seen: &Mutex<Seen>,
) -> Result<(), Fault> {
    match Frame::parse(frame).map_err(|_| Fault::Malformed)? {
        Frame::KeepAlive => {}
        Frame::Tip(announcement) => {
            headers::check_alone(shared.chain.chain(), &announcement.header)?;
            reporter.input(Input::Heard(tip_of(&announcement))).await;
        }
        Frame::Transactions(list) => {
            // Before they enter the pool: else they are passed back to where they came from.
            remember(seen, &ids_of(&list));
            take_transactions(shared, list).await?;
        }
    }
    Ok(())
}

/// Checks transactions and offers them to the pool; whether it wants them is no fault of anybody.
pub(super) async fn take_transactions(shared: &Arc<Shared>, list: Vec<Bytes>) -> Result<(), Fault> {
    let view = shared.view();
    let check = move || {
        let ids = ids_of(&list);
        let unknown: Vec<_> = {
            let pool = view.pool();
            list.iter()
                .zip(&ids)
                .filter(|(_, id)| !pool.contains(id))
                .map(|(bytes, _)| bytes)
                .collect()
        };
        let check = |bytes: &&Bytes| chain::check_transaction_bytes(bytes, view.chain());
        let checked: Result<Vec<_>, _> = unknown.par_iter().map(check).collect();
        checked.map_err(|error| Fault::BadTransaction(error.code()))
    };
    let checked = tokio::task::spawn_blocking(check).await.map_err(|_| Fault::Ours)??;
    if !checked.is_empty() {
        for outcome in shared.chain.submit_transactions(checked).await {
            if let Err(error) = outcome
                && error.is_peer_fault()
            {
                return Err(Fault::BadTransaction(error.code()));
            }
        }
    }
    Ok(())
}

/// The ids of encoded transactions: they follow from the bytes alone.
pub(super) fn ids_of(list: &[Bytes]) -> Vec<TransactionId> {
    list.iter().map(|bytes| id_of_bytes(bytes)).collect()
}

pub(super) async fn announce(shared: Arc<Shared>, peer: Peer, reporter: Reporter) {
    let ask = async {
        let ours = announcement_of(&shared.view());
        let id = ours.header.id();
        let answer: Announced =
            peer.post("announce", encode(&ours), MAX_SMALL_BYTES, Size::Small).await?;
        headers::check_alone(shared.chain.chain(), &answer.tip.header)?;
        let wants = match answer.want {
            Want::Nothing => Wants::Nothing,
            Want::Later => Wants::Later,
            Want::Body => Wants::Blocks(From::Tip),
            Want::Blocks(locator) => Wants::Blocks(From::Fork(locator)),
        };
        Ok(Told { ours: id, theirs: tip_of(&answer.tip), wants })
    };
    let told = ask.await;
    reporter.input(Input::Told(told)).await;
}

pub(super) async fn send_blocks(shared: Arc<Shared>, peer: Peer, reporter: Reporter, from: From) {
    let send = async {
        if let Some(refused) = prove(&shared, &peer, &from).await? {
            return Ok(refused);
        }
        let (blobs, next) = read(&shared, move |view| bodies_to_send(view, from)).await?;
        let answer: Pushed =
            peer.post("blocks", encode_blobs(&blobs), MAX_SMALL_BYTES, Size::Large).await?;
        headers::check_alone(shared.chain.chain(), &answer.tip.header)?;
        let stored = match answer.outcome {
            PushOutcome::Stored => true,
            PushOutcome::Waits | PushOutcome::Unlinked | PushOutcome::Refused => false,
            PushOutcome::Busy => return Err(Fault::Overloaded),
        };
        Ok(Sent { theirs: tip_of(&answer.tip), stored, next })
    };
    let sent = send.await;
    reporter.input(Input::Sent(sent)).await;
}

/// Shows the headers of a branch before its blocks are sent. What came of it when the blocks are not
/// wanted; `None` when they are, or when they follow the end of the peer's chain: then each of them is
/// taken for itself.
async fn prove(shared: &Arc<Shared>, peer: &Peer, from: &From) -> Result<Option<Sent>, Fault> {
    let From::Fork(locator) = from else { return Ok(None) };
    let locator = locator.clone();
    let headers = read(shared, move |view| {
        let from = after_fork(view, &locator)?;
        let follows = locator
            .first()
            .is_some_and(|end| view.block_id_at(from - 1).is_ok_and(|id| id == Some(*end)));
        Ok(if follows { Vec::new() } else { view.headers(from, MAX_PROOF)? })
    });
    let headers = headers.await?;
    if headers.is_empty() {
        return Ok(None);
    }
    let answer: Announced =
        peer.post("headers", encode(&headers), MAX_SMALL_BYTES, Size::Large).await?;
    headers::check_alone(shared.chain.chain(), &answer.tip.header)?;
    let refused = Sent { theirs: tip_of(&answer.tip), stored: false, next: None };
    Ok((answer.want != Want::Body).then_some(refused))
}

fn bodies_to_send(view: &View, from: From) -> Result<(Vec<Vec<u8>>, Option<u64>), StoreError> {
    let tip = view.tip();
    let from = match from {
        From::Tip => tip.height,
        From::Fork(locator) => after_fork(view, &locator)?,
        From::Height(height) => height,
    };
    let bodies = view.bodies(from, MAX_GROUP, GROUP_BYTES)?;
    let next = from.saturating_add(u64::try_from(bodies.len()).unwrap_or(u64::MAX));
    let more = !bodies.is_empty() && next <= tip.height;
    Ok((bodies, more.then_some(next)))
}

pub(super) async fn exchange(shared: Arc<Shared>, peer: Peer, reporter: Reporter) {
    let ids = read(&shared, |view| Ok(pool_ids(view))).await;
    let exchanged = match ids {
        Ok(ids) => offer_ids(&peer, ids, true).await,
        Err(fault) => Err(fault),
    };
    reporter.input(Input::Exchanged(exchanged)).await;
}

pub(super) async fn offer(_: Arc<Shared>, peer: Peer, reporter: Reporter, ids: Vec<TransactionId>) {
    let exchanged = offer_ids(&peer, ids, false).await;
    reporter.input(Input::Exchanged(exchanged)).await;
}

async fn offer_ids(peer: &Peer, ids: Vec<TransactionId>, all: bool) -> Result<Exchanged, Fault> {
    let ids = Bounded::new(ids).ok_or(Fault::Ours)?;
    let offer = encode(&PoolOffer { ids, all });
    let answer: PoolAnswer = peer.post("pool", offer, MAX_POOL_BYTES, Size::Small).await?;
    Ok(Exchanged { missing: answer.missing.into_vec(), extra: answer.extra.into_vec() })
}

pub(super) async fn send_transactions(
    shared: Arc<Shared>,
    peer: Peer,
    reporter: Reporter,
    ids: Vec<TransactionId>,
    seen: Arc<Mutex<Seen>>,
) {
    let send = async {
        let list = read(&shared, move |view| Ok(pooled(view, &ids))).await?;
        if list.is_empty() {
            return Ok(());
        }
        let (ids, blobs): (Vec<_>, Vec<_>) = list.into_iter().unzip();
        peer.post_bytes("transactions", encode_blobs(&blobs), MAX_SMALL_BYTES, Size::Large).await?;
        remember(&seen, &ids);
        Ok(())
    };
    let sent = send.await;
    reporter.input(Input::Gossiped(sent)).await;
}

pub(super) async fn fetch_transactions(
    shared: Arc<Shared>,
    peer: Peer,
    reporter: Reporter,
    ids: Vec<TransactionId>,
    seen: Arc<Mutex<Seen>>,
) {
    let fetch = async {
        let ids: BatchIds = Bounded::new(ids).ok_or(Fault::Ours)?;
        let bytes = peer
            .post_bytes("pool/transactions", encode(&ids), MAX_BATCH_BYTES, Size::Large)
            .await?;
        let list =
            decode_blobs(&bytes, MAX_BATCH, MAX_TRANSACTION_BYTES).map_err(|_| Fault::Malformed)?;
        remember(&seen, &ids_of(&list));
        take_transactions(&shared, list).await
    };
    let fetched = fetch.await;
    reporter.input(Input::Gossiped(fetched)).await;
}

/// Ids of everything that waits, in the order in which a miner takes it: what a sender pays first
/// comes first.
pub(super) fn pool_ids(view: &View) -> Vec<TransactionId> {
    let waiting = view.pool().select(usize::MAX);
    waiting.iter().take(super::messages::MAX_POOL_IDS).map(|checked| checked.id()).collect()
}

/// Ids and bytes of those of `ids` that still wait.
pub(super) fn pooled(view: &View, ids: &[TransactionId]) -> Vec<(TransactionId, Vec<u8>)> {
    let waiting: Vec<_> = {
        let pool = view.pool();
        ids.iter().filter_map(|id| pool.get(id)).collect()
    };
    waiting.iter().map(|checked| (checked.id(), encode(checked.transaction()))).collect()
}

/// This node's locator, as long as messages allow: the first ids and genesis.
pub(super) fn locator(view: &View) -> Result<Locator, StoreError> {
    let mut ids = view.locator()?;
    if ids.len() > MAX_LOCATOR {
        ids.truncate(MAX_LOCATOR - 1);
        ids.push(view.chain().genesis_id());
    }
    Ok(Bounded::new(ids).unwrap_or_default())
}

/// The height from which on whoever sent the locator lacks this node's chain.
pub(super) fn after_fork(view: &View, locator: &Locator) -> Result<u64, StoreError> {
    Ok(view.common_ancestor(locator)?.saturating_add(1))
}

/// Reads the chain where it may take time.
pub(super) async fn read<T: Send + 'static>(
    shared: &Shared,
    read: impl FnOnce(&View) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Fault> {
    let view = shared.view();
    let result = tokio::task::spawn_blocking(move || read(&view)).await;
    result.map_err(|_| Fault::Ours)?.map_err(|_| Fault::Ours)
}

fn remember(seen: &Mutex<Seen>, ids: &[TransactionId]) {
    let mut seen = locked(seen);
    for id in ids {
        seen.insert(*id);
    }
}
