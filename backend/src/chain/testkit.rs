//! Chains for tests: keys with coins, blocks on any parent, and a node whose clock stands still.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use shared::{
    account::AccountId,
    amount::Amount,
    block::Block,
    encode::{Bounded, encode},
    hash::{BlockId, Hash},
    key::Signature,
    params::{Chain, Parameters},
    pow,
    rules::{
        block_in_chain,
        block_isolated::{self, CheckedBlock},
        header,
        transaction_isolated::{self, CheckedTransaction},
    },
    state::ChainState,
    state_tree::StateTree,
    template,
    transaction::{Authorization, Body, Payment, Transaction},
    wallet::secret::SecretKey,
    work::Target,
};
use tempfile::TempDir;

use super::{Handle, Imported, Options, Room, SubmitError, View, Wanted, Writer, start};
use crate::{
    pool::{Accepted, Limits, PoolError},
    store::tables::{Table, meta},
};

/// Keys that have coins from the beginning.
pub(crate) const RICH: u8 = 8;
/// What each of them has.
pub(crate) const OPENING: u64 = 1_000_000;
/// When test chains begin.
pub(crate) const GENESIS_TIME: u64 = 1_000_000;

/// A chain on which every block id is good enough, after `edit`.
pub(crate) fn chain(edit: impl FnOnce(&mut Parameters)) -> Chain {
    let mut opening: Vec<Payment> =
        (0..RICH).map(|n| Payment { recipient: account(n), amount: mites(OPENING) }).collect();
    opening.sort_by_key(|payment| payment.recipient);
    let mut parameters = Parameters {
        name: "Test".into(),
        ticker: "TST".into(),
        prefix: "tst".into(),
        coin_type: 1,
        salt: Hash([7; 32]),
        genesis_time: GENESIS_TIME,
        message: String::new(),
        interval: 10,
        first_target: Target::EASIEST,
        easiest_target: Target::EASIEST,
        half_life: 0,
        max_gap: 100,
        grace: 0,
        max_future: 0,
        reward: mites(5_000),
        halving_interval: 10,
        max_block_bytes: 100_000,
        max_new_accounts: 1_000,
        max_validity: 1_000,
        opening_balances: Bounded::new(opening).unwrap(),
        dev: true,
    };
    edit(&mut parameters);
    Chain::new(parameters).unwrap()
}

/// A chain whose difficulty follows the times: a slow block is worth less work than a quick one.
pub(crate) fn lively_chain() -> Chain {
    chain(|parameters| {
        parameters.first_target = Target::from_zero_bits(4);
        parameters.half_life = 20;
        parameters.max_future = 10;
        parameters.grace = 10;
    })
}

pub(crate) fn mites(mites: u64) -> Amount {
    Amount::from_mites(mites).unwrap()
}

pub(crate) fn key(number: u8) -> SecretKey {
    SecretKey::from_bytes(&[number + 1; 32])
}

pub(crate) fn account(number: u8) -> AccountId {
    key(number).public_key().account()
}

/// A signed payment of `amount` from one numbered key to another.
pub(crate) fn pay(
    chain: &Chain,
    (from, nonce): (u8, u64),
    to: u8,
    amount: u64,
    fee: u64,
) -> CheckedTransaction {
    sign(
        chain,
        from,
        Body {
            version: 1,
            sender: account(from),
            nonce,
            fee: mites(fee),
            expires_at: 500,
            payments: Bounded::new(vec![Payment { recipient: account(to), amount: mites(amount) }])
                .unwrap(),
            memo: Bounded::default(),
        },
    )
}

/// `body` signed by a numbered key, and checked.
pub(crate) fn sign(chain: &Chain, from: u8, body: Body) -> CheckedTransaction {
    let signature = key(from).sign(&body.signing_hash(&chain.genesis_id()));
    let transaction = Transaction { body, authorization: Authorization::Key(signature) };
    transaction_isolated::check(transaction, &chain.genesis_id()).unwrap()
}

/// A transaction that looks as if it had been signed, for tests of what comes before signatures.
pub(crate) fn unsigned(body: Body) -> Transaction {
    Transaction { body, authorization: Authorization::Key(Signature([0; 64])) }
}

/// Makes blocks on any block that it made before, and remembers what they mean: the judge of the
/// node's own answer.
pub(crate) struct Forge {
    pub(crate) chain: Chain,
    known: HashMap<BlockId, (ChainState, StateTree)>,
}

