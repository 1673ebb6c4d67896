//! Blocks that break a rule.

use shared::{
    account::AccountId,
    encode::{Bounded, encode},
    hash::Hash,
    key::Signature,
    ledger::{Account, Change, LedgerDiff, LedgerView as _},
    limits::TIME_END,
    state_tree::StateTree,
    transaction::{Authorization, Transaction},
    work::Target,
};

use super::{BlockCase, World, account, mites};

pub(super) const CASES: &[BlockCase] = &[
    // The header.
    ("version 0", "block-version", |w| w.with_header(|h| h.version = 0)),
    ("version 2", "block-version", |w| w.with_header(|h| h.version = 2)),
    ("version 255", "block-version", |w| w.with_header(|h| h.version = 255)),
    ("height of the parent", "block-wrong-height", |w| w.with_header(|h| h.height -= 1)),
    ("height one too high", "block-wrong-height", |w| w.with_header(|h| h.height += 1)),
    ("height 0", "block-wrong-height", |w| w.with_header(|h| h.height = 0)),
    ("the last height there is", "block-wrong-height", |w| {
        w.with_header(|h| h.height = TIME_END - 1)
    }),
    ("on the parent's parent", "block-wrong-height", |w| {
        w.with_header(|h| h.previous = w.parent.header().previous)
    }),
    ("on genesis", "block-wrong-height", |w| {
        w.with_header(|h| h.previous = w.chain.genesis_id().0)
    }),
    ("on nothing known, without work", "block-orphan-work", |w| {
        let mut block = w.good.clone();
        block.header.previous = Hash([9; 32]);
        let hard = (0..).find(|nonce| {
            block.header.nonce = *nonce;
            !block.header.target.is_met_by(&block.header.id())
        });
        assert!(hard.is_some());
        encode(&block)
    }),
    ("on nothing known, too easy", "block-orphan-work", |w| {
        w.with_header(|h| (h.previous, h.target) = (Hash([9; 32]), Target::EASIEST))
    }),
    ("time of the parent", "block-too-old", |w| {
        w.with_header(|h| h.timestamp = w.parent.header().timestamp)
    }),
    ("time before the parent", "block-too-old", |w| {
        w.with_header(|h| h.timestamp = w.parent.header().timestamp - 1)
    }),
    ("time 0", "block-too-old", |w| w.with_header(|h| h.timestamp = 0)),
    ("time moved without the clock", "block-wrong-clock", |w| w.with_header(|h| h.timestamp += 1)),
    ("clock one too fast", "block-wrong-clock", |w| w.with_header(|h| h.clock += 1)),
    ("clock one too slow", "block-wrong-clock", |w| w.with_header(|h| h.clock -= 1)),
    ("clock that stands still", "block-wrong-clock", |w| {
        w.with_header(|h| h.clock = w.parent.header().clock)
    }),
    ("clock 0", "block-wrong-clock", |w| w.with_header(|h| h.clock = 0)),
    ("clock that counts a whole night", "block-wrong-clock", |w| {
        w.with_header(|h| (h.timestamp, h.clock) = (h.timestamp + 50_000, h.clock + 50_000))
    }),
    ("the easiest target", "block-wrong-target", |w| {
        w.with_header(|h| h.target = w.chain.parameters().easiest_target)
    }),
    ("a target that everything meets", "block-wrong-target", |w| {
        w.with_header(|h| h.target = Target::EASIEST)
    }),
    ("a harder target", "block-wrong-target", |w| {
        w.with_header(|h| h.target = Target::from_zero_bits(6))
    }),
    ("the hardest target", "block-wrong-target", |w| w.unmined(|h| h.target = Target::HARDEST)),
    ("target 0", "block-wrong-target", |w| {
        w.unmined(|h| h.target = Target::from_be_bytes([0; 32]))
    }),
    ("target one too low", "block-wrong-target", |w| {
        w.with_header(|h| h.target = previous_target(h.target))
    }),
    ("an id above the target", "block-too-little-work", |w| {
        let mut block = w.good.clone();
        let hard = (0..).find(|nonce| {
            block.header.nonce = *nonce;
            !block.header.target.is_met_by(&block.header.id())
        });
        assert!(hard.is_some());
        encode(&block)
    }),
    ("no history", "block-wrong-history", |w| w.with_header(|h| h.history_root = Hash::ZERO)),
    ("a made-up history", "block-wrong-history", |w| {
        w.with_header(|h| h.history_root = Hash([9; 32]))
    }),
    ("the parent's history", "block-wrong-history", |w| {
        w.with_header(|h| h.history_root = w.parent.header().history_root)
    }),
    // What follows from the body.
    ("no state", "block-wrong-state", |w| w.with_header(|h| h.state_root = Hash::ZERO)),
    ("a made-up state", "block-wrong-state", |w| w.with_header(|h| h.state_root = Hash([9; 32]))),
    ("the parent's state", "block-wrong-state", |w| {
        w.with_header(|h| h.state_root = w.tree.root())
    }),
    ("somebody else is paid for the work", "block-wrong-state", |w| {
        w.with_header(|h| h.miner = account(3))
    }),
    ("twice the reward", "block-wrong-state", |w| {
        state(w, account(8), |a| a.balance = plus(a, 5_000))
    }),
    ("one mite more than the reward", "block-wrong-state", |w| {
        state(w, account(8), |a| a.balance = plus(a, 1))
    }),
    ("no reward", "block-wrong-state", |w| state(w, account(8), |a| *a = Account::default())),
    ("fees that nobody gets", "block-wrong-state", |w| {
        state(w, account(8), |a| a.balance = minus(a, 2))
    }),
    ("a sender who keeps the fee", "block-wrong-state", |w| {
        state(w, account(1), |a| a.balance = plus(a, 2))
    }),
    ("a recipient who is paid twice", "block-wrong-state", |w| {
        state(w, account(4), |a| a.balance = plus(a, 5))
    }),
    ("a nonce that does not rise", "block-wrong-state", |w| state(w, account(1), |a| a.nonce = 0)),
    ("coins from nowhere", "block-wrong-state", |w| {
        state(w, account(99), |a| a.balance = mites(1))
    }),
    ("an account that is gone", "block-wrong-state", |w| {
        state(w, account(7), |a| *a = Account::default())
    }),
    ("the good block without its payment", "block-wrong-state", |w| w.with_transactions(&[])),
    ("another payment instead", "block-wrong-state", |w| {
        w.with_transactions(&[w.sign(w.body(account(1), &[(account(4), 6)]), 1)])
    }),
    ("a miner of small order", "block-small-order-miner", |w| {
        w.with_header(|h| h.miner = AccountId([0; 32]))
    }),
    ("a miner who is the neutral point", "block-small-order-miner", |w| {
        let mut one = [0; 32];
        one[0] = 1;
        w.with_header(|h| h.miner = AccountId(one))
    }),
    ("a miner who is that point, spelt badly", "block-small-order-miner", |w| {
        let mut one = [0; 32];
        (one[0], one[31]) = (1, 0x80);
        w.with_header(|h| h.miner = AccountId(one))
    }),
    // Headers that lie about their body.
    ("a count of none", "block-wrong-count", |w| w.with_header(|h| h.transaction_count = 0)),
    ("a count of one more", "block-wrong-count", |w| w.with_header(|h| h.transaction_count += 1)),
    ("a count of all there can be", "block-wrong-count", |w| {
        w.with_header(|h| h.transaction_count = u32::MAX)
    }),
    ("a root of nothing", "block-wrong-body", |w| {
        w.with_header(|h| h.transactions_root = Hash::ZERO)
    }),
    ("a root of other transactions", "block-wrong-body", |w| {
        w.with_header(|h| h.transactions_root = Hash([9; 32]))
    }),
    // Transactions that are good alone, but not here.
    ("one transaction twice", "transaction-nonce-used", |w| {
        let one = w.sign(w.plain(), 1);
        w.with_transactions(&[one.clone(), one])
    }),
    ("two transactions with one nonce", "transaction-nonce-used", |w| {
        let other = w.sign(w.body(account(1), &[(account(3), 1)]), 1);
        w.with_transactions(&[w.sign(w.plain(), 1), other])
    }),
    ("the second nonce before the first", "transaction-nonce-gap", |w| {
        let [first, second] = in_turn(w, 1);
        w.with_transactions(&[second, first])
    }),
    ("the second nonce without the first", "transaction-nonce-gap", |w| {
        let [_, second] = in_turn(w, 1);
        w.with_transactions(&[second])
    }),
    ("two payments that are too much together", "transaction-not-enough", |w| {
        let [first, second] = in_turn(w, super::OPENING / 2 + 10);
        w.with_transactions(&[first, second])
    }),
    ("a miner who spends what the block earns", "transaction-not-enough", |w| {
        let spends = w.sign(w.body(account(8), &[(account(1), 1)]), 8);
        w.with_transactions(&[w.sign(w.plain(), 1), spends])
    }),
    ("a payment of what only comes later", "transaction-not-enough", |w| {
        let spends = w.sign(w.body(account(40), &[(account(1), 1)]), 40);
        let funds = w.sign(w.body(account(1), &[(account(40), 100)]), 1);
        w.with_transactions(&[spends, funds])
    }),
    ("four new accounts at once", "block-too-many-new-accounts", |w| {
        let to = [30, 31, 32, 33].map(|number| (account(number), 1));
        w.with_transactions(&[w.sign(w.body(account(1), &to), 1)])
    }),
    ("four new accounts one by one", "block-too-many-new-accounts", |w| {
        let pay = |(turn, to): (u64, u8)| {
            let mut body = w.body(account(1), &[(account(to), 1)]);
            body.nonce += turn;
            w.sign(body, 1)
        };
        w.with_transactions(&[(0, 30), (1, 31), (2, 32), (3, 33)].map(pay))
    }),
    ("a forged signature behind two good ones", "transaction-signature", |w| {
        let [first, second] = in_turn(w, 1);
        let mut forged = w.sign(w.body(account(3), &[(account(2), 1)]), 3);
        forged.authorization = Authorization::Key(Signature([7; 64]));
        w.with_transactions(&[first, second, forged])
    }),
    // Bytes that are no block.
    ("no bytes", "malformed", |_| Vec::new()),
    ("a header alone", "malformed", |w| encode(&w.good.header)),
    ("half a header", "malformed", |w| encode(&w.good.header)[..100].to_vec()),
    ("one byte less", "malformed", |w| {
        let mut bytes = encode(&w.good);
        bytes.pop();
        bytes
    }),
    ("one byte more", "malformed", |w| [encode(&w.good), vec![0]].concat()),
    ("a transaction behind the list", "malformed", |w| {
        [encode(&w.good), encode(&w.good.transactions[0])].concat()
    }),
    ("a list that claims one more", "malformed", |w| claiming(w, 2)),
    ("a list that claims 4 billion", "malformed", |w| claiming(w, u32::MAX)),
    ("a list that claims none", "malformed", |w| claiming(w, 0)),
    ("height 2^40", "malformed", |w| w.with_header(|h| h.height = TIME_END)),
    ("time 2^40", "malformed", |w| w.with_header(|h| h.timestamp = TIME_END)),
    ("clock 2^40", "malformed", |w| w.with_header(|h| h.clock = TIME_END)),
    ("a block above the size limit", "too-large", |w| {
        let long = |turn: u64| {
            let mut body = w.body(account(1), &[(account(2), 1); 16]);
            body.nonce += turn;
            body.memo = Bounded::new(vec![7; 80]).unwrap();
            w.sign(body, 1)
        };
        w.with_transactions(&[long(0), long(1), long(2), long(3), long(4)])
    }),
];

