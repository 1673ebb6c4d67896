//! The wallet of this browser: its address, what it holds, what it sent.
//!
//! The secret key is in memory while the wallet is unlocked, and nowhere else in the clear. It is
//! used only to sign, by the vault. What the account holds is told by the node; the balance is checked by a
//! proof against the newest block's header, as far as a tab can ([`proof`]).

mod accounts;
mod error;
mod follow;
mod keys;
mod phrase;
mod proof;
mod replace;
mod restore;
mod sends;
mod tabs;

pub use error::WalletError;
pub use phrase::new_entropy;
pub(crate) use proof::bytes as hex_bytes;
pub use replace::{Replacement, can_replace};
pub use restore::{Found, kept_of};
pub use sends::{SendStatus, Sent};

use crate::prelude::*;
use crate::{
    state::{Refresh, chain::ChainState, notices::Notices, settings::Settings},
    wallet::{backup::Backup, book::Book, history::Entry},
};
use accounts::Stored;
use shared::{
    account::AccountId,
    api::{AccountView, TransactionStatus},
    ledger::Account,
};
use vault::Account as Opened;

/// Where the wallet stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not known yet: the chain or the browser's storage has not answered.
    Loading,
    /// There is no wallet for this chain in this browser.
    None,
    /// There is one; its key is not in memory.
    Locked,
    /// It can pay.
    Unlocked,
}

/// What takes a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// A keystore is being locked with a passphrase.
    Locking,
    /// A keystore is being unlocked.
    Unlocking,
    /// A payment is being signed.
    Signing,
}

/// What the account holds, in mites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// In the chain.
    pub confirmed: u64,
    /// On its way in.
    pub incoming: u64,
    /// On its way out, fees included.
    pub outgoing: u64,
    /// What can be spent now.
    pub available: u64,
}

/// Whether the balance was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proven {
    /// Not yet.
    Unknown,
    /// By a proof against the header of the block at this height, which carries its work.
    Proven {
        /// The height.
        height: u64,
    },
    /// The node's proof does not fit: what it says is not to be believed.
    Wrong,
}

/// The wallet of this browser.
#[derive(Clone, Copy)]
pub struct Wallet {
    /// Where it stands.
    pub phase: RwSignal<Phase>,
    /// Its address, also while it is locked.
    pub address: Memo<Option<String>>,
    /// What takes a while.
    pub busy: RwSignal<Option<Busy>>,
    /// The account, as the node last told it.
    pub account: RwSignal<Option<AccountView>>,
    /// What it holds.
    pub balance: Memo<Option<Balance>>,
    /// Whether that was proven.
    pub proven: RwSignal<Proven>,
    /// What happened to it, newest first: the first page, and what [`Wallet::load_older`] added.
    pub activity: RwSignal<Vec<Entry>>,
    /// Where older rows begin, if there are any.
    pub activity_next: RwSignal<Option<String>>,
    /// Whether the activity was loaded at least once.
    pub activity_loaded: RwSignal<bool>,
    /// What this browser sent, newest first.
    pub sends: RwSignal<Vec<Sent>>,
    /// When the secret was last copied out of this browser.
    pub backup: RwSignal<Backup>,
    /// The address of a wallet that was here and is not any more, though nobody deleted it.
    pub lost: RwSignal<Option<String>>,
    /// Names of other people's addresses.
    pub contacts: RwSignal<Book>,
    /// Labels of what happened, by the id of the transaction or the mined block.
    pub labels: RwSignal<Book>,
    stored: RwSignal<Option<Stored>>,
    /// The opened accounts, from account 0 on; none while the wallet is locked.
    keys: StoredValue<Vec<Opened>>,
    last_touch: StoredValue<f64>,
    refresh: StoredValue<Option<Refresh>>,
    resend: StoredValue<Option<Refresh>>,
    tabs: LocalValue<Option<tabs::Tabs>>,
    chain: ChainState,
    settings: Settings,
    notices: Notices,
}

impl Wallet {
    /// What can be spent, and the next nonce: the account after its own payments that wait, here or
    /// at the node. Reactive.
    #[must_use]
    pub fn spendable(&self) -> Option<Account> {
        let account = self.account.get()?;
        self.sends.with(|sends| Some(sends::after(&account, sends)))
    }

