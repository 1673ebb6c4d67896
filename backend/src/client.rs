//! A client of a node's public interface: what the command line and the tests speak to it with.
//!
//! Everything is read with a limit and a deadline, redirects are not followed, and what a node says
//! is only data: errors are told by their stable code.

mod events;

pub use events::Events;

use crate::{peers::Bans, relay::transport};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use shared::api::{
    API, AccountView, ActivityPage, BYTES, BlockList, BlockView, ChainFile, DevMine, DevMined,
    FeeRates, MempoolView, PeersView, Problem, StatusView, Submitted, SubmittedBlock, TemplateView,
    TransactionView,
};
use shared::block::Block;
use shared::encode::encode;
use shared::limits::MAX_BLOCK_BYTES;
use shared::params::Chain;
use shared::transaction::Transaction;
use std::time::Duration;
use tokio::time::timeout;

/// An answer is no larger: a template is a full block in hex and some more.
const MAX_ANSWER_BYTES: usize = 4 * MAX_BLOCK_BYTES;
/// Time for a request and its whole answer.
const DEADLINE: Duration = Duration::from_secs(30);

/// One node's public interface.
#[derive(Clone, Debug)]
pub struct Node {
    client: Client,
    base: String,
}

/// Why a node gave no answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// It is not the URL of a node.
    #[error("'{url}' is not the address of a node: it should look like http://127.0.0.1:8080")]
    Url {
        /// What was given.
        url: String,
    },
    /// No client can be made.
    #[error("connections cannot be made: {reason}")]
    Setup {
        /// What the system said.
        reason: String,
    },
    /// Nobody answers there.
    #[error("no node answers at {url}; is it running?")]
    Unreachable {
        /// The node.
        url: String,
    },
    /// The answer did not come in time, or broke off.
    #[error("the node at {url} did not answer in time, or its answer broke off")]
    Interrupted {
        /// The node.
        url: String,
    },
    /// The node refused, and said why.
    #[error("the node refused: {} ({})", plain(&.0.detail, &.0.title), .0.code)]
    Problem(Box<Problem>),
    /// The answer is none of this interface.
    #[error(
        "what answers at {url} is not a Halfpenny node, or another version of it (status {status})"
    )]
    Unexpected {
        /// Who answered.
        url: String,
        /// With this HTTP status.
        status: u16,
    },
}

impl ClientError {
    /// The stable code: the node's own where it gave one.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Url { .. } => "node-url",
            Self::Setup { .. } => "client-setup",
            Self::Unreachable { .. } => "node-unreachable",
            Self::Interrupted { .. } => "node-interrupted",
            Self::Problem(problem) => &problem.code,
            Self::Unexpected { .. } => "node-unexpected",
        }
    }

    /// Whether the same may succeed later without anybody changing anything.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Interrupted { .. } => true,
            Self::Problem(problem) => matches!(problem.status, 429 | 503),
            Self::Url { .. } | Self::Setup { .. } | Self::Unexpected { .. } => false,
        }
    }
}

impl Node {
    /// The node whose public listener is at `url`.
    ///
    /// # Errors
    ///
    /// When `url` is not one.
    pub fn new(url: &str) -> Result<Self, ClientError> {
        let wrong = || ClientError::Url { url: url.chars().take(200).collect() };
        let parsed = Url::parse(url.trim()).map_err(|_| wrong())?;
        let plain = matches!(parsed.scheme(), "http" | "https")
            && parsed.username().is_empty()
            && parsed.password().is_none()
            && parsed.path() == "/"
            && parsed.query().is_none();
        if !plain {
            return Err(wrong());
        }
        let client = transport::client(&Bans::default());
        let client = client.map_err(|error| ClientError::Setup { reason: error.to_string() })?;
        Ok(Self { client, base: parsed.as_str().trim_end_matches('/').to_owned() })
    }

