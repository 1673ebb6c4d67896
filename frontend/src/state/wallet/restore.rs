//! Restoring a wallet: looking at what a secret leads to, and then making it the wallet of this browser.

use super::{
    Proven, Wallet, WalletError, follow,
    keys::{check_passphrase, failed},
};
use crate::{
    api::{self, ApiError},
    wallet::scan::{MOST, kept, reach},
    workers,
};
use shared::{
    account::{AccountId, Address},
    params::Chain,
};
use vault::{Reply, Request, Secret};

/// An account of a secret, as the node knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its address.
    pub address: String,
    /// Mites in the chain.
    pub balance: u64,
    /// Whether anything ever happened to it.
    pub is_used: bool,
    /// Whether the balance was proven.
    pub proven: Proven,
}

/// How many of the accounts that were found belong to a wallet: those up to the last used one.
#[must_use]
pub fn kept_of(found: &[Found]) -> u16 {
    kept(&used(found))
}

fn used(found: &[Found]) -> Vec<bool> {
    found.iter().map(|found| found.is_used).collect()
}

impl Wallet {
    /// The ids of as many accounts as a wallet can have.
    ///
    /// # Errors
    ///
    /// When the words are no phrase, the chain is not known yet, or the vault does not run.
    pub async fn ids_of(&self, secret: Secret) -> Result<Vec<AccountId>, WalletError> {
        let coin_type = self.chain()?.parameters().coin_type;
        let request = Request::Write { secret, coin_type, accounts: MOST };
        match &workers::ask_vault(&request).await? {
            Reply::Written { ids, .. } => Ok(ids.iter().map(|id| AccountId(*id)).collect()),
            other => Err(failed(other)),
        }
    }

    /// The ids of as many accounts as a wallet can have, of the secret in a keystore file.
    ///
    /// # Errors
    ///
    /// When the passphrase is wrong or the file damaged.
    pub async fn ids_of_file(
        &self,
        json: &str,
        passphrase: &str,
    ) -> Result<Vec<AccountId>, WalletError> {
        let (_, accounts) = self.open(json, passphrase, MOST).await?;
        Ok(accounts.iter().map(|account| AccountId(account.id)).collect())
    }

    /// What the node knows of these accounts of a secret, from account 0 on: of five, and of those
    /// behind them as long as they are used.
    ///
    /// # Errors
    ///
    /// When the node does not answer.
    pub async fn look(&self, ids: &[AccountId]) -> Result<Vec<Found>, ApiError> {
        let chain = self.chain().map_err(|_| ApiError::Offline)?;
        let mut found: Vec<Found> = Vec::new();
        loop {
            let reach = reach(&used(&found));
            let Some(ids) = ids.get(found.len()..reach.min(ids.len())) else { break };
            if ids.is_empty() {
                break;
            }
            for id in ids {
                found.push(look_at(id, &chain).await?);
            }
        }
        Ok(found)
    }

    /// Restores a wallet from its words under a new passphrase, with so many accounts, or
    /// else with those that were used.
    ///
    /// # Errors
    ///
    /// When the words are no phrase, or as for [`Wallet::create`].
    pub async fn restore_words(
        &self,
        secret: Secret,
        passphrase: &str,
        accounts: Option<u16>,
    ) -> Result<(), WalletError> {
        check_passphrase(passphrase)?;
        let accounts = match accounts {
            Some(accounts) => accounts,
            None => self.used(&self.ids_of(secret.clone()).await?).await,
        };
        self.make(secret, passphrase, accounts).await?;
        self.note_backup(|backup, now| backup.words = Some(now));
        Ok(())
    }

    /// Restores a wallet from a keystore file, under the passphrase that the file has, with so many
    /// accounts, or else with those that were used.
    ///
    /// # Errors
    ///
    /// When the file is none, is for another chain, or the passphrase is wrong.
    pub async fn restore_file(
        &self,
        json: &str,
        passphrase: &str,
        count: Option<u16>,
    ) -> Result<(), WalletError> {
        let chain = self.chain()?;
        self.inspect(json).await?;
        self.check_none(&chain).await?;
        let (_, mut accounts) = self.open(json, passphrase, count.unwrap_or(MOST)).await?;
        let ids: Vec<AccountId> = accounts.iter().map(|account| AccountId(account.id)).collect();
        let count = match count {
            Some(count) => count,
            None => self.used(&ids).await,
        };
        accounts.truncate(usize::from(count));
        self.keep(json.to_string(), accounts, &chain).await?;
        self.note_backup(|backup, now| backup.file = Some(now));
        Ok(())
    }

    /// How many of these accounts were used; without a node, the first one counts.
    async fn used(&self, ids: &[AccountId]) -> u16 {
        self.look(ids).await.map_or(1, |found| kept_of(&found))
    }
}

async fn look_at(id: &AccountId, chain: &Chain) -> Result<Found, ApiError> {
    let address = Address::of(*id).to_text(chain.prefix());
    let account = api::account(&address).await?;
    let (account, proven) = follow::checked(account, id, chain, |_| {}).await;
    Ok(Found {
        address,
        balance: account.balance,
        is_used: account.nonce > 0 || account.balance > 0 || account.pending.incoming > 0,
        proven: proven.unwrap_or(Proven::Unknown),
    })
}
