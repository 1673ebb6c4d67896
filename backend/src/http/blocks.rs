//! Blocks as they are read: lists, one block, its bytes and its transactions, headers in a row.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::{
    api::{
        BlockList, BlockView, Place, ReorganisationList, ReorganisationView, SideBlockView,
        TransactionList, TransactionView,
    },
    encode::encode,
    hash::BlockId,
    limits::MAX_HEADERS,
};

use super::{
    Context, answer,
    body::{Query, parameter, segment, wants_bytes},
    error::HttpError,
    get,
};
use crate::chain::{BlockStatus, BlockSummary, Reorganisation, View};

/// Blocks outside the chain that are listed, at most.
const MAX_SIDE_BLOCKS: usize = 100;

pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(
        super::resource("/blocks", "GET, HEAD, POST")
            .route(super::reading(web::get().to(list)))
            .route(web::post().to(super::mining::submit)),
    );
    routes.service(get("/blocks/side", web::get().to(side)));
    routes.service(get("/blocks/{block}", web::get().to(block)));
    routes.service(get("/blocks/{block}/raw", web::get().to(raw)));
    routes.service(get("/blocks/{block}/transactions", web::get().to(transactions)));
    routes.service(get("/headers", web::get().to(headers)));
    routes.service(get("/reorganisations", web::get().to(reorganisations)));
}

/// How a caller names a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Height(u64),
    Id(BlockId),
}

impl Name {
    fn parse(text: &str) -> Result<Self, HttpError> {
        if let Some(id) = BlockId::parse(text) {
            return Ok(Self::Id(id));
        }
        let is_height = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let height = is_height.then(|| text.parse().ok()).flatten();
        height
            .map(Self::Height)
            .ok_or_else(|| parameter("block", "must be a height or 64 hex digits"))
    }

    fn find(self, view: &View) -> Result<BlockSummary, HttpError> {
        let (found, wanted) = match self {
            Self::Height(height) => (view.block_at(height)?, height.to_string()),
            Self::Id(id) => (view.block(&id)?, id.to_string()),
        };
        found.ok_or(HttpError::BlockNotFound { wanted })
    }
}

/// The view of a block.
pub(super) fn view_of(view: &View, block: &BlockSummary) -> Result<BlockView, HttpError> {
    let confirmations = view.confirmations(block)?;
    let size = usize::try_from(block.size).unwrap_or(usize::MAX);
    Ok(BlockView::new(view.chain(), &block.id, &block.header, size, block.fees, confirmations))
}

async fn list(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let query = Query::of(&request);
    let (before, limit) = (query.number("before")?, query.limit()?);
    let (view, list) = context
        .read(move |view| {
            let blocks = view.blocks_before(before, limit)?;
            let next = blocks.last().map(|block| block.header.height);
            let next = next.filter(|height| *height > 0 && blocks.len() == limit);
            let blocks =
                blocks.iter().map(|block| view_of(view, block)).collect::<Result<_, _>>()?;
            Ok(BlockList { blocks, next })
        })
        .await?;
    Ok(answer::json(&request, &view, &list))
}

async fn block(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    if wants_bytes(&request) {
        return raw(context, request).await;
    }
    let name = Name::parse(segment(&request, "block"))?;
    let (view, block) = context.read(move |view| view_of(view, &name.find(view)?)).await?;
    Ok(answer::json(&request, &view, &block))
}

async fn raw(context: web::Data<Context>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let name = Name::parse(segment(&request, "block"))?;
    let (view, (id, bytes)) = context
        .read(move |view| {
            let id = name.find(view)?.id;
            let missing = || HttpError::BlockNotFound { wanted: id.to_string() };
            Ok((id, view.block_bytes(&id)?.ok_or_else(missing)?))
        })
        .await?;
    Ok(match name {
        Name::Id(_) => answer::bytes_for_ever(&request, &view, &id.to_string(), bytes),
        Name::Height(_) => answer::bytes(&request, &view, bytes),
    })
}

