mod simulation;

use super::*;
use crate::sync::pull::{Answer, Located, Submitted};
use crate::sync::push::{From, Sent, Told, Wants};

const SECOND: Millis = 1_000;

fn id(number: u8) -> BlockId {
    BlockId(Hash([number; 32]))
}

fn tip(number: u8, work: u128) -> Tip {
    Tip { height: u64::from(number), id: id(number), previous: id(number - 1).0, work: Work(work) }
}

fn anchor(number: u8, work: u128) -> Option<Box<Anchor>> {
    let header = shared::chains::by_name("dev").unwrap().genesis().header.clone();
    Some(Box::new(Anchor { header, id: id(number), work: Work(work) }))
}

/// A link that has just opened its stream.
fn live(local: Tip, remote: Tip) -> (Link, Vec<Output>) {
    let mut link = Link::new(local, 1);
    assert_eq!(link.step(Input::Wake, 0), [Output::Greet]);
    assert_eq!(link.step(Input::Greeted(Ok(remote)), 0), [Output::OpenStream]);
    let outputs = link.step(Input::Opened, 0);
    assert_eq!(link.stage(), Stage::Connected);
    (link, outputs)
}

/// A live link to a peer with the same chain, whose pools are equal.
fn quiet() -> Link {
    let (mut link, outputs) = live(tip(5, 50), tip(5, 50));
    assert_eq!(outputs, [Output::Exchange]);
    assert_eq!(link.step(Input::Exchanged(Ok(gossip::Exchanged::default())), 0), []);
    link
}

#[test]
fn a_new_block_is_fetched_checked_and_submitted() {
    let mut link = quiet();
    assert_eq!(link.step(Input::Heard(tip(6, 60)), 1), [Output::Ask(tip(6, 60))]);
    assert_eq!(link.step(Input::Answer(Answer::Body), 1), [Output::FetchBody(id(6))]);
    assert!(!link.is_catching_up());
    assert_eq!(link.step(Input::Body(Ok(())), 2), [Output::Submit]);
    assert_eq!(link.step(Input::Local(tip(6, 60)), 3), []);
    assert_eq!(link.step(Input::Submitted(Submitted::Stored), 3), [Output::Release]);
}

#[test]
fn a_block_that_waits_for_its_time_is_not_fetched_again() {
    let mut link = quiet();
    drop(link.step(Input::Heard(tip(6, 60)), 1));
    drop(link.step(Input::Answer(Answer::Body), 1));
    drop(link.step(Input::Body(Ok(())), 2));
    assert_eq!(link.step(Input::Submitted(Submitted::Waits), 3), [Output::Release]);
    assert_eq!(link.step(Input::Wake, SECOND), []);
}

#[test]
fn a_long_absence_is_made_up_in_groups_while_the_next_one_comes() {
    let (mut link, outputs) = live(tip(1, 10), tip(9, 90));
    assert_eq!(outputs, [Output::Ask(tip(9, 90)), Output::Exchange]);
    assert_eq!(link.step(Input::Answer(Answer::Headers), 1), [Output::Locate(None)]);
    assert!(link.is_catching_up());
    let ids: Vec<_> = (2..10).map(id).collect();
    let located = Located { base: 1, ids: ids.clone(), last: anchor(9, 90), more: false };
    let fetch =
        |from: u64, skip: usize| Output::FetchBodies { from, expected: ids[skip..].to_vec() };
    assert_eq!(link.step(Input::Located(Ok(located)), 2), [fetch(2, 0)]);
    assert_eq!(link.step(Input::Bodies(Ok(5)), 3), [Output::Submit, fetch(7, 5)]);
    assert_eq!(link.step(Input::Bodies(Ok(3)), 4), []);
    assert_eq!(link.step(Input::Submitted(Submitted::Stored), 5), [Output::Submit]);
    drop(link.step(Input::Local(tip(9, 90)), 5));
    assert_eq!(link.step(Input::Submitted(Submitted::Stored), 6), [Output::Release]);
    assert!(!link.is_catching_up());
}

#[test]
fn no_body_is_fetched_before_the_headers_prove_more_work() {
    let (mut link, _) = live(tip(50, 500), tip(60, 600));
    drop(link.step(Input::Answer(Answer::Headers), 1));
    let first = Located { base: 0, ids: vec![id(1), id(2)], last: anchor(2, 200), more: true };
    let next = Output::Locate(anchor(2, 200));
    assert_eq!(link.step(Input::Located(Ok(first)), 2), [next]);
    let second = Located { base: 2, ids: vec![id(3)], last: anchor(60, 600), more: false };
    let expected = vec![id(1), id(2)];
    let fetch = Output::FetchBodies { from: 1, expected };
    assert_eq!(link.step(Input::Located(Ok(second)), 3), [fetch]);
    // The second answer was not kept, but what it ended with: it must come again.
    let again = link.step(Input::Bodies(Ok(2)), 4);
    assert_eq!(again, [Output::Submit, Output::Locate(anchor(2, 200))]);
    let other = Located { base: 2, ids: vec![id(4)], last: anchor(4, 600), more: false };
    assert_eq!(link.step(Input::Located(Ok(other)), 5), [Output::Release]);
}

