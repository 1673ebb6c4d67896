//! Which rows of the history are listed: all, or those that are looked for. These are found a few
//! milliseconds at a time, so that the page goes on answering while tens of thousands are read.

use crate::prelude::*;
use crate::{
    browser,
    components::DustMarks,
    state::wallet::Wallet,
    wallet::{
        dust::{Known, Said, tiny_from},
        history::{self, Entry, id_of},
    },
};
use shared::api::Role;
use std::{cell::RefCell, collections::BTreeSet, rc::Rc, sync::Arc};

/// Milliseconds of reading before the page may do something else.
const SLICE_MS: f64 = 8.0;
/// Rows between two looks at the clock.
const ROWS: usize = 32;

/// What is listed.
#[derive(Clone, Copy)]
pub(super) struct Listed {
    /// The rows: as many as were found so far.
    pub(super) rows: RwSignal<Vec<Entry>>,
    /// Whether there may be more.
    pub(super) is_searching: RwSignal<bool>,
    /// How many of the rows that are looked for are tiny payments from strangers: listed or folded away.
    pub(super) dust: RwSignal<usize>,
    marks: DustMarks,
}

/// What a row is asked.
#[derive(Clone, PartialEq)]
struct Question {
    role: Option<Role>,
    /// In lower case.
    search: String,
    own: String,
    said: Said,
    hides_dust: bool,
}

impl Question {
    fn is_about(&self, entry: &Entry) -> bool {
        let has_words = || {
            // How sure a row is stands in no search: it changes with every block.
            let row = history::row(entry, &self.own, 0, &self.said.contacts, &self.said.labels);
            row.has(&self.search)
        };
        self.role.is_none_or(|role| role == entry.role) && (self.search.is_empty() || has_words())
    }

    /// Whether it is the same for who asks: names and labels may be others.
    fn is_again(&self, before: &Self) -> bool {
        (self.role, self.hides_dust, &self.search, &self.own)
            == (before.role, before.hides_dust, &before.search, &before.own)
    }

    /// Whether it is about all of these rows: nothing is looked for, and none can be dust.
    fn is_about_all(&self, entries: &[Entry]) -> bool {
        self.role.is_none() && self.search.is_empty() && !has_tiny(entries)
    }
}

/// A question, and how far the rows were asked.
#[derive(Default)]
struct Search {
    question: Option<Question>,
    entries: Vec<Entry>,
    next: usize,
    found: Vec<Entry>,
    /// Ids of those that are dust, listed or not.
    dust: BTreeSet<String>,
    /// Whom the wallet paid: learned from rows before any row is asked, if one may be dust.
    known: Known,
    learned: usize,
    /// Whether what is listed answers the same question, of rows that were there before: it stays until
    /// all is asked again, so that nothing flickers.
    is_again: bool,
    is_running: bool,
}

impl Search {
    /// Begins with a question, or goes on when there are only more rows than before.
    fn begin(&mut self, question: Question, entries: Vec<Entry>) {
        let before = self.question.as_ref();
        if before != Some(&question) || !begins_with(&entries, &self.entries) {
            self.is_again = before.is_some_and(|before| question.is_again(before));
            self.forget();
            (self.known, self.learned) = (Known::default(), 0);
        }
        self.question = Some(question);
        self.entries = entries;
        if !has_tiny(&self.entries) {
            self.learned = self.entries.len();
        }
    }

    /// Asks all rows again.
    fn forget(&mut self) {
        self.next = 0;
        self.found.clear();
        self.dust.clear();
    }

    /// Learns from some rows whom the wallet paid. Where that makes somebody known, what was asked before
    /// is asked again: it stays listed meanwhile.
    fn learn(&mut self) {
        let end = self.entries.len().min(self.learned + ROWS);
        let before = self.known.count();
        self.entries[self.learned..end].iter().for_each(|entry| self.known.learn(entry));
        self.learned = end;
        if self.next > 0 && self.known.count() > before {
            self.forget();
            self.is_again = true;
        }
    }

