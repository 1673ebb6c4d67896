//! A node's life on a recording disk: blocks of a chain with branches, some of which win.

use std::{path::Path, sync::Arc};

use disk::{Chance, Disk, Trace};
use shared::{
    encode::Bounded,
    hash::BlockId,
    ledger::LedgerView as _,
    params::Chain,
    rules::{block_isolated::CheckedBlock, transaction_isolated::CheckedTransaction},
    transaction::{Body, Payment},
};

use crate::{
    chain::{
        self, Handle, OpenError, Options, Wanted, Writer,
        testkit::{self, Forge, RICH, account, block_on, mites},
    },
    pool::Limits,
};

/// After every block of every run.
const NOW: u64 = testkit::GENESIS_TIME + 1_000_000;
/// So little that blocks make room all the time.
const ROOM: chain::Room = chain::Room { blocks: 8, bytes: 1 << 20 };

pub(super) fn open(folder: &Path, chain: &Chain) -> Result<(Handle, Writer), OpenError> {
    chain::start(Options {
        folder: folder.into(),
        chain: chain.clone(),
        clock: Arc::new(|| NOW),
        pool: Limits::default(),
        beside: ROOM,
    })
}

pub(super) fn close(handle: Handle, writer: Writer) {
    block_on(handle.stop());
    drop(handle);
    writer.join().unwrap();
}

/// Blocks in the order in which a node gets them: a chain with branches, some of which win.
struct Script {
    forge: Forge,
    chance: Chance,
    blocks: Vec<CheckedBlock>,
    tip: BlockId,
    reorganisations: usize,
}

impl Script {
    fn new(chain: &Chain, seed: u64) -> Self {
        let forge = Forge::new(chain);
        let tip = forge.genesis();
        Self { forge, chance: Chance::new(seed), blocks: Vec::new(), tip, reorganisations: 0 }
    }

    /// A payment of each rich key to somebody, as of a block.
    fn payments(&mut self, parent: BlockId) -> Vec<CheckedTransaction> {
        let (state, tree) = self.forge.state(&parent);
        let (height, tree) = (state.height(), tree.clone());
        let mut payments = Vec::new();
        for from in 0..RICH {
            let to = RICH + u8::try_from(self.chance.below(200)).unwrap();
            let payment = Payment { recipient: account(to), amount: mites(10) };
            let body = Body {
                version: 1,
                sender: account(from),
                nonce: tree.account(&account(from)).nonce,
                fee: mites(1 + self.chance.number() % 50),
                expires_at: height + 100,
                payments: Bounded::new(vec![payment]).unwrap(),
                memo: Bounded::default(),
            };
            payments.push(testkit::sign(&self.forge.chain, from, body));
        }
        payments
    }

    /// Makes a block on `parent`.
    fn block(&mut self, parent: BlockId) -> BlockId {
        let payments = self.payments(parent);
        let miner = RICH + u8::try_from(self.chance.below(8)).unwrap();
        let block = self.forge.child(parent, miner, 10, &payments);
        let id = block.id();
        self.blocks.push(block);
        id
    }

    /// Adds blocks until there are `count`: now on the tip, now on a branch that overtakes it.
    fn write(mut self, count: usize) -> Self {
        while self.blocks.len() < count {
            if self.chance.once_in(6) {
                let mut at = self.tip;
                let mut depth = 0;
                let wanted = 1 + self.chance.below(8);
                while depth < wanted && at != self.forge.genesis() {
                    at = BlockId(self.forge.state(&at).0.header().previous);
                    depth += 1;
                }
                for _ in 0..=depth {
                    at = self.block(at);
                }
                self.tip = at;
                self.reorganisations += usize::from(depth > 0);
            } else {
                self.tip = self.block(self.tip);
            }
        }
        self
    }
}

/// What was done to a disk while a script ran on it, and the tip after each block of the script.
pub(super) struct Record {
    pub(super) chain: Chain,
    /// What each block means, as judged by who made it.
    pub(super) forge: Forge,
    pub(super) trace: Trace,
    /// Genesis first. The number in [`Disk::mark`] is that of the tip that was acknowledged.
    pub(super) tips: Vec<BlockId>,
    pub(super) reorganisations: usize,
}

pub(super) fn record(blocks: usize, seed: u64) -> Option<Record> {
    let disk = disk::need("a disk that records", Disk::mount())?;
    let chain = testkit::chain(|parameters| parameters.max_new_accounts = 100);
    let mut script = Script::new(&chain, seed).write(blocks);
    let folder = disk.path().join("data");
    let (mut handle, mut writer) = open(&folder, &chain).unwrap();
    let mut tips = vec![handle.view().tip().id];
    disk.mark(0);
    let (mut reorganisations, mut wanted) = (0, Wanted::default());
    for (number, block) in (1..).zip(std::mem::take(&mut script.blocks)) {
        // What waits is written without a sync, between the blocks.
        let waits = script.payments(handle.view().tip().id).swap_remove(script.chance.below(8));
        let _ = block_on(handle.submit_transaction(waits));
        let outcome = handle.submit_blocking(vec![block], Some(wanted.clone())).remove(0).unwrap();
        assert!(outcome.is_stored());
        if let chain::Imported::Changed(change) = &outcome {
            wanted = Wanted::default();
            reorganisations += usize::from(!change.reverted.is_empty());
        }
        tips.push(handle.view().tip().id);
        disk.mark(number);
        if number % 97 == 0 {
            close(handle, writer);
            (handle, writer) = open(&folder, &chain).unwrap();
        }
    }
    assert_eq!(tips.last(), Some(&script.tip));
    assert_eq!(reorganisations, script.reorganisations);
    let beside = handle.view().side_blocks(1_000).unwrap().len();
    assert!(u64::try_from(beside).unwrap() <= ROOM.blocks, "{beside} blocks beside the chain");
    close(handle, writer);
    Some(Record { chain, forge: script.forge, trace: disk.take_trace(), tips, reorganisations })
}
