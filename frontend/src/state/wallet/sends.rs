//! Payments that this browser made: from signing to confirmed, or to the reason why not.
//!
//! They are kept in this browser, signed, until they are final: a payment that never reached a node
//! is sent again when there is one. A signed payment is no secret; it is meant to be published.

use super::{Wallet, WalletError, proof::bytes};
use crate::prelude::*;
use crate::{
    api::{self, ApiError},
    storage,
    wallet::{draft::Draft, history::FINAL_AFTER},
};
use serde::{Deserialize, Serialize};
use shared::{
    account::Address,
    amount::Amount,
    api::{AccountView, TransactionStatus, TransactionView},
    encode::{decode, encode},
    hash::to_hex,
    ledger::Account,
    limits::MAX_TRANSACTION_BYTES,
    transaction::{Authorization, Body, Transaction, id_of_bytes},
    wallet::payment,
};

/// Payments remembered, at most.
const MOST: usize = 50;

/// A payment that this browser made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Id of the transaction.
    pub id: String,
    /// Its nonce.
    pub nonce: u64,
    /// Who is paid.
    pub recipient: String,
    /// Mites.
    pub amount: u64,
    /// Mites for the miner.
    pub fee: u64,
    /// The memo.
    pub memo: String,
    /// When it was made, Unix seconds.
    pub time: u64,
    /// Last height at which it is valid.
    pub expires_at: u64,
    /// Where it stands.
    pub status: SendStatus,
    /// Canonical bytes, hex.
    bytes: String,
}

impl Sent {
    /// What was signed.
    #[must_use]
    pub fn body(&self) -> Option<Body> {
        let bytes = bytes(&self.bytes, MAX_TRANSACTION_BYTES)?;
        decode::<Transaction>(&bytes, MAX_TRANSACTION_BYTES).ok().map(|signed| signed.body)
    }
}

/// Where a payment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendStatus {
    /// It is on its way to the node.
    Broadcasting,
    /// It did not reach the pool.
    NotSent {
        /// Why.
        reason: String,
        /// Whether it is sent again by itself when the node answers.
        will_retry: bool,
    },
    /// It waits for a block.
    Pending,
    /// It was in a block that the chain has left, and waits again.
    Reverted {
        /// Height of that block.
        height: u64,
    },
    /// It is in the chain.
    Confirmed {
        /// Height of its block.
        height: u64,
    },
    /// It waited too long and will never happen; the coins are still there.
    Expired,
    /// Another payment with the same nonce took its place.
    Replaced,
    /// It left the pool for another reason; it can be sent again.
    Dropped {
        /// The code of the reason.
        reason: String,
    },
}

impl Sent {
    /// Whether it still holds coins and a nonce back.
    fn is_waiting(&self) -> bool {
        matches!(
            self.status,
            SendStatus::Broadcasting
                | SendStatus::Pending
                | SendStatus::Reverted { .. }
                | SendStatus::NotSent { will_retry: true, .. }
        )
    }

    /// Whether asking the node can still change anything.
    fn is_open(&self, tip_height: u64) -> bool {
        match self.status {
            SendStatus::Pending | SendStatus::Reverted { .. } | SendStatus::Dropped { .. } => true,
            SendStatus::Confirmed { height } => tip_height.saturating_sub(height) < FINAL_AFTER,
            SendStatus::Replaced | SendStatus::Expired => {
                tip_height <= self.expires_at + FINAL_AFTER
            }
            SendStatus::Broadcasting | SendStatus::NotSent { .. } => false,
        }
    }
}

/// The account after everything of its own that waits: at the node, and here.
pub(super) fn after(account: &AccountView, sends: &[Sent]) -> Account {
    let mut nonce = account.pending.next_nonce;
    let mut mites = account.balance.saturating_sub(account.pending.outgoing);
    let known = nonce;
    for send in sends.iter().filter(|send| send.is_waiting() && send.nonce >= known) {
        nonce = nonce.max(send.nonce + 1);
        mites = mites.saturating_sub(send.amount).saturating_sub(send.fee);
    }
    Account { nonce, balance: Amount::from_mites(mites).unwrap_or(Amount::MAX) }
}

