//! What can go wrong with the wallet, in words that never hold a secret.

use crate::{storage::StorageError, wallet::words::MIN_PASSPHRASE, workers::VaultError};
use shared::wallet::payment::PaymentError;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WalletError {
    /// The chain is not known yet.
    #[error("the node has not answered yet: wait for it, or check that it runs")]
    NotConnected,
    /// There is a wallet already, perhaps made in another tab.
    #[error(
        "there is a wallet in this browser already: unlock it, or delete it in the settings first"
    )]
    Exists,
    /// There is no wallet.
    #[error("there is no wallet in this browser")]
    NoWallet,
    /// The wallet is locked.
    #[error("the wallet is locked: unlock it first")]
    Locked,
    /// The new passphrase is too short.
    #[error("the passphrase needs at least {MIN_PASSPHRASE} characters")]
    PassphraseTooShort,
    /// The words are no phrase, or the keystore cannot be made, read or unlocked.
    #[error("{text}")]
    Keystore {
        /// The stable code.
        code: String,
        /// What is wrong.
        text: String,
    },
    /// The vault does not run.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The browser does not store.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The browser has no secure random numbers.
    #[error("this browser has no secure random numbers, so it cannot make a wallet")]
    NoRandomness,
    /// There are as many accounts as there can be.
    #[error("a wallet has at most 20 accounts: use one of them, or make another wallet")]
    TooManyAccounts,
    /// The payment to be replaced is not waiting any more.
    #[error("this payment does not wait any more, so nothing can take its place; nothing was sent")]
    NotWaiting,
    /// The browser does not save files.
    #[error("this browser did not save the file")]
    NotSaved,
    /// The payment breaks a rule.
    #[error(transparent)]
    Payment(#[from] PaymentError),
}

impl WalletError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::NotConnected => "wallet-not-connected",
            Self::Exists => "wallet-exists",
            Self::NoWallet => "wallet-none",
            Self::Locked => "wallet-locked",
            Self::PassphraseTooShort => "wallet-passphrase-too-short",
            Self::Keystore { code, .. } => code,
            Self::Vault(VaultError::Blocked) => "vault-blocked",
            Self::Vault(VaultError::Crashed) => "vault-crashed",
            Self::Storage(_) => "storage-refused",
            Self::NoRandomness => "wallet-no-randomness",
            Self::TooManyAccounts => "wallet-too-many-accounts",
            Self::NotWaiting => "wallet-not-waiting",
            Self::NotSaved => "wallet-not-saved",
            Self::Payment(error) => error.code(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_code_and_a_text() {
        for error in [
            WalletError::NotConnected,
            WalletError::Exists,
            WalletError::NoWallet,
            WalletError::Locked,
            WalletError::PassphraseTooShort,
            WalletError::TooManyAccounts,
            WalletError::NotWaiting,
            VaultError::Blocked.into(),
            VaultError::Crashed.into(),
            StorageError.into(),
            WalletError::NoRandomness,
            WalletError::NotSaved,
            PaymentError::MemoTooLong { got: 81 }.into(),
        ] {
            assert!(error.code().contains('-'), "{error:?}");
            assert!(!error.to_string().is_empty());
        }
    }
}
