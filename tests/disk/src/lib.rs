//! A disk for tests of storage: a file system in memory, mounted by FUSE, under any real program.
//!
//! It keeps a [`Trace`] of every write and every sync, from which a [`Replay`] rebuilds what a power
//! cut at any moment could have left; and it refuses the k-th operation when [`Disk::fail`]
//! asks for it. It needs `/dev/fuse` and the right to mount, as root has.

mod chance;
mod content;
mod files;
mod image;
mod replay;
mod server;
mod trace;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use fuser::{BackgroundSession, Config, MountOption};
use tempfile::TempDir;

pub use chance::Chance;
pub use files::{Failure, Fault};
pub use image::Image;
pub use replay::Replay;
pub use trace::Trace;

use files::Files;

/// A mounted disk. Dropping it unmounts it.
#[derive(Debug)]
pub struct Disk {
    session: Option<BackgroundSession>,
    folder: TempDir,
    files: Shared,
}

/// What the file system's thread and the test both look at.
#[derive(Clone, Debug)]
struct Shared(Arc<Mutex<Files>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Files> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk {
    /// Mounts an empty disk in a folder of its own.
    ///
    /// # Errors
    ///
    /// When this machine has no FUSE, or the caller may not mount.
    pub fn mount() -> io::Result<Self> {
        let folder = TempDir::new()?;
        let files = Shared(Arc::new(Mutex::new(Files::default())));
        let mut config = Config::default();
        config.mount_options = vec![MountOption::FSName("halfpenny-test".to_owned())];
        let server = server::Server(files.clone());
        let session = fuser::spawn_mount(server, folder.path(), &config)?;
        Ok(Self { session: Some(session), folder, files })
    }

    /// The top of the disk.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Notes in the trace that the test has come to `number`.
    pub fn mark(&self, number: usize) {
        self.files.lock().mark(number);
    }

    /// From now on operations are counted from 1, and what `fault` says happens.
    pub fn fail(&self, fault: Fault) {
        self.files.lock().fail(Some(fault));
    }

    /// Everything works again; returns how many operations were counted.
    pub fn heal(&self) -> u64 {
        self.files.lock().fail(None)
    }

    /// Operations counted since [`Disk::fail`].
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.files.lock().counted()
    }

    /// What was done so far; the disk begins a new trace, of no use without this one.
    #[must_use]
    pub fn take_trace(&self) -> Trace {
        self.files.lock().take_trace()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            // Somebody may still have a file open; the folder is only a place in the temporary ones.
            let _ = session.umount_and_join();
        }
    }
}

/// What a test needs of the machine, or `None` with a word about it, if `HALFPENNY_MAY_SKIP` says that
/// this machine cannot give it. `scripts/test` says so aloud: a test that is left out is never silent.
///
/// # Panics
///
/// When it is missing and nobody said that it may be.
#[allow(clippy::print_stdout, reason = "what is left out is told")]
pub fn need<T, E: std::fmt::Display>(what: &str, got: Result<T, E>) -> Option<T> {
    match got {
        Ok(got) => Some(got),
        Err(error) if std::env::var_os("HALFPENNY_MAY_SKIP").is_some() => {
            println!("skipped: {what} is needed ({error})");
            None
        }
        Err(error) => {
            panic!("{what} is needed ({error}); HALFPENNY_MAY_SKIP=1 leaves the test out")
        }
    }
}

/// Where images go that are opened once: memory, where there is some, since each is synced.
#[must_use]
pub fn quick_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
