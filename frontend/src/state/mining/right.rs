//! Which tab of this browser mines: one does, and the others wait until it stops.
//!
//! Web Locks keep that, also when a tab crashes. Where there are none, e.g. on plain `http`, the tabs
//! talk to each other.

mod locks;
mod talk;

use locks::Lock;
use talk::Talk;

/// The right to mine, asked for or had. Dropping it gives it to the next tab.
pub(super) struct Right(Way);

enum Way {
    Lock(Lock),
    Talk(Talk),
    /// The browser has neither: every tab mines that is told to.
    Nobody,
}

impl Right {
    /// Asks for the right. `changed` is told when this tab has got it, or has lost it.
    pub(super) fn ask(changed: impl Fn(bool) + Clone + 'static) -> Self {
        let granted = changed.clone();
        if let Some(lock) = Lock::ask(move || granted(true)) {
            return Self(Way::Lock(lock));
        }
        Self(Talk::start(changed).map_or(Way::Nobody, Way::Talk))
    }

    /// Whether this tab has it.
    pub(super) fn is_ours(&self) -> bool {
        match &self.0 {
            Way::Lock(lock) => lock.is_ours(),
            Way::Talk(talk) => talk.is_ours(),
            Way::Nobody => true,
        }
    }
}