/// Two payments of key 1, one after the other.
fn in_turn(w: &World, amount: u64) -> [Transaction; 2] {
    [0, 1].map(|turn| {
        let mut body = w.body(account(1), &[(account(2), amount)]);
        body.nonce += turn;
        w.sign(body, 1)
    })
}

/// The good block, with the state that it would leave if one account were another.
fn state(w: &World, id: AccountId, edit: impl FnOnce(&mut Account)) -> Vec<u8> {
    let before = w.after.account(&id);
    let mut after = before;
    edit(&mut after);
    assert_ne!(before, after);
    let diff = LedgerDiff([(id, Change { before, after })].into_iter().collect());
    let lie: StateTree = w.after.apply(&diff);
    w.with_header(|h| h.state_root = lie.root())
}

fn plus(account: &Account, more: u64) -> shared::amount::Amount {
    account.balance.checked_add(mites(more)).unwrap()
}

fn minus(account: &Account, less: u64) -> shared::amount::Amount {
    account.balance.checked_sub(mites(less)).unwrap()
}

/// The target that is lower by one.
fn previous_target(target: Target) -> Target {
    let mut bytes = target.to_be_bytes();
    bytes[31] -= 1;
    Target::from_be_bytes(bytes)
}

/// The good block, whose list claims another length.
fn claiming(w: &World, length: u32) -> Vec<u8> {
    let mut bytes = encode(&w.good);
    bytes[229..233].copy_from_slice(&length.to_le_bytes());
    bytes
}
