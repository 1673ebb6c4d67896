//! Web workers: each is a wasm file of its own, spoken to in bytes.

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Promise, Uint8Array, WebAssembly};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, WorkerOptions, WorkerType};

/// Where the mining worker begins; there is one for browsers with SIMD.
const MINERS: [&str; 2] = ["/miner_loader.js", "/miner-simd_loader.js"];
/// Where the mining worker for graphics processors begins.
pub const GPU_MINER: &str = "/miner-gpu_loader.js";
/// Where the vault begins.
const VAULT: &str = "/vault_loader.js";
/// Where the worker begins that draws QR codes.
const QR: &str = "/qr_loader.js";
/// How long a worker may take until it is ready, in milliseconds: it is loaded and compiled first.
pub const READY_MS: u32 = 20_000;
/// How long the vault may take, in milliseconds: the slowest phone and the costliest keystore.
const VAULT_MS: u32 = 180_000;

/// Where the fastest mining worker begins that this browser runs.
#[must_use]
pub fn miner() -> &'static str {
    // The smallest module with SIMD: a function that makes a vector. Who takes it takes the rest.
    const PROBE: [u8; 31] = *b"\0asm\x01\0\0\0\x01\x05\x01\x60\0\x01\x7b\x03\x02\x01\0\x0a\x0a\x01\x08\0\x41\0\xfd\x0f\xfd\x62\x0b";
    let [without, with_simd] = MINERS;
    match WebAssembly::validate(&Uint8Array::from(PROBE.as_slice())) {
        Ok(true) => with_simd,
        Ok(false) | Err(_) => without,
    }
}

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

/// A worker that answers one question after the other: a vault, that is loaded or about to be, or the
/// one that draws.
struct Vault {
    worker: Worker,
    /// Resolved by its first message.
    ready: Promise,
    /// Who gets its next message, or nothing if it fails.
    waiting: Waiting,
    has_failed: Rc<Cell<bool>>,
}

/// The end of a promise at which it is kept.
type Waiting = Rc<RefCell<Option<Function>>>;

thread_local! {
    /// The vault that is asked next. It is loaded ahead, because what is signed while the node is away
    /// must be signed as well.
    static NEXT: RefCell<Option<Vault>> = const { RefCell::new(None) };
}

impl Vault {
    fn start(script: &str) -> Option<Self> {
        let waiting = Waiting::default();
        let has_failed = Rc::new(Cell::new(false));
        let ready = promise(&waiting);
        let heard_by = Rc::clone(&waiting);
        let heard = move |reply: Vec<u8>| {
            if let Some(resolve) = heard_by.borrow_mut().take() {
                let array = Uint8Array::from(reply.as_slice());
                let _ = resolve.call1(&JsValue::NULL, &array);
            }
        };
        let (failing, failed) = (Rc::clone(&waiting), Rc::clone(&has_failed));
        let failed = move || {
            failed.set(true);
            if let Some(resolve) = failing.borrow_mut().take() {
                let _ = resolve.call1(&JsValue::NULL, &JsValue::NULL);
            }
        };
        let worker = Worker::start(script, heard, failed)?;
        Some(Self { worker, ready, waiting, has_failed })
    }

    /// The bytes that answer `question`.
    async fn answer(&self, question: &[u8]) -> Result<Uint8Array, VaultError> {
        let ready = self.ready.clone();
        within(ready, READY_MS).await.ok_or(VaultError::Blocked)?;
        let answer = promise(&self.waiting);
        self.worker.post(question);
        within(answer, VAULT_MS).await.ok_or(VaultError::Crashed)
    }

    async fn ask(&self, request: &vault::Request) -> Result<vault::Reply, VaultError> {
        let array = self.answer(&vault::to_bytes(request)).await?;
        let bytes = zeroize::Zeroizing::new(array.to_vec());
        array.fill(0, 0, array.length());
        vault::from_bytes(&bytes).ok_or(VaultError::Blocked)
    }
}

/// A promise that is kept by whoever takes its end out of `waiting`.
fn promise(waiting: &Waiting) -> Promise {
    Promise::new(&mut |resolve, _| *waiting.borrow_mut() = Some(resolve))
}

async fn within(promise: Promise, limit_ms: u32) -> Option<Uint8Array> {
    match select(JsFuture::from(promise), TimeoutFuture::new(limit_ms)).await {
        Either::Left((value, _)) => value.ok()?.dyn_into().ok(),
        Either::Right(_) => None,
    }
}

/// Loads a vault for the next question, in the place of one that holds a secret or failed.
pub fn prepare_vault() {
    let fresh = Vault::start(VAULT);
    NEXT.with_borrow_mut(|next| *next = fresh);
}

/// Asks the vault. One that was told a passphrase or a secret to keep is ended with its answer, and
/// with it all memory that held the secret; the one that signs stays until [`prepare_vault`].
///
/// # Errors
///
/// When it does not start or stops in between.
pub async fn ask_vault(request: &vault::Request) -> Result<vault::Reply, VaultError> {
    let ready = NEXT.with_borrow_mut(Option::take).filter(|vault| !vault.has_failed.get());
    let vault = ready.or_else(|| Vault::start(VAULT)).ok_or(VaultError::Blocked)?;
    let reply = vault.ask(request).await;
    let stays = matches!(
        request,
        vault::Request::Sign { .. }
            | vault::Request::Judge { .. }
            | vault::Request::Inspect { .. }
            | vault::Request::Verify { .. }
    );
    if stays && reply.is_ok() {
        NEXT.with_borrow_mut(|next| *next = Some(vault));
    } else {
        // Its own closures are on the stack of no one here: the promise resumes us later.
        drop(vault);
        prepare_vault();
    }
    reply
}

/// A QR code of `text`: its width in modules and the path of the dark ones. `None` when the text is too
/// long, or the worker that draws does not run.
pub async fn draw_qr(text: &str) -> Option<(String, String)> {
    let drawer = Vault::start(QR)?;
    // The first byte says what is asked: 0 to draw.
    let question = [&[0], text.as_bytes()].concat();
    let drawn = String::from_utf8(drawer.answer(&question).await.ok()?.to_vec()).ok()?;
    let (size, path) = drawn.split_once(' ')?;
    Some((size.to_string(), path.to_string()))
}
