//! Fetching again without piling up: at most one fetch runs, and at most one more waits.

use leptos::{
    prelude::{GetValue as _, SetValue as _, StoredValue, WithValue as _},
    task::spawn_local,
};
use std::{future::Future, pin::Pin};

type Fetch = Box<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>> + Send + Sync>;

/// A fetch that many things ask for. Asking while it runs makes it run once more afterwards, so
/// that the last answer is never older than the last question.
#[derive(Clone, Copy)]
pub(crate) struct Refresh {
    fetch: StoredValue<Fetch>,
    running: StoredValue<bool>,
    again: StoredValue<bool>,
}

impl Refresh {
    /// Keeps `fetch` for later.
    pub(crate) fn new<F, T>(fetch: F) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output = ()> + 'static,
    {
        let fetch: Fetch = Box::new(move || Box::pin(fetch()));
        Self {
            fetch: StoredValue::new(fetch),
            running: StoredValue::new(false),
            again: StoredValue::new(false),
        }
    }

    /// Fetches now, or once more after the fetch that runs.
    pub(crate) fn ask(self) {
        if self.running.get_value() {
            self.again.set_value(true);
            return;
        }
        self.running.set_value(true);
        spawn_local(async move {
            loop {
                self.again.set_value(false);
                self.fetch.with_value(|fetch| fetch()).await;
                if !self.again.get_value() {
                    break;
                }
            }
            self.running.set_value(false);
        });
    }
}
