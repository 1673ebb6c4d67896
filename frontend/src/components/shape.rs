//! What shows or not, and lists: one piece of code each, whatever they show.
//!
//! Leptos's own are compiled anew for every condition, every content and every kind of row.

use crate::reactive::{Memo, ViewFn, shown};
use leptos::prelude::*;
use std::sync::Arc;

/// Shows its children while `when` is true, and `fallback` else.
#[component]
pub fn Show<W>(
    /// The condition.
    when: W,
    /// What shows else.
    #[prop(optional, into)]
    fallback: ViewFn,
    /// What shows.
    children: ViewFn,
) -> impl IntoView
where
    W: Fn() -> bool + Send + Sync + 'static,
{
    either(Memo::new(when), children, fallback)
}

fn either(when: Memo<bool>, children: ViewFn, fallback: ViewFn) -> AnyView {
    shown(move || if when.get() { children.run() } else { fallback.run() }).into_any()
}

/// A row that is built when it is needed.
struct Row {
    key: String,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

/// A view for each item. A view stays for as long as there is an item with its key.
#[component]
pub fn For<T, E, K, C, V>(
    /// Gives the items.
    each: E,
    /// What tells an item from the others.
    key: K,
    /// Shows an item.
    children: C,
) -> impl IntoView
where
    T: Send + 'static,
    E: Fn() -> Vec<T> + Send + Sync + 'static,
    K: Fn(&T) -> String + Send + Sync + 'static,
    C: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let children = Arc::new(move |item| children(item).into_any());
    rows(Box::new(move || {
        let row = |item| {
            let children = Arc::clone(&children);
            Row { key: key(&item), view: Box::new(move || children(item)) }
        };
        each().into_iter().map(row).collect()
    }))
}

fn rows(rows: Box<dyn Fn() -> Vec<Row> + Send + Sync>) -> AnyView {
    let key = |row: &Row| row.key.clone();
    let show = |row: Row| (row.view)();
    leptos::prelude::For(leptos::prelude::ForProps { each: rows, key, children: show }).into_any()
}
