//! Compiles the tests with all mutants in them, and says which mutants cannot be compiled.

use anyhow::{Context as _, bail};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What came of a build.
pub(crate) enum Outcome {
    /// The programs of the tests.
    Tests(Vec<PathBuf>),
    /// The numbers of mutants that do not compile.
    Useless(Vec<u32>),
}

/// Builds the tests of `tree`.
pub(crate) fn build(tree: &Path, arguments: &[String]) -> anyhow::Result<Outcome> {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--no-run", "--quiet", "--message-format=json"]).args(arguments);
    let output = cargo.current_dir(tree).stderr(Stdio::null()).output()?;
    let messages = String::from_utf8(output.stdout)?;
    let messages = messages.lines().map(serde_json::from_str);
    let messages: Vec<Value> = messages.collect::<Result<_, _>>()?;
    if output.status.success() {
        let programs = messages.iter().filter_map(|message| message["executable"].as_str());
        return Ok(Outcome::Tests(programs.map(PathBuf::from).collect()));
    }
    let mut useless = Vec::new();
    for message in messages.iter().map(|message| &message["message"]) {
        if message["level"] == "error"
            && let Some(span) = first_span(message)
        {
            let told = message["rendered"].as_str().unwrap_or_default();
            useless.push(culprit(tree, span).with_context(|| told.to_owned())?);
        }
    }
    if useless.is_empty() {
        bail!("the tests do not compile, and no mutant is to blame");
    }
    Ok(Outcome::Useless(useless))
}

/// Where a message of the compiler points to.
fn first_span(message: &Value) -> Option<&Value> {
    message["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)
}

/// The mutant at a place in a file: the last one before it that the same line asks for.
fn culprit(tree: &Path, span: &Value) -> anyhow::Result<u32> {
    let text = fs::read_to_string(tree.join(span["file_name"].as_str().unwrap_or_default()))?;
    let end = usize::try_from(span["byte_start"].as_u64().unwrap_or_default())?;
    let before = text.get(..end).and_then(|before| before.lines().next_back());
    let asked = before.and_then(|line| line.rsplit_once("woven::on("));
    let number =
        asked.and_then(|(_, rest)| rest.split_once(')')).context("no mutant is to blame")?;
    Ok(number.0.parse()?)
}
