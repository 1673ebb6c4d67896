//! `GET /openapi.json`: what can be asked, made from one table that a test compares with the routes.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, http::header};
use serde_json::{Map, Value, json};

/// One thing that can be asked.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// `get`, `post` or `delete`.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// Parameters of the query; a `!` marks one that must be there.
    pub query: &'static [&'static str],
    /// The status of success.
    pub status: &'static str,
    /// The media types of the body that is sent.
    pub accepts: &'static [&'static str],
    /// The media types of the answer.
    pub answers: &'static [&'static str],
}

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";
const TEXT: &str = "text/plain";

const fn read(path: &'static str, summary: &'static str) -> Operation {
    Operation {
        method: "get",
        path,
        summary,
        query: &[],
        status: "200",
        accepts: &[],
        answers: &[JSON],
    }
}

const fn send(path: &'static str, status: &'static str, summary: &'static str) -> Operation {
    Operation {
        method: "post",
        path,
        summary,
        query: &[],
        status,
        accepts: &[JSON],
        answers: &[JSON],
    }
}

/// Everything that can be asked of the public listener, the app's own files and pages apart.
#[rustfmt::skip]
pub const OPERATIONS: &[Operation] = &[
    read("/api/v1/status", "The chain's tip and the node's state"),
    read("/api/v1/chain", "All chain parameters"),
    Operation { query: &["before", "limit"], ..read("/api/v1/blocks", "Blocks, newest first") },
    Operation { accepts: &[BYTES, JSON], ..send("/api/v1/blocks", "201", "Submits a block: 200 when it is known, 202 when it has to wait") },
    read("/api/v1/blocks/side", "Known blocks that are not in the chain"),
    Operation { answers: &[JSON, BYTES], ..read("/api/v1/blocks/{block}", "A block by height or id") },
    Operation { answers: &[BYTES], ..read("/api/v1/blocks/{block}/raw", "A block's canonical bytes") },
    Operation { query: &["after", "limit"], ..read("/api/v1/blocks/{block}/transactions", "A block's transactions, in order") },
    Operation { query: &["from", "count"], answers: &[BYTES], ..read("/api/v1/headers", "Canonical bytes of up to 2,000 headers") },
    Operation { accepts: &[BYTES, JSON], ..send("/api/v1/transactions", "202", "Submits a transaction: 200 when it waits already") },
    Operation { accepts: &[BYTES, JSON], ..send("/api/v1/transactions/check", "200", "Judges a transaction without submitting it") },
    Operation { answers: &[JSON, BYTES], ..read("/api/v1/transactions/{id}", "A transaction") },
    read("/api/v1/transactions/{id}/proof", "A receipt: proof that a transaction is in the chain"),
    read("/api/v1/accounts/{address}", "An account's balance and nonce, what waits, and what moved in all"),
    read("/api/v1/accounts/{address}/proof", "Proof of an account's state"),
    Operation { query: &["after", "limit"], ..read("/api/v1/accounts/{address}/transactions", "What happened to an account, newest first") },
    Operation { query: &["after", "limit"], ..read("/api/v1/mempool", "What waits, in the order in which a miner takes it") },
    read("/api/v1/mempool/blocks", "What waits, divided into the blocks that miners would make of it"),
    read("/api/v1/mempool/histogram", "What waits, in classes by what it pays"),
    read("/api/v1/mempool/{id}", "Where a transaction stands in the queue"),
    read("/api/v1/fees", "Fee rates in mites per 1,000 bytes"),
    Operation { query: &["!to"], answers: &[JSON, BYTES], ..read("/api/v1/mining/template", "Work for a miner") },
    Operation { query: &["!q"], ..read("/api/v1/search", "Where a height, an id, an address or a prefix leads") },
    Operation { query: &["!metric", "range"], ..read("/api/v1/stats", "A series for a chart: difficulty, hash_rate, block_time, fees, transactions or supply, of all blocks, the last so many, or a time such as 24h, 7d, 1y") },
    Operation { query: &["before", "limit"], ..read("/api/v1/reorganisations", "When this node left a branch for one with more work, newest first: the last 1,000") },
    Operation { query: &["last_event_id"], answers: &["text/event-stream"], ..read("/api/v1/events", "Live events") },
    read("/api/v1/peers", "Other nodes"),
    send("/api/v1/dev/mine", "200", "Mines blocks now (only on chains for development)"),
    send("/api/v1/dev/faucet", "200", "Mines a block to an address (only on chains for development)"),
    Operation { answers: &[TEXT], ..read("/healthz", "Whether the process answers") },
    Operation { answers: &[TEXT], ..read("/readyz", "Whether the node has caught up") },
    read("/openapi.json", "This description"),
    Operation { answers: &["text/html"], ..read("/docs", "The same for people") },
    Operation { answers: &[TEXT], ..read("/app-hashes", "SHA-256 of every file of the app") },
];

/// `GET /openapi.json`.
pub(super) async fn serve() -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-cache"));
    response.json(document())
}

/// The description, as OpenAPI 3.1.
#[must_use]
pub fn document() -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in OPERATIONS {
        let methods = paths.entry(operation.path).or_default();
        methods.insert(operation.method.to_owned(), describe(operation));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Halfpenny node",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Amounts are whole mites (1 coin = 100,000,000), times seconds since 1970, \
                ids and hashes hexadecimal. Every answer under /api/v1 names the tip at which it was read \
                in X-Chain-Tip: height, colon, id.",
        },
        "paths": paths,
        "components": { "schemas": { "Problem": problem() } },
    })
}

fn describe(operation: &Operation) -> Value {
    let any = |types: &[&str]| -> Map<String, Value> {
        types.iter().map(|kind| ((*kind).to_owned(), json!({}))).collect()
    };
    let in_path = operation.path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        Some(
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }),
        )
    });
    let in_query = operation.query.iter().map(|name| {
        let required = name.starts_with('!');
        let name = name.trim_start_matches('!');
        json!({ "name": name, "in": "query", "required": required, "schema": { "type": "string" } })
    });
    let parameters: Vec<Value> = in_path.chain(in_query).collect();
    let problem = json!({
        "description": "A problem with a stable code",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    let mut value = json!({
        "summary": operation.summary,
        "parameters": parameters,
        "responses": {
            operation.status: { "description": operation.summary, "content": any(operation.answers) },
            "default": problem,
        },
    });
    if !operation.accepts.is_empty()
        && let Some(value) = value.as_object_mut()
    {
        let body = json!({ "required": true, "content": any(operation.accepts) });
        value.insert("requestBody".to_owned(), body);
    }
    value
}

fn problem() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": text, "title": text, "status": { "type": "integer" }, "code": text,
            "detail": text, "field": text,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file is there so that a change of the interface is seen as one.
    #[test]
    fn the_description_that_is_checked_in_is_the_one_that_is_answered() {
        let checked_in: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
        assert!(
            checked_in == document(),
            "the interface has changed: write its description anew by \
             `cargo run -p backend --example openapi > backend/openapi.json`"
        );
    }
}
