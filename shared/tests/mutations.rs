//! Whatever is read from outside is attacked with mutations of valid encodings and texts: nothing
//! panics, and what is accepted means the same when it is written and read again.
//!
//! Seeded mutation, without guidance by coverage: it needs no other compiler and runs everywhere. The
//! corpus is what the encoders make. In every run 20,000 inputs for each target, always the
//! same; with `HALFPENNY_FULL=1` 60 seconds for each, from seeds that the clock gives. A failure names
//! its seed, and `HALFPENNY_SEED=n` runs it again. What nodes send each other is attacked beside its code.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the figures are what is measured")]

mod kit;

use std::{
    fmt::Debug,
    time::{Duration, Instant, SystemTime},
};

use borsh::{BorshDeserialize, BorshSerialize};
use kit::{COIN, Kit, Random, account, mutate, parameters, policy};
use serde_json::Value;
use shared::{
    amount::Amount,
    api::{BlockView, ChainFile, PeersView, Problem, SubmitHex, TemplateView, TransactionView},
    block::Block,
    encode::{Bounded, decode, encode},
    hash::{BlockId, to_hex},
    header::Header,
    limits::{MAX_BLOCK_BYTES, MAX_HEADERS, MAX_TRANSACTION_BYTES},
    rules::{header, transaction_isolated},
    transaction::Transaction,
};

/// Inputs for each target in every run.
const QUICK: u64 = 20_000;
/// Time for each target in the long tier.
const LONG: Duration = Duration::from_secs(60);

/// Names the seed when the target panics.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("run it again with HALFPENNY_SEED={}", self.0);
        }
    }
}

/// Gives `target` what `make` makes of seed after seed; it says whether the input was accepted.
fn attack<I>(name: &str, make: impl Fn(&mut Random) -> I, mut target: impl FnMut(&I) -> bool) {
    let given = std::env::var("HALFPENNY_SEED").ok().map(|seed| seed.parse().unwrap());
    let full = std::env::var_os("HALFPENNY_FULL").is_some();
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_micros();
    let first = given.unwrap_or_else(|| if full { u64::try_from(now()).unwrap() } else { 0 });
    let (start, mut rounds, mut accepted) = (Instant::now(), 0, 0_u64);
    loop {
        let seed = Named(first.wrapping_add(rounds));
        // Far apart, so that neighbours share no numbers.
        let input = make(&mut Random(seed.0.wrapping_mul(0xd134_2543_de82_ef95)));
        accepted += u64::from(target(&input));
        rounds += 1;
        let done = if full { start.elapsed() >= LONG } else { rounds >= QUICK };
        if done || given.is_some() {
            break;
        }
    }
    println!("{name}: {rounds} inputs from seed {first} on, {accepted} accepted");
    assert!(
        given.is_some() || (accepted > 0 && accepted < rounds),
        "{name}: {accepted} of {rounds}"
    );
}

/// The value, if there is one; its encoding must be the bytes.
fn read<T: BorshDeserialize + BorshSerialize>(bytes: &[u8], limit: usize) -> Option<T> {
    let value = decode::<T>(bytes, limit).ok()?;
    assert!(encode(&value) == bytes, "two encodings of one value");
    Some(value)
}

#[test]
fn mutated_transactions_are_judged_without_a_panic() {
    let kit = Kit::new(parameters());
    let shared = kit.sign_shared(kit.body(policy().account(), &[(account(2), 7)], 3), &[0, 2]);
    let seeds = [kit.pay(1, 2, COIN, 5), shared].map(|one| encode(&one));
    let genesis = kit.chain.genesis_id();
    attack(
        "transaction",
        |random| mutate(&seeds, random),
        |bytes| {
            let Some(transaction) = read::<Transaction>(bytes, MAX_TRANSACTION_BYTES) else {
                return false;
            };
            let valid = transaction_isolated::check(transaction, &genesis).is_ok();
            // Nobody can sign for the keys: only what was signed is valid.
            assert_eq!(valid, seeds.contains(bytes));
            true
        },
    );
}

