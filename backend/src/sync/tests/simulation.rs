//! Goal: honest nodes agree on the chain with the most work whatever the network and one liar do, and say
//! no more than they must.
//! Method: many [`Link`]s on virtual time; one seed decides all there is of chance. Each message may be
//! late, overtaken, repeated or lost, and the network may fall apart for a while. The links' driver and
//! what a node answers are modelled after `relay/link.rs` and `relay/serve.rs` ([`driver`], [`node`]).
//!
//! `HALFPENNY_SEED=n cargo test -p backend simulation` runs one seed again; `HALFPENNY_FULL=1` runs many.

mod driver;
mod liar;
mod node;
mod random;

use std::collections::BTreeMap;

use driver::{Driver, Report};
use node::{Ask, Node};
use random::Random;
use shared::hash::Hash;

use super::*;

/// A block is what nodes need to know of it; `good`: its body breaks no rule.
#[derive(Clone, Copy, Debug)]
struct Block {
    tip: Tip,
    good: bool,
}

/// Every block that was ever made, whoever knows it.
#[derive(Debug, Default)]
struct Ledger(BTreeMap<[u8; 32], Block>);

impl Ledger {
    fn get(&self, id: &BlockId) -> Option<Block> {
        self.0.get(&id.0.0).copied()
    }

    /// A new block upon another.
    fn add(&mut self, parent: &Tip, good: bool, work: u128) -> Tip {
        let mut id = [0; 32];
        let number = u64::try_from(self.0.len()).unwrap();
        id[..8].copy_from_slice(&(number + 1).to_le_bytes());
        let tip = Tip {
            height: parent.height + 1,
            id: BlockId(Hash(id)),
            previous: parent.id.0,
            work: Work(parent.work.0 + work),
        };
        self.0.insert(id, Block { tip, good });
        tip
    }
}

/// What a network does to messages; shares are of a thousand.
#[derive(Clone, Copy, Debug)]
struct Weather {
    /// A message comes after up to so long.
    delay: Millis,
    lost: u64,
    repeated: u64,
    /// A node is too busy for what it is sent.
    busy: u64,
}

const FINE: Weather = Weather { delay: 40, lost: 0, repeated: 0, busy: 0 };

/// What happens at a time.
#[derive(Debug)]
enum Event {
    /// A link's own clock.
    Wake { link: usize },
    /// A request arrives where it was sent.
    Request { link: usize, report: Report, ask: Ask },
    /// Something comes back to a link, or happens to it.
    Report { link: usize, report: Report, input: Box<Input> },
    /// The chain of the node at a link's near end has changed.
    Local { link: usize },
    /// Somebody began or ceased to follow the node at a link's near end.
    Followers { link: usize },
    /// A block that waited for its time.
    Due { node: usize, id: BlockId },
    /// A node finds so many blocks.
    Mine { node: usize, count: u32 },
    /// The network falls into two parts, or comes together.
    Part { groups: Vec<bool> },
    /// The liar lies unasked.
    Lie,
}

/// Everything.
struct World {
    now: Millis,
    events: BTreeMap<(Millis, u64), Event>,
    number: u64,
    random: Random,
    weather: Weather,
    ledger: Ledger,
    nodes: Vec<Node>,
    links: Vec<Driver>,
    /// On which side of a split each node is.
    groups: Vec<bool>,
    /// The node that lies, if there is one.
    liar: Option<usize>,
    messages: u64,
    mined: u64,
}

