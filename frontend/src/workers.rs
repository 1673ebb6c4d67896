//! Web workers: each is a wasm file of its own, spoken to in bytes.

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Promise, Uint8Array};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, WorkerOptions, WorkerType};

/// Where the mining worker begins.
pub const MINER: &str = "/miner_loader.js";
/// Where the vault begins.
const VAULT: &str = "/vault_loader.js";
/// How long a worker may take until it is ready, in milliseconds: it is loaded and compiled first.
pub const READY_MS: u32 = 20_000;
/// How long the vault may take, in milliseconds: the slowest phone and the costliest keystore.
const VAULT_MS: u32 = 180_000;

/// A running worker. Dropping it ends it.
pub struct Worker {
    worker: web_sys::Worker,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(web_sys::Event)>,
}

impl Worker {
    /// Starts a worker; `None` where the browser has none. `heard` gets the bytes of its messages,
    /// `failed` is called when it cannot run or crashes.
    pub fn start(
        script: &str,
        heard: impl Fn(Vec<u8>) + 'static,
        failed: impl Fn() + 'static,
    ) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = web_sys::Worker::new_with_options(script, &options).ok()?;
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            if let Ok(bytes) = message.data().dyn_into::<Uint8Array>() {
                heard(bytes.to_vec());
            }
        });
        let failed = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            // It is told to the user; the console need not have it as well.
            event.prevent_default();
            failed();
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Some(Self { worker, _heard: heard, _failed: failed })
    }

    /// Sends bytes to the worker, which must be ready.
    pub fn post(&self, bytes: &[u8]) {
        let array = Uint8Array::from(bytes);
        let _ = self.worker.post_message(&array);
        // The message is a copy; what it was made of may hold a secret.
        array.fill(0, 0, array.length());
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Why the vault did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It does not start.
    #[error(
        "this browser does not run the part of the page that opens wallets: allow workers and \
         WebAssembly for this address, or reload the page if the node was updated"
    )]
    Blocked,
    /// It stopped in between: there is not enough memory, as a rule.
    #[error("this device has not enough free memory to open a wallet (64 MB): close other tabs")]
    Crashed,
}

/// Asks the vault: starts it, waits for the answer, ends it.
///
/// # Errors
///
/// When it does not start or stops in between.
pub async fn ask_vault(request: &vault::Request) -> Result<vault::Reply, VaultError> {
    let bytes = vault::to_bytes(request);
    let slot: Rc<RefCell<Option<Worker>>> = Rc::default();
    let is_ready = Rc::new(Cell::new(false));
    let answer = Promise::new(&mut |resolve, reject| {
        let (bytes, heard_in, ready) = (bytes.clone(), Rc::clone(&slot), Rc::clone(&is_ready));
        let not_understood = reject.clone();
        let heard = move |reply: Vec<u8>| match vault::from_bytes(&reply) {
            Some(vault::Reply::Ready) => {
                ready.set(true);
                if let Some(worker) = heard_in.borrow().as_ref() {
                    worker.post(&bytes);
                }
            }
            Some(_) => {
                let _ = resolve.call1(&JsValue::NULL, &Uint8Array::from(reply.as_slice()));
            }
            None => {
                let _ = not_understood.call0(&JsValue::NULL);
            }
        };
        let stopped = reject.clone();
        let failed = move || {
            let _ = stopped.call0(&JsValue::NULL);
        };
        match Worker::start(VAULT, heard, failed) {
            Some(worker) => *slot.borrow_mut() = Some(worker),
            None => {
                let _ = reject.call0(&JsValue::NULL);
            }
        }
    });
    let reply = within_limits(answer, &is_ready).await;
    // Ends the worker, and with it all memory that held the secret. Its own closures are on the
    // stack of no one here: the promise resumes us later.
    slot.borrow_mut().take();
    let error = if is_ready.get() { VaultError::Crashed } else { VaultError::Blocked };
    let array = reply.ok_or(error)?;
    let bytes = zeroize::Zeroizing::new(array.to_vec());
    array.fill(0, 0, array.length());
    vault::from_bytes(&bytes).ok_or(VaultError::Blocked)
}

async fn within_limits(answer: Promise, is_ready: &Cell<bool>) -> Option<Uint8Array> {
    let mut answer = JsFuture::from(answer);
    let first = select(&mut answer, TimeoutFuture::new(READY_MS)).await;
    let value = match first {
        Either::Left((value, _)) => value,
        Either::Right(_) if !is_ready.get() => return None,
        Either::Right(_) => match select(answer, TimeoutFuture::new(VAULT_MS)).await {
            Either::Left((value, _)) => value,
            Either::Right(_) => return None,
        },
    };
    value.ok()?.dyn_into().ok()
}
