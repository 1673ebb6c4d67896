//! Reads the catalogs of translations in `locales`: refuses those that do not fit each other, and
//! lists the texts that they know, for `src/i18n/check.rs`.

#![allow(clippy::print_stdout, reason = "a build script speaks to cargo by printing")]

use std::{collections::BTreeMap, env, fs, path::PathBuf, process::ExitCode};

/// The languages besides English, whose texts stand in the code.
const LANGUAGES: [&str; 2] = ["de", "es"];

/// English to translation.
type Catalog = BTreeMap<String, String>;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    // The app's wasm file is split into parts by what the linker knew.
    if env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    match prepare() {
        Ok(()) => ExitCode::SUCCESS,
        Err(mistakes) => {
            for mistake in mistakes {
                println!("cargo::error={mistake}");
            }
            ExitCode::FAILURE
        }
    }
}

fn prepare() -> Result<(), Vec<String>> {
    let mut catalogs = Vec::new();
    for language in LANGUAGES {
        catalogs.push((language, read(language).map_err(|mistake| vec![mistake])?));
    }
    let mistakes: Vec<String> = catalogs.iter().flat_map(|one| faults(one, &catalogs)).collect();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let keys: Vec<&String> = catalogs.iter().flat_map(|(_, catalog)| catalog.keys()).collect();
    let known = &keys[..keys.len() / LANGUAGES.len()];
    let path = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("texts.rs");
    fs::write(&path, format!("&{known:?}"))
        .map_err(|error| vec![format!("{} cannot be written: {error}", path.display())])
}

fn read(language: &str) -> Result<Catalog, String> {
    let path = format!("locales/{language}.json");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let catalog: Catalog = serde_json::from_str(&text).map_err(|e| format!("{path}: {e}"))?;
    // The app searches in the file's order, and diffs stay small.
    match serde_json::to_string_pretty(&catalog) {
        Ok(sorted) if sorted.trim() == text.trim() => Ok(catalog),
        _ => Err(format!(
            "{path} is not sorted, holds a text twice, or has not one text on each line with two \
             spaces before it"
        )),
    }
}

/// What is wrong with a catalog by itself and beside the others.
fn faults((language, catalog): &(&str, Catalog), all: &[(&str, Catalog)]) -> Vec<String> {
    let mut found = Vec::new();
    for (key, text) in catalog {
        let fault = if placeholders(key) != placeholders(text) {
            "has other {placeholders} than the English"
        } else if edges(key) != edges(text) {
            "does not begin and end with a space as the English does"
        } else if key.parse::<u32>().is_ok() {
            "translates a number, which would lose its place in the file"
        } else {
            continue;
        };
        found.push(format!("locales/{language}.json {fault}: {key:?}"));
    }
    for (other, theirs) in all {
        let missing = theirs.keys().filter(|key| !catalog.contains_key(*key));
        found.extend(missing.map(|key| {
            format!("locales/{language}.json lacks a text that {other}.json has: {key:?}")
        }));
    }
    found
}

/// The names in braces, in the order of the alphabet.
fn placeholders(text: &str) -> Vec<&str> {
    let parts = text.split('{').skip(1);
    let mut names: Vec<&str> = parts.filter_map(|part| Some(part.split_once('}')?.0)).collect();
    names.sort_unstable();
    names
}

/// Whether the text begins and ends with a space: pieces of a sentence do.
fn edges(text: &str) -> (bool, bool) {
    (text.starts_with(' '), text.ends_with(' '))
}
