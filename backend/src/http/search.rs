//! `GET /search`: from what somebody typed to where it is.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::{
    account::{Address, AddressError},
    api::SearchView,
    hash::{BlockId, TransactionId},
};

use super::{Context, answer, body::Query, error::HttpError, get};
use crate::chain::{TransactionStatus, View};

/// Blocks among which the beginning of an id is looked for.
const RECENT_BLOCKS: usize = 100;
/// Blocks whose transactions are looked through as well.
const RECENT_BODIES: usize = 20;
/// Digits of an id that are enough to look for it.
const LEAST_DIGITS: usize = 4;
/// No height has more digits; an id of nothing but digits is no height.
const HEIGHT_DIGITS: usize = 20;
/// No height, id or address is longer.
const MOST_CHARACTERS: usize = 128;

pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(get("/search", web::get().to(search)));
}

async fn search(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let query = Query::of(&request);
    let wanted: String = query.need("q")?.trim().chars().take(MOST_CHARACTERS).collect();
    let (view, found) = context.read(move |view| find(view, &wanted)).await?;
    Ok(answer::json(&request, &view, &found))
}

fn find(view: &View, wanted: &str) -> Result<SearchView, HttpError> {
    let nothing = || HttpError::NothingFound { wanted: wanted.to_owned() };
    let found = |kind: &str, value: String| Ok(SearchView { kind: kind.to_owned(), value });
    match Address::parse(wanted, view.chain().prefix()) {
        Ok(address) => return found("account", address.to_text(view.chain().prefix())),
        Err(AddressError::NotAnAddress { .. } | AddressError::Empty) => {}
        // It was meant to be an address; what is wrong with it helps more than "nothing found".
        Err(error) => return Err(HttpError::Address { field: "q", error }),
    }
    if let Some(id) = by_height(view, wanted)? {
        return found("block", id.to_string());
    }
    if let Some(id) = BlockId::parse(wanted)
        && view.block(&id)?.is_some()
    {
        return found("block", id.to_string());
    }
    if let Some(id) = TransactionId::parse(wanted) {
        let is_known = !matches!(view.status(&id)?, TransactionStatus::Unknown);
        return if is_known { found("transaction", id.to_string()) } else { Err(nothing()) };
    }
    let is_prefix = (LEAST_DIGITS..64).contains(&wanted.len())
        && wanted.bytes().all(|byte| byte.is_ascii_hexdigit());
    let recent = if is_prefix { by_prefix(view, &wanted.to_ascii_lowercase())? } else { None };
    recent.ok_or_else(nothing)
}

fn by_height(view: &View, wanted: &str) -> Result<Option<BlockId>, HttpError> {
    let is_number = (1..=HEIGHT_DIGITS).contains(&wanted.len())
        && wanted.bytes().all(|byte| byte.is_ascii_digit());
    let height = is_number.then(|| wanted.parse().ok()).flatten();
    Ok(height.map(|height| view.block_id_at(height)).transpose()?.flatten())
}

/// The newest block or transaction whose id begins with these digits.
fn by_prefix(view: &View, digits: &str) -> Result<Option<SearchView>, HttpError> {
    let fits = |kind: &str, value: String| {
        value.starts_with(digits).then(|| SearchView { kind: kind.to_owned(), value })
    };
    let waiting = view.pool().ids();
    let mut waiting = waiting.iter().filter_map(|id| fits("transaction", id.to_string()));
    if let Some(found) = waiting.next() {
        return Ok(Some(found));
    }
    for (number, block) in view.blocks_before(None, RECENT_BLOCKS)?.iter().enumerate() {
        if let Some(found) = fits("block", block.id.to_string()) {
            return Ok(Some(found));
        }
        if number >= RECENT_BODIES || block.header.transaction_count == 0 {
            continue;
        }
        let Some(body) = view.full_block(&block.id)? else { continue };
        let mut ids = body.transactions.iter().map(|transaction| transaction.id().to_string());
        if let Some(found) = ids.find_map(|id| fits("transaction", id)) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
