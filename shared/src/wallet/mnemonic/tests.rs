use super::*;
use crate::hash::{parse_hex, to_hex};
use alloc::{format, string::ToString as _};

/// BIP39's own vectors of 12 and 24 words (github.com/trezor/python-mnemonic), one on each line: entropy,
/// phrase, seed under the passphrase "TREZOR".
const BIP39: &str = include_str!("bip39.txt");

const ONE: &str = "000102030405060708090a0b0c0d0e0f";
const TWO: &str = "fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a29f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542";
const LAST: u32 = (1 << 31) - 1;

/// SLIP-0010's vectors 1 and 2 for Ed25519: seed, path, secret key, public key.
const SLIP_0010: [(&str, &[u32], &str, &str); 12] = [
    (
        ONE,
        &[],
        "2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7",
        "a4b2856bfec510abab89753fac1ac0e1112364e7d250545963f135f2a33188ed",
    ),
    (
        ONE,
        &[0],
        "68e0fe46dfb67e368c75379acec591dad19df3cde26e63b93a8e704f1dade7a3",
        "8c8a13df77a28f3445213a0f432fde644acaa215fc72dcdf300d5efaa85d350c",
    ),
    (
        ONE,
        &[0, 1],
        "b1d0bad404bf35da785a64ca1ac54b2617211d2777696fbffaf208f746ae84f2",
        "1932a5270f335bed617d5b935c80aedb1a35bd9fc1e31acafd5372c30f5c1187",
    ),
    (
        ONE,
        &[0, 1, 2],
        "92a5b23c0b8a99e37d07df3fb9966917f5d06e02ddbd909c7e184371463e9fc9",
        "ae98736566d30ed0e9d2f4486a64bc95740d89c7db33f52121f8ea8f76ff0fc1",
    ),
    (
        ONE,
        &[0, 1, 2, 2],
        "30d1dc7e5fc04c31219ab25a27ae00b50f6fd66622f6e9c913253d6511d1e662",
        "8abae2d66361c879b900d204ad2cc4984fa2aa344dd7ddc46007329ac76c429c",
    ),
    (
        ONE,
        &[0, 1, 2, 2, 1_000_000_000],
        "8f94d394a8e8fd6b1bc2f3f49f5c47e385281d5c17e65324b0f62483e37e8793",
        "3c24da049451555d51a7014a37337aa4e12d41e485abccfa46b47dfb2af54b7a",
    ),
    (
        TWO,
        &[],
        "171cb88b1b3c1db25add599712e36245d75bc65a1a5c9e18d76f9f2b1eab4012",
        "8fe9693f8fa62a4305a140b9764c5ee01e455963744fe18204b4fb948249308a",
    ),
    (
        TWO,
        &[0],
        "1559eb2bbec5790b0c65d8693e4d0875b1747f4970ae8b650486ed7470845635",
        "86fab68dcb57aa196c77c5f264f215a112c22a912c10d123b0d03c3c28ef1037",
    ),
    (
        TWO,
        &[0, LAST],
        "ea4f5bfe8694d8bb74b7b59404632fd5968b774ed545e810de9c32a4fb4192f4",
        "5ba3b9ac6e90e83effcd25ac4e58a1365a9e35a3d3ae5eb07b9e4d90bcf7506d",
    ),
    (
        TWO,
        &[0, LAST, 1],
        "3757c7577170179c7868353ada796c839135b3d30554bbb74a4b1e4a5a58505c",
        "2e66aa57069c86cc18249aecf5cb5a9cebbfd6fadeab056254763874a9352b45",
    ),
    (
        TWO,
        &[0, LAST, 1, LAST - 1],
        "5837736c89570de861ebc173b1086da4f505d4adb387c6a1b1342d5e4ac9ec72",
        "e33c0f7d81d843c572275f287498e8d408654fdf0d1e065b84e2e6f157aab09b",
    ),
    (
        TWO,
        &[0, LAST, 1, LAST - 1, 2],
        "551d333177df541ad876a60ea71f00447931c0a9da16f227c11ea080d7391b8d",
        "47150c75db263559a70d5778bf36abbab30fb061ad69f69ece61a72b0cfa4fc0",
    ),
];

#[test]
fn phrases_and_seeds_are_those_of_bip39() {
    assert_eq!(BIP39.lines().count(), 16);
    for line in BIP39.lines() {
        let (entropy, rest) = line.split_once(' ').unwrap();
        let (phrase, seed) = rest.rsplit_once(' ').unwrap();
        let entropy = Entropy::from_slice(&hex(entropy)).unwrap();
        assert_eq!(*entropy.phrase(), phrase);
        assert_eq!(Entropy::parse_phrase(phrase), Ok(entropy.clone()));
        let with = entropy.with_25th_word("TREZOR").unwrap();
        assert_eq!(to_hex(&*with.seed().0), seed);
        assert_eq!(*with.phrase(), phrase, "the words stay the same");
    }
}

