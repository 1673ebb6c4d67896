//! What waits, and what it costs not to wait.

use std::{cmp::Reverse, collections::BTreeMap};

use actix_web::{HttpRequest, HttpResponse, web};
use shared::{
    api::{
        FeeClass, FeeRates, MempoolEntry, MempoolTotals, MempoolView, PoolHistogram, PoolPlace,
        ProjectedBlock, ProjectedBlocks, TransactionView,
    },
    hash::TransactionId,
    limits::HEADER_BYTES,
    params::Chain,
    policy::MIN_FEE_PER_BYTE,
};

use super::{
    Context, answer,
    body::{Query, parameter, segment},
    error::HttpError,
    get,
};
use crate::{
    chain::View,
    pool::{self, Pool},
};

/// Transactions that can be paged through and are looked at for any answer; who wants all of a fuller
/// pool asks it for a template.
const MAX_PAGED: usize = 10_000;
/// Blocks ahead that are told apart.
const MAX_BLOCKS: usize = 10;

pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(get("/mempool", web::get().to(mempool)));
    routes.service(get("/mempool/histogram", web::get().to(histogram)));
    routes.service(get("/mempool/blocks", web::get().to(blocks)));
    routes.service(get("/mempool/{id}", web::get().to(place)));
    routes.service(get("/fees", web::get().to(fees)));
}

async fn mempool(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let query = Query::of(&request);
    let limit = query.limit()?;
    let after = query.get("after").map(|id| {
        TransactionId::parse(id).ok_or_else(|| parameter("after", "must be 64 hex digits"))
    });
    let after = after.transpose()?;
    let read = move |view: &View| Ok(page_of(view.chain(), &view.pool(), after.as_ref(), limit));
    let (view, page) = context.read(read).await?;
    Ok(answer::json(&request, &view, &page))
}

fn page_of(chain: &Chain, pool: &Pool, after: Option<&TransactionId>, limit: usize) -> MempoolView {
    let room = room_of(chain);
    let mut bytes = 0_usize;
    // Begins again when the transaction after which to go on waits no more.
    let mut is_before = after.is_some_and(|after| pool.contains(after));
    let mut transactions: Vec<MempoolEntry> = Vec::new();
    let mut next = None;
    for entry in pool.in_order().take(MAX_PAGED) {
        let transaction = &entry.transaction;
        bytes = bytes.saturating_add(transaction.size());
        if is_before {
            is_before = Some(&transaction.id()) != after;
            continue;
        }
        if transactions.len() == limit {
            next = transactions.last().map(|last| last.transaction.id.clone());
            break;
        }
        let blocks = blocks_until(bytes, room);
        let id = transaction.id();
        let transaction = TransactionView::pending(chain, &id, transaction.transaction());
        transactions.push(MempoolEntry { transaction, blocks });
    }
    let totals = MempoolTotals { count: pool.len(), bytes: pool.bytes() };
    MempoolView { totals, transactions, next }
}

async fn histogram(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let read = |view: &View| Ok(histogram_of(&view.pool()));
    let (view, histogram) = context.read(read).await?;
    Ok(answer::json(&request, &view, &histogram))
}

fn histogram_of(pool: &Pool) -> PoolHistogram {
    let mut classes: BTreeMap<Reverse<u64>, (usize, usize)> = BTreeMap::new();
    let mut counted = 0;
    for entry in pool.in_order().take(MAX_PAGED) {
        let (count, bytes) = classes.entry(Reverse(class_of(entry.score))).or_default();
        *count += 1;
        *bytes = bytes.saturating_add(entry.transaction.size());
        counted += 1;
    }
    let class = |(Reverse(from), (count, bytes))| FeeClass { from, count, bytes };
    PoolHistogram { count: pool.len(), counted, classes: classes.into_iter().map(class).collect() }
}

