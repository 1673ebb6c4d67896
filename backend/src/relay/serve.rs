//! What this node answers to its peers. Parsing and statuses are in `http/p2p.rs`.

use super::fetch::verdict;
use super::messages::{
    Announced, Announcement, BatchIds, GROUP_BYTES, Headers, Hello, Locator, MAX_BATCH, MAX_GROUP,
    PROTOCOL, PoolAnswer, PoolOffer, Proof, PushOutcome, Pushed, Want, decode_blobs, encode_blobs,
};
use super::operations::{after_fork, ids_of, locator, pool_ids, pooled, read, take_transactions};
use super::{Handle, announcement_of};
use crate::chain::{self, View};
use crate::sync::{
    fault::Fault,
    headers::{self, Anchor},
    pull::Submitted,
};
use actix_web::web::Bytes;
use rayon::prelude::*;
use shared::encode::Bounded;
use shared::hash::BlockId;
use shared::limits::{MAX_HEADERS, MAX_TRANSACTION_BYTES};
use shared::rules::block_isolated::CheckedBlock;
use std::collections::HashSet;
use std::net::IpAddr;
use std::time::Instant;
use tokio::sync::mpsc;

/// Why a peer gets no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such block here.
    #[error("there is no such block here")]
    NotFound,
    /// Too many follow this node already, or it is stopping.
    #[error("this node has too much to do")]
    Busy,
    /// What was sent breaks a rule.
    #[error("{0}")]
    Bad(Fault),
}

impl Refusal {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Busy => "busy",
            Self::Bad(fault) => fault.code(),
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        if matches!(fault, Fault::Ours | Fault::Busy) { Self::Busy } else { Self::Bad(fault) }
    }
}

impl Handle {
    /// Who this node is and where its chain ends.
    #[must_use]
    pub fn hello(&self) -> Hello {
        let shared = &self.0;
        let program = shared.version.bytes().take(super::messages::MAX_PROGRAM_BYTES).collect();
        Hello {
            protocol: PROTOCOL,
            genesis: shared.chain.chain().genesis_id(),
            instance: shared.instance,
            tip: announcement_of(&shared.view()),
            program: Bounded::new(program).unwrap_or_default(),
        }
    }

    /// Begins a stream: frames with their lengths, until the receiver is dropped or too slow.
    /// `instance` is what the follower says in its own `GET /hello`; `key` is a secret between it and
    /// this node, under which it sends; `address` is from where it calls.
    ///
    /// # Errors
    ///
    /// When too many follow already.
    pub fn follow(
        &self,
        instance: u128,
        key: u128,
        address: Option<IpAddr>,
    ) -> Result<mpsc::Receiver<Bytes>, Refusal> {
        let tip = announcement_of(&self.0.view());
        let follower = self.0.hub.follow((instance, key), address, tip, &self.0.bans);
        follower.ok_or(Refusal::Busy)
    }

    /// The bytes of a block.
    ///
    /// # Errors
    ///
    /// When it is not here.
    pub async fn block(&self, id: BlockId) -> Result<Vec<u8>, Refusal> {
        read(&self.0, move |view| view.block_bytes(&id)).await?.ok_or(Refusal::NotFound)
    }

    /// The bytes of consecutive blocks of the chain, as blobs.
    ///
    /// # Errors
    ///
    /// When there is none at `from`.
    pub async fn bodies(&self, from: u64, count: usize) -> Result<Vec<u8>, Refusal> {
        let bodies = move |view: &View| view.bodies(from, count.min(MAX_GROUP), GROUP_BYTES);
        let bodies = read(&self.0, bodies).await?;
        if bodies.is_empty() { Err(Refusal::NotFound) } else { Ok(encode_blobs(&bodies)) }
    }

    /// Headers after the newest id of the locator that is in the chain.
    ///
    /// # Errors
    ///
    /// When this node is stopping.
    pub async fn locate(&self, locator: Locator) -> Result<Headers, Refusal> {
        let headers = move |view: &View| view.headers(after_fork(view, &locator)?, MAX_HEADERS);
        Ok(Bounded::new(read(&self.0, headers).await?).unwrap_or_default())
    }

    /// A peer tells where its chain ends; the answer says what is wanted of it.
    ///
    /// # Errors
    ///
    /// When its header has not the work that it claims.
    pub async fn announced(
        &self,
        key: u128,
        announcement: Announcement,
    ) -> Result<Announced, Refusal> {
        let shared = &self.0;
        let id = headers::check_alone(shared.chain.chain(), &announcement.header)?;
        if shared.hub.heard(key, &announcement) {
            shared.changed();
        }
        let (claimed, parent) = (announcement.work, BlockId(announcement.header.previous));
        let look = move |view: &View| {
            let tip = announcement_of(view);
            let want = if claimed <= tip.work || view.block(&id)?.is_some() {
                Want::Nothing
            } else if view.block(&parent)?.is_some() {
                Want::Body
            } else {
                Want::Blocks(locator(view)?)
            };
            Ok(Announced { tip, want })
        };
        let mut answer = read(shared, look).await?;
        if answer.want == Want::Body && !shared.slots().claim_push(id, Instant::now()) {
            answer.want = Want::Later;
        }
        Ok(answer)
    }

