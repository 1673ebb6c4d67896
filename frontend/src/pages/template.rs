//! A sheet for the recovery words: printed with empty lines, written by hand. The words themselves are
//! never printed, for printers keep what they print: see style/print.css.

use crate::prelude::*;
use crate::{browser, components::AddressText, i18n, state::chain::use_chain};

/// The button *Print an empty sheet*, and the sheet, which is seen on paper only.
#[component]
pub(crate) fn Template(
    /// How many words there are.
    #[prop(into)]
    count: Signal<usize>,
    /// The address that they lead to.
    #[prop(into)]
    address: Signal<String>,
    /// Whether there is a 25th word.
    #[prop(into)]
    has_extra: Signal<bool>,
) -> impl IntoView {
    let chain = use_chain();
    let name = move || {
        let name =
            chain.parameters.with(|chain| chain.as_ref().map(|it| it.parameters().name.clone()));
        format!("{} ({})", name.unwrap_or_default(), chain.ticker.get())
    };
    let date = i18n::local_time(chain.now());
    view! {
        <section class="sheet" aria-hidden="true">
            <h2>{t!("Halfpenny: recovery words")}</h2>
            <p>{move || name()}</p>
            <AddressText address/>
            <p>{date}</p>
            <ol>{move || (0..count.get()).map(|_| view! { <li></li> }).collect_view()}</ol>
            <Show when=move || has_extra.get()>
                <p>{t!("A 25th word belongs to them. It does not stand on this sheet.")}</p>
            </Show>
            <p>{t!("Whoever has these words has the coins. Write them by hand, in order; keep the sheet safe, and no picture of it.")}</p>
        </section>
        <div class="actions">
            <button type="button" class="button quiet" on:click=handler(move |_| browser::print())>{t!("Print an empty sheet")}</button>
        </div>
    }
}
