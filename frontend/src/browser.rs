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

/// What browsers that tell say of the storage; `None` where they cannot be asked.
fn storage_manager() -> Option<web_sys::StorageManager> {
    let navigator = window()?.navigator();
    js_sys::Reflect::get(&navigator, &JsValue::from_str("storage")).ok()?.dyn_into().ok()
}

/// Asks the browser not to evict what this page stores, if it can be asked, and tells whether it
/// promises that; `None` where it tells nothing.
pub async fn keep_storage() -> Option<bool> {
    JsFuture::from(storage_manager()?.persist().ok()?).await.ok()?.as_bool()
}

/// Whether there may be a camera that the page may ask for.
#[must_use]
pub fn has_camera() -> bool {
    let devices = window().and_then(|window| {
        js_sys::Reflect::get(&window.navigator(), &JsValue::from_str("mediaDevices")).ok()
    });
    is_secure() && devices.is_some_and(|devices| devices.is_object())
}

/// Asks the browser to open payment requests on pages (`web+halfpenny:…`) here; `false` where it
/// cannot be asked, as outside of secure contexts.
#[must_use]
pub fn take_payment_links() -> bool {
    let ask = || {
        let (navigator, ask) = of_navigator("registerProtocolHandler")?;
        let page = format!("{}/send?uri=%s", origin());
        ask.call2(&navigator, &JsValue::from_str("web+halfpenny"), &JsValue::from_str(&page)).ok()
    };
    ask().is_some()
}

/// Reads a QR code, from the camera or from a picture that the user chooses; `None` when the user
/// leaves without. The script is loaded with the first code.
///
/// # Errors
///
/// A sentence for the user.
pub async fn scan(camera: bool) -> Result<Option<String>, String> {
    let unreachable = || {
        t!("The part of the page that reads codes could not be loaded: is the node still running? \
         You can paste the address instead.")
        .to_string()
    };
    let scan = load_scan().await.ok_or_else(unreachable)?;
    let said = |english: String| crate::i18n::said(&english).into_owned();
    // Kept until the promise is settled.
    let said = Closure::<dyn Fn(String) -> String>::new(said);
    let promise = scan.call2(&JsValue::NULL, &JsValue::from_bool(camera), said.as_ref());
    let promise: js_sys::Promise =
        promise.ok().and_then(|made| made.dyn_into().ok()).ok_or_else(unreachable)?;
    match JsFuture::from(promise).await {
        Ok(text) => Ok(text.as_string()),
        Err(error) => Err(error.as_string().unwrap_or_else(unreachable)),
    }
}

async fn load_scan() -> Option<js_sys::Function> {
    let name = JsValue::from_str("halfpennyScan");
    let loaded = || -> Option<js_sys::Function> {
        let window: JsValue = window()?.into();
        js_sys::Reflect::get(&window, &name).ok()?.dyn_into().ok()
    };
    if let Some(scan) = loaded() {
        return Some(scan);
    }
    let page = document()?;
    let script = page.create_element("script").ok()?;
    script.set_attribute("src", "/scan.js").ok()?;
    page.body()?.append_child(&script).ok()?;
    let settled = js_sys::Promise::new(&mut |resolve, _| {
        for event in ["load", "error"] {
            let _ = script.add_event_listener_with_callback(event, &resolve);
        }
    });
    JsFuture::from(settled).await.ok()?;
    loaded()
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

/// Shows that the app has stopped, in the words of `index.html`: nothing else of the page can be relied on.
pub fn show_fault() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-broken", "");
    }
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

/// Sends an event of this name to the window.
pub fn tell_window(event: &str) {
    if let (Some(window), Ok(event)) = (window(), web_sys::Event::new(event)) {
        // Refused only for an event that is on its way already.
        let _ = window.dispatch_event(&event);
    }
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

/// How many pixels of the page the window shows, from top to bottom.
#[must_use]
pub fn inner_height() -> f64 {
    window().and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or_default()
}

/// Scrolls by so many pixels, at once.
pub fn scroll_by(pixels: f64) {
    if let Some(window) = window() {
        window.scroll_by_with_x_and_y(0.0, pixels);
    }
}

/// Whether the browser itself keeps in place what is read while something changes above it.
pub fn set_anchoring(is_on: bool) {
    let root = document().and_then(|document| document.document_element());
    if let Some(root) = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok()) {
        let value = if is_on { "auto" } else { "none" };
        // Refused only for what is no property.
        let _ = root.style().set_property("overflow-anchor", value);
    }
}

/// Sets the title of the document.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Opens the browser's dialog for printing.
pub fn print() {
    if let Some(window) = window() {
        let _ = window.print();
    }
}

/// Goes to another page on the web; `false` when the text is no `http` address.
#[must_use]
pub fn leave_for(address: &str) -> bool {
    let go = || {
        let url = Url::new(address.trim()).ok()?;
        let is_web = matches!(url.protocol().as_str(), "http:" | "https:");
        is_web.then(|| window()?.location().assign(&url.href()).ok()).flatten()
    };
    go().is_some()
}

/// Where the page came from: scheme, name and port.
#[must_use]
pub fn origin() -> String {
    window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// The function of the browser's `navigator` with this name, where it has one.
fn of_navigator(name: &str) -> Option<(JsValue, js_sys::Function)> {
    let navigator: JsValue = window()?.navigator().into();
    let function = js_sys::Reflect::get(&navigator, &JsValue::from_str(name)).ok()?;
    Some((navigator, function.dyn_into().ok()?))
}

/// Whether the browser can hand a text to other programs.
#[must_use]
pub fn can_share() -> bool {
    of_navigator("share").is_some()
}

/// Hands a text to a program that the user chooses. Who leaves without choosing needs no message.
pub fn share(text: &str) {
    let Some((navigator, share)) = of_navigator("share") else { return };
    let data = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&data, &JsValue::from_str("text"), &JsValue::from_str(text));
    let asked = share.call1(&navigator, &data).ok();
    if let Some(asked) = asked.and_then(|asked| asked.dyn_into::<js_sys::Promise>().ok()) {
        crate::reactive::spawn_local(async move {
            let _ = JsFuture::from(asked).await;
        });
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
