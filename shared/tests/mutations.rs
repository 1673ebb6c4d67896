//! Whatever is read from outside is attacked with mutations of valid encodings and texts: nothing
//! panics, and what is accepted means the same when it is written and read again.
//!
//! Seeded mutation, without guidance by coverage (that is `tests/fuzz`): it needs no other compiler and runs
//! everywhere. The corpus is what the encoders make. In every run 20,000 inputs for each target, always the
//! same; with `HALFPENNY_FULL=1` 60 seconds for each, from seeds that the clock gives. A failure names
//! its seed, and `HALFPENNY_SEED=n` runs it again. What nodes send each other is attacked beside its code.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the figures are what is measured")]

mod kit;

use std::time::{Duration, Instant, SystemTime};

use kit::{Kit, Random, judge, mutate, parameters, seeds};

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

#[test]
fn mutated_transactions_are_judged_without_a_panic() {
    let kit = Kit::new(parameters());
    let seeds = seeds::transactions(&kit);
    attack(
        "transaction",
        |random| mutate(&seeds, random),
        |bytes| judge::transaction(&kit, &seeds, bytes),
    );
}

#[test]
fn mutated_blocks_are_judged_without_a_panic() {
    let kit = Kit::new(parameters());
    let seeds = seeds::blocks(&kit);
    attack("block", |random| mutate(&seeds, random), |bytes| judge::block(&kit, bytes));
}

#[test]
fn mutated_lists_of_headers_are_judged_without_a_panic() {
    let first = Kit::new(parameters()).state;
    let seeds = seeds::headers();
    attack("headers", |random| mutate(&seeds, random), |bytes| judge::headers(&first, bytes));
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
    let seeds = seeds::chain_files(&kit);
    let mut chains = 0;
    attack(
        "chain file",
        |random| mutate_text(&seeds, random),
        |text| {
            let made = judge::chain_file(text);
            chains += u64::from(made == Some(true));
            made.is_some()
        },
    );
    println!("chain file: {chains} chains");
}

#[test]
fn mutated_json_is_judged_without_a_panic() {
    let kit = Kit::new(parameters());
    let seeds = seeds::json(&kit);
    // Each seed is of its own type only.
    for (number, seed) in seeds.iter().enumerate() {
        let by: Vec<usize> =
            (0..judge::JSON.len()).filter(|reader| judge::JSON[*reader](seed)).collect();
        assert_eq!(by, [number], "{seed}");
    }
    attack(
        "JSON",
        |random| mutate_text(&seeds, random),
        |text| judge::json(kit.chain.prefix(), text),
    );
}

#[cfg(feature = "wallet")]
#[test]
fn mutated_keystores_are_judged_without_a_panic() {
    let seeds = seeds::keystores();
    let kit = Kit::new(parameters());
    attack("keystore", |random| mutate_text(&seeds, random), |text| judge::keystore(&kit, text));
}

/// The seeds are accepted; whatever else was put beside them is at least judged without a panic.
#[cfg(feature = "wallet")]
#[test]
fn the_corpora_of_the_fuzz_targets_are_judged_without_a_panic() {
    let kit = Kit::new(parameters());
    let signed = seeds::transactions(&kit);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    type Judge<'a> = (&'static str, &'a dyn Fn(&[u8]) -> bool);
    let judges: [Judge<'_>; 6] = [
        ("transaction", &|bytes| judge::transaction(&kit, &signed, bytes)),
        ("block", &|bytes| judge::block(&kit, bytes)),
        ("headers", &|bytes| judge::headers(&kit.state, bytes)),
        ("keystore", &|bytes| judge::keystore(&kit, &text(bytes))),
        ("json", &|bytes| judge::json(kit.chain.prefix(), &text(bytes))),
        ("chain_file", &|bytes| judge::chain_file(&text(bytes)) == Some(true)),
    ];
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fuzz/corpus");
    for (name, accepts) in judges {
        let mut seeds = 0;
        for entry in std::fs::read_dir(corpus.join(name)).unwrap() {
            let path = entry.unwrap().path();
            let accepted = accepts(&std::fs::read(&path).unwrap());
            if path.file_name().unwrap().to_str().unwrap().starts_with("seed-") {
                assert!(accepted, "{}", path.display());
                seeds += 1;
            }
        }
        assert!(seeds > 0, "{name}");
    }
}
