//! What the explorer says about what is not there.

use crate::components::{Card, EmptyState, Glyph};
use crate::prelude::*;

/// A thing that this node does not know, or a text that names no thing.
#[component]
pub(crate) fn NotHere(
    /// What there is not, as a heading.
    #[prop(into)]
    title: String,
    /// Why that can be.
    #[prop(into)]
    reason: String,
) -> impl IntoView {
    view! {
        <Card>
            <EmptyState title glyph=Glyph::Search>
                <p class="measure">{reason}</p>
                <a class="button" href="/explorer">{t!("Search in the explorer")}</a>
            </EmptyState>
        </Card>
    }
}