async fn blocks(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let read = |view: &View| Ok((view.projected(), view.pool().len()));
    let (view, (projected, count)) = context.read(read).await?;
    let next = view.height().saturating_add(1);
    let block = |(height, block): (u64, &pool::ProjectedBlock)| ProjectedBlock {
        height,
        transactions: block.transactions,
        bytes: block.bytes,
        fees: block.fees.mites(),
        lowest: block.rates.0,
        highest: block.rates.1,
    };
    let blocks = (next..).zip(projected.iter()).map(block).collect();
    Ok(answer::json(&request, &view, &ProjectedBlocks { count, blocks }))
}

/// Where the class of a rate begins: 0, 1, 2, 5, 10, 20, 50 and so on.
fn class_of(rate: u64) -> u64 {
    let Some(digits) = rate.checked_ilog10() else { return 0 };
    let ten = 10_u64.pow(digits);
    match rate / ten {
        5.. => 5 * ten,
        2.. => 2 * ten,
        _ => ten,
    }
}

async fn place(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let id = TransactionId::parse(segment(&request, "id"));
    let id = id.ok_or_else(|| parameter("id", "must be 64 hex digits"))?;
    let read = move |view: &View| Ok(place_of(view.chain(), &view.pool(), &id));
    let (view, place) = context.read(read).await?;
    Ok(answer::json(&request, &view, &place))
}

fn place_of(chain: &Chain, pool: &Pool, id: &TransactionId) -> PoolPlace {
    let mut place = PoolPlace { position: None, blocks: None, count: pool.len() };
    if !pool.contains(id) {
        return place;
    }
    let mut bytes = 0_usize;
    for (position, entry) in (1_u64..).zip(pool.in_order().take(MAX_PAGED)) {
        bytes = bytes.saturating_add(entry.transaction.size());
        if entry.transaction.id() == *id {
            place.position = Some(position);
            place.blocks = Some(blocks_until(bytes, room_of(chain)));
            break;
        }
    }
    place
}

/// Blocks until the last of so many bytes is taken.
fn blocks_until(bytes: usize, room: usize) -> u32 {
    u32::try_from(bytes.div_ceil(room).min(MAX_BLOCKS + 1)).unwrap_or(u32::MAX)
}

async fn fees(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let read = |view: &View| Ok(rates(view.chain(), &view.pool()));
    let (view, rates) = context.read(read).await?;
    Ok(answer::json(&request, &view, &rates))
}

/// Just more than the last transaction pays that would still find room; the least that is relayed
/// when there is room for all.
fn rates(chain: &Chain, pool: &Pool) -> FeeRates {
    let least = MIN_FEE_PER_BYTE.saturating_mul(1_000);
    let room = room_of(chain);
    let mut limits = [1, 3, MAX_BLOCKS].map(|blocks| (room.saturating_mul(blocks), least));
    let mut bytes = 0_usize;
    for entry in pool.in_order() {
        let before = bytes;
        bytes = bytes.saturating_add(entry.transaction.size());
        for (limit, rate) in &mut limits {
            // This one is the first that finds no room: it must be outbid.
            if before <= *limit && bytes > *limit {
                *rate = entry.score.saturating_add(1).max(least);
            }
        }
        if limits.iter().all(|(limit, _)| bytes > *limit) {
            break;
        }
    }
    let [(_, next), (_, within_3), (_, within_10)] = limits;
    FeeRates { next, within_3, within_10 }
}

/// Bytes that a block has for transactions.
fn room_of(chain: &Chain) -> usize {
    chain.max_block_bytes().saturating_sub(HEADER_BYTES + 4).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_classed_by_one_two_and_five() {
        for (rate, class) in [
            (0, 0),
            (1, 1),
            (4, 2),
            (9, 5),
            (10, 10),
            (199, 100),
            (4_999, 2_000),
            (u64::MAX, 10_000_000_000_000_000_000),
        ] {
            assert_eq!(class_of(rate), class, "{rate}");
        }
    }
}
