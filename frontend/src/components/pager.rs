//! Moving through a list by cursors.

use super::icon::{Glyph, Icon};
use crate::prelude::*;

/// The buttons *Newer* and *Older*; nothing at all when there is one page only.
#[component]
pub fn Pager(
    /// What is paged, for the accessible name.
    #[prop(into)]
    label: String,
    /// Whether there is anything newer.
    #[prop(into)]
    newer: Signal<bool>,
    /// Whether there is anything older.
    #[prop(into)]
    older: Signal<bool>,
    /// Goes to the newer page.
    #[prop(into)]
    on_newer: Callback<()>,
    /// Goes to the older page.
    #[prop(into)]
    on_older: Callback<()>,
    /// The text of the first button.
    #[prop(default = t!("Newer"))]
    newer_text: &'static str,
    /// The text of the second button.
    #[prop(default = t!("Older"))]
    older_text: &'static str,
) -> impl IntoView {
    let label = StoredValue::new(label);
    view! {
        <Show when=move || newer.get() || older.get()>
            <nav class="pager" aria-label=label.get_value()>
                <button type="button" class="button" disabled=move || !newer.get() on:click=handler(move |_| on_newer.run(()))>
                    <Icon glyph=Glyph::Left size=18/>{newer_text}
                </button>
                <button type="button" class="button" disabled=move || !older.get() on:click=handler(move |_| on_older.run(()))>
                    {older_text}<Icon glyph=Glyph::Right size=18/>
                </button>
            </nav>
        </Show>
    }
}
