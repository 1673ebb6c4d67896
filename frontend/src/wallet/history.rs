//! From a node's rows of activity to what they mean for the wallet's owner: to be searched, and to be
//! taken along as a file. Pure.

mod export;

pub use export::{csv, json};

use super::book::Book;
use crate::format::memo_text;
use shared::api::{ActivityRow, Role, TransactionStatus, TransactionView};
use std::sync::Arc;

/// A row of the activity: shared by all who keep it, for there may be tens of thousands.
pub type Entry = Arc<ActivityRow>;

/// Confirmations from which a row is called final. Below, a reorganisation is not unusual.
pub const FINAL_AFTER: u64 = 6;

/// One thing that happened to the wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which way coins went: `received`, `sent`, `mined`, `to itself`.
    pub direction: &'static str,
    /// Addresses of the other side, apart by spaces.
    pub other: String,
    /// Their names, and the label of the row.
    pub names: String,
    /// Mites, the fee apart.
    pub amount: u64,
    /// Mites for the miner, where the wallet paid them.
    pub fee: u64,
    /// Height of the block.
    pub height: Option<u64>,
    /// Timestamp of the block.
    pub time: Option<u64>,
    /// The memo, as plain text.
    pub memo: String,
    /// Id of the transaction, or of the block that was mined.
    pub id: String,
    /// How sure it is, in words.
    pub state: String,
}

/// What a row is called by: the id of its transaction, or of its block.
#[must_use]
pub fn id_of(activity: &ActivityRow) -> &str {
    let transaction = activity.transaction.as_ref().map(|transaction| transaction.id.as_str());
    transaction.or(activity.block.as_deref()).unwrap_or_default()
}

/// Whether two rows are of the same thing in the same block.
#[must_use]
pub fn is_same(one: &ActivityRow, other: &ActivityRow) -> bool {
    one.role == other.role && one.block == other.block && id_of(one) == id_of(other)
}

/// What a row of activity means to `own` when the tip has this height.
#[must_use]
pub fn row(
    activity: &ActivityRow,
    own: &str,
    tip_height: u64,
    contacts: &Book,
    labels: &Book,
) -> Row {
    let transaction = activity.transaction.as_ref();
    let others: Vec<&str> = match (activity.role, transaction) {
        (Role::Received, Some(received)) => vec![received.sender.as_str()],
        (Role::Sent, Some(sent)) => others(sent, own),
        _ => Vec::new(),
    };
    let direction = match activity.role {
        Role::Mined => "mined",
        Role::Received => "received",
        Role::Sent if others.is_empty() => "to itself",
        Role::Sent => "sent",
    };
    let id = id_of(activity);
    let names = others.iter().filter_map(|other| contacts.name_of(other)).chain(labels.name_of(id));
    let paid = transaction.filter(|_| activity.role == Role::Sent);
    Row {
        direction,
        names: names.collect::<Vec<_>>().join(", "),
        other: others.join(" "),
        amount: activity.amount,
        fee: paid.map_or(0, |transaction| transaction.fee),
        height: activity.height,
        time: activity.timestamp,
        memo: transaction.map(|transaction| memo_text(&transaction.memo)).unwrap_or_default(),
        id: id.to_string(),
        state: state(activity, tip_height),
    }
}

/// Whom a transaction of `own` pays beside itself, each once.
fn others<'a>(sent: &'a TransactionView, own: &str) -> Vec<&'a str> {
    let mut others: Vec<&str> = Vec::new();
    for payment in &sent.payments {
        if payment.recipient != own && !others.contains(&payment.recipient.as_str()) {
            others.push(&payment.recipient);
        }
    }
    others
}

/// Confirmations follow from the tip, which is newer than the row.
fn state(activity: &ActivityRow, tip_height: u64) -> String {
    let status = activity.transaction.as_ref().map(|transaction| transaction.status);
    let word = match (status, activity.height) {
        (Some(TransactionStatus::Expired), _) => "expired",
        (Some(TransactionStatus::Replaced), _) => "replaced",
        (Some(TransactionStatus::Dropped), _) => "dropped",
        (_, None) => "pending",
        (_, Some(height)) => match (tip_height + 1).saturating_sub(height).max(1) {
            FINAL_AFTER.. => "final",
            1 => "1 confirmation",
            some => return format!("{some} confirmations"),
        },
    };
    word.to_string()
}

impl Row {
    /// Whether every word of `search`, which is in lower case, stands somewhere in the row.
    #[must_use]
    pub fn has(&self, search: &str) -> bool {
        let amount = crate::format::coins(self.amount).replace('\u{202f}', "");
        let height = self.height.map(|height| height.to_string()).unwrap_or_default();
        let text =
            [self.direction, &self.other, &self.names, &self.memo, &self.id, &amount, &height];
        let text = text.join("\n").to_lowercase();
        search.split_whitespace().all(|word| text.contains(word))
    }
}

#[cfg(test)]
mod tests;