    /// Asks rows until `is_over`, which is looked at now and then.
    fn go_on(&mut self, is_over: impl Fn() -> bool) {
        while !self.is_done() {
            if self.learned < self.entries.len() {
                self.learn();
            } else {
                self.ask_some();
            }
            if is_over() {
                return;
            }
        }
    }

    fn ask_some(&mut self) {
        let end = self.entries.len().min(self.next + ROWS);
        let Some(question) = &self.question else { return self.next = end };
        for entry in &self.entries[self.next..end] {
            if !question.is_about(entry) {
                continue;
            }
            let is_dust = self.known.is_dust(entry, &question.said);
            if is_dust {
                self.dust.insert(id_of(entry).to_string());
            }
            if !(is_dust && question.hides_dust) {
                self.found.push(Entry::clone(entry));
            }
        }
        self.next = end;
    }

    const fn is_done(&self) -> bool {
        self.learned >= self.entries.len() && self.next >= self.entries.len()
    }
}

fn has_tiny(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| tiny_from(entry).is_some())
}

/// Whether the longer list begins with the shorter one; where both ends are the same, so is what is between.
fn begins_with(long: &[Entry], short: &[Entry]) -> bool {
    let is_there = |index: usize| {
        long.get(index).zip(short.get(index)).is_some_and(|(one, other)| Arc::ptr_eq(one, other))
    };
    short.is_empty() || is_there(0) && is_there(short.len() - 1)
}

/// Lists the wallet's rows of the kind and with the words that are looked for, and follows all of them.
pub(super) fn listed(
    wallet: Wallet,
    role: impl Fn() -> Option<Role> + 'static,
    words: RwSignal<String>,
    hides_dust: RwSignal<bool>,
) -> Listed {
    let listed = Listed {
        rows: RwSignal::new(Vec::new()),
        is_searching: RwSignal::new(true),
        dust: RwSignal::new(0),
        marks: DustMarks::provide(),
    };
    let search = Rc::new(RefCell::new(Search::default()));
    effect(move || {
        let question = Question {
            role: role(),
            search: words.get().to_lowercase(),
            own: wallet.address.get().unwrap_or_default(),
            said: wallet.said(),
            hides_dust: hides_dust.get(),
        };
        let mut state = search.borrow_mut();
        if wallet.activity.with(|entries| question.is_about_all(entries)) {
            *state = Search { is_running: state.is_running, ..Search::default() };
            listed.dust.set(0);
            listed.rows.set(wallet.activity.get());
            listed.is_searching.set(false);
            return;
        }
        state.begin(question, wallet.activity.get());
        listed.is_searching.set(true);
        if !std::mem::replace(&mut state.is_running, true) {
            spawn_local(run(listed, Rc::clone(&search)));
        }
    });
    listed
}

/// Asks all rows, slice by slice, also those that come meanwhile.
async fn run(listed: Listed, search: Rc<RefCell<Search>>) {
    loop {
        let is_done = slice(listed, &search);
        if is_done {
            return;
        }
        browser::sleep(0).await;
    }
}