impl Forge {
    pub(crate) fn new(chain: &Chain) -> Self {
        let genesis = (ChainState::genesis(chain), chain.opening_state().clone());
        Self { chain: chain.clone(), known: HashMap::from([(chain.genesis_id(), genesis)]) }
    }

    pub(crate) fn genesis(&self) -> BlockId {
        self.chain.genesis_id()
    }

    /// The state as of a block.
    pub(crate) fn state(&self, id: &BlockId) -> &(ChainState, StateTree) {
        &self.known[id]
    }

    /// A valid child of `parent`, `gap` seconds after it, mined by a numbered key. Transactions that do
    /// not apply are an error of the test.
    pub(crate) fn child(
        &mut self,
        parent: BlockId,
        miner: u8,
        gap: u64,
        transactions: &[CheckedTransaction],
    ) -> CheckedBlock {
        let (state, tree) = self.known[&parent].clone();
        let time = state.header().timestamp + gap;
        let template =
            template::assemble(&state, &tree, account(miner), time, transactions, |_, error| {
                panic!("{error}")
            });
        let block = mined(template.unwrap().block);
        let checked = block_isolated::check(block, &self.chain).unwrap();
        let connected = block_in_chain::connect(&state, &tree, &checked).unwrap();
        self.known.insert(checked.id(), (connected.state, connected.tree));
        checked
    }

    /// Forgets a block, so that many of them need no memory.
    pub(crate) fn forget(&mut self, id: &BlockId) {
        self.known.remove(id);
    }

    /// `count` empty blocks, one after the other.
    pub(crate) fn line(&mut self, from: BlockId, miner: u8, count: usize) -> Vec<CheckedBlock> {
        let mut tip = from;
        let mut blocks = Vec::new();
        for _ in 0..count {
            let block = self.child(tip, miner, 10, &[]);
            tip = block.id();
            blocks.push(block);
        }
        blocks
    }

    /// A child whose header was changed after everything else was right, with new proof of work.
    pub(crate) fn spoilt(
        &mut self,
        parent: BlockId,
        transactions: &[CheckedTransaction],
        spoil: impl FnOnce(&mut Block),
    ) -> CheckedBlock {
        let mut block = self.child(parent, 0, 10, transactions).to_block();
        spoil(&mut block);
        let block = block_isolated::check(mined(block), &self.chain).unwrap();
        let (state, tree) = &self.known[&parent];
        // So that blocks can be made on top of it, as somebody would who does not check.
        if let Ok(state) = header::check(state, block.header()) {
            let tree = tree.clone();
            self.known.insert(block.id(), (state, tree));
        }
        block
    }
}

/// The block with a nonce that meets its target.
pub(crate) fn mined(mut block: Block) -> Block {
    let core = block.header.core();
    let nonce = pow::first_hit(&core, &block.header.target, block.header.nonce, 1 << 24);
    block.header.nonce = nonce.expect("test targets are easy");
    block
}

/// A chain on disk with its writer, in a folder of its own and with a clock of its own.
pub(crate) struct Node {
    pub(crate) handle: Handle,
    writer: Writer,
    pub(crate) folder: Arc<TempDir>,
    pub(crate) time: Arc<AtomicU64>,
    limits: (Limits, Room),
}

impl Node {
    pub(crate) fn new(chain: &Chain) -> Self {
        Self::with_limits(chain, Limits::default())
    }

    pub(crate) fn with_limits(chain: &Chain, limits: Limits) -> Self {
        Self::fresh(chain, (limits, Room::default()))
    }

    /// With so much room beside the main chain.
    pub(crate) fn with_room(chain: &Chain, blocks: u64, bytes: u64) -> Self {
        Self::fresh(chain, (Limits::default(), Room { blocks, bytes }))
    }

