//! Making, restoring, unlocking, locking and deleting the wallet.

use super::{Busy, Phase, Proven, Stored, Wallet, WalletError, tabs::Message};
use crate::{
    browser, storage,
    wallet::words::MIN_PASSPHRASE,
    workers::{self},
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    params::Chain,
    wallet::{keystore::Keystore, mnemonic::Entropy, secret::SecretKey},
};
use vault::{Reply, Request};
use zeroize::Zeroizing;

impl Wallet {
    /// Makes the wallet of this secret, locks it with the passphrase, keeps it and unlocks it.
    ///
    /// # Errors
    ///
    /// When there is a wallet already, or browser or vault refuse. Nothing is kept then.
    pub async fn create(&self, entropy: Entropy, passphrase: &str) -> Result<(), WalletError> {
        let chain = self.chain()?;
        self.check_none(&chain).await?;
        let text = self.lock_with(&entropy, passphrase, &chain).await?;
        let key = key_of(&entropy, &chain);
        self.keep(text, key, &chain).await
    }

    /// Restores a wallet from its recovery phrase under a new passphrase.
    ///
    /// # Errors
    ///
    /// When the words are no phrase, or as for [`Wallet::create`].
    pub async fn restore_words(&self, words: &str, passphrase: &str) -> Result<(), WalletError> {
        let entropy = Entropy::parse_phrase(words)?;
        self.create(entropy, passphrase).await?;
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
        let key = key_of(&self.open(json, passphrase).await?, &chain);
        check_address(&keystore, &key)?;
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
        let key = key_of(&self.open(&text, passphrase).await?, &chain);
        check_address(&keystore, &key)?;
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
    pub async fn reveal_words(&self, passphrase: &str) -> Result<Vec<&'static str>, WalletError> {
        Ok(self.open(&self.text()?, passphrase).await?.words())
    }

    /// Locks the same secret with another passphrase.
    ///
    /// # Errors
    ///
    /// When the old passphrase is wrong or the new one too short. The old file stays then.
    pub async fn change_passphrase(&self, old: &str, new: &str) -> Result<(), WalletError> {
        let chain = self.chain()?;
        check_passphrase(new)?;
        let entropy = self.open(&self.text()?, old).await?;
        let text = self.lock_with(&entropy, new, &chain).await?;
        self.keep(text, key_of(&entropy, &chain), &chain).await
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
        // Dropping the key wipes it.
        self.key.set_value(None);
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

    async fn keep(&self, text: String, key: SecretKey, chain: &Chain) -> Result<(), WalletError> {
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

    /// The text of a keystore file for this secret.
    async fn lock_with(
        &self,
        entropy: &Entropy,
        passphrase: &str,
        chain: &Chain,
    ) -> Result<String, WalletError> {
        check_passphrase(passphrase)?;
        let address = key_of(entropy, chain).address().to_text(chain.prefix());
        let request = Request::Lock {
            passphrase: passphrase.to_string(),
            entropy: entropy.as_bytes().to_vec(),
            randomness: browser::random().ok_or(WalletError::NoRandomness)?,
            name: String::new(),
            prefix: chain.prefix().as_str(),
            coin_type: chain.parameters().coin_type,
            address,
            created: self.chain.now(),
        };
        match &self.ask(&request, Busy::Locking).await? {
            Reply::Locked(text) => Ok(text.clone()),
            other => Err(failed(other)),
        }
    }

    /// The secret in a keystore file.
    async fn open(&self, file: &str, passphrase: &str) -> Result<Entropy, WalletError> {
        let request =
            Request::Unlock { passphrase: passphrase.to_string(), file: file.to_string() };
        match &self.ask(&request, Busy::Unlocking).await? {
            Reply::Unlocked(bytes) => {
                Entropy::from_slice(bytes).ok_or_else(|| failed(&Reply::Ready))
            }
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

fn key_of(entropy: &Entropy, chain: &Chain) -> SecretKey {
    entropy.seed().account_key(chain.parameters().coin_type, 0)
}

/// What the file says in clear must be what its secret makes, or coins would go astray.
fn check_address(keystore: &Keystore, key: &SecretKey) -> Result<(), WalletError> {
    if keystore.header().address == key.address() {
        return Ok(());
    }
    Err(WalletError::Keystore {
        code: "keystore-malformed".to_string(),
        text: "the address in this keystore file is not the one of its secret".to_string(),
    })
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

/// Twelve new words.
///
/// # Errors
///
/// When the browser has no secure random numbers.
pub fn new_entropy() -> Result<Entropy, WalletError> {
    let bytes = Zeroizing::new(browser::random::<16>().ok_or(WalletError::NoRandomness)?);
    Ok(Entropy::of_12_words(*bytes))
}