async fn transactions(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let name = Name::parse(segment(&request, "block"))?;
    let query = Query::of(&request);
    let (after, limit) = (query.number("after")?, query.limit()?);
    let (view, list) = context
        .read(move |view| {
            let block = name.find(view)?;
            page_of(view, &block, after, limit)
        })
        .await?;
    Ok(answer::json(&request, &view, &list))
}

/// The transactions of a block that come after the one at position `after`.
fn page_of(
    view: &View,
    block: &BlockSummary,
    after: Option<u64>,
    limit: usize,
) -> Result<TransactionList, HttpError> {
    let confirmations = view.confirmations(block)?;
    let missing = || HttpError::BlockNotFound { wanted: block.id.to_string() };
    let body = view.full_block(&block.id)?.ok_or_else(missing)?;
    let start = after.map_or(0, |after| after.saturating_add(1));
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let mut transactions = Vec::new();
    let mut next = None;
    for (index, transaction) in (0_u32..).zip(body.transactions.iter()).skip(start) {
        if transactions.len() == limit {
            next = index.checked_sub(1);
            break;
        }
        let place = Place {
            block: block.id,
            height: block.header.height,
            index,
            timestamp: block.header.timestamp,
            confirmations,
        };
        let id = transaction.id();
        transactions.push(TransactionView::confirmed(view.chain(), &id, transaction, &place));
    }
    Ok(TransactionList { transactions, next })
}

/// Canonical bytes of headers, one after the other, from height `from` on.
async fn headers(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let query = Query::of(&request);
    let from = query.number("from")?.unwrap_or(0);
    let count = query.number("count")?.map_or(Ok(MAX_HEADERS), usize::try_from);
    let count = count.ok().filter(|count| (1..=MAX_HEADERS).contains(count));
    let count = count.ok_or_else(|| parameter("count", "must be 1 to 2000"))?;
    let read = move |view: &View| Ok(view.headers(from, count)?);
    let (view, headers) = context.read(read).await?;
    let bytes = headers.iter().flat_map(encode).collect();
    Ok(answer::bytes(&request, &view, bytes))
}

/// Blocks outside the chain, the newest arrivals first.
async fn side(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let read = |view: &View| Ok(view.side_blocks(MAX_SIDE_BLOCKS)?);
    let (view, blocks) = context.read(read).await?;
    let row = |block: &BlockSummary| SideBlockView {
        id: block.id.to_string(),
        height: block.header.height,
        timestamp: block.header.timestamp,
        reason: match block.status {
            BlockStatus::Stored => "less-work".to_owned(),
            BlockStatus::Connected => "reverted".to_owned(),
            BlockStatus::Invalid => "invalid".to_owned(),
        },
    };
    let rows: Vec<SideBlockView> = blocks.iter().map(row).collect();
    Ok(answer::json(&request, &view, &rows))
}

/// When the chain changed its mind.
async fn reorganisations(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let query = Query::of(&request);
    let (before, limit) = (query.number("before")?, query.limit()?);
    let read = move |view: &View| {
        let rows = view.reorganisations(before, limit)?;
        let next = rows.last().map(|(number, _)| *number);
        let next = next.filter(|number| *number > 0 && rows.len() == limit);
        let reorganisations = rows.iter().map(|(_, row)| reorganisation(row)).collect();
        Ok(ReorganisationList { since: view.log_since()?, reorganisations, next })
    };
    let (view, list) = context.read(read).await?;
    Ok(answer::json(&request, &view, &list))
}

fn reorganisation(row: &Reorganisation) -> ReorganisationView {
    ReorganisationView {
        time: row.time,
        fork: row.fork,
        reverted: row.reverted.iter().map(BlockId::to_string).collect(),
        depth: row.depth,
        connected: row.connected,
        tip: row.tip.to_string(),
        height: row.height,
    }
}
