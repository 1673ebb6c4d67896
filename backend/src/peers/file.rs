//! `peers.json`: the peers that the operator added, and who is banned.

use super::PeerError;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Name of the file in the data folder.
pub(super) const NAME: &str = "peers.json";
/// Size of the file, at most.
const MAX_BYTES: u64 = 256 * 1024;

/// What is in the file.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    pub(super) peers: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) bans: Vec<Ban>,
}

/// A banned host.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ban {
    pub(super) host: String,
    pub(super) since: u64,
}

/// What the file says; nothing when there is no file.
pub(super) fn read(path: &Path) -> Result<Content, PeerError> {
    let text = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::default()),
        Ok(metadata) if metadata.len() > MAX_BYTES => Err(io::Error::other("it is too large")),
        Ok(_) => fs::read_to_string(path),
        Err(error) => Err(error),
    };
    text.and_then(|text| serde_json::from_str(&text).map_err(io::Error::from))
        .map_err(|error| wrong(path, &error))
}

/// Replaces the file as a whole: whoever reads it sees the old list or the new one.
pub(super) fn write(path: &Path, content: &Content) -> Result<(), PeerError> {
    let replace = || {
        let next = path.with_extension("json.new");
        let mut file = File::create(&next)?;
        serde_json::to_writer_pretty(&mut file, content)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&next, path)?;
        path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    };
    replace().map_err(|error: io::Error| wrong(path, &error))
}

fn wrong(path: &Path, error: &io::Error) -> PeerError {
    PeerError::Save { path: path.to_owned(), reason: error.to_string() }
}
