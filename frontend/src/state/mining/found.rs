//! Blocks that this tab found: sent to the node, then watched.

use super::{Mining, job::Work};
use crate::reactive::spawn_local;
use crate::{
    api::{self, ApiError},
    browser,
};
use shared::api::BlockView;

/// Blocks remembered, at most.
const MOST: usize = 100;
/// Tries to bring a block to the node.
const TRIES: u32 = 5;

/// A block that this tab found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundBlock {
    /// Its height.
    pub height: u64,
    /// Its id.
    pub id: String,
    /// Mites of reward and fees.
    pub reward: u64,
    /// When it was found, by the node's clock.
    pub time: u64,
    /// What became of it.
    pub outcome: FoundOutcome,
    /// Whether it is in the chain now.
    pub in_chain: bool,
}

/// What became of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundOutcome {
    /// It is on its way to the node.
    Submitting,
    /// The node took it; it is in the chain.
    Accepted,
    /// It is ahead of its time, and waits.
    Waiting,
    /// Another block was faster.
    Stale,
    /// It was in the chain, and is not any more: a longer branch took over.
    Orphaned,
    /// It breaks a rule.
    Rejected {
        /// The rule's code.
        code: String,
    },
    /// The node did not answer.
    NotSent {
        /// Why.
        reason: String,
    },
}

impl FoundOutcome {
    /// In words.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Submitting => t!("being sent").to_string(),
            Self::Accepted => t!("in the chain").to_string(),
            Self::Waiting => t!("ahead of its time, waits").to_string(),
            Self::Stale => t!("another block was faster").to_string(),
            Self::Orphaned => t!("a longer branch took over").to_string(),
            Self::Rejected { code } => {
                t!("rejected (code {code})", code = crate::format::plain(code))
            }
            Self::NotSent { reason } => t!("not sent: {error}", error = reason),
        }
    }
}

/// Sends a block to the node, and goes on mining.
pub(super) fn submit(mining: Mining, work: Work, nonce: u64) {
    let (height, reward) = (work.header.height, work.income());
    let Some((id, bytes)) = work.block(nonce) else {
        // A worker that cannot reckon: its next answer may be better.
        mining.ask();
        return;
    };
    let block = FoundBlock {
        height,
        id: id.to_string(),
        reward,
        time: mining.chain.now(),
        outcome: FoundOutcome::Submitting,
        in_chain: false,
    };
    let id = block.id.clone();
    mining.found.update(|found| {
        found.insert(0, block);
        found.truncate(MOST);
    });
    spawn_local(async move {
        let outcome = send(&bytes).await;
        let accepted = outcome == FoundOutcome::Accepted;
        mining.found.update(|found| {
            if let Some(block) = found.iter_mut().find(|block| block.id == id) {
                // The event may have been faster than the answer.
                if !block.in_chain {
                    block.in_chain = accepted;
                    block.outcome = outcome;
                }
            }
        });
        if !accepted && mining.running.get_untracked() {
            mining.ask();
        }
    });
}

async fn send(bytes: &[u8]) -> FoundOutcome {
    let mut tries = 0;
    loop {
        tries += 1;
        match api::submit_block(bytes).await {
            Ok(answer) => return outcome_of(&answer.outcome),
            Err(error) if error.is_temporary() && tries < TRIES => browser::sleep(1_000).await,
            Err(ApiError::Problem { code, .. }) => return FoundOutcome::Rejected { code },
            Err(error) => return FoundOutcome::NotSent { reason: error.to_string() },
        }
    }
}

fn outcome_of(answer: &str) -> FoundOutcome {
    match answer {
        "connected" | "known" => FoundOutcome::Accepted,
        "side" => FoundOutcome::Stale,
        "waiting" => FoundOutcome::Waiting,
        other => FoundOutcome::Rejected { code: other.to_string() },
    }
}

/// Follows the chain: is each block found still in it?
pub(super) fn follow(mining: Mining) {
    let blocks = mining.chain.blocks.get_untracked();
    let changes = mining.found.with_untracked(|found| {
        found.iter().any(|block| judged(block, &blocks).is_some_and(|after| after != *block))
    });
    if changes {
        mining.found.update(|found| {
            for block in found {
                if let Some(after) = judged(block, &blocks) {
                    *block = after;
                }
            }
        });
    }
}

/// The block as the newest blocks show it; `None` when they say nothing of it.
fn judged(block: &FoundBlock, newest: &[BlockView]) -> Option<FoundBlock> {
    let oldest = newest.last()?.height;
    let in_chain = newest.iter().any(|known| known.id == block.id);
    let covers = newest.first().is_some_and(|tip| tip.height >= block.height);
    if block.height < oldest || (!covers && !block.in_chain) {
        return None;
    }
    let outcome = match (in_chain, &block.outcome) {
        (true, _) => FoundOutcome::Accepted,
        (false, FoundOutcome::Accepted) if block.in_chain => FoundOutcome::Orphaned,
        (false, outcome) => outcome.clone(),
    };
    Some(FoundBlock { in_chain, outcome, ..block.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;

    fn known(height: u64, id: &str) -> BlockView {
        testkit::block(height, id, "")
    }

    fn found(outcome: FoundOutcome, in_chain: bool) -> FoundBlock {
        FoundBlock { height: 5, id: "mine".into(), reward: 1, time: 0, outcome, in_chain }
    }

    #[test]
    fn a_block_that_a_reorganisation_takes_away_is_orphaned_and_can_come_back() {
        let mine = [known(5, "mine"), known(4, "a")];
        let theirs = [known(6, "x"), known(5, "theirs"), known(4, "a")];
        let accepted = judged(&found(FoundOutcome::Stale, false), &mine).unwrap();
        assert_eq!((accepted.outcome.clone(), accepted.in_chain), (FoundOutcome::Accepted, true));
        let orphaned = judged(&accepted, &theirs).unwrap();
        assert_eq!((orphaned.outcome.clone(), orphaned.in_chain), (FoundOutcome::Orphaned, false));
        assert_eq!(judged(&orphaned, &mine).unwrap().outcome, FoundOutcome::Accepted);
    }

    #[test]
    fn what_the_newest_blocks_do_not_cover_is_left_as_it_is() {
        let later = [known(40, "x"), known(30, "y")];
        assert_eq!(judged(&found(FoundOutcome::Accepted, true), &later), None);
        let earlier = [known(4, "a")];
        assert_eq!(judged(&found(FoundOutcome::Submitting, false), &earlier), None);
        assert_eq!(judged(&found(FoundOutcome::Accepted, true), &[]), None);
    }

    #[test]
    fn every_answer_of_a_node_has_an_outcome() {
        assert_eq!(outcome_of("connected"), FoundOutcome::Accepted);
        assert_eq!(outcome_of("side"), FoundOutcome::Stale);
        assert_eq!(outcome_of("orphan").text(), "rejected (code orphan)");
    }
}
