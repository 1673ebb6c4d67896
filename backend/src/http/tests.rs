//! A real node on free ports, asked over real sockets.

mod admin;
mod events;
mod limits;
mod refusals;
mod room;
mod routes;
mod stats;

use std::net::SocketAddr;

use reqwest::{Client, Method, RequestBuilder, StatusCode, header::HeaderMap};
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::{
    account::AccountId,
    amount::Amount,
    api::{DevMined, Problem},
    encode::{Bounded, encode},
    params::Chain,
    transaction::{Authorization, Body, Payment, Transaction},
    wallet::secret::SecretKey,
};
use tempfile::TempDir;

use crate::{config::Settings, node::Node};

/// A node and somebody who asks it.
struct Outside {
    node: Node,
    folder: TempDir,
    client: Client,
}

/// An answer, read to its end.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Outside {
    async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let mut settings = Settings {
            chain: Some("dev".to_owned()),
            data: Some(folder.path().join("data")),
            listen: Some(any),
            admin: Some(any),
            ..Settings::default()
        };
        change(&mut settings);
        let node = Node::start(settings.resolve().unwrap()).await.unwrap();
        // Another test of this process may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { node, folder, client }
    }

    async fn stop(self) {
        self.node.stop().await.unwrap();
    }

    fn chain(&self) -> &Chain {
        self.node.chain().chain()
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.node.address))
    }

    async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    async fn read<T: DeserializeOwned>(&self, path: &str) -> T {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.json()
    }

    async fn post_bytes(&self, path: &str, bytes: Vec<u8>) -> Answer {
        let request = self.request(Method::POST, path);
        send(request.header("content-type", "application/octet-stream").body(bytes)).await
    }

    async fn post_json(&self, path: &str, value: &Value) -> Answer {
        send(self.request(Method::POST, path).json(value)).await
    }

    fn address_of(&self, key: &SecretKey) -> String {
        key.address().to_text(self.chain().prefix())
    }

    /// Mines blocks to the account of `key`; returns their ids.
    async fn mine(&self, count: u32, key: &SecretKey) -> Vec<String> {
        let to = self.address_of(key);
        let wanted = serde_json::json!({ "count": count, "to": to });
        let answer = self.post_json("/api/v1/dev/mine", &wanted).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json::<DevMined>().blocks
    }

    /// A payment of 1,000 mites and `fee` from `from`, for its `nonce`.
    fn payment(&self, from: &SecretKey, nonce: u64, fee: u64) -> Transaction {
        sign(self.chain(), from, |body| {
            body.nonce = nonce;
            body.fee = Amount::from_mites(fee).unwrap();
            body.expires_at = self.node.chain().view().height() + 200;
        })
    }
}

fn sign(chain: &Chain, key: &SecretKey, change: impl FnOnce(&mut Body)) -> Transaction {
    let recipient = AccountId(SecretKey::from_bytes(&[99; 32]).public_key().0);
    let payment = Payment { recipient, amount: Amount::from_mites(1_000).unwrap() };
    let mut body = Body {
        version: 1,
        sender: key.public_key().account(),
        nonce: 0,
        fee: Amount::ZERO,
        expires_at: 200,
        payments: Bounded::new(vec![payment]).unwrap(),
        memo: Bounded::default(),
    };
    change(&mut body);
    let signature = key.sign(&body.signing_hash(&chain.genesis_id()));
    Transaction { body, authorization: Authorization::Key(signature) }
}

fn key(number: u8) -> SecretKey {
    SecretKey::from_bytes(&[number; 32])
}

async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.bytes().await.unwrap().to_vec();
    Answer { status, headers, body }
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The code of a refusal, which must be a well-formed problem.
    #[track_caller]
    fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(problem.kind, format!("/problems/{}", problem.code));
        assert!(!problem.detail.is_empty());
        problem.code
    }
}

/// A fault of the program, where a test can ask for it.
pub(super) async fn panic() -> &'static str {
    panic!("a test asked for this")
}

/// The canonical bytes of a transaction.
fn bytes(transaction: &Transaction) -> Vec<u8> {
    encode(transaction)
}
