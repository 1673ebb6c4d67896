//! A whole chain as one file: to keep, to move, to start from. Written from one snapshot, so that a
//! running node can do it; read through the same door as every block.
//!
//! ```text
//! "halfpenny-chain" 1 | length u32, parameters, checksum 8
//! for each block from height 1 on: length u32, block, checksum 8
//! 0 u32 | number of blocks u64, id of the last 32, checksum 8
//! checksum: the first 8 bytes of SHA-256(height or 0 or number of blocks, u64 || bytes)
//! ```

use std::{
    io::{self, Read, Write},
    path::Path,
    sync::mpsc,
};

use sha2::{Digest as _, Sha256};
use shared::{
    encode::{decode, encode},
    hash::{BlockId, Hash},
    params::{Chain, Parameters},
    rules::block_isolated::CheckedBlock,
};

use super::{
    Handle, Imported, MAX_GROUP_BLOCKS, MAX_GROUP_BYTES, OpenError, StoreError, SubmitError, Tip,
    View, Wanted, check_block_bytes,
};
use crate::store::{Sizes, Snapshot, Store};

const MAGIC: &[u8; 16] = b"halfpenny-chain\x01";
/// More than the encoding of any chain's parameters.
const MAX_PARAMETERS_BYTES: usize = 1 << 20;
const CHECKSUM_BYTES: usize = 8;
/// Groups that are read and checked ahead of the writer.
const GROUPS_AHEAD: usize = 2;

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The newest block in the file.
    pub tip: Tip,
    /// Blocks, genesis apart.
    pub blocks: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The newest block of the chain now.
    pub tip: Tip,
    /// Blocks in the file, genesis apart.
    pub blocks: u64,
}

/// Why a file is not written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// The folder cannot be opened.
    #[error("{0}")]
    Open(OpenError),
    /// The disk fails.
    #[error("{0}")]
    Store(StoreError),
    /// The file cannot be read or written.
    #[error("the file cannot be read or written: {reason}")]
    File {
        /// What the operating system says.
        reason: String,
    },
    /// The file is something else.
    #[error("the file is no export of a chain")]
    NotAnArchive,
    /// The file is of another chain.
    #[error("the file holds the chain {found:?}, not {expected:?}")]
    OtherChain {
        /// Name of the coin in it.
        found: String,
        /// Name of the coin asked for.
        expected: String,
    },
    /// The file is damaged or cut off.
    #[error("the file is damaged at block {height}: {reason}; everything before it was imported")]
    Damaged {
        /// Where.
        height: u64,
        /// What is wrong there.
        reason: String,
    },
    /// A block in it breaks a rule.
    #[error("block {height} is not valid ({code}): {reason}; everything before it was imported")]
    Block {
        /// Its height.
        height: u64,
        /// The code of the rule.
        code: &'static str,
        /// The same for people.
        reason: String,
    },
}

impl ArchiveError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Open(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::File { .. } => "file-io",
            Self::NotAnArchive => "file-no-export",
            Self::OtherChain { .. } => "file-other-chain",
            Self::Damaged { .. } => "file-damaged",
            Self::Block { code, .. } => code,
        }
    }
}

/// Writes the chain in a data folder that no node uses.
///
/// # Errors
///
/// When the folder or the file fails.
pub fn export(folder: &Path, chain: &Chain, to: impl Write) -> Result<Exported, ArchiveError> {
    let store = Store::open_existing(folder, chain).map_err(ArchiveError::Open)?;
    write_chain(&store.snapshot(), chain, to)
}

impl View {
    /// Writes the main chain up to this view's tip.
    ///
    /// # Errors
    ///
    /// When the disk or the file fails.
    pub fn export(&self, to: impl Write) -> Result<Exported, ArchiveError> {
        write_chain(&self.snapshot, self.chain(), to)
    }
}

/// Reads the parameters at the beginning of a file: which chain it is of.
///
/// # Errors
///
/// When it is no export, or damaged there.
pub fn read_parameters(from: &mut impl Read) -> Result<Parameters, ArchiveError> {
    let mut magic = [0; MAGIC.len()];
    from.read_exact(&mut magic).map_err(|_| ArchiveError::NotAnArchive)?;
    if magic != *MAGIC {
        return Err(ArchiveError::NotAnArchive);
    }
    let mut records = Records { from, height: 0, limit: MAX_PARAMETERS_BYTES };
    let bytes = records.next()?.ok_or(ArchiveError::NotAnArchive)?;
    decode(&bytes, MAX_PARAMETERS_BYTES).map_err(|error| records.damaged(&error.to_string()))
}

