//! Numbers and times as the browser writes them in the language of the person.
//!
//! Amounts of coins are not written so: their decimal point is the same in every language, because
//! they are copied into fields and other wallets, where a comma would be another number.

use super::Language;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use std::sync::OnceLock;
use wasm_bindgen::JsValue;

/// How the browser writes in the chosen language.
struct Manner {
    language: Language,
    /// The language as the person's browser names it, with a region: `de-AT`.
    tag: String,
    /// What stands between a whole and its parts.
    decimal: char,
}

static MANNER: OnceLock<Manner> = OnceLock::new();

/// Sets the language; once, at the start.
pub(super) fn set(language: Language, tag: String) {
    let half = number_format(&tag, &Object::new()).and_then(|write| write(0.5));
    let decimal = half.and_then(|half| half.chars().find(|c| !c.is_numeric())).unwrap_or('.');
    let _ = MANNER.set(Manner { language, tag, decimal });
}

/// The manner of another language than English, which is written here and tested natively.
fn foreign() -> Option<&'static Manner> {
    MANNER.get().filter(|manner| manner.language != Language::English)
}

/// What stands between a whole and its parts in numbers that are no amounts.
pub(crate) fn decimal_sign() -> char {
    foreign().map_or('.', |manner| manner.decimal)
}

/// A whole number of `second`s, `minute`s, `hour`s or `day`s in words; `None` in English.
pub(crate) fn in_units(number: u64, unit: &str) -> Option<String> {
    let manner = foreign()?;
    let options = Object::new();
    for (name, value) in [("style", "unit"), ("unit", unit), ("unitDisplay", "long")] {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    number_format(&manner.tag, &options)?(float(number))
}

/// So many `second`s, `minute`s, `hour`s or `day`s ago, in words; `None` in English.
pub(crate) fn ago(number: u64, unit: &str) -> Option<String> {
    let manner = foreign()?;
    let format = Intl::RelativeTimeFormat::new(&locales(&manner.tag), &Object::new());
    Some(format.format(-float(number), unit).into())
}

/// A time, in seconds since 1970, as the person's language and time zone write it.
#[must_use]
pub(crate) fn local_time(seconds: u64) -> String {
    let date = Date::new(&JsValue::from_f64(float(seconds) * 1_000.0));
    let tag = MANNER.get().map_or("default", |manner| manner.tag.as_str());
    date.to_locale_string(tag, &JsValue::UNDEFINED).into()
}

/// What writes a number; `None` when the browser cannot.
fn number_format(tag: &str, options: &Object) -> Option<impl Fn(f64) -> Option<String> + use<>> {
    let format: Function = Intl::NumberFormat::new(&locales(tag), options).format();
    Some(move |number: f64| format.call1(&JsValue::UNDEFINED, &number.into()).ok()?.as_string())
}

fn locales(tag: &str) -> Array {
    Array::of1(&JsValue::from_str(tag))
}

#[expect(clippy::cast_precision_loss, reason = "numbers for people are below 2^53")]
const fn float(number: u64) -> f64 {
    number as f64
}