#[test]
fn headers_with_less_work_than_claimed_end_the_link() {
    let (mut link, _) = live(tip(50, 500), tip(60, 600));
    drop(link.step(Input::Answer(Answer::Headers), 1));
    let lie = Located { base: 0, ids: vec![id(60)], last: anchor(60, 7), more: false };
    let outputs = link.step(Input::Located(Ok(lie)), 2);
    assert_eq!(outputs, [Output::Close(Fault::WrongWork)]);
    assert_eq!(link.stage(), Stage::Waiting);
}

#[test]
fn a_peer_that_promises_more_than_it_has_is_given_up() {
    let (mut link, _) = live(tip(50, 500), tip(60, 600));
    let mut now = 1;
    for _ in 0..20 {
        drop(link.step(Input::Answer(Answer::Headers), now));
        let nothing = Located { base: 0, ids: Vec::new(), last: None, more: false };
        let outputs = link.step(Input::Located(Ok(nothing)), now);
        if outputs == [Output::Close(Fault::Unstable)] {
            return;
        }
        assert_eq!(outputs, [Output::Release]);
        now = link.wake_at().unwrap();
        assert_eq!(link.step(Input::Wake, now), [Output::Ask(tip(60, 600))]);
    }
    panic!("the link went on");
}

#[test]
fn another_link_may_fetch_first() {
    let mut link = quiet();
    drop(link.step(Input::Heard(tip(6, 60)), 1));
    assert_eq!(link.step(Input::Answer(Answer::Taken), 1), []);
    let wake = link.wake_at().unwrap();
    assert_eq!(link.step(Input::Wake, wake), [Output::Ask(tip(6, 60))]);
    drop(link.step(Input::Answer(Answer::Taken), wake));
    assert_eq!(link.step(Input::Local(tip(6, 60)), wake + 1), []);
    assert_eq!(link.step(Input::Wake, wake + SECOND), []);
}

#[test]
fn a_refused_block_ends_the_link() {
    let mut link = quiet();
    drop(link.step(Input::Heard(tip(6, 60)), 1));
    drop(link.step(Input::Answer(Answer::Body), 1));
    drop(link.step(Input::Body(Ok(())), 2));
    let fault = Fault::BadBlock("block-wrong-state");
    let outputs = link.step(Input::Submitted(Submitted::Refused(fault.clone())), 3);
    assert_eq!(outputs, [Output::Close(fault)]);
}

#[test]
fn more_work_is_told_and_the_body_is_sent() {
    let mut link = quiet();
    assert_eq!(link.step(Input::Local(tip(6, 60)), 1), [Output::Announce]);
    let wants = Wants::Blocks(From::Tip);
    let told = Told { ours: id(6), theirs: tip(5, 50), wants };
    assert_eq!(link.step(Input::Told(Ok(told)), 2), [Output::SendBlocks(From::Tip)]);
    let sent = Sent { theirs: tip(6, 60), stored: true, next: None };
    assert_eq!(link.step(Input::Sent(Ok(sent)), 3), []);
    assert_eq!(link.wake_at(), None);
}

#[test]
fn a_long_chain_is_sent_group_by_group() {
    let (mut link, outputs) = live(tip(9, 90), tip(1, 10));
    assert_eq!(outputs, [Output::Announce, Output::Exchange]);
    let from = From::Fork(shared::encode::Bounded::new(vec![id(1)]).unwrap());
    let told = Told { ours: id(9), theirs: tip(1, 10), wants: Wants::Blocks(from.clone()) };
    assert_eq!(link.step(Input::Told(Ok(told)), 1), [Output::SendBlocks(from)]);
    let sent = Sent { theirs: tip(5, 50), stored: true, next: Some(6) };
    assert_eq!(link.step(Input::Sent(Ok(sent)), 2), [Output::SendBlocks(From::Height(6))]);
    let sent = Sent { theirs: tip(9, 90), stored: true, next: None };
    assert_eq!(link.step(Input::Sent(Ok(sent)), 3), []);
}

#[test]
fn a_push_that_leads_to_nothing_is_not_repeated_at_once() {
    let mut link = quiet();
    drop(link.step(Input::Local(tip(6, 60)), 1));
    let told = Told { ours: id(6), theirs: tip(5, 50), wants: Wants::Blocks(From::Tip) };
    drop(link.step(Input::Told(Ok(told)), 2));
    let sent = Sent { theirs: tip(5, 50), stored: false, next: None };
    assert_eq!(link.step(Input::Sent(Ok(sent)), 3), []);
    assert!(link.wake_at().unwrap() > SECOND);
    assert_eq!(link.step(Input::Local(tip(7, 70)), 4), [Output::Announce]);
}

