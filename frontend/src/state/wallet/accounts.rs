//! The accounts of the wallet, and what was noted about it in this browser: names, and when it was
//! last copied elsewhere.
//!
//! All accounts come from one secret (SLIP-0010, `m/44'/coin_type'/account'`). Their addresses are
//! kept beside the keystore, so that they can be shown while it is locked; unlocking checks them.

use super::{Phase, Wallet, WalletError, keys::failed, tabs::Message};
use crate::prelude::*;
use crate::{
    storage,
    wallet::{backup::Backup, book::Book, dust::Said, scan::MOST},
    workers,
};
use shared::{
    account::{AccountId, Address},
    hash::Hash,
    params::Chain,
};
use vault::{Account, Reply, Request};

/// A keystore in this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    /// Its name in the storage.
    pub(super) name: String,
    /// Its text.
    pub(super) text: String,
    /// Ids of its accounts, from account 0 on.
    ids: Vec<AccountId>,
    /// Their addresses and names.
    book: Book,
    /// The account that is shown.
    pub(super) current: usize,
}

impl Stored {
    pub(super) fn new(name: String, text: String, accounts: &[Account], chain: &Chain) -> Self {
        let ids = accounts.iter().map(|account| AccountId(account.id));
        Self { name, text, ids: Vec::new(), book: Book::default(), current: 0 }.with(ids, chain)
    }

    /// With these accounts, each with the name that it had or else one by its number.
    fn with(mut self, ids: impl Iterator<Item = AccountId>, chain: &Chain) -> Self {
        let mut book = Book::default();
        self.ids = ids.collect();
        for (index, id) in self.ids.iter().enumerate() {
            let address = Address::of(*id).to_text(chain.prefix());
            let plain = t!("Account {number}", number = index + 1);
            book.set(&address, self.book.name_of(&address).unwrap_or(&plain));
        }
        self.book = book;
        self
    }

    /// With the names that its accounts had before.
    pub(super) fn named_as(mut self, before: Option<&Self>) -> Self {
        for (address, name) in before.iter().flat_map(|before| before.book.entries()) {
            if self.book.name_of(address).is_some() {
                self.book.set(address, name);
            }
        }
        self
    }

    /// The accounts as they were noted; none when the note is missing or of another chain.
    fn noted(name: String, text: String, chain: &Chain) -> Option<Self> {
        let book = Book::parse(&storage::setting(&format!("accounts.{name}"))?);
        let id = |(address, _): &(String, String)| Address::parse(address, chain.prefix()).ok();
        let ids: Option<Vec<Address>> = book.entries().iter().map(id).collect();
        let ids: Vec<AccountId> = ids?.iter().map(|address| address.account).collect();
        let current = storage::setting(&format!("account.{name}"));
        let current = current.and_then(|text| text.parse().ok()).unwrap_or(0);
        let current = if current < ids.len() { current } else { 0 };
        (!ids.is_empty()).then_some(Self { name, text, ids, book, current })
    }

    /// The address that a wallet of this name had here, though its file is gone.
    pub(super) fn was_here(name: &str) -> Option<String> {
        let book = Book::parse(&storage::setting(&format!("accounts.{name}"))?);
        book.entries().first().map(|(address, _)| address.clone())
    }

    pub(super) fn save(&self) {
        storage::set_setting(&format!("accounts.{}", self.name), &self.book.to_text());
        storage::set_setting(&format!("account.{}", self.name), &self.current.to_string());
    }

    /// The address of account 0.
    pub(super) fn first(&self) -> &str {
        self.book.entries().first().map_or("", |(address, _)| address)
    }

    pub(super) fn address(&self) -> &str {
        self.book.entries().get(self.current).map_or("", |(address, _)| address)
    }

    pub(super) fn account_id(&self) -> AccountId {
        self.ids.get(self.current).copied().unwrap_or_default()
    }

    pub(super) fn count(&self) -> u16 {
        u16::try_from(self.ids.len()).unwrap_or(1)
    }
}

impl Wallet {
    /// Addresses and names of the accounts, from account 0 on. Reactive.
    #[must_use]
    pub fn accounts(&self) -> Vec<(String, String)> {
        self.stored.with(|stored| {
            stored.as_ref().map(|stored| stored.book.entries().to_vec()).unwrap_or_default()
        })
    }

    /// What was said about addresses and rows, for who asks which rows are dust. Reactive.
    #[must_use]
    pub fn said(&self) -> Said {
        let own = self.accounts().into_iter().map(|(address, _)| address).collect();
        Said { contacts: self.contacts.get(), labels: self.labels.get(), own }
    }

    /// Shows another account, from now on.
    pub fn show_account(&self, address: &str) {
        let Some(mut stored) = self.stored.get_untracked() else { return };
        let place = stored.book.entries().iter().position(|(known, _)| known == address);
        let Some(place) = place.filter(|place| *place != stored.current) else { return };
        stored.current = place;
        stored.save();
        self.forget_account();
        self.stored.set(Some(stored));
        self.load_sends();
        // One that another tab has added has no key here until the wallet is unlocked again.
        if self.phase.get_untracked() == Phase::Unlocked
            && self.keys.with_value(|keys| keys.len() <= place)
        {
            self.lock_here();
        }
        self.refresh();
    }

