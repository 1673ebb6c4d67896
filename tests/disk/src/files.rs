//! The files of a disk as programs see them, and what is noted of every change.

use std::{
    collections::{BTreeMap, HashMap},
    ffi::{OsStr, OsString},
    sync::Arc,
};

use fuser::Errno;

use crate::{
    content::Content,
    trace::{Node, Step, TOP, Trace},
};

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The device reports an error (EIO).
    Broken,
    /// There is no room (ENOSPC). Only what needs room fails so; the rest works.
    Full,
}

/// What is to go wrong.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The operation that fails, counted from 1.
    pub at: u64,
    /// How.
    pub failure: Failure,
    /// Whether everything after it fails as well.
    pub lasting: bool,
}

/// What an operation asks of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// It reads, or makes things last, or gives room back.
    Device,
    /// It takes room.
    Room,
}

/// A file or a folder.
#[derive(Debug)]
pub(crate) enum Entry {
    File(Content),
    Folder(BTreeMap<OsString, Node>),
}

/// The whole disk.
#[derive(Debug)]
pub(crate) struct Files {
    entries: HashMap<Node, Entry>,
    next: Node,
    trace: Trace,
    counted: u64,
    fault: Option<Fault>,
}

impl Default for Files {
    fn default() -> Self {
        let entries = HashMap::from([(TOP, Entry::Folder(BTreeMap::new()))]);
        Self { entries, next: TOP + 1, trace: Trace::default(), counted: 0, fault: None }
    }
}

impl Files {
    pub(crate) fn mark(&mut self, number: usize) {
        self.trace.steps.push(Step::Mark { number });
    }

    pub(crate) fn fail(&mut self, fault: Option<Fault>) -> u64 {
        self.fault = fault;
        std::mem::take(&mut self.counted)
    }

    pub(crate) const fn counted(&self) -> u64 {
        self.counted
    }

    pub(crate) fn take_trace(&mut self) -> Trace {
        std::mem::take(&mut self.trace)
    }

    /// Counts an operation, and fails it if its turn has come.
    pub(crate) fn ask(&mut self, need: Need) -> Result<(), Errno> {
        self.counted += 1;
        let Some(fault) = self.fault else { return Ok(()) };
        let is_turn =
            if fault.lasting { self.counted >= fault.at } else { self.counted == fault.at };
        match fault.failure {
            Failure::Broken if is_turn => Err(Errno::EIO),
            Failure::Full if is_turn && need == Need::Room => Err(Errno::ENOSPC),
            Failure::Full if is_turn && !fault.lasting => {
                // Its turn is the next thing that needs room.
                self.fault = Some(Fault { at: fault.at + 1, ..fault });
                Ok(())
            }
            Failure::Broken | Failure::Full => Ok(()),
        }
    }

    pub(crate) fn entry(&self, node: Node) -> Result<&Entry, Errno> {
        self.entries.get(&node).ok_or(Errno::ENOENT)
    }

    pub(crate) fn content(&self, node: Node) -> Result<&Content, Errno> {
        match self.entry(node)? {
            Entry::File(content) => Ok(content),
            Entry::Folder(_) => Err(Errno::EISDIR),
        }
    }

    pub(crate) fn names(&self, node: Node) -> Result<&BTreeMap<OsString, Node>, Errno> {
        match self.entry(node)? {
            Entry::Folder(names) => Ok(names),
            Entry::File(_) => Err(Errno::ENOTDIR),
        }
    }

    fn names_mut(&mut self, node: Node) -> Result<&mut BTreeMap<OsString, Node>, Errno> {
        match self.entries.get_mut(&node) {
            Some(Entry::Folder(names)) => Ok(names),
            Some(Entry::File(_)) => Err(Errno::ENOTDIR),
            None => Err(Errno::ENOENT),
        }
    }

    pub(crate) fn find(&self, folder: Node, name: &OsStr) -> Result<Node, Errno> {
        self.names(folder)?.get(name).copied().ok_or(Errno::ENOENT)
    }

    pub(crate) fn write(&mut self, file: Node, offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        self.ask(Need::Room)?;
        let Some(Entry::File(content)) = self.entries.get_mut(&file) else {
            return Err(Errno::ENOENT);
        };
        content.write(offset, bytes);
        self.trace.steps.push(Step::Write { file, offset, bytes: Arc::from(bytes) });
        Ok(())
    }

    pub(crate) fn truncate(&mut self, file: Node, length: u64) -> Result<(), Errno> {
        // A longer file of holes takes no room either.
        self.ask(Need::Device)?;
        let Some(Entry::File(content)) = self.entries.get_mut(&file) else {
            return Err(Errno::ENOENT);
        };
        content.truncate(length);
        self.trace.steps.push(Step::Truncate { file, length });
        Ok(())
    }

    pub(crate) fn make(
        &mut self,
        folder: Node,
        name: &OsStr,
        is_folder: bool,
    ) -> Result<Node, Errno> {
        self.ask(Need::Room)?;
        let node = self.next;
        let names = self.names_mut(folder)?;
        if names.contains_key(name) {
            return Err(Errno::EEXIST);
        }
        names.insert(name.to_owned(), node);
        self.next += 1;
        let entry = if is_folder {
            Entry::Folder(BTreeMap::new())
        } else {
            Entry::File(Content::default())
        };
        self.entries.insert(node, entry);
        self.trace.steps.push(Step::Make { folder, name: name.to_owned(), node, is_folder });
        Ok(node)
    }

    /// Takes a name away. What it stood for stays for whoever has it open.
    pub(crate) fn remove(&mut self, folder: Node, name: &OsStr) -> Result<(), Errno> {
        self.ask(Need::Device)?;
        let node = self.find(folder, name)?;
        if let Entry::Folder(names) = self.entry(node)?
            && !names.is_empty()
        {
            return Err(Errno::ENOTEMPTY);
        }
        self.names_mut(folder)?.remove(name);
        self.trace.steps.push(Step::Remove { folder, name: name.to_owned() });
        Ok(())
    }

    pub(crate) fn rename(
        &mut self,
        (folder, name): (Node, &OsStr),
        (new_folder, new_name): (Node, &OsStr),
    ) -> Result<(), Errno> {
        self.ask(Need::Room)?;
        let node = self.find(folder, name)?;
        if let Ok(there) = self.find(new_folder, new_name)
            && let Entry::Folder(names) = self.entry(there)?
            && !names.is_empty()
        {
            return Err(Errno::ENOTEMPTY);
        }
        self.names(new_folder)?;
        self.names_mut(folder)?.remove(name);
        self.names_mut(new_folder)?.insert(new_name.to_owned(), node);
        let from = (folder, name.to_owned());
        self.trace.steps.push(Step::Rename { from, to: (new_folder, new_name.to_owned()) });
        Ok(())
    }

    pub(crate) fn sync(&mut self, node: Node) -> Result<(), Errno> {
        self.ask(Need::Device)?;
        self.trace.steps.push(Step::Sync { node });
        Ok(())
    }
}
