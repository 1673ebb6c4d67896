//! Sizes, names and marks of files.

use std::{fs, os::unix::fs::PermissionsExt as _};

use sha2::{Digest as _, Sha256};

use crate::files::{none, root, sources, walk};

const MAX_LINES: usize = 400;

#[test]
fn no_rust_file_is_longer_than_400_lines() {
    let long = sources().into_iter().filter_map(|source| {
        let lines = source.text.lines().count();
        (lines > MAX_LINES).then(|| format!("{} has {lines}", source.path))
    });
    none("files over 400 lines; split them by subject", &long.collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_to_do_or_to_debug() {
    // Written so that this file is not found itself.
    let marks =
        ["todo!", "unimplemented!", "dbg!", "FIXME", "XXX"].map(|mark| mark.replace('!', "!("));
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.path != "tests/tidy/layout.rs") {
        for (index, line) in source.text.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark.as_str())) {
                found.push(format!("{}:{}: {}", source.path, index + 1, line.trim()));
            }
        }
    }
    none("marks of unfinished work", &found);
}

#[test]
fn no_module_is_named_mod() {
    // What a crate's own integration tests share has to be: cargo takes `tests/kit.rs` for a test.
    let is_mod = |path: &String| path.ends_with("/mod.rs") && !path.contains("/tests/");
    let found = sources().into_iter().map(|source| source.path).filter(is_mod);
    none("a module is `name.rs` beside a folder `name`", &found.collect::<Vec<_>>());
}

#[test]
fn the_top_of_the_checkout_shows_what_it_should() {
    const KNOWN: [&str; 10] = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "Trunk.toml",
        "backend",
        "frontend",
        "scripts",
        "shared",
        "tests",
    ];
    // What git ignores may lie here as well.
    const IGNORED: [&str; 3] = ["target", "dist", "node_modules"];
    let names = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let other = names.filter(|name| {
        !name.starts_with('.')
            && !KNOWN.contains(&name.as_str())
            && !IGNORED.contains(&name.as_str())
    });
    none("entries that do not belong there", &other.collect::<Vec<_>>());
}

#[test]
fn scripts_can_be_run() {
    let paths = ["scripts/run", "scripts/test", "scripts/fuzz", "scripts/mutants", ".ci/run"]
        .map(|path| root().join(path));
    let dead =
        paths.iter().filter(|path| path.metadata().unwrap().permissions().mode() & 0o111 != 0o111);
    none("not executable", &dead.map(|path| path.display().to_string()).collect::<Vec<_>>());
}

#[test]
fn golden_vectors_change_only_on_purpose() {
    let folder = root().join("shared/vectors");
    let mut paths = Vec::new();
    walk(&folder, "json", &mut paths);
    let sum = |bytes: &[u8]| data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
    let lines = paths.iter().map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        format!("{}  {name}\n", sum(&fs::read(path).unwrap()))
    });
    let now: String = lines.collect();
    assert_eq!(
        now,
        include_str!("vectors.sha256"),
        "the golden vectors are not those that were agreed on. If they had to change, say why in the \
         commit and run: (cd shared/vectors && sha256sum *.json) > tests/tidy/vectors.sha256"
    );
}