    /// Adds the next account of the same secret under a name, and shows it.
    ///
    /// # Errors
    ///
    /// When the passphrase is wrong, or there are too many.
    pub async fn add_account(&self, name: &str, passphrase: &str) -> Result<(), WalletError> {
        let chain = self.chain()?;
        let (text, count) = self.text()?;
        if count >= MOST {
            return Err(WalletError::TooManyAccounts);
        }
        let (_, accounts) = self.open(&text, passphrase, count + 1).await?;
        let Some(stored) = self.stored.get_untracked() else { return Err(WalletError::NoWallet) };
        let ids = accounts.iter().map(|account| AccountId(account.id));
        let mut stored = stored.with(ids, &chain);
        let added = stored.book.entries().last().map(|(address, _)| address.clone());
        let added = added.unwrap_or_default();
        // Without a name it keeps its number.
        if !name.trim().is_empty() {
            stored.book.set(&added, name);
        }
        stored.save();
        self.stored.set(Some(stored));
        self.open_with(accounts);
        self.tell(Message::Changed);
        self.show_account(&added);
        Ok(())
    }

    /// Reads what is stored: the accounts as they were noted, or else as the file tells.
    pub(super) async fn stored(
        &self,
        name: String,
        text: String,
        chain: &Chain,
    ) -> Result<Stored, WalletError> {
        if let Some(stored) = Stored::noted(name.clone(), text.clone(), chain) {
            return Ok(stored);
        }
        let id = self.inspected(&text).await?.0;
        let stored = Stored::new(name, text, &[Account { key: [0; 32], id }], chain);
        stored.save();
        Ok(stored)
    }

    /// Id and address of account 0, as a keystore file of this chain says it in clear.
    ///
    /// # Errors
    ///
    /// When it is no keystore, or one of another chain.
    pub async fn inspect(&self, file: &str) -> Result<(AccountId, String), WalletError> {
        let (id, chain) = (self.inspected(file).await?, self.chain()?);
        Ok((id, Address::of(id).to_text(chain.prefix())))
    }

    async fn inspected(&self, file: &str) -> Result<AccountId, WalletError> {
        let chain = self.chain()?;
        let request = Request::Inspect {
            file: file.to_string(),
            prefix: chain.prefix().as_str(),
            coin_type: chain.parameters().coin_type,
        };
        match &workers::ask_vault(&request).await? {
            Reply::Inspected(id) => Ok(AccountId(*id)),
            other => Err(failed(other)),
        }
    }

    /// Puts right what was noted about the accounts, if the secret says something else.
    pub(super) fn check_accounts(&self, accounts: &[Account], chain: &Chain) {
        let Some(stored) = self.stored.get_untracked() else { return };
        let ids = accounts.iter().map(|account| AccountId(account.id));
        if !stored.ids.iter().copied().eq(ids.clone()) {
            let stored = Stored { current: 0, ..stored.with(ids, chain) };
            stored.save();
            self.forget_account();
            self.stored.set(Some(stored));
        }
    }

    pub(super) fn forget_accounts(&self, stored: &Stored) {
        for (address, _) in stored.book.entries() {
            if let Some(name) = self.sends_name(address) {
                storage::remove_setting(&name);
            }
        }
        for name in ["accounts", "account"] {
            storage::remove_setting(&format!("{name}.{}", stored.name));
        }
        for name in ["contacts", "labels"] {
            storage::remove_setting(name);
        }
        self.contacts.set(Book::default());
        self.labels.set(Book::default());
    }

    /// Remembers when there was a copy of the secret outside of this browser.
    pub fn note_backup(&self, note: impl FnOnce(&mut Backup, u64)) {
        let Some(stored) = self.stored.get_untracked() else { return };
        let mut backup = self.backup.get_untracked();
        note(&mut backup, self.chain.now());
        storage::set_setting(&format!("backed-up.{}", stored.first()), &backup.to_text());
        self.backup.set(backup);
    }

    /// Names an address of somebody else; an empty name forgets it.
    pub fn name_contact(&self, address: &str, name: &str) {
        self.write(self.contacts, "contacts", address, name);
    }

    /// Labels something that happened; an empty label takes it away.
    pub fn label(&self, id: &str, label: &str) {
        self.write(self.labels, "labels", id, label);
    }

    fn write(&self, book: RwSignal<Book>, setting: &str, key: &str, name: &str) {
        // Another tab may have written meanwhile.
        let mut now = read(setting);
        now.set(key, name);
        storage::set_setting(setting, &now.to_text());
        book.set(now);
        self.tell(Message::Named);
    }

    pub(super) fn load_names(&self) {
        self.contacts.set(read("contacts"));
        self.labels.set(read("labels"));
    }

    /// Signs a message with the key of the account that is shown. Never a transaction: messages have a
    /// domain of their own.
    ///
    /// # Errors
    ///
    /// When the wallet is locked.
    pub async fn sign_message(&self, message: &str) -> Result<String, WalletError> {
        let digest: Hash = shared::wallet::message::digest(message);
        Ok(shared::hash::to_hex(&self.sign(digest).await?.0))
    }
}

fn read(setting: &str) -> Book {
    storage::setting(setting).map(|text| Book::parse(&text)).unwrap_or_default()
}