    /// The account of the wallet. Reactive.
    #[must_use]
    pub fn account_id(&self) -> Option<AccountId> {
        self.stored.with(|stored| stored.as_ref().map(Stored::account_id))
    }

    /// Whether this is the wallet's own address. Reactive.
    #[must_use]
    pub fn is_own(&self, address: &str) -> bool {
        self.address.with(|own| own.as_deref() == Some(address))
    }

    /// Asks the node for the account again.
    pub fn refresh(&self) {
        if let Some(refresh) = self.refresh.get_value() {
            refresh.ask();
        }
    }
}

fn balance_of(account: &AccountView, spendable: &Account) -> Balance {
    Balance {
        confirmed: account.balance,
        incoming: account.pending.incoming,
        outgoing: account.balance.saturating_sub(spendable.balance.mites()),
        available: spendable.balance.mites(),
    }
}

/// Makes the wallet's state; once, in the app, after the chain's.
pub fn provide_wallet(chain: ChainState, settings: Settings, notices: Notices) -> Wallet {
    let stored = RwSignal::new(None::<Stored>);
    let account = RwSignal::new(None::<AccountView>);
    let sends = RwSignal::new(Vec::<Sent>::new());
    let wallet = Wallet {
        phase: RwSignal::new(Phase::Loading),
        address: Memo::new(move || {
            stored.with(|stored| stored.as_ref().map(|stored| stored.address().to_string()))
        }),
        busy: RwSignal::new(None),
        account,
        balance: Memo::new(move || {
            let account = account.get()?;
            let spendable = sends.with(|sends| sends::after(&account, sends));
            Some(balance_of(&account, &spendable))
        }),
        proven: RwSignal::new(Proven::Unknown),
        activity: RwSignal::new(Vec::new()),
        activity_next: RwSignal::new(None),
        activity_loaded: RwSignal::new(false),
        sends,
        backup: RwSignal::new(Backup::default()),
        lost: RwSignal::new(None),
        contacts: RwSignal::new(Book::default()),
        labels: RwSignal::new(Book::default()),
        stored,
        keys: StoredValue::new(Vec::new()),
        last_touch: StoredValue::new(0.0),
        refresh: StoredValue::new(None),
        resend: StoredValue::new(None),
        tabs: LocalValue::new_local(None),
        chain,
        settings,
        notices,
    };
    wallet.refresh.set_value(Some(Refresh::new(move || follow::refresh(wallet))));
    wallet.resend.set_value(Some(Refresh::new(move || wallet.post_what_waited())));
    wallet.tabs.set_value(tabs::Tabs::open(move |message| wallet.hear_other_tab(message)));
    wallet.follow_chain();
    wallet.lock_when_idle();
    provide_context(wallet);
    wallet
}

/// The wallet's state.
#[must_use]
pub fn use_wallet() -> Wallet {
    expect_context()
}

impl Wallet {
    /// What makes the wallet look again: another chain, a block, a waiting payment of its own.
    fn follow_chain(&self) {
        let wallet = *self;
        let chain = self.chain;
        effect(move || {
            if chain.parameters.with(Option::is_some) {
                wallet.load_stored();
            }
        });
        let own_pending = Memo::new(move || {
            let own = wallet.address.get()?;
            chain.pending.with(|pending| {
                let touches = |waiting: &&shared::api::TransactionView| {
                    debug_assert_eq!(waiting.status, TransactionStatus::Pending);
                    waiting.sender == own
                        || waiting.payments.iter().any(|payment| payment.recipient == own)
                };
                Some(pending.iter().filter(touches).map(|own| own.id.clone()).collect::<Vec<_>>())
            })
        });
        effect(move || {
            chain.revision.track();
            // Read, not only tracked: a memo that nobody reads follows nothing.
            own_pending.with(|_| ());
            if wallet.address.with(Option::is_some) {
                wallet.refresh();
            }
        });
        // A node that would not take a payment may take it after the next block.
        effect(move || {
            chain.revision.track();
            if chain.connection.get() == crate::state::chain::Connection::Live {
                wallet.send_what_waited();
            }
        });
    }
}
