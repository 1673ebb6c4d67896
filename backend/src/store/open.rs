//! Opening a folder: never a wrong one, and never over something else.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use fjall::{Database, Keyspace, KeyspaceCreateOptions};
use shared::{
    amount::Amount,
    encode::{decode, encode},
    hash::BlockId,
    history::{History, Summary},
    params::{Chain, Parameters},
    work::Work,
};

use super::{
    Batch, Durability, Inner, OpenError, Store, StoreError, journal,
    tables::{BlockRow, BlockStatus, Table, damaged, hash_from_bytes, height_key, meta, node_key},
};

/// The format of all tables. Another one is refused.
pub(crate) const FORMAT: u32 = 3;
/// The store's own folder inside the data folder.
const SUBFOLDER: &str = "chain";
/// Where a store is made; it gets its name when it is complete.
const NEW_SUBFOLDER: &str = "chain.new";
/// What is locked as long as a folder is open.
const LOCK: &str = "lock";
/// How often a folder that is in use is asked for: two seconds in all.
const ATTEMPTS: u32 = 40;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(50);
/// What the database leaves in a folder that it made.
const MARKER: &str = "version";
/// Memory for parts of the database's files that were read lately.
const CACHE_BYTES: u64 = 32 * 1_024 * 1_024;
/// What a table holds in memory before it is written out, apart from the journal. More is memory that a
/// node of a million accounts could use better; less, and replaying a chain waits for the disk. In tests
/// little, so that tables are written out and merged in a short run as they are in a long one.
const fn table_bytes(table: Table) -> u64 {
    const MIB: u64 = 1_024 * 1_024;
    match table {
        _ if cfg!(test) => 64 * 1_024,
        // Rows for every payment, in no order that the chain knows.
        Table::History | Table::Transactions => 40 * MIB,
        // Rows only for who pays, and each is read before it is written.
        Table::Totals => 8 * MIB,
        _ => 16 * MIB,
    }
}

impl Store {
    /// Opens the data folder of `chain`, and makes it if there is none.
    ///
    /// # Errors
    ///
    /// When the folder is of another chain or version, in use, somebody else's, or cannot be read.
    pub(crate) fn open(folder: &Path, chain: &Chain) -> Result<Self, OpenError> {
        let opening = Opening { folder, chain };
        fs::create_dir_all(folder).map_err(|error| opening.error(error))?;
        let lock = opening.lock()?;
        if !opening.exists()? {
            opening.make(&lock)?;
        }
        opening.open(lock)
    }

    /// Opens the data folder of `chain`, which must hold one.
    ///
    /// # Errors
    ///
    /// As [`Store::open`], and when there is none.
    pub(crate) fn open_existing(folder: &Path, chain: &Chain) -> Result<Self, OpenError> {
        let opening = Opening { folder, chain };
        if !opening.exists()? {
            return Err(OpenError::Missing { folder: folder.into() });
        }
        let lock = opening.lock()?;
        opening.open(lock)
    }
}

#[derive(Clone, Copy)]
struct Opening<'a> {
    folder: &'a Path,
    chain: &'a Chain,
}

