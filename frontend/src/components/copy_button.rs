//! Buttons that copy a text, with or without the clipboard interface of secure pages.

use super::icon::{Glyph, Icon};
use crate::i18n;
use crate::prelude::*;
use js_sys::{Function, Reflect};
use leptos::ev::MouseEvent;
use std::time::Duration;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlTextAreaElement, Navigator};

/// How long a button says that it has copied.
const SAID: Duration = Duration::from_secs(3);

/// What the last click did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Copied,
    Impossible,
}

impl Outcome {
    const fn text(self) -> &'static str {
        match self {
            Self::Copied => key!("Copied"),
            Self::Impossible => {
                key!("This browser does not let the page copy: select the text and copy it.")
            }
        }
    }
}

/// A signal of what was just done, and what does it.
fn copying(
    text: Signal<String>,
) -> (RwSignal<Option<Outcome>>, impl Fn(MouseEvent) + Clone + Send + Sync + 'static) {
    let outcome = RwSignal::new(None);
    let say = move |done: bool| {
        // The page may be gone by then.
        outcome.try_set(Some(if done { Outcome::Copied } else { Outcome::Impossible }));
        set_timeout(
            move || {
                outcome.try_set(None);
            },
            SAID,
        );
    };
    let copy = move |event: MouseEvent| {
        let text = text.get_untracked();
        let button = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        if button.is_some_and(|button| copy_by_selection(&button, &text).unwrap_or(false)) {
            say(true);
        } else {
            spawn_local(async move { say(copy_by_clipboard(&text).await) });
        }
    };
    (outcome, copy)
}

/// Copies as a person would: puts the text beside the button, selects it and gives the command. This
/// needs no secure page. Beside the button, because everything outside of an open dialog is inert.
fn copy_by_selection(button: &Element, text: &str) -> Option<bool> {
    let document = button.owner_document()?;
    let parent = button.parent_element()?;
    let source: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    source.set_value(text);
    source.set_class_name("copy-source");
    source.set_attribute("readonly", "").ok()?;
    source.set_attribute("aria-hidden", "true").ok()?;
    parent.append_child(&source).ok()?;
    source.select();
    let command = Reflect::get(&document, &JsValue::from_str("execCommand")).ok();
    let command = command.and_then(|command| command.dyn_into::<Function>().ok());
    let done =
        command.and_then(|command| command.call1(&document, &JsValue::from_str("copy")).ok());
    source.remove();
    if let Some(button) = button.dyn_ref::<web_sys::HtmlElement>() {
        // The selection took the focus; without it the keyboard would begin at the top of the page.
        drop(button.focus());
    }
    done?.as_bool()
}

/// Copies by the interface that only secure pages have.
async fn copy_by_clipboard(text: &str) -> bool {
    let navigator: Navigator = window().navigator();
    if !Reflect::get(&navigator, &JsValue::from_str("clipboard"))
        .is_ok_and(|clipboard| clipboard.is_object())
    {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// A button that copies `text` and says so.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// The button's name.
    #[prop(into, default = t!("Copy").to_string())]
    label: String,
    /// The button's classes.
    #[prop(default = "button")]
    class: &'static str,
) -> impl IntoView {
    let (outcome, copy) = copying(text);
    view! {
        <span class="copy">
            <button type="button" class=class on:click=handler(copy)>
                {move || view! { <Icon glyph=if outcome.get() == Some(Outcome::Copied) { Glyph::Check } else { Glyph::Copy } size=18/> }}
                {label}
            </button>
            <span role="status" class="small muted">{move || outcome.get().map(|outcome| i18n::text(outcome.text()))}</span>
        </span>
    }
}

/// A small button with a picture that copies `text`.
#[component]
pub fn CopyIcon(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// What it is, for the button's name: "Copy …".
    #[prop(into)]
    what: String,
) -> impl IntoView {
    let (outcome, copy) = copying(text);
    let name = t!("Copy {what}", what = what);
    view! {
        <button type="button" class="icon-button" title=name.clone() aria-label=name on:click=handler(copy)>
            {move || view! { <Icon glyph=if outcome.get() == Some(Outcome::Copied) { Glyph::Check } else { Glyph::Copy } size=16/> }}
        </button>
        <span role="status" class="visually-hidden">{move || outcome.get().map(|outcome| i18n::text(outcome.text()))}</span>
    }
}
