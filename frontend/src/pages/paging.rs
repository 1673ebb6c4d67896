//! Going through a list by cursors: the way back is remembered.

use crate::prelude::*;

/// The cursors of the pages gone through; the last one is of the page that shows.
pub(crate) struct Pages<C: 'static>(RwSignal<Vec<C>>);

impl<C> Clone for Pages<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Pages<C> {}

impl<C: Clone + Send + Sync + 'static> Pages<C> {
    /// At the first page.
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// The cursor of the page that shows; `None` is the first one. Reactive.
    pub(crate) fn cursor(self) -> Option<C> {
        self.0.with(|cursors| cursors.last().cloned())
    }

    /// Whether the first page shows. Reactive.
    pub(crate) fn at_start(self) -> bool {
        self.0.with(Vec::is_empty)
    }

    /// To the page that begins after `cursor`.
    pub(crate) fn forward(self, cursor: C) {
        self.0.update(|cursors| cursors.push(cursor));
    }

    /// To the page before.
    pub(crate) fn back(self) {
        self.0.update(|cursors| drop(cursors.pop()));
    }
}
