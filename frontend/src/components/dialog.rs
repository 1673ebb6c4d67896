//! Dialogs on the browser's own element: focus, Escape and the rest of the page are its business.

use super::{
    icon::{Glyph, Icon},
    text_field::next_id,
};
use crate::prelude::*;
use leptos::{ev::MouseEvent, html};
use wasm_bindgen::JsCast as _;

/// A modal dialog. Escape, its cross and a click beside it close it.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The heading, and so the accessible name.
    #[prop(into)]
    title: Signal<String>,
    /// The content; built each time the dialog opens.
    children: ViewFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    let heading = next_id("dialog");
    let labelled_by = heading.clone();
    effect(move || {
        let Some(dialog) = element.get() else { return };
        match (open.get(), dialog.open()) {
            // Fails only for an element that is not in the page, and this one is.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    // The body fills the dialog, so that a click on the dialog itself was beside it.
    let beside = move |event: MouseEvent| {
        let hit =
            event.target().and_then(|target| target.dyn_into::<web_sys::HtmlDialogElement>().ok());
        if hit.is_some() {
            open.set(false);
        }
    };
    view! {
        <dialog class="dialog" node_ref=element aria-labelledby=labelled_by on:close=handler(move |_| open.set(false)) on:click=handler(beside)>
            <Show when=move || open.get()>
                <div class="dialog-body">
                    <div class="dialog-head">
                        <h2 id=heading.clone()>{title}</h2>
                        <button type="button" class="icon-button" aria-label=t!("Close") on:click=handler(move |_| open.set(false))>
                            <Icon glyph=Glyph::Close/>
                        </button>
                    </div>
                    {children.run()}
                </div>
            </Show>
        </dialog>
    }
}