#[test]
fn mutated_blocks_are_judged_without_a_panic() {
    let kit = Kit::new(parameters());
    let block = kit.block(&[kit.pay(1, 2, COIN, 5), kit.pay(3, 9, 5, 0)], 4, 10);
    let seeds = [encode(&block), encode(&kit.block(&[], 4, 10))];
    attack(
        "block",
        |random| mutate(&seeds, random),
        |bytes| {
            let Some(block) = read::<Block>(bytes, MAX_BLOCK_BYTES) else { return false };
            if let Ok(connected) = kit.judge(block.clone()) {
                assert_eq!(connected.tree.root(), block.header.state_root);
            }
            true
        },
    );
}

#[test]
fn mutated_lists_of_headers_are_judged_without_a_panic() {
    let mut kit = Kit::new(parameters());
    let first = kit.state.clone();
    let mut list = Vec::new();
    for _ in 0..5 {
        let block = kit.block(&[], 4, 10);
        list.push(block.header.clone());
        kit.accept(block);
    }
    type Headers = Bounded<Header, 0, MAX_HEADERS>;
    let seeds = [encode(&list), encode(&list[..1].to_vec())];
    attack(
        "headers",
        |random| mutate(&seeds, random),
        |bytes| {
            let Some(headers) = read::<Headers>(bytes, 1 << 20) else { return false };
            let mut state = first.clone();
            for one in headers.iter() {
                match header::check(&state, one) {
                    Ok(next) => {
                        assert!(next.work() > state.work() && next.id() == one.id());
                        state = next;
                    }
                    Err(_) => break,
                }
            }
            true
        },
    );
}

