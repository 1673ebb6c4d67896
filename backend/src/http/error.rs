//! From what went wrong to what the caller is told: RFC 9457 with a stable code.

use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    error::BlockingError,
    http::{StatusCode, header},
};
use shared::{
    account::AddressError,
    api::Problem,
    encode::DecodeError,
    rules::{
        block_isolated::BlockError, transaction_in_ledger::LedgerError,
        transaction_isolated::TransactionError,
    },
};

use crate::{
    chain::{CheckError, SubmitError},
    pool::PoolError,
    store::StoreError,
};

/// Why a request is not answered with what it asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// No route has this path.
    #[error("there is nothing at {path}")]
    NotFound {
        /// The path.
        path: String,
    },
    /// There is no such block.
    #[error("no block {wanted} is known here")]
    BlockNotFound {
        /// Height or id.
        wanted: String,
    },
    /// There is no such transaction.
    #[error("no transaction {wanted} is known here")]
    TransactionNotFound {
        /// Id.
        wanted: String,
    },
    /// Nothing fits what was searched for.
    #[error(
        "nothing here is called {wanted}: search for a height, an id, an address, or the first digits of a recent id"
    )]
    NothingFound {
        /// What was searched for.
        wanted: String,
    },
    /// There is no such peer.
    #[error("no peer {url} is known here")]
    PeerNotFound {
        /// Its URL.
        url: String,
    },
    /// The path exists, but not with this method.
    #[error("{method} is not possible here, but {allow} is")]
    MethodNotAllowed {
        /// The method of the request.
        method: String,
        /// The methods that the path has.
        allow: &'static str,
    },
    /// The body is too large.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// Bytes that are allowed.
        limit: usize,
    },
    /// The body did not arrive in time.
    #[error("the body did not arrive within {seconds} s")]
    Timeout {
        /// Seconds that are allowed.
        seconds: u64,
    },
    /// The connection failed while the body was read.
    #[error("the body could not be read: {reason}")]
    Interrupted {
        /// Why.
        reason: String,
    },
    /// The body is encoded, which nothing here decodes.
    #[error("bodies are read as they are: send it without Content-Encoding")]
    ContentEncoding,
    /// The body has another media type.
    #[error("the body must be {expected}")]
    MediaType {
        /// What it may be.
        expected: &'static str,
    },
    /// The body is not JSON of the shape that is asked for.
    #[error("the body is not the JSON that is asked for: {reason}")]
    Json {
        /// What the parser found.
        reason: String,
        /// The field at fault, if one is.
        field: Option<String>,
    },
    /// A parameter in the query or the path has no such value.
    #[error("{field}: {reason}")]
    Parameter {
        /// The parameter.
        field: &'static str,
        /// What it must be.
        reason: String,
    },
    /// An address is none.
    #[error("{error}")]
    Address {
        /// Where it stood.
        field: &'static str,
        /// What is wrong with it.
        error: AddressError,
    },
    /// The same caller asked too often.
    #[error("too many requests from your address: try again in {seconds} s")]
    RateLimited {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The same caller holds too many connections or event streams, or all callers together do.
    #[error("too many open {what}")]
    TooManyOpen {
        /// Connections or event streams.
        what: &'static str,
    },
    /// The name by which the node was called is not its own.
    #[error("this node is not called {host}: its operator can allow the name with --host")]
    Host {
        /// The name.
        host: String,
    },
    /// The operator banned who asks.
    #[error("the operator of this node has banned you")]
    Banned,
    /// The chain has no dev controls.
    #[error("this chain is not for development: blocks have to be mined")]
    NotADevChain,
    /// The operator's token is missing or wrong.
    #[error(
        "send the node's token as `Authorization: Bearer …`; it is in the file admin-token in the node's data folder"
    )]
    Unauthorized,
    /// The answer waits for something that may still come.
    #[error("not ready: {reason}")]
    NotReady {
        /// What is missing.
        reason: &'static str,
    },
    /// Bytes, a transaction or a block break a rule.
    #[error("{detail}")]
    Rule {
        /// The status that fits.
        status: u16,
        /// The rule's code.
        code: &'static str,
        /// The rule's text with the values.
        detail: String,
    },
    /// The store failed.
    #[error("the node cannot read its data: {detail}")]
    Store {
        /// The failure's code.
        code: &'static str,
        /// The failure.
        detail: String,
    },
    /// A queue is full.
    #[error("the node is busy: try again in a moment")]
    Busy,
    /// The node is being stopped.
    #[error("the node is stopping")]
    Stopping,
    /// Something here is wrong: a fault of the program.
    #[error("something went wrong in the node; its log says more")]
    Internal,
}

