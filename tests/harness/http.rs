//! Speaking to a node's HTTP interface with the types of the contract.

use std::{fmt, sync::OnceLock, time::Duration};

use anyhow::{Context as _, bail};
use reqwest::{Client, Response, header};
use serde::{Serialize, de::DeserializeOwned};
use shared::api::{
    API, AccountView, ActivityPage, BYTES, BlockList, BlockView, CheckView, DevFaucet, DevMine,
    DevMined, MempoolView, PeersView, Problem, StatusView, Submitted, SubmittedBlock, TIP_HEADER,
    TemplateView, TransactionView,
};

/// One client for all: connections are kept, and its TLS, which nothing here uses, is set up once.
///
/// # Panics
///
/// When the client cannot be made.
#[must_use]
pub fn client() -> Client {
    static TLS: OnceLock<()> = OnceLock::new();
    TLS.get_or_init(|| {
        // Only the first call of a process can fail, and only because somebody else was first.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client::builder()
        .timeout(Duration::from_secs(60))
        .no_proxy()
        .build()
        .expect("a client without special wishes can be made")
}

/// A node refused a request, and said why in the way that it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub Problem);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.0.status, self.0.code, self.0.detail)
    }
}

impl std::error::Error for Refused {}

/// The status and the code with which a node refused.
///
/// # Panics
///
/// When it did not refuse, or the error is another one.
#[track_caller]
pub fn refusal<T: fmt::Debug>(answer: anyhow::Result<T>) -> (u16, String) {
    let error = answer.expect_err("the node should have refused");
    let problem = &error.downcast_ref::<Refused>().unwrap_or_else(|| panic!("{error:#}")).0;
    (problem.status, problem.code.clone())
}

/// A node's public interface at one address.
#[derive(Clone, Debug)]
pub struct Api {
    client: Client,
    base: String,
}

impl Api {
    /// The interface at an address such as `http://127.0.0.1:8080`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self { client: client(), base: base.to_owned() }
    }

    /// `GET` of any path, as it comes.
    ///
    /// # Errors
    ///
    /// When nobody answers.
    pub async fn raw(&self, path: &str) -> anyhow::Result<Response> {
        self.client.get(format!("{}{path}", self.base)).send().await.context("no answer")
    }

    /// `GET` of a path of the API.
    ///
    /// # Errors
    ///
    /// When nobody answers, or the node refuses ([`Refused`]).
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let response = self.raw(&format!("{API}{path}")).await?;
        let tip = response.headers().get(TIP_HEADER);
        anyhow::ensure!(tip.is_some(), "{path} was answered without {TIP_HEADER}");
        json(path, response).await
    }

    /// `POST` of JSON to a path of the API.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<T> {
        let request = self.client.post(format!("{}{API}{path}", self.base)).json(body);
        json(path, request.send().await.context("no answer")?).await
    }

    /// `POST` of canonical bytes to a path of the API.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn post_bytes<T: DeserializeOwned>(
        &self,
        path: &str,
        bytes: Vec<u8>,
    ) -> anyhow::Result<T> {
        let request = self.client.post(format!("{}{API}{path}", self.base));
        let request = request.header(header::CONTENT_TYPE, BYTES).body(bytes);
        json(path, request.send().await.context("no answer")?).await
    }

    /// The node and its tip.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn status(&self) -> anyhow::Result<StatusView> {
        self.get("/status").await
    }

    /// The newest blocks, newest first.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn blocks(&self, limit: usize) -> anyhow::Result<BlockList> {
        self.get(&format!("/blocks?limit={limit}")).await
    }

    /// A block by height or id.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn block(&self, key: &str) -> anyhow::Result<BlockView> {
        self.get(&format!("/blocks/{key}")).await
    }

    /// A block's canonical bytes.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn block_bytes(&self, key: &str) -> anyhow::Result<Vec<u8>> {
        let path = format!("{API}/blocks/{key}/raw");
        Ok(self.raw(&path).await?.error_for_status()?.bytes().await?.to_vec())
    }

    /// An account.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn account(&self, address: &str) -> anyhow::Result<AccountView> {
        self.get(&format!("/accounts/{address}")).await
    }

    /// What an account did, newest first.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn activity(&self, address: &str) -> anyhow::Result<ActivityPage> {
        self.get(&format!("/accounts/{address}/transactions?limit=100")).await
    }

    /// What waits.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn mempool(&self) -> anyhow::Result<MempoolView> {
        self.get("/mempool?limit=100").await
    }

    /// A transaction.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn transaction(&self, id: &str) -> anyhow::Result<TransactionView> {
        self.get(&format!("/transactions/{id}")).await
    }

    /// The node's peers.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn peers(&self) -> anyhow::Result<PeersView> {
        self.get("/peers").await
    }

    /// Mines blocks at once, which dev chains offer; returns their ids.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn mine(&self, count: u32, to: &str) -> anyhow::Result<Vec<String>> {
        let order = DevMine { count, to: to.to_owned() };
        Ok(self.post::<DevMined>("/dev/mine", &order).await?.blocks)
    }

    /// Mines one block to an address.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn faucet(&self, to: &str) -> anyhow::Result<Vec<String>> {
        let order = DevFaucet { to: to.to_owned() };
        Ok(self.post::<DevMined>("/dev/faucet", &order).await?.blocks)
    }

    /// Work for a miner.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn template(&self, to: &str) -> anyhow::Result<TemplateView> {
        self.get(&format!("/mining/template?to={to}")).await
    }

    /// Submits a block; returns its outcome.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn submit_block(&self, bytes: Vec<u8>) -> anyhow::Result<SubmittedBlock> {
        self.post_bytes("/blocks", bytes).await
    }

    /// Submits a transaction; returns its id.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn submit(&self, bytes: Vec<u8>) -> anyhow::Result<String> {
        Ok(self.post_bytes::<Submitted>("/transactions", bytes).await?.id)
    }

    /// What the node would say of a transaction.
    ///
    /// # Errors
    ///
    /// As [`Api::get`].
    pub async fn check(&self, bytes: Vec<u8>) -> anyhow::Result<CheckView> {
        self.post_bytes("/transactions/check", bytes).await
    }
}

/// Reads an answer, or the problem that it is.
///
/// # Errors
///
/// When it is a problem ([`Refused`]), or not what was asked for.
pub async fn json<T: DeserializeOwned>(path: &str, response: Response) -> anyhow::Result<T> {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).cloned();
    let kind = kind.as_ref().and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let body = response.bytes().await.context("the answer broke off")?;
    let text = String::from_utf8_lossy(&body);
    if status.is_success() {
        return serde_json::from_slice(&body)
            .with_context(|| format!("{path} answered {status} with {text}"));
    }
    if !kind.starts_with("application/problem+json") {
        bail!("{path} answered {status} as {kind:?}, not as a problem: {text}");
    }
    let problem: Problem = serde_json::from_slice(&body)
        .with_context(|| format!("{path} answered {status} with a problem that is none: {text}"))?;
    anyhow::ensure!(problem.status == status.as_u16(), "{status} says it is {}", problem.status);
    Err(Refused(problem).into())
}
