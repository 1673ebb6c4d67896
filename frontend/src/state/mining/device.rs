//! What the browser tells of the device: whether it runs on its battery, and of its graphics processor.

use crate::{browser, prelude::spawn_local};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::EventTarget;

/// Whether the browser may give this page its graphics processor: only in what it calls secure.
pub(super) fn may_have_gpu() -> bool {
    let gpu =
        browser::window().and_then(|window| Reflect::get(&window.navigator(), &"gpu".into()).ok());
    browser::is_secure() && gpu.is_some_and(|gpu| !gpu.is_undefined() && !gpu.is_null())
}

/// What asks for the battery; `None` where the browser does not tell.
fn question() -> Option<(JsValue, Function)> {
    let navigator: JsValue = browser::window()?.navigator().into();
    let ask = Reflect::get(&navigator, &"getBattery".into()).ok()?.dyn_into().ok()?;
    Some((navigator, ask))
}

/// Whether the browser tells of the battery.
pub(super) fn has_battery() -> bool {
    question().is_some()
}

/// Tells `changed` whether the device runs on its battery, now and whenever that changes, for as long as
/// the page lives.
pub(super) fn watch_battery(changed: impl Fn(bool) + 'static) {
    spawn_local(async move {
        // A browser that does not tell is one on the mains.
        let _ = follow(changed).await;
    });
}

async fn follow(changed: impl Fn(bool) + 'static) -> Option<()> {
    let (navigator, ask) = question()?;
    let answer: Promise = ask.call0(&navigator).ok()?.dyn_into().ok()?;
    let battery: EventTarget = JsFuture::from(answer).await.ok()?.dyn_into().ok()?;
    let look = {
        let battery = battery.clone();
        move || {
            let charging = Reflect::get(&battery, &"charging".into());
            changed(charging.is_ok_and(|charging| charging == JsValue::FALSE));
        }
    };
    look();
    let look = Closure::<dyn Fn()>::new(look);
    let look_at = look.as_ref().unchecked_ref();
    battery.add_event_listener_with_callback("chargingchange", look_at).ok()?;
    look.forget();
    Some(())
}
