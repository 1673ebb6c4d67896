//! The worker in the browser: hears work, hashes in slices, tells what it found.

use crate::scope::{Turns, clock, hear, tell};
use miner::{FromWorker, Worker};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::DedicatedWorkerGlobalScope;

/// Listens and works until the app ends it.
pub(crate) fn run() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    // Without these two there is no listening while working; the app notices that nobody is ready.
    let (Some(turns), Some(clock)) = (Turns::new(), clock(&scope)) else { return };
    let worker = Rc::new(RefCell::new(Worker::default()));

    let turn = {
        let (worker, scope, turns) = (Rc::clone(&worker), scope.clone(), Rc::clone(&turns));
        Closure::<dyn FnMut()>::new(move || {
            turns.has_come();
            let Some(answer) = worker.borrow_mut().work(&clock) else { return };
            tell(&scope, &answer);
            if worker.borrow().is_busy() {
                turns.come_after(worker.borrow().rest_ms(), &scope);
            }
        })
    };
    turns.call(turn);
    hear(&scope, &worker, &turns);
    tell(&scope, &FromWorker::Ready);
}
