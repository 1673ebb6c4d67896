//! The fee: any amount may be typed, zero as well; suggestions come from what waits at the node.

use super::typed::{Speed, Typed};
use crate::prelude::*;
use crate::{
    components::{AmountField, AmountText},
    state::chain::use_chain,
    wallet::draft::{self, FeeChoices, fees::waiting_text},
};
use shared::amount::Amount;

/// The field and, once the node has told what others pay, what there is to choose.
#[component]
pub(super) fn FeeField(typed: Typed) -> impl IntoView {
    let hint = move || match typed.choices.get() {
        None => t!("What the miner gets. 0 is allowed: such a payment waits until there is room."),
        Some(choices) if choices.is_quiet() => {
            t!(
                "What the miner gets. Nothing waits for room at the moment: 0 is enough for the next block."
            )
        }
        Some(_) => {
            t!(
                "What the miner gets. More is taken sooner; 0 is allowed and waits until there is room."
            )
        }
    };
    view! {
        <div class="stack tight">
            <AmountField
                label=t!("Fee")
                value=typed.fee
                hint=Signal::derive(move || hint().to_owned())
                error=typed.error(draft::Field::Fee)
                reveal=typed.reveal
            />
            {move || typed.choices.get().map(|choices| view! { <Suggestions typed choices /> })}
        </div>
    }
}

#[component]
fn Suggestions(typed: Typed, choices: FeeChoices) -> impl IntoView {
    let interval = use_chain()
        .parameters
        .with(|chain| chain.as_ref().map_or(0, |chain| chain.parameters().interval));
    let free = if choices.is_quiet() {
        waiting_text(1, interval)
    } else {
        t!("when there is room, perhaps never").to_string()
    };
    let choice = |(speed, name, when, fee): (Speed, &'static str, String, Amount)| {
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
                    <AmountText mites=fee.mites() />
                    <br />
                    <span class="muted small">{when}</span>
                </span>
            </label>
        }
    };
    let all = [
        (Speed::Fast, t!("Fast"), waiting_text(1, interval), choices.fast),
        (Speed::Normal, t!("Normal"), waiting_text(3, interval), choices.normal),
        (Speed::Slow, t!("Slow"), waiting_text(10, interval), choices.slow),
        (Speed::Free, t!("Free"), free, Amount::ZERO),
    ];
    view! {
        <fieldset>
            <legend class="field-hint">{t!("Suggested fees")}</legend>
            <div class="choices fees">{all.into_iter().map(choice).collect_view()}</div>
        </fieldset>
    }
}