    /// The node's address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.base
    }

    /// Where the node stands.
    ///
    /// # Errors
    ///
    /// When there is no answer that can be used; so everywhere below.
    pub async fn status(&self) -> Result<StatusView, ClientError> {
        self.get("status").await
    }

    /// The node's chain.
    ///
    /// # Errors
    ///
    /// When its parameters make no chain, too.
    pub async fn chain(&self) -> Result<Chain, ClientError> {
        let file: ChainFile = self.get("chain").await?;
        file.to_chain().map_err(|_| ClientError::Unexpected { url: self.base.clone(), status: 200 })
    }

    /// An account.
    ///
    /// # Errors
    ///
    /// When the node refuses the address, too.
    pub async fn account(&self, address: &str) -> Result<AccountView, ClientError> {
        self.get(&format!("accounts/{address}")).await
    }

    /// A page of what happened to an account, newest first.
    ///
    /// # Errors
    ///
    /// See [`Node::account`].
    pub async fn activity(
        &self,
        address: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ActivityPage, ClientError> {
        let after = after.map(|cursor| format!("&after={cursor}")).unwrap_or_default();
        self.get(&format!("accounts/{address}/transactions?limit={limit}{after}")).await
    }

    /// A page of blocks, newest first, below the height `before`.
    ///
    /// # Errors
    ///
    /// See [`Node::status`].
    pub async fn blocks(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<BlockList, ClientError> {
        let before = before.map(|height| format!("&before={height}")).unwrap_or_default();
        self.get(&format!("blocks?limit={limit}{before}")).await
    }

    /// A block, by its height or id.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn block(&self, which: &str) -> Result<BlockView, ClientError> {
        self.get(&format!("blocks/{which}")).await
    }

    /// A transaction.
    ///
    /// # Errors
    ///
    /// When the node does not know it.
    pub async fn transaction(&self, id: &str) -> Result<TransactionView, ClientError> {
        self.get(&format!("transactions/{id}")).await
    }

    /// The first of what waits.
    ///
    /// # Errors
    ///
    /// See [`Node::status`].
    pub async fn mempool(&self) -> Result<MempoolView, ClientError> {
        self.get("mempool").await
    }

    /// What fees are worth.
    ///
    /// # Errors
    ///
    /// See [`Node::status`].
    pub async fn fees(&self) -> Result<FeeRates, ClientError> {
        self.get("fees").await
    }

    /// The node's peers.
    ///
    /// # Errors
    ///
    /// See [`Node::status`].
    pub async fn peers(&self) -> Result<PeersView, ClientError> {
        self.get("peers").await
    }

    /// Work for a miner who wants to be paid at `address`.
    ///
    /// # Errors
    ///
    /// See [`Node::account`].
    pub async fn template(&self, address: &str) -> Result<TemplateView, ClientError> {
        self.get(&format!("mining/template?to={address}")).await
    }

    /// Offers a signed transaction.
    ///
    /// # Errors
    ///
    /// When the node refuses it, with the code of the rule.
    pub async fn submit_transaction(
        &self,
        transaction: &Transaction,
    ) -> Result<Submitted, ClientError> {
        self.post_bytes("transactions", encode(transaction)).await
    }

    /// Offers a mined block.
    ///
    /// # Errors
    ///
    /// When the node refuses it, with the code of the rule.
    pub async fn submit_block(&self, block: &Block) -> Result<SubmittedBlock, ClientError> {
        self.post_bytes("blocks", encode(block)).await
    }

    /// Mines blocks at once, on dev chains.
    ///
    /// # Errors
    ///
    /// When the chain is not one.
    pub async fn dev_mine(&self, count: u32, to: &str) -> Result<DevMined, ClientError> {
        let request = self.request(Method::POST, "dev/mine");
        self.answer(request.json(&DevMine { count, to: to.to_owned() })).await
    }

    /// Follows the node's events.
    ///
    /// # Errors
    ///
    /// When the stream does not begin.
    pub async fn events(&self) -> Result<Events, ClientError> {
        let request = self.request(Method::GET, "events").header("accept", "text/event-stream");
        let response = timeout(DEADLINE, request.send()).await.map_err(|_| self.interrupted())?;
        let response = response.map_err(|error| self.failed(&error))?;
        if response.status() != StatusCode::OK {
            return Err(self.refusal(response).await);
        }
        Ok(Events::new(response, self.base.clone()))
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.answer(self.request(Method::GET, path)).await
    }

    async fn post_bytes<T: DeserializeOwned>(
        &self,
        path: &str,
        bytes: Vec<u8>,
    ) -> Result<T, ClientError> {
        let request = self.request(Method::POST, path);
        self.answer(request.header("content-type", BYTES).body(bytes)).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{API}/{path}", self.base))
    }

    async fn answer<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ClientError> {
        let ask = async {
            let response = request.send().await.map_err(|error| self.failed(&error))?;
            let status = response.status();
            if !status.is_success() {
                return Err(self.refusal(response).await);
            }
            let body = self.body(response).await?;
            serde_json::from_slice(&body).map_err(|_| ClientError::Unexpected {
                url: self.base.clone(),
                status: status.as_u16(),
            })
        };
        timeout(DEADLINE, ask).await.map_err(|_| self.interrupted())?
    }

    async fn refusal(&self, response: Response) -> ClientError {
        let status = response.status().as_u16();
        let problem =
            self.body(response).await.ok().and_then(|body| serde_json::from_slice(&body).ok());
        match problem {
            Some(problem) => ClientError::Problem(Box::new(problem)),
            None => ClientError::Unexpected { url: self.base.clone(), status },
        }
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, ClientError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failed(&error))? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                let status = response.status().as_u16();
                return Err(ClientError::Unexpected { url: self.base.clone(), status });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn failed(&self, error: &reqwest::Error) -> ClientError {
        if error.is_connect() {
            ClientError::Unreachable { url: self.base.clone() }
        } else {
            self.interrupted()
        }
    }

    fn interrupted(&self) -> ClientError {
        ClientError::Interrupted { url: self.base.clone() }
    }
}

/// What a node says, for a terminal: one line, no control characters, not endless.
fn plain(detail: &str, title: &str) -> String {
    let text = if detail.is_empty() { title } else { detail };
    text.chars().filter(|character| !character.is_control()).take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_none_is_named() {
        for url in ["", "127.0.0.1:8080", "ftp://a", "http://a/b", "http://u@a"] {
            let error = Node::new(url).unwrap_err();
            assert_eq!(error.code(), "node-url", "{url}");
        }
        assert_eq!(Node::new("http://127.0.0.1:8080/").unwrap().url(), "http://127.0.0.1:8080");
    }

    #[tokio::test]
    async fn a_node_that_is_not_there_is_named() {
        let error = Node::new("http://127.0.0.1:1").unwrap().status().await.unwrap_err();
        assert_eq!(error, ClientError::Unreachable { url: "http://127.0.0.1:1".into() });
        assert!(error.is_passing());
    }

    #[test]
    fn what_a_node_says_cannot_move_the_cursor() {
        assert_eq!(plain("\u{1b}[2Jhello\r\nthere", ""), "[2Jhellothere");
        assert_eq!(plain("", "title"), "title");
        assert_eq!(plain(&"x".repeat(1_000), "").len(), 300);
    }
}