/// Where a payment stands by what the node says of it; `None` when it knows nothing of it.
pub(super) fn status_of(view: &TransactionView) -> SendStatus {
    match (view.status, view.height) {
        (TransactionStatus::Confirmed, Some(height)) => SendStatus::Confirmed { height },
        (TransactionStatus::Expired, _) => SendStatus::Expired,
        (TransactionStatus::Replaced, _) => SendStatus::Replaced,
        (TransactionStatus::Dropped, _) => {
            SendStatus::Dropped { reason: view.reason.clone().unwrap_or_default() }
        }
        (TransactionStatus::Pending | TransactionStatus::Confirmed, _) => SendStatus::Pending,
    }
}

/// What was in a block and waits again was taken back by a reorganisation.
fn after_reorganisation(before: &SendStatus, told: SendStatus) -> SendStatus {
    match (before, told) {
        (
            SendStatus::Confirmed { height } | SendStatus::Reverted { height },
            SendStatus::Pending,
        ) => SendStatus::Reverted { height: *height },
        (_, told) => told,
    }
}

/// Where a payment stands that the node knows nothing of.
fn status_unknown(send: &Sent, account_nonce: u64, tip_height: u64) -> SendStatus {
    if account_nonce > send.nonce {
        SendStatus::Replaced
    } else if tip_height >= send.expires_at {
        SendStatus::Expired
    } else {
        SendStatus::Dropped { reason: "unknown".to_string() }
    }
}

impl Wallet {
    /// Signs a payment by the node's own rules, keeps it, and sends it. Returns its id as soon as it
    /// is kept: how it goes on is in [`Wallet::sends`].
    ///
    /// # Errors
    ///
    /// When the wallet is locked or the payment breaks a rule. Nothing is kept or sent then.
    pub async fn send(&self, draft: &Draft) -> Result<String, WalletError> {
        let account = untrack(|| self.spendable()).ok_or(WalletError::NotConnected)?;
        self.pay(&draft.to_payment(), account).await
    }

    /// Signs, keeps and sends a payment from the account as it is before it.
    pub(super) async fn pay(
        &self,
        asked: &payment::Draft,
        account: Account,
    ) -> Result<String, WalletError> {
        let chain = self.chain()?;
        let next_height = self.chain.height.get_untracked() + 1;
        let sender = untrack(|| self.account_id()).ok_or(WalletError::NoWallet)?;
        // What the node would refuse is neither signed nor kept nor sent.
        let body = payment::check_draft(&chain, sender, account, next_height, asked)?;
        let signature = self.sign(body.signing_hash(&chain.genesis_id())).await?;
        let transaction = Transaction { body, authorization: Authorization::Key(signature) };
        let bytes = encode(&transaction);
        let body = &transaction.body;
        let id = id_of_bytes(&bytes).to_string();
        let first = body.payments.iter().next().map(|first| Address::of(first.recipient));
        let sent = Sent {
            id: id.clone(),
            nonce: body.nonce,
            recipient: first.map(|first| first.to_text(chain.prefix())).unwrap_or_default(),
            amount: body.payments.iter().map(|paid| paid.amount.mites()).sum(),
            fee: body.fee.mites(),
            memo: asked.memo.clone(),
            time: self.chain.now(),
            expires_at: body.expires_at,
            status: SendStatus::Broadcasting,
            bytes: to_hex(&bytes),
        };
        self.sends.update(|sends| {
            sends.insert(0, sent);
            sends.truncate(MOST);
        });
        self.save_sends();
        self.broadcast(id.clone());
        Ok(id)
    }

    /// Sends a payment again that did not get or stay there.
    pub fn send_again(&self, id: &str) {
        self.set_status(id, SendStatus::Broadcasting);
        self.broadcast(id.to_string());
    }

    /// Forgets a payment that was not sent. What reached a node may still happen.
    pub fn forget_send(&self, id: &str) {
        self.sends.update(|sends| sends.retain(|send| send.id != id));
        self.save_sends();
    }

    fn broadcast(&self, id: String) {
        let wallet = *self;
        spawn_local(async move { wallet.post(&id).await });
    }

