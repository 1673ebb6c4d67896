//! The node's HTTP interface: one function per route, views in, [`ApiError`] out.
//!
//! All requests go to the node that served the page. What a node writes into an error for people is
//! not shown: texts are chosen here, by the stable code.

mod clean;
mod problem;

pub(crate) use clean::cleaned;
pub use problem::text_of_code;

use futures_util::future::{Either, select};
use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use serde::{Serialize, de::DeserializeOwned};
use shared::api::{
    ADMIN, API, AccountProofView, AccountView, ActivityPage, AddPeer, BYTES, BanPeer, BanView,
    BlockList, BlockView, ChainFile, CheckView, DevFaucet, DevMine, DevMined, FeeRates,
    MempoolView, OperatorPeersView, PeersView, PoolHistogram, PoolPlace, Problem, ProjectedBlocks,
    ReorganisationList, SearchView, SideBlockView, StatsView, StatusView, Submitted,
    SubmittedBlock, TemplateView, TransactionList, TransactionProofView, TransactionView,
};
use std::{
    fmt,
    pin::{Pin, pin},
};

/// How long an answer may take.
const LIMIT_MS: u32 = 20_000;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// The node was not reached, or did not answer in time.
    Offline,
    /// The node refused.
    Problem {
        /// The stable code.
        code: String,
        /// The HTTP status.
        status: u16,
        /// The field at fault, if one is.
        field: Option<String>,
    },
    /// The node answered something else than the interface says.
    Malformed,
}

impl ApiError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Offline => "offline",
            Self::Problem { code, .. } => code,
            Self::Malformed => "malformed-answer",
        }
    }

    /// Whether the thing asked for does not exist.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        matches!(self, Self::Problem { status: 404, .. })
    }

    /// Whether the same request could be answered a little later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Offline | Self::Problem { status: 408 | 429 | 503, .. })
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offline => f.write_str(key!("the node does not answer: is it still running?")),
            Self::Malformed => {
                f.write_str(key!("the node's answer makes no sense: is it another version?"))
            }
            Self::Problem { code, .. } => match text_of_code(code) {
                Some(text) => f.write_str(text),
                None => {
                    let code = crate::format::plain(code);
                    f.write_str(&t!("the node refused this (code {code})", code = code))
                }
            },
        }
    }
}

/// `GET /status`.
pub async fn status() -> Result<StatusView, ApiError> {
    get("/status").await
}

/// `GET /chain`: every character counts, for genesis is made of it.
pub async fn chain_file() -> Result<ChainFile, ApiError> {
    let text = text(Request::get(&format!("{API}/chain")).build()).await?;
    serde_json::from_str(&text).map_err(|_| ApiError::Malformed)
}

/// `GET /blocks`, newest first.
pub async fn blocks(before: Option<u64>, limit: usize) -> Result<BlockList, ApiError> {
    let before = before.map(|height| format!("&before={height}")).unwrap_or_default();
    get(&format!("/blocks?limit={limit}{before}")).await
}

/// `GET /blocks/{height or id}`.
pub async fn block(key: &str) -> Result<BlockView, ApiError> {
    get(&format!("/blocks/{}", part(key))).await
}

/// `GET /blocks/{height or id}/transactions`.
pub async fn block_transactions(
    key: &str,
    after: Option<u32>,
) -> Result<TransactionList, ApiError> {
    let after = after.map(|index| format!("?after={index}")).unwrap_or_default();
    get(&format!("/blocks/{}/transactions{after}", part(key))).await
}

/// The canonical bytes of what is at a path: a block or a transaction.
pub async fn bytes(path: &str) -> Result<Vec<u8>, ApiError> {
    let request = Request::get(&format!("{API}{path}")).header("Accept", BYTES);
    let response = answer(request.build()).await?;
    response.binary().await.map_err(|_| ApiError::Offline)
}

/// `GET /transactions/{id}`.
pub async fn transaction(id: &str) -> Result<TransactionView, ApiError> {
    get(&format!("/transactions/{}", part(id))).await
}

