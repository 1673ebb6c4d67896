//! What each state of a payment means, in words: what happened and where the coins are. Pure.

use crate::{
    api,
    components::Tone,
    pages::unlock::sentence,
    state::wallet::{SendStatus, Sent},
    wallet::history::FINAL_AFTER,
};

/// A payment's state for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusText {
    /// One or two words.
    pub word: &'static str,
    /// What it means. Does not change with every confirmation, so that it can be a live region.
    pub sentence: String,
    /// How it is shown.
    pub tone: Tone,
}

/// Where `sent` stands when the newest block has this height and the account this nonce: what once
/// could be sent again may have become impossible since.
#[must_use]
pub fn status_now(sent: &Sent, tip_height: u64, account_nonce: u64) -> SendStatus {
    match sent.status {
        SendStatus::NotSent { .. } | SendStatus::Dropped { .. } if account_nonce > sent.nonce => {
            SendStatus::Replaced
        }
        SendStatus::NotSent { .. } | SendStatus::Dropped { .. }
            if tip_height >= sent.expires_at =>
        {
            SendStatus::Expired
        }
        ref status => status.clone(),
    }
}

/// The words for `status` when the newest block has this height.
#[must_use]
pub fn status_text(status: &SendStatus, tip_height: u64) -> StatusText {
    let (word, text, tone) = match status {
        SendStatus::Broadcasting => (
            t!("sending"),
            t!("The signed payment is on its way to the node.").into(),
            Tone::Neutral,
        ),
        SendStatus::NotSent { reason, will_retry } => {
            (t!("not sent"), not_sent(reason, *will_retry), Tone::Bad)
        }
        SendStatus::Pending => (
            t!("pending"),
            t!("The node has it. It waits until a miner puts it into a block.").into(),
            Tone::Warn,
        ),
        SendStatus::Reverted { height } => (
            t!("reorganised out"),
            t!(
                "Miners agreed on other blocks, so block {height}, in which it was, is no longer in \
                 the chain. It waits for a block again; nothing is paid twice.",
                height = height,
            ),
            Tone::Warn,
        ),
        SendStatus::Confirmed { height } if confirmations(*height, tip_height) >= FINAL_AFTER => {
            let text = t!(
                "The payment is in block {height}, with {count} or more confirmations.",
                height = height,
                count = FINAL_AFTER,
            );
            (t!("final"), text, Tone::Good)
        }
        SendStatus::Confirmed { height } => {
            let text = t!(
                "The payment is in block {height}. From {count} confirmations on it counts as final.",
                height = height,
                count = FINAL_AFTER,
            );
            (t!("confirmed"), text, Tone::Good)
        }
        SendStatus::Expired => (
            t!("expired"),
            t!("No miner took it in time, and now none can any more. Nothing was spent.").into(),
            Tone::Bad,
        ),
        SendStatus::Replaced => (
            t!("replaced"),
            t!("Another payment from this account took its place. This one was not made.").into(),
            Tone::Warn,
        ),
        SendStatus::Dropped { reason } => (
            t!("dropped"),
            t!(
                "{error} Nothing was spent. The same payment can be sent again.",
                error = sentence(&dropped(reason)),
            ),
            Tone::Bad,
        ),
    };
    StatusText { word, sentence: text, tone }
}

/// Every state that a payment can be in, each explained: the order is that of its life.
pub const STATES: [(&str, &str); 10] = [
    (key!("draft"), key!("It stands in the form of this tab only. Nothing is signed or sent.")),
    (key!("sending"), key!("It is signed and on its way to the node (broadcast).")),
    (
        key!("not sent"),
        key!("It did not reach the node. It is kept here, and the coins are still yours."),
    ),
    (key!("pending"), key!("The node has it. It waits until a miner puts it into a block.")),
    (
        key!("1 to 5 confirmations"),
        key!(
            "It is in the chain, with so many blocks on top. The newest blocks can still be replaced by others."
        ),
    ),
    (key!("final"), key!("Six blocks or more confirm it: it can be relied on.")),
    (
        key!("expired"),
        key!(
            "No miner took it before its last block. It can never happen; the coins are still yours."
        ),
    ),
    (
        key!("replaced"),
        key!(
            "Another payment with the same number took its place, as when you speed one up or cancel it. This one can never happen."
        ),
    ),
    (
        key!("dropped"),
        key!(
            "The node let go of it, as when its pool is full. The coins are still yours; it can be sent again."
        ),
    ),
    (
        key!("reorganised out"),
        key!("It was in a block that miners have replaced. It waits for a block again."),
    ),
];

/// Whether sending the same signed payment once more can help.
#[must_use]
pub const fn can_send_again(status: &SendStatus) -> bool {
    matches!(status, SendStatus::NotSent { .. } | SendStatus::Dropped { .. })
}

/// Whether the payment can never be made as it is, so that it has to be made anew.
#[must_use]
pub const fn is_void(status: &SendStatus) -> bool {
    matches!(status, SendStatus::Expired | SendStatus::Replaced)
}

/// Whether making the payment anew cannot pay twice: the old one can never be made, or the new one
/// takes its nonce, so that only one of them ever is.
#[must_use]
pub const fn can_make_anew(status: &SendStatus) -> bool {
    is_void(status)
        || matches!(
            status,
            SendStatus::NotSent { will_retry: false, .. } | SendStatus::Dropped { .. }
        )
}

/// Whether the node has neither taken the payment nor is about to.
#[must_use]
pub const fn is_stuck(status: &SendStatus) -> bool {
    can_send_again(status) || is_void(status)
}

