//! Wrong bodies for good headers.

use shared::{
    block::Block,
    encode::{Bounded, encode},
    transaction::Transaction,
};

use super::{Imported, Place, Stand, World, account, mites, pay};

/// A body that does not belong to the header, by name.
type Poison = (&'static str, fn(&World, &mut Vec<Transaction>));

const BODIES: &[Poison] = &[
    ("nothing", |_, list| list.clear()),
    ("one less", |_, list| drop(list.pop())),
    ("the last one twice", |_, list| list.push(list[list.len() - 1].clone())),
    ("all of them twice", |_, list| list.extend(list.clone())),
    ("in another order", |_, list| list.reverse()),
    ("a malleated signature", |_, list| {
        let shared::transaction::Authorization::Key(signature) = &mut list[0].authorization else {
            panic!("keys signed")
        };
        signature.0[63] ^= 0x10;
    }),
    ("another amount", |_, list| {
        let mut payments = list[0].body.payments.to_vec();
        payments[0].amount = mites(6);
        list[0].body.payments = Bounded::new(payments).unwrap();
    }),
    ("another's payment", |w, list| list[1] = w.sign(w.body(account(3), &[(account(4), 5)]), 3)),
    ("one of the chain's past", |w, list| list[1] = w.earlier.clone()),
];

/// Before each of many good blocks come all the wrong bodies for its header; then the good one is taken.
fn heals_from_poison(place: Place) {
    let mut stand = Stand::new(place);
    let mut refused = 0;
    let mut parent = stand.parent;
    for round in 0..12_u8 {
        let nonce = |from: u8| {
            use shared::ledger::LedgerView as _;
            stand.forge.state(&parent).1.account(&account(from)).nonce
        };
        let payments = [1, 5, 6].map(|from| pay(&stand.world.chain, (from, nonce(from)), 4, 5, 1));
        let good = stand.forge.child(parent, 8, 10, &payments);
        let before = stand.trace();
        for (name, poison) in BODIES {
            let Block { header, transactions } = good.to_block();
            let mut list = transactions.into_vec();
            poison(&stand.world, &mut list);
            let bad = Block { header, transactions: Bounded::new(list).unwrap() };
            assert_ne!(bad, good.to_block(), "{name}");
            let error = stand.submit(&encode(&bad)).map(|_| *name).unwrap_err();
            assert!(error.foreign, "{name}: {}", error.code);
            refused += 1;
        }
        assert!(stand.trace() == before, "round {round}");
        let outcome = stand.submit(&encode(&good.to_block()));
        assert!(matches!(outcome, Ok(Imported::Changed(_))), "round {round}: {outcome:?}");
        parent = good.id();
        assert_eq!(stand.node.tip(), parent);
    }
    assert_eq!(refused, 12 * BODIES.len());
}

#[test]
fn a_good_block_on_the_tip_is_taken_after_all_wrong_bodies_for_its_header() {
    heals_from_poison(Place::Tip);
}

#[test]
fn a_good_block_that_wins_is_taken_after_all_wrong_bodies_for_its_header() {
    heals_from_poison(Place::Winning);
}

/// Different bodies for one header, one after the other, each made of valid payments: none is held against the
/// header, and the honest body is taken at once.
#[test]
fn a_good_block_is_taken_after_a_thousand_different_bodies_for_its_header() {
    let full = std::env::var_os("HALFPENNY_FULL").is_some();
    let count: u64 = if full { 1_000 } else { 100 };
    let mut stand = Stand::new(Place::Tip);
    let chain = &stand.world.chain;
    let good =
        stand.forge.child(stand.parent, 8, 10, &[1, 5].map(|from| pay(chain, (from, 0), 4, 5, 1)));
    let before = stand.trace();
    for number in 0..count {
        let Block { header, transactions } = good.to_block();
        let mut list = transactions.into_vec();
        let place = usize::try_from(number % 2).unwrap();
        list[place] = pay(chain, ([1, 5][place], 0), 4, 6 + number, 1).transaction().clone();
        let bad = Block { header, transactions: Bounded::new(list).unwrap() };
        let error = stand.submit(&encode(&bad)).unwrap_err();
        assert!(error.foreign, "{number}: {}", error.code);
    }
    assert!(stand.trace() == before);
    let since = std::time::Instant::now();
    assert!(matches!(stand.submit(&encode(&good.to_block())), Ok(Imported::Changed(_))));
    assert!(!full || since.elapsed().as_secs() < 1, "{:?}", since.elapsed());
    assert_eq!(stand.node.tip(), good.id());
}
