//! The disk at any moment of a trace: what is on it for certain, and what is still on its way.

use std::{
    collections::{BTreeMap, HashMap},
    ffi::OsString,
    path::PathBuf,
    sync::Arc,
};

use crate::{
    Chance, Image, Trace,
    content::Content,
    trace::{Node, Step, TOP},
};

/// The smallest and the usual piece that a device writes whole.
const SECTORS: [usize; 2] = [512, 4_096];

/// Goes through a trace, and says what a cut would leave at each moment.
///
/// The model is POSIX without the kindness of any file system: what was synced is there; of what was
/// written to a file since, each write may be there, in part, or not, in any order; names in a folder
/// that was not synced since may be as they were before, up to any change. A rename within a folder is
/// one change.
#[derive(Debug)]
pub struct Replay<'a> {
    trace: &'a Trace,
    at: usize,
    files: HashMap<Node, Pending<Content, Change>>,
    folders: HashMap<Node, Pending<Names, Naming>>,
    marked: Option<usize>,
}

type Names = BTreeMap<OsString, Node>;

/// What is synced, and what was done since.
#[derive(Debug)]
struct Pending<T, C> {
    synced: T,
    since: Vec<C>,
}

impl<T: Default, C> Default for Pending<T, C> {
    fn default() -> Self {
        Self { synced: T::default(), since: Vec::new() }
    }
}

#[derive(Clone, Debug)]
enum Change {
    Write(u64, Arc<[u8]>),
    Truncate(u64),
}

#[derive(Clone, Debug)]
enum Naming {
    Set(OsString, Node),
    Unset(OsString),
    Move(OsString, OsString),
}

/// How much of what was not synced survives.
#[derive(Clone, Copy, Debug)]
enum Survival {
    Nothing,
    Everything,
    /// The first of it, in order; the last of that torn.
    First,
    /// Any of it, any of that torn.
    Any,
}

impl Naming {
    fn apply(&self, names: &mut Names) {
        match self {
            Self::Set(name, node) => {
                names.insert(name.clone(), *node);
            }
            Self::Unset(name) => {
                names.remove(name);
            }
            Self::Move(from, to) => {
                if let Some(node) = names.remove(from) {
                    names.insert(to.clone(), node);
                }
            }
        }
    }
}

impl Change {
    fn apply(&self, content: &mut Content) {
        match self {
            Self::Write(offset, bytes) => content.write(*offset, bytes),
            Self::Truncate(length) => content.truncate(*length),
        }
    }

    /// Only some of the sectors arrive; the file may be as long as if all had.
    fn tear(&self, content: &mut Content, chance: &mut Chance) {
        let Self::Write(offset, bytes) = self else { return self.apply(content) };
        let sector = SECTORS[chance.below(SECTORS.len())];
        if chance.once_in(2) {
            content.truncate(content.length().max(offset + bytes.len() as u64));
        }
        let in_order = chance.once_in(2).then(|| chance.below(bytes.len() / sector + 2));
        // Sectors are the device's: counted from the beginning of the file, not of the write.
        let before = usize::try_from(*offset % sector as u64).expect("less than a sector");
        let mut start = 0;
        let mut number = 0;
        while start < bytes.len() {
            let end = bytes.len().min((number + 1) * sector - before.min(sector));
            let arrives = in_order.map_or_else(|| chance.once_in(2), |first| number < first);
            if arrives {
                content.write(offset + start as u64, &bytes[start..end]);
            }
            (start, number) = (end, number + 1);
        }
    }
}

impl<'a> Replay<'a> {
    /// At the beginning of a trace, when the disk was empty.
    #[must_use]
    pub fn new(trace: &'a Trace) -> Self {
        let folders = HashMap::from([(TOP, Pending::default())]);
        Self { trace, at: 0, files: HashMap::new(), folders, marked: None }
    }

    /// Goes forward, until so many steps were done.
    pub fn go_to(&mut self, step: usize) {
        while self.at < step.min(self.trace.len()) {
            let step = &self.trace.steps[self.at];
            self.at += 1;
            self.take(step);
        }
    }

    /// The last mark that was passed.
    #[must_use]
    pub const fn marked(&self) -> Option<usize> {
        self.marked
    }

    /// Whether any file has changes that are not synced.
    #[must_use]
    pub fn has_unsynced(&self) -> bool {
        self.files.values().any(|file| !file.since.is_empty())
    }

    /// What is not synced, by path: folders with names that came or went, and files with changes.
    #[must_use]
    pub fn unsynced(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.list(TOP, PathBuf::new(), &mut found);
        found
    }

