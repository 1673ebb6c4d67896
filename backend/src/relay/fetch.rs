//! Fetching a peer's chain: headers, bodies, and their checks before the writer sees them.

use super::Shared;
use super::link::{Reporter, What};
use super::messages::{Headers, Locator, MAX_GROUP_BYTES, MAX_HEADERS_BYTES, decode_blobs};
use super::operations::{locator, read};
use super::transport::{Peer, Size};
use crate::chain::{self, Imported, SubmitError, View, Wanted};
use crate::sync::{
    Input,
    fault::Fault,
    headers::{self, Anchor},
    pull::{Located, Submitted},
};
use actix_web::web::Bytes;
use rayon::prelude::*;
use shared::encode::{Bounded, decode, encode};
use shared::hash::BlockId;
use shared::limits::MAX_HEADERS;
use shared::rules::block_isolated::CheckedBlock;
use std::sync::Arc;

/// Checked blocks, consecutive.
pub(super) type Group = Vec<CheckedBlock>;

pub(super) async fn fetch_body(shared: Arc<Shared>, peer: Peer, reporter: Reporter, id: BlockId) {
    let fetch = async {
        let limit = shared.chain.chain().max_block_bytes();
        let bytes = peer.get_bytes(&format!("blocks/{id}"), limit, Size::Large).await?;
        check_blocks(&shared, vec![bytes], vec![id]).await
    };
    match fetch.await {
        Ok(group) => reporter.tell(What::Group(group, Box::new(Input::Body(Ok(()))))).await,
        Err(fault) => reporter.input(Input::Body(Err(fault))).await,
    }
}

pub(super) async fn fetch_bodies(
    shared: Arc<Shared>,
    peer: Peer,
    reporter: Reporter,
    from: u64,
    expected: Vec<BlockId>,
) {
    let fetch = async {
        let path = format!("bodies?from={from}&count={}", expected.len());
        let bytes = peer.get_bytes(&path, MAX_GROUP_BYTES, Size::Large).await?;
        let limit = shared.chain.chain().max_block_bytes();
        let blobs = decode_blobs(&bytes, expected.len(), limit).map_err(|_| Fault::Malformed)?;
        check_blocks(&shared, blobs, expected).await
    };
    match fetch.await {
        Ok(group) => {
            let input = Box::new(Input::Bodies(Ok(group.len())));
            reporter.tell(What::Group(group, input)).await;
        }
        Err(fault) => reporter.input(Input::Bodies(Err(fault))).await,
    }
}

/// Decodes and checks blocks in isolation, all at the same time. Their headers were checked when
/// their ids were: each must be the one expected. From the first that is another block on, the
/// peer's chain has changed.
async fn check_blocks(
    shared: &Arc<Shared>,
    blobs: Vec<Bytes>,
    expected: Vec<BlockId>,
) -> Result<Group, Fault> {
    let view = shared.view();
    let check = move || {
        let blocks: Vec<_> = blobs
            .par_iter()
            .zip(&expected)
            .map(|(bytes, id)| check_body(&view, bytes, id))
            .collect();
        let mut group = Vec::with_capacity(blocks.len());
        for block in blocks {
            match block {
                Ok(block) => group.push(block),
                Err(Fault::Moved) if !group.is_empty() => break,
                Err(fault) => return Err(fault),
            }
        }
        if group.is_empty() { Err(Fault::Moved) } else { Ok(group) }
    };
    tokio::task::spawn_blocking(check).await.map_err(|_| Fault::Ours)?
}

fn check_body(view: &View, bytes: &[u8], expected: &BlockId) -> Result<CheckedBlock, Fault> {
    let limit = view.chain().max_block_bytes();
    let block: shared::block::Block = decode(bytes, limit).map_err(|_| Fault::Malformed)?;
    if block.header.id() != *expected {
        return Err(Fault::Moved);
    }
    chain::check_block(block, view).map_err(|error| {
        if error.is_foreign_body() { Fault::WrongBody } else { Fault::BadBlock(error.code()) }
    })
}

pub(super) async fn locate(
    shared: Arc<Shared>,
    peer: Peer,
    reporter: Reporter,
    after: Option<Box<Anchor>>,
) {
    let located = locate_headers(&shared, &peer, after).await;
    reporter.input(Input::Located(located)).await;
}

async fn locate_headers(
    shared: &Arc<Shared>,
    peer: &Peer,
    after: Option<Box<Anchor>>,
) -> Result<Located, Fault> {
    let locator: Locator = match &after {
        Some(anchor) => Bounded::new(vec![anchor.id]).ok_or(Fault::Ours)?,
        None => read(shared, locator).await?,
    };
    let headers: Headers =
        peer.post("locate", encode(&locator), MAX_HEADERS_BYTES, Size::Small).await?;
    let headers = headers.into_vec();
    let check = move |view: &View| Ok(examine(view, headers, after));
    read(shared, check).await?
}

fn examine(
    view: &View,
    headers: Vec<shared::header::Header>,
    after: Option<Box<Anchor>>,
) -> Result<Located, Fault> {
    let more = headers.len() == MAX_HEADERS;
    let Some(first) = headers.first() else {
        return Ok(Located { base: 0, ids: Vec::new(), last: after, more: false });
    };
    let continues = after.is_some();
    let base = match after {
        Some(anchor) => *anchor,
        None => {
            let parent = view.block(&BlockId(first.previous)).map_err(|_| Fault::Ours)?;
            let parent = parent.ok_or(Fault::Moved)?;
            Anchor::new(parent.header, parent.work)
        }
    };
    let height = base.header.height;
    let (mut ids, last) = headers::check_chain(view.chain(), &base, headers)?;
    let mut known = 0;
    while !continues && known < ids.len() {
        let Some(id) = ids.get(known) else { break };
        if view.block(id).map_err(|_| Fault::Ours)?.is_none() {
            break;
        }
        known += 1;
    }
    ids.drain(..known);
    let skipped = u64::try_from(known).unwrap_or(u64::MAX);
    Ok(Located { base: height.saturating_add(skipped), ids, last: Some(Box::new(last)), more })
}

pub(super) async fn submit(
    shared: Arc<Shared>,
    reporter: Reporter,
    group: Group,
    wanted: Option<Wanted>,
) {
    let outcomes = shared.chain.submit_for(group, wanted).await;
    reporter.input(Input::Submitted(verdict(&outcomes))).await;
}

/// What came of a group: the first thing that is not as it should be.
pub(super) fn verdict(outcomes: &[Result<Imported, SubmitError>]) -> Submitted {
    for outcome in outcomes {
        match outcome {
            Ok(Imported::Known | Imported::Side | Imported::Changed(_)) => {}
            Ok(Imported::Later { .. }) | Err(SubmitError::NoRoom { .. }) => {
                return Submitted::Waits;
            }
            Ok(Imported::Orphan { .. }) => return Submitted::Unlinked,
            Err(error) if error.is_peer_fault() => {
                tracing::debug!(code = error.code(), "refused a peer's block: {error}");
                return Submitted::Refused(Fault::BadBlock(error.code()));
            }
            Err(_) => return Submitted::Busy,
        }
    }
    Submitted::Stored
}