#[test]
fn every_character_of_the_25th_word_counts_however_it_is_put_together() {
    let seed = |extra: &str| {
        let secret = Entropy::of_12_words([5; 16]).with_25th_word(extra).unwrap();
        (secret.extra().len(), to_hex(&*secret.seed().0))
    };
    assert_eq!(seed("Z\u{fc}rich"), seed("Zu\u{308}rich"));
    assert_eq!(seed("\u{ff3a}1"), seed("Z1"));
    let different = ["", "word", "Word", "word ", " word", "wo rd", "word\n"].map(seed);
    for (index, one) in different.iter().enumerate() {
        assert!(!different[index + 1..].contains(one), "{index}");
    }
    let without = Entropy::of_12_words([5; 16]);
    assert_eq!(without.clone().with_25th_word(""), Ok(without));
}

#[test]
fn a_25th_word_that_is_too_long_says_so() {
    let secret = || Entropy::of_12_words([5; 16]);
    assert!(secret().with_25th_word(&"x".repeat(MAX_EXTRA_BYTES)).is_ok());
    // Two bytes become three.
    let error = secret().with_25th_word(&"\u{fc}".repeat(64)).unwrap_err();
    assert_eq!(
        (error, error.code()),
        (PhraseError::ExtraTooLong { got: 192 }, "phrase-extra-too-long")
    );
    let text = "the 25th word is too long: 192 bytes, where at most 128 are allowed";
    assert_eq!(error.to_string(), text);
}

#[test]
fn the_passphrase_of_the_seed_is_empty() {
    let seed = "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc19a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4";
    assert_eq!(to_hex(&*Entropy::of_12_words([0; 16]).seed().0), seed);
}

#[test]
fn keys_are_those_of_slip_0010() {
    for (seed, path, secret, public) in SLIP_0010 {
        let key = derive(&hex(seed), path);
        assert_eq!(to_hex(&key.public_key().0), public, "{path:?}");
        let expected = SecretKey::from_bytes(&parse_hex(secret).unwrap());
        assert_eq!(key.public_key(), expected.public_key());
    }
}

#[test]
fn accounts_and_coins_have_different_keys() {
    let seed = Entropy::of_12_words([5; 16]).seed();
    let mut keys = alloc::vec![];
    for coin_type in [1, 2, 9_999] {
        keys.extend((0..10).map(|account| seed.account_key(coin_type, account).public_key()));
    }
    assert_eq!(keys[3], derive(&*seed.0, &[44, 1, 3]).public_key());
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 30);
}

#[test]
fn case_space_and_numbering_do_not_matter() {
    let expected = Ok(Entropy::of_12_words([0x7f; 16]));
    for text in [
        "  LEGAL winner\tthank\r\nYear wave sausage  worth useful legal winner thank yellow\n",
        "1. legal 2. winner 3. thank 4. year 5. wave 6. sausage 7. worth 8. useful 9. legal 10. winner 11. thank 12. yellow",
        "legal,winner,thank,year,wave,sausage,worth,useful,legal,winner,thank,yellow",
    ] {
        assert_eq!(Entropy::parse_phrase(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_phrase_says_why() {
    let eleven = "abandon ".repeat(11);
    for (text, expected) in [
        ("  12. ".into(), PhraseError::Empty),
        (eleven.clone(), PhraseError::WrongCount { got: 11 }),
        (format!("{eleven} about about"), PhraseError::WrongCount { got: 13 }),
        // BIP39 has phrases of 15, 18 and 21 words; this wallet makes none and reads none.
        ("abandon ".repeat(14) + "address", PhraseError::WrongCount { got: 15 }),
        ("zoo ".repeat(10_000), PhraseError::WrongCount { got: 10_000 }),
        (format!("abandon abandom {eleven}"), PhraseError::UnknownWord { position: 2 }),
        (format!("{eleven} ábout"), PhraseError::UnknownWord { position: 12 }),
        (format!("{eleven} abandon"), PhraseError::Checksum),
        (
            "winner legal thank year wave sausage worth useful legal winner thank yellow".into(),
            PhraseError::Checksum,
        ),
    ] {
        assert_eq!(Entropy::parse_phrase(&text), Err(expected), "{text}");
    }
}

#[test]
fn words_are_completed() {
    assert_eq!(complete("aba", 5), ["abandon"]);
    assert_eq!(complete(" ABS", 2), ["absent", "absorb"]);
    assert_eq!(complete("zoo", 5), ["zoo"]);
    assert!(
        complete("", 5).is_empty() && complete("xx", 5).is_empty() && complete("a", 0).is_empty()
    );
    assert!(is_word(" Zoo") && !is_word("zo") && !is_word(""));
    assert!(word_list().is_sorted());
}

#[test]
fn every_word_is_told_by_four_letters() {
    for word in word_list() {
        let start = word.get(..4).unwrap_or(word);
        assert_eq!(complete(start, 2).first(), Some(word), "{word}");
    }
}

#[test]
fn debug_texts_tell_nothing() {
    let entropy = Entropy::of_24_words([1; 32]);
    assert_eq!(format!("{entropy:?} {:?}", entropy.seed()), "Entropy(..) Seed(..)");
    assert_eq!(Entropy::from_slice(&[0; 20]), None);
    assert_eq!(entropy.words().len(), 24);
}

fn hex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
}
