//! The mining worker's wasm file for graphics processors. It is loaded only by who asks for that.

mod device;
mod scope;

use device::Gpu;
use miner::{FromWorker, Worker};
use scope::{Turns, clock, hear, tell};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast as _, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::DedicatedWorkerGlobalScope;

fn main() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    spawn_local(async move {
        if run(scope.clone()).await.is_none() {
            tell(&scope, &FromWorker::Gone);
        }
    });
}

/// Listens and works until the app ends it, or the device goes. `None`: there is no device.
async fn run(scope: DedicatedWorkerGlobalScope) -> Option<()> {
    let gpu = Rc::new(Gpu::open().await?);
    let (turns, clock) = (Turns::new()?, Rc::new(clock(&scope)?));
    let worker = Rc::new(RefCell::new(Worker::for_gpu()));
    {
        let (gpu, scope) = (Rc::clone(&gpu), scope.clone());
        spawn_local(async move {
            gpu.lost().await;
            tell(&scope, &FromWorker::Gone);
        });
    }
    let turn = {
        let (worker, scope, turns) = (Rc::clone(&worker), scope.clone(), Rc::clone(&turns));
        Closure::<dyn FnMut()>::new(move || {
            let (worker, scope, turns) = (Rc::clone(&worker), scope.clone(), Rc::clone(&turns));
            let (gpu, clock) = (Rc::clone(&gpu), Rc::clone(&clock));
            spawn_local(async move {
                let Some(slice) = worker.borrow_mut().slice() else { return turns.has_come() };
                let begin = clock();
                let Some((attempts, nonces)) = gpu.search(&slice).await else {
                    // It is lost, which is told once, or as good as that.
                    return gpu.give_up();
                };
                let micros = clock().saturating_sub(begin);
                let answer =
                    worker.borrow_mut().hear_slice(&slice, attempts.into(), nonces, micros);
                tell(&scope, &answer);
                // Not before: while the device works no second turn may begin.
                turns.has_come();
                if worker.borrow().is_busy() {
                    turns.come_after(worker.borrow().rest_ms(), &scope);
                }
            });
        })
    };
    turns.call(turn);
    hear(&scope, &worker, &turns);
    tell(&scope, &FromWorker::Ready);
    Some(())
}
