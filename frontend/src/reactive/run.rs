//! What runs after a change, on an event, or beside everything else: boxed, so that the code that
//! runs it is there once and not once for each closure.

use leptos::tachys::reactive_graph::SharedReactiveFunction;
use std::{
    pin::Pin,
    sync::{Arc, Mutex},
};

/// Runs `act`, and again after each change of what it has read.
pub fn effect(act: impl Fn() + 'static) {
    fn run(act: Box<dyn Fn()>) {
        leptos::prelude::Effect::new(move |_: Option<()>| act());
    }
    run(Box::new(act));
}

/// What `view` gives, shown anew after each change of what it has read: one type for all that give
/// the same.
pub fn shown<V: 'static>(view: impl Fn() -> V + Send + 'static) -> SharedReactiveFunction<V> {
    Arc::new(Mutex::new(view))
}

/// What acts on an event: one type for all that act on its kind.
pub fn handler<E: 'static>(act: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(act)
}

/// Runs `future` beside everything else.
pub fn spawn_local(future: impl Future<Output = ()> + 'static) {
    fn spawn(future: Pin<Box<dyn Future<Output = ()>>>) {
        leptos::task::spawn_local(future);
    }
    spawn(Box::pin(future));
}
