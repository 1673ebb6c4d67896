//! From a node's rows of activity to what they mean for the wallet's owner.

use crate::format::memo_text;
use shared::api::{ActivityRow, Role, TransactionStatus, TransactionView};

/// Confirmations from which a row is called final. Below, a reorganisation is not unusual.
pub const FINAL_AFTER: u64 = 6;

/// Which way coins went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// They came.
    In,
    /// They left.
    Out,
    /// They came for a mined block.
    Mined,
    /// They left and came back; the fee is gone.
    ToSelf,
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// It waits.
    Pending,
    /// It is in the chain, so many blocks deep.
    Confirmed(u64),
    /// It is so deep that it can be relied on.
    Final,
    /// It waited too long and will never happen.
    Expired,
    /// Another payment took its place.
    Replaced,
    /// It left the pool for another reason.
    Dropped,
}

impl RowState {
    /// The state of something that has so many confirmations.
    #[must_use]
    pub const fn of_confirmations(confirmations: u64) -> Self {
        match confirmations {
            0 => Self::Pending,
            FINAL_AFTER.. => Self::Final,
            some => Self::Confirmed(some),
        }
    }

    /// In words.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Pending => "pending".to_string(),
            Self::Confirmed(1) => "1 confirmation".to_string(),
            Self::Confirmed(some) => format!("{some} confirmations"),
            Self::Final => "final".to_string(),
            Self::Expired => "expired".to_string(),
            Self::Replaced => "replaced".to_string(),
            Self::Dropped => "dropped".to_string(),
        }
    }
}

/// One thing that happened to the wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which way coins went.
    pub direction: Direction,
    /// The other side's address, unless there is none or there are several.
    pub other: Option<String>,
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
    /// Id of the transaction.
    pub transaction: Option<String>,
    /// Id of the block.
    pub block: Option<String>,
    /// How sure it is.
    pub state: RowState,
}

/// What a row of activity means to `own` when the tip has this height.
#[must_use]
pub fn row(activity: &ActivityRow, own: &str, tip_height: u64) -> Row {
    let transaction = activity.transaction.as_ref();
    let direction = match activity.role {
        Role::Mined => Direction::Mined,
        Role::Received => Direction::In,
        Role::Sent if transaction.is_some_and(|sent| pays_only(sent, own)) => Direction::ToSelf,
        Role::Sent => Direction::Out,
    };
    let other = transaction.and_then(|transaction| match direction {
        Direction::In => Some(transaction.sender.clone()),
        Direction::Out => only_recipient(transaction),
        Direction::Mined | Direction::ToSelf => None,
    });
    let paid_fee = matches!(direction, Direction::Out | Direction::ToSelf);
    Row {
        direction,
        other,
        amount: activity.amount,
        fee: transaction.filter(|_| paid_fee).map_or(0, |transaction| transaction.fee),
        height: activity.height,
        time: activity.timestamp,
        memo: transaction.map(|transaction| memo_text(&transaction.memo)).unwrap_or_default(),
        transaction: transaction.map(|transaction| transaction.id.clone()),
        block: activity.block.clone(),
        state: state(activity, tip_height),
    }
}

/// Confirmations follow from the tip, which is newer than the row.
fn state(activity: &ActivityRow, tip_height: u64) -> RowState {
    let status = activity.transaction.as_ref().map(|transaction| transaction.status);
    match (status, activity.height) {
        (Some(TransactionStatus::Expired), _) => RowState::Expired,
        (Some(TransactionStatus::Replaced), _) => RowState::Replaced,
        (Some(TransactionStatus::Dropped), _) => RowState::Dropped,
        (_, Some(height)) => {
            RowState::of_confirmations((tip_height + 1).saturating_sub(height).max(1))
        }
        (_, None) => RowState::Pending,
    }
}

fn pays_only(transaction: &TransactionView, own: &str) -> bool {
    transaction.payments.iter().all(|payment| payment.recipient == own)
}

fn only_recipient(transaction: &TransactionView) -> Option<String> {
    let mut recipients = transaction.payments.iter().map(|payment| &payment.recipient);
    let first = recipients.next()?;
    recipients.all(|other| other == first).then(|| first.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::PaymentView;

    fn transaction(sender: &str, recipients: &[&str]) -> TransactionView {
        let payment = |recipient: &&str| PaymentView { recipient: (*recipient).into(), amount: 10 };
        TransactionView {
            id: "id".into(),
            status: TransactionStatus::Confirmed,
            reason: None,
            block: Some("block".into()),
            height: Some(5),
            index: Some(0),
            timestamp: Some(100),
            confirmations: 1,
            sender: sender.into(),
            nonce: 0,
            fee: 3,
            payments: recipients.iter().map(payment).collect(),
            memo: "6869".into(),
            expires_at: 9,
            size: 174,
        }
    }

    fn activity(role: Role, transaction: Option<TransactionView>) -> ActivityRow {
        ActivityRow {
            role,
            amount: 10,
            height: Some(5),
            block: Some("block".into()),
            timestamp: Some(100),
            confirmations: 1,
            transaction,
        }
    }

    #[test]
    fn a_row_names_direction_other_side_and_fee() {
        let check = |role, transaction, direction, other: Option<&str>, fee| {
            let row = row(&activity(role, transaction), "me", 5);
            assert_eq!((row.direction, row.other.as_deref(), row.fee), (direction, other, fee));
        };
        check(Role::Mined, None, Direction::Mined, None, 0);
        check(Role::Received, Some(transaction("ada", &["me"])), Direction::In, Some("ada"), 0);
        check(Role::Sent, Some(transaction("me", &["bob"])), Direction::Out, Some("bob"), 3);
        check(Role::Sent, Some(transaction("me", &["bob", "bob"])), Direction::Out, Some("bob"), 3);
        check(Role::Sent, Some(transaction("me", &["bob", "eve"])), Direction::Out, None, 3);
        check(Role::Sent, Some(transaction("me", &["me"])), Direction::ToSelf, None, 3);
    }

    #[test]
    fn confirmations_grow_with_the_tip_until_final() {
        let row_at = |tip| row(&activity(Role::Mined, None), "me", tip).state;
        assert_eq!(row_at(5), RowState::Confirmed(1));
        assert_eq!(row_at(9), RowState::Confirmed(5));
        assert_eq!(row_at(10), RowState::Final);
        assert_eq!(row_at(4), RowState::Confirmed(1), "the tip is on its way");
        let waiting = ActivityRow { height: None, ..activity(Role::Received, None) };
        assert_eq!(row(&waiting, "me", 9).state, RowState::Pending);
    }

    #[test]
    fn what_left_the_pool_says_so() {
        for (status, text) in [
            (TransactionStatus::Expired, "expired"),
            (TransactionStatus::Replaced, "replaced"),
            (TransactionStatus::Dropped, "dropped"),
        ] {
            let gone = TransactionView { status, ..transaction("me", &["bob"]) };
            let activity = ActivityRow { height: None, ..activity(Role::Sent, Some(gone)) };
            assert_eq!(row(&activity, "me", 9).state.text(), text);
        }
    }

    #[test]
    fn memos_are_plain_text() {
        let row = row(&activity(Role::Received, Some(transaction("ada", &["me"]))), "me", 5);
        assert_eq!(row.memo, "hi");
    }
}
