//! Signed messages: a text that the holder of an address vouches for (§4).
//!
//! What is signed is a hash in a domain of its own, so a signed message is never a transaction, and it
//! is the same on every chain: the address says for which one it is meant.

use super::secret::message_hash;
use crate::{
    account::{Address, AddressError, AddressKind, Prefix},
    hash::{Hash, parse_hex},
    key::{Claim, PublicKey, Signature},
};

/// Why a signed message says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The address is none of this chain.
    #[error("{0}")]
    Address(AddressError),
    /// A shared account has no key of its own.
    #[error("a shared account signs no messages: ask one of its holders for their own address")]
    SharedAccount,
    /// The signature is no signature.
    #[error("a signature has 128 digits of 0-9 and a-f")]
    Form,
    /// The signature does not fit.
    #[error(
        "the signature does not fit: the holder of this address did not sign this text, or it was \
         changed since, be it by a space or a line"
    )]
    Forged,
}

impl MessageError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Address(error) => error.code(),
            Self::SharedAccount => "message-shared-account",
            Self::Form => "message-signature-form",
            Self::Forged => "message-forged",
        }
    }
}

/// What is signed: `H("halfpenny/message", the text in UTF-8, exactly as it stands)` (§4).
#[must_use]
pub fn digest(text: &str) -> Hash {
    message_hash(text.as_bytes())
}

/// What a signed message claims; it is true when [`Claim::is_valid`] says so. Spaces around address and
/// signature do not count, those of the text do.
///
/// # Errors
///
/// When address or signature cannot be read.
pub fn claim(
    text: &str,
    address: &str,
    signature: &str,
    prefix: &Prefix,
) -> Result<Claim, MessageError> {
    let address = Address::parse(address, prefix).map_err(MessageError::Address)?;
    if address.kind != AddressKind::Key {
        return Err(MessageError::SharedAccount);
    }
    let signature = parse_hex(signature.trim()).ok_or(MessageError::Form)?;
    let (key, signature) = (PublicKey(address.account.0), Signature(signature));
    Ok(Claim { key, digest: digest(text), signature })
}

/// Checks a signed message.
///
/// # Errors
///
/// Says why it says nothing.
pub fn verify(
    text: &str,
    address: &str,
    signature: &str,
    prefix: &Prefix,
) -> Result<(), MessageError> {
    let claim = claim(text, address, signature, prefix)?;
    if claim.is_valid() { Ok(()) } else { Err(MessageError::Forged) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{account::Policy, hash::to_hex, wallet::secret::SecretKey};
    use alloc::{string::String, vec};

    fn prefix() -> Prefix {
        Prefix::parse("tst").unwrap()
    }

    fn signed(text: &str) -> (String, String) {
        let key = SecretKey::from_bytes(&[1; 32]);
        (key.address().to_text(&prefix()), to_hex(&key.sign_message(text.as_bytes()).0))
    }

    #[test]
    fn a_message_is_true_for_its_text_and_its_signer_only() {
        let (address, signature) = signed("I am Ada.");
        let check = |text: &str, address: &str, signature: &str| {
            verify(text, address, signature, &prefix()).map_err(|error| error.code())
        };
        assert_eq!(check("I am Ada.", &address, &signature), Ok(()));
        let spaced = alloc::format!(" {} \n", signature.to_uppercase());
        assert_eq!(check("I am Ada.", &address.to_uppercase(), &spaced), Ok(()));
        for text in ["I am Ada", "I am Ada. ", "i am Ada.", ""] {
            assert_eq!(check(text, &address, &signature), Err("message-forged"), "{text}");
        }
        let other = SecretKey::from_bytes(&[2; 32]).address().to_text(&prefix());
        assert_eq!(check("I am Ada.", &other, &signature), Err("message-forged"));
        for spoilt in ["", "zz", &signature[2..]] {
            assert_eq!(check("I am Ada.", &address, spoilt), Err("message-signature-form"));
        }
        assert_eq!(check("I am Ada.", "", &signature), Err("address-empty"));
    }

    #[test]
    fn shared_accounts_sign_no_messages() {
        let keys = [1, 2].map(|seed| SecretKey::from_bytes(&[seed; 32]).public_key());
        let policy = Policy::new(1, vec![keys[0], keys[1]]).unwrap();
        let address = Address::of_policy(&policy).to_text(&prefix());
        let (_, signature) = signed("hi");
        let error = verify("hi", &address, &signature, &prefix()).unwrap_err();
        assert_eq!(error, MessageError::SharedAccount);
        assert_eq!(error.code(), "message-shared-account");
    }
}
