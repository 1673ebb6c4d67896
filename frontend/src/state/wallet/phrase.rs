//! The words that write a wallet's secret.

use super::{Wallet, WalletError, keys::failed};
use crate::{browser, workers};
use shared::account::{AccountId, Address};
use vault::{Reply, Request, Secret};
use zeroize::Zeroizing;

impl Wallet {
    /// The words, and the 25th one or nothing, for whoever knows the passphrase.
    ///
    /// # Errors
    ///
    /// When the passphrase is wrong.
    pub async fn reveal_words(
        &self,
        passphrase: &str,
    ) -> Result<(Vec<String>, String), WalletError> {
        let (secret, _) = self.open(&self.text()?.0, passphrase, 1).await?;
        let extra = secret.extra.clone();
        let (words, _) = self.written(secret).await?;
        self.note_backup(|backup, now| backup.words = Some(now));
        Ok((words, extra))
    }

    /// The words that write a secret, and the address that they lead to.
    ///
    /// # Errors
    ///
    /// When the 25th word is too long, or the vault does not run.
    pub async fn written(&self, secret: Secret) -> Result<(Vec<String>, String), WalletError> {
        let chain = self.chain()?;
        let coin_type = chain.parameters().coin_type;
        let request = Request::Write { secret, coin_type, accounts: 1 };
        match &workers::ask_vault(&request).await? {
            Reply::Written { words, ids } => {
                let words = words.split(' ').map(ToString::to_string).collect();
                let id = ids.first().copied().unwrap_or_default();
                Ok((words, Address::of(AccountId(id)).to_text(chain.prefix())))
            }
            other => Err(failed(other)),
        }
    }
}

/// A new secret, which 24 words write, or 12.
///
/// # Errors
///
/// When the browser has no secure random numbers.
pub fn new_entropy(is_long: bool) -> Result<Zeroizing<Vec<u8>>, WalletError> {
    let random = browser::random::<32>().map(Zeroizing::new).ok_or(WalletError::NoRandomness)?;
    Ok(Zeroizing::new(random.iter().copied().take(if is_long { 32 } else { 16 }).collect()))
}
