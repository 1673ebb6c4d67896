//! Answers: which tip they were read at, whether the caller has them already, how long they hold.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, ETag, EntityTag, Header as _, IfNoneMatch},
    },
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use shared::{
    api::{BYTES, TIP_HEADER},
    hash::to_hex,
};

use crate::chain::{Tip, View};

use super::error::HttpError;

/// What never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// What is asked for again each time, and answered with 304 while it is the same.
const ASK_FIRST: &str = "no-cache";

/// `<height>:<id>`.
#[must_use]
pub(super) fn tip_text(tip: &Tip) -> String {
    format!("{}:{}", tip.height, tip.id)
}

/// JSON that may be another at the next tip.
#[must_use]
pub(super) fn json(request: &HttpRequest, view: &View, value: &impl Serialize) -> HttpResponse {
    json_with(StatusCode::OK, request, view, value)
}

/// The outcome of a request that changed something.
#[must_use]
pub(super) fn outcome(status: StatusCode, view: &View, value: &impl Serialize) -> HttpResponse {
    let mut response = HttpResponseBuilder::new(status);
    response.insert_header((TIP_HEADER, tip_text(&view.tip())));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.json(value)
}

fn json_with(
    status: StatusCode,
    request: &HttpRequest,
    view: &View,
    value: &impl Serialize,
) -> HttpResponse {
    let Ok(body) = serde_json::to_vec(value) else {
        return actix_web::ResponseError::error_response(&HttpError::Internal);
    };
    let digest = Sha256::digest(&body);
    let tag = to_hex(digest.get(..16).unwrap_or_default());
    respond(status, request, view, &tag, ASK_FIRST, "application/json", body)
}

/// Canonical bytes that may be others at the next tip.
#[must_use]
pub(super) fn bytes(request: &HttpRequest, view: &View, body: Vec<u8>) -> HttpResponse {
    let digest = Sha256::digest(&body);
    let tag = to_hex(digest.get(..16).unwrap_or_default());
    respond(StatusCode::OK, request, view, &tag, ASK_FIRST, BYTES, body)
}

/// Canonical bytes that were asked for by `id`, their hash: they never change.
#[must_use]
pub(super) fn bytes_for_ever(
    request: &HttpRequest,
    view: &View,
    id: &str,
    body: Vec<u8>,
) -> HttpResponse {
    respond(StatusCode::OK, request, view, id, FOR_EVER, BYTES, body)
}

fn respond(
    status: StatusCode,
    request: &HttpRequest,
    view: &View,
    tag: &str,
    cache: &'static str,
    content_type: &'static str,
    body: Vec<u8>,
) -> HttpResponse {
    let tag = EntityTag::new_strong(tag.to_owned());
    let known = is_known_to(request, &tag);
    let mut response =
        HttpResponseBuilder::new(if known { StatusCode::NOT_MODIFIED } else { status });
    response.insert_header((TIP_HEADER, tip_text(&view.tip())));
    response.insert_header((header::CACHE_CONTROL, cache));
    response.insert_header((header::VARY, "accept"));
    response.insert_header(ETag(tag));
    if known {
        return response.finish();
    }
    response.content_type(content_type).body(body)
}

fn is_known_to(request: &HttpRequest, tag: &EntityTag) -> bool {
    if !request.headers().contains_key(header::IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}
