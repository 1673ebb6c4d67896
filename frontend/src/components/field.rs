//! Text fields: plain, for an amount, for an address, of several lines.

use super::{AddressText, text_field::Surroundings};
use crate::prelude::*;
use crate::state::{
    chain::use_chain,
    settings::{Unit, use_settings},
};
use shared::account::Address;

/// A text field. Its error shows once something was typed or `reveal` is set.
#[component]
pub fn Field(
    /// The label, and so the accessible name.
    #[prop(into)]
    label: String,
    /// The text.
    value: RwSignal<String>,
    /// Help that always shows.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong with the text.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Shows the error even if nothing was typed yet: for a first try to submit.
    #[prop(optional, into)]
    reveal: Signal<bool>,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// The input's `autocomplete`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The input's `inputmode`.
    #[prop(default = "text")]
    inputmode: &'static str,
    /// Whether the text is for machines: monospace, no spell check, no capitals.
    #[prop(optional)]
    code: bool,
    /// A text behind the input, e.g. a unit.
    #[prop(optional, into)]
    suffix: Signal<String>,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
    /// What stands under the field.
    #[prop(optional, into)]
    below: ViewFn,
    /// What stands behind the input, e.g. a button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let touched = RwSignal::new(false);
    let around =
        Surroundings::new(class, label, hint, error, move || touched.get() || reveal.get());
    let (id, described_by, mistake) = (around.id.clone(), around.described_by(), around.error);
    let invalid = move || mistake.with(Option::is_some);
    let write = move |event| {
        touched.set(true);
        value.set(event_target_value(&event));
    };
    let control = view! {
        <div class="field-row">
            <div class="input" class:mono=code class:invalid=shown(invalid)>
                <input
                    id=id type=kind prop:value=move || value.get() on:input=handler(write) autocomplete=autocomplete inputmode=inputmode
                    autocapitalize=code.then_some("none") spellcheck=code.then_some("false")
                    aria-describedby=described_by aria-invalid=move || invalid().then_some("true")
                />
                {move || suffix.with(|text| (!text.is_empty()).then(|| view! { <span class="input-suffix">{text.clone()}</span> }))}
            </div>
            {children.map(|children| children())}
        </div>
    };
    around.around(control, move || below.run())
}

/// A field for an amount in the person's unit.
#[component]
pub fn AmountField(
    /// The label.
    #[prop(into, default = t!("Amount").to_string())]
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
    /// What stands behind the input, e.g. a button *Max*.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (chain, settings) = (use_chain(), use_settings());
    let unit = Signal::derive(move || match settings.unit.get() {
        Unit::Coins => chain.ticker.get(),
        Unit::Mites => t!("mites").to_string(),
    });
    let behind = children.map(|children| children());
    view! {
        <Field label value hint error reveal inputmode="decimal" suffix=unit class="amount">{behind}</Field>
    }
}

/// A field for an address. Once it is one of this chain it is repeated below in groups, with its picture.
#[component]
pub fn AddressField(
    /// The label.
    #[prop(into, default = t!("Recipient").to_string())]
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
    /// What stands behind the input.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let chain = use_chain();
    let readable = Memo::new(move || {
        chain.parameters.with(|parameters| {
            let prefix = parameters.as_ref()?.prefix();
            value
                .with(|text| Address::parse(text, prefix).ok())
                .map(|address| address.to_text(prefix))
        })
    });
    let below = move || readable.get().map(|address| view! { <AddressText address/> });
    let behind = children.map(|children| children());
    view! { <Field label value hint error reveal code=true below>{behind}</Field> }
}

/// A field of several lines.
#[component]
pub fn TextArea(
    /// The label.
    #[prop(into)]
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
    /// Lines that show.
    #[prop(default = 3)]
    rows: u32,
    /// Whether the text is for machines.
    #[prop(optional)]
    code: bool,
) -> impl IntoView {
    let touched = RwSignal::new(false);
    let around = Surroundings::new("", label, hint, error, move || touched.get() || reveal.get());
    let (id, described_by, mistake) = (around.id.clone(), around.described_by(), around.error);
    let invalid = move || mistake.with(Option::is_some);
    let write = move |event| {
        touched.set(true);
        value.set(event_target_value(&event));
    };
    let control = view! {
        <div class="input" class:mono=code class:invalid=shown(invalid)>
            <textarea
                id=id rows=rows prop:value=move || value.get() on:input=handler(write) autocomplete="off"
                autocapitalize=code.then_some("none") spellcheck=code.then_some("false")
                aria-describedby=described_by aria-invalid=move || invalid().then_some("true")
            ></textarea>
        </div>
    };
    around.around(control, ())
}
