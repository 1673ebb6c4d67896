//! The operator's interface: peers, a backup of the running node, and figures for monitoring.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{self, Bytes},
};
use futures_util::stream;
use shared::api::{AddPeer, BanPeer, OperatorPeersView};
use tokio::sync::mpsc;

use super::{
    Context, answer,
    body::{Query, parameter, read_json},
    error::HttpError,
    get,
};
use crate::peers::PeerError;

/// Bytes of one piece of an export.
const PIECE_BYTES: usize = 64 * 1_024;
/// Pieces that wait for a slow reader.
const PIECES: usize = 4;

pub(super) fn configure(routes: &mut web::ServiceConfig) {
    let peers = super::resource("/peers", "GET, HEAD, POST, DELETE")
        .route(super::reading(web::get().to(list)))
        .route(web::post().to(add))
        .route(web::delete().to(remove));
    routes.service(peers);
    let bans = super::resource("/peers/bans", "POST, DELETE")
        .route(web::post().to(ban))
        .route(web::delete().to(unban));
    routes.service(bans);
    routes.service(get("/export", web::get().to(export)));
}

fn peers(context: &Context) -> OperatorPeersView {
    OperatorPeersView { peers: context.relay.peers(), bans: context.relay.bans() }
}

async fn list(context: web::Data<Context>, request: HttpRequest) -> HttpResponse {
    answer::json(&request, &context.chain.view(), &peers(&context))
}

async fn add(
    context: web::Data<Context>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, HttpError> {
    let AddPeer { url } = read_json(&request, payload, context.limits.body_timeout).await?;
    context.relay.add(&url).await.map_err(|error| of_peer(error, "url"))?;
    Ok(answer::outcome(StatusCode::CREATED, &context.chain.view(), &peers(&context)))
}

async fn remove(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let query = Query::of(&request);
    let url = query.need("url")?;
    context.relay.remove(url).await.map_err(|error| of_peer(error, "url"))?;
    Ok(HttpResponse::NoContent().finish())
}

async fn ban(
    context: web::Data<Context>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, HttpError> {
    let BanPeer { peer } = read_json(&request, payload, context.limits.body_timeout).await?;
    context.relay.ban(&peer).await.map_err(|error| of_peer(error, "peer"))?;
    Ok(answer::outcome(StatusCode::CREATED, &context.chain.view(), &peers(&context)))
}

async fn unban(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let query = Query::of(&request);
    let host = query.need("host")?;
    context.relay.unban(host).await.map_err(|error| of_peer(error, "host"))?;
    Ok(HttpResponse::NoContent().finish())
}

fn of_peer(error: PeerError, field: &'static str) -> HttpError {
    let (code, detail) = (error.code(), error.to_string());
    let status = match error {
        PeerError::Unknown { url } => return HttpError::PeerNotFound { url },
        PeerError::Url { reason, .. } => return parameter(field, reason),
        PeerError::Host { .. } => return parameter(field, &detail),
        PeerError::NotBanned { .. } => StatusCode::NOT_FOUND,
        PeerError::AlreadyKnown { .. }
        | PeerError::TooMany { .. }
        | PeerError::Banned { .. }
        | PeerError::AlreadyBanned { .. }
        | PeerError::TooManyBans { .. } => StatusCode::CONFLICT,
        PeerError::Stopped => return HttpError::Stopping,
        PeerError::Save { .. } | PeerError::Client { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    };
    HttpError::Rule { status: status.as_u16(), code, detail }
}

/// The whole chain as of one tip, in the format of `halfpenny import`.
async fn export(context: web::Data<Context>) -> HttpResponse {
    let view = context.chain.view();
    let tip = view.tip();
    let (pieces, received) = mpsc::channel(PIECES);
    let failed = pieces.clone();
    let work = move || {
        let mut writer = io::BufWriter::with_capacity(PIECE_BYTES, Pieces(pieces));
        let exported = view.export(&mut writer).map_err(|error| error.to_string());
        let flushed = writer.flush().map_err(|error| error.to_string());
        if let Err(reason) = exported.and(flushed) {
            tracing::warn!("an export ended early: {reason}");
            // The answer has begun: cutting it off is the only way left to say that it is not whole.
            let _ = failed.blocking_send(Err(io::Error::other(reason)));
        }
    };
    tokio::task::spawn_blocking(work);
    let body = stream::unfold(received, |mut received| async move {
        received.recv().await.map(|piece| (piece, received))
    });
    let name = format!("attachment; filename=\"halfpenny-{}.chain\"", tip.height);
    HttpResponse::Ok()
        .content_type(shared::api::BYTES)
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((shared::api::TIP_HEADER, answer::tip_text(&tip)))
        .streaming(body)
}

/// Hands what is written to a stream; waits when its reader is slow.
struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        let gone = |_| io::Error::new(io::ErrorKind::BrokenPipe, "the reader has gone away");
        self.0.blocking_send(Ok(piece)).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `GET /metrics`: figures in the text format of Prometheus.
pub(super) async fn metrics(context: web::Data<Context>) -> HttpResponse {
    let view = context.chain.view();
    let tip = view.tip();
    let (count, bytes) = {
        let pool = view.pool();
        (pool.len(), pool.bytes())
    };
    let (connections, streams) = context.callers.open();
    let age = context.chain.now().saturating_sub(view.state().header().timestamp);
    let syncing = u8::from(context.relay.syncing());
    let peers = context.relay.connected();
    let transactions = view.transaction_count();
    let figures: [(&str, &str, &dyn std::fmt::Display); 9] = [
        ("height", "Height of the tip", &tip.height),
        ("tip_age_seconds", "Age of the tip", &age),
        ("transactions", "Transactions in the chain", &transactions),
        ("pool_transactions", "Transactions that wait", &count),
        ("pool_bytes", "Bytes of the transactions that wait", &bytes),
        ("peers", "Connected peers", &peers),
        ("syncing", "1 while blocks are still being fetched", &syncing),
        ("connections", "Open connections of the public listener", &connections),
        ("event_streams", "Open event streams", &streams),
    ];
    let mut text = String::new();
    for (name, help, value) in figures {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "# HELP halfpenny_{name} {help}.\n# TYPE halfpenny_{name} gauge\nhalfpenny_{name} {value}"
        );
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
}