impl HttpError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not-found",
            Self::BlockNotFound { .. } => "block-not-found",
            Self::TransactionNotFound { .. } => "transaction-not-found",
            Self::NothingFound { .. } => "nothing-found",
            Self::PeerNotFound { .. } => "peer-not-found",
            Self::MethodNotAllowed { .. } => "method-not-allowed",
            Self::TooLarge { .. } => "too-large",
            Self::Timeout { .. } => "timeout",
            Self::Interrupted { .. } => "interrupted",
            Self::ContentEncoding => "content-encoding",
            Self::MediaType { .. } => "media-type",
            Self::Json { .. } => "invalid-json",
            Self::Parameter { .. } => "invalid-parameter",
            Self::Address { error, .. } => error.code(),
            Self::RateLimited { .. } => "rate-limited",
            Self::TooManyOpen { .. } => "too-many-open",
            Self::Host { .. } => "host-not-allowed",
            Self::Banned => "banned",
            Self::NotADevChain => "not-a-dev-chain",
            Self::Unauthorized => "unauthorized",
            Self::NotReady { .. } => "not-ready",
            Self::Rule { code, .. } | Self::Store { code, .. } => code,
            Self::Busy => "busy",
            Self::Stopping => "stopping",
            Self::Internal => "internal",
        }
    }

    /// The error as it is sent.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        let code = self.code();
        let field = match self {
            Self::Parameter { field, .. } | Self::Address { field, .. } => {
                Some((*field).to_owned())
            }
            Self::Json { field, .. } => field.clone(),
            _ => None,
        };
        Problem {
            kind: format!("/problems/{code}"),
            title: code.replace('-', " "),
            status: self.status_code().as_u16(),
            code: code.to_owned(),
            detail: self.to_string(),
            field,
        }
    }

    fn rule(status: StatusCode, code: &'static str, detail: &impl ToString) -> Self {
        Self::Rule { status: status.as_u16(), code, detail: detail.to_string() }
    }

    /// Seconds after which trying again makes sense.
    const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::RateLimited { seconds } => Some(*seconds),
            Self::Busy | Self::NotReady { .. } | Self::TooManyOpen { .. } => Some(1),
            _ => None,
        }
    }

    /// Whether what is left of the request on this connection is not worth reading.
    const fn ends_connection(&self) -> bool {
        matches!(
            self,
            Self::TooLarge { .. }
                | Self::Timeout { .. }
                | Self::Interrupted { .. }
                | Self::TooManyOpen { .. }
        )
    }
}

impl ResponseError for HttpError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound { .. }
            | Self::BlockNotFound { .. }
            | Self::TransactionNotFound { .. }
            | Self::NothingFound { .. }
            | Self::PeerNotFound { .. }
            | Self::NotADevChain => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Timeout { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::ContentEncoding | Self::MediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Interrupted { .. }
            | Self::Json { .. }
            | Self::Parameter { .. }
            | Self::Address { .. } => StatusCode::BAD_REQUEST,
            Self::RateLimited { .. } | Self::TooManyOpen { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Host { .. } => StatusCode::MISDIRECTED_REQUEST,
            Self::Banned => StatusCode::FORBIDDEN,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Rule { status, .. } => {
                StatusCode::from_u16(*status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
            }
            Self::NotReady { .. } | Self::Busy | Self::Stopping => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store { .. } | Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status_code());
        response.content_type("application/problem+json");
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Self::MethodNotAllowed { allow, .. } = self {
            response.insert_header((header::ALLOW, *allow));
        }
        if matches!(self, Self::Unauthorized) {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"halfpenny\""));
        }
        if let Some(seconds) = self.retry_after() {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if self.ends_connection() {
            response.force_close();
        }
        response.body(serde_json::to_vec(&self.to_problem()).unwrap_or_default())
    }
}

impl From<DecodeError> for HttpError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::TooLarge { limit, .. } => Self::TooLarge { limit },
            DecodeError::Malformed { .. } => {
                Self::rule(StatusCode::BAD_REQUEST, error.code(), &error)
            }
        }
    }
}

impl From<TransactionError> for HttpError {
    fn from(error: TransactionError) -> Self {
        Self::rule(StatusCode::UNPROCESSABLE_ENTITY, error.code(), &error)
    }
}

impl From<BlockError> for HttpError {
    fn from(error: BlockError) -> Self {
        Self::rule(StatusCode::UNPROCESSABLE_ENTITY, error.code(), &error)
    }
}

impl From<CheckError> for HttpError {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Decode(error) => error.into(),
            CheckError::Block(error) => error.into(),
            CheckError::Transaction(error) => error.into(),
        }
    }
}

impl From<PoolError> for HttpError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Busy => Self::Busy,
            PoolError::Stopped => Self::Stopping,
            // The rule set in force is no matter of what others send.
            PoolError::Ledger(LedgerError::Version { .. }) => {
                Self::rule(StatusCode::UNPROCESSABLE_ENTITY, error.code(), &error)
            }
            // They depend on the state, which another transaction or block may change.
            _ => Self::rule(StatusCode::CONFLICT, error.code(), &error),
        }
    }
}

impl From<SubmitError> for HttpError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Busy => Self::Busy,
            SubmitError::Stopped => Self::Stopping,
            // No rule is broken, and there may be room later.
            SubmitError::NoRoom { .. } => Self::rule(StatusCode::CONFLICT, error.code(), &error),
            _ => Self::rule(StatusCode::UNPROCESSABLE_ENTITY, error.code(), &error),
        }
    }
}

impl From<StoreError> for HttpError {
    fn from(error: StoreError) -> Self {
        tracing::error!(code = error.code(), "the store failed: {error}");
        Self::Store { code: error.code(), detail: error.to_string() }
    }
}

impl From<BlockingError> for HttpError {
    /// The thread panicked, which the panic hook has logged.
    fn from(_: BlockingError) -> Self {
        Self::Internal
    }
}
