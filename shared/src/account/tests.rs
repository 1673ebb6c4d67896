use super::*;
use crate::hash::parse_hex;
use alloc::{string::ToString as _, vec};

fn key() -> PublicKey {
    PublicKey(
        parse_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a").unwrap(),
    )
}

fn prefix() -> Prefix {
    Prefix::parse("hhc").unwrap()
}

#[test]
fn addresses_are_written_and_read() {
    let shared = Policy::new(2, [3_u8, 4, 5].map(|byte| PublicKey([byte; 32])).to_vec()).unwrap();
    for address in [Address::of_key(key()), Address::of_policy(&shared)] {
        let text = address.to_text(&prefix());
        assert!(text.starts_with("hhc1"), "{text}");
        assert_eq!(Address::of(address.account), address);
        assert_eq!(Address::parse(&text, &prefix()), Ok(address));
        assert_eq!(Address::parse(&text.to_uppercase(), &prefix()), Ok(address));
    }
}

#[test]
fn no_shared_account_is_a_curve_point() {
    for byte in 2..60 {
        let policy =
            Policy::new(1, vec![PublicKey([byte; 32]), PublicKey([byte + 1; 32])]).unwrap();
        assert_eq!(policy.account().kind(), AddressKind::Policy);
    }
}

#[test]
fn what_is_no_address_of_this_chain_says_why() {
    let good = Address::of_key(key()).to_text(&prefix());
    let other = Address::of_key(key()).to_text(&Prefix::parse("tst").unwrap());
    let mut typo = good.clone().into_bytes();
    typo[9] = if typo[9] == b'q' { b'p' } else { b'q' };
    let typo = String::from_utf8(typo).unwrap();
    let small = Address::of_key(PublicKey([0; 32])).to_text(&prefix());
    let no_point = Address::of_key(PublicKey([2; 32])).to_text(&prefix());
    let wrong_kind =
        Address { account: key().account(), kind: AddressKind::Policy }.to_text(&prefix());
    let (bytes, hrp) = (key().0, prefix().0);
    let symbols = bytes.iter().copied().bytes_to_fes().with_checksum::<Bech32m>(&hrp);
    let later: String = symbols.with_witness_version(Fe32::Z).chars().collect();
    let mut mixed = good.clone();
    mixed.replace_range(0..1, "H");
    for (text, code) in [
        ("", "address-empty"),
        (typo.as_str(), "address-checksum"),
        (&good[..good.len() - 1], "address-checksum"),
        (&other, "address-wrong-chain"),
        (&small, "address-invalid-key"),
        (&no_point, "address-invalid-key"),
        (&wrong_kind, "address-invalid-key"),
        (&later, "address-unknown-kind"),
        ("hello", "address-malformed"),
        ("ada@example.org", "address-malformed"),
        (&mixed, "address-malformed"),
    ] {
        assert_eq!(
            Address::parse(text, &prefix()).map_err(|error| error.code()),
            Err(code),
            "{text}"
        );
    }
}

/// `text` with another symbol at each of these positions, the first being 1.
fn mistyped(text: &str, positions: &[usize], symbol: char) -> String {
    let wrong = |(index, right)| match positions.contains(&(index + 1)) {
        true if right == symbol => 'p',
        true => symbol,
        false => right,
    };
    text.chars().enumerate().map(wrong).collect()
}

fn suspects_of(text: &str) -> Vec<usize> {
    match Address::parse(text, &prefix()) {
        Err(AddressError::Checksum { suspects }) => suspects,
        other => panic!("{text} is {other:?}"),
    }
}

#[test]
fn one_or_two_mistyped_characters_are_found_wherever_they_stand() {
    let good = Address::of_key(key()).to_text(&prefix());
    for first in 5..=good.len() {
        // 'b' stands in no address.
        for symbol in ['q', 'z', 'b'] {
            let typo = mistyped(&good, &[first], symbol);
            assert_eq!(suspects_of(&typo), [first], "{typo}");
            assert_eq!(suspects_of(&typo.to_uppercase()), [first], "{typo}");
        }
        for second in first + 1..=good.len() {
            let typo = mistyped(&good, &[first, second], 'l');
            assert_eq!(suspects_of(&typo), [first, second], "{typo}");
        }
    }
    let told = |positions: &[usize]| {
        let typo = mistyped(&good, positions, 'q');
        Address::parse(&typo, &prefix()).unwrap_err().to_string()
    };
    assert_eq!(told(&[17]), "this address has a typing mistake: character 17 looks wrong");
    assert_eq!(told(&[9, 17]), "this address has a typing mistake: characters 9 and 17 look wrong");
}

#[test]
fn nothing_is_guessed_of_an_address_that_is_too_short_or_too_wrong() {
    let good = Address::of_key(key()).to_text(&prefix());
    for text in [&good[..good.len() - 1], &mistyped(&good, &[6, 20, 33, 47], 'l')] {
        assert!(suspects_of(text).is_empty(), "{text}");
        let told = Address::parse(text, &prefix()).unwrap_err().to_string();
        assert!(told.ends_with("its check characters do not fit"), "{told}");
    }
}

#[test]
fn shared_accounts_are_checked() {
    let keys = |bytes: &[u8]| bytes.iter().map(|byte| PublicKey([*byte; 32])).collect::<Vec<_>>();
    let code =
        |threshold, bytes: &[u8]| Policy::new(threshold, keys(bytes)).map_err(|error| error.code());
    assert_eq!(code(2, &[7, 5, 9]).map(|policy| policy.keys.to_vec()), Ok(keys(&[5, 7, 9])));
    assert_eq!(code(1, &[5]), Err("policy-key-count"));
    assert_eq!(code(1, &[1, 2, 3, 4, 5, 6, 7, 8, 9]), Err("policy-key-count"));
    assert_eq!(code(1, &[5, 5]), Err("policy-key-order"));
    assert_eq!(code(0, &[5, 6]), Err("policy-threshold"));
    assert_eq!(code(3, &[5, 6]), Err("policy-threshold"));
    assert_eq!(code(1, &[0, 6]), Err("policy-small-order-key"));
    let (a, b) = (code(1, &[5, 6]).unwrap(), code(2, &[5, 6]).unwrap());
    assert_ne!(a.account(), b.account());
}
