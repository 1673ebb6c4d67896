//! The box that takes heights, ids and addresses.

use super::{
    icon::{Glyph, Icon},
    text_field::Surroundings,
};
use crate::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast as _;

/// The search box. The key `/` goes to it from anywhere on the page where nothing is being typed.
#[component]
pub fn SearchBox(
    /// What is wrong with what was searched for.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Whether a search is under way.
    #[prop(into)]
    busy: Signal<bool>,
    /// Called with the trimmed text, which is not empty.
    #[prop(into)]
    on_search: Callback<String>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let input = NodeRef::<html::Input>::new();
    let hint = Signal::stored(
        "A height, a block or transaction id, an address, or how one begins.".to_string(),
    );
    let around = Surroundings::new("", "Search".to_string(), hint, error, || true);
    let (id, described_by, mistake) = (around.id.clone(), around.described_by(), around.error);
    let invalid = move || mistake.with(Option::is_some);
    let shortcut = window_event_listener(ev::keydown, move |event| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if event.key() == "/" && plain && !is_typing(&event) {
            event.prevent_default();
            if let Some(input) = input.get_untracked() {
                // Fails only for an element that is not in the page.
                drop(input.focus());
            }
        }
    });
    on_cleanup(move || shortcut.remove());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let query = text.with_untracked(|text| text.trim().to_string());
        if !query.is_empty() {
            on_search.run(query);
        }
    };
    let control = view! {
        <div class="field-row">
            <div class="input" class:invalid=shown(invalid)>
                <input
                    id=id type="search" node_ref=input prop:value=move || text.get() on:input=handler(move |event| text.set(event_target_value(&event)))
                    autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search" maxlength="200"
                    aria-describedby=described_by aria-invalid=move || invalid().then_some("true") aria-keyshortcuts="/"
                />
                <kbd aria-hidden="true">"/"</kbd>
            </div>
            <button type="submit" class="button primary" disabled=busy><Icon glyph=Glyph::Search size=18/>"Find"</button>
        </div>
    };
    view! { <form class="search" role="search" on:submit=handler(submit)>{around.around(control, ())}</form> }
}

/// Whether the key goes into a text.
fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
    element.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.has_attribute("contenteditable")
    })
}
