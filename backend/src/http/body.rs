//! Reading requests: bodies with a limit and a deadline, parameters with a name for what is wrong.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    http::header,
    web::{self, Bytes, BytesMut},
};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use shared::{
    account::{AccountId, Address},
    api::{BYTES, MAX_PAGE, SubmitHex},
    params::Chain,
};

use super::error::HttpError;

/// Rows in a page when none are asked for.
const DEFAULT_PAGE: usize = 20;
/// A JSON body that holds no bytes of the chain, at most.
pub(super) const MAX_JSON_BYTES: usize = 4_096;

/// Reads a body of at most `limit` bytes that arrives within `deadline`.
///
/// # Errors
///
/// When it is larger (nothing of it is read if its length is announced), late, or interrupted.
pub(super) async fn read(
    request: &HttpRequest,
    mut payload: web::Payload,
    limit: usize,
    deadline: Duration,
) -> Result<Bytes, HttpError> {
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit))
    {
        return Err(HttpError::TooLarge { limit });
    }
    let whole = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk =
                chunk.map_err(|error| HttpError::Interrupted { reason: error.to_string() })?;
            if body.len().saturating_add(chunk.len()) > limit {
                return Err(HttpError::TooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    let late = |_| HttpError::Timeout { seconds: deadline.as_secs() };
    tokio::time::timeout(deadline, whole).await.map_err(late)?
}

/// Reads canonical bytes, at most `limit` of them: as they are, or as `{"hex": …}`.
///
/// # Errors
///
/// As [`read`]; and when the media type is another, or the JSON or the hex is none.
pub(super) async fn read_canonical(
    request: &HttpRequest,
    payload: web::Payload,
    limit: usize,
    deadline: Duration,
) -> Result<Bytes, HttpError> {
    match media_type(request).as_deref() {
        None | Some(BYTES) => read(request, payload, limit, deadline).await,
        Some("application/json") => {
            // Two digits a byte, and the braces.
            let limit_json = limit.saturating_mul(2).saturating_add(64);
            let body = read(request, payload, limit_json, deadline).await;
            let body = body.map_err(|error| match error {
                HttpError::TooLarge { .. } => HttpError::TooLarge { limit },
                other => other,
            })?;
            let SubmitHex { hex } = from_json(&body)?;
            let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes());
            let bytes = bytes.map_err(|error| HttpError::Json {
                reason: format!("hex: {error}"),
                field: Some("hex".to_owned()),
            })?;
            if bytes.len() > limit {
                return Err(HttpError::TooLarge { limit });
            }
            Ok(bytes.into())
        }
        Some(_) => {
            Err(HttpError::MediaType { expected: "application/octet-stream or application/json" })
        }
    }
}

/// Reads a small JSON body. Its media type must say so: a page of another origin cannot send that
/// without being asked first.
///
/// # Errors
///
/// As [`read`]; and when the media type is another, or the JSON is not a `T`.
pub(super) async fn read_json<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: web::Payload,
    deadline: Duration,
) -> Result<T, HttpError> {
    if media_type(request).as_deref() != Some("application/json") {
        return Err(HttpError::MediaType { expected: "application/json" });
    }
    from_json(&read(request, payload, MAX_JSON_BYTES, deadline).await?)
}

fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, HttpError> {
    serde_json::from_slice(body).map_err(|error| {
        let reason = error.to_string();
        // Serde names a missing or unknown field in backquotes, and nowhere else.
        let named = reason.contains("field `").then(|| reason.split('`').nth(1)).flatten();
        HttpError::Json { field: named.map(str::to_owned), reason }
    })
}

/// The media type of the body in lower case, without parameters.
fn media_type(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::CONTENT_TYPE)?;
    let value = String::from_utf8_lossy(value.as_bytes());
    let kind = value.split(';').next().unwrap_or_default().trim();
    Some(kind.to_ascii_lowercase())
}

/// Whether the caller would rather have canonical bytes than JSON.
#[must_use]
pub(super) fn wants_bytes(request: &HttpRequest) -> bool {
    let accept = request.headers().get_all(header::ACCEPT);
    accept.filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|part| part.split(';').next().is_some_and(|kind| kind.trim() == BYTES))
    })
}

/// The parameters of a query.
#[derive(Debug)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query of a request.
    #[must_use]
    pub(super) fn of(request: &HttpRequest) -> Self {
        // Decoding a query into pairs of strings does not fail; were it to, there are none.
        let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        Self(pairs.map(web::Query::into_inner).unwrap_or_default())
    }

    /// The value of a parameter, if it is there and not empty.
    #[must_use]
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
        values.next().map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value of a parameter that must be there.
    ///
    /// # Errors
    ///
    /// When it is not.
    pub(super) fn need(&self, name: &'static str) -> Result<&str, HttpError> {
        self.get(name).ok_or_else(|| parameter(name, "missing"))
    }

    /// A whole number, if it is there.
    ///
    /// # Errors
    ///
    /// When it is no whole number.
    pub(super) fn number(&self, name: &'static str) -> Result<Option<u64>, HttpError> {
        let parse =
            |text: &str| text.parse().map_err(|_| parameter(name, "must be a whole number"));
        self.get(name).map(parse).transpose()
    }

    /// How many rows a page has.
    ///
    /// # Errors
    ///
    /// When it is not 1 to 100.
    pub(super) fn limit(&self) -> Result<usize, HttpError> {
        let wanted = self.number("limit")?.map(usize::try_from).transpose();
        match wanted {
            Ok(None) => Ok(DEFAULT_PAGE),
            Ok(Some(limit @ 1..=MAX_PAGE)) => Ok(limit),
            _ => Err(parameter("limit", "must be 1 to 100")),
        }
    }
}

/// The error of a parameter.
#[must_use]
pub(super) fn parameter(field: &'static str, reason: &str) -> HttpError {
    HttpError::Parameter { field, reason: reason.to_owned() }
}

/// A segment of the path.
#[must_use]
pub(super) fn segment<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.match_info().get(name).unwrap_or_default()
}

/// Reads an address of the chain.
///
/// # Errors
///
/// Says what is wrong with it.
pub(super) fn address(
    text: &str,
    field: &'static str,
    chain: &Chain,
) -> Result<AccountId, HttpError> {
    let address = Address::parse(text, chain.prefix());
    address.map(|address| address.account).map_err(|error| HttpError::Address { field, error })
}
