//! One piece of work: a block that lacks only its nonce.

use data_encoding::HEXLOWER_PERMISSIVE;
use shared::account::AccountId;
use shared::api::TemplateView;
use shared::block::Block;
use shared::encode::{Bounded, decode};
use shared::hash::Hash;
use shared::header::Header;
use shared::limits::{HEADER_BYTES, MAX_TRANSACTION_BYTES};
use shared::params::Chain;
use shared::policy::Offered;
use shared::template::{OfferError, check_offer};
use shared::transaction::Transaction;
use shared::work::Target;

/// Work that was checked.
#[derive(Clone, Debug)]
pub(super) struct Job {
    block: Block,
    /// What is mined on.
    pub(super) core: Hash,
}

/// Why offered work is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum JobError {
    /// It cannot be read.
    #[error("the node offered work that cannot be read")]
    Malformed,
    /// It is not worth a hash.
    #[error("the node's offer is refused: {error} ({})", error.code())]
    Offer {
        /// What is wrong with it.
        #[from]
        error: OfferError,
    },
}

impl Job {
    /// Reads and checks what a node offers: it must pay `miner` and be the next block of `chain`
    /// after the parent that the node names.
    pub(super) fn of(
        template: &TemplateView,
        chain: &Chain,
        miner: AccountId,
    ) -> Result<Self, JobError> {
        let header: Header =
            decode(&bytes(&template.header)?, HEADER_BYTES).map_err(|_| JobError::Malformed)?;
        let parent: Header =
            decode(&bytes(&template.parent)?, HEADER_BYTES).map_err(|_| JobError::Malformed)?;
        let transaction = |hex: &String| -> Result<Transaction, JobError> {
            decode(&bytes(hex)?, MAX_TRANSACTION_BYTES).map_err(|_| JobError::Malformed)
        };
        let transactions: Result<Vec<_>, _> =
            template.transactions.iter().map(transaction).collect();
        let transactions = Bounded::new(transactions?).ok_or(JobError::Malformed)?;
        let core = check_offer(chain, &parent, miner, &header, &transactions)?;
        Ok(Self { block: Block { header, transactions }, core })
    }

    /// The largest id that does.
    pub(super) const fn target(&self) -> Target {
        self.block.header.target
    }

    /// The height of the block.
    pub(super) const fn height(&self) -> u64 {
        self.block.header.height
    }

    /// What its transactions offer.
    pub(super) fn offered(&self) -> Offered {
        let fees = self.block.transactions.iter().map(|transaction| transaction.body.fee.mites());
        fees.fold(Offered::default(), Offered::with)
    }

    /// The block with its nonce.
    pub(super) fn block(&self, nonce: u64) -> Block {
        let mut block = self.block.clone();
        block.header.nonce = nonce;
        block
    }
}

fn bytes(hex: &str) -> Result<Vec<u8>, JobError> {
    HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).map_err(|_| JobError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::difficulty_number;
    use shared::encode::encode;
    use shared::hash::to_hex;
    use shared::state::ChainState;
    use shared::template::assemble;

    fn offer() -> (TemplateView, Chain, AccountId) {
        let chain = shared::chains::by_name("dev").unwrap();
        let miner = AccountId([9; 32]);
        let (state, tree) = (ChainState::genesis(&chain), chain.opening_state().clone());
        let template = assemble(&state, &tree, miner, 2_000_000_000, [], |_, _| {}).unwrap();
        let header = &template.block.header;
        assert!(difficulty_number(header.target.work()) > 0);
        let view = TemplateView {
            header: to_hex(&encode(header)),
            core: header.core().to_string(),
            target: header.target.to_string(),
            height: 1,
            reward: template.reward.mites(),
            fees: 0,
            transactions: Vec::new(),
            parent: to_hex(&encode(state.header())),
        };
        (view, chain, miner)
    }

    #[test]
    fn an_honest_offer_becomes_a_block() {
        let (view, chain, miner) = offer();
        let job = Job::of(&view, &chain, miner).unwrap();
        let nonce = shared::pow::first_hit(&job.core, &job.target(), 0, 1 << 20).unwrap();
        let block = job.block(nonce);
        assert!(block.header.target.is_met_by(&block.header.id()));
        assert_eq!(job.height(), 1);
    }

    #[test]
    fn an_offer_that_pays_somebody_else_is_refused() {
        let (view, chain, _) = offer();
        let refused = Job::of(&view, &chain, AccountId([8; 32])).unwrap_err();
        assert_eq!(refused, JobError::Offer { error: OfferError::WrongMiner });
    }

    #[test]
    fn an_offer_that_cannot_be_read_is_refused() {
        let (mut view, chain, miner) = offer();
        view.header.pop();
        assert_eq!(Job::of(&view, &chain, miner).unwrap_err(), JobError::Malformed);
    }
}
