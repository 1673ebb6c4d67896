//! What all fields share: a label above, a hint and an error below, tied to the control for who listens.

use super::icon::{Glyph, Icon};
use crate::i18n::said;
use crate::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

static NEXT: AtomicUsize = AtomicUsize::new(0);

/// An element id that no other element of the page has.
pub(super) fn next_id(kind: &str) -> String {
    format!("{kind}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The texts around a control.
#[derive(Clone)]
pub(super) struct Surroundings {
    /// Id of the control.
    pub(super) id: String,
    /// Its label.
    pub(super) label: String,
    /// Help that always shows.
    pub(super) hint: Signal<String>,
    /// The error that shows now.
    pub(super) error: Memo<Option<String>>,
    /// Classes of the whole.
    pub(super) class: String,
}

impl Surroundings {
    /// `error` shows once the person has `touched` the field or the page says `reveal`: an empty form
    /// does not begin with complaints.
    pub(super) fn new(
        kind: &str,
        label: String,
        hint: Signal<String>,
        error: Signal<Option<String>>,
        shown: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        let error = Memo::new(move || {
            let error = if shown() { error.get() } else { None };
            error.map(|text| said(&text).into_owned())
        });
        Self { id: next_id("field"), label, hint, error, class: format!("field {kind}") }
    }

    /// The ids for `aria-describedby`: those of the texts that are there.
    pub(super) fn described_by(&self) -> impl Fn() -> Option<String> + Clone + Send + Sync + use<> {
        let Self { id, hint, error, .. } = self.clone();
        move || match (hint.with(String::is_empty), error.with(Option::is_none)) {
            (true, true) => None,
            (false, true) => Some(format!("{id}-hint")),
            (true, false) => Some(format!("{id}-error")),
            (false, false) => Some(format!("{id}-error {id}-hint")),
        }
    }

    /// Label, `control`, `after`, hint and error.
    pub(super) fn around(self, control: impl IntoView, after: impl IntoView) -> impl IntoView {
        let Self { id, label, hint, error, class } = self;
        let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
        let error_text = move || {
            let id = error_id.clone();
            error.get().map(|text| {
                view! { <p class="field-error" role="alert" id=id><Icon glyph=Glyph::Warn size=16/><span>{text}</span></p> }
            })
        };
        let hint_text = move || {
            let id = hint_id.clone();
            hint.with(|text| !text.is_empty())
                .then(|| view! { <p class="field-hint" id=id>{hint}</p> })
        };
        view! {
            <div class=class>
                <label for=id>{label}</label>
                {control}
                {move || error_text()}
                {move || hint_text()}
                {after}
            </div>
        }
    }
}
