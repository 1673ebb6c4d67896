//! What a browser loads, compressed: the built app within its budgets.

use std::{collections::BTreeSet, fs, path::Path};

/// What is loaded until somebody sees the first page: the frame of the app and one of its parts.
const FIRST_LOAD: u64 = 350_000;
/// The frame's wasm file.
const APP: u64 = 280_000;
/// Everything, from the frame to the last part; loaded behind the first page.
const ALL_PARTS: u64 = 700_000;
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

/// The script that loads the parts of the app.
fn loader() -> String {
    let page = page();
    let name = named(&page).into_iter().find(|name| name.starts_with("parts-"));
    fs::read_to_string(Path::new(DIST).join(name.expect("the page loads parts"))).unwrap()
}

/// The files that the loader fetches for a part: its own, and those that it has in common with others.
fn part<'a>(loader: &'a str, name: &str) -> BTreeSet<&'a str> {
    let definitions = || loader.split("const __").skip(1);
    let own = format!("wasm_split_load_{name} ");
    let own = definitions()
        .find(|definition| definition.starts_with(&own))
        .unwrap_or_else(|| panic!("the app has no part {name}"));
    let common =
        own.split("__").skip(1).map(|word| word.trim_end_matches(|c: char| !c.is_ascii_digit()));
    let common = common.map(|word| format!("{word} ")).collect::<Vec<_>>();
    let needed =
        definitions().filter(|definition| common.iter().any(|word| definition.starts_with(word)));
    let files: BTreeSet<&str> = needed.chain([own]).flat_map(named).collect();
    assert_eq!(files.len(), 1 + common.len(), "{name}: {files:?} for {common:?}");
    files
}

/// Prints what `what` is made of, and the line of `scripts/bench app`; fails when it is more than `budget`.
#[expect(clippy::print_stdout, reason = "whoever asks with --nocapture sees where the bytes go")]
fn check(figure: &str, what: &str, files: &BTreeSet<&str>, budget: u64) {
    let sizes = files.iter().map(|name| (sent(name), *name));
    let sum: u64 = sizes.clone().map(|(size, _)| size).sum();
    println!("{what}: {sum} of {budget} bytes");
    sizes.for_each(|(size, name)| println!("  {size:>8} {name}"));
    println!("figure\tapp.{figure}\t{}.{}\tkB\t-\t-", sum / 1000, sum % 1000 / 100);
    assert!(sum <= budget, "{what} is {sum} bytes, {} too many", sum - budget);
}

#[test]
fn the_first_load_is_within_its_budget() {
    let (page, loader) = (page(), loader());
    let mut files = named(&page);
    files.insert("index.html");
    for kind in [".css", ".js", ".wasm"] {
        assert!(files.iter().any(|name| name.ends_with(kind)), "the page loads no {kind}");
    }
    assert!(files.iter().all(|name| !name.contains("_loader")), "the page loads a worker");
    let app = files.iter().copied().filter(|name| name.ends_with(".wasm")).collect();
    check("app_wasm", "the frame of the app", &app, APP);
    // Whoever comes for the first time is welcomed; whoever has a wallet opens it.
    let first = ["welcome", "home"].map(|name| &files | &part(&loader, name));
    check("first_load", "the first visit", &first[0], FIRST_LOAD);
    check("second_load", "the next visit", &first[1], FIRST_LOAD);
    let all = ["wallet", "explorer"].map(|name| part(&loader, name));
    check("all_parts", "all of it", &(&(&first[0] | &first[1]) | &(&all[0] | &all[1])), ALL_PARTS);
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
        check(worker, worker, &files.iter().map(String::as_str).collect(), budget);
    }
}

#[test]
fn the_gallery_of_components_is_not_shipped() {
    let entries = fs::read_dir(DIST).expect("the app is built: run `trunk build` first");
    let paths = entries.map(|entry| entry.unwrap().path());
    let modules = paths.filter(|path| path.extension().is_some_and(|kind| kind == "wasm"));
    let modules: Vec<_> = modules.map(|path| fs::read(path).unwrap()).collect();
    let has = |text: &[u8]| {
        modules.iter().any(|module| module.windows(text.len()).any(|window| window == text))
    };
    assert!(has(b"Unlock your wallet"), "texts of the app are not found in its wasm files");
    assert!(!has(b"Every component, in its states"), "built with the feature `gallery`");
}
