//! What the app says for each code that a node answers with.

/// The text for a code; `None` when the code is not known here.
#[must_use]
pub fn text_of_code(code: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _)| *known == code).map(|(_, text)| *text)
}

const TEXTS: [(&str, &str); 52] = [
    ("transaction-expired", key!("this payment has expired: make it again")),
    ("transaction-expires-too-soon", key!("this payment would expire too soon: make it again")),
    (
        "transaction-expires-too-late",
        key!("this payment is valid for longer than this chain allows"),
    ),
    (
        "transaction-nonce-used",
        key!("another payment of this account took its place: make it again"),
    ),
    (
        "transaction-nonce-gap",
        key!("an earlier payment of this account has not reached the node yet"),
    ),
    ("transaction-not-enough", key!("the account does not hold enough for amount and fee")),
    ("transaction-already-known", key!("the node has this payment already")),
    (
        "transaction-replacement-fee",
        key!("a payment that replaces a waiting one must pay a higher fee"),
    ),
    (
        "transaction-too-many-pending",
        key!("too many of your payments are waiting: let one be confirmed first"),
    ),
    (
        "transaction-signature",
        key!("the signature does not fit: this payment is for another chain, or was changed"),
    ),
    ("transaction-zero-payment", key!("an amount is zero")),
    ("transaction-version", key!("this payment was made for another version of the rules")),
    ("transaction-balance-overflow", key!("a balance would become larger than any supply")),
    ("transaction-debit-overflow", key!("amount and fee together are larger than any supply")),
    ("transaction-small-order-recipient", key!("nobody can hold the key of this address")),
    ("transaction-small-order-sender", key!("nobody can hold the key of this address")),
    ("transaction-wrong-policy", key!("the keys do not belong to this shared account")),
    ("transaction-signature-count", key!("this payment has a wrong number of signatures")),
    ("transaction-signature-order", key!("the signatures of this payment are in a wrong order")),
    ("pool-full", key!("too many payments are waiting: pay a higher fee, or try again later")),
    ("transaction-not-found", key!("no such transaction is known here")),
    ("block-not-found", key!("no such block is known here")),
    (
        "nothing-found",
        key!("nothing here is called that: search for a height, an id or an address"),
    ),
    ("not-found", key!("there is nothing at this address")),
    ("peer-not-found", key!("no such peer is known here")),
    ("peer-banned", key!("this host is banned: lift the ban first")),
    ("ban-known", key!("this host is banned already")),
    ("ban-not-found", key!("this host is not banned")),
    ("ban-too-many", key!("too many hosts are banned: lift a ban first")),
    ("banned", key!("the operator of this node has banned you")),
    ("address-empty", key!("enter an address")),
    (
        "address-checksum",
        key!("this address has a typing mistake: its check characters do not fit"),
    ),
    ("address-malformed", key!("this is not an address")),
    ("address-wrong-chain", key!("this address is for another chain")),
    ("address-unknown-kind", key!("this address is of a kind that this version does not know")),
    ("address-invalid-key", key!("nobody can hold the key of this address")),
    ("malformed", key!("the node could not read what was sent")),
    ("too-large", key!("what was sent is too large")),
    ("invalid-json", key!("the node could not read what was sent")),
    ("invalid-parameter", key!("the node does not take this value")),
    ("rate-limited", key!("too many requests: wait a moment and try again")),
    (
        "too-many-open",
        key!("this node has too many connections: close other tabs of it, or try again later"),
    ),
    ("host-not-allowed", key!("this node does not answer under this name")),
    ("not-a-dev-chain", key!("this chain has no dev controls")),
    ("unauthorized", key!("the token is missing or wrong")),
    ("not-ready", key!("the node is still starting: try again in a moment")),
    ("busy", key!("the node is busy: try again in a moment")),
    ("stopping", key!("the node is stopping")),
    ("timeout", key!("the node did not get the whole request in time")),
    ("store-full", key!("the node's disk is full")),
    ("store-io", key!("the node cannot read or write its data")),
    ("internal", key!("something went wrong in the node")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once_and_has_a_text() {
        for (index, (code, text)) in TEXTS.iter().enumerate() {
            assert!(!text.is_empty());
            assert!(TEXTS.iter().skip(index + 1).all(|(other, _)| other != code), "{code}");
            assert_eq!(text_of_code(code), Some(*text));
        }
        assert_eq!(text_of_code("of-a-later-version"), None);
    }
}
