use super::*;
use shared::api::{AccountTotals, Pending};

fn sent(nonce: u64, status: SendStatus) -> Sent {
    Sent {
        id: format!("id{nonce}"),
        nonce,
        recipient: "bob".into(),
        amount: 10,
        fee: 1,
        memo: String::new(),
        time: 0,
        expires_at: 100,
        status,
        bytes: String::new(),
    }
}

fn account(outgoing: u64, next_nonce: u64) -> AccountView {
    let pending = Pending { incoming: 500, outgoing, next_nonce };
    let totals = AccountTotals::default();
    AccountView { address: "me".into(), balance: 100, nonce: 3, pending, totals }
}

fn check(account: &AccountView, sends: &[Sent], nonce: u64, balance: u64) {
    let balance = Amount::from_mites(balance).unwrap();
    assert_eq!(after(account, sends), Account { nonce, balance });
}

#[test]
fn what_waits_holds_coins_and_nonces_back() {
    let offline = SendStatus::NotSent { reason: String::new(), will_retry: true };
    check(&account(0, 3), &[], 3, 100);
    check(&account(11, 4), &[sent(3, SendStatus::Pending)], 4, 89);
    check(&account(0, 3), &[sent(3, SendStatus::Broadcasting)], 4, 89);
    check(&account(11, 4), &[sent(4, offline), sent(3, SendStatus::Pending)], 5, 78);
}

#[test]
fn what_failed_holds_nothing_back() {
    let refused = SendStatus::NotSent { reason: String::new(), will_retry: false };
    for status in [refused, SendStatus::Expired, SendStatus::Replaced] {
        check(&account(0, 3), &[sent(3, status)], 3, 100);
    }
}

#[test]
fn a_payment_that_the_node_forgot_says_what_can_be_done() {
    let send = sent(3, SendStatus::Pending);
    assert_eq!(status_unknown(&send, 4, 50), SendStatus::Replaced);
    assert_eq!(status_unknown(&send, 3, 100), SendStatus::Expired);
    assert_eq!(status_unknown(&send, 3, 50), SendStatus::Dropped { reason: "unknown".into() });
}

#[test]
fn what_was_in_a_block_and_waits_again_was_reorganised_out() {
    let (confirmed, reverted) =
        (SendStatus::Confirmed { height: 7 }, SendStatus::Reverted { height: 7 });
    let check = |before: &SendStatus, told, after: &SendStatus| {
        assert_eq!(after_reorganisation(before, told), *after);
    };
    check(&confirmed, SendStatus::Pending, &reverted);
    check(&reverted, SendStatus::Pending, &reverted);
    check(&reverted, SendStatus::Confirmed { height: 8 }, &SendStatus::Confirmed { height: 8 });
    check(&confirmed, SendStatus::Expired, &SendStatus::Expired);
    check(&SendStatus::Broadcasting, SendStatus::Pending, &SendStatus::Pending);
    // It holds coins and nonce back, as everything that waits.
    check_after(reverted);
}

fn check_after(status: SendStatus) {
    check(&account(0, 3), &[sent(3, status)], 4, 89);
}
