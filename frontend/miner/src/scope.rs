//! What every worker has: how it hears, tells, and takes turns with what it hears.

use js_sys::Uint8Array;
use miner::{FromWorker, Worker, from_bytes, to_bytes};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

/// Says something to the app.
pub(crate) fn tell(scope: &DedicatedWorkerGlobalScope, message: &FromWorker) {
    let _ = scope.post_message(&Uint8Array::from(to_bytes(message).as_slice()));
}

/// Lets the worker hear the app from now on; work that comes gets its turn.
pub(crate) fn hear(
    scope: &DedicatedWorkerGlobalScope,
    worker: &Rc<RefCell<Worker>>,
    turns: &Rc<Turns>,
) {
    let (heard_in, worker, turns) = (scope.clone(), Rc::clone(worker), Rc::clone(turns));
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = Uint8Array::new(&event.data()).to_vec();
        let Some(message) = from_bytes(&bytes) else { return };
        worker.borrow_mut().hear(message);
        if worker.borrow().is_busy() {
            turns.come_after(0, &heard_in);
        }
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
}

/// Between two slices the worker sends itself a message. Unlike a timer that costs no waiting, and the
/// app's messages get their turn. Only a worker that is told to rest in between waits for a timer.
pub(crate) struct Turns {
    calls: MessagePort,
    port: MessagePort,
    /// There is never more than one on its way: each makes the next.
    is_coming: Cell<bool>,
}

impl Turns {
    /// `None` where the worker cannot send itself messages.
    pub(crate) fn new() -> Option<Rc<Self>> {
        let channel = MessageChannel::new().ok()?;
        let (calls, port) = (channel.port1(), channel.port2());
        Some(Rc::new(Self { calls, port, is_coming: Cell::new(false) }))
    }

    /// What is done when a turn comes. It says when it [`Turns::has_come`], and what comes next.
    pub(crate) fn call(&self, turn: Closure<dyn FnMut()>) {
        self.calls.set_onmessage(Some(turn.as_ref().unchecked_ref()));
        turn.forget();
    }

    /// From here on there may be a next turn.
    pub(crate) fn has_come(&self) {
        self.is_coming.set(false);
    }

    /// The next turn comes after a rest, unless one is coming already.
    pub(crate) fn come_after(&self, rest_ms: u64, scope: &DedicatedWorkerGlobalScope) {
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
pub(crate) fn clock(scope: &DedicatedWorkerGlobalScope) -> Option<impl Fn() -> u64 + 'static> {
    let performance = scope.performance()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the time is positive, and a cast saturates"
    )]
    Some(move || (performance.now() * 1_000.0) as u64)
}
