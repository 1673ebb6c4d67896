//! Making, restoring, unlocking, locking and deleting the wallet.

use super::{Busy, Key, Phase, Proven, Stored, Wallet, WalletError, tabs::Message};
use crate::prelude::*;
use crate::{
    browser, storage,
    wallet::words::MIN_PASSPHRASE,
    workers::{self},
};
use shared::{hash::Hash, key::Signature, params::Chain, wallet::keystore::Keystore};
use vault::{Reply, Request, Secret};
use zeroize::Zeroizing;

impl Wallet {
    /// Makes the wallet of this secret, locks it with the passphrase, keeps it and unlocks it.
    ///
    /// # Errors
    ///
    /// When there is a wallet already, or browser or vault refuse. Nothing is kept then.
    pub async fn create(&self, entropy: &[u8], passphrase: &str) -> Result<(), WalletError> {
        self.make(Secret::Entropy(entropy.to_vec()), passphrase).await
    }

    async fn make(&self, secret: Secret, passphrase: &str) -> Result<(), WalletError> {
        let chain = self.chain()?;
        self.check_none(&chain).await?;
        let (text, key) = self.lock_with(secret, passphrase, &chain).await?;
        self.keep(text, key, &chain).await
    }

    /// Restores a wallet from its recovery phrase under a new passphrase.
    ///
    /// # Errors
    ///
    /// When the words are no phrase, or as for [`Wallet::create`].
    pub async fn restore_words(&self, words: &str, passphrase: &str) -> Result<(), WalletError> {
        self.make(Secret::Phrase(words.to_string()), passphrase).await?;
        self.set_backed_up();
        Ok(())
    }

    /// Restores a wallet from a keystore file, under the passphrase that the file has.
    ///
    /// # Errors
    ///
    /// When the file is none, is for another chain, or the passphrase is wrong.
    pub async fn restore_file(&self, json: &str, passphrase: &str) -> Result<(), WalletError> {
        let chain = self.chain()?;
        let keystore = Keystore::parse(json)?;
        keystore.check_chain(&chain)?;
        self.check_none(&chain).await?;
        let (_, key) = self.open(json, passphrase).await?;
        self.keep(json.to_string(), key, &chain).await?;
        self.set_backed_up();
        Ok(())
    }

    /// Unlocks the wallet of this browser.
    ///
    /// # Errors
    ///
    /// When the passphrase is wrong or the file damaged.
    pub async fn unlock(&self, passphrase: &str) -> Result<(), WalletError> {
        let chain = self.chain()?;
        let text = self.text()?;
        let keystore = Keystore::parse(&text)?;
        keystore.check_chain(&chain)?;
        let (_, key) = self.open(&text, passphrase).await?;
        self.last_touch.set_value(browser::monotonic_ms());
        self.key.set_value(Some(key));
        self.phase.set(Phase::Unlocked);
        Ok(())
    }

    /// Locks the wallet, here and in other tabs: the key is wiped.
    pub fn lock(&self) {
        self.lock_here();
        self.tell(Message::Locked);
    }

    /// The words, for whoever knows the passphrase.
    ///
    /// # Errors
    ///
    /// When the passphrase is wrong.
    pub async fn reveal_words(&self, passphrase: &str) -> Result<Vec<String>, WalletError> {
        let (entropy, _) = self.open(&self.text()?, passphrase).await?;
        words_of(&entropy).await
    }

    /// Locks the same secret with another passphrase.
    ///
    /// # Errors
    ///
    /// When the old passphrase is wrong or the new one too short. The old file stays then.
    pub async fn change_passphrase(&self, old: &str, new: &str) -> Result<(), WalletError> {
        let chain = self.chain()?;
        check_passphrase(new)?;
        let (entropy, _) = self.open(&self.text()?, old).await?;
        let secret = Secret::Entropy(entropy.to_vec());
        let (text, key) = self.lock_with(secret, new, &chain).await?;
        self.keep(text, key, &chain).await
    }

