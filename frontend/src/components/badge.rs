//! Short words on a coloured ground. The words say it all; the colour only helps.

use crate::prelude::*;
use crate::{format, wallet::history::FINAL_AFTER};
use shared::api::TransactionStatus;

/// The colour of a badge or a box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Grey.
    #[default]
    Neutral,
    /// Done, safe.
    Good,
    /// On its way, or to be looked at.
    Warn,
    /// Failed.
    Bad,
    /// The person's own.
    Accent,
}

impl Tone {
    /// The class that gives the colour.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Accent => "accent",
        }
    }
}

/// A short word on a coloured ground.
#[component]
pub fn Badge(
    /// The colour.
    #[prop(optional)]
    tone: Tone,
    /// The word.
    children: Children,
) -> impl IntoView {
    view! { <span class=format!("badge {}", tone.class())>{children()}</span> }
}

/// How deep something is in the chain: `0` waits.
#[component]
pub fn ConfirmationsBadge(
    /// 1 in the newest block.
    #[prop(into)]
    confirmations: Signal<u64>,
) -> impl IntoView {
    let tone = move || match confirmations.get() {
        0 => Tone::Warn,
        1..FINAL_AFTER => Tone::Neutral,
        _ => Tone::Good,
    };
    view! { <span class=move || format!("badge {}", tone().class())>{move || confirmations_text(confirmations.get())}</span> }
}

/// Where a transaction stands, in words.
#[component]
pub fn StatusBadge(
    /// The status.
    #[prop(into)]
    status: Signal<TransactionStatus>,
    /// Its confirmations, if it is confirmed.
    #[prop(into)]
    confirmations: Signal<u64>,
) -> impl IntoView {
    shown(move || match status.get() {
        TransactionStatus::Confirmed => view! { <ConfirmationsBadge confirmations/> }.into_any(),
        TransactionStatus::Pending => {
            view! { <Badge tone=Tone::Warn>{t!("pending")}</Badge> }.into_any()
        }
        TransactionStatus::Expired => {
            view! { <Badge tone=Tone::Bad>{t!("expired")}</Badge> }.into_any()
        }
        TransactionStatus::Replaced => {
            view! { <Badge tone=Tone::Bad>{t!("replaced")}</Badge> }.into_any()
        }
        TransactionStatus::Dropped => {
            view! { <Badge tone=Tone::Bad>{t!("dropped")}</Badge> }.into_any()
        }
    })
}

/// How many confirmations, in words.
#[must_use]
pub(crate) fn confirmed(count: u64) -> String {
    plural!(count, "1 confirmation", "{number} confirmations")
}

fn confirmations_text(confirmations: u64) -> String {
    match confirmations {
        0 => t!("pending").to_string(),
        many if many < FINAL_AFTER => confirmed(many),
        many => t!("final · {count} confirmations", count = format::count(many)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confirmations_are_told_in_words() {
        assert_eq!(confirmations_text(0), "pending");
        assert_eq!(confirmations_text(1), "1 confirmation");
        assert_eq!(confirmations_text(2), "2 confirmations");
        assert_eq!(confirmations_text(FINAL_AFTER), "final · 6 confirmations");
    }
}
