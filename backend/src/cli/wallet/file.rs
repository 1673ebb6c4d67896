//! Files of the wallet: complete or not there, readable by their owner only, never overwritten by
//! accident.

use anyhow::{Context as _, bail};
use etcetera::{BaseStrategy as _, base_strategy::Xdg};
use shared::params::Chain;
use shared::wallet::keystore::{Keystore, file::MAX_FILE_BYTES};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Where the keystore is: as told, or one for each prefix of addresses.
pub(super) fn path(told: Option<&Path>, chain: &Chain) -> anyhow::Result<PathBuf> {
    if let Some(path) = told {
        return Ok(path.to_owned());
    }
    let base = Xdg::new().context("there is no home folder; name the keystore with --file")?;
    Ok(base.data_dir().join("halfpenny").join(chain.prefix().as_str()).join("wallet.json"))
}

/// Reads a keystore.
pub(super) fn read(path: &Path) -> anyhow::Result<Keystore> {
    let text = match read_text(path, MAX_FILE_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(
            "there is no wallet at {}; make one with `halfpenny wallet new`, or name its file with --file",
            path.display()
        ),
        text => text.with_context(|| format!("{} cannot be read", path.display()))?,
    };
    Keystore::parse(&text).with_context(|| path.display().to_string())
}

/// Reads a text file of at most `limit` bytes.
pub(super) fn read_text(path: &Path, limit: usize) -> io::Result<String> {
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut text = String::new();
    File::open(path)?.take(most.saturating_add(1)).read_to_string(&mut text)?;
    if text.len() > limit {
        return Err(io::Error::other("the file is too large to be what it should be"));
    }
    Ok(text)
}

/// Refuses early what [`write_new`] would refuse late, after the user has typed everything.
pub(super) fn check_free(path: &Path) -> anyhow::Result<()> {
    if path.try_exists().with_context(|| format!("{} cannot be looked at", path.display()))? {
        bail!("{} exists and is not overwritten; name another file with --file", path.display());
    }
    Ok(())
}

/// Writes a new file for its owner alone; one that exists is not touched.
pub(super) fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    check_free(path)?;
    let write = || -> io::Result<()> {
        let folder = folder_of(path);
        fs::create_dir_all(folder)?;
        let unfinished = write_beside(path, text)?;
        // A hard link refuses to replace what is there; a rename would not.
        let linked = fs::hard_link(&unfinished, path);
        fs::remove_file(&unfinished)?;
        linked?;
        sync_folder(folder)
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

/// Replaces a file as a whole.
pub(super) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || -> io::Result<()> {
        fs::rename(write_beside(path, text)?, path)?;
        sync_folder(folder_of(path))
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

fn write_beside(path: &Path, text: &str) -> io::Result<PathBuf> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let unfinished = path.with_file_name(name);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(unfinished)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
