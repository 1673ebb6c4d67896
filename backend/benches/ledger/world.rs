//! A chain with many accounts, and blocks full of payments for it.

use backend::chain::{self, Handle, Imported, Options, Writer, check_block_bytes};
use shared::{
    account::AccountId,
    amount::Amount,
    encode::{Bounded, encode},
    hash::Hash,
    params::{Chain, Parameters},
    pow,
    rules::transaction_isolated::{self, CheckedTransaction},
    transaction::{Authorization, Body, Payment, Transaction},
    wallet::secret::SecretKey,
    work::Target,
};

/// Payments in a block, each from its own sender.
pub(crate) const PAYMENTS: usize = 5_000;
/// What each account gets at the beginning.
const FUNDS: u64 = 1_000_000;

/// A running chain, the senders' keys, and everybody who is paid.
pub(crate) struct World {
    pub(crate) chain: Chain,
    pub(crate) handle: Handle,
    writer: Writer,
    pub(crate) senders: Vec<SecretKey>,
    recipients: Vec<AccountId>,
    pub(crate) nonce: u64,
    pub(crate) folder: tempfile::TempDir,
}

impl World {
    /// With so many accounts besides those of [`PAYMENTS`] senders.
    pub(crate) fn new(accounts: usize) -> Self {
        Self::with_senders(accounts, PAYMENTS)
    }

    /// With so many accounts besides those of so many senders.
    pub(crate) fn with_senders(accounts: usize, senders: usize) -> Self {
        let chain = bench_chain();
        let bank = secret(0, 0);
        let folder = tempfile::tempdir().unwrap();
        let (handle, writer) = chain::start(Options::new(folder.path(), chain.clone())).unwrap();
        let senders: Vec<_> = (0..senders).map(|number| secret(1, number)).collect();
        // Nobody signs for these, so that they need not be keys.
        let others = (0..accounts).map(|number| AccountId(secret_bytes(2, number)));
        let recipients: Vec<_> =
            senders.iter().map(|key| key.public_key().account()).chain(others).collect();
        let world = Self { chain, handle, writer, senders, recipients, nonce: 0, folder };
        world.fund(&bank);
        world
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
            self.submit(&self.block(&transactions));
        }
        let view = self.handle.view();
        eprintln!("{} accounts at height {}", view.tree().len(), view.height());
    }

    /// Stops the node; what it stored stays in the folder.
    pub(crate) fn close(self) -> (Chain, tempfile::TempDir) {
        super::block_on(self.handle.stop());
        drop(self.handle);
        self.writer.join().unwrap();
        (self.chain, self.folder)
    }

    /// One payment of each of [`PAYMENTS`] senders to one account.
    pub(crate) fn payments_to(&mut self, recipient: AccountId) -> Vec<CheckedTransaction> {
        let senders = self.senders.iter().take(PAYMENTS);
        let payments = senders.map(|sender| self.sign(sender, self.nonce, &[recipient])).collect();
        self.nonce += 1;
        payments
    }

    /// One payment of each of [`PAYMENTS`] senders to accounts all over the state.
    pub(crate) fn payments(&mut self) -> Vec<CheckedTransaction> {
        let step = self.recipients.len() / PAYMENTS;
        let offset = usize::try_from(self.nonce).unwrap();
        let recipients = self.recipients.iter().cycle().skip(offset).step_by(step.max(1));
        let pairs = self.senders.iter().take(PAYMENTS).zip(recipients);
        let payments =
            pairs.map(|(sender, recipient)| self.sign(sender, self.nonce, &[*recipient]));
        let payments = payments.collect();
        self.nonce += 1;
        payments
    }

    /// The encoding of the next block.
    pub(crate) fn block(&self, transactions: &[CheckedTransaction]) -> Vec<u8> {
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
            pow::first_hit(&block.header.core(), &block.header.target, 0, 1 << 20).unwrap();
        encode(&block)
    }

    /// Connects a block.
    pub(crate) fn submit(&self, bytes: &[u8]) {
        let block = check_block_bytes(bytes, &self.handle.view()).unwrap();
        let outcome = self.handle.submit_blocks_blocking(vec![block]).remove(0);
        assert!(matches!(outcome, Ok(Imported::Changed(_))), "{outcome:?}");
    }

    /// A payment of one mite to each recipient; at the beginning, of an account's first coins.
    pub(crate) fn sign(
        &self,
        key: &SecretKey,
        nonce: u64,
        recipients: &[AccountId],
    ) -> CheckedTransaction {
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
        // Checked again by whoever is measured.
        transaction_isolated::check(Transaction { body, authorization }, &genesis).unwrap()
    }
}

fn secret(kind: u8, number: usize) -> SecretKey {
    SecretKey::from_bytes(&secret_bytes(kind, number))
}

fn secret_bytes(kind: u8, number: usize) -> [u8; 32] {
    shared::hash::Tag::MESSAGE.hash(&[&[kind], &number.to_le_bytes()]).0
}

/// A chain whose blocks hold the payments, with everything in one hand.
pub(crate) fn bench_chain() -> Chain {
    let bank = secret(0, 0).public_key().account();
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
