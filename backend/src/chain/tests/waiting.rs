//! Blocks that come too early: before their parent, or before their time.

use super::super::{ChainEvent, Imported, SubmitError, testkit::*, waiting::MAX_WAITING};

#[test]
fn an_orphan_names_its_deepest_missing_ancestor_and_follows_it() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let blocks = forge.line(forge.genesis(), 1, 5);
    let missing = |index: usize| Ok(Imported::Orphan { missing: blocks[index].id() });
    assert_eq!(node.submit(&blocks[4]), missing(3));
    assert_eq!(node.submit(&blocks[2]), missing(1));
    assert_eq!(node.submit(&blocks[3]), missing(1));
    assert_eq!(node.submit(&blocks[3]), missing(1));
    assert!(matches!(node.submit(&blocks[0]), Ok(Imported::Changed(_))));
    assert!(matches!(node.submit(&blocks[1]), Ok(Imported::Changed(_))));
    assert_eq!(node.tip(), blocks[4].id());
    assert_eq!(node.submit(&blocks[4]), Ok(Imported::Known));
}

#[test]
fn orphans_are_bounded_and_the_oldest_goes() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let parent = forge.child(forge.genesis(), 1, 10, &[]);
    let children: Vec<_> =
        (0..=MAX_WAITING as u64).map(|gap| forge.child(parent.id(), 1, gap + 1, &[])).collect();
    for child in &children {
        assert_eq!(node.submit(child), Ok(Imported::Orphan { missing: parent.id() }));
    }
    node.take(&[parent]);
    assert!(node.view().block(&children[0].id()).unwrap().is_none());
    for child in &children[1..] {
        assert!(node.view().block(&child.id()).unwrap().is_some());
    }
}

#[test]
fn an_orphan_without_work_is_refused() {
    let chain = lively_chain();
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let blocks = forge.line(forge.genesis(), 1, 2);
    let too_easy = {
        let mut block = blocks[1].to_block();
        block.header.target = shared::work::Target::from_zero_bits(2);
        while block.header.target.is_met_by(&block.header.id()) {
            block.header.nonce += 1;
        }
        shared::rules::block_isolated::check(block, &chain).unwrap()
    };
    let error = SubmitError::OrphanWork { id: too_easy.id() };
    assert!(error.is_peer_fault());
    assert_eq!(node.submit(&too_easy), Err(error));
}

#[test]
fn a_block_from_the_future_waits_and_is_released() {
    let chain = lively_chain();
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let early = forge.child(forge.genesis(), 1, 50, &[]);
    let after = forge.child(early.id(), 1, 1, &[]);
    let due = GENESIS_TIME + 40;
    node.at(due - 1);
    assert_eq!(node.submit(&early), Ok(Imported::Later { due }));
    assert_eq!(node.submit(&early), Ok(Imported::Later { due }));
    assert_eq!(node.submit(&after), Ok(Imported::Orphan { missing: early.id() }));
    assert_eq!(node.view().height(), 0);
    let mut events = node.handle.events();
    node.at(due);
    // Its child is ahead by one second more.
    assert_eq!(node.tip(), early.id());
    assert!(matches!(events.try_recv(), Ok(ChainEvent::Changed(_))));
    node.at(due + 1);
    assert_eq!(node.tip(), after.id());
}

#[test]
fn a_released_block_is_seen_when_it_is_released() {
    let chain = lively_chain();
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    // Both are so late that they have the easiest target; the honest one comes while the other waits.
    let early = forge.child(forge.genesis(), 1, 1_000, &[]);
    let honest = forge.child(forge.genesis(), 2, 990, &[]);
    assert_eq!(early.header().target, honest.header().target);
    node.at(GENESIS_TIME + 985);
    assert!(matches!(node.submit(&early), Ok(Imported::Later { .. })));
    node.take(std::slice::from_ref(&honest));
    node.at(GENESIS_TIME + 990);
    assert!(node.view().block(&early.id()).unwrap().is_some());
    assert_eq!(node.tip(), honest.id());
}

#[test]
fn without_max_future_no_block_waits() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let block = forge.child(forge.genesis(), 1, 1_000_000_000, &[]);
    assert!(matches!(node.submit(&block), Ok(Imported::Changed(_))));
}

#[test]
fn blocks_from_the_future_are_bounded_and_the_last_to_be_due_goes() {
    let chain = lively_chain();
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let mut early = |gap| forge.child(chain.genesis_id(), 1, gap, &[]);
    let blocks: Vec<_> = (0..=MAX_WAITING as u64).map(|n| early(1_000 + n)).collect();
    let sooner = early(900);
    let (latest, others) = blocks.split_last().unwrap();
    for block in others {
        assert!(matches!(node.submit(block), Ok(Imported::Later { .. })));
    }
    assert_eq!(node.submit(latest), Err(SubmitError::Busy));
    assert!(matches!(node.submit(&sooner), Ok(Imported::Later { .. })));
    node.at(GENESIS_TIME + 2_000);
    let (gone, kept) = others.split_last().unwrap();
    assert!(node.view().block(&gone.id()).unwrap().is_none());
    for block in kept.iter().chain([&sooner]) {
        assert!(node.view().block(&block.id()).unwrap().is_some());
    }
}