#[test]
fn a_follower_pulls_by_itself_but_is_pushed_to_if_it_does_not() {
    let mut link = quiet();
    assert_eq!(link.step(Input::Follows(true), 1), []);
    assert_eq!(link.step(Input::Local(tip(6, 60)), 2), []);
    let due = link.wake_at().unwrap();
    assert!((SECOND..3 * SECOND).contains(&due));
    assert_eq!(link.step(Input::Wake, due), [Output::Announce]);
}

#[test]
fn transactions_go_both_ways_when_a_link_opens_and_as_they_come() {
    let (mut link, _) = live(tip(5, 50), tip(5, 50));
    let transaction = |number: u8| TransactionId(Hash([number; 32]));
    let exchanged =
        gossip::Exchanged { missing: vec![transaction(1)], extra: vec![transaction(2)] };
    let fetch = Output::FetchTransactions(vec![transaction(2)]);
    assert_eq!(link.step(Input::Exchanged(Ok(exchanged)), 1), [fetch]);
    let send = Output::SendTransactions(vec![transaction(1)]);
    assert_eq!(link.step(Input::Gossiped(Ok(())), 2), [send]);
    assert_eq!(link.step(Input::Fresh(vec![transaction(3)]), 3), []);
    let send = Output::SendTransactions(vec![transaction(3)]);
    assert_eq!(link.step(Input::Gossiped(Ok(())), 4), [send]);
    assert_eq!(link.step(Input::Gossiped(Ok(())), 5), []);
    drop(link.step(Input::Follows(true), 6));
    assert_eq!(link.step(Input::Fresh(vec![transaction(4)]), 7), []);
    let offer = Output::Offer(vec![transaction(4)]);
    assert_eq!(link.step(Input::Wake, 7 + SECOND), [offer]);
}

#[test]
fn a_flood_of_transactions_is_compared_instead_of_queued() {
    let mut link = quiet();
    drop(link.step(Input::Fresh(vec![TransactionId(Hash::ZERO)]), 1));
    drop(link.step(Input::Fresh(vec![TransactionId(Hash::ZERO); 30_000]), 1));
    assert_eq!(link.step(Input::Gossiped(Ok(())), 2), [Output::Exchange]);
}

#[test]
fn another_chain_is_refused_for_long_and_a_nudge_does_not_help() {
    let mut link = Link::new(tip(5, 50), 1);
    drop(link.step(Input::Wake, 0));
    let outputs = link.step(Input::Greeted(Err(Fault::OtherChain)), 0);
    assert_eq!(outputs, [Output::Close(Fault::OtherChain)]);
    assert_eq!(link.stage(), Stage::Refused);
    assert!(link.wake_at().unwrap() >= 30 * SECOND);
    assert_eq!(link.step(Input::Nudge, SECOND), []);
}

#[test]
fn a_peer_that_is_starting_is_found_soon_and_a_nudge_helps() {
    let mut link = Link::new(tip(5, 50), 1);
    let mut now = 0;
    for _ in 0..20 {
        assert_eq!(link.step(Input::Wake, now), [Output::Greet]);
        drop(link.step(Input::Greeted(Err(Fault::Unreachable)), now));
        let wake = link.wake_at().unwrap();
        assert!(wake - now <= 3 * SECOND);
        now = wake;
    }
    drop(link.step(Input::Wake, now));
    drop(link.step(Input::Greeted(Err(Fault::Unreachable)), now));
    assert_eq!(link.step(Input::Nudge, now + 1), [Output::Greet]);
}

#[test]
fn a_broken_link_starts_from_nothing() {
    let mut link = quiet();
    drop(link.step(Input::Heard(tip(6, 60)), 1));
    drop(link.step(Input::Answer(Answer::Body), 1));
    assert_eq!(link.step(Input::Broken(Fault::Closed), 2), [Output::Close(Fault::Closed)]);
    assert_eq!(link.remote(), None);
    let wake = link.wake_at().unwrap();
    assert_eq!(link.step(Input::Wake, wake), [Output::Greet]);
    drop(link.step(Input::Greeted(Ok(tip(6, 60))), wake));
    assert_eq!(link.step(Input::Opened, wake), [Output::Ask(tip(6, 60)), Output::Exchange]);
}

#[test]
fn only_what_anybody_could_prove_counts_as_proven() {
    let proven = [
        Fault::BadWork,
        Fault::BadHeader("x"),
        Fault::WrongWork,
        Fault::WrongBody,
        Fault::BadBlock("x"),
        Fault::BadTransaction("x"),
    ];
    let not = [
        Fault::Unreachable,
        Fault::Closed,
        Fault::Timeout,
        Fault::Status(500),
        Fault::TooLarge,
        Fault::Malformed,
        Fault::OtherProtocol,
        Fault::OtherChain,
        Fault::Itself,
        Fault::Unstable,
        Fault::Moved,
        Fault::Overloaded,
        Fault::Busy,
        Fault::Ours,
    ];
    assert!(proven.iter().all(|fault| fault.is_proven() && fault.patience() == Patience::Growing));
    assert!(!not.iter().any(Fault::is_proven));
    let mut codes: Vec<_> = proven.iter().chain(&not).map(Fault::code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), proven.len() + not.len());
}
