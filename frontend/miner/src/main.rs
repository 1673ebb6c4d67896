//! The mining worker's wasm file: hears work, hashes in slices, tells what it found.

use js_sys::Uint8Array;
use miner::{FromWorker, Worker, from_bytes, to_bytes};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

fn main() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    // Without these two there is no listening while working; the app notices that nobody is ready.
    let (Ok(turns), Some(clock)) = (MessageChannel::new(), clock(&scope)) else { return };
    let worker = Rc::new(RefCell::new(Worker::default()));

    // Between two slices the worker sends itself a message. Unlike a timer that costs no waiting,
    // and the app's messages get their turn.
    let next_turn = turns.port2();
    let slice = {
        let (worker, scope, next_turn) = (Rc::clone(&worker), scope.clone(), next_turn.clone());
        Closure::<dyn FnMut()>::new(move || {
            let Some(answer) = worker.borrow_mut().work(&clock) else { return };
            tell(&scope, &answer);
            if worker.borrow().is_busy() {
                let _ = next_turn.post_message(&JsValue::NULL);
            }
        })
    };
    turns.port1().set_onmessage(Some(slice.as_ref().unchecked_ref()));
    slice.forget();

    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = Uint8Array::new(&event.data()).to_vec();
        let Some(message) = from_bytes(&bytes) else { return };
        let was_busy = worker.borrow().is_busy();
        worker.borrow_mut().hear(message);
        if !was_busy && worker.borrow().is_busy() {
            let _ = next_turn.post_message(&JsValue::NULL);
        }
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    tell(&scope, &FromWorker::Ready);
}

fn tell(scope: &DedicatedWorkerGlobalScope, message: &FromWorker) {
    let _ = scope.post_message(&Uint8Array::from(to_bytes(message).as_slice()));
}

/// Microseconds since the worker began.
fn clock(scope: &DedicatedWorkerGlobalScope) -> Option<impl Fn() -> u64 + 'static> {
    let performance = scope.performance()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the time is positive, and a cast saturates"
    )]
    Some(move || (performance.now() * 1_000.0) as u64)
}
