//! `GET /status`, `GET /chain`, `GET /peers`, and whether the node lives and is ready.

use std::sync::{Mutex, PoisonError};

use actix_web::{HttpRequest, HttpResponse, web};
use shared::{
    api::{ChainFile, MempoolTotals, PeersView, StatusView, difficulty_number},
    hash::BlockId,
    work::Work,
};

use super::{Context, answer, error::HttpError, get};
use crate::chain::View;

/// Blocks from which the hash rate is estimated.
const RATE_BLOCKS: usize = 60;

pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(get("/status", web::get().to(status)));
    routes.service(get("/chain", web::get().to(chain)));
    routes.service(get("/peers", web::get().to(peers)));
}

/// What was read of the disk for the tip that was asked about last: it changes with the tip.
#[derive(Debug, Default)]
pub(super) struct AtTip(Mutex<Option<(BlockId, Figures)>>);

/// Figures that cost a look at the disk.
#[derive(Clone, Copy, Debug)]
struct Figures {
    hash_rate: u64,
    storage: u64,
}

async fn status(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let view = context.chain.view();
    let tip = view.tip();
    let Figures { hash_rate, storage } = match context.at_tip.known(&tip.id) {
        Some(figures) => figures,
        None => {
            let view = std::sync::Arc::clone(&view);
            let figures = web::block(move || Figures::read(&view)).await??;
            context.at_tip.learn(tip.id, figures);
            figures
        }
    };
    let state = view.state();
    let parameters = view.chain().parameters();
    let now = context.chain.now();
    // A block is made now, or a second after the last one.
    let clock = state.child_clock(now.max(state.header().timestamp.saturating_add(1)));
    let target = clock.map_or(state.header().target, |clock| state.child_target(clock));
    let mempool = {
        let pool = view.pool();
        MempoolTotals { count: pool.len(), bytes: pool.bytes() }
    };
    let status = StatusView {
        chain: parameters.name.clone(),
        name: parameters.name.clone(),
        ticker: parameters.ticker.clone(),
        genesis: view.chain().genesis_id().to_string(),
        height: tip.height,
        tip: tip.id.to_string(),
        tip_time: state.header().timestamp,
        time: now,
        work: tip.work.to_hex(),
        difficulty: difficulty_number(target.work()),
        hash_rate,
        supply: parameters.supply_at(tip.height).mites(),
        mempool,
        storage,
        peers: context.relay.connected(),
        syncing: context.relay.syncing(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        dev: parameters.dev,
    };
    Ok(answer::json(&request, &view, &status))
}

async fn chain(context: web::Data<Context>, request: HttpRequest) -> HttpResponse {
    let view = context.chain.view();
    answer::json(&request, &view, &ChainFile::from_chain(view.chain()))
}

async fn peers(context: web::Data<Context>, request: HttpRequest) -> HttpResponse {
    let peers = PeersView { peers: context.relay.peers() };
    answer::json(&request, &context.chain.view(), &peers)
}

/// `GET /healthz`: the process answers.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: what it answers is worth something.
pub(super) async fn readyz(context: web::Data<Context>) -> Result<&'static str, HttpError> {
    if context.relay.syncing() {
        return Err(HttpError::NotReady {
            reason: "blocks are still being fetched from other nodes",
        });
    }
    Ok("ready\n")
}

impl AtTip {
    fn known(&self, tip: &BlockId) -> Option<Figures> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.filter(|(at, _)| at == tip).map(|(_, figures)| figures)
    }

    fn learn(&self, tip: BlockId, figures: Figures) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((tip, figures));
    }
}

impl Figures {
    fn read(view: &View) -> Result<Self, HttpError> {
        Ok(Self { hash_rate: hash_rate(view)?, storage: view.disk_bytes()? })
    }
}

/// Attempts per second behind the last blocks: their work by the time that they took.
fn hash_rate(view: &View) -> Result<u64, HttpError> {
    let mut blocks = view.blocks_before(None, RATE_BLOCKS + 1)?;
    // Genesis was not mined: its time may be years before the first block's.
    blocks.retain(|block| block.header.height > 0);
    let (Some(newest), Some(oldest)) = (blocks.first(), blocks.last()) else { return Ok(0) };
    let work = Work(newest.work.0.saturating_sub(oldest.work.0));
    let seconds = newest.header.timestamp.saturating_sub(oldest.header.timestamp);
    Ok(difficulty_number(work).checked_div(seconds).unwrap_or_default())
}
