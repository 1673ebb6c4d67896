//! Signals that cost little code.
//!
//! Leptos's own are compiled anew for every type they hold and for every closure that computes one:
//! that was most of the app. These have the same methods, but keep their values behind `dyn Any` in
//! one arena and use leptos's graph for one thing only, to tell who must look again. What is left
//! for each type is a lock and a comparison of type ids.
//!
//! Handles are copied freely and end with the page that made them.

mod run;

pub use run::{effect, handler, shown, spawn_local};

use leptos::{
    prelude::{
        ArcMemo, ArcTrigger, Get as _, GetUntracked as _, GetValue as _, IntoAttributeValue,
        IntoRender, LocalStorage, Notify as _, StoredValue as ArenaValue, Track as _, untrack,
    },
    tachys::reactive_graph::SharedReactiveFunction,
};
use std::{
    any::Any,
    marker::PhantomData,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

/// Computes a value, again whenever it is asked for.
type Compute<T> = Box<dyn Fn() -> T + Send + Sync>;

/// A value that is kept; empty only in a memo that nobody has read.
struct Kept<T>(RwLock<Option<T>>);

impl<T> Kept<T> {
    fn look(&self, look: &mut dyn FnMut(&T)) {
        if let Some(value) = &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
            look(value);
        }
    }

    fn change(&self, change: &mut dyn FnMut(&mut Option<T>)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// How it is known that a value has changed.
#[derive(Clone)]
enum Source {
    /// By being told.
    Told(ArcTrigger),
    /// By computing it again when something it was computed of has changed: this counts the changes.
    Counted(ArcMemo<u32>),
    /// Not at all, or by what it is computed of.
    Still,
}

/// A value in the arena: a [`Kept`] or a [`Compute`].
#[derive(Clone)]
struct Node {
    source: Source,
    value: Arc<dyn Any + Send + Sync>,
}

/// A place in the arena. It empties with the owner under which it was made.
type Place = ArenaValue<Node>;

fn place(source: Source, value: Arc<dyn Any + Send + Sync>) -> Place {
    ArenaValue::new(Node { source, value })
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
fn visit<T: 'static>(place: Place, follow: bool, look: &mut dyn FnMut(&T)) {
    let Some(node) = node(place, follow) else { return };
    if let Some(kept) = node.value.downcast_ref::<Kept<T>>() {
        kept.look(look);
    } else if let Some(compute) = node.value.downcast_ref::<Compute<T>>() {
        look(&if follow { compute() } else { untrack(compute) });
    }
}

/// What `look` makes of the value at a place; `None` when the place is empty.
fn read<T: 'static, U>(place: Place, follow: bool, look: impl FnOnce(&T) -> U) -> Option<U> {
    let (mut look, mut seen) = (Some(look), None);
    visit(place, follow, &mut |value| seen = look.take().map(|look| look(value)));
    seen
}

/// Changes the value at a place and tells who follows it; `false` when the place is empty.
fn change<T: 'static>(place: Place, change: &mut dyn FnMut(&mut Option<T>)) -> bool {
    let Some(node) = place.try_get_value() else { return false };
    let Some(kept) = node.value.downcast_ref::<Kept<T>>() else { return false };
    kept.change(change);
    if let Source::Told(changed) = &node.source {
        changed.notify();
    }
    true
}

fn kept<T: Send + Sync + 'static>(source: Source, value: T) -> Place {
    place(source, Arc::new(Kept(RwLock::new(Some(value)))))
}

/// Who reads a value of a page that is gone has forgotten to end with it.
#[cold]
fn gone() -> ! {
    panic!("a signal was read after its page was gone")
}

/// What all handles share.
macro_rules! handle {
    ($name:ident) => {
        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}
    };
}

/// The methods of everything that can be followed.
macro_rules! readable {
    ($name:ident) => {
        handle!($name);

        impl<T: 'static> $name<T> {
            /// Shows the value to `look` and follows it.
            pub fn with<U>(&self, look: impl FnOnce(&T) -> U) -> U {
                read(self.0, true, look).unwrap_or_else(|| gone())
            }

            /// Shows the value to `look` without following it.
            pub fn with_untracked<U>(&self, look: impl FnOnce(&T) -> U) -> U {
                self.try_with_untracked(look).unwrap_or_else(|| gone())
            }

            /// The same; `None` when the page is gone.
            pub fn try_with_untracked<U>(&self, look: impl FnOnce(&T) -> U) -> Option<U> {
                read(self.0, false, look)
            }

            /// Follows the value.
            pub fn track(&self) {
                self.with(|_| ());
            }
        }

        impl<T: Clone + 'static> $name<T> {
            /// The value; follows it.
            #[must_use]
            pub fn get(&self) -> T {
                self.with(T::clone)
            }

            /// The value, without following it.
            #[must_use]
            pub fn get_untracked(&self) -> T {
                self.with_untracked(T::clone)
            }

            /// The same; `None` when the page is gone.
            #[must_use]
            pub fn try_get_untracked(&self) -> Option<T> {
                self.try_with_untracked(T::clone)
            }
        }

        impl<T: Clone + 'static> IntoRender for $name<T> {
            type Output = SharedReactiveFunction<T>;

            fn into_render(self) -> Self::Output {
                Arc::new(Mutex::new(move || self.get()))
            }
        }

        impl<T: Clone + 'static> IntoAttributeValue for $name<T> {
            type Output = SharedReactiveFunction<T>;

            fn into_attribute_value(self) -> Self::Output {
                self.into_render()
            }
        }
    };
}

