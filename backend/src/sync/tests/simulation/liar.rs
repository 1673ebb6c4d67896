//! The one node that lies: about its chain's work, about headers, with bodies, and by silence.

use super::*;
use crate::{
    relay::messages::Locator,
    sync::{
        pull::Located,
        push::{From, Sent, Told, Wants},
    },
};

impl World {
    /// The end of a chain that is not what it says: somebody's real end, one that nobody has, with or
    /// without a known parent, or a real block whose body breaks a rule; mostly with far too much work.
    pub(super) fn lying_tip(&mut self) -> Tip {
        let best = self.best();
        let boast = Work(best.work.0 + 1 + u128::from(self.random.below_u64(1_000)));
        let mut invented = [7; 32];
        invented[..8].copy_from_slice(&self.random.next().to_le_bytes());
        let invented = BlockId(Hash(invented));
        let height = best.height + 1;
        match self.random.below(5) {
            0 => best,
            1 => Tip { work: boast, ..best },
            2 => Tip { height, id: invented, previous: best.id.0, work: boast },
            3 => Tip { height, id: invented, previous: Hash([9; 32]), work: boast },
            _ => self.ledger.add(&best, false, 10),
        }
    }

    /// What the liar answers: an error that the asker finds in it, or something useless.
    pub(super) fn lie(&mut self, link: usize, report: Report, ask: Ask) -> Input {
        let tip = self.lying_tip();
        let spoilt = [
            Fault::WrongBody,
            Fault::Moved,
            Fault::Malformed,
            Fault::BadBlock("block-wrong-body"),
            Fault::TooLarge,
            Fault::Overloaded,
        ];
        let spoilt = spoilt[self.random.below(spoilt.len())].clone();
        match ask {
            Ask::Hello => Input::Greeted(Ok(tip)),
            Ask::Stream => {
                self.follow(link, report);
                Input::Opened
            }
            // A real block whose body breaks a rule passes until it is submitted.
            Ask::Body(id) if self.ledger.get(&id).is_some_and(|block| !block.good) => {
                Input::Body(Ok(()))
            }
            Ask::Body(_) => Input::Body(Err(spoilt)),
            Ask::Locate { after, .. } => Input::Located(self.lying_headers(link, after)),
            Ask::Bodies { .. } => Input::Bodies(Err(spoilt)),
            Ask::Announce(theirs) => {
                // To be sent everything, or nothing, or to keep it waiting.
                let wants = match self.random.below(4) {
                    0 => Wants::Nothing,
                    1 => Wants::Later,
                    2 => Wants::Blocks(From::Tip),
                    _ => Wants::Blocks(From::Fork(Locator::default())),
                };
                Input::Told(Ok(Told { ours: theirs.id, theirs: tip, wants }))
            }
            Ask::Push { next, .. } => {
                Input::Sent(Ok(Sent { theirs: tip, stored: self.random.share(500), next }))
            }
            Ask::Pools => Input::Exchanged(Ok(gossip::Exchanged::default())),
        }
    }

    fn lying_headers(&mut self, link: usize, after: Option<Box<Anchor>>) -> Result<Located, Fault> {
        let asker = self.links[link].from;
        let start = self.random.below(self.nodes[asker].chain.len());
        let known = self.nodes[asker].chain[start..].to_vec();
        match self.random.below(4) {
            // Nothing, though it promised more.
            0 => self.examine(asker, &[], after),
            // What the asker has anyway.
            1 => self.examine(asker, &known, after),
            2 => Err(Fault::Moved),
            _ => Err(Fault::BadHeader("block-wrong-target")),
        }
    }

    /// Announces to somebody what it will not send, and sends to its followers what is not so.
    pub(super) fn lie_unasked(&mut self) {
        let Some(liar) = self.liar else { return };
        let tip = self.lying_tip();
        let honest: Vec<usize> = self.honest().collect();
        let victim = honest[self.random.below(honest.len())];
        let now = self.instant();
        if self.way(liar, victim).is_some() {
            // Its answer goes nowhere; what it claimed is claimed.
            drop(self.announced(victim, &tip, now));
        }
        for (link, report) in self.nodes[liar].followers.clone() {
            self.frame(liar, link, report, tip);
        }
    }

    /// Messages that are enough for all that happened.
    pub(super) fn most_messages(&self) -> u64 {
        let links = u64::try_from(self.links.len()).unwrap();
        let minutes = self.now.div_ceil(MINUTE);
        // Twice what was seen at most, in thousands of networks: a block is told of, and fetched or sent,
        // on some of the links only; a link that breaks again and again greets, opens, compares and asks.
        links * (self.mined * 2 + minutes * 60)
    }
}
