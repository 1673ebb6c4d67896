//! The canonical bytes of a block or a transaction, once they are asked for.

use crate::prelude::*;
use crate::{
    api,
    components::{Card, CopyButton, ErrorBox, Skeleton},
};
use shared::hash::to_hex;

/// The card with the bytes in hex.
#[component]
pub(crate) fn Raw(
    /// What it is, in one word: `block`.
    what: &'static str,
    /// Where the node has the bytes, below the interface.
    path: String,
    /// What else can be done with them.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (hex, error, asked) =
        (RwSignal::new(String::new()), RwSignal::new(None), RwSignal::new(false));
    let show = move |_| {
        let path = path.clone();
        asked.set(true);
        error.set(None);
        spawn_local(async move {
            match api::bytes(&path).await {
                Ok(bytes) => {
                    hex.try_set(to_hex(&bytes));
                }
                Err(failure) => {
                    asked.try_set(false);
                    error.try_set(Some(failure.to_string()));
                }
            }
        });
    };
    let is_there = move || hex.with(|hex| !hex.is_empty());
    view! {
        <Card heading=t!("Raw {what}", what = what)>
            <p class="muted">{t!("The canonical bytes, as nodes exchange them.")}</p>
            <div class="actions">
                <Show
                    when=move || !asked.get()
                    fallback=move || view! { <Show when=is_there><CopyButton text=hex label=t!("Copy the hex") class="button small"/></Show> }
                >
                    <button type="button" class="button" on:click=handler(show.clone())>{t!("Show as hex")}</button>
                </Show>
                {children.map(|children| children())}
            </div>
            <ErrorBox message=error/>
            <Show when=move || asked.get() && !is_there()><Skeleton/></Show>
            <Show when=is_there><pre class="raw" tabindex="0" aria-label=t!("The {what} in hex", what = what)>{hex}</pre></Show>
        </Card>
    }
}
