//! The box that takes heights, ids and addresses.

use super::{
    icon::{Glyph, Icon},
    text_field::Surroundings,
};
use crate::prelude::*;
use crate::{browser, router::use_router};
use leptos::ev;
use wasm_bindgen::JsCast as _;

/// The search box. The key `/` goes to it from everywhere: see [`follow_slash`].
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
    let hint = Signal::stored(
        t!("A height, a block or transaction id, an address, or how one begins.").to_string(),
    );
    let around = Surroundings::new("", t!("Search").to_string(), hint, error, || true);
    let (id, described_by, mistake) = (around.id.clone(), around.described_by(), around.error);
    let invalid = move || mistake.with(Option::is_some);
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
                    id=id type="search" prop:value=move || text.get() on:input=handler(move |event| text.set(event_target_value(&event)))
                    autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search" maxlength="200"
                    aria-describedby=described_by aria-invalid=move || invalid().then_some("true") aria-keyshortcuts="/"
                />
                <kbd aria-hidden="true">"/"</kbd>
            </div>
            <button type="submit" class="button primary" disabled=busy><Icon glyph=Glyph::Search size=18/>{t!("Find")}</button>
        </div>
    };
    view! { <form class="search" role="search" on:submit=handler(submit)>{around.around(control, ())}</form> }
}

/// Makes the key `/` lead to the search from wherever nothing is being typed; once, in the shell.
pub(super) fn follow_slash() {
    let router = use_router();
    let shortcut = window_event_listener(ev::keydown, move |event| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if event.key() == "/" && plain && !is_typing(&event) {
            event.prevent_default();
            if !focus_search() {
                router.go("/explorer");
                // Later than the heading of the new page gets the focus.
                spawn_local(async {
                    browser::sleep(100).await;
                    focus_search();
                });
            }
        }
    });
    on_cleanup(move || shortcut.remove());
}

/// Moves the focus to the search box of the page; `false` when it has none.
fn focus_search() -> bool {
    let found =
        browser::document().and_then(|page| page.query_selector("[role=search] input").ok()?);
    let field = found.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok());
    field.is_some_and(|field| field.focus().is_ok())
}

/// Whether the key goes into a text.
fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
    element.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.has_attribute("contenteditable")
    })
}