    /// A peer shows the headers of the blocks that it wants to send. They are wanted if they prove more
    /// work than this node's chain has.
    ///
    /// # Errors
    ///
    /// When one of them breaks a rule, or this node is stopping.
    pub async fn proven(&self, proof: Proof) -> Result<Announced, Refusal> {
        let shared = &self.0;
        // As with blocks, it is the checking that costs.
        let _permit = shared.checks.acquire().await.map_err(|_| Refusal::Busy)?;
        let (tip, proven) =
            read(shared, move |view| Ok((announcement_of(view), weigh(view, proof)))).await?;
        let want = match proven {
            Ok((ids, end)) if end.work > tip.work => {
                if shared.promised().add(ids, Instant::now()) {
                    Want::Body
                } else {
                    Want::Later
                }
            }
            // The chain may have changed since it was told.
            Ok(_) | Err(Fault::Moved) => Want::Nothing,
            Err(fault) => return Err(fault.into()),
        };
        Ok(Announced { tip, want })
    }

    /// A peer sends blocks.
    ///
    /// # Errors
    ///
    /// When one of them is not valid in isolation.
    pub async fn pushed(&self, blobs: Bytes) -> Result<Pushed, Refusal> {
        let shared = &self.0;
        // Checking is what costs: only so many at a time, and the others wait for their turn.
        let _permit = shared.checks.acquire().await.map_err(|_| Refusal::Busy)?;
        let view = shared.view();
        let check = move || check_pushed(&view, &blobs);
        let group = tokio::task::spawn_blocking(check).await.map_err(|_| Refusal::Busy)??;
        let wanted = shared.promised().kept(&group, Instant::now());
        let outcomes = shared.chain.submit_for(group, wanted).await;
        let outcome = match verdict(&outcomes) {
            Submitted::Stored => PushOutcome::Stored,
            Submitted::Waits => PushOutcome::Waits,
            Submitted::Unlinked => PushOutcome::Unlinked,
            Submitted::Busy => PushOutcome::Busy,
            Submitted::Refused(_) => PushOutcome::Refused,
        };
        Ok(Pushed { tip: announcement_of(&shared.view()), outcome })
    }

    /// A peer sends transactions.
    ///
    /// # Errors
    ///
    /// When one of them breaks a rule whatever the ledger says.
    pub async fn sent_transactions(&self, key: u128, blobs: Bytes) -> Result<(), Refusal> {
        let list =
            decode_blobs(&blobs, MAX_BATCH, MAX_TRANSACTION_BYTES).map_err(|_| Fault::Malformed)?;
        // Before they enter the pool: else they are passed back to where they came from.
        self.0.hub.saw(key, &ids_of(&list));
        Ok(take_transactions(&self.0, list).await?)
    }

    /// A peer tells what waits with it.
    ///
    /// # Errors
    ///
    /// When this node is stopping.
    pub async fn offered(&self, offer: PoolOffer) -> Result<PoolAnswer, Refusal> {
        Ok(read(&self.0, move |view| Ok(compare(view, &offer))).await?)
    }

    /// The bytes of waiting transactions, as blobs.
    ///
    /// # Errors
    ///
    /// When this node is stopping.
    pub async fn pooled(&self, ids: BatchIds) -> Result<Vec<u8>, Refusal> {
        let list = read(&self.0, move |view| Ok(pooled(view, &ids))).await?;
        let blobs: Vec<_> = list.into_iter().map(|(_, bytes)| bytes).collect();
        Ok(encode_blobs(&blobs))
    }
}

fn compare(view: &View, offer: &PoolOffer) -> PoolAnswer {
    let missing = {
        let pool = view.pool();
        // What left this pool a moment ago, such as into a block, is not wanted back.
        let is_missing =
            |id: &&shared::hash::TransactionId| !pool.contains(id) && pool.removal(id).is_none();
        offer.ids.iter().filter(is_missing).copied().collect()
    };
    let extra = if offer.all {
        let offered: HashSet<_> = offer.ids.iter().collect();
        pool_ids(view).into_iter().filter(|id| !offered.contains(id)).collect()
    } else {
        Vec::new()
    };
    PoolAnswer {
        missing: Bounded::new(missing).unwrap_or_default(),
        extra: Bounded::new(extra).unwrap_or_default(),
    }
}

/// The ids of a chain of headers that follows a block that is here, and its end.
fn weigh(view: &View, proof: Proof) -> Result<(Vec<BlockId>, Anchor), Fault> {
    let headers = proof.into_vec();
    let first = headers.first().ok_or(Fault::Moved)?;
    let base = view.block(&BlockId(first.previous)).map_err(|_| Fault::Ours)?;
    let base = base.ok_or(Fault::Moved)?;
    headers::check_chain(view.chain(), &Anchor::new(base.header, base.work), headers)
}

fn check_pushed(view: &View, blobs: &Bytes) -> Result<Vec<CheckedBlock>, Fault> {
    let limit = view.chain().max_block_bytes();
    let blobs = decode_blobs(blobs, MAX_GROUP, limit).map_err(|_| Fault::Malformed)?;
    let check = |bytes: &Bytes| {
        let block: shared::block::Block =
            shared::encode::decode(bytes, limit).map_err(|_| Fault::Malformed)?;
        // Work first: without it nothing else is worth a look.
        headers::check_alone(view.chain(), &block.header)?;
        chain::check_block(block, view).map_err(|error| {
            if error.is_foreign_body() { Fault::WrongBody } else { Fault::BadBlock(error.code()) }
        })
    };
    blobs.par_iter().map(check).collect()
}
