//! The parts every page is built of: its header, cards, lists of facts, steps.

use super::text_field::next_id;
use crate::prelude::*;

/// The header of a page with its one `<h1>`, which takes the focus when the page is opened.
#[component]
pub fn PageHeader(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// A sentence under it.
    #[prop(optional, into)]
    lead: Signal<String>,
    /// What stands beside it, e.g. buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="page-header">
            <div>
                <h1 tabindex="-1">{title}</h1>
                <Show when=move || lead.with(|lead| !lead.is_empty())>
                    <p class="lead">{lead}</p>
                </Show>
            </div>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}

/// A card, with or without a heading.
#[component]
pub fn Card(
    /// The heading.
    #[prop(optional, into)]
    heading: String,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
    /// What stands at the end of the heading's line.
    #[prop(optional, into)]
    aside: ViewFn,
    /// The content.
    children: Children,
) -> impl IntoView {
    let id = next_id("card");
    let named = (!heading.is_empty()).then(|| id.clone());
    let head = named
        .clone()
        .map(|id| view! { <div class="card-head"><h2 id=id>{heading}</h2>{aside.run()}</div> });
    view! {
        <section class=format!("card {class}") aria-labelledby=named>
            {head}
            {children()}
        </section>
    }
}

/// A list of names and values.
#[component]
pub fn Facts(
    /// [`Fact`]s.
    children: Children,
) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }
}

/// One name and its value.
#[component]
pub fn Fact(
    /// The name.
    #[prop(into)]
    name: String,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! { <div class="fact"><dt>{name}</dt><dd>{children()}</dd></div> }
}

/// Where in a sequence of steps the person is.
#[component]
pub fn WizardSteps(
    /// The steps' names.
    steps: Vec<&'static str>,
    /// The current one, from 0.
    #[prop(into)]
    current: Signal<usize>,
) -> impl IntoView {
    let step = move |(index, name): (usize, &'static str)| {
        view! {
            <li class="step" class:done=move || index < current.get() aria-current=move || (index == current.get()).then_some("step")>
                {name}
            </li>
        }
    };
    view! { <ol class="steps" role="list" aria-label=t!("Steps")>{steps.into_iter().enumerate().map(step).collect_view()}</ol> }
}
