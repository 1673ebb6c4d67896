use super::*;
use crate::{
    hash::to_hex,
    rules::transaction_in_ledger::{self, LedgerError},
    transaction::Payment,
    wallet::{
        payment::shared_signed_size,
        testing::{chain, mites},
    },
};
const NEXT: u64 = 50;

/// Three keys, in the order of the policy.
fn keys() -> [SecretKey; 3] {
    let mut keys = [1, 2, 3].map(|byte| SecretKey::from_bytes(&[byte; 32]));
    keys.sort_by_key(SecretKey::public_key);
    keys
}

fn policy() -> Policy {
    Policy::new(2, keys().iter().map(SecretKey::public_key).collect()).unwrap()
}

fn draft() -> Draft {
    let payments = alloc::vec![Payment { recipient: AccountId([9; 32]), amount: mites(70) }];
    Draft { payments, fee: mites(5), ..Draft::default() }
}

fn account() -> Account {
    Account { nonce: 3, balance: mites(75) }
}

fn proposal() -> Proposal {
    Proposal::propose(&chain(0, 500), policy(), account(), NEXT, &draft()).unwrap()
}

/// A proposal that the keys at these positions have signed.
fn signed(by: &[usize]) -> Proposal {
    let mut proposal = proposal();
    by.iter().try_for_each(|index| proposal.sign(&keys()[*index])).unwrap();
    proposal
}

/// Spoils the file of a proposal with one signature and checks what reading it says.
#[track_caller]
fn check(from: &str, to: &str, code: &str) {
    let text = signed(&[1]).to_json();
    let spoilt = text.replacen(from, to, 1);
    assert_ne!(spoilt, text, "{from} is not in the file");
    let read = Proposal::parse(&spoilt, &chain(0, 500));
    assert_eq!(read.map_err(|error| error.code()), Err(code), "{spoilt}");
}

#[test]
fn a_file_that_goes_round_becomes_a_transaction() {
    let chain = chain(0, 500);
    let file = signed(&[2]).to_json();
    let mut proposal = Proposal::parse(&file, &chain).unwrap();
    assert_eq!((proposal.missing(), proposal.threshold()), (1, 2));
    proposal.sign(&keys()[0]).unwrap();
    let checked = Proposal::parse(&proposal.to_json(), &chain).unwrap().finish().unwrap();
    assert_eq!(checked.transaction().body.sender, policy().account());
    assert_eq!(checked.size(), shared_signed_size(1, 0, 3, 2));
    assert_eq!(transaction_in_ledger::check(&chain, NEXT, &account(), &checked), Ok(()));
    let signed: Vec<bool> = proposal.signers().map(|(_, signed)| signed).collect();
    assert_eq!(signed, [true, false, true]);
}

#[test]
fn files_signed_apart_are_put_together() {
    let mut proposal = signed(&[0]);
    proposal.merge(&signed(&[0, 2])).unwrap();
    assert_eq!(proposal, signed(&[0, 2]));
    assert!(proposal.finish().is_ok());
    let other = Draft { fee: mites(4), ..draft() };
    let other = Proposal::propose(&chain(0, 500), policy(), account(), NEXT, &other).unwrap();
    assert_eq!(proposal.merge(&other), Err(ProposalError::Different));
}

