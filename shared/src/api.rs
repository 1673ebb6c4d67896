//! The contract between browser, node and command line: paths, limits and JSON views.
//!
//! Serde exists only here: consensus types have one canonical encoding and no accidental second. Views
//! carry amounts as integers of mites (exact below 2^53), hashes, targets and nonces as hex, times as
//! seconds since 1970. Between nodes nothing of this is used: they speak canonical bytes.

mod chain;
mod convert;
mod event;
mod explorer;
mod node;
mod problem;
mod request;
mod view;

pub use chain::{ChainFile, ChainFileError, OpeningBalance};
pub use convert::{Place, address_of, difficulty_number};
pub use event::{BlockEvent, Event, PeersEvent, PoolEvent};
pub use explorer::{
    FeeClass, PoolHistogram, PoolPlace, ProjectedBlock, ProjectedBlocks, ReorganisationList,
    ReorganisationView, StatsPoint, StatsView,
};
pub use node::{
    BanView, CheckView, DevMined, OperatorPeersView, PeerView, PeersView, SearchView, Submitted,
    SubmittedBlock, TemplateView,
};
pub use problem::Problem;
pub use request::{AddPeer, BanPeer, DevFaucet, DevMine, SubmitHex};
pub use view::{
    AccountProofView, AccountTotals, AccountView, ActivityPage, ActivityRow, BlockList, BlockView,
    FeeRates, HistoryStep, MempoolEntry, MempoolTotals, MempoolView, PaymentView, Pending, Role,
    SideBlockView, StatusView, TransactionList, TransactionProofView, TransactionStatus,
    TransactionView,
};

/// Where the interface begins.
pub const API: &str = "/api/v1";
/// Where nodes talk to nodes.
pub const P2P: &str = "/p2p/v1";
/// Where an operator talks to a node, on another listener.
pub const ADMIN: &str = "/admin/v1";
/// Rows in one page of a list, at most.
pub const MAX_PAGE: usize = 100;
/// The media type of canonical bytes.
pub const BYTES: &str = "application/octet-stream";
/// The header that names the tip at which an answer was read: `<height>:<id>`.
pub const TIP_HEADER: &str = "x-chain-tip";
/// The header, and its value, by which an operator's listener says what it is.
pub const LISTENER_HEADER: (&str, &str) = ("x-halfpenny-listener", "admin");
