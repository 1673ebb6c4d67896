//! What is on a disk after a cut.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use crate::content::Content;

/// Folders and files, as the next start finds them.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// Each after the one that holds it.
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) files: Vec<(PathBuf, Content)>,
}

impl Image {
    /// Writes everything into a real folder.
    ///
    /// # Errors
    ///
    /// When that fails.
    pub fn save(&self, to: &Path) -> io::Result<()> {
        for folder in &self.folders {
            fs::create_dir(to.join(folder))?;
        }
        for (path, content) in &self.files {
            content.save(&File::create(to.join(path))?)?;
        }
        Ok(())
    }

    /// Number of files.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether the disk is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}