#[test]
fn more_signatures_than_needed_do_not_harm() {
    let checked = signed(&[2, 1, 0]).finish().unwrap();
    let Authorization::Policy { signatures, .. } = &checked.transaction().authorization else {
        panic!("a shared account's transaction has a policy")
    };
    assert_eq!(signatures.iter().map(|signed| signed.index).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(signed(&[2, 1, 0]).missing(), 0);
}

#[test]
fn who_may_not_sign_is_told_why() {
    let mut proposal = signed(&[1]);
    assert_eq!(proposal.sign(&keys()[1]), Err(ProposalError::AlreadySigned));
    let stranger = SecretKey::from_bytes(&[4; 32]);
    assert_eq!(proposal.sign(&stranger), Err(ProposalError::NotASigner));
    assert_eq!(proposal, signed(&[1]));
    assert_eq!(proposal.finish(), Err(ProposalError::Incomplete { got: 1, need: 2 }));
}

#[test]
fn a_signature_that_was_made_elsewhere_counts_if_it_is_by_the_key() {
    let mut proposal = signed(&[1]);
    let (key, digest) = (&keys()[2], proposal.digest());
    let other = keys()[0].sign(&digest);
    let wrong = Err(ProposalError::WrongSignature { index: 2 });
    assert_eq!(proposal.add(key.public_key(), other), wrong);
    proposal.add(key.public_key(), key.sign(&digest)).unwrap();
    assert_eq!(proposal, signed(&[1, 2]));
    let again = proposal.add(key.public_key(), key.sign(&digest));
    assert_eq!(again, Err(ProposalError::AlreadySigned));
}

#[test]
fn the_file_of_an_account_names_its_keys_in_any_order() {
    let text = file::account_to_json(&policy());
    assert_eq!(file::parse_account(&text), Ok(policy()));
    let keys = keys().map(|key| to_hex(&key.public_key().0));
    let moved = text.replace(&keys[0], "first").replace(&keys[2], &keys[0]);
    assert_eq!(file::parse_account(&moved.replace("first", &keys[2])), Ok(policy()));
    let code = |from: &str, to: &str| {
        let spoilt = text.replacen(from, to, 1);
        assert_ne!(spoilt, text, "{from} is not in the file");
        file::parse_account(&spoilt).unwrap_err().code()
    };
    for (from, to) in [
        ("{", "["),
        ("-shared-account", "-proposal"),
        ("\"version\": 1", "\"version\": 2"),
        ("\"version\": 1", "\"version\": 1, \"extra\": 1"),
        (&keys[0], "00"),
    ] {
        assert_eq!(code(from, to), "shared-account-malformed", "{from}");
    }
    assert_eq!(code("\"threshold\": 2", "\"threshold\": 9"), "policy-threshold");
    assert_eq!(code(&keys[0], &keys[1]), "policy-key-order");
    assert!(file::parse_account(&" ".repeat(file::MAX_FILE_BYTES + 1)).is_err());
}

#[test]
fn what_the_account_cannot_pay_is_not_proposed() {
    let code = |policy, account, draft: &Draft| {
        Proposal::propose(&chain(0, 500), policy, account, NEXT, draft)
            .map_err(|error| error.code())
    };
    let poor = Account { balance: mites(74), ..account() };
    assert_eq!(code(policy(), poor, &draft()), Err("transaction-not-enough"));
    let nothing = Draft { payments: Vec::new(), ..draft() };
    assert_eq!(code(policy(), account(), &nothing), Err("payment-recipient-count"));
    let loose = Policy { threshold: 0, ..policy() };
    assert_eq!(code(loose, account(), &draft()), Err("policy-threshold"));
    let error = LedgerError::NotEnough { have: mites(74), need: mites(75) };
    assert_eq!(ProposalError::Payment(error.into()).code(), "transaction-not-enough");
}

#[test]
fn what_is_no_proposal_says_why() {
    for text in ["", "{}", "null", "{\"version\":1}", &" ".repeat(file::MAX_FILE_BYTES + 1)] {
        let read = Proposal::parse(text, &chain(0, 500));
        assert_eq!(read.map_err(|error| error.code()), Err("proposal-malformed"));
    }
    let keys = keys().map(|key| to_hex(&key.public_key().0));
    check("halfpenny-proposal", "halfpenny-keystore", "proposal-malformed");
    check("\"version\": 1", "\"version\": 2", "proposal-version");
    check("\"version\": 1", "\"version\": 1, \"extra\": 1", "proposal-malformed");
    check("\"genesis\": \"", "\"genesis\": \"0", "proposal-malformed");
    check("\"threshold\": 2", "\"threshold\": 4", "policy-threshold");
    check("\"threshold\": 2", "\"threshold\": 256", "proposal-malformed");
    check("\"threshold\": 2", "\"threshold\": 1", "transaction-wrong-policy");
    check(&keys[0], &keys[1], "policy-key-order");
    check(&keys[0], &"0".repeat(64), "policy-small-order-key");
    check(&keys[0], &"0".repeat(62), "proposal-malformed");
    check("\"body\": \"01", "\"body\": \"02", "transaction-version");
    check("\"body\": \"01", "\"body\": \"0101", "proposal-malformed");
    check("\"index\": 1", "\"index\": 0", "proposal-wrong-signature");
    check("\"index\": 1", "\"index\": 3", "proposal-wrong-signature");
    check("\"signature\": \"", "\"signature\": \"00", "proposal-malformed");
    let signature = to_hex(&signed(&[1]).signatures[&1].0);
    let twice =
        alloc::format!("{{\"index\": 1, \"signature\": \"{signature}\"}}, {{\n      \"index\"");
    check("{\n      \"index\"", &twice, "proposal-malformed");
}

#[test]
fn a_proposal_is_for_one_chain() {
    let (here, there) = (chain(0, 500), chain(1, 500));
    let read = Proposal::parse(&signed(&[1]).to_json(), &there);
    let (got, expected) = (here.genesis_id(), there.genesis_id());
    assert_eq!(read, Err(ProposalError::WrongChain { got, expected }));
    // Who changes the name of the chain voids the signatures.
    let moved =
        signed(&[1]).to_json().replace(&to_hex(got.as_bytes()), &to_hex(expected.as_bytes()));
    assert_eq!(Proposal::parse(&moved, &there), Err(ProposalError::WrongSignature { index: 1 }));
}

#[test]
fn a_changed_payment_voids_the_signatures() {
    let good = signed(&[1]);
    let bytes = crate::encode::encode(good.body());
    for position in 0..bytes.len() {
        let mut spoilt = bytes.clone();
        spoilt[position] ^= 1;
        let text = good.to_json().replace(&to_hex(&bytes), &to_hex(&spoilt));
        assert!(Proposal::parse(&text, &chain(0, 500)).is_err(), "byte {position}");
    }
}
