//! A node of the simulation: its chain, and what an honest one answers.

use std::collections::{BTreeMap, BTreeSet};

use shared::encode::Bounded;

use super::*;
use crate::{
    relay::slots::Slots,
    sync::{
        pull::{Located, Submitted},
        push::{From, Sent, Told, Wants},
    },
};

/// Headers in one answer, at most: few, so that long stretches take several.
pub(super) const MOST_HEADERS: usize = 16;
/// Blocks in one group, at most.
const MOST_BODIES: usize = 7;

/// What is asked of a node.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    Hello,
    Stream,
    Body(BlockId),
    Locate { ids: Vec<BlockId>, after: Option<Box<Anchor>> },
    Bodies { from: u64, expected: Vec<BlockId> },
    Announce(Tip),
    Push { blocks: Vec<BlockId>, next: Option<u64> },
    Pools,
}

/// What becomes of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Imported {
    Stored,
    Orphan,
    Bad,
}

/// A node's chain, and who follows its stream.
pub(super) struct Node {
    pub(super) tip: Tip,
    /// Ids of its chain, by height.
    pub(super) chain: Vec<BlockId>,
    pub(super) known: BTreeSet<[u8; 32]>,
    orphans: BTreeMap<[u8; 32], BTreeSet<[u8; 32]>>,
    pub(super) slots: Slots,
    /// Links whose far end is here and whose stream is open, with their connection.
    pub(super) followers: Vec<(usize, Report)>,
}

impl Node {
    pub(super) fn new(genesis: Tip) -> Self {
        Self {
            tip: genesis,
            chain: vec![genesis.id],
            known: BTreeSet::from([genesis.id.0.0]),
            orphans: BTreeMap::new(),
            slots: Slots::default(),
            followers: Vec::new(),
        }
    }

    pub(super) fn knows(&self, id: &BlockId) -> bool {
        self.known.contains(&id.0.0)
    }

    /// Takes a block and those that waited for it; true: the chain has changed.
    fn take(&mut self, block: &Block, ledger: &Ledger) -> (Imported, bool) {
        let tip = block.tip;
        if self.knows(&tip.id) {
            return (Imported::Stored, false);
        }
        if !self.known.contains(&tip.previous.0) {
            self.orphans.entry(tip.previous.0).or_default().insert(tip.id.0.0);
            return (Imported::Orphan, false);
        }
        if !block.good {
            return (Imported::Bad, false);
        }
        self.known.insert(tip.id.0.0);
        let mut changed = tip.work > self.tip.work;
        if changed {
            self.follow(tip, ledger);
        }
        for id in self.orphans.remove(&tip.id.0.0).unwrap_or_default() {
            let block = ledger.get(&BlockId(Hash(id))).unwrap();
            changed |= self.take(&block, ledger).1;
        }
        (Imported::Stored, changed)
    }

    fn follow(&mut self, tip: Tip, ledger: &Ledger) {
        let mut branch = Vec::new();
        let mut at = tip;
        while self.chain.get(usize::try_from(at.height).unwrap()) != Some(&at.id) {
            branch.push(at.id);
            at = ledger.get(&BlockId(at.previous)).unwrap().tip;
        }
        self.chain.truncate(usize::try_from(at.height + 1).unwrap());
        self.chain.extend(branch.into_iter().rev());
        self.tip = tip;
    }

    /// Ids of this chain, the newest first, ever sparser.
    pub(super) fn locator(&self) -> Vec<BlockId> {
        let (mut ids, mut step, mut height) = (vec![self.tip.id], 1, self.chain.len() - 1);
        while height > 0 {
            height = height.saturating_sub(step);
            step *= 2;
            ids.push(self.chain[height]);
        }
        ids
    }

    /// The height after the newest of these that is in this chain.
    pub(super) fn after_fork(&self, ids: &[BlockId]) -> usize {
        let fork = ids.iter().find_map(|id| self.chain.iter().position(|own| own == id));
        fork.unwrap_or(0) + 1
    }

    fn part(&self, from: usize, most: usize) -> Vec<BlockId> {
        self.chain.iter().skip(from).take(most).copied().collect()
    }

    /// The blocks that a push sends, and the height of the next one.
    pub(super) fn to_push(&self, from: From) -> (Vec<BlockId>, Option<u64>) {
        let from = match from {
            From::Tip => self.chain.len() - 1,
            From::Fork(locator) => self.after_fork(&locator),
            From::Height(height) => usize::try_from(height).unwrap(),
        };
        let blocks = self.part(from, MOST_BODIES);
        let next = from + blocks.len();
        let more = !blocks.is_empty() && next < self.chain.len();
        (blocks, more.then(|| u64::try_from(next).unwrap()))
    }
}

impl World {
    /// A node takes a block and tells of it; what became of it.
    pub(super) fn import(&mut self, node: usize, id: BlockId) -> Imported {
        let Some(block) = self.ledger.get(&id) else { return Imported::Orphan };
        let (imported, changed) = self.nodes[node].take(&block, &self.ledger);
        if changed {
            for link in 0..self.links.len() {
                if self.links[link].from == node {
                    let delay = self.random.below_u64(4);
                    self.after(delay, Event::Local { link });
                }
            }
            let tip = self.nodes[node].tip;
            for (link, report) in self.nodes[node].followers.clone() {
                self.frame(node, link, report, tip);
            }
        }
        imported
    }

