//! What every request passes and every answer carries, whatever the route: the name check, the limits
//! of callers, the security headers, CORS, and the last line against panics.

use std::{
    net::IpAddr,
    panic::AssertUnwindSafe,
    sync::{Arc, LazyLock},
};

use actix_web::{
    Error, HttpMessage as _, HttpResponse, ResponseError as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use futures_util::FutureExt as _;
use shared::api::{ADMIN, API, LISTENER_HEADER, P2P, TIP_HEADER};

use super::{Context, Listener, answer, assets, callers::Connection, error::HttpError};

/// Scripts come from here or are the one inline script that starts the app; everything else comes
/// from here or not at all.
static CONTENT_SECURITY_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let inline: String =
        assets::inline_script_hashes().iter().map(|hash| format!(" {hash}")).collect();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{inline}; worker-src 'self'; \
         connect-src 'self'; img-src 'self' data:; style-src 'self'; font-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    // Hashes are base64, so the text is always a header's.
    HeaderValue::try_from(policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
});

const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (
        header::PERMISSIONS_POLICY,
        "camera=(self), clipboard-write=(self), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Lets a request through to its route, if it may, and completes the answer.
///
/// # Errors
///
/// Never by itself; what a route could not turn into an answer is passed on as one.
pub(super) async fn around(
    context: Arc<Context>,
    listener: Listener,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let path = request.path().to_owned();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let cors = listener == Listener::Public
        && has_cors(&path, is_read || *request.method() == Method::OPTIONS);
    let trustworthy = is_trustworthy(request.connection_info().host());
    let finish = |headers: &mut HeaderMap| {
        complete(headers, cors);
        if listener == Listener::Admin {
            let (name, value) = LISTENER_HEADER;
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        if trustworthy {
            let same_origin = HeaderValue::from_static("same-origin");
            headers.insert(header::CROSS_ORIGIN_OPENER_POLICY, same_origin);
        }
        if path.starts_with(API) && !headers.contains_key(TIP_HEADER) {
            let tip = answer::tip_text(&context.chain.view().tip());
            if let Ok(value) = HeaderValue::try_from(tip) {
                headers.insert(HeaderName::from_static(TIP_HEADER), value);
            }
        }
    };
    if let Err(error) = admit(&context, listener, &request) {
        let mut response = error.error_response();
        finish(response.headers_mut());
        return Ok(request.into_response(response));
    }
    if cors && *request.method() == Method::OPTIONS {
        let mut response = HttpResponse::NoContent();
        response.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"));
        response
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type, last-event-id"));
        response.insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400"));
        let mut response = response.finish();
        finish(response.headers_mut());
        return Ok(request.into_response(response));
    }
    // The panic hook has logged a panic; the connection and the node go on.
    let outcome = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    match outcome {
        Ok(Ok(mut response)) => {
            finish(response.headers_mut());
            Ok(response.map_into_boxed_body())
        }
        Ok(Err(error)) => {
            let mut response = error.error_response();
            finish(response.headers_mut());
            Err(InternalError::from_response(error, response).into())
        }
        Err(_) => {
            let mut response = HttpError::Internal.error_response();
            finish(response.headers_mut());
            Err(InternalError::from_response(HttpError::Internal, response).into())
        }
    }
}

/// Whether a request may go on to its route.
fn admit(context: &Context, listener: Listener, request: &ServiceRequest) -> Result<(), HttpError> {
    if request.conn_data::<Connection>().is_some_and(|connection| connection.slot.is_none()) {
        return Err(HttpError::TooManyOpen { what: "connections" });
    }
    check_host(request, &context.limits.hosts)?;
    let caller = context.callers.of(request.request());
    context.callers.count_request(caller)?;
    if request.path().starts_with(P2P) && context.relay.is_banned(caller.key) {
        return Err(HttpError::Banned);
    }
    request.extensions_mut().insert(caller);
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(HttpError::ContentEncoding);
    }
    let private = request.path().starts_with(ADMIN) || request.path() == "/metrics";
    if listener == Listener::Admin && private {
        context.token.check(request.headers())?;
    }
    Ok(())
}

/// A page of another origin can make a browser call this node by a name that resolves to it, and would
/// then count as the node's own page. So only names that its operator gave are answered, and IP
/// addresses, which nobody else can make resolve to anything.
fn check_host(request: &ServiceRequest, allowed: &[String]) -> Result<(), HttpError> {
    let mut hosts = request.headers().get_all(header::HOST);
    let host = hosts.next().and_then(|host| host.to_str().ok()).unwrap_or_default();
    if hosts.next().is_some() {
        return Err(HttpError::Host { host: "two names at once".to_owned() });
    }
    if is_own_name(host, allowed) { Ok(()) } else { Err(HttpError::Host { host: host.to_owned() }) }
}

fn is_own_name(host: &str, allowed: &[String]) -> bool {
    let host = host.to_ascii_lowercase();
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((ip, port)) if matches!(ip.parse(), Ok(IpAddr::V6(_))) => ("localhost", port),
            _ => return false,
        },
        None => match host.split_once(':') {
            Some((name, _)) => (name, host.strip_prefix(name).unwrap_or_default()),
            None => (host.as_str(), ""),
        },
    };
    let port = port.strip_prefix(':').unwrap_or(port);
    let is_port = port.is_empty() || port.parse::<u16>().is_ok();
    let is_ip = matches!(name.parse(), Ok(IpAddr::V4(_)));
    is_port && (is_ip || name == "localhost" || allowed.iter().any(|allowed| allowed == name))
}