/// Asks some rows, and lists what was found. Whether there is nothing more to ask.
fn slice(listed: Listed, search: &RefCell<Search>) -> bool {
    let mut search = search.borrow_mut();
    let began = browser::monotonic_ms();
    search.go_on(|| browser::monotonic_ms() - began > SLICE_MS);
    let is_done = search.is_done();
    search.is_running = !is_done;
    // Nothing is looked for any more when everything is listed.
    if search.question.is_some() && (is_done || !search.is_again) {
        listed.marks.set(search.dust.clone());
        listed.dust.try_set(search.dust.len());
        // Gives it back when the page is gone.
        if listed.rows.try_set(search.found.clone()).is_some() {
            return true;
        }
        listed.is_searching.set(!is_done);
    }
    is_done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{testkit, wallet::book::Book};
    use shared::api::ActivityRow;
    use std::cell::Cell;

    fn entry(height: u64, role: Role) -> Entry {
        Entry::new(testkit::row(height, role))
    }

    fn entries(count: u64) -> Vec<Entry> {
        let role = |height| if height % 3 == 0 { Role::Mined } else { Role::Received };
        (0..count).map(|height| entry(height, role(height))).collect()
    }

    fn question(role: Option<Role>, search: &str) -> Question {
        Question {
            role,
            search: search.into(),
            own: "me".into(),
            said: Said { labels: Book::parse("b7 rent\n"), ..Said::default() },
            hides_dust: true,
        }
    }

    /// The heights found, and after how many slices of one look at the clock.
    fn ask(search: &mut Search) -> (Vec<u64>, usize) {
        let slices = Cell::new(1);
        while !search.is_done() {
            search.go_on(|| true);
            slices.set(slices.get() + 1);
        }
        (search.found.iter().filter_map(|entry| entry.height).collect(), slices.get() - 1)
    }

    #[test]
    fn many_rows_are_asked_in_many_slices() {
        let mut search = Search::default();
        search.begin(question(Some(Role::Mined), ""), entries(100));
        let (found, slices) = ask(&mut search);
        assert_eq!(found, (0..100).filter(|height| height % 3 == 0).collect::<Vec<_>>());
        assert_eq!(slices, 100_usize.div_ceil(ROWS));
        search.begin(question(None, "rent"), entries(100));
        assert_eq!(ask(&mut search).0, [7]);
        assert!(question(None, "").is_about_all(&search.entries));
        assert!(!question(None, "x").is_about_all(&search.entries));
    }

    #[test]
    fn rows_that_are_added_below_are_asked_and_no_others() {
        let mut all = entries(100);
        let mut search = Search::default();
        search.begin(question(None, "9"), all.clone());
        search.go_on(|| true);
        all.push(entry(109, Role::Mined));
        search.begin(question(None, "9"), all.clone());
        assert_eq!(search.next, ROWS, "what was asked is not asked again");
        let (found, _) = ask(&mut search);
        assert_eq!((found.first(), found.last(), found.len()), (Some(&9), Some(&109), 20));
        assert!(!search.is_again);

        // One above: all are asked again, and what is listed stays meanwhile.
        all.insert(0, entry(200, Role::Mined));
        search.begin(question(None, "9"), all.clone());
        assert!(search.is_again && search.next == 0);
        // Another question shows its rows as they are found.
        search.begin(question(None, "200"), all);
        assert!(!search.is_again);
        assert_eq!(ask(&mut search).0, [200]);
    }

    /// One mite from Eve, whom nobody knows, or a payment to her.
    fn of_eve(height: u64, role: Role) -> Entry {
        let (from, to) = if role == Role::Sent { ("me", "eve") } else { ("eve", "me") };
        let transaction = Some(testkit::transaction(from, &[to]));
        Entry::new(ActivityRow { transaction, ..testkit::row(height, role) })
    }

    #[test]
    fn dust_is_counted_and_folded_away_until_it_is_wished_to_be_seen() {
        let mut all = entries(100);
        all.insert(40, of_eve(340, Role::Received));
        let mut search = Search::default();
        let mut question = question(None, "");
        assert!(!question.is_about_all(&all));
        search.begin(question.clone(), all.clone());
        assert_eq!(ask(&mut search).0.len(), 100);
        assert_eq!((search.dust.len(), search.found.len()), (1, 100));
        question.hides_dust = false;
        search.begin(question, all);
        assert!(!search.is_again, "it is shown as it is found");
        assert_eq!((ask(&mut search).0.len(), search.dust.len()), (101, 1));
    }

    #[test]
    fn an_older_payment_to_a_stranger_brings_back_what_was_folded_away() {
        let mut all = entries(50);
        all.insert(0, of_eve(340, Role::Received));
        let mut search = Search::default();
        search.begin(question(None, ""), all.clone());
        assert_eq!(ask(&mut search).0.len(), 50);
        all.extend(entries(50));
        search.begin(question(None, ""), all.clone());
        assert_eq!((ask(&mut search).0.len(), search.is_again), (100, false));
        all.push(of_eve(1, Role::Sent));
        search.begin(question(None, ""), all);
        assert_eq!((ask(&mut search).0.len(), search.dust.len()), (102, 0));
        assert!(search.is_again, "what is listed stays until all is asked again");
    }
}
