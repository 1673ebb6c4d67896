//! Work for miners, and what they found.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use shared::{
    api::{SubmittedBlock, TemplateView},
    encode::encode,
    hash::to_hex,
    template::Template,
};

use super::{
    Context, answer,
    body::{Query, address, read_canonical, wants_bytes},
    error::HttpError,
    get,
};
use crate::chain::{self, Imported, View};

pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(get("/mining/template", web::get().to(template)));
}

async fn template(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let query = Query::of(&request);
    let miner = address(query.need("to")?, "to", context.chain.chain())?;
    let now = context.chain.now();
    // Only a balance at the end of the range of amounts leaves no block to make.
    let read = move |view: &View| view.template(miner, now).ok_or(HttpError::Internal);
    let (view, template) = context.read(read).await?;
    if wants_bytes(&request) {
        return Ok(answer::bytes(&request, &view, encode(&template.block)));
    }
    Ok(answer::json(&request, &view, &view_of(&view, &template)))
}

fn view_of(view: &View, template: &Template) -> TemplateView {
    let header = &template.block.header;
    let transactions = template.block.transactions.iter();
    TemplateView {
        header: to_hex(&encode(header)),
        core: header.core().to_string(),
        target: header.target.to_string(),
        height: header.height,
        reward: template.reward.mites(),
        fees: template.fees.mites(),
        transactions: transactions.map(|transaction| to_hex(&encode(transaction))).collect(),
        parent: to_hex(&encode(view.state().header())),
    }
}

/// `POST /blocks`.
pub(super) async fn submit(
    context: web::Data<Context>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, HttpError> {
    let limit = context.chain.chain().max_block_bytes();
    let bytes = read_canonical(&request, payload, limit, context.limits.body_timeout).await?;
    let check = move |view: &View| Ok(chain::check_block_bytes(&bytes, view)?);
    let (_, block) = context.read(check).await?;
    let id = block.id();
    let (status, outcome) = match context.chain.submit_block(block).await? {
        Imported::Known => (StatusCode::OK, "known"),
        Imported::Orphan { .. } => (StatusCode::ACCEPTED, "orphan"),
        Imported::Later { .. } => (StatusCode::ACCEPTED, "waiting"),
        Imported::Side => (StatusCode::CREATED, "side"),
        Imported::Changed(_) => (StatusCode::CREATED, "connected"),
    };
    let submitted = SubmittedBlock { id: id.to_string(), outcome: outcome.to_owned() };
    Ok(answer::outcome(status, &context.chain.view(), &submitted))
}
