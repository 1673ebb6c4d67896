//! Every table, byte by byte. Numbers in keys are big-endian, so that keys sort as numbers do; numbers
//! in values are little-endian, as in the canonical encoding.
//!
//! ```text
//! meta          name                                -> format u32 | genesis id | parameters | tip id
//!                                                      | arrivals u64 | transactions u64 | settled u64
//!                                                      | log u64 | beside nothing
//! meta          beside/, id 32                      -> nothing             (beside the main chain)
//! blocks        height u64, id 32, part u16         -> up to 8,192 bytes of the block's encoding
//! index         id 32                               -> header 229, work u128, arrival u64, size u32,
//!                                                      fees u64, status u8
//! heights       height u64                          -> id 32                        (main chain)
//! undo          height u64                          -> the block's ledger diff      (main chain)
//! accounts      account 32                          -> nonce u64, balance u64       (as of `settled`)
//! totals        account 32                          -> sent u128, fees u128, mined u128, blocks u64
//!                                                                                   (as of `settled`)
//! transactions  id 32                               -> height u64, index u32, place (main chain)
//! history       account 32, height u64, index u32,  -> place, or nothing for `mined`
//!               role u8                                                             (main chain)
//! nodes         level u8, index u64                 -> hash 32, work u128, clock u64 (main chain)
//! pool          transaction id 32                   -> added u64, transaction
//! reorganisations  number u64                       -> time u64, fork u64, depth u64, connected u64,
//!                                                      height u64, tip 32, up to 32 left ids 32
//!
//! place: offset u32 and length u16 of the transaction's bytes in its block's encoding
//! ```
//!
//! Blocks are cut into parts so that one transaction can be read without its whole block.
//!
//! Accounts are as of the main chain's block at height `settled`; what came of them since stands in the
//! rows of `undo`, which hold both what was and what is. A block would else write each account that it
//! touches twice, while somebody waits for its acknowledgement. Totals are as of the same block, and what
//! came since follows from `history` and the blocks; only accounts that paid or mined have a row.

use shared::{
    account::AccountId,
    amount::Amount,
    encode::{decode, encode},
    hash::{BlockId, Hash},
    header::Header,
    history::{Position, Summary},
    ledger::Account,
    limits::HEADER_BYTES,
    work::Work,
};

use super::StoreError;

/// Bytes of a block's encoding in one row.
pub(crate) const PART_BYTES: usize = 8_192;

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    Meta,
    Blocks,
    Index,
    Heights,
    Undo,
    Accounts,
    Totals,
    Transactions,
    History,
    Nodes,
    Pool,
    Reorganisations,
}

impl Table {
    pub(crate) const ALL: [Self; 12] = [
        Self::Meta,
        Self::Blocks,
        Self::Index,
        Self::Heights,
        Self::Undo,
        Self::Accounts,
        Self::Totals,
        Self::Transactions,
        Self::History,
        Self::Nodes,
        Self::Pool,
        Self::Reorganisations,
    ];

    /// The name of its keyspace.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Blocks => "blocks",
            Self::Index => "index",
            Self::Heights => "heights",
            Self::Undo => "undo",
            Self::Accounts => "accounts",
            Self::Totals => "totals",
            Self::Transactions => "transactions",
            Self::History => "history",
            Self::Nodes => "nodes",
            Self::Pool => "pool",
            Self::Reorganisations => "reorganisations",
        }
    }
}

/// Keys of the table `meta`.
pub(crate) mod meta {
    /// Format of all tables.
    pub(crate) const FORMAT: &[u8] = b"format";
    /// Id of genesis.
    pub(crate) const GENESIS: &[u8] = b"genesis";
    /// The chain's parameters.
    pub(crate) const PARAMETERS: &[u8] = b"parameters";
    /// Id of the newest block of the main chain.
    pub(crate) const TIP: &[u8] = b"tip";
    /// How many blocks were ever stored: the arrival number of the next one.
    pub(crate) const ARRIVALS: &[u8] = b"arrivals";
    /// Transactions in the main chain.
    pub(crate) const TRANSACTIONS: &[u8] = b"transactions";
    /// Height of the main chain's block as of which the accounts are.
    pub(crate) const SETTLED: &[u8] = b"settled";
    /// Since when reorganisations are remembered, in seconds since 1970.
    pub(crate) const LOG: &[u8] = b"log";
    /// There if the blocks beside the main chain are accounted for.
    pub(crate) const BESIDE: &[u8] = b"beside";
    /// The beginning of the keys of that account.
    pub(crate) const BESIDE_ROWS: &[u8] = b"beside/";
}

