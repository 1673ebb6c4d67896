//! Checking what a node says of an account: its proof against a header that carries work. Pure.
//!
//! It proves that somebody did the work of that block for a state that holds this balance, not that
//! the block's transactions were all valid: that is what full nodes check.

use shared::{
    account::AccountId,
    api::AccountProofView,
    encode::decode,
    hash::BlockId,
    header::Header,
    ledger::Account,
    limits::{HEADER_BYTES, MAX_STATE_DEPTH},
    params::Chain,
    state_tree::StateProof,
};

/// A state proof has a list of hashes and a leaf.
const MAX_PROOF_BYTES: usize = 4 + MAX_STATE_DEPTH * 32 + 1 + 32 + 16;

/// What a proof shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// The account.
    pub account: Account,
    /// The block after which it is so.
    pub block: BlockId,
    /// That block's height.
    pub height: u64,
}

/// What the proof shows of `id`; `None` when it does not fit its header, or the header has not done
/// its work.
pub(super) fn check(view: &AccountProofView, id: &AccountId, chain: &Chain) -> Option<Shown> {
    let header: Header = decode(&bytes(&view.header, HEADER_BYTES)?, HEADER_BYTES).ok()?;
    let proof: StateProof = decode(&bytes(&view.proof, MAX_PROOF_BYTES)?, MAX_PROOF_BYTES).ok()?;
    let block = header.id();
    let is_genesis = block == chain.genesis_id();
    if !is_genesis && (header.height == 0 || !header.target.is_met_by(&block)) {
        return None;
    }
    if header.target > chain.parameters().easiest_target {
        return None;
    }
    let account = proof.verify(&header.state_root, id)?;
    Some(Shown { account, block, height: header.height })
}

/// Bytes of a hex text, at most so many.
pub(crate) fn bytes(hex: &str, most: usize) -> Option<Vec<u8>> {
    if hex.len() > 2 * most || !hex.len().is_multiple_of(2) {
        return None;
    }
    let digits =
        hex.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
    let digits: Vec<u8> = digits.collect::<Option<_>>()?;
    Some(
        digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;
    use shared::{
        amount::Amount,
        encode::encode,
        hash::{Hash, to_hex},
        pow,
        state_tree::StateTree,
        work::Target,
    };

    fn chain() -> Chain {
        testkit::chain(8, "tst")
    }

    const ADA: AccountId = AccountId([3; 32]);
    const BOB: AccountId = AccountId([4; 32]);

    fn holding() -> Account {
        Account { nonce: 2, balance: Amount::from_mites(50).unwrap() }
    }

    /// A header over a state in which Ada holds something, spoiled and then mined.
    fn view(spoil: impl FnOnce(&mut Header), mined: bool) -> AccountProofView {
        let tree = StateTree::from_accounts([(ADA, holding()), (BOB, Account::default())]);
        let mut header = chain().genesis().header.clone();
        header.height = 7;
        header.state_root = tree.root();
        spoil(&mut header);
        if mined {
            header.nonce = pow::first_hit(&header.core(), &header.target, 0, 1 << 20).unwrap();
        } else {
            while header.target.is_met_by(&header.id()) {
                header.nonce += 1;
            }
        }
        AccountProofView {
            address: String::new(),
            proof: to_hex(&encode(&tree.prove(&ADA))),
            header: to_hex(&encode(&header)),
        }
    }

    #[test]
    fn a_fitting_proof_shows_the_account_and_the_block() {
        let shown = check(&view(|_| {}, true), &ADA, &chain()).unwrap();
        assert_eq!((shown.account, shown.height), (holding(), 7));
    }

    #[test]
    fn genesis_needs_no_work() {
        let genesis = chain().genesis().header.clone();
        let proof = chain().opening_state().prove(&ADA);
        let view = AccountProofView {
            address: String::new(),
            proof: to_hex(&encode(&proof)),
            header: to_hex(&encode(&genesis)),
        };
        let shown = check(&view, &ADA, &chain()).unwrap();
        assert_eq!((shown.account, shown.height), (Account::default(), 0));
    }

    #[test]
    fn what_does_not_fit_shows_nothing() {
        let chain = chain();
        let none = |view: AccountProofView| assert_eq!(check(&view, &ADA, &chain), None);
        none(view(|_| {}, false));
        none(view(|header| header.state_root = Hash([9; 32]), true));
        none(view(|header| header.height = 0, true));
        none(view(|header| header.target = Target::EASIEST, true));
        none(AccountProofView { proof: "00".into(), ..view(|_| {}, true) });
        none(AccountProofView { proof: "x".into(), ..view(|_| {}, true) });
        none(AccountProofView { header: String::new(), ..view(|_| {}, true) });
        // At most, a proof for Ada also proves that there is no such account.
        let other = check(&view(|_| {}, true), &AccountId([5; 32]), &chain);
        assert!(other.is_none_or(|shown| shown.account == Account::default()));
    }
}
