//! Short messages: confirmations, which go by themselves, and alerts, which stay.

use crate::browser;
use crate::prelude::*;

/// How long a confirmation stays.
const STATUS_SECONDS: u32 = 6;
/// More at once would be a wall.
const MOST: usize = 5;

/// How urgent a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something went as it should: `role=status`.
    Status,
    /// Something needs attention: `role=alert`.
    Alert,
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Distinguishes it from all others.
    pub id: u64,
    /// How urgent it is.
    pub kind: NoticeKind,
    /// What it says.
    pub text: String,
}

/// The notices on the screen.
#[derive(Clone, Copy)]
pub struct Notices {
    /// Oldest first.
    pub items: RwSignal<Vec<Notice>>,
    next: StoredValue<u64>,
}

impl Notices {
    /// Says that something went as it should.
    pub fn status(&self, text: impl Into<String>) {
        let id = self.push(NoticeKind::Status, text.into());
        let notices = *self;
        spawn_local(async move {
            browser::sleep(STATUS_SECONDS * 1_000).await;
            notices.dismiss(id);
        });
    }

    /// Says something that stays until it is dismissed, though nothing is wrong.
    pub fn remain(&self, text: impl Into<String>) {
        self.push(NoticeKind::Status, text.into());
    }

    /// Says that something needs attention; stays until it is dismissed.
    pub fn alert(&self, text: impl Into<String>) {
        let text = text.into();
        crate::storage::log(&text);
        self.push(NoticeKind::Alert, text);
    }

    /// Takes a notice away.
    pub fn dismiss(&self, id: u64) {
        self.items.update(|items| items.retain(|notice| notice.id != id));
    }

    fn push(&self, kind: NoticeKind, text: String) -> u64 {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.items.update(|items| {
            // The same text again is the same message.
            items.retain(|notice| notice.text != text);
            items.push(Notice { id, kind, text });
            let excess = items.len().saturating_sub(MOST);
            items.drain(..excess);
        });
        id
    }
}

/// Makes the notices; once, in the app.
pub fn provide_notices() -> Notices {
    let notices = Notices { items: RwSignal::new(Vec::new()), next: StoredValue::new(0) };
    provide_context(notices);
    notices
}

/// The notices.
#[must_use]
pub fn use_notices() -> Notices {
    expect_context()
}
