use super::*;
use crate::testkit::transaction;

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

fn row_at(activity: &ActivityRow, tip_height: u64) -> Row {
    let (contacts, labels) = (Book::parse("bob Bob Baker\n"), Book::parse("id the bus\n"));
    row(activity, "me", tip_height, &contacts, &labels)
}

#[test]
fn a_row_names_direction_other_side_and_fee() {
    let check = |role, transaction, direction, other, fee| {
        let row = row_at(&activity(role, transaction), 5);
        assert_eq!((row.direction, row.other.as_str(), row.fee), (direction, other, fee));
    };
    check(Role::Mined, None, "mined", "", 0);
    check(Role::Received, Some(transaction("ada", &["me"])), "received", "ada", 0);
    check(Role::Sent, Some(transaction("me", &["bob"])), "sent", "bob", 3);
    check(Role::Sent, Some(transaction("me", &["bob", "bob"])), "sent", "bob", 3);
    check(Role::Sent, Some(transaction("me", &["bob", "eve"])), "sent", "bob eve", 3);
    check(Role::Sent, Some(transaction("me", &["me"])), "to itself", "", 3);
}

#[test]
fn confirmations_grow_with_the_tip_until_final() {
    let state_at = |tip| row_at(&activity(Role::Mined, None), tip).state;
    assert_eq!(state_at(5), "1 confirmation");
    assert_eq!(state_at(9), "5 confirmations");
    assert_eq!(state_at(10), "final");
    assert_eq!(state_at(4), "1 confirmation", "the tip is on its way");
    let waiting = ActivityRow { height: None, ..activity(Role::Received, None) };
    assert_eq!(row_at(&waiting, 9).state, "pending");
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
        assert_eq!(row_at(&activity, 9).state, text);
    }
}

#[test]
fn a_row_is_found_by_any_of_its_words() {
    let sent = row_at(&activity(Role::Sent, Some(transaction("me", &["bob"]))), 5);
    assert_eq!((sent.memo.as_str(), sent.names.as_str()), ("hi", "Bob Baker, the bus"));
    for search in ["", "bob", "baker", "bus bob", "hi", "sent", "0.0000001", "id", " 5 "] {
        assert!(sent.has(search), "{search}");
    }
    for search in ["eve", "bob eve", "received"] {
        assert!(!sent.has(search), "{search}");
    }
    let mined = row_at(&activity(Role::Mined, None), 5);
    assert!(mined.has("mined block") && mined.id == "block");
}
