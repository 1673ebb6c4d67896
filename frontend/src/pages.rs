//! What is seen at each address of the app.

pub mod about;
pub mod message;
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
pub mod broadcast;
pub mod charts;
pub mod explorer;
pub mod forks;
pub mod mempool;
pub mod network;
pub mod shared_accounts;
pub mod transaction;
pub mod verify;

#[cfg(feature = "gallery")]
pub mod gallery;

mod backup;
mod extra_word;
mod focus;
mod not_here;
mod paging;
mod raw;
mod template;
mod text_or_file;

pub(crate) use backup::BackupBanner;
pub(crate) use focus::focus_soon;