/// What a node knows of a stored block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockStatus {
    /// Its header is valid; its transactions were never applied.
    Stored,
    /// It is or was on the main chain.
    Connected,
    /// It breaks a rule, or a block before it does.
    Invalid,
}

/// A row of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BlockRow {
    pub(crate) header: Header,
    pub(crate) work: Work,
    pub(crate) arrival: u64,
    pub(crate) size: u32,
    pub(crate) fees: Amount,
    pub(crate) status: BlockStatus,
}

/// Where a transaction's bytes stand in its block's encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: u32,
    pub(crate) length: u16,
}

/// A row of the table `transactions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TransactionRow {
    pub(crate) height: u64,
    pub(crate) index: u32,
    pub(crate) place: Place,
}

/// A row of the table `totals`: what an account paid to others and for fees, and what it mined, in
/// mites. Coins that go round add up to more than there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) sent: u128,
    pub(crate) fees: u128,
    pub(crate) mined: u128,
    /// Blocks mined.
    pub(crate) blocks: u64,
}

/// What an account had to do with a row of its history. Ordered as rows of one index are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It was paid by somebody else.
    Received,
    /// It paid.
    Sent,
    /// It got a block's reward and fees.
    Mined,
}

impl Role {
    /// The byte in keys.
    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::Received => 0,
            Self::Sent => 1,
            Self::Mined => 2,
        }
    }

    pub(crate) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Received),
            1 => Some(Self::Sent),
            2 => Some(Self::Mined),
            _ => None,
        }
    }
}

/// What is found where it cannot be.
pub(crate) fn damaged(table: Table, reason: &str) -> StoreError {
    StoreError::Damaged { reason: format!("table {}: {reason}", table.name()) }
}

pub(crate) fn height_key(height: u64) -> [u8; 8] {
    height.to_be_bytes()
}

/// The key of a reorganisation.
pub(crate) fn number_key(number: u64) -> [u8; 8] {
    number.to_be_bytes()
}

/// The key that says that a block is beside the main chain.
pub(crate) fn beside_key(id: &BlockId) -> [u8; 39] {
    join(&[meta::BESIDE_ROWS, id.as_bytes()])
}

/// The beginning of the keys of a block's parts.
pub(crate) fn parts_key(height: u64, id: &BlockId) -> [u8; 40] {
    join(&[&height.to_be_bytes(), id.as_bytes()])
}

pub(crate) fn part_key(height: u64, id: &BlockId, part: u16) -> [u8; 42] {
    join(&[&height.to_be_bytes(), id.as_bytes(), &part.to_be_bytes()])
}

pub(crate) fn history_key(account: &AccountId, height: u64, index: u32, role: Role) -> [u8; 45] {
    join(&[&account.0, &height.to_be_bytes(), &index.to_be_bytes(), &[role.byte()]])
}

pub(crate) fn node_key(position: Position) -> [u8; 9] {
    join(&[&[position.level], &position.index.to_be_bytes()])
}

