//! A child process whose output is kept, and which never outlives its test.

use std::{
    io::{BufRead as _, BufReader, Read},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// What a process said, line by line, on both of its outputs.
#[derive(Clone, Debug, Default)]
pub struct Said(Arc<Mutex<Vec<String>>>);

impl Said {
    /// Everything so far.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }

    /// The first line for which `pick` finds something.
    pub fn find<T>(&self, pick: impl FnMut(&String) -> Option<T>) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().find_map(pick)
    }

    fn follow(&self, from: impl Read + Send + 'static) {
        let said = self.clone();
        thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                said.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
    }
}

/// A running process. Dropping it kills it, by its id.
#[derive(Debug)]
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts a command; what it says is added to `said`.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    #[must_use]
    pub fn start(command: &mut Command, said: &Said) -> Self {
        let program = command.get_program().to_string_lossy().into_owned();
        let started =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| panic!("cannot start {program}: {error}"));
        if let Some(stdout) = child.stdout.take() {
            said.follow(stdout);
        }
        if let Some(stderr) = child.stderr.take() {
            said.follow(stderr);
        }
        Self { child }
    }

    /// The exit status, if the process has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// The most memory that the process ever had resident, in bytes.
    ///
    /// # Panics
    ///
    /// When the system does not tell: it is read from `/proc`.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        self.memory_called("VmHWM:")
    }

    /// The memory that the process has resident, in bytes.
    ///
    /// # Panics
    ///
    /// As [`Process::peak_memory`].
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.memory_called("VmRSS:")
    }

    fn memory_called(&self, name: &str) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(&path).expect("the system tells of its processes");
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")).map(str::trim);
        kibibytes.and_then(|number| number.parse::<u64>().ok()).expect("a number of kB") * 1_024
    }

    /// Asks the process to end (SIGTERM).
    ///
    /// # Panics
    ///
    /// When the shell that sends the signal cannot be started.
    pub fn ask_to_end(&self) {
        // The standard library can only kill.
        let order = format!("kill -TERM {}", self.child.id());
        Command::new("sh").args(["-c", &order]).status().expect("a shell can be started");
    }

    /// Ends the process at once (SIGKILL).
    pub fn kill(&mut self) {
        // It fails only when the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