/// A value that is set, and followed by what shows it.
pub struct RwSignal<T>(Place, PhantomData<fn() -> T>);

readable!(RwSignal);

impl<T: Send + Sync + 'static> RwSignal<T> {
    /// A signal with this value.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(kept(Source::Told(ArcTrigger::new()), value), PhantomData)
    }

    /// Sets the value.
    pub fn set(&self, value: T) {
        self.try_set(value);
    }

    /// Sets the value; gives it back when the page is gone.
    pub fn try_set(&self, value: T) -> Option<T> {
        let mut value = Some(value);
        // The old value is dropped here, when nothing is locked any more.
        let is_set = change(self.0, &mut |kept| std::mem::swap(kept, &mut value));
        value.filter(|_| !is_set)
    }

    /// Changes the value.
    pub fn update(&self, act: impl FnOnce(&mut T)) {
        let mut act = Some(act);
        change(self.0, &mut |kept| {
            if let (Some(act), Some(value)) = (act.take(), kept) {
                act(value);
            }
        });
    }

    /// Makes who follows look again, though nothing has changed.
    pub fn notify(&self) {
        change::<T>(self.0, &mut |_| ());
    }
}

/// A value that is computed of others, and again only when one of them has changed.
pub struct Memo<T>(Place, PhantomData<fn() -> T>);

readable!(Memo);

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// The value that `compute` gives. Who follows it looks again only when it is another one.
    #[must_use]
    pub fn new(compute: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self::boxed(Box::new(compute))
    }

    fn boxed(compute: Compute<T>) -> Self {
        let value = Arc::new(Kept(RwLock::new(None)));
        let kept = Arc::clone(&value);
        let recompute = move || {
            let mut fresh = Some(compute());
            let is_new = *kept.0.read().unwrap_or_else(PoisonError::into_inner) != fresh;
            if is_new {
                kept.change(&mut |kept| std::mem::swap(kept, &mut fresh));
            }
            is_new
        };
        Self(place(Source::Counted(counted(Box::new(recompute))), value), PhantomData)
    }
}

/// Counts how often `recompute` says that there is something new.
fn counted(recompute: Box<dyn Fn() -> bool + Send + Sync>) -> ArcMemo<u32> {
    ArcMemo::new(move |before: Option<&u32>| {
        before.copied().unwrap_or_default().wrapping_add(u32::from(recompute()))
    })
}

/// A value to be read, wherever it comes from.
pub struct Signal<T>(Place, PhantomData<fn() -> T>);

readable!(Signal);

impl<T: Send + Sync + 'static> Signal<T> {
    /// The value that `compute` gives, computed each time it is read.
    #[must_use]
    pub fn derive(compute: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let compute: Compute<T> = Box::new(compute);
        Self(place(Source::Still, Arc::new(compute)), PhantomData)
    }

    /// A value that never changes.
    #[must_use]
    pub fn stored(value: T) -> Self {
        Self(kept(Source::Still, value), PhantomData)
    }
}

impl<T: Default + Send + Sync + 'static> Default for Signal<T> {
    fn default() -> Self {
        Self::stored(T::default())
    }
}

impl<T> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self(signal.0, PhantomData)
    }
}

impl<T> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        Self(memo.0, PhantomData)
    }
}

impl<T: Send + Sync + 'static> From<T> for Signal<T> {
    fn from(value: T) -> Self {
        Self::stored(value)
    }
}

impl From<&str> for Signal<String> {
    fn from(text: &str) -> Self {
        Self::stored(text.to_string())
    }
}

impl From<String> for Signal<Option<String>> {
    fn from(text: String) -> Self {
        Self::stored(Some(text))
    }
}

/// A value that nobody follows.
pub struct StoredValue<T>(Place, PhantomData<fn() -> T>);

handle!(StoredValue);

impl<T: Send + Sync + 'static> StoredValue<T> {
    /// Keeps a value.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(kept(Source::Still, value), PhantomData)
    }

    /// Shows the value to `look`.
    pub fn with_value<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        read(self.0, false, look).unwrap_or_else(|| gone())
    }

    /// Replaces the value.
    pub fn set_value(&self, value: T) {
        let mut value = Some(value);
        change(self.0, &mut |kept| std::mem::swap(kept, &mut value));
    }

    /// Changes the value.
    pub fn update_value(&self, act: impl FnOnce(&mut T)) {
        self.try_update_value(act);
    }

    /// What `act` makes of the value that it may change; `None` when the page is gone.
    pub fn try_update_value<U>(&self, act: impl FnOnce(&mut T) -> U) -> Option<U> {
        let (mut act, mut made) = (Some(act), None);
        change(self.0, &mut |kept| {
            if let (Some(act), Some(value)) = (act.take(), kept) {
                made = Some(act(value));
            }
        });
        made
    }
}

impl<T: Clone + Send + Sync + 'static> StoredValue<T> {
    /// The value.
    #[must_use]
    pub fn get_value(&self) -> T {
        self.with_value(T::clone)
    }

    /// The value; `None` when the page is gone.
    #[must_use]
    pub fn try_get_value(&self) -> Option<T> {
        read(self.0, false, T::clone)
    }
}

/// A value that nobody follows and that stays on its thread.
pub type LocalValue<T> = ArenaValue<T, LocalStorage>;

#[cfg(test)]
mod tests;
