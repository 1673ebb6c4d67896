//! A name for each request, so that what somebody was answered is found again in the log: it is in the
//! answer's header, and on every line that is logged while the request is answered.

use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering},
};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method, StatusCode,
        header::{HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use tracing::Instrument as _;

use super::error::HttpError;

/// Where an answer says its name.
pub(super) const HEADER: &str = "x-request-id";

/// Names a request, lets it be answered, and logs it if that fails.
///
/// # Errors
///
/// Never by itself; an error is passed on with the name in its answer.
pub(super) async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = new_id();
    let span = tracing::error_span!("request", id);
    let method = request.method().clone();
    match next.call(request).instrument(span.clone()).await {
        Ok(mut response) => {
            let error = response.response().error();
            let code = error.and_then(|error| error.as_error::<HttpError>()).map(HttpError::code);
            let route = response.request().match_pattern();
            span.in_scope(|| tell(&method, route.as_deref(), response.status(), code));
            put(response.headers_mut(), &id);
            Ok(response)
        }
        Err(error) => {
            let mut response = error.error_response();
            span.in_scope(|| tell(&method, None, response.status(), None));
            put(response.headers_mut(), &id);
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// Logs what failed. What somebody else did wrong, and what passes by itself, is for those who look for it. The
/// route is logged and not the path, which may name an account.
fn tell(method: &Method, route: Option<&str>, status: StatusCode, code: Option<&str>) {
    let (route, code) = (route.unwrap_or("an unknown route"), code.unwrap_or_default());
    let number = status.as_u16();
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::warn!(status = number, code, "{method} {route} failed with {status}");
    } else if status.is_client_error() || status.is_server_error() {
        tracing::debug!(status = number, code, "{method} {route} was refused with {status}");
    }
}

fn put(headers: &mut HeaderMap, id: &str) {
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static(HEADER), value);
    }
}

/// 16 hexadecimal digits that no other request of this node has had, in practice also before it was
/// started.
fn new_id() -> String {
    static FIRST: LazyLock<u64> = LazyLock::new(|| {
        let mut bytes = [0; 8];
        // Without chance ids begin at 0 again: nothing secret depends on it.
        let _ = getrandom::fill(&mut bytes);
        u64::from_le_bytes(bytes)
    });
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{:016x}", FIRST.wrapping_add(COUNT.fetch_add(1, Ordering::Relaxed)))
}
