//! Where the focus goes when a page changes by itself.

use crate::browser;
use leptos::prelude::request_animation_frame;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

/// Moves the focus to the first element that fits `selector`, once what just changed is on the page.
pub(crate) fn focus_soon(selector: &'static str) {
    request_animation_frame(move || {
        let found =
            browser::document().and_then(|page| page.query_selector(selector).ok().flatten());
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            // Refused only by an element that is gone again.
            let _ = element.focus();
        }
    });
}
