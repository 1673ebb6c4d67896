use super::*;

const ENTROPY: [u8; 16] = [7; 16];

fn lock_request(passphrase: &str, secret: Secret) -> Request {
    Request::Lock {
        passphrase: passphrase.into(),
        secret,
        randomness: core::array::from_fn(|index| u8::try_from(index).unwrap()),
        name: String::new(),
        prefix: "tst".into(),
        coin_type: 1,
        created: 1_790_000_000,
        accounts: 1,
    }
}

fn write(entropy: &[u8]) -> Request {
    Request::Write { secret: Secret::of_entropy(entropy, ""), coin_type: 1, accounts: 1 }
}

fn key_of(secret: &Entropy, account: u16) -> SecretKey {
    secret.seed().account_key(1, account)
}

/// Asks as the app does, through bytes.
fn ask(request: &Request) -> Reply {
    let request: Request = from_bytes(&to_bytes(request)).unwrap();
    from_bytes(&to_bytes(&answer(&request))).unwrap()
}

#[track_caller]
fn check_failed(reply: &Reply, expected: &str) {
    let Reply::Failed { code, text } = reply else { panic!("it worked") };
    assert_eq!(code, expected);
    assert!(!text.is_empty());
}

#[test]
fn what_is_locked_unlocks_with_its_passphrase_only() {
    let locked = ask(&lock_request("correct horse", Secret::of_entropy(&ENTROPY, "")));
    let Reply::Locked { file, accounts } = &locked else { panic!("not locked") };
    assert!(file.contains("\"000102030405060708090a0b0c0d0e0f\""), "the salt");
    let unlock = |passphrase: &str| {
        ask(&Request::Unlock { passphrase: passphrase.into(), file: file.clone(), accounts: 1 })
    };
    let expected =
        Reply::Unlocked { secret: Secret::of_entropy(&ENTROPY, ""), accounts: accounts.clone() };
    assert!(unlock("correct horse") == expected);
    check_failed(&unlock("correct hors"), "keystore-wrong-passphrase");
}

#[test]
fn words_and_bytes_are_the_same_secret() {
    let written = ask(&write(&ENTROPY));
    let Reply::Written { words, ids } = &written else { panic!("not written") };
    let bytes = ask(&lock_request("correct horse", Secret::of_entropy(&ENTROPY, "")));
    let words = ask(&lock_request("correct horse", Secret::of_phrase(words, "")));
    assert!(bytes == words);
    let Reply::Locked { accounts, .. } = &words else { panic!("not locked") };
    assert_eq!([accounts[0].id], ids[..]);
    let wrong = Secret::of_phrase("abandon abandn", "");
    check_failed(&ask(&lock_request("correct horse", wrong)), "phrase-unknown-word");
}

#[test]
fn a_25th_word_leads_to_other_accounts_and_is_kept() {
    let ids = |extra: &str| {
        let secret = Secret::of_entropy(&ENTROPY, extra);
        let locked = ask(&lock_request("correct horse", secret.clone()));
        let Reply::Locked { file, accounts } = &locked else { panic!("not locked") };
        let request =
            Request::Unlock { passphrase: "correct horse".into(), file: file.clone(), accounts: 1 };
        assert!(
            ask(&request) == Reply::Unlocked { secret: secret.clone(), accounts: accounts.clone() }
        );
        let request = Request::Write { secret, coin_type: 1, accounts: 1 };
        let Reply::Written { words, ids } = &ask(&request) else { panic!("not written") };
        assert_eq!((words.split(' ').count(), &ids[..]), (12, &[accounts[0].id][..]));
        let secret = Secret::of_phrase(words, extra);
        let same = ask(&Request::Write { secret, coin_type: 1, accounts: 1 });
        assert!(same == ask(&request));
        ids[0]
    };
    assert!(ids("") != ids("word") && ids("word") != ids("Word"));
    let long = Secret::of_entropy(&ENTROPY, &"x".repeat(129));
    check_failed(&ask(&lock_request("correct horse", long)), "phrase-extra-too-long");
}

#[test]
fn a_secret_of_32_bytes_is_24_words() {
    let written = ask(&write(&[7; 32]));
    let Reply::Written { words, .. } = &written else { panic!("not written") };
    assert_eq!(words.split(' ').count(), 24);
    check_failed(&ask(&write(&[7; 20])), "keystore-malformed");
}

