//! The fee: any amount may be typed, zero as well; suggestions come from what waits at the node.

use super::typed::{Speed, Typed};
use crate::prelude::*;
use crate::{
    components::{AmountField, AmountText},
    wallet::draft::{self, FeeChoices},
};
use shared::amount::Amount;

/// The field and, when there is something to choose, three suggestions.
#[component]
pub(super) fn FeeField(typed: Typed) -> impl IntoView {
    let hint = move || match typed.choices.get() {
        None => "What the miner gets. 0 is allowed: such a payment waits until there is room.",
        Some(choices) if is_quiet(&choices) => {
            "What the miner gets. Nothing waits for room at the moment: 0 is enough for the next block."
        }
        Some(_) => {
            "What the miner gets. More is taken sooner; 0 is allowed and waits until there is room."
        }
    };
    view! {
        <div class="stack tight">
            <AmountField
                label="Fee"
                value=typed.fee
                hint=Signal::derive(move || hint().to_owned())
                error=typed.error(draft::Field::Fee)
                reveal=typed.reveal
            />
            {move || {
                typed
                    .choices
                    .get()
                    .filter(|choices| !is_quiet(choices))
                    .map(|choices| view! { <Suggestions typed choices /> })
            }}
        </div>
    }
}

#[component]
fn Suggestions(typed: Typed, choices: FeeChoices) -> impl IntoView {
    let choice = move |speed: Speed, name: &'static str, when: &'static str, fee: Amount| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="fee-suggestion"
                    prop:checked=move || typed.speed.get() == Some(speed)
                    on:change=handler(move |_| typed.speed.set(Some(speed)))
                />
                <span>
                    <strong>{name}</strong>
                    " "
                    <span class="muted small">{when}</span>
                    <br />
                    <AmountText mites=fee.mites() />
                </span>
            </label>
        }
    };
    view! {
        <fieldset>
            <legend class="field-hint">"Suggested fees"</legend>
            <div class="choices">
                {choice(Speed::Slow, "Slow", "in about 10 blocks", choices.slow)}
                {choice(Speed::Normal, "Normal", "in about 3 blocks", choices.normal)}
                {choice(Speed::Fast, "Fast", "in the next block", choices.fast)}
            </div>
        </fieldset>
    }
}

/// Whether a payment without a fee goes into the next block.
fn is_quiet(choices: &FeeChoices) -> bool {
    [choices.slow, choices.normal, choices.fast].iter().all(|fee| *fee == Amount::ZERO)
}
