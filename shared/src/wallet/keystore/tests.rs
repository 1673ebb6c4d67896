use super::*;
use crate::wallet::{mnemonic::Entropy, testing::chain};
use alloc::{format, string::ToString as _};

/// Cheap enough to try thousands of files.
const QUICK: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };
const QUICK_MOST: Cost = Cost { memory_kib: 99, passes: 9, lanes: 1 };
const RANDOMNESS: Randomness = Randomness { salt: [1; 16], nonce: [2; 24], id: [3; 16] };

fn secret() -> Entropy {
    Entropy::of_12_words([4; 16])
}

fn header() -> Header {
    let address = secret().seed().account_key(1, 0).address();
    Header::new("Ada's savings", &chain(0, 1_000), address, 1_790_000_000)
}

fn quick(passphrase: &str) -> Keystore {
    Keystore::seal(&secret(), passphrase, &RANDOMNESS, header(), QUICK).unwrap()
}

fn parse_quick(text: &str) -> Result<Keystore, KeystoreError> {
    Keystore::parse_between(text, &QUICK, &QUICK_MOST)
}

/// Spoils a file as text and checks what reading it says.
#[track_caller]
fn check(from: &str, to: &str, code: &str) {
    let text = Keystore { cost: Cost::DEFAULT, ..quick("p") }.to_json();
    assert!(Keystore::parse(&text).is_ok());
    let spoilt = text.replacen(from, to, 1);
    assert_ne!(spoilt, text, "{from} is not in the file");
    assert_eq!(Keystore::parse(&spoilt).map_err(|error| error.code()), Err(code), "{spoilt}");
}

#[test]
fn what_is_locked_is_unlocked() {
    for secret in [secret(), Entropy::of_24_words([9; 32])] {
        let keystore =
            Keystore::encrypt(&secret, "correct horse", &RANDOMNESS, header(), Cost::LEAST)
                .unwrap();
        let read = Keystore::parse(&keystore.to_json()).unwrap();
        assert_eq!(read, keystore);
        assert_eq!(read.header(), &header());
        assert_eq!(read.decrypt("correct horse"), Ok(secret));
        assert_eq!(read.decrypt("correct Horse"), Err(KeystoreError::WrongPassphrase));
    }
}

fn with_extra() -> Entropy {
    secret().with_25th_word("Z\u{fc}rich").unwrap()
}

#[test]
fn a_25th_word_is_kept_with_the_words_in_a_version_of_its_own() {
    let seal = |secret| Keystore::seal(secret, "p", &RANDOMNESS, header(), QUICK).unwrap();
    let (with, without) = (seal(&with_extra()), seal(&secret()));
    assert!(with.to_json().contains("\"version\": 2,"));
    assert!(without.to_json().contains("\"version\": 1,"), "others can still read it");
    let read = parse_quick(&with.to_json()).unwrap();
    assert_eq!(read, with);
    assert_eq!(read.decrypt("p"), Ok(with_extra()));
    assert_eq!(read.decrypt("q"), Err(KeystoreError::WrongPassphrase));
    // What is locked is of the version that the file says.
    let spoilt = with.to_json().replacen("\"version\": 2", "\"version\": 1", 1);
    assert_eq!(parse_quick(&spoilt).map_err(|error| error.code()), Err("keystore-malformed"));
}

#[test]
fn no_file_with_a_changed_byte_opens() {
    let text = quick("p").to_json();
    let (mut unread, mut unopened, mut same) = (0, 0, 0);
    for position in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.clone().into_bytes();
            bytes[position] ^= 1 << bit;
            let Ok(spoilt) = String::from_utf8(bytes) else { continue };
            match parse_quick(&spoilt) {
                Err(_) => unread += 1,
                Ok(keystore) => match keystore.decrypt("p") {
                    Err(error) => {
                        assert_eq!(error.to_string(), "wrong passphrase, or the file is damaged");
                        unopened += 1;
                    }
                    // JSON does not tell one kind of white space from another.
                    Ok(_) => {
                        assert_eq!(keystore, quick("p"), "{spoilt}");
                        assert!(text.as_bytes()[position].is_ascii_whitespace(), "{spoilt}");
                        same += 1;
                    }
                },
            }
        }
    }
    assert!(unread > 1_000 && unopened > 500 && same < 100, "{unread} {unopened} {same}");
}

