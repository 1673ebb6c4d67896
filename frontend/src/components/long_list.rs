//! A list too long to be in the document: only the rows around what the window shows are, and gaps as high
//! as the others stand for them.
//!
//! What that costs: the browser's own search finds only rows that are drawn, and only those are printed. It
//! is accepted, because 20,000 rows in the document make every change of the page take seconds, also where
//! `content-visibility` spares their layout. The history has a search of its own over all its rows, a gap
//! says on paper how many are missing, and the files that are exported have all.
//!
//! Rows are put into the document and taken out of it one by one. Leptos's lists compare all rows at each
//! change and lift some out of the document that only stand behind others than before: the focus in them is
//! lost, and browsers no longer keep in place what is read while rows come in above it.

mod gap;
mod heights;

use self::{gap::Gap, heights::Heights};
use super::activity_list::{ActivityItem, LabelDrafts};
use crate::prelude::*;
use crate::{
    browser,
    wallet::history::{Entry, is_same},
};
use leptos::{
    html,
    reactive::owner::WeakOwner,
    tachys::view::{Mountable, Render, any_view::AnyViewState},
};
use std::ops::Range;
use web_sys::Element;

/// Pixels above and below the window within which rows are drawn: what is scrolled through in a few frames.
const NEAR: f64 = 800.0;
/// Milliseconds after which the next rows wait for the next frame.
const TURN_MS: f64 = 8.0;
/// Rows by which a changed list is compared with the one before.
const ANCHORS: usize = 8;

/// What happened to the wallet: as many rows as there are, in the order given. They can be labelled.
#[component]
pub fn LongActivityList(
    /// The rows.
    #[prop(into)]
    rows: Signal<Vec<Entry>>,
    /// What the list shows, for who listens.
    #[prop(into)]
    caption: String,
) -> impl IntoView {
    LabelDrafts::provide();
    let place = NodeRef::<html::Ul>::new();
    let turns = Turns(LocalValue::new_local(State::default()));
    let owner = Owner::current().map(|owner| owner.downgrade());
    effect(move || {
        let (Some(element), Some(owner)) = (place.get(), &owner) else { return };
        let entries = rows.get();
        turns.0.try_update_value(|state| {
            let new = || Drawn::new((*element).clone().into(), owner.clone());
            state.list.get_or_insert_with(new).take_in(entries);
        });
        turns.ask();
    });
    let scrolled = window_event_listener(leptos::ev::scroll, move |_| turns.ask());
    let resized = window_event_listener(leptos::ev::resize, move |_| turns.ask());
    on_cleanup(move || {
        scrolled.remove();
        resized.remove();
    });
    view! { <ul class="rows long" role="list" aria-label=caption node_ref=place></ul> }
}

/// Draws in frames: as soon as something asks for it, and on while there is more to draw. What is drawn
/// ends with the page: listeners that the browser still keeps hold on to none of it.
#[derive(Clone, Copy)]
struct Turns(LocalValue<State>);

#[derive(Default)]
struct State {
    list: Option<Drawn>,
    is_asked: bool,
}

impl Turns {
    fn ask(self) {
        let ask = |state: &mut State| std::mem::replace(&mut state.is_asked, true);
        if self.0.try_update_value(ask) != Some(false) {
            return;
        }
        request_animation_frame(move || {
            let turn = |state: &mut State| {
                state.is_asked = false;
                state.list.as_mut().is_some_and(Drawn::turn)
            };
            if self.0.try_update_value(turn) == Some(true) {
                self.ask();
            }
        });
    }
}

/// A row that is in the document.
struct Row {
    index: usize,
    /// What stands for the rows between the one before and this one.
    gap: Option<Gap>,
    element: Element,
    view: AnyViewState,
    /// Ends what the row follows.
    owner: Owner,
    /// The place that it was last said to have, among how many.
    said: (usize, usize),
}

impl Row {
    fn remove(mut self) {
        self.view.unmount();
        self.gap.inspect(Gap::remove);
        // What follows signals goes before them.
        drop(self.view);
        self.owner.cleanup();
    }
}

/// What of the list is in the document.
struct Drawn {
    element: Element,
    owner: WeakOwner,
    entries: Vec<Entry>,
    heights: Heights,
    /// By index, without gaps between neighbours.
    rows: Vec<Row>,
    /// What stands for the rows behind the last one.
    end: Option<Gap>,
    width: f64,
}

impl Drawn {
    fn new(element: Element, owner: WeakOwner) -> Self {
        let (entries, heights, rows) = (Vec::new(), Heights::default(), Vec::new());
        Self { element, owner, entries, heights, rows, end: None, width: 0.0 }
    }

    /// Goes on with other entries. Rows that are among them stay in the document as they are, and where
    /// they are in the window: not every browser sees to that, and none always.
    fn take_in(&mut self, entries: Vec<Entry>) {
        let read = self.read();
        browser::set_anchoring(false);
        self.exchange(entries);
        if let Some((row, top)) = read
            && row.is_connected()
        {
            browser::scroll_by(row.get_bounding_client_rect().top() - top);
        }
    }

    /// The first row that the window shows and where it is, once the list's beginning is out of sight:
    /// there new rows are what is read.
    fn read(&self) -> Option<(Element, f64)> {
        if self.element.get_bounding_client_rect().top() >= 0.0 {
            return None;
        }
        self.rows.iter().find_map(|row| {
            let place = row.element.get_bounding_client_rect();
            (place.bottom() > 0.0).then(|| (row.element.clone(), place.top()))
        })
    }

