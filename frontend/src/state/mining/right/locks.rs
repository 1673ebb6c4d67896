//! The right to mine as a Web Lock.

use crate::{browser, prelude::spawn_local};
use js_sys::{Function, Promise, Reflect};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// The lock, asked for or held. Dropping it releases it.
pub(super) struct Lock(Rc<RefCell<State>>);

enum State {
    Asked,
    /// Calling this gives it back.
    Ours(Function),
    Over,
}

impl Lock {
    /// Asks for the lock; `granted` is called once this tab has it. `None` without Web Locks.
    pub(super) fn ask(granted: impl FnOnce() + 'static) -> Option<Self> {
        let navigator = browser::window()?.navigator();
        let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
        let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
        let state = Rc::new(RefCell::new(State::Asked));
        let hold = {
            let state = Rc::clone(&state);
            Closure::once_into_js(move |_lock: JsValue| {
                if matches!(*state.borrow(), State::Over) {
                    return JsValue::UNDEFINED;
                }
                // It is ours until this promise ends.
                let held = Promise::new(&mut |release, _| {
                    *state.borrow_mut() = State::Ours(release);
                });
                granted();
                held.into()
            })
        };
        let asked: Promise =
            request.call2(&locks, &"halfpenny-miner".into(), &hold).ok()?.dyn_into().ok()?;
        // It ends with the right; a refusal is as if there were no locks, and need not be logged.
        spawn_local(async move {
            let _ = JsFuture::from(asked).await;
        });
        Some(Self(state))
    }

    /// Whether this tab holds it.
    pub(super) fn is_ours(&self) -> bool {
        matches!(*self.0.borrow(), State::Ours(_))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let State::Ours(release) = self.0.replace(State::Over) {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}