#[test]
fn every_field_is_authenticated() {
    let good = quick("p");
    let other = Entropy::of_12_words([5; 16]).seed().account_key(1, 0).address();
    let corruptions: [fn(&mut Keystore); 11] = [
        |k| k.version += 1,
        |k| k.id[0] ^= 1,
        |k| k.header.name.push('!'),
        |k| k.header.chain = Prefix::parse("hhc").unwrap(),
        |k| k.header.coin_type += 1,
        |k| k.header.created += 1,
        |k| k.cost.memory_kib += 1,
        |k| k.cost.passes += 1,
        |k| k.salt[15] ^= 1,
        |k| k.nonce[23] ^= 1,
        |k| k.message[0] ^= 1,
    ];
    for (index, corrupt) in corruptions.iter().enumerate() {
        let mut keystore = good.clone();
        corrupt(&mut keystore);
        assert_eq!(keystore.decrypt("p"), Err(KeystoreError::WrongPassphrase), "{index}");
    }
    let stolen = Keystore { header: Header { address: other, ..header() }, ..good };
    assert_eq!(stolen.decrypt("p"), Err(KeystoreError::WrongPassphrase));
}

#[test]
fn passphrases_are_normalized() {
    // Composed and decomposed letters, full-width letters, and control characters (ERC-2335).
    let keystore = quick("Zu\u{308}rich 1");
    for same in
        ["Z\u{fc}rich 1", "\u{ff3a}\u{fc}rich 1", "Z\u{fc}rich 1\n", "Z\u{7f}\u{85}\u{fc}rich\t 1"]
    {
        assert_eq!(keystore.decrypt(same), Ok(secret()), "{same:?}");
    }
    for other in ["Zurich 1", "Z\u{fc}rich1", "z\u{fc}rich 1"] {
        assert_eq!(keystore.decrypt(other), Err(KeystoreError::WrongPassphrase), "{other:?}");
    }
    for empty in ["", "\n\t\u{7f}"] {
        assert_eq!(keystore.decrypt(empty), Err(KeystoreError::EmptyPassphrase));
    }
}

#[test]
fn what_is_no_keystore_says_why() {
    for text in ["", "{}", "[]", "hello", "{\"version\":1}", "{\"version\":4,\"crypto\":{}}"] {
        assert_eq!(Keystore::parse(text).map_err(|error| error.code()), Err("keystore-malformed"));
    }
    let large = " ".repeat(file::MAX_FILE_BYTES + 1);
    assert!(matches!(Keystore::parse(&large), Err(KeystoreError::Malformed { .. })));
    check("halfpenny-keystore", "web3-keystore", "keystore-malformed");
    check("\"version\": 1", "\"version\": 0", "keystore-version");
    check("\"version\": 1", "\"version\": 3", "keystore-version");
    check("\"version\": 1", "\"version\": 2", "keystore-malformed");
    check("\"version\": 1", "\"version\": 18446744073709551615", "keystore-version");
    check("\"version\": 1", "\"version\": 1, \"version\": 1", "keystore-malformed");
    check("\"version\": 1", "\"version\": 1, \"extra\": 1", "keystore-malformed");
    check("\"created\"", "\"dated\"", "keystore-malformed");
    check("1790000000", "-1", "keystore-malformed");
    check("argon2id", "argon2i", "keystore-malformed");
    check("xchacha20poly1305", "aes-256-gcm", "keystore-malformed");
    check("\"tst\"", "\"TST\"", "keystore-malformed");
    check("\"tst\"", "\"hhc\"", "keystore-malformed");
    check("\"tst1", "\"TST1", "keystore-malformed");
    check("Ada's", "\\u0007", "keystore-malformed");
    check("Ada's", &"x".repeat(100), "keystore-malformed");
    check("0101", "01", "keystore-malformed");
    check("0101", "01g1", "keystore-malformed");
    check("0303", "030A", "keystore-malformed");
    check("\"message\": \"", "\"message\": \"00", "keystore-malformed");
}

