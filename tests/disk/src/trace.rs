//! What was asked of a disk, in order.

use std::{ffi::OsString, sync::Arc};

/// A file or folder, by the number under which the disk made it. The top folder is [`TOP`].
pub(crate) type Node = u64;

/// The top folder.
pub(crate) const TOP: Node = 1;

/// One thing that changes what is on the disk, or makes it last.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A file got bytes.
    Write { file: Node, offset: u64, bytes: Arc<[u8]> },
    /// A file got another length.
    Truncate { file: Node, length: u64 },
    /// A new file or folder has a name.
    Make { folder: Node, name: OsString, node: Node, is_folder: bool },
    /// A name has gone.
    Remove { folder: Node, name: OsString },
    /// A name stands for what another one stood for.
    Rename { from: (Node, OsString), to: (Node, OsString) },
    /// What was done to a file, or to the names in a folder, is on the disk.
    Sync { node: Node },
    /// The test noted something.
    Mark { number: usize },
}

/// Everything that was done to a disk since it was empty.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    pub(crate) steps: Vec<Step>,
}

impl Trace {
    /// Number of steps.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether nothing was done.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How many writes and how many syncs it has.
    #[must_use]
    pub fn writes_and_syncs(&self) -> (usize, usize) {
        let count = |pick: fn(&Step) -> bool| self.steps.iter().filter(|step| pick(step)).count();
        let writes = count(|step| matches!(step, Step::Write { .. }));
        (writes, count(|step| matches!(step, Step::Sync { .. })))
    }

    /// The numbers of steps at which names of files went away: tables that were merged, and the like.
    #[must_use]
    pub fn removals(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step, Step::Remove { .. })).count()
    }

    /// The first step after the mark `number`.
    #[must_use]
    pub fn after_mark(&self, number: usize) -> Option<usize> {
        let is_it = |step: &Step| matches!(step, Step::Mark { number: found } if *found == number);
        self.steps.iter().position(is_it).map(|at| at + 1)
    }
}