    fn exchange(&mut self, entries: Vec<Entry>) {
        let by = self.shift_to(&entries);
        match by {
            Some(by) => self.heights.shift(by),
            None => self.heights = Heights::default(),
        }
        self.heights.resize(entries.len());
        for mut row in std::mem::take(&mut self.rows) {
            let index = by.and_then(|by| row.index.checked_add_signed(by));
            let is_there = |index: &usize| {
                let (old, new) = (self.entries.get(row.index), entries.get(*index));
                old.zip(new).is_some_and(|(old, new)| looks_same(old, new))
            };
            if let Some(index) = index.filter(is_there) {
                row.index = index;
                self.rows.push(row);
            } else {
                row.remove();
            }
        }
        self.entries = entries;
        self.fit_gaps();
    }

    /// By how many places the drawn rows have moved; `None` when they are not among the entries.
    fn shift_to(&self, entries: &[Entry]) -> Option<isize> {
        if self.rows.is_empty() {
            return Some(0);
        }
        self.rows.iter().take(ANCHORS).find_map(|row| {
            let old = self.entries.get(row.index)?;
            let is_unmoved = entries.get(row.index).is_some_and(|new| is_same(old, new));
            if is_unmoved {
                return Some(0);
            }
            let index = entries.iter().position(|new| is_same(old, new))?;
            index.checked_signed_diff(row.index)
        })
    }

    /// Draws what has come near and removes what is far, for a few milliseconds. Whether anything was
    /// drawn: then there may be more, for only what is in the document has a height that is known.
    fn turn(&mut self) -> bool {
        let began = browser::monotonic_ms();
        browser::set_anchoring(true);
        if !self.element.is_connected() {
            return false;
        }
        let frame = self.measure();
        let seen = self.heights.between(frame.start, frame.end);
        let near = self.heights.between(frame.start - NEAR, frame.end + NEAR);
        // The keys lead on from the row with the focus: to the rows beside it.
        let focused = self.focused();
        let held = focused
            .map_or(0..0, |index| index.saturating_sub(1)..self.entries.len().min(index + 2));
        for row in std::mem::take(&mut self.rows) {
            if near.contains(&row.index) || held.contains(&row.index) {
                self.rows.push(row);
            } else {
                row.remove();
            }
        }
        let (above, below) = (near.start..seen.start, seen.end..near.end);
        let mut drew = false;
        for index in seen.chain(below).chain(above.rev()).chain(held) {
            if self.draw(index) {
                drew = true;
                if browser::monotonic_ms() - began > TURN_MS {
                    break;
                }
            }
        }
        self.fit_gaps();
        drew
    }

    /// Takes the heights of the drawn rows. Gives what the window shows, in pixels below the list's top.
    fn measure(&mut self) -> Range<f64> {
        let list = self.element.get_bounding_client_rect();
        if (list.width() - self.width).abs() > 0.5 {
            self.width = list.width();
            self.heights.forget();
        }
        for row in &self.rows {
            self.heights.measured(row.index, row.element.get_bounding_client_rect().height());
        }
        -list.top()..browser::inner_height() - list.top()
    }

    /// The row that the focus is in.
    fn focused(&self) -> Option<usize> {
        let active = browser::document()?.active_element()?;
        let row = self.rows.iter().find(|row| row.element.contains(Some(active.as_ref())))?;
        Some(row.index)
    }

    /// Puts a row into the document, if it is not there.
    fn draw(&mut self, index: usize) -> bool {
        let Err(place) = self.rows.binary_search_by_key(&index, |row| row.index) else {
            return false;
        };
        let (Some(entry), Some(owner)) = (self.entries.get(index), self.owner.upgrade()) else {
            return false;
        };
        let owner = owner.child();
        let row = shared::api::ActivityRow::clone(entry);
        let mut view = owner.with(|| view! { <ActivityItem row labels=true /> }.into_any().build());
        let next = match self.rows.get(place) {
            Some(next) => Some(next.gap.as_ref().map_or(&next.element, Gap::element)),
            None => self.end.as_ref().map(Gap::element),
        };
        view.mount(&self.element, next.map(AsRef::as_ref));
        let Some(element) = view.elements().into_iter().next() else { return false };
        self.rows.insert(place, Row { index, gap: None, element, view, owner, said: (0, 0) });
        true
    }

    /// Makes gaps as high as the rows they stand for, and says of each row which one it is.
    fn fit_gaps(&mut self) {
        let count = self.entries.len();
        let mut next = 0;
        for row in &mut self.rows {
            let missing = next..row.index;
            let height = self.heights.of(missing.clone());
            Gap::fit(&mut row.gap, &self.element, Some(&row.element), missing.len(), height);
            next = row.index + 1;
            if row.said != (next, count) {
                row.said = (next, count);
                let places = [("aria-posinset", next), ("aria-setsize", count)];
                for (name, place) in places {
                    // Refused only for what is no name.
                    let _ = row.element.set_attribute(name, &place.to_string());
                }
            }
        }
        let height = self.heights.of(next..count);
        Gap::fit(&mut self.end, &self.element, None, count - next, height);
    }
}

/// Whether a row that was drawn for one entry shows the other as well.
fn looks_same(one: &Entry, other: &Entry) -> bool {
    let status = |entry: &Entry| entry.transaction.as_ref().map(|transaction| transaction.status);
    is_same(one, other) && status(one) == status(other)
}