/// Reading, and submitting what is signed or mined, is open to every page: it needs no credentials and
/// does nothing that its sender could not do from elsewhere.
fn has_cors(path: &str, is_read: bool) -> bool {
    let submits = ["/transactions", "/transactions/check", "/blocks"];
    let Some(route) = path.strip_prefix(API) else { return false };
    // Dev controls would let any page mine on the node of who visits it.
    submits.contains(&route) || (is_read && !route.starts_with("/dev/"))
}

/// Whether browsers take a page at this host for a secure context although it comes over plain HTTP.
/// Elsewhere they ignore the opener policy, and say so in the console of everybody on the LAN.
fn is_trustworthy(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn complete(headers: &mut HeaderMap, cors: bool) {
    headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY.clone());
    for (name, value) in SECURITY_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if cors {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        let exposed = HeaderValue::from_static("etag, retry-after, x-chain-tip, x-request-id");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_localhost_and_given_names_are_own_names() {
        let allowed = ["class.test".to_owned()];
        for host in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "192.168.1.7:80",
            "[::1]",
            "[::1]:8080",
            "[fe80::1]:1",
            "localhost",
            "LOCALHOST:8080",
            "class.test",
            "Class.Test:8080",
        ] {
            assert!(is_own_name(host, &allowed), "{host}");
        }
        for host in [
            "",
            "evil.com",
            "evil.com:8080",
            "localhost.",
            "localhost.evil.com",
            "127.0.0.1.evil.com",
            "[::1",
            "[evil.com]:80",
            "127.0.0.1:evil",
            "::1",
            "2130706433",
            "class.test.evil.com",
            "localhost:99999",
            "127.0.0.1@evil.com",
            "a:b:c",
        ] {
            assert!(!is_own_name(host, &allowed), "{host}");
        }
    }

    #[test]
    fn other_origins_may_read_and_submit_but_not_mine() {
        for (path, is_read, expected) in [
            ("/api/v1/status", true, true),
            ("/api/v1/transactions", false, true),
            ("/api/v1/blocks", false, true),
            ("/api/v1/dev/mine", false, false),
            ("/api/v1/dev/mine", true, false),
            ("/admin/v1/peers", true, false),
            ("/metrics", true, false),
            ("/", true, false),
        ] {
            assert_eq!(has_cors(path, is_read), expected, "{path}");
        }
    }
}