impl World {
    /// Honest nodes in a ring with some more links among them, and the liar linked to many of them.
    fn new(seed: u64, honest: usize, weather: Weather, with_liar: bool) -> Self {
        let mut random = Random::new(seed);
        let genesis = Tip { height: 0, id: id(255), previous: Hash::ZERO, work: Work(1) };
        let mut ledger = Ledger::default();
        ledger.0.insert(genesis.id.0.0, Block { tip: genesis, good: true });
        let count = honest + usize::from(with_liar);
        let nodes = (0..count).map(|_| Node::new(genesis)).collect();
        let mut pairs: Vec<(usize, usize)> = (0..honest).map(|n| (n, (n + 1) % honest)).collect();
        for _ in 0..honest {
            pairs.push((random.below(honest), random.below(honest)));
        }
        for node in (0..honest).filter(|_| with_liar) {
            if random.share(700) {
                pairs.push(if random.share(700) { (node, honest) } else { (honest, node) });
            }
        }
        pairs.retain(|(from, to)| from != to);
        pairs.sort_unstable();
        pairs.dedup();
        // The liar does not follow the protocol: it has no link of its own.
        pairs.retain(|(from, _)| !(with_liar && *from == honest));
        let links = pairs
            .iter()
            .map(|(from, to)| Driver::new(*from, *to, Link::new(genesis, random.next())))
            .collect();
        let mut world = Self {
            now: 0,
            events: BTreeMap::new(),
            number: 0,
            random,
            weather,
            ledger,
            nodes,
            links,
            groups: vec![false; count],
            liar: with_liar.then_some(honest),
            messages: 0,
            mined: 0,
        };
        for link in 0..world.links.len() {
            world.feed(link, Input::Wake);
        }
        world
    }

    fn honest(&self) -> impl Iterator<Item = usize> {
        let liar = self.liar;
        (0..self.nodes.len()).filter(move |node| Some(*node) != liar)
    }

    fn after(&mut self, delay: Millis, event: Event) {
        self.number += 1;
        self.events.insert((self.now + delay, self.number), event);
    }

    fn is_cut(&self, one: usize, other: usize) -> bool {
        self.groups[one] != self.groups[other]
    }

    /// How long a message takes; `None` when it is lost.
    fn way(&mut self, from: usize, to: usize) -> Option<Millis> {
        self.messages += 1;
        let lost = self.is_cut(from, to) || self.random.share(self.weather.lost);
        (!lost).then(|| 1 + self.random.below_u64(self.weather.delay))
    }

    /// Runs until `done` says so; false: not within `limit`.
    fn run_until(&mut self, limit: Millis, mut done: impl FnMut(&Self) -> bool) -> bool {
        let end = self.now + limit;
        loop {
            if done(self) {
                return true;
            }
            match self.events.first_key_value() {
                Some(((time, _), _)) if *time <= end => {}
                _ => {
                    self.now = end;
                    return false;
                }
            }
            if let Some(((time, _), event)) = self.events.pop_first() {
                self.now = time;
                self.happen(event);
            }
        }
    }

    fn run_for(&mut self, time: Millis) {
        self.run_until(time, |_| false);
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Wake { link } => self.woken(link),
            Event::Request { link, report, ask } => self.requested(link, report, ask),
            Event::Report { link, report, input } => self.reported(link, report, *input),
            Event::Local { link } => {
                let tip = self.nodes[self.links[link].from].tip;
                self.feed(link, Input::Local(tip));
            }
            Event::Followers { link } => self.followers_changed(link),
            Event::Due { node, id } => drop(self.import(node, id)),
            Event::Mine { node, count } => {
                for _ in 0..count {
                    let parent = self.nodes[node].tip;
                    let work = 10 + u128::from(self.random.below_u64(3));
                    let block = self.ledger.add(&parent, true, work);
                    self.mined += 1;
                    self.import(node, block.id);
                }
            }
            Event::Part { groups } => self.groups = groups,
            Event::Lie => self.lie_unasked(),
        }
    }

    /// The one tip of all honest nodes, if they have the same.
    fn agreement(&self) -> Option<Tip> {
        let mut tips = self.honest().map(|node| self.nodes[node].tip);
        let first = tips.next()?;
        tips.all(|tip| tip == first).then_some(first)
    }

    /// The most work that an honest node has.
    fn best(&self) -> Tip {
        let tips = self.honest().map(|node| self.nodes[node].tip);
        tips.max_by_key(|tip| tip.work).unwrap()
    }

    /// Chance for a while: blocks here and there, sometimes many at once, and a split that heals.
    fn plan(&mut self, time: Millis) {
        let honest: Vec<usize> = self.honest().collect();
        for _ in 0..10 + self.random.below(40) {
            let node = honest[self.random.below(honest.len())];
            let count = if self.random.share(60) { 60 } else { 1 };
            let at = self.random.below_u64(time);
            self.after(at, Event::Mine { node, count });
        }
        if self.random.share(700) {
            let groups = (0..self.nodes.len()).map(|_| self.random.share(500)).collect();
            let at = self.random.below_u64(time / 2);
            self.after(at, Event::Part { groups });
            self.after(time, Event::Part { groups: vec![false; self.nodes.len()] });
        }
        if self.liar.is_some() {
            for _ in 0..time / 2_000 {
                let at = self.random.below_u64(time);
                self.after(at, Event::Lie);
            }
        }
    }
}

