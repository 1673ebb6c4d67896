//! What a browser loads, compressed: the built app within its budgets.

use std::{collections::BTreeSet, fs, path::Path};

/// What is loaded until the app runs: every page of it. Less is wanted; the pages that few people open
/// are to be loaded when they do.
const FIRST_LOAD: u64 = 510_000;
/// A mining worker: script and module.
const MINER: u64 = 40_000;
/// The worker that draws QR codes and reads them out of pictures; loaded with the first code.
const QR: u64 = 110_000;
/// The worker that holds the tables of words and keys: script and module.
const VAULT: u64 = 200_000;

const DIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../frontend/dist");

/// Bytes of a file as a node sends it: compressed where that is smaller.
fn sent(name: &str) -> u64 {
    let path = Path::new(DIST).join(name);
    let packed = fs::metadata(path.with_added_extension("br")).or_else(|_| fs::metadata(&path));
    packed.unwrap_or_else(|error| panic!("{name}: {error}")).len()
}

fn page() -> String {
    fs::read_to_string(Path::new(DIST).join("index.html"))
        .expect("the app is built: run `trunk build` first")
}

/// The files of the app that a text names.
fn named(text: &str) -> BTreeSet<&str> {
    let parts =
        text.split(|letter: char| !letter.is_ascii_alphanumeric() && !"-_.".contains(letter));
    parts.filter(|part| part.contains('.') && Path::new(DIST).join(part).is_file()).collect()
}

/// Prints what `what` is made of and fails when it is more than `budget`.
#[expect(clippy::print_stdout, reason = "whoever asks with --nocapture sees where the bytes go")]
fn check(what: &str, files: &BTreeSet<&str>, budget: u64) {
    let sizes = files.iter().map(|name| (sent(name), *name));
    let sum: u64 = sizes.clone().map(|(size, _)| size).sum();
    println!("{what}: {sum} of {budget} bytes");
    sizes.for_each(|(size, name)| println!("  {size:>8} {name}"));
    assert!(sum <= budget, "{what} is {sum} bytes, {} too many", sum - budget);
}

#[test]
fn the_first_load_is_within_its_budget() {
    let page = page();
    let mut files = named(&page);
    files.insert("index.html");
    for kind in [".css", ".js", ".wasm"] {
        assert!(files.iter().any(|name| name.ends_with(kind)), "the page loads no {kind}");
    }
    assert!(files.iter().all(|name| !name.contains("_loader")), "the page loads a worker");
    check("the first load", &files, FIRST_LOAD);
}

#[test]
fn every_worker_is_within_its_budget() {
    let entries = fs::read_dir(DIST).expect("the app is built: run `trunk build` first");
    let names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let workers = names.iter().filter_map(|name| name.strip_suffix("_loader.js"));
    let workers: BTreeSet<&str> = workers.collect();
    assert!(workers.contains("miner") && workers.contains("vault"), "{workers:?}");
    for worker in workers {
        let files = ["_loader.js", ".js", "_bg.wasm"].map(|end| format!("{worker}{end}"));
        let budget = match worker {
            "vault" => VAULT,
            "qr" => QR,
            _ => MINER,
        };
        check(worker, &files.iter().map(String::as_str).collect(), budget);
    }
}

#[test]
fn the_gallery_of_components_is_not_shipped() {
    let page = page();
    let wasm = named(&page).into_iter().find(|name| name.ends_with(".wasm")).unwrap();
    let wasm = fs::read(Path::new(DIST).join(wasm)).unwrap();
    let has = |text: &[u8]| wasm.windows(text.len()).any(|window| window == text);
    assert!(has(b"Unlock your wallet"), "texts of the app are not found in its wasm file");
    assert!(!has(b"Every component, in its states"), "built with the feature `gallery`");
}
