//! Runs the tests with one mutant awake.

use anyhow::ensure;
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Instant,
};

/// After so many seconds a program of tests hangs, in the words of `timeout`. Without a mutant it takes two.
const LIMIT: &str = "30";
/// What `timeout` answers then, and when it had to kill.
const HUNG: [i32; 2] = [124, 137];

fn start(tree: &Path, program: &Path, mutant: u32) -> anyhow::Result<Output> {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", LIMIT]).arg(program).arg("--quiet");
    command.env("HALFPENNY_MUTANT", mutant.to_string()).current_dir(tree.join("shared"));
    Ok(command.output()?)
}

/// The programs, the quickest first. All must be green while no mutant is awake.
pub(crate) fn in_order(tree: &Path, programs: Vec<PathBuf>) -> anyhow::Result<Vec<PathBuf>> {
    let mut timed = Vec::new();
    for program in programs {
        let since = Instant::now();
        let output = start(tree, &program, 0)?;
        ensure!(output.status.success(), "red without any mutant: {}", program.display());
        timed.push((since.elapsed(), program));
    }
    timed.sort();
    Ok(timed.into_iter().map(|(_, program)| program).collect())
}

/// What the tests say of a mutant, and which of them.
pub(crate) fn run(
    tree: &Path,
    programs: &[PathBuf],
    mutant: u32,
) -> anyhow::Result<(&'static str, String)> {
    for program in programs {
        let output = start(tree, program, mutant)?;
        if !output.status.success() {
            let hung = output.status.code().is_some_and(|code| HUNG.contains(&code));
            let told = String::from_utf8_lossy(&output.stdout);
            let red = told.lines().filter_map(|line| line.strip_prefix("---- ")?.split(' ').next());
            let name = program.file_stem().unwrap_or_default().to_string_lossy();
            let name = name.rsplit_once('-').map_or(&*name, |(name, _)| name);
            let by = [name].into_iter().chain(red.take(1)).collect::<Vec<_>>().join(" ");
            return Ok((if hung { "hung" } else { "found" }, by));
        }
    }
    Ok(("survived", String::new()))
}
