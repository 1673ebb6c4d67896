//! Transactions that break a rule.

use shared::{
    account::AccountId,
    amount::Amount,
    encode::{Bounded, encode},
    key::{PublicKey, Signature},
    limits::TIME_END,
    transaction::{Authorization, Body, IndexedSignature, Payment, Transaction},
};

use super::{MAX, TransactionCase, World, account, key, mites, policy};

pub(super) const CASES: &[TransactionCase] = &[
    // In isolation.
    ("version 0", "transaction-version", |w| plain(w, |b| b.version = 0)),
    ("version 2", "transaction-version", |w| plain(w, |b| b.version = 2)),
    ("version 255", "transaction-version", |w| plain(w, |b| b.version = 255)),
    ("a payment of nothing", "transaction-zero-payment", |w| plain(w, |b| to(b, &[(2, 0)]))),
    ("the last of 16 payments of nothing", "transaction-zero-payment", |w| {
        let mut all = [(2, 1); 16];
        all[15].1 = 0;
        plain(w, |b| to(b, &all))
    }),
    ("two payments above all coins", "transaction-debit-overflow", |w| {
        plain(w, |b| to(b, &[(2, MAX), (3, 1)]))
    }),
    ("16 payments of all coins", "transaction-debit-overflow", |w| {
        plain(w, |b| to(b, &[(2, MAX); 16]))
    }),
    ("a fee above all coins", "transaction-debit-overflow", |w| plain(w, |b| b.fee = Amount::MAX)),
    ("a sender of small order", "transaction-small-order-sender", |w| {
        plain(w, |b| b.sender = AccountId([0; 32]))
    }),
    ("a recipient of small order", "transaction-small-order-recipient", |w| {
        plain(w, |b| recipient(b, AccountId([0; 32])))
    }),
    ("the last recipient of small order, spelt badly", "transaction-small-order-recipient", |w| {
        plain(w, |b| {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (0xee, 0x7f);
            let mut payments = [Payment { recipient: account(2), amount: mites(1) }; 16].to_vec();
            payments[15].recipient = AccountId(bytes);
            b.payments = Bounded::new(payments).unwrap();
        })
    }),
    // Signatures.
    ("signed by somebody else", "transaction-signature", |w| encode(&w.sign(w.plain(), 2))),
    ("a signature of zeros", "transaction-signature", |w| signature(w, |s| *s = [0; 64])),
    ("a flipped bit in R", "transaction-signature", |w| signature(w, |s| s[0] ^= 1)),
    ("a flipped bit in S", "transaction-signature", |w| signature(w, |s| s[32] ^= 1)),
    ("S and the group order: malleated", "transaction-signature", |w| signature(w, add_order)),
    ("another nonce than was signed", "transaction-signature", |w| altered(w, |b| b.nonce += 1)),
    ("another fee than was signed", "transaction-signature", |w| altered(w, |b| b.fee = mites(3))),
    ("another expiry than was signed", "transaction-signature", |w| {
        altered(w, |b| b.expires_at += 1)
    }),
    ("another recipient than was signed", "transaction-signature", |w| {
        altered(w, |b| to(b, &[(3, 5)]))
    }),
    ("another amount than was signed", "transaction-signature", |w| {
        altered(w, |b| to(b, &[(2, 6)]))
    }),
    ("another memo than was signed", "transaction-signature", |w| {
        altered(w, |b| b.memo = Bounded::new(vec![1]).unwrap())
    }),
    ("signed for another chain", "transaction-signature", |w| {
        let other = super::chain(|parameters| parameters.salt = shared::hash::Hash([1; 32]));
        let body = w.plain();
        let signature = key(1).sign(&body.signing_hash(&other.genesis_id()));
        encode(&Transaction { body, authorization: Authorization::Key(signature) })
    }),
    ("one key for a shared account", "transaction-signature", |w| {
        encode(&w.sign(w.body(policy().account(), &[(account(2), 1)]), 4))
    }),
    // Shared accounts.
    ("a threshold of 0", "policy-threshold", |w| shared(w, |t| t.0 = 0)),
    ("a threshold above the keys", "policy-threshold", |w| shared(w, |t| t.0 = 4)),
    ("keys out of order", "policy-key-order", |w| shared(w, |t| t.1.reverse())),
    ("one key twice", "policy-key-order", |w| shared(w, |t| t.1[1] = t.1[0])),
    ("a key of small order", "policy-small-order-key", |w| {
        shared(w, |t| t.1[0] = PublicKey([0; 32]))
    }),
    ("the policy of another account", "transaction-wrong-policy", |w| {
        shared(w, |t| t.1[2] = PublicKey([0xfe; 32]))
    }),
    ("too few signatures", "transaction-signature-count", |w| {
        shared(w, |t| {
            t.2.pop();
        })
    }),
    ("too many signatures", "transaction-signature-count", |w| {
        shared(w, |t| t.2.push(IndexedSignature { index: 2, ..t.2[0] }))
    }),
    ("signatures out of order", "transaction-signature-order", |w| shared(w, |t| t.2.reverse())),
    ("one signature twice", "transaction-signature-order", |w| shared(w, |t| t.2[1] = t.2[0])),
    ("a signature of a key that is not there", "transaction-signature-order", |w| {
        shared(w, |t| t.2[1].index = 3)
    }),
    ("a signature of another key of the policy", "transaction-signature", |w| {
        shared(w, |t| t.2[1].index = 2)
    }),
    // In the ledger.
    ("expired one block ago", "transaction-expired", |w| {
        plain(w, |b| b.expires_at = w.height() - 1)
    }),
    ("expired from the beginning", "transaction-expired", |w| plain(w, |b| b.expires_at = 0)),
    ("valid for one block too long", "transaction-expires-too-late", |w| {
        plain(w, |b| b.expires_at = w.height() + 1_001)
    }),
    ("valid to the end of time", "transaction-expires-too-late", |w| {
        plain(w, |b| b.expires_at = TIME_END - 1)
    }),
    ("a replay", "transaction-nonce-used", |w| encode(&w.earlier)),
    ("the first nonce again", "transaction-nonce-used", |w| {
        encode(&w.sign(Body { nonce: 0, ..w.body(account(0), &[(account(2), 1)]) }, 0))
    }),
    ("one nonce too far", "transaction-nonce-gap", |w| plain(w, |b| b.nonce += 1)),
    ("the last nonce there is", "transaction-nonce-gap", |w| plain(w, |b| b.nonce = u64::MAX)),
    ("one mite more than there is", "transaction-not-enough", |w| {
        plain(w, |b| to(b, &[(2, have(w) - 1)]))
    }),
    ("a fee that is not there", "transaction-not-enough", |w| plain(w, |b| b.fee = mites(have(w)))),
    ("all coins there can be", "transaction-not-enough", |w| {
        plain(w, |b| {
            to(b, &[(2, MAX)]);
            b.fee = Amount::ZERO;
        })
    }),
    ("more to oneself than there is", "transaction-not-enough", |w| {
        plain(w, |b| to(b, &[(1, have(w) - 1)]))
    }),
    ("16 payments of one mite too much", "transaction-not-enough", |w| {
        let rest = have(w) - 1 - 15;
        let mut all = [(2, 1); 16];
        all[15].1 = rest;
        plain(w, |b| to(b, &all))
    }),
    ("a sender who has nothing", "transaction-not-enough", |w| {
        encode(&w.sign(w.body(account(50), &[(account(2), 1)]), 50))
    }),
    // Bytes that are no transaction.
    ("no payment", "malformed", |w| claiming(w, 0)),
    ("a list of payments that claims 17", "malformed", |w| claiming(w, 17)),
    ("a list of payments that claims 4 billion", "malformed", |w| claiming(w, u32::MAX)),
    ("an amount of 2^53", "malformed", |w| number(w, 61 + 32, 1 << 53)),
    ("an amount of 2^64 - 1", "malformed", |w| number(w, 61 + 32, u64::MAX)),
    ("a fee of 2^53", "malformed", |w| number(w, 41, 1 << 53)),
    ("an expiry of 2^40", "malformed", |w| number(w, 49, TIME_END)),
    ("an unknown authorization", "malformed", |w| {
        let mut bytes = encode(&w.sign(w.plain(), 1));
        let kind = bytes.len() - 65;
        bytes[kind] = 2;
        bytes
    }),
    ("half a signature", "malformed", |w| {
        let mut bytes = encode(&w.sign(w.plain(), 1));
        bytes.truncate(bytes.len() - 32);
        bytes
    }),
];

