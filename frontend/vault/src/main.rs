//! The vault's wasm file: hears a question, answers it.

use js_sys::Uint8Array;
use vault::{Reply, answer, from_bytes, to_bytes};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};
use zeroize::Zeroizing;

fn main() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let answers = scope.clone();
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = Zeroizing::new(Uint8Array::new(&event.data()).to_vec());
        if let Some(request) = from_bytes(&bytes) {
            tell(&answers, &answer(&request));
        }
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    tell(&scope, &Reply::Ready);
}

fn tell(scope: &DedicatedWorkerGlobalScope, reply: &Reply) {
    let _ = scope.post_message(&Uint8Array::from(to_bytes(reply).as_slice()));
}
