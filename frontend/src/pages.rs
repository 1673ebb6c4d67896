//! What is seen at each address of the app.

pub mod about;
pub mod kit;
pub mod not_found;
pub mod restore;
pub mod settings;
pub mod unlock;
pub mod welcome;

pub mod history;
pub mod mine;
pub mod overview;
pub mod receive;
pub mod send;

pub mod account;
pub mod block;
pub mod explorer;
pub mod mempool;
pub mod network;
pub mod transaction;
pub mod verify;

mod focus;
mod not_here;
mod paging;

pub(crate) use focus::focus_soon;