/// `GET /transactions/{id}/proof`.
pub async fn transaction_proof(id: &str) -> Result<TransactionProofView, ApiError> {
    get(&format!("/transactions/{}/proof", part(id))).await
}

/// `POST /transactions`.
pub async fn submit_transaction(bytes: &[u8]) -> Result<Submitted, ApiError> {
    post_bytes("/transactions", bytes).await
}

/// `POST /transactions/check`.
pub async fn check_transaction(bytes: &[u8]) -> Result<CheckView, ApiError> {
    post_bytes("/transactions/check", bytes).await
}

/// `GET /accounts/{address}`.
pub async fn account(address: &str) -> Result<AccountView, ApiError> {
    get(&format!("/accounts/{}", part(address))).await
}

/// `GET /accounts/{address}/proof`.
pub async fn account_proof(address: &str) -> Result<AccountProofView, ApiError> {
    get(&format!("/accounts/{}/proof", part(address))).await
}

/// `GET /accounts/{address}/transactions`, newest first.
pub async fn activity(
    address: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<ActivityPage, ApiError> {
    let after = after.map(|cursor| format!("&after={}", part(cursor))).unwrap_or_default();
    get(&format!("/accounts/{}/transactions?limit={limit}{after}", part(address))).await
}

/// `GET /mempool`, in the order a miner would take it.
pub async fn mempool(after: Option<String>) -> Result<MempoolView, ApiError> {
    let after = after.map(|id| format!("&after={}", part(&id))).unwrap_or_default();
    get(&format!("/mempool?limit=100{after}")).await
}

/// `GET /mempool/histogram`.
pub async fn pool_histogram() -> Result<PoolHistogram, ApiError> {
    get("/mempool/histogram").await
}

/// `GET /mempool/{id}`.
pub async fn pool_place(id: &str) -> Result<PoolPlace, ApiError> {
    get(&format!("/mempool/{}", part(id))).await
}

/// `GET /stats`.
pub async fn stats(metric: &str, range: &str) -> Result<StatsView, ApiError> {
    get(&format!("/stats?metric={metric}&range={}", part(range))).await
}

/// `GET /reorganisations`: a page of those before a number, or of the newest.
pub async fn reorganisations(before: Option<u64>) -> Result<ReorganisationList, ApiError> {
    let query = before.map(|before| format!("?before={before}")).unwrap_or_default();
    get(&format!("/reorganisations{query}")).await
}

/// `GET /blocks/side`: what is known and not in the chain.
pub async fn side_blocks() -> Result<Vec<SideBlockView>, ApiError> {
    get("/blocks/side").await
}

/// `GET /mempool/blocks`.
pub async fn projected_blocks() -> Result<ProjectedBlocks, ApiError> {
    get("/mempool/blocks").await
}

/// `GET /fees`.
pub async fn fees() -> Result<FeeRates, ApiError> {
    get("/fees").await
}

/// `GET /mining/template`.
pub async fn template(address: &str) -> Result<TemplateView, ApiError> {
    get(&format!("/mining/template?to={}", part(address))).await
}

/// `POST /blocks`.
pub async fn submit_block(bytes: &[u8]) -> Result<SubmittedBlock, ApiError> {
    post_bytes("/blocks", bytes).await
}

/// `GET /search`.
pub async fn search(query: &str) -> Result<SearchView, ApiError> {
    get(&format!("/search?q={}", part(query))).await
}

/// `GET /peers`.
pub async fn peers() -> Result<PeersView, ApiError> {
    get("/peers").await
}

/// `POST /dev/mine`, on dev chains only.
pub async fn dev_mine(count: u32, to: &str) -> Result<DevMined, ApiError> {
    post_json("/dev/mine", &DevMine { count, to: to.to_string() }).await
}

/// `POST /dev/faucet`, on dev chains only.
pub async fn dev_faucet(to: &str) -> Result<DevMined, ApiError> {
    post_json("/dev/faucet", &DevFaucet { to: to.to_string() }).await
}

/// `POST /admin/v1/peers`: only where the page came from the node's admin listener.
pub async fn admin_add_peer(url: &str, token: &str) -> Result<(), ApiError> {
    let request = Request::post(&format!("{ADMIN}/peers"));
    let request = request.header("Authorization", &format!("Bearer {token}"));
    answer(request.json(&AddPeer { url: url.to_string() })).await.map(|_| ())
}

/// `DELETE /admin/v1/peers`: only where the page came from the node's admin listener.
pub async fn admin_remove_peer(url: &str, token: &str) -> Result<(), ApiError> {
    let request = Request::delete(&format!("{ADMIN}/peers?url={}", part(url)));
    let request = request.header("Authorization", &format!("Bearer {token}"));
    answer(request.build()).await.map(|_| ())
}

/// `GET /admin/v1/peers`: who is banned.
pub async fn admin_bans(token: &str) -> Result<Vec<BanView>, ApiError> {
    let request = Request::get(&format!("{ADMIN}/peers"));
    let request = request.header("Authorization", &format!("Bearer {token}"));
    parse::<OperatorPeersView>(&text(request.build()).await?).map(|view| view.bans)
}

/// `POST /admin/v1/peers/bans`: who is banned then.
pub async fn admin_ban(peer: &str, token: &str) -> Result<Vec<BanView>, ApiError> {
    let request = Request::post(&format!("{ADMIN}/peers/bans"));
    let request = request.header("Authorization", &format!("Bearer {token}"));
    let request = request.json(&BanPeer { peer: peer.to_string() });
    parse::<OperatorPeersView>(&text(request).await?).map(|view| view.bans)
}

/// `DELETE /admin/v1/peers/bans`.
pub async fn admin_unban(host: &str, token: &str) -> Result<(), ApiError> {
    let request = Request::delete(&format!("{ADMIN}/peers/bans?host={}", part(host)));
    let request = request.header("Authorization", &format!("Bearer {token}"));
    answer(request.build()).await.map(|_| ())
}

async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ApiError> {
    parse(&text(Request::get(&format!("{API}{path}")).build()).await?)
}

async fn post_bytes<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, ApiError> {
    let request = Request::post(&format!("{API}{path}")).header("Content-Type", BYTES);
    parse(&text(request.body(Uint8Array::from(bytes))).await?)
}

async fn post_json<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, ApiError> {
    let request: RequestBuilder = Request::post(&format!("{API}{path}"));
    parse(&text(request.json(body)).await?)
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    let text = cleaned(text).ok_or(ApiError::Malformed)?;
    serde_json::from_str(&text).map_err(|_| ApiError::Malformed)
}

/// What is asked for, boxed: every route would have this code within its own else.
type Asked<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// The text of the answer to a request.
fn text(request: Result<Request, gloo_net::Error>) -> Asked<String> {
    Box::pin(async move { answer(request).await?.text().await.map_err(|_| ApiError::Offline) })
}

/// Sends a request and waits for an answer that is no problem.
fn answer(request: Result<Request, gloo_net::Error>) -> Asked<Response> {
    Box::pin(ask(request))
}

async fn ask(request: Result<Request, gloo_net::Error>) -> Result<Response, ApiError> {
    let request = request.map_err(|_| ApiError::Malformed)?;
    let sent = pin!(request.send());
    let response = match select(sent, TimeoutFuture::new(LIMIT_MS)).await {
        Either::Left((Ok(response), _)) => response,
        Either::Left((Err(_), _)) | Either::Right(_) => return Err(ApiError::Offline),
    };
    if response.ok() {
        return Ok(response);
    }
    let status = response.status();
    match response.text().await.map(|text| parse::<Problem>(&text)) {
        Ok(Ok(problem)) => {
            Err(ApiError::Problem { code: problem.code, status, field: problem.field })
        }
        // Whatever stands between here and the node, a proxy for one, speaks otherwise.
        Ok(Err(_)) | Err(_) if status >= 500 => Err(ApiError::Offline),
        Ok(Err(_)) | Err(_) => Err(ApiError::Malformed),
    }
}

/// A text as one part of a path or query.
fn part(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
