//! `/send`: a form, a review, and then what becomes of the payment.

mod fee;
mod form;
mod outcome;
mod replace;
mod review;
pub(crate) mod scan;
pub mod status;
mod typed;
pub mod warnings;

use self::{
    form::PaymentForm,
    outcome::Outcome,
    review::Review,
    typed::{Step, Typed},
};
use crate::prelude::*;
use crate::{components::PageHeader, pages::focus_soon};

/// Makes a payment.
#[component]
pub fn SendPage() -> impl IntoView {
    let typed = Typed::new();
    let title = move || match typed.step.get() {
        Step::Form => t!("Send"),
        Step::Review => t!("Review the payment"),
        Step::Sent { .. } => t!("Your payment"),
    };
    // The shell puts the focus on the heading when a page is opened; a step is as good as a page.
    Effect::new(move |before: Option<Step>| {
        let step = typed.step.get();
        if before.is_some_and(|before| before != step) {
            focus_soon("main h1");
        }
        step
    });
    view! {
        <PageHeader title=Signal::derive(move || title().to_owned()) />
        {move || match typed.step.get() {
            Step::Form => view! { <PaymentForm typed /> }.into_any(),
            Step::Review => view! { <Review typed /> }.into_any(),
            Step::Sent { id } => view! { <Outcome typed id /> }.into_any(),
        }}
    }
}
