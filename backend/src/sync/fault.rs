//! What can be wrong with a peer, and what follows from it.

/// Why a link ended or a request failed. One variant per cause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nobody listens there.
    #[error("nothing answers there")]
    Unreachable,
    /// It closed the connection.
    #[error("it closed the connection")]
    Closed,
    /// It did not answer in time.
    #[error("it did not answer in time")]
    Timeout,
    /// It answered with an HTTP status that the protocol does not know.
    #[error("it answered with status {0}")]
    Status(u16),
    /// What it sent is larger than allowed.
    #[error("its answer is larger than allowed")]
    TooLarge,
    /// What it sent is not a message of the protocol.
    #[error("its answer is not a message of the protocol")]
    Malformed,
    /// It speaks another version of the protocol.
    #[error("it speaks another version of the protocol")]
    OtherProtocol,
    /// It is on another chain.
    #[error("it is on another chain")]
    OtherChain,
    /// It is this node.
    #[error("it is this node itself")]
    Itself,
    /// A header without the work that it claims.
    #[error("it announced a header without proof of work")]
    BadWork,
    /// A chain of headers that breaks a rule.
    #[error("its headers break a rule: {0}")]
    BadHeader(&'static str),
    /// Its chain has other work than it said.
    #[error("its chain has other work than it said")]
    WrongWork,
    /// Transactions that do not belong to their header.
    #[error("it sent a body that does not belong to its header")]
    WrongBody,
    /// A block that breaks a rule.
    #[error("it sent a block that breaks a rule: {0}")]
    BadBlock(&'static str),
    /// A transaction that breaks a rule, whatever the ledger says.
    #[error("it sent a transaction that breaks a rule: {0}")]
    BadTransaction(&'static str),
    /// Its chain changed while it was read, or it promised more than it had, again and again.
    #[error("its chain could not be followed")]
    Unstable,
    /// Its chain changed while it was read.
    #[error("its chain changed while it was read")]
    Moved,
    /// It has too much to do.
    #[error("it has too much to do")]
    Overloaded,
    /// This node was too busy.
    #[error("this node was too busy")]
    Busy,
    /// This node is stopping, or could not read its own store.
    #[error("this node is stopping")]
    Ours,
}

/// How soon a peer is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// It may be starting: trying costs next to nothing, so soon.
    Soon,
    /// Less and less often, up to once a minute.
    Growing,
    /// It is not a peer and will hardly become one.
    Long,
    /// The link goes on: the cause is ours or passes by itself.
    GoOn,
}

impl Fault {
    /// The stable code of this fault.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Closed => "closed",
            Self::Timeout => "timeout",
            Self::Status(_) => "status",
            Self::TooLarge => "too-large",
            Self::Malformed => "malformed",
            Self::OtherProtocol => "other-protocol",
            Self::OtherChain => "other-chain",
            Self::Itself => "self",
            Self::BadWork => "bad-work",
            Self::BadHeader(_) => "bad-header",
            Self::WrongWork => "wrong-work",
            Self::WrongBody => "wrong-body",
            Self::BadBlock(_) => "bad-block",
            Self::BadTransaction(_) => "bad-transaction",
            Self::Unstable => "unstable",
            Self::Moved => "moved",
            Self::Overloaded => "overloaded",
            Self::Busy => "busy",
            Self::Ours => "stopping",
        }
    }

    /// What follows from this fault.
    #[must_use]
    pub const fn patience(&self) -> Patience {
        match self {
            Self::Unreachable | Self::Closed => Patience::Soon,
            Self::Timeout | Self::Status(_) | Self::TooLarge | Self::Malformed | Self::Unstable => {
                Patience::Growing
            }
            Self::OtherProtocol | Self::OtherChain | Self::Itself => Patience::Long,
            Self::Moved | Self::Overloaded | Self::Busy | Self::Ours => Patience::GoOn,
            Self::BadWork
            | Self::BadHeader(_)
            | Self::WrongWork
            | Self::WrongBody
            | Self::BadBlock(_)
            | Self::BadTransaction(_) => Patience::Growing,
        }
    }

    /// Whether the link goes on: the cause passes by itself.
    ///
    /// # Errors
    ///
    /// The fault, when the link ends with it.
    pub(super) fn passes(self) -> Result<Self, Self> {
        if self.patience() == Patience::GoOn { Ok(self) } else { Err(self) }
    }

    /// Whether anybody could prove the fault from what the peer sent: an honest peer never has it.
    #[must_use]
    pub const fn is_proven(&self) -> bool {
        match self {
            Self::BadWork
            | Self::BadHeader(_)
            | Self::WrongWork
            | Self::WrongBody
            | Self::BadBlock(_)
            | Self::BadTransaction(_) => true,
            Self::Unreachable
            | Self::Closed
            | Self::Timeout
            | Self::Status(_)
            | Self::TooLarge
            | Self::Malformed
            | Self::OtherProtocol
            | Self::OtherChain
            | Self::Itself
            | Self::Unstable
            | Self::Moved
            | Self::Overloaded
            | Self::Busy
            | Self::Ours => false,
        }
    }
}
