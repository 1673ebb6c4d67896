//! What callers may take, and what every answer carries.

use std::num::NonZeroU32;

use super::*;
use futures_util::stream;
use shared::limits::MAX_TRANSACTION_BYTES;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Sends bytes as they are and reads until the node closes the connection.
async fn raw(outside: &Outside, request: &str) -> String {
    let mut socket = TcpStream::connect(outside.node.address).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_one_byte_too_many_is_refused_with_and_without_a_length() {
    let outside = Outside::start().await;
    let max_block = outside.chain().max_block_bytes();
    for (path, media, limit, exact) in [
        ("/api/v1/transactions", "application/octet-stream", MAX_TRANSACTION_BYTES, "malformed"),
        ("/api/v1/transactions/check", "application/octet-stream", MAX_TRANSACTION_BYTES, ""),
        ("/api/v1/blocks", "application/octet-stream", max_block, "malformed"),
        ("/api/v1/dev/mine", "application/json", 4_096, "invalid-json"),
        ("/api/v1/dev/faucet", "application/json", 4_096, "invalid-json"),
    ] {
        let request = || outside.request(Method::POST, path).header("content-type", media);
        let whole = send(request().body(vec![0; limit + 1])).await;
        assert_eq!((whole.status.as_u16(), whole.code().as_str()), (413, "too-large"), "{path}");
        let pieces: Vec<_> = vec![0_u8; limit + 1]
            .chunks(1_000)
            .map(|piece| Ok::<_, std::io::Error>(piece.to_vec()))
            .collect();
        let chunked = request().body(reqwest::Body::wrap_stream(stream::iter(pieces)));
        let chunked = send(chunked).await;
        assert_eq!(
            (chunked.status.as_u16(), chunked.code().as_str()),
            (413, "too-large"),
            "{path}"
        );
        if !exact.is_empty() {
            assert_eq!(send(request().body(vec![0; limit])).await.code(), exact, "{path}");
        }
    }
    let hex = serde_json::json!({ "hex": "00".repeat(MAX_TRANSACTION_BYTES + 1) });
    assert_eq!(outside.post_json("/api/v1/transactions", &hex).await.code(), "too-large");
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn encoded_bodies_are_refused_unread() {
    let outside = Outside::start().await;
    for encoding in ["gzip", "br", "zstd", "deflate", "identity"] {
        for path in ["/api/v1/transactions", "/api/v1/blocks", "/api/v1/dev/mine"] {
            let request = outside.request(Method::POST, path).header("content-encoding", encoding);
            let answer = send(request.body("x")).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (415, "content-encoding"));
        }
    }
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_own_names_are_answered_on_every_route() {
    let outside =
        Outside::start_with(|settings| settings.host = vec!["Class.test".to_owned()]).await;
    let port = outside.node.address.port();
    for (host, allowed) in [
        ("127.0.0.1", true),
        ("localhost", true),
        ("[::1]:1", true),
        ("class.test", true),
        ("evil.com", false),
        ("localhost.", false),
        ("", false),
        ("evil.com\r\nHost: localhost", false),
        ("localhost\r\nHost: localhost", false),
    ] {
        for path in ["/", "/api/v1/status", "/api/v1/events", "/healthz", "/nothing", "/app-hashes"]
        {
            let request =
                format!("HEAD {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let answer = raw(&outside, &request).await;
            let refused = answer.starts_with("HTTP/1.1 421") || answer.starts_with("HTTP/1.1 400");
            assert_eq!(!refused, allowed, "{host} {path}: {answer}");
        }
    }
    let named =
        send(outside.request(Method::GET, "/healthz").header("host", format!("class.test:{port}")))
            .await;
    assert_eq!(named.status, StatusCode::OK);
    let other = send(outside.request(Method::GET, "/healthz").header("host", "evil.com")).await;
    assert_eq!((other.status.as_u16(), other.code().as_str()), (421, "host-not-allowed"));
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers() {
    let outside = Outside::start().await;
    let admin = format!("http://{}/", outside.node.admin_address);
    let mut answers = vec![send(outside.client.get(admin)).await];
    for path in
        ["/", "/send", "/api/v1/status", "/healthz", "/nothing", "/openapi.json", "/app-hashes"]
    {
        answers.push(outside.get(path).await);
    }
    for answer in answers {
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value);
        }
    }
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_origins_may_read_and_submit() {
    let outside = Outside::start().await;
    let cors = |answer: &Answer| answer.header("access-control-allow-origin").to_owned();
    assert_eq!(cors(&outside.get("/api/v1/status").await), "*");
    assert_eq!(cors(&outside.get("/api/v1/blocks/77").await), "*");
    assert_eq!(cors(&outside.get("/").await), "");
    let preflight = |path: &str| {
        let request = outside.request(Method::OPTIONS, path).header("origin", "http://other");
        send(request.header("access-control-request-method", "POST"))
    };
    let allowed = preflight("/api/v1/transactions").await;
    assert_eq!((allowed.status.as_u16(), cors(&allowed).as_str()), (204, "*"));
    assert!(allowed.header("access-control-allow-headers").contains("content-type"));
    assert_eq!(cors(&preflight("/api/v1/dev/mine").await), "");
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_over_their_limits_are_told_so() {
    let outside = Outside::start_with(|settings| {
        settings.limit_loopback = Some(true);
        settings.requests_per_second = NonZeroU32::new(1);
        settings.request_burst = NonZeroU32::new(4);
    })
    .await;
    let mut refused = None;
    for _ in 0..8 {
        let answer = outside.get("/healthz").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
        }
    }
    let refused = refused.unwrap();
    assert_eq!(refused.code(), "rate-limited");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_over_the_limit_are_closed_with_a_reason() {
    let outside = Outside::start_with(|settings| {
        settings.limit_loopback = Some(true);
        settings.connections_per_address = std::num::NonZeroUsize::new(1);
    })
    .await;
    let mut held = TcpStream::connect(outside.node.address).await.unwrap();
    // It counts from when the node has accepted it; and who was answered was accepted.
    held.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut answer = [0; 12];
    held.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    let refused = outside.get("/healthz").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.code(), "too-many-open");
    drop(held);
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_arrive_is_given_up() {
    let outside = Outside::start_with(|settings| settings.body_timeout = NonZeroU32::new(1)).await;
    let answer = raw(
        &outside,
        "POST /api/v1/transactions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc",
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("\"code\":\"timeout\""), "{answer}");
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_program_is_an_answer_and_the_node_goes_on() {
    let outside = Outside::start().await;
    for _ in 0..3 {
        let answer = outside.get("/panic").await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (500, "internal"));
        assert!(answer.headers.contains_key("content-security-policy"));
        assert!(!answer.text().contains("a test asked"));
        assert_eq!(answer.header("x-request-id").len(), 16);
    }
    assert_eq!(outside.get("/healthz").await.status, StatusCode::OK);
    outside.stop().await;
}
