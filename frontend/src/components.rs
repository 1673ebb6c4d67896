//! What pages are made of. Components show and ask; they do not fetch, and they decide nothing.
//!
//! No markup is ever made from text, and no element has a `style` attribute: the page's content
//! security policy forbids both.

mod activity_list;
mod address;
mod amount_text;
mod badge;
mod block_table;
mod chart;
mod choice;
mod copy_button;
mod dialog;
mod field;
mod frame;
mod icon;
mod identicon;
mod language;
mod link;
mod loaded;
mod long_list;
mod nav;
mod notice_list;
mod pager;
mod passphrase_field;
mod qr;
mod search_box;
mod shape;
mod status_bar;
mod text_field;
mod time;
mod transaction_table;
mod waiting;

pub use activity_list::ActivityList;
pub(crate) use activity_list::DustMarks;
pub use address::AddressText;
pub use amount_text::{AmountText, Sign};
pub(crate) use badge::confirmed;
pub use badge::{Badge, ConfirmationsBadge, StatusBadge, Tone};
pub use block_table::BlockTable;
pub use chart::LineChart;
pub use choice::{CheckField, RangeField, SelectField};
pub use copy_button::{CopyButton, CopyIcon};
pub use dialog::Dialog;
pub use field::{AddressField, AmountField, Field, TextArea};
pub use frame::{Card, Fact, Facts, PageHeader, WizardSteps};
pub use icon::{Glyph, HeroMark, Icon, Mark};
pub use identicon::Identicon;
pub use language::LanguageField;
pub use link::{AccountLink, BlockLink, HashText, TransactionLink};
pub use loaded::{Fetched, Loaded, fetched};
pub use long_list::LongActivityList;
pub use nav::Nav;
pub use notice_list::Notices;
pub use pager::Pager;
pub use passphrase_field::PassphraseField;
pub use qr::QrCode;
pub use search_box::SearchBox;
pub use shape::{For, Show};
pub use status_bar::StatusBar;
pub use time::{RelativeTime, provide_clock};
pub use transaction_table::{MempoolTable, TransactionTable};
pub(crate) use transaction_table::{fee_rate, paid, touches};
pub use waiting::{EmptyState, ErrorBox, NoticeBox, ProgressBar, Skeleton};
