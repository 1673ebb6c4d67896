//! The address of the page: which page it names, and links that change it without a load.
//!
//! Links are plain `<a href>`; clicks on those that stay in the app are taken here.

use crate::{
    browser,
    reactive::{Memo, RwSignal},
};
use leptos::prelude::{expect_context, provide_context};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{Element, Event, HtmlAnchorElement, MouseEvent};

/// Path and query of the page, as the browser writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Address {
    path: String,
    query: String,
}

impl Address {
    fn now() -> Self {
        let place = browser::window().map(|window| window.location());
        let part = |part: Option<Result<String, JsValue>>| part.and_then(Result::ok);
        Self {
            path: part(place.as_ref().map(web_sys::Location::pathname)).unwrap_or_default(),
            query: part(place.as_ref().map(web_sys::Location::search)).unwrap_or_default(),
        }
    }
}

/// Where the person is in the app.
#[derive(Clone, Copy)]
pub struct Router {
    address: RwSignal<Address>,
}

/// Makes the router, which follows links and the browser's own buttons; once, in the app.
pub fn provide_router() -> Router {
    let router = Router { address: RwSignal::new(Address::now()) };
    listen("popstate", move |_| router.address.set(Address::now()));
    listen("click", move |event| {
        if let Some(href) = event.dyn_ref().and_then(link_of) {
            event.prevent_default();
            router.go(&href);
        }
    });
    provide_context(router);
    router
}

/// The router.
#[must_use]
pub fn use_router() -> Router {
    expect_context()
}

impl Router {
    /// The path of the page.
    #[must_use]
    pub fn path(self) -> Memo<String> {
        Memo::new(move || self.address.with(|address| address.path.clone()))
    }

    /// A value in the query of the page.
    #[must_use]
    pub fn query(self, name: &'static str) -> Memo<Option<String>> {
        Memo::new(move || self.address.with(|address| value_of(&address.query, name)))
    }

    /// To another page, at its top.
    pub fn go(self, href: &str) {
        self.go_in_place(href);
        if let Some(window) = browser::window() {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
    }

    /// To another page, without scrolling.
    pub fn go_in_place(self, href: &str) {
        let history = browser::window().and_then(|window| window.history().ok());
        if let Some(history) = history {
            // Refused only to who does it hundreds of times a second.
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(href));
        }
        self.address.set(Address::now());
    }
}

/// The parts of a path between its slashes, decoded.
#[must_use]
pub fn parts(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty()).map(decode).collect()
}

fn value_of(query: &str, name: &str) -> Option<String> {
    let pairs = query.trim_start_matches('?').split('&');
    let mut pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| decode(&value.replace('+', " ")))
}

/// A text without its escapes; as it stands where they make no sense.
fn decode(text: &str) -> String {
    match text.contains('%').then(|| js_sys::decode_uri_component(text)) {
        Some(Ok(decoded)) => decoded.into(),
        Some(Err(_)) | None => text.to_string(),
    }
}

/// Where a click leads, if that is a page of the app.
fn link_of(click: &MouseEvent) -> Option<String> {
    let modified = click.ctrl_key() || click.meta_key() || click.alt_key() || click.shift_key();
    if click.default_prevented() || click.button() != 0 || modified {
        return None;
    }
    let element: Element = click.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = element.closest("a[href]").ok()??.dyn_into().ok()?;
    let here = browser::window()?.location();
    let leaves = link.origin() != here.origin().ok()?
        || !link.target().is_empty()
        || link.has_attribute("download");
    // A place on this very page is the browser's business.
    let is_here = !link.hash().is_empty()
        && link.pathname() == here.pathname().ok()?
        && link.search() == here.search().ok()?;
    (!leaves && !is_here).then(|| format!("{}{}{}", link.pathname(), link.search(), link.hash()))
}

/// Calls `act` for each of these events, for as long as the page lives.
fn listen(event: &str, act: impl Fn(&Event) + 'static) {
    let Some(window) = browser::window() else { return };
    let act = Closure::<dyn Fn(Event)>::new(move |event: Event| act(&event));
    // Refused only for what is no function.
    let _ = window.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    act.forget();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_its_parts() {
        assert_eq!(parts("/"), Vec::<String>::new());
        assert_eq!(parts("/block/12"), ["block", "12"]);
        assert_eq!(parts("/send/"), ["send"]);
    }

    #[test]
    fn a_value_is_found_by_its_name() {
        assert_eq!(value_of("?to=abc&x=1", "to").as_deref(), Some("abc"));
        assert_eq!(value_of("?x=1&to=", "to").as_deref(), Some(""));
        assert_eq!(value_of("?tour=1", "to"), None);
        assert_eq!(value_of("", "to"), None);
    }
}