    /// Offers the keystore file for download. It is locked with the passphrase.
    ///
    /// # Errors
    ///
    /// When there is no wallet or the browser refuses.
    #[expect(clippy::unused_async, reason = "a browser may ask the user first")]
    pub async fn export_file(&self) -> Result<(), WalletError> {
        let stored = self.stored.get_untracked().ok_or(WalletError::NoWallet)?;
        let end = stored.address_text.len().saturating_sub(6);
        let end = stored.address_text.get(end..).unwrap_or_default();
        let name = format!("halfpenny-{}-{end}.json", stored.name);
        if !browser::download(&name, "application/json", &stored.text) {
            return Err(WalletError::NotSaved);
        }
        self.set_backed_up();
        Ok(())
    }

    /// Deletes the wallet from this browser. Only words or file bring it back.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub async fn wipe(&self) -> Result<(), WalletError> {
        let stored = self.stored.get_untracked().ok_or(WalletError::NoWallet)?;
        storage::delete_keystore(&stored.name).await?;
        storage::remove_setting(&format!("backed-up.{}", stored.address_text));
        self.forget_sends();
        self.forget();
        self.phase.set(Phase::None);
        self.tell(Message::Changed);
        Ok(())
    }

    /// Remembers that there is a copy of the secret outside of this browser.
    pub fn set_backed_up(&self) {
        if let Some(address) = self.address.get_untracked() {
            storage::set_setting(&format!("backed-up.{address}"), "yes");
            self.backed_up.set(true);
        }
    }

    /// Looks for the wallet of this chain in the browser's storage.
    pub(super) fn load_stored(&self) {
        let wallet = *self;
        spawn_local(async move {
            let Ok(chain) = wallet.chain() else { return };
            match storage::load_keystore(&name_of(&chain)).await {
                Ok(Some(text)) => match stored(text, &chain) {
                    Ok(stored) => wallet.take(stored),
                    Err(error) => wallet.notices.alert(format!(
                        "The wallet in this browser cannot be read: {error}. The emergency kit \
                         saves its file as it is."
                    )),
                },
                Ok(None) => {
                    wallet.forget();
                    wallet.phase.set(Phase::None);
                }
                Err(error) => {
                    wallet.notices.alert(format!("No wallet can be kept here: {error}."));
                    wallet.phase.set(Phase::None);
                }
            }
        });
    }

    pub(super) fn hear_other_tab(&self, message: Message) {
        match message {
            Message::Changed => self.load_stored(),
            Message::Locked => self.lock_here(),
        }
    }

    fn lock_here(&self) {
        // Dropping the key wipes it, and a new vault has never heard of it.
        self.key.set_value(None);
        workers::prepare_vault();
        if self.phase.get_untracked() == Phase::Unlocked {
            self.phase.set(Phase::Locked);
        }
    }

    /// Shows a stored wallet. The one that is unlocked already stays unlocked.
    fn take(&self, stored: Stored) {
        let same = self.stored.with_untracked(|known| {
            known.as_ref().is_some_and(|known| known.address_text == stored.address_text)
        });
        if !same {
            self.forget();
        }
        let backed_up = storage::setting(&format!("backed-up.{}", stored.address_text)).is_some();
        self.backed_up.set(backed_up);
        self.stored.set(Some(stored));
        if !same {
            self.load_sends();
        }
        if self.key.with_value(Option::is_none) {
            self.phase.set(Phase::Locked);
            // The node may be away when it is to be unlocked.
            workers::prepare_vault();
        }
    }

    /// Forgets everything about the wallet but what is stored.
    fn forget(&self) {
        self.key.set_value(None);
        self.account.set(None);
        self.proven.set(Proven::Unknown);
        self.activity.set(Vec::new());
        self.activity_next.set(None);
        self.activity_loaded.set(false);
        self.sends.set(Vec::new());
        self.backed_up.set(false);
        self.stored.set(None);
    }

    async fn keep(&self, text: String, key: Key, chain: &Chain) -> Result<(), WalletError> {
        let stored = stored(text, chain)?;
        storage::save_keystore(&stored.name, &stored.text).await?;
        self.take(stored);
        self.last_touch.set_value(browser::monotonic_ms());
        self.key.set_value(Some(key));
        self.phase.set(Phase::Unlocked);
        self.tell(Message::Changed);
        self.refresh();
        Ok(())
    }

    async fn check_none(&self, chain: &Chain) -> Result<(), WalletError> {
        match storage::load_keystore(&name_of(chain)).await? {
            Some(_) => {
                self.load_stored();
                Err(WalletError::Exists)
            }
            None => Ok(()),
        }
    }

    /// The text of a keystore file for this secret, and its key.
    async fn lock_with(
        &self,
        secret: Secret,
        passphrase: &str,
        chain: &Chain,
    ) -> Result<(String, Key), WalletError> {
        check_passphrase(passphrase)?;
        let request = Request::Lock {
            passphrase: passphrase.to_string(),
            secret,
            randomness: browser::random().ok_or(WalletError::NoRandomness)?,
            name: String::new(),
            prefix: chain.prefix().as_str(),
            coin_type: chain.parameters().coin_type,
            created: self.chain.now(),
        };
        match &self.ask(&request, Busy::Locking).await? {
            Reply::Locked { file, key } => Ok((file.clone(), Zeroizing::new(*key))),
            other => Err(failed(other)),
        }
    }

    /// The secret in a keystore file, and its key.
    async fn open(
        &self,
        file: &str,
        passphrase: &str,
    ) -> Result<(Zeroizing<Vec<u8>>, Key), WalletError> {
        let request =
            Request::Unlock { passphrase: passphrase.to_string(), file: file.to_string() };
        match &self.ask(&request, Busy::Unlocking).await? {
            Reply::Unlocked { entropy, key } => {
                Ok((Zeroizing::new(entropy.clone()), Zeroizing::new(*key)))
            }
            other => Err(failed(other)),
        }
    }

    /// The signature of the wallet's key.
    pub(super) async fn sign(&self, digest: Hash) -> Result<Signature, WalletError> {
        let key = self.key.get_value().ok_or(WalletError::Locked)?;
        let request = Request::Sign { key: *key, digest: digest.0 };
        match &self.ask(&request, Busy::Signing).await? {
            Reply::Signed(signature) => Ok(Signature(*signature)),
            other => Err(failed(other)),
        }
    }

    async fn ask(&self, request: &Request, busy: Busy) -> Result<Reply, WalletError> {
        self.busy.set(Some(busy));
        let reply = workers::ask_vault(request).await;
        self.busy.set(None);
        Ok(reply?)
    }

    fn chain(&self) -> Result<Chain, WalletError> {
        self.chain.parameters.get_untracked().ok_or(WalletError::NotConnected)
    }

    fn text(&self) -> Result<String, WalletError> {
        self.stored
            .with_untracked(|stored| stored.as_ref().map(|stored| stored.text.clone()))
            .ok_or(WalletError::NoWallet)
    }

    fn tell(&self, message: Message) {
        self.tabs.with_value(|tabs| {
            if let Some(tabs) = tabs {
                tabs.tell(message);
            }
        });
    }
}