#[test]
fn weak_and_absurd_costs_are_refused() {
    check("\"m\": 65536", "\"m\": 19455", "keystore-parameters");
    check("\"m\": 65536", "\"m\": 1048577", "keystore-parameters");
    check("\"m\": 65536", "\"m\": 4294967295", "keystore-parameters");
    check("\"t\": 3", "\"t\": 1", "keystore-parameters");
    check("\"t\": 3", "\"t\": 11", "keystore-parameters");
    check("\"p\": 1", "\"p\": 0", "keystore-parameters");
    check("\"p\": 1", "\"p\": 5", "keystore-parameters");
    let weak = Keystore::encrypt(&secret(), "p", &RANDOMNESS, header(), QUICK);
    assert_eq!(weak.map_err(|error| error.code()), Err("keystore-parameters"));
    for cost in [Cost::DEFAULT, Cost::LEAST, Cost::MOST] {
        assert_eq!(cost.check_between(&Cost::LEAST, &Cost::MOST), Ok(()));
    }
}

#[test]
fn what_cannot_be_read_again_is_not_made() {
    for name in ["x".repeat(MAX_NAME_BYTES + 1), "a\nb".into()] {
        let made = Keystore::encrypt(
            &secret(),
            "p",
            &RANDOMNESS,
            Header { name, ..header() },
            Cost::LEAST,
        );
        assert_eq!(made.map_err(|error| error.code()), Err("keystore-malformed"));
    }
    let made = Keystore::encrypt(&secret(), "\n", &RANDOMNESS, header(), Cost::LEAST);
    assert_eq!(made, Err(KeystoreError::EmptyPassphrase));
}

#[test]
fn a_keystore_belongs_to_one_chain() {
    let keystore = quick("p");
    assert_eq!(keystore.check_chain(&chain(7, 1_000)), Ok(()));
    let other = Header { chain: Prefix::parse("hhc").unwrap(), ..header() };
    let other = Keystore { header: other, ..keystore };
    let error = other.check_chain(&chain(0, 1_000)).unwrap_err();
    assert_eq!(error.code(), "keystore-wrong-chain");
}

#[test]
fn neither_file_nor_debug_text_tells_the_secret() {
    let keystore = quick("swordfish");
    let secret = crate::hash::to_hex(secret().as_bytes());
    for text in [keystore.to_json(), format!("{keystore:?}")] {
        assert!(!text.contains(&secret) && !text.contains("swordfish"));
    }
}

/// Made from this module's documents by Python, with `PyNaCl` and `argon2-cffi`.
#[test]
fn a_file_that_another_program_made_is_read_and_written_alike() {
    let text = include_str!("example.json");
    let keystore = Keystore::parse(text).unwrap();
    let secret = Entropy::of_12_words([0; 16]);
    assert_eq!(keystore.decrypt("Z\u{fc}rich 1"), Ok(secret.clone()));
    assert_eq!(keystore.header().address, secret.seed().account_key(1, 0).address());
    assert_eq!(keystore.to_json(), text);
}

#[test]
fn a_lack_of_memory_says_how_much_is_needed() {
    let error = KeystoreError::Memory { need_kib: 65_536 };
    assert_eq!(error.code(), "keystore-memory");
    assert_eq!(error.to_string(), "not enough memory: this needs 65536 KiB");
}
