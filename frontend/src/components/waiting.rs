//! What stands where there is nothing yet, nothing at all, or something went wrong.

use super::{
    badge::Tone,
    icon::{Glyph, Icon},
};
use crate::i18n::said;
use crate::prelude::*;

/// Grey lines while something loads; they appear only when it takes a moment.
#[component]
pub fn Skeleton(
    /// How many.
    #[prop(default = 3)]
    lines: u32,
) -> impl IntoView {
    let line = |_| view! { <span></span> };
    view! {
        <div class="skeleton" aria-busy="true">
            {(0..lines).map(line).collect_view()}
        </div>
        <p class="visually-hidden">{t!("Loading")}</p>
    }
}

/// What is said where a list is empty.
#[component]
pub fn EmptyState(
    /// What there is not.
    #[prop(into)]
    title: String,
    /// A picture.
    #[prop(default = Glyph::Coin)]
    glyph: Glyph,
    /// What to do about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon glyph size=40/>
            <h2>{title}</h2>
            {children.map(|children| children())}
        </div>
    }
}

/// An error, announced; nothing while there is none.
#[component]
pub fn ErrorBox(
    /// What happened, and what to do.
    #[prop(into)]
    message: Signal<Option<String>>,
) -> impl IntoView {
    shown(move || {
        message.get().map(|text| {
            let text = said(&text).into_owned();
            view! { <div class="box bad" role="alert"><Icon glyph=Glyph::Warn/><div>{text}</div></div> }
        })
    })
}

/// A remark with a coloured edge.
#[component]
pub fn NoticeBox(
    /// The colour.
    #[prop(optional)]
    tone: Tone,
    /// The remark.
    children: Children,
) -> impl IntoView {
    let glyph = match tone {
        Tone::Neutral | Tone::Accent => Glyph::Info,
        Tone::Good => Glyph::Check,
        Tone::Warn | Tone::Bad => Glyph::Warn,
    };
    view! { <div class=format!("box {}", tone.class())><Icon glyph/><div>{children()}</div></div> }
}

/// How far something is.
#[component]
pub fn ProgressBar(
    /// What it is.
    #[prop(into)]
    label: Signal<String>,
    /// 0 to 1; `None`: under way, nobody knows how far.
    #[prop(into)]
    value: Signal<Option<f64>>,
) -> impl IntoView {
    let known = Memo::new(move || value.with(Option::is_some));
    let share = move || value.get().unwrap_or_default().clamp(0.0, 1.0).to_string();
    let bar = move || match known.get() {
        true => {
            view! { <progress max="1" value=shown(share) aria-label=label></progress> }.into_any()
        }
        false => view! { <progress aria-label=label></progress> }.into_any(),
    };
    view! { <div class="progress"><span class="small muted">{label}</span>{move || bar()}</div> }
}
