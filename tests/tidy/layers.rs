//! Who may know of whom.

use crate::files::{Source, none, root, sources};

/// Lines of the product, in files that `is_inside` picks, that contain one of `words`.
fn mentions(words: &[&str], is_inside: impl Fn(&str) -> bool) -> Vec<String> {
    let all = sources();
    let inside = all.iter().filter(|source| is_inside(&source.path));
    let lines =
        inside.flat_map(|source: &Source| source.product().map(move |(n, line)| (source, n, line)));
    let found = lines.filter(|(_, _, line)| words.iter().any(|word| has_word(line, word)));
    found.map(|(source, n, line)| format!("{}:{n}: {}", source.path, line.trim())).collect()
}

/// Whether a line contains `word` not as a part of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(is_name);
        let after = line[at + word.len()..].chars().next().is_some_and(is_name);
        !(before && word.starts_with(is_name) || after && word.ends_with(is_name))
    })
}

/// The packages that a manifest names under `[dependencies]`.
fn dependencies(manifest: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(manifest)).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    manifest["dependencies"].as_table().unwrap().keys().cloned().collect()
}

#[test]
fn the_rules_depend_on_nothing_that_reads_clocks_files_networks_or_chance() {
    // What they may depend on, in full: a new entry wants a reason in its commit.
    const ALLOWED: [&str; 19] = [
        "argon2",
        "bech32",
        "bip39",
        "borsh",
        "chacha20poly1305",
        "curve25519-dalek",
        "data-encoding",
        "ed25519-dalek",
        "ed25519-zebra",
        "hmac",
        "rand_core",
        // Only under the feature `parallel`: the same sums on several cores.
        "rayon",
        "ruint",
        "serde",
        "serde_json",
        "sha2",
        "thiserror",
        "toml",
        "zeroize",
    ];
    let other = dependencies("shared/Cargo.toml")
        .into_iter()
        .filter(|name| !ALLOWED.contains(&name.as_str()));
    none("dependencies of shared that are not known to be pure", &other.collect::<Vec<_>>());
    let is_inside = |path: &str| path.starts_with("shared/src/");
    let found = mentions(
        &[
            "std::fs",
            "std::net",
            "std::env",
            "std::time",
            "std::process",
            "std::thread",
            "SystemTime",
            "Instant",
            "println!",
            "HashMap",
            "HashSet",
        ],
        is_inside,
    );
    none("shared does something else than judge", &found);
    let library = std::fs::read_to_string(root().join("shared/src/lib.rs")).unwrap();
    assert!(library.lines().any(|line| line == "#![no_std]"), "shared is not no_std any more");
}

#[test]
fn consensus_types_have_no_second_encoding() {
    let is_inside = |path: &str| {
        path.starts_with("shared/src/")
            && !path.starts_with("shared/src/api")
            && path != "shared/src/wallet/keystore/file.rs"
            && path != "shared/src/wallet/shared_account/file.rs"
    };
    none(
        "serde outside of shared/src/api and the wallet's files",
        &mentions(&["serde"], is_inside),
    );
}

#[test]
fn the_apps_pure_parts_know_nothing_of_the_browser() {
    let is_inside = |path: &str| {
        let Some(path) = path.strip_prefix("frontend/src/") else { return false };
        path.starts_with("wallet") || path.starts_with("format") || path.starts_with("mining/plan")
    };
    let words = ["web_sys", "js_sys", "wasm_bindgen", "gloo_net", "leptos"];
    none("a pure part of the app touches the browser", &mentions(&words, is_inside));
}

#[test]
fn only_the_command_line_wallet_knows_secret_keys_in_the_backend() {
    let is_inside = |path: &str| {
        path.starts_with("backend/src/")
            && path != "backend/src/cli/wallet.rs"
            && !path.starts_with("backend/src/cli/wallet/")
    };
    let words = [
        "SecretKey",
        "SigningKey",
        "Entropy",
        "Seed",
        "mnemonic",
        "Keystore",
        "keystore",
        "shared::wallet",
    ];
    none("the node must never touch a secret key", &mentions(&words, is_inside));
    let dalek =
        dependencies("backend/Cargo.toml").into_iter().filter(|name| name.contains("dalek"));
    none("the backend signs nothing", &dalek.collect::<Vec<_>>());
}

#[test]
fn only_the_chain_commits_to_the_store() {
    let is_inside = |path: &str| {
        path.starts_with("backend/src/")
            && !path.starts_with("backend/src/chain")
            && !path.starts_with("backend/src/store")
    };
    none(
        "somebody else than the chain writes to the store",
        &mentions(&[".commit(", "Batch"], is_inside),
    );
}

#[test]
fn only_the_store_knows_the_database() {
    let is_inside =
        |path: &str| path.starts_with("backend/src/") && !path.starts_with("backend/src/store");
    none("the database is known outside of the store", &mentions(&["fjall"], is_inside));
}

#[test]
fn time_is_read_in_few_places() {
    // The clock is an argument everywhere else; the wallet notes when it was made.
    let is_inside = |path: &str| {
        (path.starts_with("backend/src/sync")
            || path.starts_with("backend/src/pool")
            || path.starts_with("backend/src/store"))
            && !path.contains("/tests")
    };
    none(
        "a clock is read where time should be an argument",
        &mentions(&["SystemTime::now", "Instant::now"], is_inside),
    );
}