/// What key 1 has.
fn have(w: &World) -> u64 {
    use shared::ledger::LedgerView as _;
    w.tree.account(&account(1)).balance.mites()
}

/// A payment of key 1, spoilt and then signed.
fn plain(w: &World, spoil: impl FnOnce(&mut Body)) -> Vec<u8> {
    let mut body = w.plain();
    spoil(&mut body);
    encode(&w.sign(body, 1))
}

/// A payment of key 1, signed and then altered.
fn altered(w: &World, alter: impl FnOnce(&mut Body)) -> Vec<u8> {
    let mut transaction = w.sign(w.plain(), 1);
    alter(&mut transaction.body);
    encode(&transaction)
}

/// A payment of key 1 whose signature was spoilt.
fn signature(w: &World, spoil: impl FnOnce(&mut [u8; 64])) -> Vec<u8> {
    let Transaction { body, authorization } = w.sign(w.plain(), 1);
    let Authorization::Key(Signature(mut bytes)) = authorization else { panic!("a key signed") };
    spoil(&mut bytes);
    encode(&Transaction { body, authorization: Authorization::Key(Signature(bytes)) })
}

/// S + L: the same number in the group, another encoding.
fn add_order(signature: &mut [u8; 64]) {
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (byte, add) in signature[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
}

/// Pays these keys these amounts.
fn to(body: &mut Body, payments: &[(u8, u64)]) {
    let payment = |(number, amount): &(u8, u64)| Payment {
        recipient: account(*number),
        amount: Amount::from_mites(*amount).unwrap(),
    };
    body.payments = Bounded::new(payments.iter().map(payment).collect()).unwrap();
}

fn recipient(body: &mut Body, recipient: AccountId) {
    body.payments = Bounded::new(vec![Payment { recipient, amount: mites(1) }]).unwrap();
}

/// Threshold, keys and signatures of a shared account's payment, all to be spoilt.
type Parts = (u8, Vec<PublicKey>, Vec<IndexedSignature>);

/// A payment of the shared account by its first two keys, with its authorization spoilt. Where the keys
/// or the threshold are spoilt, the sender stays who it was.
fn shared(w: &World, spoil: impl FnOnce(&mut Parts)) -> Vec<u8> {
    let mut policy = policy();
    let body = w.body(policy.account(), &[(account(2), 1)]);
    let digest = body.signing_hash(&w.chain.genesis_id());
    let by = |index: u8| {
        let signer =
            (4..7).map(key).find(|key| key.public_key() == policy.keys[usize::from(index)]);
        IndexedSignature { index, signature: signer.unwrap().sign(&digest) }
    };
    let mut parts = (policy.threshold, policy.keys.to_vec(), vec![by(0), by(1)]);
    spoil(&mut parts);
    (policy.threshold, policy.keys) = (parts.0, Bounded::new(parts.1).unwrap());
    let signatures = Bounded::new(parts.2).unwrap();
    encode(&Transaction { body, authorization: Authorization::Policy { policy, signatures } })
}

/// A payment whose list claims another length.
fn claiming(w: &World, length: u32) -> Vec<u8> {
    let mut bytes = encode(&w.sign(w.plain(), 1));
    bytes[57..61].copy_from_slice(&length.to_le_bytes());
    bytes
}

/// A payment with another number at a place of its encoding.
fn number(w: &World, at: usize, number: u64) -> Vec<u8> {
    let mut bytes = encode(&w.sign(w.plain(), 1));
    bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
    bytes
}
