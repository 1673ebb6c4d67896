//! From what a node offers to work worth doing. Pure.

use shared::{
    account::AccountId,
    api::TemplateView,
    block::{Block, MAX_TRANSACTIONS},
    encode::{Bounded, decode, encode},
    hash::{BlockId, Hash, parse_hex},
    header::Header,
    limits::{HEADER_BYTES, MAX_TRANSACTION_BYTES},
    params::Chain,
    policy::Offered,
    template::{OfferError, check_offer},
    transaction::Transaction,
};

/// What is worked on, for the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobView {
    /// Height of the block.
    pub height: u64,
    /// Mites of reward.
    pub reward: u64,
    /// Mites of fees.
    pub fees: u64,
    /// Transactions in the block.
    pub transactions: usize,
    /// Attempts that it takes on the average.
    pub difficulty: u64,
}

/// Checked work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Work {
    /// Names it; given when it is handed out.
    pub(super) number: u32,
    /// The 32 bytes to mine on.
    pub(super) core: Hash,
    /// The header, with nonce 0.
    pub(super) header: Header,
    /// Where each worker begins.
    pub(super) starts: Vec<u64>,
    transactions: Vec<Transaction>,
    reward: u64,
}

/// Why offered work is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum WorkError {
    /// It cannot be read.
    #[error("the work that the node offers cannot be read")]
    Malformed,
    /// It does not follow the newest block that is known here.
    #[error("the work that the node offers is not for the newest block")]
    OtherTip,
    /// It is not worth a hash.
    #[error("{0}")]
    Offer(OfferError),
}

impl Work {
    /// Checks what was offered: it must follow the block with id `tip`, pay `miner`, and be what it
    /// says it is.
    pub(super) fn check(
        offer: &TemplateView,
        chain: &Chain,
        miner: AccountId,
        tip: &str,
    ) -> Result<Self, WorkError> {
        let parent = header(&offer.parent)?;
        let offered = header(&offer.header)?;
        if offer.transactions.len() > MAX_TRANSACTIONS {
            return Err(WorkError::Malformed);
        }
        let transactions: Vec<Transaction> = offer
            .transactions
            .iter()
            .map(|hex| {
                decode(&bytes(hex)?, MAX_TRANSACTION_BYTES).map_err(|_| WorkError::Malformed)
            })
            .collect::<Result<_, _>>()?;
        if parent.id().to_string() != tip {
            return Err(WorkError::OtherTip);
        }
        let core = check_offer(chain, &parent, miner, &offered, &transactions)
            .map_err(WorkError::Offer)?;
        let reward = chain.parameters().reward_at(offered.height).mites();
        Ok(Self { number: 0, core, header: offered, starts: Vec::new(), transactions, reward })
    }

    /// What it looks like on the screen.
    pub(super) fn view(&self) -> JobView {
        JobView {
            height: self.header.height,
            reward: self.reward,
            fees: self.offered().fees,
            transactions: self.transactions.len(),
            difficulty: shared::api::difficulty_number(self.header.target.work()),
        }
    }

    /// What its transactions offer.
    pub(super) fn offered(&self) -> Offered {
        let fees = self.transactions.iter().map(|transaction| transaction.body.fee.mites());
        fees.fold(Offered::default(), Offered::with)
    }

    /// Reward and fees.
    pub(super) fn income(&self) -> u64 {
        self.reward.saturating_add(self.offered().fees)
    }

    /// Id and bytes of the block with this nonce; `None` when the nonce does not meet the target.
    pub(super) fn block(self, nonce: u64) -> Option<(BlockId, Vec<u8>)> {
        let header = Header { nonce, ..self.header };
        let id = header.id();
        if !header.target.is_met_by(&id) {
            return None;
        }
        let block = Block { header, transactions: Bounded::new(self.transactions)? };
        Some((id, encode(&block)))
    }
}

fn header(hex: &str) -> Result<Header, WorkError> {
    let bytes: [u8; HEADER_BYTES] = parse_hex(hex).ok_or(WorkError::Malformed)?;
    decode(&bytes, HEADER_BYTES).map_err(|_| WorkError::Malformed)
}