impl Opening<'_> {
    /// Takes the folder for this process; the lock goes when the file is closed, however that happens.
    fn lock(self) -> Result<Arc<File>, OpenError> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join(LOCK))
            .map_err(|error| self.error(error))?;
        // A node that was just told to stop may still be closing: its last readers hold the folder.
        for _ in 0..ATTEMPTS {
            match file.try_lock() {
                Ok(()) => return Ok(Arc::new(file)),
                Err(fs::TryLockError::WouldBlock) => thread::sleep(BETWEEN_ATTEMPTS),
                Err(fs::TryLockError::Error(error)) => return Err(self.error(error)),
            }
        }
        Err(OpenError::Locked { folder: self.folder.into() })
    }

    /// Whether there is a store; files that are none of ours are an error.
    fn exists(self) -> Result<bool, OpenError> {
        let subfolder = self.folder.join(SUBFOLDER);
        if subfolder.join(MARKER).try_exists().map_err(|error| self.error(error))? {
            return Ok(true);
        }
        match fs::read_dir(&subfolder) {
            Ok(mut entries) => match entries.next() {
                None => Ok(false),
                Some(_) => Err(OpenError::NotAStore { folder: subfolder }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.error(error)),
        }
    }

    /// Makes a store with genesis beside its place and moves it there, so that a half-made one is
    /// never opened.
    fn make(self, lock: &Arc<File>) -> Result<(), OpenError> {
        let (new, place) = (self.folder.join(NEW_SUBFOLDER), self.folder.join(SUBFOLDER));
        let made = || -> Result<(), StoreError> {
            match fs::remove_dir_all(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
            let store = tables(database(&new)?, Arc::clone(lock))?;
            store.commit(genesis(self.chain), Durability::Synced)?;
            drop(store);
            // The database syncs what it writes, but not every folder that names it.
            sync_folders(&new)?;
            fs::rename(&new, &place)?;
            sync_names_up(self.folder)?;
            Ok(())
        };
        made().map_err(|error| self.error(error))
    }

    fn open(self, lock: Arc<File>) -> Result<Store, OpenError> {
        let place: PathBuf = self.folder.join(SUBFOLDER);
        let database = database(&place).map_err(|error| self.error(error))?;
        self.check(&database)?;
        tables(database, lock).map_err(|error| self.error(error))
    }

    /// Refuses another format or chain, by name, before any table that it lacks is made.
    fn check(self, database: &Database) -> Result<(), OpenError> {
        let missing = || damaged(Table::Meta, "a row is missing");
        if !database.keyspace_exists(Table::Meta.name()) {
            return Err(self.error(missing()));
        }
        let meta = table(database, Table::Meta).map_err(|error| self.error(error))?;
        let read = |key| match meta.get(key) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(self.error(missing())),
            Err(error) => Err(self.error(error)),
        };
        let wrong = |reason| self.error(damaged(Table::Meta, reason));
        let found = read(meta::FORMAT)?;
        let found = <[u8; 4]>::try_from(&*found).map_err(|_| wrong("the format is not 4 bytes"))?;
        let found = u32::from_le_bytes(found);
        if found != FORMAT {
            let folder = self.folder.into();
            return Err(OpenError::OtherVersion { folder, found, expected: FORMAT });
        }
        let found = hash_from_bytes(Table::Meta, &read(meta::GENESIS)?);
        let found = found.map(BlockId).map_err(|error| self.error(error))?;
        if found != self.chain.genesis_id() {
            let bytes = read(meta::PARAMETERS)?;
            let parameters: Parameters = decode(&bytes, bytes.len())
                .map_err(|_| wrong("the chain's parameters do not decode"))?;
            return Err(OpenError::OtherChain {
                folder: self.folder.into(),
                found_name: parameters.name,
                found,
                expected_name: self.chain.parameters().name.clone(),
                expected: self.chain.genesis_id(),
            });
        }
        Ok(())
    }

    fn error(self, error: impl Into<StoreError>) -> OpenError {
        OpenError::Store { folder: self.folder.into(), error: error.into() }
    }
}

/// Makes the names in a folder, and in every folder below it, survive a power cut.
fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}

/// The same for a folder that may have been made just now, and for those above it.
fn sync_names_up(folder: &Path) -> io::Result<()> {
    for folder in folder.canonicalize()?.ancestors() {
        match File::open(folder) {
            Ok(opened) => opened.sync_all()?,
            // Not ours, so we have made nothing in it.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Opens or makes the database.
fn database(folder: &Path) -> Result<Database, StoreError> {
    let open = || Database::builder(folder).cache_size(CACHE_BYTES).open();
    match open() {
        Err(fjall::Error::JournalRecovery(_)) if journal::cut_torn_end(folder)? => Ok(open()?),
        other => Ok(other?),
    }
}

/// Opens or makes a table.
fn table(database: &Database, table: Table) -> Result<Keyspace, StoreError> {
    let options = || KeyspaceCreateOptions::default().max_memtable_size(table_bytes(table));
    Ok(database.keyspace(table.name(), options)?)
}

/// Opens or makes every table.
fn tables(database: Database, lock: Arc<File>) -> Result<Store, StoreError> {
    let keyspaces = Table::ALL.into_iter().map(|one| table(&database, one));
    let keyspaces = keyspaces.collect::<Result<Vec<_>, _>>()?;
    let keyspaces = <[_; Table::ALL.len()]>::try_from(keyspaces);
    let keyspaces = keyspaces.unwrap_or_else(|_| unreachable!("one keyspace for each table"));
    Ok(Store(Arc::new(Inner { database, keyspaces, _lock: lock })))
}

/// What a new store holds.
pub(crate) fn genesis(chain: &Chain) -> Batch {
    let mut batch = Batch::default();
    let (block, id) = (chain.genesis(), chain.genesis_id());
    let bytes = encode(block);
    batch.put(Table::Meta, meta::FORMAT, &FORMAT.to_le_bytes());
    batch.put(Table::Meta, meta::GENESIS, id.as_bytes());
    batch.put(Table::Meta, meta::PARAMETERS, &encode(chain.parameters()));
    batch.put_tip(id);
    batch.put_counts(1, 0);
    batch.begin_beside();
    batch.put_body(0, &id, &bytes);
    batch.put_block_row(
        &id,
        &BlockRow {
            header: block.header.clone(),
            work: Work::ZERO,
            arrival: 0,
            size: u32::try_from(bytes.len()).expect("genesis is a header"),
            fees: Amount::ZERO,
            status: BlockStatus::Connected,
        },
    );
    batch.put(Table::Heights, &height_key(0), id.as_bytes());
    for (position, summary) in History::default().append(Summary::leaf(&id, Work::ZERO, 0)) {
        batch.put(Table::Nodes, &node_key(position), &encode(&summary));
    }
    batch.settle_accounts(0, chain.opening_balances());
    batch
}
