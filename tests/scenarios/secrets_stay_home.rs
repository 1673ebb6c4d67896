//! Goal: what opens a wallet never leaves the tab: not to the node, not to the console, not to a place
//! where other pages or programs could read it.
//! Method: everything that a wallet can do, while every byte of every request is kept; then all that was
//! kept is searched for words, passphrase, seed and key in every usual spelling.

use bip39::Mnemonic;
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use harness::{Browser, Net, Purse, Wishes, page::Form, recorder::Recorder, with_browsers};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha512;

const PASSPHRASE: &str = "Correct-Horse 42 Battery!";
const SECOND: &str = "Another-Staple 17 for later?";

#[tokio::test]
async fn no_secret_leaves_the_tab_whatever_the_wallet_does() {
    let net = Net::start(["alpha"]).await;
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    let recorder = Recorder::before(net["alpha"].ports().public).await;
    with_browsers(async |browsers| {
        let ada = browsers.open_with("ada", &recorder.url(), Wishes::default()).await;
        let words = ada.create_wallet(PASSPHRASE).await;
        ada.mine_blocks(1).await;
        ada.send(Form { recipient: &bob, amount: "1", fee: Some("0"), memo: Some("hello") }).await;
        ada.lock().await;
        ada.try_to_unlock(SECOND).await;
        ada.is_warned("wrong passphrase").await;
        ada.unlock(PASSPHRASE).await;
        change_passphrase(&ada).await;
        let saved = ada.save_keystore_file().await;
        ada.reload().await;
        ada.visit("Overview").await;
        ada.unlock(SECOND).await;

        let secrets = spellings(&words);
        let sent = recorder.sent();
        let text = String::from_utf8_lossy(&sent);
        assert!(text.contains("POST /api/v1/transactions"), "the recorder hears what is sent");
        let places = [
            ("a request", sent),
            ("the console", ada.console().await.join("\n").into_bytes()),
            ("storage", stored(&ada).await.into_bytes()),
            ("the saved file", std::fs::read(saved).unwrap()),
            ("the node's log", net["alpha"].said().into_bytes()),
            ("the address", ada.driver().current_url().await.unwrap().to_string().into_bytes()),
        ];
        for (place, bytes) in &places {
            for (what, secret) in &secrets {
                assert!(!contains(bytes, secret), "{what} is in {place}");
            }
        }
        // What looks is not blind: the address is nobody's secret.
        let address = ada.address().await;
        assert!(contains(&places[0].1, address.as_bytes()));
        assert!(contains(&places[2].1, address.as_bytes()));
    })
    .await;
}

async fn change_passphrase(ada: &Browser) {
    ada.visit("Settings").await;
    ada.press("Change the passphrase").await;
    ada.fill("Old passphrase", PASSPHRASE).await;
    ada.fill("New passphrase", SECOND).await;
    ada.press("Change the passphrase").await;
    ada.is_told("status", "was changed", harness::PATIENCE).await;
}

/// Everything that the page has put where it would outlive it.
async fn stored(ada: &Browser) -> String {
    let script = "
        const done = arguments[arguments.length - 1];
        const text = (value) => JSON.stringify(value, (_, one) =>
          ArrayBuffer.isView(one) ? Array.from(one, (b) => b.toString(16).padStart(2, '0')).join('')
          : one instanceof ArrayBuffer ? Array.from(new Uint8Array(one), (b) => b.toString(16).padStart(2, '0')).join('')
          : one);
        const wait = (request) => new Promise((good, bad) => {
          request.onsuccess = () => good(request.result);
          request.onerror = () => bad(request.error);
        });
        (async () => {
          const all = [text({ ...localStorage }), text({ ...sessionStorage }), document.cookie];
          for (const { name } of await indexedDB.databases()) {
            const base = await wait(indexedDB.open(name));
            for (const store of base.objectStoreNames) {
              const reading = base.transaction(store).objectStore(store);
              all.push(store, text(await wait(reading.getAllKeys())), text(await wait(reading.getAll())));
            }
            base.close();
          }
          done(all.join('\\n'));
        })().catch((error) => done('failed: ' + error));";
    let stored = ada.driver().execute_async(script, Vec::new()).await.unwrap();
    let stored: String = stored.convert().unwrap();
    assert!(!stored.starts_with("failed"), "{stored}");
    stored
}

/// Each secret in each spelling in which it could slip out.
fn spellings(words: &[String]) -> Vec<(String, Vec<u8>)> {
    let phrase = words.join(" ");
    let mnemonic = Mnemonic::parse(&phrase).unwrap();
    let seed = mnemonic.to_seed("");
    let mut secrets = Vec::new();
    for (what, bytes) in [
        ("the entropy", mnemonic.to_entropy()),
        ("the seed", seed.to_vec()),
        ("the key", key(&seed).to_vec()),
        ("the passphrase", PASSPHRASE.as_bytes().to_vec()),
        ("the second passphrase", SECOND.as_bytes().to_vec()),
        ("the phrase", phrase.clone().into_bytes()),
    ] {
        let list = bytes.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let percent: String = bytes
            .iter()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(*byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect();
        let forms = [
            HEXLOWER.encode(&bytes),
            HEXUPPER.encode(&bytes),
            BASE64.encode(&bytes).trim_end_matches('=').to_owned(),
            BASE64URL_NOPAD.encode(&bytes),
            list,
            percent,
        ];
        secrets.extend(forms.map(|form| (what.to_owned(), form.into_bytes())));
        secrets.push((what.to_owned(), bytes));
    }
    // One word alone may be anywhere; two in order are no chance.
    for pair in words.windows(2) {
        for between in [" ", ",", ", ", "+", "%20", "\",\"", "\n", "-", "_"] {
            secrets.push((
                "a part of the phrase".to_owned(),
                format!("{}{between}{}", pair[0], pair[1]).into_bytes(),
            ));
        }
    }
    secrets
}

/// SLIP-0010 along `m/44'/1'/0'`, written out a second time: nothing of the product may hand it out.
fn key(seed: &[u8]) -> [u8; 32] {
    let mac = |key: &[u8], data: &[u8]| -> [u8; 64] {
        let mut mac = Hmac::<Sha512>::new_from_slice(key).unwrap();
        mac.update(data);
        mac.finalize().into_bytes().into()
    };
    let mut node = mac(b"ed25519 seed", seed);
    for step in [44_u32, 1, 0] {
        let (key, chain) = node.split_at(32);
        let data = [&[0], key, &(step | 1 << 31).to_be_bytes()].concat();
        node = mac(chain, &data);
    }
    node[..32].try_into().unwrap()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
