//! Controls for development and classes: blocks at the push of a button. Only where the chain says so.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use shared::{
    account::AccountId,
    api::{DevFaucet, DevMine, DevMined},
    pow,
};

use super::{
    Context, answer,
    body::{address, parameter, read_json},
    error::HttpError,
    post,
};
use crate::chain::{Imported, View, check_block};

/// Blocks that one request mines, at most.
const MAX_BLOCKS: u32 = 100;
/// Times that a block is made anew because another one came first.
const ATTEMPTS: usize = 10;

pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(post("/dev/mine", web::post().to(mine)));
    routes.service(post("/dev/faucet", web::post().to(faucet)));
}

async fn mine(
    context: web::Data<Context>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, HttpError> {
    need_dev_chain(&context)?;
    let DevMine { count, to } = read_json(&request, payload, context.limits.body_timeout).await?;
    if !(1..=MAX_BLOCKS).contains(&count) {
        return Err(parameter("count", "must be 1 to 100"));
    }
    let miner = address(&to, "to", context.chain.chain())?;
    mine_blocks(&context, miner, count).await
}

async fn faucet(
    context: web::Data<Context>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, HttpError> {
    need_dev_chain(&context)?;
    let DevFaucet { to } = read_json(&request, payload, context.limits.body_timeout).await?;
    let miner = address(&to, "to", context.chain.chain())?;
    mine_blocks(&context, miner, 1).await
}

fn need_dev_chain(context: &Context) -> Result<(), HttpError> {
    if context.chain.chain().parameters().dev { Ok(()) } else { Err(HttpError::NotADevChain) }
}

async fn mine_blocks(
    context: &Context,
    miner: AccountId,
    count: u32,
) -> Result<HttpResponse, HttpError> {
    let mut blocks = Vec::new();
    for _ in 0..count {
        blocks.push(mine_block(context, miner).await?);
    }
    Ok(answer::outcome(StatusCode::OK, &context.chain.view(), &DevMined { blocks }))
}

async fn mine_block(context: &Context, miner: AccountId) -> Result<String, HttpError> {
    for _ in 0..ATTEMPTS {
        let now = context.chain.now();
        let make = move |view: &View| {
            let template = view.template(miner, now).ok_or(HttpError::Internal)?;
            let mut block = template.block;
            let (core, target) = (block.header.core(), block.header.target);
            // A dev chain's difficulty is fixed and low: 2^40 attempts are far more than enough.
            block.header.nonce =
                pow::first_hit(&core, &target, 0, 1 << 40).ok_or(HttpError::Internal)?;
            Ok(check_block(block, view)?)
        };
        let (_, block) = context.read(make).await?;
        let id = block.id().to_string();
        if let Imported::Changed(_) = context.chain.submit_block(block).await? {
            return Ok(id);
        }
    }
    Err(HttpError::Busy)
}
