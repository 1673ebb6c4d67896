//! The worker in the browser: hears work, hashes in slices, tells what it found.

use js_sys::Uint8Array;
use miner::{FromWorker, Worker, from_bytes, to_bytes};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

/// Listens and works until the app ends it.
pub(crate) fn run() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    // Without these two there is no listening while working; the app notices that nobody is ready.
    let (Ok(channel), Some(clock)) = (MessageChannel::new(), clock(&scope)) else { return };
    let worker = Rc::new(RefCell::new(Worker::default()));

    let turns = Rc::new(Turns { port: channel.port2(), is_coming: Cell::new(false) });
    let turn = {
        let (worker, scope, turns) = (Rc::clone(&worker), scope.clone(), Rc::clone(&turns));
        Closure::<dyn FnMut()>::new(move || {
            turns.is_coming.set(false);
            let Some(answer) = worker.borrow_mut().work(&clock) else { return };
            tell(&scope, &answer);
            if worker.borrow().is_busy() {
                turns.come_after(worker.borrow().rest_ms(), &scope);
            }
        })
    };
    channel.port1().set_onmessage(Some(turn.as_ref().unchecked_ref()));
    turn.forget();

    let hear = {
        let scope = scope.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let bytes = Uint8Array::new(&event.data()).to_vec();
            let Some(message) = from_bytes(&bytes) else { return };
            worker.borrow_mut().hear(message);
            if worker.borrow().is_busy() {
                turns.come_after(0, &scope);
            }
        })
    };
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    tell(&scope, &FromWorker::Ready);
}

fn tell(scope: &DedicatedWorkerGlobalScope, message: &FromWorker) {
    let _ = scope.post_message(&Uint8Array::from(to_bytes(message).as_slice()));
}

/// Between two slices the worker sends itself a message. Unlike a timer that costs no waiting, and the
/// app's messages get their turn. Only a worker that is told to rest in between waits for a timer.
struct Turns {
    port: MessagePort,
    /// There is never more than one on its way: each makes the next.
    is_coming: Cell<bool>,
}

impl Turns {
    fn come_after(&self, rest_ms: u64, scope: &DedicatedWorkerGlobalScope) {
        if self.is_coming.replace(true) {
            return;
        }
        let come = {
            let port = self.port.clone();
            move || {
                let _ = port.post_message(&JsValue::NULL);
            }
        };
        match i32::try_from(rest_ms) {
            Ok(0) => come(),
            rest => {
                let come = Closure::once_into_js(come);
                let _ = scope.set_timeout_with_callback_and_timeout_and_arguments_0(
                    come.unchecked_ref(),
                    rest.unwrap_or(i32::MAX),
                );
            }
        }
    }
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
