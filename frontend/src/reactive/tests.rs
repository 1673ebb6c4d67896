use super::*;
use leptos::prelude::Owner;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

fn with_owner(test: impl FnOnce()) {
    let owner = Owner::new();
    owner.with(test);
}

#[test]
fn a_signal_gives_what_was_set() {
    with_owner(|| {
        let signal = RwSignal::new(1);
        signal.set(2);
        signal.update(|value| *value += 3);
        assert_eq!((signal.get_untracked(), Signal::from(signal).get_untracked()), (5, 5));
    });
}

#[test]
fn a_memo_computes_only_after_a_change() {
    with_owner(|| {
        let runs = Arc::new(AtomicUsize::new(0));
        let (source, counter) = (RwSignal::new(1), Arc::clone(&runs));
        let memo = Memo::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
            source.get() > 1
        });
        assert_eq!(runs.load(Ordering::Relaxed), 0);
        assert!(!memo.get_untracked() && !memo.get_untracked());
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        source.set(2);
        assert!(memo.get_untracked());
        assert_eq!(runs.load(Ordering::Relaxed), 2);
    });
}

#[test]
fn a_memo_of_a_memo_computes_only_when_that_one_changed() {
    with_owner(|| {
        let runs = Arc::new(AtomicUsize::new(0));
        let (source, counter) = (RwSignal::new(1), Arc::clone(&runs));
        let even = Memo::new(move || source.get() % 2 == 0);
        let text = Memo::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
            even.get().to_string()
        });
        assert_eq!(text.get_untracked(), "false");
        source.set(3);
        assert_eq!(text.get_untracked(), "false");
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        source.set(4);
        assert_eq!(text.get_untracked(), "true");
    });
}

#[test]
fn what_belonged_to_a_page_is_gone_with_it() {
    let owner = Owner::new();
    let (signal, stored) = owner.with(|| (RwSignal::new(1), StoredValue::new(2)));
    assert_eq!((signal.try_set(3), stored.try_get_value()), (None, Some(2)));
    owner.cleanup();
    assert_eq!((signal.try_set(4), signal.try_get_untracked()), (Some(4), None));
    assert_eq!(stored.try_get_value(), None);
}
