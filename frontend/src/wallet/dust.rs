//! Tiny payments from strangers, and what they are for: somebody who searched for a key whose address
//! begins and ends as one that the wallet pays sends next to nothing, and hopes that his address is
//! copied from the history in the place of the right one. Pure.

use super::{book::Book, history::id_of};
use shared::api::{ActivityRow, Role};
use std::collections::BTreeSet;

/// Mites below which a payment is tiny: a ten-thousandth of a coin. Once a byte costs a mite, the least
/// step by which pools let a fee be raised, a payment to a new account counts as 1,174 bytes
/// (`shared::policy::weight`): what is hidden pays for a few payments at most.
pub const TINY: u64 = 10_000;

/// Addresses that are no strangers: those that the wallet paid, as far as its rows are loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known(BTreeSet<String>);

/// What a person has said about addresses and rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Names of other people's addresses.
    pub contacts: Book,
    /// Labels of rows.
    pub labels: Book,
    /// Addresses of the wallet's own accounts.
    pub own: Vec<String>,
}

impl Known {
    /// Whom these rows show the wallet to have paid.
    #[must_use]
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a ActivityRow>) -> Self {
        let mut known = Self::default();
        rows.into_iter().for_each(|row| known.learn(row));
        known
    }

    /// Learns whom a row shows the wallet to have paid.
    pub fn learn(&mut self, row: &ActivityRow) {
        let paid = row.transaction.iter().filter(|_| row.role == Role::Sent);
        for payment in paid.flat_map(|transaction| &transaction.payments) {
            if !self.0.contains(&payment.recipient) {
                self.0.insert(payment.recipient.clone());
            }
        }
    }

    /// How many addresses are known.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether a row is a tiny payment from a stranger that nobody has labelled.
    #[must_use]
    pub fn is_dust(&self, row: &ActivityRow, said: &Said) -> bool {
        tiny_from(row).is_some_and(|sender| {
            let is_own = said.own.iter().any(|own| own == sender);
            let is_named = said.contacts.name_of(sender).is_some();
            let is_labelled = said.labels.name_of(id_of(row)).is_some();
            !is_own && !is_named && !is_labelled && !self.0.contains(sender)
        })
    }
}

/// From whom a tiny payment came; nobody when a row is none.
#[must_use]
pub fn tiny_from(row: &ActivityRow) -> Option<&str> {
    let is_tiny = row.role == Role::Received && row.amount < TINY;
    row.transaction.as_ref().filter(|_| is_tiny).map(|transaction| transaction.sender.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;

    fn received(sender: &str, amount: u64) -> ActivityRow {
        let transaction = Some(testkit::transaction(sender, &["me"]));
        ActivityRow { amount, transaction, ..testkit::row(5, Role::Received) }
    }

    fn sent(recipients: &[&str]) -> ActivityRow {
        let transaction = Some(testkit::transaction("me", recipients));
        ActivityRow { transaction, ..testkit::row(4, Role::Sent) }
    }

    #[test]
    fn only_tiny_payments_are_dust() {
        let (known, said) = (Known::default(), Said::default());
        assert!(known.is_dust(&received("eve", 1), &said));
        assert!(known.is_dust(&received("eve", TINY - 1), &said));
        assert!(!known.is_dust(&received("eve", TINY), &said));
        assert!(!known.is_dust(&sent(&["eve"]), &said));
        assert!(!known.is_dust(&testkit::row(5, Role::Mined), &said), "a tiny reward");
    }

    #[test]
    fn whoever_was_paid_once_is_no_stranger() {
        let rows = [received("bob", 1), sent(&["ada", "bob"]), received("eve", 1)];
        let known = Known::of(&rows);
        let dust = |row: &ActivityRow| known.is_dust(row, &Said::default());
        assert_eq!(rows.each_ref().map(dust), [false, false, true]);
        assert_eq!(known.count(), 2);
        // That somebody else was paid by the same stranger says nothing.
        let other = ActivityRow { role: Role::Received, ..sent(&["eve"]) };
        assert_eq!(Known::of([&other]).count(), 0);
    }

    #[test]
    fn what_a_person_named_labelled_or_owns_is_shown() {
        let row = received("eve", 1);
        let shown = |said: &Said| !Known::default().is_dust(&row, said);
        let named = |key: &str| Book::parse(&format!("{key} somebody\n"));
        assert!(shown(&Said { contacts: named("eve"), ..Said::default() }));
        assert!(shown(&Said { labels: named("id"), ..Said::default() }));
        assert!(shown(&Said { own: vec!["eve".into()], ..Said::default() }));
        let other = Said { contacts: named("bob"), labels: named("eve"), own: vec!["me".into()] };
        assert!(!shown(&other));
    }
}
