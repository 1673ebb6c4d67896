//! Fields that offer choices.

use super::text_field::{Surroundings, next_id};
use crate::prelude::*;

/// A list to choose one of.
#[component]
pub fn SelectField(
    /// The label.
    #[prop(into)]
    label: String,
    /// The value of the chosen option.
    value: RwSignal<String>,
    /// Values and texts.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// Help that always shows.
    #[prop(optional, into)]
    hint: Signal<String>,
) -> impl IntoView {
    let around = Surroundings::new("", label, hint, Signal::stored(None), || false);
    let (id, described_by) = (around.id.clone(), around.described_by());
    let option = move |(of_option, text): (String, String)| {
        let chosen = value.with_untracked(|value| *value == of_option);
        view! { <option value=of_option selected=chosen>{text}</option> }
    };
    let control = view! {
        <div class="input">
            <select id=id prop:value=move || value.get() on:change=handler(move |event| value.set(event_target_value(&event))) aria-describedby=described_by>
                {move || options.get().into_iter().map(option).collect_view()}
            </select>
        </div>
    };
    around.around(control, ())
}

/// A box to tick.
#[component]
pub fn CheckField(
    /// The label.
    #[prop(into)]
    label: String,
    /// Whether it is ticked.
    checked: RwSignal<bool>,
    /// Help that always shows.
    #[prop(optional, into)]
    hint: String,
) -> impl IntoView {
    let id = next_id("check");
    let hint_id = (!hint.is_empty()).then(|| format!("{id}-hint"));
    view! {
        <div class="check">
            <input
                id=id.clone() type="checkbox" prop:checked=move || checked.get() aria-describedby=hint_id.clone()
                on:change=handler(move |event| checked.set(event_target_checked(&event)))
            />
            <label for=id>{label}</label>
            {hint_id.map(|id| view! { <p class="field-hint" id=id>{hint}</p> })}
        </div>
    }
}

/// A number that is dragged or typed. The typed one has the label as its name.
#[component]
pub fn RangeField(
    /// The label.
    #[prop(into)]
    label: String,
    /// The number.
    value: RwSignal<u32>,
    /// Smallest number.
    #[prop(default = 1)]
    min: u32,
    /// Largest number.
    #[prop(into)]
    max: Signal<u32>,
    /// Help that always shows.
    #[prop(optional, into)]
    hint: Signal<String>,
) -> impl IntoView {
    let slider_name = t!("{label}, slider", label = label);
    let around = Surroundings::new("", label, hint, Signal::stored(None), || false);
    let (id, described_by) = (around.id.clone(), around.described_by());
    // Half-typed numbers are left alone; what is out of range is set to its end when the field is left.
    let write = move |event| {
        if let Ok(number) = event_target_value(&event).parse::<u32>()
            && (min..=max.get_untracked()).contains(&number)
        {
            value.set(number);
        }
    };
    let settle = move |event| {
        let number = event_target_value(&event).parse::<u32>().unwrap_or(min);
        value.set(number.clamp(min, max.get_untracked().max(min)));
        value.notify();
    };
    let control = view! {
        <div class="range">
            <input type="range" min=min max=max prop:value=move || value.get().to_string() on:input=handler(write) aria-label=slider_name/>
            <div class="input">
                <input
                    id=id type="number" inputmode="numeric" min=min max=max prop:value=move || value.get().to_string()
                    on:input=handler(write) on:change=handler(settle) aria-describedby=described_by
                />
            </div>
        </div>
    };
    around.around(control, ())
}
