//! How fast a block of 5,000 payments from 5,000 distinct senders is connected, next to what the
//! signatures alone allow on the same cores in the same run.
//!
//! `cargo bench -p backend --bench connect [-- ACCOUNTS]` prints one line per figure, tab-separated:
//! `figure`, name, value, unit, ratio, what the ratio is against. Everything else goes to standard error.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark is there to print")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

use std::time::{Duration, Instant};

use backend::chain::{self, Handle, Imported, Options, check_block_bytes, verify_parallel};
use shared::{
    account::AccountId,
    amount::Amount,
    encode::{Bounded, encode},
    hash::Hash,
    key::Claim,
    params::{Chain, Parameters},
    pow,
    rules::{
        block_in_chain, block_isolated,
        transaction_isolated::{self, CheckedTransaction},
    },
    transaction::{Authorization, Body, Payment, Transaction},
    wallet::secret::SecretKey,
    work::Target,
};

/// Payments in a block.
const PAYMENTS: usize = 5_000;
/// Blocks that are measured.
const ROUNDS: usize = 9;
/// Accounts besides the senders', unless told otherwise.
const ACCOUNTS: usize = 100_000;
/// What each account gets at the beginning.
const FUNDS: u64 = 1_000_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    // `cargo test --benches` builds and starts this too; only `cargo bench` asks for figures.
    if !arguments.any(|argument| argument == "--bench") {
        return;
    }
    let accounts = std::env::args().filter_map(|argument| argument.parse().ok()).next();
    let mut bench = Bench::new(accounts.unwrap_or(ACCOUNTS));
    let mut rounds = Vec::new();
    for number in 0..ROUNDS {
        let round = bench.round();
        eprintln!("block {number}: {round:?}");
        rounds.push(round);
    }
    let rate = |time: fn(&Round) -> Duration| {
        let mut times: Vec<_> = rounds.iter().map(time).collect();
        times.sort_unstable();
        PAYMENTS as f64 / times[ROUNDS / 2].as_secs_f64()
    };
    let limit = rate(|round| round.signatures);
    let against = "signatures/s, all cores, same run";
    figure("signature_limit", limit, "signatures/s", None);
    figure(
        "connect_cold",
        rate(|round| round.check + round.connect),
        "tx/s",
        Some((limit, against)),
    );
    figure(
        "connect_durable",
        rate(|round| round.check + round.commit),
        "tx/s",
        Some((limit, against)),
    );
    figure("connect_warm", rate(|round| round.warm + round.connect), "tx/s", None);
    let worst = rounds.iter().map(|round| round.check + round.commit).max().unwrap();
    figure("connect_durable_worst", worst.as_secs_f64() * 1_000.0, "ms", None);
    figure("fsync", bench.fsync().as_secs_f64() * 1_000.0, "ms", None);
}

fn figure(name: &str, value: f64, unit: &str, ratio: Option<(f64, &str)>) {
    let (ratio, against) = match ratio {
        Some((limit, against)) => (format!("{:.3}", value / limit), against),
        None => ("-".to_owned(), "-"),
    };
    println!("figure\tledger.{name}\t{value:.1}\t{unit}\t{ratio}\t{against}");
}

/// What one block cost.
#[derive(Debug)]
struct Round {
    /// All of its signatures, alone.
    signatures: Duration,
    /// Decoding and everything that needs only the block, nothing known before.
    check: Duration,
    /// The same when all signatures are known.
    warm: Duration,
    /// Connecting in memory: ledger, state root, header.
    connect: Duration,
    /// From the checked block to the acknowledgement: connecting, and the batch on disk.
    commit: Duration,
}

struct Bench {
    chain: Chain,
    handle: Handle,
    senders: Vec<SecretKey>,
    recipients: Vec<AccountId>,
    nonce: u64,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new(accounts: usize) -> Self {
        let bank = secret(0, 0);
        let chain = chain_of(bank.public_key().account());
        let folder = tempfile::tempdir().unwrap();
        let (handle, _writer) = chain::start(Options::new(folder.path(), chain.clone())).unwrap();
        let senders: Vec<_> = (0..PAYMENTS).map(|number| secret(1, number)).collect();
        // Nobody signs for these, so that they need not be keys.
        let others = (0..accounts).map(|number| AccountId(secret_bytes(2, number)));
        let recipients: Vec<_> =
            senders.iter().map(|key| key.public_key().account()).chain(others).collect();
        let bench = Self { chain, handle, senders, recipients, nonce: 0, folder };
        bench.fund(&bank);
        bench
    }

    /// Gives every account its first coins, 16 in a transaction.
    fn fund(&self, bank: &SecretKey) {
        let mut nonce = 0;
        for accounts in self.recipients.chunks(16 * 1_200) {
            let transactions: Vec<_> = accounts
                .chunks(16)
                .map(|accounts| {
                    nonce += 1;
                    self.sign(bank, nonce - 1, accounts)
                })
                .collect();
            let bytes = self.block(&transactions);
            self.submit(&bytes);
        }
        let view = self.handle.view();
        eprintln!("{} accounts at height {}", view.tree().len(), view.height());
    }

