//! What only wallets do: words, keys, the keystore file, making and signing payments.
//!
//! Behind the feature `wallet`, which the node does not turn on: its process never holds a secret
//! key. Nothing here draws randomness, reads a clock or touches a file; random bytes and times are
//! arguments, so that everything is the same in the tab and on the command line, and testable.
//! Secrets are wiped when dropped, as far as a program can: what a browser keeps of a typed text, it
//! keeps.
//!
//! ```text
//! random bytes -Entropy-> 12 words | Keystore file
//! Entropy -seed-> Seed -account_key-> SecretKey -payment::build-> CheckedTransaction
//! ```

pub mod keystore;
pub mod message;
pub mod mnemonic;
pub mod payment;
pub mod secret;
pub mod shared_account;

#[cfg(test)]
mod testing;
