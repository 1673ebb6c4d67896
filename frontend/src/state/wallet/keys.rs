//! Making, restoring, unlocking, locking and deleting the wallet.

use super::{Busy, Phase, Proven, Wallet, WalletError, accounts::Stored, tabs::Message};
use crate::prelude::*;
use crate::{
    browser, storage,
    wallet::{backup::Backup, words::MIN_PASSPHRASE},
    workers,
};
use shared::{hash::Hash, key::Signature, params::Chain};
use vault::{Account, Reply, Request, Secret};

impl Wallet {
    /// Makes the wallet of this secret, locks it with the passphrase, keeps it and unlocks it.
    ///
    /// # Errors
    ///
    /// When there is a wallet already, or browser or vault refuse. Nothing is kept then.
    pub async fn create(&self, secret: Secret, passphrase: &str) -> Result<(), WalletError> {
        self.make(secret, passphrase, 1).await
    }

    pub(super) async fn make(
        &self,
        secret: Secret,
        passphrase: &str,
        accounts: u16,
    ) -> Result<(), WalletError> {
        let chain = self.chain()?;
        self.check_none(&chain).await?;
        let (text, accounts) = self.lock_with(secret, passphrase, &chain, accounts).await?;
        self.keep(text, accounts, &chain).await
    }

    /// Unlocks the wallet of this browser.
    ///
    /// # Errors
    ///
    /// When the passphrase is wrong or the file damaged.
    pub async fn unlock(&self, passphrase: &str) -> Result<(), WalletError> {
        let (text, count) = self.text()?;
        let (_, accounts) = self.open(&text, passphrase, count).await?;
        let chain = self.chain()?;
        self.check_accounts(&accounts, &chain);
        self.open_with(accounts);
        Ok(())
    }

    /// Has these keys from now on.
    pub(super) fn open_with(&self, accounts: Vec<Account>) {
        self.last_touch.set_value(browser::monotonic_ms());
        self.keys.set_value(accounts);
        self.phase.set(Phase::Unlocked);
    }

    /// Locks the wallet, here and in other tabs: the key is wiped.
    pub fn lock(&self) {
        self.lock_here();
        self.tell(Message::Locked);
    }

    /// Whether this is the passphrase of the wallet.
    ///
    /// # Errors
    ///
    /// When it is not.
    pub async fn check_passphrase(&self, passphrase: &str) -> Result<(), WalletError> {
        self.open(&self.text()?.0, passphrase, 1).await.map(drop)
    }

    /// Locks the same secret with another passphrase.
    ///
    /// # Errors
    ///
    /// When the old passphrase is wrong or the new one too short. The old file stays then.
    pub async fn change_passphrase(&self, old: &str, new: &str) -> Result<(), WalletError> {
        let chain = self.chain()?;
        check_passphrase(new)?;
        let (text, count) = self.text()?;
        let (secret, _) = self.open(&text, old, 1).await?;
        let (text, accounts) = self.lock_with(secret, new, &chain, count).await?;
        self.keep(text, accounts, &chain).await
    }

    /// Offers the keystore file for download. It is locked with the passphrase.
    ///
    /// # Errors
    ///
    /// When there is no wallet or the browser refuses.
    #[expect(clippy::unused_async, reason = "a browser may ask the user first")]
    pub async fn export_file(&self) -> Result<(), WalletError> {
        let stored = self.stored.get_untracked().ok_or(WalletError::NoWallet)?;
        let address = stored.first();
        let end = address.len().saturating_sub(6);
        let end = address.get(end..).unwrap_or_default();
        let name = format!("halfpenny-{}-{end}.json", stored.name);
        if !browser::download(&name, "application/json", &stored.text) {
            return Err(WalletError::NotSaved);
        }
        self.note_backup(|backup, now| backup.file = Some(now));
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
        storage::remove_setting(&format!("backed-up.{}", stored.first()));
        self.forget_accounts(&stored);
        self.forget();
        self.phase.set(Phase::None);
        self.tell(Message::Changed);
        Ok(())
    }

    /// Looks for the wallet of this chain in the browser's storage.
    pub(super) fn load_stored(&self) {
        let wallet = *self;
        spawn_local(async move {
            let Ok(chain) = wallet.chain() else { return };
            let name = name_of(&chain);
            match storage::load_keystore(&name).await {
                Ok(Some(text)) => match wallet.stored(name, text, &chain).await {
                    Ok(stored) => wallet.take(stored),
                    Err(error) => wallet.notices.alert(t!(
                        "The wallet in this browser cannot be read: {error}. The emergency kit \
                         saves its file as it is.",
                        error = error,
                    )),
                },
                Ok(None) => {
                    wallet.forget();
                    wallet.lost.set(Stored::was_here(&name));
                    wallet.phase.set(Phase::None);
                }
                Err(error) => {
                    wallet.notices.alert(t!("No wallet can be kept here: {error}.", error = error));
                    wallet.phase.set(Phase::None);
                }
            }
        });
    }

    pub(super) fn hear_other_tab(&self, message: Message) {
        match message {
            Message::Changed => self.load_stored(),
            Message::Locked => self.lock_here(),
            Message::Named => self.load_names(),
        }
    }

