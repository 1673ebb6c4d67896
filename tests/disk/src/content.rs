//! The bytes of a file, of which most may never have been written.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Seek as _, SeekFrom, Write as _},
    sync::Arc,
};

const PAGE: usize = 4_096;

/// A sparse file. Cloning shares the pages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Content {
    length: u64,
    pages: BTreeMap<u64, Arc<[u8; PAGE]>>,
}

/// Where a byte is: its page, and its place in it.
fn place(offset: u64) -> (u64, usize) {
    let page = PAGE as u64;
    (offset / page, usize::try_from(offset % page).expect("less than a page"))
}

impl Content {
    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn write(&mut self, mut offset: u64, mut bytes: &[u8]) {
        self.length = self.length.max(offset + bytes.len() as u64);
        while !bytes.is_empty() {
            let (page, start) = place(offset);
            let (now, rest) = bytes.split_at(bytes.len().min(PAGE - start));
            let page = self.pages.entry(page).or_insert_with(|| Arc::new([0; PAGE]));
            Arc::make_mut(page)[start..start + now.len()].copy_from_slice(now);
            offset += now.len() as u64;
            bytes = rest;
        }
    }

    pub(crate) fn truncate(&mut self, length: u64) {
        if length < self.length {
            let (page, start) = place(length);
            self.pages.split_off(&(page + 1));
            if let Some(last) = self.pages.get_mut(&page) {
                Arc::make_mut(last)[start..].fill(0);
            }
        }
        self.length = length;
    }

    pub(crate) fn read(&self, offset: u64, most: u64) -> Vec<u8> {
        let end = self.length.min(offset.saturating_add(most));
        let mut bytes = Vec::new();
        let mut at = offset;
        while at < end {
            let (page, start) = place(at);
            let left = usize::try_from(end - at).unwrap_or(usize::MAX);
            let count = left.min(PAGE - start);
            match self.pages.get(&page) {
                Some(page) => bytes.extend_from_slice(&page[start..start + count]),
                None => bytes.resize(bytes.len() + count, 0),
            }
            at += count as u64;
        }
        bytes
    }

    /// Writes the file to a real one, holes as holes.
    pub(crate) fn save(&self, mut to: &File) -> io::Result<()> {
        to.set_len(self.length)?;
        for (page, bytes) in &self.pages {
            let at = page * PAGE as u64;
            let count = usize::try_from(self.length.saturating_sub(at)).unwrap_or(PAGE).min(PAGE);
            to.seek(SeekFrom::Start(at))?;
            to.write_all(&bytes[..count])?;
        }
        Ok(())
    }
}
