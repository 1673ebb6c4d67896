//! Transactions: one of them, its receipt, and the way into the pool.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use shared::{
    api::{
        CheckView, HistoryStep, Place, Submitted, TransactionProofView, TransactionStatus,
        TransactionView,
    },
    encode::{decode, encode},
    hash::{TransactionId, to_hex},
    limits::MAX_TRANSACTION_BYTES,
    rules::transaction_isolated::{self, CheckedTransaction},
    transaction::Transaction,
};

use super::{
    Context, answer,
    body::{parameter, read_canonical, segment, wants_bytes},
    error::HttpError,
    get, post,
};
use crate::{
    chain::{self, AdmitError, Confirmed, View},
    events::status_after,
    pool::PoolError,
};

pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(post("/transactions", web::post().to(submit)));
    routes.service(post("/transactions/check", web::post().to(check)));
    routes.service(get("/transactions/{id}", web::get().to(transaction)));
    routes.service(get("/transactions/{id}/proof", web::get().to(proof)));
}

fn id_of(request: &HttpRequest) -> Result<TransactionId, HttpError> {
    let id = TransactionId::parse(segment(request, "id"));
    id.ok_or_else(|| parameter("id", "must be 64 hex digits"))
}

async fn transaction(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let id = id_of(&request)?;
    let (view, (transaction, row)) = context.read(move |view| find(view, &id)).await?;
    if wants_bytes(&request) {
        return Ok(answer::bytes_for_ever(&request, &view, &id.to_string(), encode(&transaction)));
    }
    Ok(answer::json(&request, &view, &row))
}

fn find(view: &View, id: &TransactionId) -> Result<(Transaction, TransactionView), HttpError> {
    let pending = |waiting: &CheckedTransaction| {
        TransactionView::pending(view.chain(), id, waiting.transaction())
    };
    match view.status(id)? {
        chain::TransactionStatus::Confirmed(confirmed) => {
            let row = confirmed_view(view, id, &confirmed);
            Ok((confirmed.transaction, row))
        }
        chain::TransactionStatus::Pending(waiting) => {
            Ok((waiting.transaction().clone(), pending(&waiting)))
        }
        chain::TransactionStatus::Gone(gone, removal) => {
            // Confirmed in a block that this view does not see yet, or sees no more.
            let row = match status_after(&removal) {
                Some(status) => pending(&gone).gone(status, removal.code()),
                None => pending(&gone).gone(TransactionStatus::Pending, removal.code()),
            };
            Ok((gone.transaction().clone(), row))
        }
        chain::TransactionStatus::Unknown => {
            Err(HttpError::TransactionNotFound { wanted: id.to_string() })
        }
    }
}

/// The view of a transaction of the main chain.
pub(super) fn confirmed_view(
    view: &View,
    id: &TransactionId,
    confirmed: &Confirmed,
) -> TransactionView {
    let place = Place {
        block: confirmed.block,
        height: confirmed.height,
        index: confirmed.index,
        timestamp: confirmed.timestamp,
        confirmations: (view.height() + 1).saturating_sub(confirmed.height),
    };
    TransactionView::confirmed(view.chain(), id, &confirmed.transaction, &place)
}

async fn proof(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let id = id_of(&request)?;
    let (view, receipt) = context
        .read(move |view| {
            let missing = || HttpError::TransactionNotFound { wanted: id.to_string() };
            view.receipt(&id)?.ok_or_else(missing)
        })
        .await?;
    let history = receipt.history.iter().flat_map(|proof| proof.path.iter());
    let proof = TransactionProofView {
        transaction: to_hex(&encode(&receipt.confirmed.transaction)),
        index: receipt.confirmed.index,
        path: receipt.path.iter().map(ToString::to_string).collect(),
        header: to_hex(&encode(&receipt.header)),
        tip: to_hex(&encode(view.state().header())),
        history: history.map(HistoryStep::from).collect(),
    };
    Ok(answer::json(&request, &view, &proof))
}

/// Decodes a transaction, asks what the pool asks, and only then checks signatures: whoever sends what
/// could not be accepted anyway costs no more than that.
fn judge(view: &View, bytes: &[u8]) -> Result<CheckedTransaction, HttpError> {
    let transaction: Transaction = decode(bytes, MAX_TRANSACTION_BYTES)?;
    view.precheck(&transaction)?;
    Ok(transaction_isolated::check(transaction, &view.chain().genesis_id())?)
}

async fn submit(
    context: web::Data<Context>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, HttpError> {
    let deadline = context.limits.body_timeout;
    let bytes = read_canonical(&request, payload, MAX_TRANSACTION_BYTES, deadline).await?;
    let id = shared::transaction::id_of_bytes(&bytes);
    let view = context.chain.view();
    let submitted = Submitted { id: id.to_string() };
    // Whoever got no answer and sends it again is told that all is well.
    let is_known = view.pool().contains(&id);
    if is_known {
        return Ok(answer::outcome(StatusCode::OK, &view, &submitted));
    }
    let transaction: Transaction = decode(&bytes, MAX_TRANSACTION_BYTES)?;
    let status = match context.chain.admit(transaction).await {
        Ok(_) => StatusCode::ACCEPTED,
        Err(AdmitError::Pool(PoolError::AlreadyKnown)) => StatusCode::OK,
        Err(AdmitError::Pool(error)) => return Err(error.into()),
        Err(AdmitError::Transaction(error)) => return Err(error.into()),
    };
    Ok(answer::outcome(status, &context.chain.view(), &submitted))
}

async fn check(
    context: web::Data<Context>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, HttpError> {
    let deadline = context.limits.body_timeout;
    let bytes = read_canonical(&request, payload, MAX_TRANSACTION_BYTES, deadline).await?;
    let (view, verdict) = context.read(move |view| Ok(judge(view, &bytes))).await?;
    let verdict = match verdict {
        Ok(_) => CheckView { accepted: true, code: None, detail: None },
        Err(error) => CheckView {
            accepted: false,
            code: Some(error.code().to_owned()),
            detail: Some(error.to_string()),
        },
    };
    Ok(answer::outcome(StatusCode::OK, &view, &verdict))
}