fn name_of(chain: &Chain) -> String {
    storage::keystore_name(&chain.prefix().as_str(), chain.parameters().coin_type)
}

fn stored(text: String, chain: &Chain) -> Result<Stored, WalletError> {
    let keystore = Keystore::parse(&text)?;
    keystore.check_chain(chain)?;
    let address = keystore.header().address;
    let address_text = address.to_text(chain.prefix());
    Ok(Stored { name: name_of(chain), text, address, address_text })
}

fn check_passphrase(passphrase: &str) -> Result<(), WalletError> {
    if passphrase.chars().count() < MIN_PASSPHRASE {
        return Err(WalletError::PassphraseTooShort);
    }
    Ok(())
}

fn failed(reply: &Reply) -> WalletError {
    match reply {
        Reply::Failed { code, text } => {
            WalletError::Keystore { code: code.clone(), text: text.clone() }
        }
        _ => WalletError::Vault(workers::VaultError::Crashed),
    }
}

/// The secret of twelve new words.
///
/// # Errors
///
/// When the browser has no secure random numbers.
pub fn new_entropy() -> Result<Zeroizing<[u8; 16]>, WalletError> {
    browser::random().map(Zeroizing::new).ok_or(WalletError::NoRandomness)
}

/// The words that write a secret.
///
/// # Errors
///
/// When the vault does not run.
pub async fn words_of(entropy: &[u8]) -> Result<Vec<String>, WalletError> {
    let request = Request::Write { entropy: entropy.to_vec() };
    match &workers::ask_vault(&request).await? {
        Reply::Written(words) => Ok(words.split(' ').map(ToString::to_string).collect()),
        other => Err(failed(other)),
    }
}
