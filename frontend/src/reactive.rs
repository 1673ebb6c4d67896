//! Signals that cost little code.
//!
//! Leptos's own are compiled anew for every type they hold and for every closure that computes one:
//! that was most of the app. These have the same methods, but keep their values behind `dyn Any` in
//! one arena and use leptos's graph for one thing only, to tell who must look again. What is left
//! for each type is a lock and a comparison of type ids.
//!
//! Handles are copied freely and end with the page that made them.

mod arena;
mod run;

pub use run::{ViewFn, effect, handler, shown, spawn_local};

use arena::{
    Place, Something, Source, change, change_any, computed, is_there, kept, memo, read, replace,
};
use leptos::{
    prelude::{
        ArcTrigger, IntoAttributeValue, IntoRender, LocalStorage, StoredValue as ArenaValue,
    },
    tachys::reactive_graph::SharedReactiveFunction,
};
use run::boxed;
use std::{any::Any, marker::PhantomData};

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
                shown(move || self.get())
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
        if !is_there(self.0) {
            return Some(value);
        }
        // The old value is dropped here, when nothing is locked any more.
        drop(replace(self.0, Box::new(value)));
        None
    }

    /// Changes the value.
    pub fn update(&self, act: impl FnOnce(&mut T)) {
        let _ = change(self.0, act);
    }

    /// Makes who follows look again, though nothing has changed.
    pub fn notify(&self) {
        change_any(self.0, &mut |_: &mut dyn Any| ());
    }
}

/// A value that is computed of others, and again only when one of them has changed.
pub struct Memo<T>(Place, PhantomData<fn() -> T>);

readable!(Memo);

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// The value that `compute` gives. Who follows it looks again only when it is another one.
    #[must_use]
    pub fn new(compute: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self(memo(boxed(move || Box::new(compute()) as Something), is_same::<T>), PhantomData)
    }
}

fn is_same<T: PartialEq + 'static>(one: &dyn Any, other: &dyn Any) -> bool {
    one.downcast_ref::<T>() == other.downcast_ref::<T>()
}

/// A value to be read, wherever it comes from.
pub struct Signal<T>(Place, PhantomData<fn() -> T>);

readable!(Signal);

impl<T: Send + Sync + 'static> Signal<T> {
    /// The value that `compute` gives, computed each time it is read.
    #[must_use]
    pub fn derive(compute: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self(computed(compute), PhantomData)
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
        drop(replace(self.0, Box::new(value)));
    }

    /// Changes the value.
    pub fn update_value(&self, act: impl FnOnce(&mut T)) {
        self.try_update_value(act);
    }

    /// What `act` makes of the value that it may change; `None` when the page is gone.
    pub fn try_update_value<U>(&self, act: impl FnOnce(&mut T) -> U) -> Option<U> {
        change(self.0, act)
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