/// Merges all tables of a data folder that no node has open.
///
/// # Errors
///
/// When the folder cannot be opened or the disk fails.
pub fn compact(folder: &Path, chain: &Chain) -> Result<Sizes, OpenError> {
    let store = Store::open_existing(folder, chain)?;
    store.compact().map_err(|error| OpenError::Store { folder: folder.into(), error })
}

/// Reads a file into a running chain. Every block is judged as if it came from a peer; those that are
/// there already are skipped. `progress` is told the height as it grows.
///
/// # Errors
///
/// When the file is of another chain, or damaged, or holds a block that is not valid: the height says
/// where, and everything before it is imported.
pub fn import(
    handle: &Handle,
    mut from: impl Read + Send,
    mut progress: impl FnMut(u64),
) -> Result<Restored, ArchiveError> {
    let parameters = read_parameters(&mut from)?;
    let expected = handle.chain().parameters();
    if parameters != *expected {
        let (found, expected) = (parameters.name, expected.name.clone());
        return Err(ArchiveError::OtherChain { found, expected });
    }
    let (sender, groups) = mpsc::sync_channel(GROUPS_AHEAD);
    // Whoever may write into the folder may fill it.
    let wanted = Wanted::default();
    let blocks = std::thread::scope(|scope| {
        let reader = scope.spawn(|| read_groups(handle, from, sender));
        let mut submitted = Ok(());
        for group in groups {
            submitted = submit(handle, group, &wanted, &mut progress);
            if submitted.is_err() {
                break;
            }
        }
        // The reader stops when nobody takes its groups; what it says counts only if all were taken.
        let read = reader.join().unwrap_or(Err(ArchiveError::NotAnArchive));
        submitted.and(read)
    })?;
    Ok(Restored { tip: handle.view().tip(), blocks })
}

/// Reads and checks blocks ahead of the writer; returns how many there are.
fn read_groups(
    handle: &Handle,
    mut from: impl Read,
    groups: mpsc::SyncSender<Vec<(u64, CheckedBlock)>>,
) -> Result<u64, ArchiveError> {
    let view = handle.view();
    let limit = handle.chain().max_block_bytes();
    let mut records = Records { from: &mut from, height: 1, limit };
    let (mut group, mut bytes) = (Vec::new(), 0);
    let mut last = handle.chain().genesis_id();
    loop {
        let height = records.height;
        let record = match records.next() {
            Ok(record) => record,
            // What came before the damage is good.
            Err(error) => return groups.send(group).map_or(Ok(0), |()| Err(error)),
        };
        let Some(record) = record else {
            let end = records.end(height - 1, last);
            return groups.send(group).map_or(Ok(0), |()| end.map(|()| height - 1));
        };
        match check_block_bytes(&record, &view) {
            Ok(block) => {
                last = block.id();
                bytes += record.len();
                group.push((height, block));
            }
            Err(error) => {
                let (code, reason) = (error.code(), error.to_string());
                let error = ArchiveError::Block { height, code, reason };
                return groups.send(group).map_or(Ok(0), |()| Err(error));
            }
        }
        if group.len() >= MAX_GROUP_BLOCKS || bytes >= MAX_GROUP_BYTES {
            bytes = 0;
            if groups.send(std::mem::take(&mut group)).is_err() {
                return Ok(0);
            }
        }
    }
}

fn submit(
    handle: &Handle,
    group: Vec<(u64, CheckedBlock)>,
    wanted: &Wanted,
    progress: &mut impl FnMut(u64),
) -> Result<(), ArchiveError> {
    let (heights, blocks): (Vec<u64>, Vec<_>) = group.into_iter().unzip();
    let outcomes = handle.submit_blocking(blocks, Some(wanted.clone()));
    for (height, outcome) in heights.into_iter().zip(outcomes) {
        match outcome {
            Ok(imported) if imported.is_stored() => progress(height),
            Ok(Imported::Later { .. }) => {
                let reason = "its time is ahead of this machine's clock".to_owned();
                return Err(ArchiveError::Block { height, code: "block-later", reason });
            }
            Ok(_) => {
                let reason = "it does not follow the block before it".to_owned();
                return Err(ArchiveError::Damaged { height, reason });
            }
            Err(SubmitError::Stopped | SubmitError::Busy) => {
                return Err(ArchiveError::Store(StoreError::Stopped));
            }
            Err(error) => {
                let (code, reason) = (error.code(), error.to_string());
                return Err(ArchiveError::Block { height, code, reason });
            }
        }
    }
    Ok(())
}