    /// What a cut at this moment leaves.
    #[must_use]
    pub fn cut(&self, chance: &mut Chance) -> Image {
        let survival = match chance.below(10) {
            0 => Survival::Nothing,
            1 => Survival::Everything,
            2..=4 => Survival::First,
            _ => Survival::Any,
        };
        let mut image = Image::default();
        self.collect(TOP, PathBuf::new(), survival, chance, &mut image);
        image
    }

    /// What is there at this moment when nothing is cut.
    #[must_use]
    pub fn whole(&self) -> Image {
        let mut image = Image::default();
        self.collect(TOP, PathBuf::new(), Survival::Everything, &mut Chance::new(0), &mut image);
        image
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Write { file, offset, bytes } => {
                let change = Change::Write(*offset, Arc::clone(bytes));
                self.files.entry(*file).or_default().since.push(change);
            }
            Step::Truncate { file, length } => {
                self.files.entry(*file).or_default().since.push(Change::Truncate(*length));
            }
            Step::Make { folder, name, node, is_folder } => {
                if *is_folder {
                    self.folders.insert(*node, Pending::default());
                } else {
                    self.files.insert(*node, Pending::default());
                }
                self.name(*folder, Naming::Set(name.clone(), *node));
            }
            Step::Remove { folder, name } => self.name(*folder, Naming::Unset(name.clone())),
            Step::Rename { from: (from, name), to: (to, new_name) } if from == to => {
                self.name(*to, Naming::Move(name.clone(), new_name.clone()));
            }
            Step::Rename { from: (from, name), to: (to, new_name) } => {
                // Between folders: the two are synced apart.
                let node = self.names(*from, Survival::Everything, &mut Chance::new(0))[name];
                self.name(*to, Naming::Set(new_name.clone(), node));
                self.name(*from, Naming::Unset(name.clone()));
            }
            Step::Sync { node } => {
                if let Some(file) = self.files.get_mut(node) {
                    file.since.drain(..).for_each(|change| change.apply(&mut file.synced));
                } else if let Some(folder) = self.folders.get_mut(node) {
                    folder.since.drain(..).for_each(|naming| naming.apply(&mut folder.synced));
                }
            }
            Step::Mark { number } => self.marked = Some(*number),
        }
    }

    fn name(&mut self, folder: Node, naming: Naming) {
        self.folders.entry(folder).or_default().since.push(naming);
    }

    fn names(&self, folder: Node, survival: Survival, chance: &mut Chance) -> Names {
        let folder = &self.folders[&folder];
        let count = match survival {
            Survival::Nothing => 0,
            Survival::Everything => folder.since.len(),
            Survival::First | Survival::Any => chance.below(folder.since.len() + 1),
        };
        let mut names = folder.synced.clone();
        folder.since[..count].iter().for_each(|naming| naming.apply(&mut names));
        names
    }

    fn bytes(&self, file: Node, survival: Survival, chance: &mut Chance) -> Content {
        let file = &self.files[&file];
        let mut content = file.synced.clone();
        match survival {
            Survival::Nothing => {}
            Survival::Everything => file.since.iter().for_each(|change| change.apply(&mut content)),
            Survival::First => {
                let count = chance.below(file.since.len() + 1);
                file.since[..count].iter().for_each(|change| change.apply(&mut content));
                if let Some(next) = file.since.get(count) {
                    next.tear(&mut content, chance);
                }
            }
            Survival::Any => {
                for change in &file.since {
                    match chance.below(3) {
                        0 => {}
                        1 => change.apply(&mut content),
                        _ => change.tear(&mut content, chance),
                    }
                }
            }
        }
        content
    }

    fn list(&self, folder: Node, path: PathBuf, found: &mut Vec<String>) {
        let since = &self.folders[&folder].since;
        if !since.is_empty() {
            found.push(format!("{}: {since:?}", path.display()));
        }
        for (name, node) in self.names(folder, Survival::Everything, &mut Chance::new(0)) {
            let path = path.join(name);
            match self.files.get(&node) {
                Some(file) if file.since.is_empty() => {}
                Some(file) => {
                    found.push(format!("{}: {} changes", path.display(), file.since.len()));
                }
                None => self.list(node, path, found),
            }
        }
    }

    fn collect(
        &self,
        folder: Node,
        path: PathBuf,
        survival: Survival,
        chance: &mut Chance,
        image: &mut Image,
    ) {
        for (name, node) in self.names(folder, survival, chance) {
            let path = path.join(name);
            if self.folders.contains_key(&node) {
                image.folders.push(path.clone());
                self.collect(node, path, survival, chance, image);
            } else {
                let content = self.bytes(node, survival, chance);
                image.files.push((path, content));
            }
        }
    }
}
