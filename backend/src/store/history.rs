//! The address index: what happened to an account, newest first.

use std::{fmt, str::FromStr};

use fjall::Slice;
use shared::account::AccountId;

use super::{
    Snapshot, StoreError,
    tables::{self, Place, Role, Table, damaged},
};

/// A row of an account's history. The order is that of the chain, so that the largest is the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// Height of the block.
    pub height: u64,
    /// Position of the transaction in its block; a `mined` row comes after all of them.
    pub index: u32,
    /// What the account had to do with it.
    pub role: Role,
}

/// A row as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredRow {
    pub(crate) cursor: Cursor,
    /// Where the transaction is; `None` for mined blocks.
    pub(crate) place: Option<Place>,
}

/// The index of `mined` rows.
pub(crate) const MINED_INDEX: u32 = u32::MAX;

impl Snapshot {
    /// The rows of an account that are older than `after`, newest first, at most `limit`.
    pub(crate) fn account_history(
        &self,
        account: &AccountId,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Vec<StoredRow>, StoreError> {
        let end = after.map(|Cursor { height, index, role }| {
            tables::history_key(account, height, index, role)
        });
        let rows = match &end {
            Some(end) => self.range(Table::History, &account.0, end),
            None => self.rows(Table::History, &account.0),
        };
        rows.rev().take(limit).map(stored_row).collect()
    }

    /// The rows of an account from `height` on, oldest first.
    pub(super) fn account_history_from(
        &self,
        account: &AccountId,
        height: u64,
    ) -> impl Iterator<Item = Result<StoredRow, StoreError>> {
        let from = tables::history_key(account, height, 0, Role::Received);
        let end = tables::history_key(account, u64::MAX, MINED_INDEX, Role::Mined);
        self.range(Table::History, &from, &end).map(stored_row)
    }
}

fn stored_row(row: Result<(Slice, Slice), StoreError>) -> Result<StoredRow, StoreError> {
    let (key, value) = row?;
    let row = || {
        let (_, rest) = key.split_first_chunk::<32>()?;
        let (height, rest) = rest.split_first_chunk()?;
        let (index, rest) = rest.split_first_chunk()?;
        let [role] = rest else { return None };
        let role = Role::from_byte(*role)?;
        let cursor =
            Cursor { height: u64::from_be_bytes(*height), index: u32::from_be_bytes(*index), role };
        let place = match role {
            Role::Mined => None,
            Role::Sent | Role::Received => Some(Place::from_bytes(&value)?),
        };
        Some(StoredRow { cursor, place })
    };
    row().ok_or_else(|| damaged(Table::History, "a row does not decode"))
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.height, self.index, self.role.byte())
    }
}

/// A text is not a cursor of this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor: take `next` of the page before")]
pub struct NotACursor;

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().ok_or(NotACursor);
        let (height, index, role) = (next()?, next()?, next()?);
        let role = role.parse().ok().and_then(Role::from_byte).ok_or(NotACursor)?;
        Ok(Self {
            height: height.parse().map_err(|_| NotACursor)?,
            index: index.parse().map_err(|_| NotACursor)?,
            role,
        })
    }
}
