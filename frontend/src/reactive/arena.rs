//! The one arena in which all values are kept, whatever their type, and who must look again when one
//! changes. Nothing here is compiled more than once but a look at a type id.

use super::run::Make;
use leptos::prelude::{
    ArcMemo, ArcTrigger, Get as _, GetUntracked as _, GetValue as _, Notify as _,
    StoredValue as ArenaValue, Track as _, untrack,
};
use std::{
    any::Any,
    sync::{Arc, PoisonError, RwLock},
};

/// A value of any type.
pub(super) type Something = Box<dyn Any + Send + Sync>;

/// What is done with a value that is looked at. Like [`Make`], for the sake of size.
pub(super) trait Look {
    fn look(&mut self, value: &dyn Any);
}

impl<F: FnMut(&dyn Any)> Look for F {
    fn look(&mut self, value: &dyn Any) {
        self(value);
    }
}

/// What computes a value, whenever it is asked for, and shows it.
pub(super) trait Compute: Send + Sync {
    fn show(&self, look: &mut dyn Look);
}

impl<T: 'static, F: Fn() -> T + Send + Sync> Compute for F {
    fn show(&self, look: &mut dyn Look) {
        look.look(&self());
    }
}

/// How it is known that a value has changed.
#[derive(Clone)]
pub(super) enum Source {
    /// By being told.
    Told(ArcTrigger),
    /// By computing it again when something it was computed of has changed: this counts the changes.
    Counted(ArcMemo<u32>),
    /// Not at all, or by what it is computed of.
    Still,
}

/// Where a value comes from.
enum Held {
    /// It is kept; empty only in a memo that nobody has read.
    Kept(RwLock<Option<Something>>),
    /// It is computed.
    Computed(Box<dyn Compute>),
}

impl Held {
    fn change(&self, change: &mut dyn FnMut(&mut Option<Something>)) {
        if let Self::Kept(kept) = self {
            change(&mut kept.write().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

/// A value in the arena.
#[derive(Clone)]
pub(super) struct Node {
    source: Source,
    value: Arc<Held>,
}

/// A place in the arena. It empties with the owner under which it was made.
pub(super) type Place = ArenaValue<Node>;

fn place(source: Source, value: Held) -> Place {
    ArenaValue::new(Node { source, value: Arc::new(value) })
}

/// What is at a place, up to date; whoever runs now follows it from here on, if `follow`.
fn node(place: Place, follow: bool) -> Option<Node> {
    let node = place.try_get_value()?;
    match &node.source {
        Source::Told(changed) if follow => changed.track(),
        Source::Counted(changes) if follow => drop(changes.get()),
        Source::Counted(changes) => drop(changes.get_untracked()),
        Source::Told(_) | Source::Still => {}
    }
    Some(node)
}

/// Shows the value at a place to `look`; not when the place is empty.
fn visit(place: Place, follow: bool, look: &mut dyn Look) {
    let Some(node) = node(place, follow) else { return };
    match &*node.value {
        Held::Kept(kept) => {
            if let Some(value) = &*kept.read().unwrap_or_else(PoisonError::into_inner) {
                look.look(&**value);
            }
        }
        Held::Computed(compute) if follow => compute.show(look),
        Held::Computed(compute) => untrack(|| compute.show(look)),
    }
}

/// What `look` makes of the value at a place; `None` when the place is empty.
pub(super) fn read<T: 'static, U>(
    place: Place,
    follow: bool,
    look: impl FnOnce(&T) -> U,
) -> Option<U> {
    let (mut look, mut seen) = (Some(look), None);
    visit(place, follow, &mut |value: &dyn Any| {
        seen = value.downcast_ref().and_then(|value| Some(look.take()?(value)));
    });
    seen
}

/// Puts another value at a place and tells who follows it; gives back what is not there now.
pub(super) fn replace(place: Place, value: Something) -> Something {
    let mut other = Some(value);
    if let Some(node) = place.try_get_value() {
        node.value.change(&mut |kept| std::mem::swap(kept, &mut other));
        node.tell();
    }
    // A place that holds values is never empty.
    other.unwrap_or_else(|| Box::new(()))
}

/// Changes the value at a place and tells who follows it; `None` when the place is empty.
pub(super) fn change<T: 'static, U>(place: Place, act: impl FnOnce(&mut T) -> U) -> Option<U> {
    let (mut act, mut made) = (Some(act), None);
    change_any(place, &mut |value: &mut dyn Any| {
        made = value.downcast_mut().and_then(|value| Some(act.take()?(value)));
    });
    made
}

/// As [`Look`], with leave to change it.
pub(super) trait Act {
    fn act(&mut self, value: &mut dyn Any);
}

impl<F: FnMut(&mut dyn Any)> Act for F {
    fn act(&mut self, value: &mut dyn Any) {
        self(value);
    }
}

pub(super) fn change_any(place: Place, act: &mut dyn Act) {
    let Some(node) = place.try_get_value() else { return };
    node.value.change(&mut |kept| {
        if let Some(value) = kept {
            act.act(&mut **value);
        }
    });
    node.tell();
}

impl Node {
    fn tell(&self) {
        if let Source::Told(changed) = &self.source {
            changed.notify();
        }
    }
}

pub(super) fn kept<T: Send + Sync + 'static>(source: Source, value: T) -> Place {
    keep(source, Box::new(value))
}

fn keep(source: Source, value: Something) -> Place {
    place(source, Held::Kept(RwLock::new(Some(value))))
}

pub(super) fn is_there(place: Place) -> bool {
    place.try_get_value().is_some()
}

/// A place whose value is computed whenever it is looked at.
pub(super) fn computed(compute: impl Compute + 'static) -> Place {
    place(Source::Still, Held::Computed(Box::new(compute)))
}

/// A place whose value is computed again when something that it was computed of has changed, and only
/// replaced by one that is not the same.
pub(super) fn memo(compute: Make<Something>, is_same: fn(&dyn Any, &dyn Any) -> bool) -> Place {
    let value = Arc::new(Held::Kept(RwLock::new(None)));
    let kept = Arc::clone(&value);
    let recompute = move |before: Option<&u32>| {
        let (mut fresh, mut is_new) = (Some(compute.make()), true);
        kept.change(&mut |kept| {
            if let (Some(kept), Some(fresh)) = (kept.as_deref(), fresh.as_deref()) {
                is_new = !is_same(kept, fresh);
            }
            if is_new {
                std::mem::swap(kept, &mut fresh);
            }
        });
        // Counts how often there was something new.
        before.copied().unwrap_or_default().wrapping_add(u32::from(is_new))
    };
    ArenaValue::new(Node { source: Source::Counted(ArcMemo::new(recompute)), value })
}
