//! Which language the app speaks, and where it gets it from; before the first page shows.

use super::{Language, catalog::Catalog, intl};
use crate::{browser, storage};
use futures_util::future::{Either, select};
use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, JSON, Object};
use std::{
    pin::pin,
    sync::atomic::{AtomicBool, Ordering},
};
use wasm_bindgen::JsCast as _;

/// The name of the setting.
pub(crate) const SETTING: &str = "language";
/// How long the page waits for a catalog; then it starts in English.
const LIMIT_MS: u32 = 10_000;

/// Whether the language that was asked for could not be had.
static MISSING: AtomicBool = AtomicBool::new(false);

/// The language: the one of the settings, else the browser's first that the app speaks, else English.
#[must_use]
pub fn chosen() -> Language {
    let saved = storage::setting(SETTING).and_then(|code| Language::of_tag(&code));
    let wished = || tags().iter().find_map(|tag| Language::of_tag(tag));
    saved.or_else(wished).unwrap_or(Language::English)
}

/// Whether the texts of the chosen language could not be loaded, so that all is in English.
#[must_use]
pub fn is_missing() -> bool {
    MISSING.load(Ordering::Relaxed)
}

/// Makes the chosen language that of the page; returns when its texts are here, or will not be.
pub async fn start() {
    let mut language = chosen();
    if language != Language::English {
        match load(language).await {
            Some(catalog) => catalog.install(),
            None => {
                MISSING.store(true, Ordering::Relaxed);
                language = Language::English;
            }
        }
    }
    let same = tags().into_iter().find(|tag| Language::of_tag(tag) == Some(language));
    intl::set(language, same.unwrap_or_else(|| language.code().to_string()));
    let root = browser::document().and_then(|document| document.document_element());
    if let Some(root) = root {
        // Refused only for names that are none. All languages so far are written from the left.
        let _ = root.set_attribute("lang", language.code());
        let _ = root.set_attribute("dir", "ltr");
    }
}

/// The languages that the browser asks for, best first.
fn tags() -> Vec<String> {
    let languages = browser::window().map(|window| window.navigator().languages());
    languages.unwrap_or_default().iter().filter_map(|tag| tag.as_string()).collect()
}

async fn load(language: Language) -> Option<Catalog> {
    let request = pin!(fetch(language));
    match select(request, TimeoutFuture::new(LIMIT_MS)).await {
        Either::Left((text, _)) => parse(&text?),
        Either::Right(_) => None,
    }
}

async fn fetch(language: Language) -> Option<String> {
    let response = Request::get(&format!("/{language}.json")).send().await.ok()?;
    if response.ok() { response.text().await.ok() } else { None }
}

/// A catalog as it stands in its file. The browser reads it: that needs no code here.
fn parse(text: &str) -> Option<Catalog> {
    let texts: Object = JSON::parse(text).ok()?.dyn_into().ok()?;
    let entry = |entry: wasm_bindgen::JsValue| {
        let entry: Array = entry.dyn_into().ok()?;
        Some((forever(entry.get(0).as_string()?), forever(entry.get(1).as_string()?)))
    };
    Object::entries(&texts).iter().map(entry).collect::<Option<Vec<_>>>().map(Catalog::new)
}

/// Keeps a text for as long as the page lives, as those of the program are.
fn forever(text: String) -> &'static str {
    String::leak(text)
}