    /// What a node makes of blocks in a row: the first thing that is not as it should be.
    pub(super) fn submit(&mut self, node: usize, blocks: &[BlockId]) -> Submitted {
        if self.random.share(self.weather.busy) {
            return Submitted::Busy;
        }
        for id in blocks {
            if self.random.share(self.weather.busy / 10) {
                self.after(2_000, Event::Due { node, id: *id });
                return Submitted::Waits;
            }
            match self.import(node, *id) {
                Imported::Stored => {}
                Imported::Orphan => return Submitted::Unlinked,
                Imported::Bad => return Submitted::Refused(Fault::BadBlock("block-wrong-state")),
            }
        }
        Submitted::Stored
    }

    /// Tells a follower where a chain ends. A stream loses nothing but itself.
    pub(super) fn frame(&mut self, node: usize, link: usize, report: Report, tip: Tip) {
        let near = self.links[link].from;
        match self.way(node, near) {
            Some(delay) => {
                let times = if self.random.share(self.weather.repeated) { 2 } else { 1 };
                for again in 0..times {
                    let input = Box::new(Input::Heard(tip));
                    let late = delay + again * self.random.below_u64(1_000);
                    self.after(late, Event::Report { link, report, input });
                }
            }
            None => {
                self.unfollow(link);
                // Nobody says that it is broken: the silence does.
                let input = Box::new(Input::Broken(Fault::Timeout));
                self.after(25_000, Event::Report { link, report, input });
            }
        }
    }

    /// What an honest node answers.
    pub(super) fn answer(&mut self, link: usize, report: Report, ask: Ask) -> Input {
        let node = self.links[link].to;
        let here = &self.nodes[node];
        match ask {
            Ask::Hello => Input::Greeted(Ok(here.tip)),
            Ask::Stream => {
                self.follow(link, report);
                Input::Opened
            }
            Ask::Body(id) => Input::Body(if here.knows(&id) { Ok(()) } else { Err(Fault::Moved) }),
            Ask::Locate { ids, after } => {
                let headers = here.part(here.after_fork(&ids), MOST_HEADERS);
                Input::Located(self.examine(self.links[link].from, &headers, after))
            }
            Ask::Bodies { from, expected } => {
                let bodies = here.part(usize::try_from(from).unwrap(), MOST_BODIES);
                let same = bodies.iter().zip(&expected).take_while(|(one, other)| one == other);
                let count = same.count();
                Input::Bodies(if count == 0 { Err(Fault::Moved) } else { Ok(count) })
            }
            Ask::Announce(theirs) => {
                let now = self.instant();
                Input::Told(Ok(self.announced(node, &theirs, now)))
            }
            Ask::Push { blocks, next } => {
                let stored = match self.submit(node, &blocks) {
                    Submitted::Busy => return Input::Sent(Err(Fault::Overloaded)),
                    outcome => outcome == Submitted::Stored,
                };
                Input::Sent(Ok(Sent { theirs: self.nodes[node].tip, stored, next }))
            }
            Ask::Pools => Input::Exchanged(Ok(gossip::Exchanged::default())),
        }
    }

    pub(super) fn announced(&mut self, node: usize, theirs: &Tip, now: std::time::Instant) -> Told {
        let here = &mut self.nodes[node];
        let wants = if theirs.work <= here.tip.work || here.knows(&theirs.id) {
            Wants::Nothing
        } else if here.known.contains(&theirs.previous.0) {
            if here.slots.claim_push(theirs.id, now) {
                Wants::Blocks(From::Tip)
            } else {
                Wants::Later
            }
        } else {
            Wants::Blocks(From::Fork(Bounded::new(here.locator()).unwrap()))
        };
        Told { ours: theirs.id, theirs: here.tip, wants }
    }

    /// What the node that asked makes of headers.
    pub(super) fn examine(
        &self,
        asker: usize,
        headers: &[BlockId],
        after: Option<Box<Anchor>>,
    ) -> Result<Located, Fault> {
        let asker = &self.nodes[asker];
        let Some(first) = headers.first() else {
            return Ok(Located { base: 0, ids: Vec::new(), last: after, more: false });
        };
        let parent = BlockId(self.ledger.get(first).unwrap().tip.previous);
        let follows = after.as_ref().map_or(asker.knows(&parent), |after| after.id == parent);
        if !follows {
            return Err(Fault::Moved);
        }
        let known = match after {
            Some(_) => 0,
            None => headers.iter().take_while(|id| asker.knows(id)).count(),
        };
        let base = self.ledger.get(&parent).unwrap().tip.height + u64::try_from(known).unwrap();
        let last = self.ledger.get(headers.last().unwrap()).unwrap().tip;
        let mut anchor = anchor(1, last.work.0);
        if let Some(anchor) = &mut anchor {
            anchor.id = last.id;
        }
        let more = headers.len() == MOST_HEADERS;
        Ok(Located { base, ids: headers[known..].to_vec(), last: anchor, more })
    }
}
