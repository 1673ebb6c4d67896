//! The secret as it stands in the locked part of a keystore.

use crate::wallet::mnemonic::{Entropy, MAX_EXTRA_BYTES};
use alloc::vec::Vec;
use zeroize::Zeroizing;

/// What the plaintext of version 1 begins with: entropy follows.
const KIND_ENTROPY: u8 = 0;
/// What the plaintext of version 2 begins with: entropy and the 25th word follow, each in its place.
const KIND_EXTRA: u8 = 1;
/// Place of the entropy in version 2.
const ENTROPY_BYTES: usize = 32;

/// Sizes of the plaintext of a version; none: there is no such version.
pub(super) const fn sizes(version: u32) -> &'static [usize] {
    match version {
        1 => &[1 + 16, 1 + 32],
        2 => &[1 + 1 + ENTROPY_BYTES + 1 + MAX_EXTRA_BYTES],
        _ => &[],
    }
}

/// The plaintext of a secret, and its version: the first one that can hold it, so that programs which
/// know no other go on reading what they can use.
pub(super) fn write(secret: &Entropy) -> (u32, Zeroizing<Vec<u8>>) {
    // Never grows beyond this, so no copy of it is left behind.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(3 + ENTROPY_BYTES + MAX_EXTRA_BYTES));
    if secret.extra().is_empty() {
        plaintext.push(KIND_ENTROPY);
        plaintext.extend_from_slice(secret.as_bytes());
        return (1, plaintext);
    }
    plaintext.push(KIND_EXTRA);
    put(&mut plaintext, secret.as_bytes(), ENTROPY_BYTES);
    put(&mut plaintext, secret.extra().as_bytes(), MAX_EXTRA_BYTES);
    (2, plaintext)
}

/// The secret in a plaintext of this version; `None` when it is none that [`write`] makes.
pub(super) fn read(version: u32, plaintext: &[u8]) -> Option<Entropy> {
    match (version, plaintext.split_first()?) {
        (1, (&KIND_ENTROPY, bytes)) => Entropy::from_slice(bytes),
        (2, (&KIND_EXTRA, bytes)) => {
            let (entropy, rest) = take(bytes, ENTROPY_BYTES)?;
            let (extra, rest) = take(rest, MAX_EXTRA_BYTES)?;
            let extra = core::str::from_utf8(extra).ok()?;
            let secret = Entropy::from_slice(entropy)?.with_25th_word(extra).ok()?;
            let is_as_written = !extra.is_empty() && secret.extra() == extra;
            (rest.is_empty() && is_as_written).then_some(secret)
        }
        _ => None,
    }
}

/// Puts how many bytes there are, these, and zeros up to the size of their place.
fn put(plaintext: &mut Vec<u8>, bytes: &[u8], place: usize) {
    let length = u8::try_from(bytes.len()).expect("both places are smaller than 256 bytes");
    plaintext.push(length);
    plaintext.extend_from_slice(bytes);
    plaintext.resize(plaintext.len() + place.saturating_sub(bytes.len()), 0);
}

/// What [`put`] wrote, and what is behind its place.
fn take(bytes: &[u8], place: usize) -> Option<(&[u8], &[u8])> {
    let (length, bytes) = bytes.split_first()?;
    let (place, rest) = bytes.split_at_checked(place)?;
    let (taken, zeros) = place.split_at_checked(usize::from(*length))?;
    zeros.iter().all(|byte| *byte == 0).then_some((taken, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(entropy: &[u8], extra: &str) -> Entropy {
        Entropy::from_slice(entropy).unwrap().with_25th_word(extra).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let long = "x".repeat(MAX_EXTRA_BYTES);
        for (entropy, extra, version) in [
            (&[4; 16][..], "", 1),
            (&[4; 32], "", 1),
            (&[4; 16], "TREZOR", 2),
            (&[0; 32], " \u{308}", 2),
            (&[4; 32], &long, 2),
        ] {
            let secret = secret(entropy, extra);
            let (got, plaintext) = write(&secret);
            assert_eq!(got, version);
            assert!(sizes(version).contains(&plaintext.len()));
            assert_eq!(read(version, &plaintext), Some(secret));
            for other in [0, 1, 2, 3] {
                assert!(other == version || read(other, &plaintext).is_none());
            }
        }
    }

    #[test]
    fn the_size_tells_nothing_of_the_word() {
        let sizes = ["a", "a much longer one"].map(|extra| write(&secret(&[4; 16], extra)).1.len());
        assert_eq!(sizes[0], sizes[1]);
        assert_eq!(sizes[0], write(&secret(&[4; 32], "a")).1.len());
    }

    #[test]
    fn there_is_one_way_to_write_a_secret() {
        let good = write(&secret(&[4; 16], "word")).1;
        let spoilt = |place: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[place] = byte;
            read(2, &bytes)
        };
        assert!(read(2, &good).is_some());
        // The length of the entropy, what is behind it, the length of the word, the word.
        for (place, byte) in [
            (0, 0),
            (1, 17),
            (1, 33),
            (1, 0),
            (18, 1),
            (34, 0),
            (34, 3),
            (34, 129),
            (35, 0xff),
            (162, 1),
        ] {
            assert_eq!(spoilt(place, byte), None, "{place} {byte}");
        }
        assert_eq!(read(2, &good[..good.len() - 1]), None);
        assert_eq!(read(2, &[&good[..], &[0]].concat()), None);
        // Not in NFKD: the letter \u{fc} in two bytes.
        let mut composed = good.clone();
        composed[34..39].copy_from_slice(&[2, 0xc3, 0xbc, 0, 0]);
        assert_eq!(read(2, &composed), None);
    }
}