fn write_chain(
    snapshot: &Snapshot,
    chain: &Chain,
    to: impl Write,
) -> Result<Exported, ArchiveError> {
    let tip = snapshot.tip()?;
    let tip_row = snapshot.expect_block_row(&tip)?;
    let height = tip_row.header.height;
    let mut to = Counted { to: io::BufWriter::new(to), bytes: 0 };
    to.put(MAGIC)?;
    to.record(0, &encode(chain.parameters()))?;
    for (height, id) in (1..).zip(snapshot.ids_in(1..height + 1)) {
        let id = id?;
        let row = snapshot.expect_block_row(&id)?;
        to.record(height, &snapshot.block_bytes(&id, &row)?)?;
    }
    let end = [&height.to_le_bytes(), tip.as_bytes().as_slice()].concat();
    to.put(&0_u32.to_le_bytes())?;
    to.put(&end)?;
    to.put(&checksum(height, &end))?;
    to.to.flush()?;
    let tip = Tip { height, id: tip, work: tip_row.work };
    Ok(Exported { tip, blocks: height, bytes: to.bytes })
}

/// Where a file is written to, and how much.
struct Counted<W> {
    to: W,
    bytes: u64,
}

impl<W: Write> Counted<W> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.to.write_all(bytes)?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn record(&mut self, height: u64, bytes: &[u8]) -> Result<(), ArchiveError> {
        let length = u32::try_from(bytes.len()).expect("a block is at most 4 MB");
        self.put(&length.to_le_bytes())?;
        self.put(bytes)?;
        self.put(&checksum(height, bytes))
    }
}

/// Where a file is read from.
struct Records<'a, R> {
    from: &'a mut R,
    /// Of the next record.
    height: u64,
    /// Bytes of a record, at most.
    limit: usize,
}

impl<R: Read> Records<'_, R> {
    /// The next record; `None` at the end mark.
    fn next(&mut self) -> Result<Option<Vec<u8>>, ArchiveError> {
        let mut length = [0; 4];
        self.fill(&mut length)?;
        let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        if length == 0 {
            return Ok(None);
        }
        if length > self.limit {
            return Err(self.damaged("a length is too large"));
        }
        let mut bytes = vec![0; length];
        self.fill(&mut bytes)?;
        let mut sum = [0; CHECKSUM_BYTES];
        self.fill(&mut sum)?;
        if sum != checksum(self.height, &bytes) {
            return Err(self.damaged("the checksum is wrong"));
        }
        self.height += 1;
        Ok(Some(bytes))
    }

    /// Checks what stands after the end mark: a file that was cut off between two blocks has none.
    fn end(&mut self, blocks: u64, last: BlockId) -> Result<(), ArchiveError> {
        let mut end = [0; 40];
        self.fill(&mut end)?;
        let mut sum = [0; CHECKSUM_BYTES];
        self.fill(&mut sum)?;
        let expected = [&blocks.to_le_bytes(), last.as_bytes().as_slice()].concat();
        if end[..] != expected[..] || sum != checksum(blocks, &end) {
            return Err(self.damaged("the end does not fit the blocks"));
        }
        Ok(())
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), ArchiveError> {
        self.from.read_exact(bytes).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => self.damaged("it ends here"),
            _ => error.into(),
        })
    }

    fn damaged(&self, reason: &str) -> ArchiveError {
        ArchiveError::Damaged { height: self.height, reason: reason.to_owned() }
    }
}

fn checksum(height: u64, bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let digest = Hash(
        Sha256::new().chain_update(height.to_le_bytes()).chain_update(bytes).finalize().into(),
    );
    let mut sum = [0; CHECKSUM_BYTES];
    sum.iter_mut().zip(digest.0).for_each(|(to, from)| *to = from);
    sum
}

impl From<StoreError> for ArchiveError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        Self::File { reason: error.to_string() }
    }
}