/// How deep a block is: 1 for the newest.
#[must_use]
pub const fn confirmations(height: u64, tip_height: u64) -> u64 {
    // The block can be told before the tip is.
    let depth = tip_height.saturating_add(1).saturating_sub(height);
    if depth == 0 { 1 } else { depth }
}

/// How often the block of a payment has been built upon, in words.
#[must_use]
pub fn confirmations_text(confirmations: u64) -> String {
    crate::components::confirmed(confirmations)
}

fn not_sent(reason: &str, will_retry: bool) -> String {
    if will_retry {
        t!(
            "{error} It is kept, signed, in this browser and is sent as soon as the node answers; it \
             cannot be paid twice.",
            error = sentence(reason),
        )
    } else {
        t!(
            "{error} Nothing has left your wallet. Sending the same payment again cannot pay twice.",
            error = sentence(reason),
        )
    }
}

/// Why a node let go of a payment.
fn dropped(code: &str) -> String {
    match code {
        "unknown" => t!("the node does not know this payment any more").into(),
        "evicted" => t!("payments with higher fees took its place at the node").into(),
        "aged" => t!("it waited too long at the node").into(),
        code => match api::text_of_code(code) {
            Some(text) => t!("the node let go of it: {error}", error = text),
            None => t!("the node let go of it").into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn not_sent() -> SendStatus {
        SendStatus::NotSent { reason: "the node cannot be reached".into(), will_retry: true }
    }

    fn refused() -> SendStatus {
        SendStatus::NotSent { reason: "the pool is full".into(), will_retry: false }
    }

    fn dropped() -> SendStatus {
        SendStatus::Dropped { reason: "unknown".into() }
    }

    fn sent(status: &SendStatus) -> Sent {
        let sent = serde_json::json!({
            "id": "00", "nonce": 3, "recipient": "bob", "amount": 10, "fee": 1, "memo": "",
            "time": 0, "expires_at": 100, "status": status, "bytes": "",
        });
        serde_json::from_value(sent).unwrap()
    }

    #[test]
    fn every_state_says_what_happened_and_where_the_coins_are() {
        for (status, word) in [
            (SendStatus::Broadcasting, "sending"),
            (not_sent(), "not sent"),
            (refused(), "not sent"),
            (SendStatus::Pending, "pending"),
            (SendStatus::Reverted { height: 7 }, "reorganised out"),
            (SendStatus::Confirmed { height: 10 }, "confirmed"),
            (SendStatus::Confirmed { height: 11 - FINAL_AFTER }, "final"),
            (SendStatus::Expired, "expired"),
            (SendStatus::Replaced, "replaced"),
            (dropped(), "dropped"),
            (SendStatus::Dropped { reason: "of-a-later-version".into() }, "dropped"),
        ] {
            let text = status_text(&status, 10);
            assert_eq!(text.word, word);
            assert!(text.sentence.ends_with('.') && !text.sentence.contains("  "), "{text:?}");
        }
    }

    #[test]
    fn every_word_for_a_state_is_explained() {
        for status in [
            SendStatus::Broadcasting,
            not_sent(),
            SendStatus::Pending,
            SendStatus::Reverted { height: 7 },
            SendStatus::Confirmed { height: 11 - FINAL_AFTER },
            SendStatus::Expired,
            SendStatus::Replaced,
            dropped(),
        ] {
            let word = status_text(&status, 10).word;
            assert!(STATES.iter().any(|(known, _)| *known == word), "{word}");
        }
        assert!(STATES.iter().all(|(_, text)| text.ends_with('.')));
    }

    #[test]
    fn what_a_person_is_told_does_not_change_with_each_confirmation() {
        let at = |tip| status_text(&SendStatus::Confirmed { height: 10 }, tip);
        assert_eq!(at(10), at(10 + FINAL_AFTER - 2));
        assert_eq!(at(9 + FINAL_AFTER), at(1_000));
        assert_eq!(confirmations(11, 10), 1, "the block was told before the tip");
    }

    #[test]
    fn one_confirmation_is_no_plural() {
        assert_eq!(confirmations_text(1), "1 confirmation");
        assert_eq!(confirmations_text(2), "2 confirmations");
    }

    #[test]
    fn the_same_payment_is_offered_again_only_where_that_can_help() {
        for (status, again, void) in [
            (not_sent(), true, false),
            (refused(), true, false),
            (dropped(), true, false),
            (SendStatus::Expired, false, true),
            (SendStatus::Replaced, false, true),
            (SendStatus::Pending, false, false),
        ] {
            assert_eq!((can_send_again(&status), is_void(&status)), (again, void));
            assert_eq!(is_stuck(&status), again || void);
        }
    }

    #[test]
    fn a_payment_that_may_still_be_made_is_not_made_anew() {
        for (status, anew) in [
            (SendStatus::Broadcasting, false),
            (SendStatus::Pending, false),
            (SendStatus::Reverted { height: 1 }, false),
            (SendStatus::Confirmed { height: 1 }, false),
            (not_sent(), false),
            (refused(), true),
            (dropped(), true),
            (SendStatus::Expired, true),
            (SendStatus::Replaced, true),
        ] {
            assert_eq!(can_make_anew(&status), anew, "{status:?}");
        }
    }

    #[test]
    fn what_can_never_be_made_any_more_is_not_offered_again() {
        for status in [not_sent(), refused(), dropped()] {
            assert_eq!(status_now(&sent(&status), 99, 3), status);
            assert_eq!(status_now(&sent(&status), 99, 4), SendStatus::Replaced);
            assert_eq!(status_now(&sent(&status), 100, 3), SendStatus::Expired);
        }
        assert_eq!(status_now(&sent(&SendStatus::Pending), 100, 4), SendStatus::Pending);
    }
}
