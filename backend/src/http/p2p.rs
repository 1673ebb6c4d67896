//! `/p2p/v1`: what nodes ask of each other. Canonical bytes in, canonical bytes out; every body has
//! its own limit and deadline.

use super::callers::Caller;
use crate::relay::Handle;
use crate::relay::messages::{
    Announcement, BatchIds, Locator, MAX_BATCH, MAX_BATCH_BYTES, MAX_GROUP_BYTES, MAX_POOL_BYTES,
    MAX_PROOF_BYTES, MAX_SMALL_BYTES, PoolOffer, Proof,
};
use crate::relay::serve::Refusal;
use crate::sync::fault::Fault;
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Bytes, BytesMut, Data, Path, Payload, Query, ServiceConfig};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use borsh::{BorshDeserialize, BorshSerialize};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;
use shared::api::{BYTES, P2P};
use shared::encode::{decode, encode};
use shared::hash::BlockId;
use std::fmt;
use std::time::Duration;

/// A body has arrived after so long, or is not waited for.
const BODY_DEADLINE: Duration = Duration::from_secs(30);

/// Adds the routes. They need [`Handle`] as app data.
pub fn configure(config: &mut ServiceConfig) {
    let routes = web::scope(P2P)
        .route("/hello", web::get().to(hello))
        .route("/stream", web::get().to(follow))
        .route("/blocks/{id}", web::get().to(block))
        .route("/bodies", web::get().to(bodies))
        .route("/locate", web::post().to(locate))
        .route("/announce", web::post().to(announce))
        .route("/headers", web::post().to(headers))
        .route("/blocks", web::post().to(push))
        .route("/transactions", web::post().to(transactions))
        .route("/pool", web::post().to(pool))
        .route("/pool/transactions", web::post().to(pool_transactions));
    config.service(routes);
}

/// Who asks: the instance id of its own `GET /hello`, and the key of its link.
#[derive(Deserialize)]
struct Asker {
    #[serde(default)]
    id: String,
    #[serde(default)]
    key: String,
}

impl Asker {
    fn instance(&self) -> Result<u128, Problem> {
        number(&self.id)
    }

    fn key(&self) -> Result<u128, Problem> {
        number(&self.key)
    }
}

fn number(hex: &str) -> Result<u128, Problem> {
    u128::from_str_radix(hex, 16).map_err(|_| Problem::Malformed)
}

#[derive(Deserialize)]
struct Range {
    from: u64,
    count: usize,
}

async fn hello(relay: Data<Handle>) -> HttpResponse {
    message(&relay.hello())
}

async fn follow(
    relay: Data<Handle>,
    asker: Query<Asker>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    // Behind a proxy the caller is not who holds the connection.
    let caller = request.extensions().get::<Caller>().map(|caller| caller.key);
    let address = caller.or_else(|| request.peer_addr().map(|peer| peer.ip()));
    let receiver = relay.follow(asker.instance()?, asker.key()?, address)?;
    let frames = stream::unfold(receiver, |mut receiver| async move {
        let frame = receiver.recv().await?;
        Some((Ok::<_, actix_web::Error>(frame), receiver))
    });
    Ok(answer().streaming(frames))
}

async fn block(relay: Data<Handle>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = BlockId::parse(&id).ok_or(Problem::Malformed)?;
    let bytes = relay.block(id).await?;
    Ok(answer().body(bytes))
}

async fn bodies(relay: Data<Handle>, range: Query<Range>) -> Result<HttpResponse, Problem> {
    let bytes = relay.bodies(range.from, range.count).await?;
    Ok(answer().body(bytes))
}

async fn locate(relay: Data<Handle>, payload: Payload) -> Result<HttpResponse, Problem> {
    let locator: Locator = read_message(payload, MAX_SMALL_BYTES).await?;
    Ok(message(&relay.locate(locator).await?))
}

async fn announce(
    relay: Data<Handle>,
    asker: Query<Asker>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let announcement: Announcement = read_message(payload, MAX_SMALL_BYTES).await?;
    Ok(message(&relay.announced(asker.key()?, announcement).await?))
}

async fn headers(relay: Data<Handle>, payload: Payload) -> Result<HttpResponse, Problem> {
    let proof: Proof = read_message(payload, MAX_PROOF_BYTES).await?;
    Ok(message(&relay.proven(proof).await?))
}

async fn push(relay: Data<Handle>, payload: Payload) -> Result<HttpResponse, Problem> {
    let blobs = read_body(payload, MAX_GROUP_BYTES).await?;
    Ok(message(&relay.pushed(blobs).await?))
}

async fn transactions(
    relay: Data<Handle>,
    asker: Query<Asker>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let key = asker.key()?;
    let blobs = read_body(payload, MAX_BATCH_BYTES).await?;
    relay.sent_transactions(key, blobs).await?;
    Ok(answer().finish())
}

async fn pool(relay: Data<Handle>, payload: Payload) -> Result<HttpResponse, Problem> {
    let offer: PoolOffer = read_message(payload, MAX_POOL_BYTES).await?;
    Ok(message(&relay.offered(offer).await?))
}

async fn pool_transactions(relay: Data<Handle>, payload: Payload) -> Result<HttpResponse, Problem> {
    let ids: BatchIds = read_message(payload, 4 + MAX_BATCH * 32).await?;
    let bytes = relay.pooled(ids).await?;
    Ok(answer().body(bytes))
}

fn answer() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, BYTES))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    response
}

fn message<T: BorshSerialize>(message: &T) -> HttpResponse {
    answer().body(encode(message))
}

async fn read_message<T: BorshDeserialize>(payload: Payload, limit: usize) -> Result<T, Problem> {
    let bytes = read_body(payload, limit).await?;
    decode(&bytes, limit).map_err(|_| Problem::Malformed)
}

/// Reads a body no further than its limit and no longer than its deadline.
async fn read_body(mut payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    let read = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Problem::Malformed)?;
            if body.len() + chunk.len() > limit {
                return Err(Problem::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    tokio::time::timeout(BODY_DEADLINE, read).await.map_err(|_| Problem::TooSlow)?
}

/// Why there is no answer. The body of the response is the code, as text.
#[derive(Debug)]
enum Problem {
    Malformed,
    TooLarge,
    TooSlow,
    Refused(Refusal),
}

impl Problem {
    const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::TooSlow => "timeout",
            Self::Refused(refusal) => refusal.code(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Malformed | Self::Refused(Refusal::Bad(Fault::Malformed)) => {
                StatusCode::BAD_REQUEST
            }
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Refused(Refusal::NotFound) => StatusCode::NOT_FOUND,
            Self::Refused(Refusal::Busy) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Refused(Refusal::Bad(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code())
            .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
            .body(self.code())
    }
}
