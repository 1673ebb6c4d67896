//! What is shown where there is no page.

use crate::components::{Card, EmptyState, Glyph, PageHeader};
use crate::prelude::*;

/// There is no page at this address.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <PageHeader title=t!("No such page")/>
        <Card>
            <EmptyState title=t!("There is nothing at this address") glyph=Glyph::Search>
                <p><a href="/">{t!("To the overview")}</a>{t!(" or ")}<a href="/explorer">{t!("to the explorer")}</a></p>
            </EmptyState>
        </Card>
    }
}