    fn fresh(chain: &Chain, limits: (Limits, Room)) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::open(chain, folder, Arc::new(AtomicU64::new(GENESIS_TIME)), limits)
    }

    fn open(
        chain: &Chain,
        folder: Arc<TempDir>,
        time: Arc<AtomicU64>,
        limits: (Limits, Room),
    ) -> Self {
        let clock = Arc::clone(&time);
        let (handle, writer) = start(Options {
            folder: folder.path().into(),
            chain: chain.clone(),
            clock: Arc::new(move || clock.load(Ordering::SeqCst)),
            pool: limits.0,
            beside: limits.1,
        })
        .unwrap();
        Self { handle, writer, folder, time, limits }
    }

    /// Stops and returns what opens the same folder again.
    pub(crate) fn close(self) -> Closed {
        let Self { handle, writer, folder, time, limits } = self;
        let chain = handle.chain().clone();
        block_on(handle.stop());
        drop(handle);
        writer.join().unwrap();
        Closed { chain, folder, time, limits }
    }

    /// Stops and opens the same folder again.
    pub(crate) fn restarted(self) -> Self {
        self.close().open()
    }

    pub(crate) fn view(&self) -> Arc<View> {
        self.handle.view()
    }

    pub(crate) fn tip(&self) -> BlockId {
        self.view().tip().id
    }

    pub(crate) fn submit(&self, block: &CheckedBlock) -> Result<Imported, SubmitError> {
        self.handle.submit_blocks_blocking(vec![block.clone()]).remove(0)
    }

    /// Submits a block of a branch that somebody fetches.
    pub(crate) fn submit_wanted(
        &self,
        block: &CheckedBlock,
        wanted: &Wanted,
    ) -> Result<Imported, SubmitError> {
        self.handle.submit_blocking(vec![block.clone()], Some(wanted.clone())).remove(0)
    }

    /// Submits blocks one by one; each must be taken.
    pub(crate) fn take(&self, blocks: &[CheckedBlock]) {
        for block in blocks {
            assert!(self.submit(block).unwrap().is_stored());
        }
    }

    pub(crate) fn offer(&self, transaction: &CheckedTransaction) -> Result<Accepted, PoolError> {
        block_on(self.handle.submit_transaction(transaction.clone()))
    }

    /// Moves the clock, and lets the writer notice.
    pub(crate) fn at(&self, time: u64) {
        self.time.store(time, Ordering::SeqCst);
        // The writer looks at the clock after each command.
        let _ = self.handle.submit_blocks_blocking(Vec::new());
        let _ = self.handle.submit_blocks_blocking(Vec::new());
    }
}

/// A folder that nobody has open.
pub(crate) struct Closed {
    pub(crate) chain: Chain,
    pub(crate) folder: Arc<TempDir>,
    pub(crate) time: Arc<AtomicU64>,
    limits: (Limits, Room),
}

impl Closed {
    pub(crate) fn open(self) -> Node {
        Node::open(&self.chain, self.folder, self.time, self.limits)
    }
}

/// Everything in the store, by table.
pub(crate) type Dump = BTreeMap<&'static str, BTreeMap<Vec<u8>, Vec<u8>>>;

/// Every row of every table but those of `without`; accounts and totals as of the tip, whenever they were
/// settled.
pub(crate) fn dump(view: &View, without: &[Table]) -> Dump {
    let tables = Table::ALL.into_iter().filter(|table| !without.contains(table));
    let rows = |table| match table {
        Table::Accounts => {
            let accounts = view.snapshot.accounts().unwrap().map(Result::unwrap);
            accounts.map(|(id, account)| (id.0.to_vec(), encode(&account))).collect()
        }
        Table::Totals => {
            let unsettled = view.snapshot.unsettled(view.chain()).unwrap().postings;
            let rows = view.snapshot.rows(table, &[]).map(|row| row.unwrap().0.to_vec());
            let ids = rows.chain(unsettled.iter().map(|posting| posting.account.0.to_vec()));
            let totals = ids.map(|id| {
                let account = AccountId(id[..].try_into().unwrap());
                let totals = view.snapshot.totals(&account, view.chain()).unwrap();
                (id, totals.to_bytes().to_vec())
            });
            totals.collect()
        }
        _ => {
            let rows = view.snapshot.rows(table, &[]).map(Result::unwrap);
            let rows = rows.filter(|(key, _)| table != Table::Meta || &**key != meta::SETTLED);
            rows.map(|(key, value)| (key.to_vec(), value.to_vec())).collect()
        }
    };
    tables.map(|table| (table.name(), rows(table))).collect()
}

/// splitmix64: the same choices in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    pub(crate) fn key(&mut self, bound: u64) -> u8 {
        u8::try_from(self.below(bound)).unwrap()
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}