    pub(super) fn lock_here(&self) {
        // Dropping the keys wipes them, and a new vault has never heard of them.
        self.keys.set_value(Vec::new());
        workers::prepare_vault();
        if self.phase.get_untracked() == Phase::Unlocked {
            self.phase.set(Phase::Locked);
        }
    }

    /// Shows a stored wallet. The one that is unlocked already stays unlocked, at its account.
    fn take(&self, mut stored: Stored) {
        let same = self.stored.with_untracked(|known| {
            let known = known.as_ref().filter(|known| known.first() == stored.first());
            known.map(|known| known.current)
        });
        match same {
            Some(current) => stored.current = current,
            None => self.forget(),
        }
        let backup = storage::setting(&format!("backed-up.{}", stored.first()));
        self.backup.set(Backup::parse(backup.as_deref().unwrap_or_default()));
        self.lost.set(None);
        self.stored.set(Some(stored));
        if same.is_none() {
            self.load_sends();
            self.load_names();
        }
        if self.keys.with_value(Vec::is_empty) {
            self.phase.set(Phase::Locked);
            // The node may be away when it is to be unlocked.
            workers::prepare_vault();
        }
    }

    /// Forgets everything about the wallet but what is stored.
    fn forget(&self) {
        self.keys.set_value(Vec::new());
        self.forget_account();
        self.backup.set(Backup::default());
        self.stored.set(None);
    }

    /// Forgets what is known of the account that is shown.
    pub(super) fn forget_account(&self) {
        self.account.set(None);
        self.proven.set(Proven::Unknown);
        self.activity.set(Vec::new());
        self.activity_next.set(None);
        self.activity_loaded.set(false);
        self.sends.set(Vec::new());
    }

    pub(super) async fn keep(
        &self,
        text: String,
        accounts: Vec<Account>,
        chain: &Chain,
    ) -> Result<(), WalletError> {
        let before = self.stored.get_untracked();
        let stored = Stored::new(name_of(chain), text, &accounts, chain).named_as(before.as_ref());
        storage::save_keystore(&stored.name, &stored.text).await?;
        stored.save();
        self.take(stored);
        self.open_with(accounts);
        self.tell(Message::Changed);
        self.refresh();
        Ok(())
    }

    pub(super) async fn check_none(&self, chain: &Chain) -> Result<(), WalletError> {
        match storage::load_keystore(&name_of(chain)).await? {
            Some(_) => {
                self.load_stored();
                Err(WalletError::Exists)
            }
            None => Ok(()),
        }
    }

    /// The text of a keystore file for this secret, and its first accounts.
    async fn lock_with(
        &self,
        secret: Secret,
        passphrase: &str,
        chain: &Chain,
        accounts: u16,
    ) -> Result<(String, Vec<Account>), WalletError> {
        check_passphrase(passphrase)?;
        let request = Request::Lock {
            passphrase: passphrase.to_string(),
            secret,
            randomness: browser::random().ok_or(WalletError::NoRandomness)?,
            name: String::new(),
            prefix: chain.prefix().as_str(),
            coin_type: chain.parameters().coin_type,
            created: self.chain.now(),
            accounts,
        };
        match &self.ask(&request, Busy::Locking).await? {
            Reply::Locked { file, accounts } => Ok((file.clone(), accounts.clone())),
            other => Err(failed(other)),
        }
    }

    /// The secret in a keystore file, and its first accounts.
    pub(super) async fn open(
        &self,
        file: &str,
        passphrase: &str,
        accounts: u16,
    ) -> Result<(Secret, Vec<Account>), WalletError> {
        let (passphrase, file) = (passphrase.to_string(), file.to_string());
        let request = Request::Unlock { passphrase, file, accounts };
        match &self.ask(&request, Busy::Unlocking).await? {
            Reply::Unlocked { secret, accounts } => Ok((secret.clone(), accounts.clone())),
            other => Err(failed(other)),
        }
    }

    /// The signature of the key of the account that is shown.
    pub(crate) async fn sign(&self, digest: Hash) -> Result<Signature, WalletError> {
        let stored = self.stored.get_untracked().ok_or(WalletError::NoWallet)?;
        let key = self.keys.with_value(|keys| keys.get(stored.current).map(|account| account.key));
        let request = Request::Sign {
            key: key.ok_or(WalletError::Locked)?,
            signer: stored.account_id().0,
            digest: digest.0,
        };
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

    pub(super) fn chain(&self) -> Result<Chain, WalletError> {
        self.chain.parameters.get_untracked().ok_or(WalletError::NotConnected)
    }

    /// The keystore file, and how many accounts of it are used.
    pub(super) fn text(&self) -> Result<(String, u16), WalletError> {
        let text = |stored: &Stored| (stored.text.clone(), stored.count());
        self.stored.with_untracked(|stored| stored.as_ref().map(text)).ok_or(WalletError::NoWallet)
    }

    pub(super) fn tell(&self, message: Message) {
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

pub(super) fn check_passphrase(passphrase: &str) -> Result<(), WalletError> {
    if passphrase.chars().count() < MIN_PASSPHRASE {
        return Err(WalletError::PassphraseTooShort);
    }
    Ok(())
}

pub(super) fn failed(reply: &Reply) -> WalletError {
    match reply {
        Reply::Failed { code, text } => {
            WalletError::Keystore { code: code.clone(), text: text.clone() }
        }
        _ => WalletError::Vault(workers::VaultError::Crashed),
    }
}
