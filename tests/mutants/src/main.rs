//! Tries many bugs with few builds: `weave TREE LIST ARGUMENT...`.
//!
//! `LIST` is what `cargo mutants --list --json` says of the checkout `TREE`. Each mutant is put beside the code that
//! it would replace, and runs when a program is started with its number in `HALFPENNY_MUTANT`: `a < b` becomes
//! `(if crate::woven::on(7) { a <= b } else { a < b })`. So all of them are compiled together, and to try one costs
//! no more than the tests, which are built with `cargo test ARGUMENT...`. Files of `TREE` are changed in place.
//!
//! Prints a line for each mutant: what came of it, its name, and what noticed it, with tabs between them. `left`
//! is one that has to be tried in another way: a constant cannot ask whether it is wrong.

mod build;
mod sites;
mod trial;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// The module that all others ask.
const ASK: &str = r#"//! Which bug is awake, while the tests are tested.

/// Whether it is this one.
pub(crate) fn on(number: u32) -> bool {
    static AWAKE: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    let ask = || std::env::var("HALFPENNY_MUTANT").ok().and_then(|number| number.parse().ok());
    number == *AWAKE.get_or_init(|| ask().unwrap_or(0))
}
"#;

/// A place in a file, as cargo-mutants counts: both from 1, columns in characters.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
struct Place {
    line: usize,
    column: usize,
}

/// From a place up to, but not including, another.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
struct Range {
    start: Place,
    end: Place,
}

/// What cargo-mutants says of a mutant.
#[derive(Clone, Debug, Deserialize)]
struct Mutant {
    /// From 1, in the order of the list.
    #[serde(skip)]
    number: u32,
    name: String,
    file: PathBuf,
    genre: String,
    replacement: String,
    span: Range,
}

fn main() -> anyhow::Result<()> {
    let mut arguments = env::args().skip(1);
    let tree = PathBuf::from(arguments.next().context("which tree?")?);
    let list = fs::read_to_string(arguments.next().context("which list?")?)?;
    let arguments: Vec<String> = arguments.collect();
    let mut mutants: Vec<Mutant> = serde_json::from_str(&list)?;
    mutants.iter_mut().zip(1..).for_each(|(mutant, number)| mutant.number = number);
    let originals = originals(&tree, &mutants)?;

    let mut useless = BTreeSet::new();
    let (woven, tests) = loop {
        let wanted: Vec<Mutant> =
            mutants.iter().filter(|mutant| !useless.contains(&mutant.number)).cloned().collect();
        let woven = weave(&tree, &originals, &wanted)?;
        match build::build(&tree, &arguments)? {
            build::Outcome::Tests(tests) => break (woven, tests),
            build::Outcome::Useless(more) => {
                let before = useless.len();
                useless.extend(more);
                ensure!(useless.len() > before, "the same mutants do not compile again");
            }
        }
    };
    let tests = trial::in_order(&tree, tests)?;
    for mutant in &mutants {
        let (verdict, by) = if useless.contains(&mutant.number) {
            ("useless", String::new())
        } else if woven.contains(&mutant.number) {
            trial::run(&tree, &tests, mutant.number)?
        } else {
            ("left", String::new())
        };
        writeln!(io::stdout(), "{verdict}\t{}\t{by}", mutant.name)?;
    }
    Ok(())
}

/// The text of every file that has mutants, and of the crate's root.
fn originals(tree: &Path, mutants: &[Mutant]) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let files: BTreeSet<&PathBuf> = mutants.iter().map(|mutant| &mutant.file).collect();
    let texts = files.into_iter().map(|file| {
        let text =
            fs::read_to_string(tree.join(file)).with_context(|| file.display().to_string())?;
        Ok((file.clone(), text))
    });
    let texts = texts.collect();
    let root = tree.join("shared/src/lib.rs");
    let text = fs::read_to_string(&root)?;
    if !text.contains("mod woven;") {
        let (before, after) = text.split_once("pub mod ").context("the crate has no module")?;
        fs::write(&root, format!("{before}mod woven;\npub mod {after}"))?;
    }
    fs::write(tree.join("shared/src/woven.rs"), ASK)?;
    texts
}

/// Writes the files with these mutants in them; returns the numbers of those that could be put in.
fn weave(
    tree: &Path,
    originals: &BTreeMap<PathBuf, String>,
    mutants: &[Mutant],
) -> anyhow::Result<BTreeSet<u32>> {
    let mut woven = BTreeSet::new();
    for (file, text) in originals {
        let mutants: Vec<&Mutant> = mutants.iter().filter(|mutant| mutant.file == *file).collect();
        let (text, more) =
            sites::weave(text, &mutants).with_context(|| file.display().to_string())?;
        fs::write(tree.join(file), text)?;
        woven.extend(more);
    }
    Ok(woven)
}
