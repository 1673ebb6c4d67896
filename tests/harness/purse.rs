//! A wallet for tests: keys that everybody knows, and payments signed with them, valid or not.

use shared::{
    account::{AccountId, Address},
    amount::Amount,
    encode::{Bounded, encode},
    ledger::Account,
    params::Chain,
    transaction::{Authorization, Body, Payment, Transaction},
    wallet::{
        mnemonic::Entropy,
        payment::{self, Draft},
        secret::SecretKey,
    },
};

use crate::http::Api;

/// The words of the accounts that hold coins at genesis of every dev chain.
pub const DEV_WORDS: &str = "test test test test test test test test test test test junk";

/// A key on a chain.
#[derive(Debug)]
pub struct Purse {
    chain: Chain,
    key: SecretKey,
}

impl Purse {
    /// Account 0 to 9 of those that hold coins at genesis of every dev chain.
    #[must_use]
    pub fn funded(chain: &Chain, account: u16) -> Self {
        Self::of_words(chain, DEV_WORDS, account)
    }

    /// An account of other words.
    ///
    /// # Panics
    ///
    /// When the words are no recovery phrase.
    #[must_use]
    pub fn of_words(chain: &Chain, words: &str, account: u16) -> Self {
        let entropy = Entropy::parse_phrase(words).expect("the words are a recovery phrase");
        let key = entropy.seed().account_key(chain.parameters().coin_type, account);
        Self { chain: chain.clone(), key }
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.key.public_key().account()
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> String {
        self.key.address().to_text(self.chain.prefix())
    }

    /// A payment of `amount` mites to an address, as a wallet would make it of what the node says.
    ///
    /// # Errors
    ///
    /// When the node does not answer, or the rules do not allow the payment.
    ///
    /// # Panics
    ///
    /// When the address is none.
    pub async fn payment(&self, api: &Api, to: &str, amount: u64) -> anyhow::Result<Vec<u8>> {
        let height = api.status().await?.height;
        let view = api.account(&self.address()).await?;
        let left = view.balance.saturating_sub(view.pending.outgoing);
        let account = Account {
            nonce: view.pending.next_nonce,
            balance: Amount::from_mites(left).expect("a balance is an amount"),
        };
        let draft = Draft {
            payments: vec![self.to(to, amount)],
            fee: Amount::from_mites(2_000).expect("a small fee"),
            ..Draft::default()
        };
        let checked = payment::build(&self.chain, &self.key, account, height + 1, &draft)?;
        Ok(encode(checked.transaction()))
    }

    /// Pays: [`Purse::payment`], submitted; returns the transaction's id.
    ///
    /// # Errors
    ///
    /// As [`Purse::payment`], or when the node refuses it.
    pub async fn pay(&self, api: &Api, to: &str, amount: u64) -> anyhow::Result<String> {
        api.submit(self.payment(api, to, amount).await?).await
    }

    /// The body of an ordinary payment, for tests to spoil.
    ///
    /// # Panics
    ///
    /// When the address is none.
    #[must_use]
    pub fn body(&self, nonce: u64, expires_at: u64, to: &str, amount: u64) -> Body {
        Body {
            version: 1,
            sender: self.account(),
            nonce,
            fee: Amount::from_mites(2_000).expect("a small fee"),
            expires_at,
            payments: Bounded::new(vec![self.to(to, amount)]).expect("one payment"),
            memo: Bounded::new(Vec::new()).expect("no memo"),
        }
    }

    /// Signs anything, sensible or not, for a chain; returns the canonical bytes.
    #[must_use]
    pub fn sign(&self, body: Body, chain: &Chain) -> Vec<u8> {
        let signature = self.key.sign(&body.signing_hash(&chain.genesis_id()));
        encode(&Transaction { body, authorization: Authorization::Key(signature) })
    }

    fn to(&self, address: &str, amount: u64) -> Payment {
        let address = Address::parse(address, self.chain.prefix());
        Payment {
            recipient: address.expect("an address of this chain").account,
            amount: Amount::from_mites(amount).expect("an amount"),
        }
    }
}
