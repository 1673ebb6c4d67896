//! What is shown where there is no page.

use crate::components::{Card, EmptyState, Glyph, PageHeader};
use crate::prelude::*;

/// There is no page at this address.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <PageHeader title="No such page"/>
        <Card>
            <EmptyState title="There is nothing at this address" glyph=Glyph::Search>
                <p><a href="/">"To the overview"</a>" or "<a href="/explorer">"to the explorer"</a></p>
            </EmptyState>
        </Card>
    }
}
