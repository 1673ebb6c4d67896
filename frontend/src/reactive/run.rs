//! What runs after a change, on an event, or beside everything else: boxed, so that the code that
//! runs it is there once and not once for each closure.
//!
//! Behind traits of our own: a boxed `Fn` can also be called as `FnMut` and `FnOnce`, and each closure
//! has code for that, with all that it does in it once more.

use leptos::{
    children::ToChildren,
    prelude::{AnyView, IntoAny as _, RenderHtml},
    tachys::reactive_graph::SharedReactiveFunction,
};
use std::{
    pin::Pin,
    sync::{Arc, Mutex},
};

/// A function without arguments.
trait Function<T> {
    fn call(&self) -> T;
}

impl<T, F: Fn() -> T> Function<T> for F {
    fn call(&self) -> T {
        self()
    }
}

/// Makes a value, as often as it is asked for.
pub(super) struct Make<T>(Box<dyn Function<T> + Send + Sync>);

impl<T> Make<T> {
    pub(super) fn make(&self) -> T {
        self.0.call()
    }
}

pub(super) fn boxed<T>(make: impl Fn() -> T + Send + Sync + 'static) -> Make<T> {
    Make(Box::new(make))
}

/// Runs `act`, and again after each change of what it has read.
pub fn effect(act: impl Fn() + 'static) {
    fn run(act: Box<dyn Function<()>>) {
        leptos::prelude::Effect::new(move |_: Option<()>| act.call());
    }
    run(Box::new(act));
}

/// What `view` gives, shown anew after each change of what it has read: one type for all that give
/// the same.
pub fn shown<V: 'static>(view: impl Fn() -> V + Send + 'static) -> SharedReactiveFunction<V> {
    fn share<V: 'static>(view: Box<dyn Function<V> + Send>) -> SharedReactiveFunction<V> {
        Arc::new(Mutex::new(move || view.call()))
    }
    share(Box::new(view))
}

/// A function that takes an event.
trait Handle<E> {
    fn handle(&mut self, event: E);
}

impl<E, F: FnMut(E)> Handle<E> for F {
    fn handle(&mut self, event: E) {
        self(event);
    }
}

/// What acts on an event: one type for all that act on its kind.
pub fn handler<E: 'static>(act: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    fn share<E: 'static>(mut act: Box<dyn Handle<E>>) -> Box<dyn FnMut(E)> {
        Box::new(move |event| act.handle(event))
    }
    share(Box::new(act))
}

/// Runs `future` beside everything else.
pub fn spawn_local(future: impl Future<Output = ()> + 'static) {
    fn spawn(future: Pin<Box<dyn Future<Output = ()>>>) {
        leptos::task::spawn_local(future);
    }
    spawn(Box::pin(future));
}

/// What a component is given to show, as often as it likes.
#[derive(Clone)]
pub struct ViewFn(Arc<dyn Function<AnyView> + Send + Sync>);

impl ViewFn {
    /// Builds the view.
    #[must_use]
    pub fn run(&self) -> AnyView {
        self.0.call()
    }
}

impl Default for ViewFn {
    fn default() -> Self {
        Self::from(|| ())
    }
}

impl<F, V> From<F> for ViewFn
where
    F: Fn() -> V + Send + Sync + 'static,
    V: RenderHtml + Send + 'static,
{
    fn from(view: F) -> Self {
        Self(Arc::new(move || view().into_any()))
    }
}

impl<F, V> ToChildren<F> for ViewFn
where
    F: Fn() -> V + Send + Sync + 'static,
    V: RenderHtml + Send + 'static,
{
    fn to_children(view: F) -> Self {
        Self::from(view)
    }
}