#[test]
fn an_address_that_is_not_of_the_secret_unlocks_nothing() {
    let secret = Entropy::of_12_words(ENTROPY);
    let header = Header {
        name: String::new(),
        chain: Prefix::parse("tst").unwrap(),
        coin_type: 1,
        address: SecretKey::from_bytes(&[1; 32]).address(),
        created: 0,
    };
    let random = split(&[0; RANDOM_BYTES]);
    let keystore = Keystore::encrypt(&secret, "pass", &random, header, Cost::DEFAULT).unwrap();
    let request =
        Request::Unlock { passphrase: "pass".into(), file: keystore.to_json(), accounts: 1 };
    check_failed(&ask(&request), "keystore-malformed");
}

#[test]
fn what_is_signed_is_valid_under_the_key_of_the_wallet_and_no_other() {
    let key = key_of(&Entropy::of_12_words(ENTROPY), 0);
    let (id, digest) = (key.public_key().0, [9; 32]);
    let signed = ask(&Request::Sign { key: *key.to_bytes(), signer: id, digest });
    let Reply::Signed(signature) = signed else { panic!("not signed") };
    let verified =
        |key, digest| ask(&Request::Verify { key, digest, signature }) == Reply::Verified(true);
    assert!(verified(id, digest));
    assert!(!verified(id, [8; 32]));
    let other = key_of(&Entropy::of_12_words(ENTROPY), 1).public_key().0;
    assert!(!verified(other, digest));
    let astray = ask(&Request::Sign { key: *key.to_bytes(), signer: other, digest });
    check_failed(&astray, "keystore-malformed");
}

#[test]
fn anybody_could_sign_for_a_key_of_small_order_so_nobody_did() {
    let (mut key, mut signature) = ([0; 32], [0; 64]);
    (key[0], signature[0]) = (1, 1);
    assert!(ask(&Request::Verify { key, digest: [0; 32], signature }) == Reply::Verified(false));
}

#[test]
fn accounts_are_those_of_slip_0010_in_order() {
    let request = lock_request("correct horse", Secret::of_entropy(&ENTROPY, ""));
    let Reply::Locked { file, .. } = &ask(&request) else { panic!("not locked") };
    let request =
        Request::Unlock { passphrase: "correct horse".into(), file: file.clone(), accounts: 3 };
    let Reply::Unlocked { accounts, .. } = &ask(&request) else { panic!("not unlocked") };
    assert_eq!(accounts.len(), 3);
    for (index, account) in (0..).zip(accounts) {
        let key = Entropy::of_12_words(ENTROPY).seed().account_key(1, index);
        assert!(account.id == key.public_key().0 && account.key == *key.to_bytes());
    }
}

#[test]
fn words_tell_the_ids_of_their_accounts_and_no_key() {
    let phrase = Entropy::of_12_words(ENTROPY).phrase().to_string();
    let accounts = |phrase: &str| {
        let secret = Secret::of_phrase(phrase, "");
        ask(&Request::Write { secret, coin_type: 1, accounts: 3 })
    };
    let id = |index| Entropy::of_12_words(ENTROPY).seed().account_key(1, index).public_key().0;
    let ids = (0..3).map(id).collect();
    assert!(accounts(&phrase) == Reply::Written { words: phrase, ids });
    check_failed(&accounts("abandon abandn"), "phrase-unknown-word");
}

#[test]
fn a_keystore_tells_its_address_before_it_is_unlocked_if_it_is_of_the_chain() {
    let request = lock_request("correct horse", Secret::of_entropy(&ENTROPY, ""));
    let Reply::Locked { file, accounts } = &ask(&request) else { panic!("not locked") };
    let inspect = |file: &str, prefix: &str, coin_type| {
        ask(&Request::Inspect { file: file.into(), prefix: prefix.into(), coin_type })
    };
    assert!(inspect(file, "tst", 1) == Reply::Inspected(accounts[0].id));
    check_failed(&inspect(file, "main", 1), "keystore-wrong-chain");
    check_failed(&inspect(file, "tst", 2), "keystore-wrong-chain");
    for text in ["", "{}", "hello"] {
        check_failed(&inspect(text, "tst", 1), "keystore-malformed");
    }
}

#[test]
fn what_cannot_be_locked_says_why() {
    let request = lock_request("", Secret::of_entropy(&ENTROPY, ""));
    check_failed(&ask(&request), "keystore-empty-passphrase");
}

#[test]
fn bytes_of_another_version_are_no_message() {
    assert!(from_bytes::<Request>(&[7]).is_none());
    assert!(from_bytes::<Reply>(&[]).is_none());
}