    /// Measures one block of payments to accounts all over the state.
    fn round(&mut self) -> Round {
        let step = self.recipients.len() / PAYMENTS;
        let offset = usize::try_from(self.nonce).unwrap();
        let recipients = self.recipients.iter().cycle().skip(offset).step_by(step.max(1));
        let pairs: Vec<_> = self.senders.iter().zip(recipients).collect();
        let transactions: Vec<_> = pairs
            .into_iter()
            .map(|(sender, recipient)| self.sign(sender, self.nonce, &[*recipient]))
            .collect();
        self.nonce += 1;
        let bytes = self.block(&transactions);
        let view = self.handle.view();

        let claims: Vec<_> = transactions.iter().map(|one| claim(one, &self.chain)).collect();
        let (signatures, ()) = timed(|| verify_parallel(&claims).unwrap());
        let block = shared::encode::decode(&bytes, bytes.len()).unwrap();
        let (warm, known) = timed(|| {
            block_isolated::check_with(block, &self.chain, &|_| true, &|_| Ok(())).unwrap()
        });
        drop(known);
        let (check, block) = timed(|| check_block_bytes(&bytes, &view).unwrap());
        let (connect, connected) =
            timed(|| block_in_chain::connect(view.state(), view.tree(), &block).unwrap());
        drop(connected);
        let (commit, outcomes) = timed(|| self.handle.submit_blocks_blocking(vec![block]));
        assert!(matches!(outcomes[..], [Ok(Imported::Changed(_))]), "{outcomes:?}");
        Round { signatures, check, warm, connect, commit }
    }

    /// The encoding of the next block.
    fn block(&self, transactions: &[CheckedTransaction]) -> Vec<u8> {
        let view = self.handle.view();
        let miner = AccountId(secret_bytes(3, 0));
        let template = shared::template::assemble(
            view.state(),
            view.tree(),
            miner,
            0,
            transactions,
            |_, error| panic!("{error}"),
        );
        let mut block = template.unwrap().block;
        assert_eq!(block.transactions.len(), transactions.len(), "they fit one block");
        block.header.nonce =
            pow::search(&block.header.core(), &block.header.target, 0, 1 << 20).unwrap();
        encode(&block)
    }

    fn submit(&self, bytes: &[u8]) {
        let block = check_block_bytes(bytes, &self.handle.view()).unwrap();
        let outcome = self.handle.submit_blocks_blocking(vec![block]).remove(0);
        assert!(matches!(outcome, Ok(Imported::Changed(_))), "{outcome:?}");
    }

    /// A payment of one mite to each recipient; at the beginning, of an account's first coins.
    fn sign(&self, key: &SecretKey, nonce: u64, recipients: &[AccountId]) -> CheckedTransaction {
        let amount = Amount::from_mites(if recipients.len() > 1 { FUNDS } else { 1 }).unwrap();
        let payments =
            recipients.iter().map(|recipient| Payment { recipient: *recipient, amount }).collect();
        let body = Body {
            version: 1,
            sender: key.public_key().account(),
            nonce,
            fee: Amount::from_mites(10).unwrap(),
            expires_at: 1_000,
            payments: Bounded::new(payments).unwrap(),
            memo: Bounded::default(),
        };
        let genesis = self.chain.genesis_id();
        let authorization = Authorization::Key(key.sign(&body.signing_hash(&genesis)));
        transaction_isolated::check(Transaction { body, authorization }, &genesis).unwrap()
    }

    /// What the disk needs to make a few bytes durable: the floor of every acknowledgement.
    fn fsync(&self) -> Duration {
        use std::io::Write as _;
        let mut file = std::fs::File::create(self.folder.path().join("fsync")).unwrap();
        let mut times: Vec<_> = (0..20)
            .map(|_| {
                timed(|| {
                    file.write_all(&[1; 4_096]).unwrap();
                    file.sync_all().unwrap();
                })
                .0
            })
            .collect();
        times.sort_unstable();
        times[10]
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begin = Instant::now();
    let done = work();
    (begin.elapsed(), done)
}

fn claim(transaction: &CheckedTransaction, chain: &Chain) -> Claim {
    let Transaction { body, authorization } = transaction.transaction();
    let Authorization::Key(signature) = authorization else { panic!("all are of single keys") };
    let digest = body.signing_hash(&chain.genesis_id());
    Claim { key: shared::key::PublicKey(body.sender.0), digest, signature: *signature }
}

fn secret(kind: u8, number: usize) -> SecretKey {
    SecretKey::from_bytes(&secret_bytes(kind, number))
}

fn secret_bytes(kind: u8, number: usize) -> [u8; 32] {
    shared::hash::Tag::MESSAGE.hash(&[&[kind], &number.to_le_bytes()]).0
}

/// A chain whose blocks hold the payments, with everything in the hands of `bank`.
fn chain_of(bank: AccountId) -> Chain {
    let opening = Payment { recipient: bank, amount: Amount::from_mites(1 << 51).unwrap() };
    Chain::new(Parameters {
        name: "Bench".into(),
        ticker: "BENCH".into(),
        prefix: "bench".into(),
        coin_type: 1,
        salt: Hash([1; 32]),
        genesis_time: 1_000_000,
        message: String::new(),
        interval: 10,
        first_target: Target::from_zero_bits(4),
        easiest_target: Target::from_zero_bits(4),
        half_life: 0,
        max_gap: 100,
        grace: 0,
        max_future: 0,
        reward: Amount::from_mites(5_000).unwrap(),
        halving_interval: 1_000,
        max_block_bytes: 1_000_000,
        max_new_accounts: u32::MAX,
        max_validity: 1_000,
        opening_balances: Bounded::new(vec![opening]).unwrap(),
        dev: true,
    })
    .unwrap()
}