/// Says which seed it was.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the simulation failed: run it again with HALFPENNY_SEED={}", self.0);
        }
    }
}

/// The seed that was asked for, or the first `few`, or many.
fn seeds(few: u64, many: u64) -> Vec<u64> {
    match std::env::var("HALFPENNY_SEED") {
        Ok(seed) => vec![seed.parse().expect("HALFPENNY_SEED is a number")],
        Err(_) if std::env::var_os("HALFPENNY_FULL").is_some() => (0..many).collect(),
        Err(_) => (0..few).collect(),
    }
}

const MINUTE: Millis = 60_000;

#[test]
fn honest_nodes_agree_on_most_work_in_any_weather_and_in_spite_of_a_liar() {
    for seed in seeds(24, 2_000) {
        let _told = Seed(seed);
        let mut dice = Random::new(!seed);
        let honest = 4 + dice.below(16);
        let weather = Weather {
            delay: 5 + dice.below_u64(400),
            lost: dice.below_u64(20),
            repeated: dice.below_u64(60),
            busy: dice.below_u64(60),
        };
        let mut world = World::new(seed, honest, weather, dice.share(700));
        world.plan(2 * MINUTE);
        world.run_for(2 * MINUTE);
        // Two ends with the same work may both stay; the next block decides.
        let best = world.best();
        let finder = world.honest().find(|node| world.nodes[*node].tip == best).unwrap();
        world.after(0, Event::Mine { node: finder, count: 1 });
        world.run_for(1);
        let best = world.best();
        let agreed = world.run_until(30 * MINUTE, |world| world.agreement().is_some());
        let tips = || -> Vec<u64> { world.nodes.iter().map(|node| node.tip.height).collect() };
        assert!(agreed, "seed {seed}: still at heights {:?} after 30 minutes", tips());
        assert_eq!(world.agreement(), Some(best), "seed {seed}");
        let bound = world.most_messages();
        let said = world.messages;
        assert!(said <= bound, "seed {seed}: {said} messages, {bound} are enough");
    }
}

#[test]
fn in_fine_weather_a_block_costs_each_link_a_few_messages_and_silence_costs_none() {
    for seed in seeds(8, 200) {
        let _told = Seed(seed);
        let mut world = World::new(seed, 5 + usize::try_from(seed % 16).unwrap(), FINE, false);
        world.run_for(MINUTE);
        let before = world.messages;
        for _ in 0..20 {
            let node = world.random.below(world.nodes.len());
            world.after(0, Event::Mine { node, count: 1 });
            let agreed = world.run_until(MINUTE, |world| {
                world.agreement().is_some_and(|tip| tip.height == world.mined)
            });
            assert!(agreed, "seed {seed}");
            world.run_for(5_000);
        }
        let links = u64::try_from(world.links.len()).unwrap();
        let said = world.messages - before;
        // The frame that tells of it, the body and its answer; an announcement and its answer at most.
        assert!(said <= 20 * links * 5, "seed {seed}: {said} messages on {links} links");
        world.run_for(MINUTE);
        let quiet = world.messages;
        world.run_for(60 * MINUTE);
        assert_eq!(
            world.messages, quiet,
            "seed {seed}: they speak although there is nothing to say"
        );
    }
}
