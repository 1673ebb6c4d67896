//! The program `halfpenny`: where it is, and running it to its end.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use tokio::io::AsyncWriteExt as _;

/// How long a command may take: every one is done in seconds.
const LIMIT: Duration = Duration::from_secs(60);

/// The top of the checkout.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("/"))
}

/// Where cargo puts what it builds.
#[must_use]
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The program under test: `HALFPENNY_BIN`, or the one in the target folder that was built last.
///
/// # Panics
///
/// When there is none.
#[must_use]
pub fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("HALFPENNY_BIN") {
        let path = PathBuf::from(path);
        assert!(path.is_file(), "HALFPENNY_BIN names {}, which is no file", path.display());
        return path;
    }
    let built = ["release", "debug"].map(|profile| target().join(profile).join("halfpenny"));
    let age = |path: &PathBuf| path.metadata().and_then(|data| data.modified()).ok();
    built.into_iter().filter(|path| path.is_file()).max_by_key(age).unwrap_or_else(|| {
        panic!(
            "the program is not built: run `cargo build -p backend`, or name it in HALFPENNY_BIN \
             (looked in {})",
            target().display()
        )
    })
}

/// A command that runs the program without anything of this environment that could configure it.
#[must_use]
pub fn command() -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HALFPENNY_") {
            command.env_remove(name);
        }
    }
    command
}

/// What a finished program left.
#[derive(Debug)]
pub struct Output {
    /// Exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    /// Asserts that the program succeeded, and returns its standard output.
    ///
    /// # Panics
    ///
    /// When it failed.
    #[must_use]
    #[track_caller]
    pub fn success(self) -> String {
        assert_eq!(self.code, Some(0), "the program failed: {self:#?}");
        self.stdout
    }

    /// Asserts that the program failed as a program should: exit code 1 and one clear sentence on
    /// standard error, no panic; returns what it said.
    ///
    /// # Panics
    ///
    /// When it did not.
    #[must_use]
    #[track_caller]
    pub fn failure(self) -> String {
        assert_eq!(self.code, Some(1), "the program should have failed: {self:#?}");
        let said = self.stderr.trim();
        assert!(!said.is_empty(), "the program failed without a word");
        assert!(!said.contains("panicked"), "the program panicked: {said}");
        said.to_owned()
    }
}

/// Runs the program to its end. `input` is its standard input.
///
/// # Panics
///
/// When the program cannot be started, or does not end within a minute.
pub async fn run(arguments: &[&str], environment: &[(&str, &str)], input: &str) -> Output {
    let mut command = tokio::process::Command::from(command());
    command.args(arguments).envs(environment.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.kill_on_drop(true).spawn().expect("the program can be started");
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read its input is no reason to fail here.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    let ended = tokio::time::timeout(LIMIT, child.wait_with_output()).await;
    let output = ended.unwrap_or_else(|_| panic!("halfpenny {} does not end", arguments.join(" ")));
    let output = output.expect("the program can be waited for");
    Output {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
