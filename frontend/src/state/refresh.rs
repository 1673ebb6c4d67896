//! Fetching again without piling up: at most one fetch runs, and at most one more waits.

use crate::reactive::StoredValue;
use crate::reactive::spawn_local;
use std::{future::Future, pin::Pin, sync::Arc};

type Fetch = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>> + Send + Sync>;

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
        let fetch: Fetch = Arc::new(move || Box::pin(fetch()));
        Self {
            fetch: StoredValue::new(fetch),
            running: StoredValue::new(false),
            again: StoredValue::new(false),
        }
    }

    /// Fetches now, or once more after the fetch that runs.
    pub(crate) fn ask(self) {
        if self.running.try_get_value().unwrap_or_default() {
            self.again.set_value(true);
            return;
        }
        self.running.set_value(true);
        spawn_local(async move {
            loop {
                self.again.set_value(false);
                // What is asked for a page ends with it.
                let Some(fetch) = self.fetch.try_get_value() else { return };
                fetch().await;
                if !self.again.try_get_value().unwrap_or_default() {
                    break;
                }
            }
            self.running.set_value(false);
        });
    }
}
