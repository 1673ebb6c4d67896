//! The field for a passphrase. Pasting and password managers are welcome.

use super::text_field::Surroundings;
use crate::prelude::*;
use leptos::ev::KeyboardEvent;

/// A passphrase, hidden until the person asks to see it, with a word about Caps Lock.
#[component]
pub fn PassphraseField(
    /// The label.
    #[prop(into, default = t!("Passphrase").to_string())]
    label: String,
    /// The text.
    value: RwSignal<String>,
    /// Help that always shows.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong with the text.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Shows the error even if nothing was typed yet.
    #[prop(optional, into)]
    reveal: Signal<bool>,
    /// `current-password` or `new-password`.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
) -> impl IntoView {
    let (touched, visible, capitals) =
        (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let hint = Signal::derive(move || match (capitals.get(), hint.get()) {
        (true, text) if text.is_empty() => t!("Caps Lock is on.").to_string(),
        (true, text) => t!("Caps Lock is on. {hint}", hint = text),
        (false, text) => text,
    });
    let around = Surroundings::new("", label, hint, error, move || touched.get() || reveal.get());
    let (id, described_by, mistake) = (around.id.clone(), around.described_by(), around.error);
    let invalid = move || mistake.with(Option::is_some);
    let write = move |event| {
        touched.set(true);
        value.set(event_target_value(&event));
    };
    let key = move |event: KeyboardEvent| capitals.set(event.get_modifier_state("CapsLock"));
    let control = view! {
        <div class="input" class:invalid=shown(invalid)>
            <input
                id=id.clone() type=move || if visible.get() { "text" } else { "password" } prop:value=move || value.get() on:input=handler(write) on:keyup=handler(key)
                autocomplete=autocomplete autocapitalize="none" spellcheck="false"
                aria-describedby=described_by aria-invalid=move || invalid().then_some("true")
            />
            <button
                type="button" class="button quiet small" aria-controls=id aria-pressed=move || if visible.get() { "true" } else { "false" }
                on:click=handler(move |_| visible.update(|visible| *visible = !*visible))
            >
                {move || if visible.get() { t!("Hide") } else { t!("Show") }}
            </button>
        </div>
    };
    around.around(control, ())
}