impl BlockRow {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = encode(&self.header);
        bytes.extend_from_slice(&self.work.0.to_le_bytes());
        bytes.extend_from_slice(&self.arrival.to_le_bytes());
        bytes.extend_from_slice(&self.size.to_le_bytes());
        bytes.extend_from_slice(&self.fees.mites().to_le_bytes());
        bytes.push(match self.status {
            BlockStatus::Stored => 0,
            BlockStatus::Connected => 1,
            BlockStatus::Invalid => 2,
        });
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let row = || {
            let (header, rest) = bytes.split_at_checked(HEADER_BYTES)?;
            let header = decode(header, HEADER_BYTES).ok()?;
            let (work, rest) = rest.split_first_chunk()?;
            let (arrival, rest) = rest.split_first_chunk()?;
            let (size, rest) = rest.split_first_chunk()?;
            let (fees, rest) = rest.split_first_chunk()?;
            let status = match rest {
                [0] => BlockStatus::Stored,
                [1] => BlockStatus::Connected,
                [2] => BlockStatus::Invalid,
                _ => return None,
            };
            Some(Self {
                header,
                work: Work(u128::from_le_bytes(*work)),
                arrival: u64::from_le_bytes(*arrival),
                size: u32::from_le_bytes(*size),
                fees: Amount::from_mites(u64::from_le_bytes(*fees))?,
                status,
            })
        };
        row().ok_or_else(|| damaged(Table::Index, "a row does not decode"))
    }
}

impl Place {
    pub(crate) fn to_bytes(self) -> [u8; 6] {
        join(&[&self.offset.to_le_bytes(), &self.length.to_le_bytes()])
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (offset, length) = bytes.split_first_chunk()?;
        let length = u16::from_le_bytes(length.try_into().ok()?);
        Some(Self { offset: u32::from_le_bytes(*offset), length })
    }
}

impl TransactionRow {
    pub(crate) fn to_bytes(self) -> [u8; 18] {
        join(&[&self.height.to_le_bytes(), &self.index.to_le_bytes(), &self.place.to_bytes()])
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let row = || {
            let (height, rest) = bytes.split_first_chunk()?;
            let (index, place) = rest.split_first_chunk()?;
            let (height, index) = (u64::from_le_bytes(*height), u32::from_le_bytes(*index));
            Some(Self { height, index, place: Place::from_bytes(place)? })
        };
        row().ok_or_else(|| damaged(Table::Transactions, "a row does not decode"))
    }
}

impl Totals {
    pub(crate) fn to_bytes(self) -> [u8; 56] {
        let Self { sent, fees, mined, blocks } = self;
        let (sent, fees, mined) = (sent.to_le_bytes(), fees.to_le_bytes(), mined.to_le_bytes());
        join(&[&sent, &fees, &mined, &blocks.to_le_bytes()])
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let row = || {
            let (sent, rest) = bytes.split_first_chunk()?;
            let (fees, rest) = rest.split_first_chunk()?;
            let (mined, blocks) = rest.split_first_chunk()?;
            Some(Self {
                sent: u128::from_le_bytes(*sent),
                fees: u128::from_le_bytes(*fees),
                mined: u128::from_le_bytes(*mined),
                blocks: u64::from_le_bytes(blocks.try_into().ok()?),
            })
        };
        row().ok_or_else(|| damaged(Table::Totals, "a row does not decode"))
    }
}

pub(crate) fn account_bytes(account: &Account) -> [u8; 16] {
    join(&[&account.nonce.to_le_bytes(), &account.balance.mites().to_le_bytes()])
}

pub(crate) fn account_from_bytes(bytes: &[u8]) -> Result<Account, StoreError> {
    decode(bytes, 16).map_err(|_| damaged(Table::Accounts, "a row does not decode"))
}

pub(crate) fn summary_from_bytes(bytes: &[u8]) -> Result<Summary, StoreError> {
    decode(bytes, 56).map_err(|_| damaged(Table::Nodes, "a row does not decode"))
}

/// 32 bytes of a key or value.
pub(crate) fn hash_from_bytes(table: Table, bytes: &[u8]) -> Result<Hash, StoreError> {
    let bytes = bytes.try_into().map_err(|_| damaged(table, "an id is not 32 bytes"))?;
    Ok(Hash(bytes))
}

pub(crate) fn u64_from_bytes(table: Table, bytes: &[u8]) -> Result<u64, StoreError> {
    let bytes = bytes.try_into().map_err(|_| damaged(table, "a number is not 8 bytes"))?;
    Ok(u64::from_le_bytes(bytes))
}

/// `parts` one after the other; they fill exactly `N` bytes.
fn join<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut bytes = [0; N];
    let all = parts.iter().flat_map(|part| part.iter());
    bytes.iter_mut().zip(all).for_each(|(to, from)| *to = *from);
    bytes
}