/// A mutated text: bytes as above, or pieces that readers of numbers, texts and nests stumble over.
fn mutate_text(seeds: &[String], random: &mut Random) -> String {
    const PIECES: [&str; 24] = [
        "null",
        "-1",
        "0",
        "1e999",
        "-0.0",
        "NaN",
        "18446744073709551616",
        "9007199254740992",
        "\"\"",
        "\\u0000",
        "\\ud800",
        "\"\\",
        "{}",
        "[]",
        "{",
        "]",
        ",",
        ":",
        "=",
        "\n",
        "#",
        "true",
        "\u{202e}",
        "1979-05-27T07:32:00Z",
    ];
    let bytes: Vec<Vec<u8>> = seeds.iter().map(|seed| seed.clone().into_bytes()).collect();
    if random.below(2) == 0 {
        return String::from_utf8_lossy(&mutate(&bytes, random)).into_owned();
    }
    let below = |random: &mut Random, bound: usize| {
        usize::try_from(random.below(bound.max(1) as u64)).unwrap()
    };
    let mut text = seeds[below(random, seeds.len())].clone();
    for _ in 0..=random.below(3) {
        let place = |random: &mut Random, text: &str| {
            let mut at = below(random, text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (one, other) = (place(random, &text), place(random, &text));
        let (from, to) = (one.min(other), one.max(other));
        // Mostly one value for another: between the last separator and the next.
        let ends = |c: char| ",:={}[]\n".contains(c);
        let start = text[..from].rfind(ends).map_or(from, |at| at + 1);
        let end = text[start..].find(ends).map_or(to, |at| start + at);
        let piece = PIECES[below(random, PIECES.len())];
        match random.below(8) {
            0 => text.insert_str(from, piece),
            1 if to - from < 40 => drop(text.drain(from..to)),
            2 => text
                .insert_str(from, &["[", "{\"a\":", "a=[", "(["][below(random, 4)].repeat(3_000)),
            3 => {
                let line = text[start..end].to_owned();
                text.insert_str(start, &line);
            }
            4..8 if start <= end => text.replace_range(start..end, piece),
            _ => {}
        }
    }
    text
}

#[test]
fn mutated_chain_files_are_judged_without_a_panic() {
    let kit = Kit::new(parameters());
    let files = [include_str!("../src/chains/main.toml"), include_str!("../src/chains/dev.toml")];
    let mut seeds = files.map(str::to_owned).to_vec();
    seeds.push(ChainFile::from_chain(&kit.chain).to_toml().unwrap());
    let mut chains = 0;
    attack(
        "chain file",
        |random| mutate_text(&seeds, random),
        |text| {
            let Ok(file) = ChainFile::from_toml(text) else { return false };
            let written = file.to_toml().unwrap();
            assert_eq!(ChainFile::from_toml(&written).as_ref(), Ok(&file));
            if let Ok(chain) = file.to_chain() {
                chains += 1;
                let again = ChainFile::from_chain(&chain).to_chain().unwrap();
                assert_eq!(again.genesis_id(), chain.genesis_id());
                assert!(
                    read::<shared::params::Parameters>(&encode(chain.parameters()), 1 << 20)
                        .is_some()
                );
            }
            true
        },
    );
    println!("chain file: {chains} chains");
}

/// Reads the text as `T`; what is read means the same written and read again.
fn reads<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + Debug>(
    text: &str,
) -> bool {
    let Ok(value) = serde_json::from_str::<T>(text) else { return false };
    let written = serde_json::to_string(&value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&written).unwrap(), value);
    true
}

#[test]
fn mutated_json_is_judged_without_a_panic() {
    let kit = Kit::new(parameters());
    let transaction = kit.pay(1, 2, COIN, 5);
    let block = kit.block(std::slice::from_ref(&transaction), 4, 10);
    let (header, id) = (&block.header, block.header.id());
    let view = BlockView::new(&kit.chain, &id, header, 500, Amount::ZERO, 1);
    let template = serde_json::json!({
        "header": to_hex(&encode(header)), "core": header.core().to_string(),
        "target": header.target.to_string(), "height": 1, "reward": 5, "fees": 0,
        "transactions": [to_hex(&encode(&transaction))], "parent": to_hex(&encode(header)),
    });
    let peer = serde_json::json!({ "peers": [{
        "url": "http://192.168.1.7:8080", "direction": "outbound", "state": "connected", "height": 7,
        "work": "00000000000000000000000000000007", "latency_ms": null, "version": "halfpenny/0.1.0",
        "last_fault": null, "last_fault_time": null,
    }]});
    let problem = serde_json::json!({
        "type": "/problems/busy", "title": "busy", "status": 503, "code": "busy", "detail": "\u{e9}", "field": "a",
    });
    let pending = TransactionView::pending(&kit.chain, &transaction.id(), &transaction);
    let seeds: Vec<String> = [
        serde_json::json!({ "hex": to_hex(&encode(&transaction)) }),
        serde_json::to_value(&pending).unwrap(),
        serde_json::to_value(&view).unwrap(),
        serde_json::to_value(ChainFile::from_chain(&kit.chain)).unwrap(),
        template,
        peer,
        problem,
    ]
    .iter()
    .map(Value::to_string)
    .collect();
    let readers: [fn(&str) -> bool; 7] = [
        reads::<SubmitHex>,
        reads::<TransactionView>,
        reads::<BlockView>,
        reads::<ChainFile>,
        reads::<TemplateView>,
        reads::<PeersView>,
        reads::<Problem>,
    ];
    // Each seed is of its own type only.
    for (number, seed) in seeds.iter().enumerate() {
        let by: Vec<bool> = readers.iter().map(|reader| reader(seed)).collect();
        assert_eq!(
            by,
            (0..readers.len()).map(|other| other == number).collect::<Vec<_>>(),
            "{seed}"
        );
    }
    attack(
        "JSON",
        |random| mutate_text(&seeds, random),
        |text| {
            let read = readers.iter().filter(|reader| reader(text)).count();
            // What stands in the fields is read by the same parsers in the node and in the tab.
            if let Ok(Value::Object(fields)) = serde_json::from_str(text) {
                for field in fields.values().filter_map(Value::as_str) {
                    let _ = BlockId::parse(field);
                    let _ = Amount::parse_coins(field);
                    let _ = shared::account::Address::parse(field, kit.chain.prefix());
                }
            }
            read > 0
        },
    );
}

#[cfg(feature = "wallet")]
#[test]
fn mutated_keystores_are_judged_without_a_panic() {
    use shared::wallet::keystore::Keystore;
    let seeds = [include_str!("../src/wallet/keystore/example.json").to_owned()];
    let kit = Kit::new(parameters());
    attack(
        "keystore",
        |random| mutate_text(&seeds, random),
        |text| {
            let Ok(keystore) = Keystore::parse(text) else { return false };
            let written = keystore.to_json();
            assert_eq!(Keystore::parse(&written).unwrap().to_json(), written);
            let prefix = keystore.header().chain == *kit.chain.prefix();
            let coin_type = keystore.header().coin_type == kit.chain.parameters().coin_type;
            assert_eq!(keystore.check_chain(&kit.chain).is_ok(), prefix && coin_type);
            true
        },
    );
}