    async fn post(&self, id: &str) {
        let bytes = self.sends.with_untracked(|sends| {
            let send = sends.iter().find(|send| send.id == id)?;
            bytes(&send.bytes, MAX_TRANSACTION_BYTES)
        });
        let Some(bytes) = bytes else { return };
        let status = match api::submit_transaction(&bytes).await {
            Ok(_) => SendStatus::Pending,
            Err(error) if error.code() == "transaction-already-known" => SendStatus::Pending,
            Err(error) => {
                let will_retry = error.is_temporary() || error == ApiError::Malformed;
                SendStatus::NotSent { reason: error.to_string(), will_retry }
            }
        };
        self.set_status(id, status);
        self.refresh();
    }

    /// Sends what could not be sent before.
    pub(super) fn send_what_waited(&self) {
        if let Some(resend) = self.resend.get_value() {
            resend.ask();
        }
    }

    /// Sends what waits to be sent, in the order of nonces.
    pub(super) async fn post_what_waited(self) {
        let waits =
            |send: &&Sent| matches!(send.status, SendStatus::NotSent { will_retry: true, .. });
        let mut waiting = self.sends.with_untracked(|sends| {
            let key = |send: &Sent| (send.nonce, send.id.clone());
            sends.iter().filter(waits).map(key).collect::<Vec<_>>()
        });
        waiting.sort();
        for (_, id) in waiting {
            let still = self
                .sends
                .with_untracked(|sends| sends.iter().filter(waits).any(|send| send.id == id));
            if still {
                self.set_status(&id, SendStatus::Broadcasting);
                self.post(&id).await;
            }
        }
    }

    /// Asks the node where open payments stand.
    pub(super) async fn look_after_sends(&self) {
        let Some(account) = self.account.get_untracked() else { return };
        let tip_height = self.chain.height.get_untracked();
        let open = self.sends.with_untracked(|sends| {
            sends.iter().filter(|send| send.is_open(tip_height)).cloned().collect::<Vec<_>>()
        });
        for send in open {
            let told = match self.row_of(&send.id) {
                Some(status) => status,
                None => match api::transaction(&send.id).await {
                    Ok(view) => status_of(&view),
                    Err(error) if error.is_not_found() => {
                        status_unknown(&send, account.nonce, tip_height)
                    }
                    Err(_) => continue,
                },
            };
            let status = after_reorganisation(&send.status, told);
            if status != send.status {
                self.set_status(&send.id, status);
            }
        }
    }

    fn row_of(&self, id: &str) -> Option<SendStatus> {
        self.activity.with_untracked(|rows| {
            let mut transactions = rows.iter().filter_map(|row| row.transaction.as_ref());
            transactions.find(|transaction| transaction.id == id).map(status_of)
        })
    }

    fn set_status(&self, id: &str, status: SendStatus) {
        self.sends.update(|sends| {
            if let Some(send) = sends.iter_mut().find(|send| send.id == id) {
                send.status = status;
            }
        });
        self.save_sends();
    }

    fn save_sends(&self) {
        let Some(name) = self.own_sends() else { return };
        let text = self.sends.with_untracked(serde_json::to_string);
        if let Ok(text) = text {
            storage::set_setting(&name, &text);
        }
    }

    pub(super) fn load_sends(&self) {
        let saved = self.own_sends().and_then(|name| storage::setting(&name));
        let sends = saved.and_then(|text| serde_json::from_str::<Vec<Sent>>(&text).ok());
        let mut sends = sends.unwrap_or_default();
        for send in &mut sends {
            // The page was closed in between: nobody knows whether it arrived.
            if send.status == SendStatus::Broadcasting {
                let reason = key!("the page was closed before the node answered").to_string();
                send.status = SendStatus::NotSent { reason, will_retry: true };
            }
        }
        self.sends.set(sends);
        if self.chain.connection.get_untracked() == crate::state::chain::Connection::Live {
            self.send_what_waited();
        }
    }

    fn own_sends(&self) -> Option<String> {
        self.sends_name(&self.address.get_untracked()?)
    }

    /// Payments belong to an account on a chain: those of a coin's last term are void on the next.
    pub(super) fn sends_name(&self, address: &str) -> Option<String> {
        let genesis = self.chain.parameters.get_untracked()?.genesis_id().to_string();
        Some(format!("sends.{}.{address}", genesis.get(..16)?))
    }
}

#[cfg(test)]
mod tests;
