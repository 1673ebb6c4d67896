//! Amounts of coin as people read them.

use crate::prelude::*;
use crate::{
    format,
    state::{
        chain::use_chain,
        settings::{Unit, use_settings},
    },
};

/// The sign in front of an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sign {
    /// None: a balance, a fee.
    #[default]
    None,
    /// A plus sign: it arrives.
    In,
    /// A minus sign: it leaves.
    Out,
}

/// An amount in the person's unit, digits aligned, with the ticker.
#[component]
pub fn AmountText(
    /// Mites.
    #[prop(into)]
    mites: Signal<u64>,
    /// What stands in front.
    #[prop(optional, into)]
    sign: Signal<Sign>,
) -> impl IntoView {
    let (chain, settings) = (use_chain(), use_settings());
    let digits = move || format::amount_number(mites.get(), settings.unit.get());
    let unit = move || match settings.unit.get() {
        Unit::Coins => chain.ticker.get(),
        Unit::Mites => t!("mites").to_string(),
    };
    let mark = move || match sign.get() {
        Sign::None => "",
        Sign::In => "+",
        Sign::Out => "\u{2212}",
    };
    view! {
        <span class="money" class:in=move || sign.get() == Sign::In>
            {move || mark()}{move || digits()}"\u{a0}"<span class="ticker">{move || unit()}</span>
        </span>
    }
}
