//! Small services of the browser that have no better place.

use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Date};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Document, File, HtmlAnchorElement, HtmlElement, Storage, Url, Window,
};

/// The window. There is always one where the app runs.
#[must_use]
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
#[must_use]
pub fn document() -> Option<Document> {
    window()?.document()
}

/// This machine's clock, in seconds since 1970.
#[must_use]
pub fn now() -> f64 {
    Date::now() / 1_000.0
}

/// This machine's clock, in whole seconds since 1970.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast saturates, and the time is past 1970"
)]
pub fn now_seconds() -> u64 {
    now() as u64
}

/// Milliseconds since the page began. Never goes back.
#[must_use]
pub fn monotonic_ms() -> f64 {
    window().and_then(|window| window.performance()).map_or_else(Date::now, |clock| clock.now())
}

/// A time as the user's language and time zone write it.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "times are below 2^40")]
pub fn local_time(seconds: u64) -> String {
    let date = Date::new(&JsValue::from_f64(seconds as f64 * 1_000.0));
    date.to_locale_string("default", &JsValue::UNDEFINED).into()
}

/// Waits.
pub async fn sleep(milliseconds: u32) {
    TimeoutFuture::new(milliseconds).await;
}

/// How many threads the machine runs at once.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a small positive number, and a cast saturates"
)]
pub fn hardware_threads() -> u32 {
    let threads = window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    (threads as u32).max(1)
}

/// Random bytes from the browser's secure generator; `None` when it has none.
#[must_use]
pub fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// `localStorage`; `None` where the browser refuses it.
#[must_use]
pub fn local_storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// Asks the browser not to evict what this page stores. Only where it can be asked.
pub fn ask_for_persistence() {
    let Some(window) = window() else { return };
    let storage = js_sys::Reflect::get(&window.navigator(), &JsValue::from_str("storage"));
    let Ok(storage) = storage.unwrap_or_default().dyn_into::<web_sys::StorageManager>() else {
        return;
    };
    let _ = storage.persist();
}

/// Offers `text` as a file to save. Returns whether the browser took it.
#[must_use]
pub fn download(name: &str, media_type: &str, text: &str) -> bool {
    download_file(name, media_type, text).is_some()
}

fn download_file(name: &str, media_type: &str, text: &str) -> Option<()> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&JsValue::from_str(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let document = document()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.set_hidden(true);
    let body = document.body()?;
    body.append_child(&link).ok()?;
    link.click();
    link.remove();
    // Not at once: the browser reads the address after the click has returned.
    crate::reactive::spawn_local(async move {
        sleep(60_000).await;
        let _ = Url::revoke_object_url(&url);
    });
    Some(())
}

/// The text of a file that the user chose; `None` when it cannot be read.
pub async fn read_file(file: &File) -> Option<String> {
    JsFuture::from(file.text()).await.ok()?.as_string()
}

/// Sets `data-theme` of the page; "system" takes it away.
pub fn set_theme(theme: &str) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    let _ = match theme {
        "system" => root.remove_attribute("data-theme"),
        theme => root.set_attribute("data-theme", theme),
    };
}

/// Calls `act` whenever one of these events reaches the window, for as long as the page lives.
pub fn on_window(events: &[&str], act: impl Fn() + 'static) {
    let Some(window) = window() else { return };
    let act = Closure::<dyn Fn()>::new(act);
    for event in events {
        let options = web_sys::AddEventListenerOptions::new();
        options.set_capture(true);
        options.set_passive(true);
        let _ = window.add_event_listener_with_callback_and_add_event_listener_options(
            event,
            act.as_ref().unchecked_ref(),
            &options,
        );
    }
    act.forget();
}

/// Whether nobody can see the page: another tab is in front, or the window is small or covered.
#[must_use]
pub fn is_hidden() -> bool {
    document().is_some_and(|document| document.hidden())
}

/// Moves the focus to the page's heading and returns the heading's text.
pub fn heading(focus: bool) -> Option<String> {
    let heading = document()?.query_selector("main h1").ok()??;
    if focus {
        let element: &HtmlElement = heading.dyn_ref()?;
        let _ = element.set_attribute("tabindex", "-1");
        let _ = element.focus();
    }
    heading.text_content()
}

/// Sets the title of the document.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// Whether the page may use what browsers reserve for secure contexts.
#[must_use]
pub fn is_secure() -> bool {
    window().is_some_and(|window| window.is_secure_context())
}