fn bytes(hex: &str) -> Result<Vec<u8>, WorkError> {
    crate::state::wallet::hex_bytes(hex, MAX_TRANSACTION_BYTES).ok_or(WorkError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;
    use shared::{
        hash::to_hex, pow, state::ChainState, template::assemble, wallet::mnemonic::Entropy,
        work::Target,
    };

    fn chain() -> Chain {
        testkit::chain(4, "tst")
    }

    fn miner() -> AccountId {
        Entropy::of_12_words([1; 16]).seed().account_key(1, 0).public_key().account()
    }

    fn offer(chain: &Chain) -> TemplateView {
        let parent = ChainState::genesis(chain);
        let template =
            assemble(&parent, chain.opening_state(), miner(), 100, [], |_, _| {}).unwrap();
        TemplateView {
            header: to_hex(&encode(&template.block.header)),
            core: template.block.header.core().to_string(),
            target: template.block.header.target.to_string(),
            height: 1,
            reward: 1_000,
            fees: 0,
            transactions: Vec::new(),
            parent: to_hex(&encode(&chain.genesis().header)),
        }
    }

    fn check(
        spoil: impl FnOnce(&mut TemplateView, &mut AccountId, &mut String),
        expected: WorkError,
    ) {
        let chain = chain();
        let (mut offer, mut account) = (offer(&chain), miner());
        let mut tip = chain.genesis_id().to_string();
        spoil(&mut offer, &mut account, &mut tip);
        assert_eq!(Work::check(&offer, &chain, account, &tip), Err(expected));
    }

    #[test]
    fn an_honest_offer_becomes_a_block() {
        let chain = chain();
        let work =
            Work::check(&offer(&chain), &chain, miner(), &chain.genesis_id().to_string()).unwrap();
        assert_eq!((work.view().height, work.view().difficulty, work.income()), (1, 16, 1_000));
        let nonce = pow::first_hit(&work.core, &work.header.target, 0, 10_000).unwrap();
        let wrong = (0..).find(|nonce| work.clone().block(*nonce).is_none()).unwrap();
        assert!(work.clone().block(wrong).is_none());
        let (id, bytes) = work.block(nonce).unwrap();
        let block: Block = decode(&bytes, 10_000).unwrap();
        assert_eq!(block.header.id(), id);
    }

    #[test]
    fn an_offer_that_cannot_be_read_or_is_for_another_block_is_refused() {
        check(|offer, _, _| offer.header.truncate(10), WorkError::Malformed);
        check(|offer, _, _| offer.header.push_str("00"), WorkError::Malformed);
        check(|offer, _, _| offer.parent = "zz".into(), WorkError::Malformed);
        check(|offer, _, _| offer.transactions.push("00".into()), WorkError::Malformed);
        let many = || vec![String::new(); MAX_TRANSACTIONS + 1];
        check(move |offer, _, _| offer.transactions = many(), WorkError::Malformed);
        check(|_, _, tip| *tip = "other".into(), WorkError::OtherTip);
        // An unknown parent: one of another chain, or one that nobody knows.
        check(
            |offer, _, _| spoil_parent(offer, |parent| parent.timestamp += 1),
            WorkError::OtherTip,
        );
        // No header has such a height.
        check(
            |offer, _, _| spoil_parent(offer, |parent| parent.height = u64::MAX),
            WorkError::Malformed,
        );
    }

    #[test]
    fn every_lie_in_an_offered_header_is_refused() {
        type Lie = fn(&mut Header);
        let lies: [(Lie, OfferError); 10] = [
            (|header| header.miner = AccountId([9; 32]), OfferError::WrongMiner),
            (|header| header.version += 1, OfferError::Invalid),
            (|header| header.previous = Hash([7; 32]), OfferError::WrongParent),
            (|header| header.height = 2, OfferError::WrongParent),
            (|header| header.transactions_root = Hash([7; 32]), OfferError::WrongBody),
            (|header| header.transaction_count = 1, OfferError::WrongBody),
            (|header| header.clock += 1, OfferError::WrongTarget),
            (|header| header.timestamp = 0, OfferError::WrongTarget),
            (|header| header.target = Target::EASIEST, OfferError::WrongTarget),
            (|header| header.target = Target::HARDEST, OfferError::WrongTarget),
        ];
        for (lie, error) in lies {
            check(|offer, _, _| spoil_header(offer, lie), WorkError::Offer(error));
        }
        check(
            |_, account, _| *account = AccountId([9; 32]),
            WorkError::Offer(OfferError::WrongMiner),
        );
    }

    #[test]
    fn what_is_worked_on_is_recomputed_and_not_taken_from_the_offer() {
        let chain = chain();
        let tip = chain.genesis_id().to_string();
        let honest = Work::check(&offer(&chain), &chain, miner(), &tip).unwrap();
        let lying = TemplateView {
            core: Hash([7; 32]).to_string(),
            target: Target::EASIEST.to_string(),
            height: 7,
            reward: u64::MAX,
            fees: u64::MAX,
            ..offer(&chain)
        };
        assert_eq!(Work::check(&lying, &chain, miner(), &tip), Ok(honest));
    }

    fn spoil_header(offer: &mut TemplateView, spoil: impl FnOnce(&mut Header)) {
        let mut spoilt = header(&offer.header).unwrap();
        spoil(&mut spoilt);
        offer.header = to_hex(&encode(&spoilt));
    }

    fn spoil_parent(offer: &mut TemplateView, spoil: impl FnOnce(&mut Header)) {
        let mut spoilt = header(&offer.parent).unwrap();
        spoil(&mut spoilt);
        offer.parent = to_hex(&encode(&spoilt));
    }
}
