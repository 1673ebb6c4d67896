//! The wasm file that draws and reads QR codes: hears a question, answers it.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let answers = scope.clone();
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let question = Uint8Array::new(&event.data()).to_vec();
        tell(&answers, qr::answer(&question).as_bytes());
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    // It runs and listens.
    tell(&scope, &[]);
}

fn tell(scope: &DedicatedWorkerGlobalScope, text: &[u8]) {
    let _ = scope.post_message(&Uint8Array::from(text));
}
