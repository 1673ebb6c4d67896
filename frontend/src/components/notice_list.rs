//! The notices in the corner: what was done, and what went wrong.

use super::icon::{Glyph, Icon};
use crate::i18n::said;
use crate::prelude::*;
use crate::state::notices::{Notice, NoticeKind, use_notices};

/// All notices; the app shows it once. Errors stay until they are dismissed.
#[component]
pub fn Notices() -> impl IntoView {
    let notices = use_notices();
    let item = move |Notice { id, kind, text }: Notice| {
        let text = said(&text).into_owned();
        let (role, class, glyph) = match kind {
            NoticeKind::Status => ("status", "notice good", Glyph::Check),
            NoticeKind::Alert => ("alert", "notice bad", Glyph::Warn),
        };
        view! {
            <div class=class role=role>
                <Icon glyph/>
                <span>{text}</span>
                <button type="button" class="icon-button" aria-label=t!("Dismiss") on:click=handler(move |_| notices.dismiss(id))>
                    <Icon glyph=Glyph::Close size=16/>
                </button>
            </div>
        }
    };
    view! {
        <div class="notices" aria-live="polite">
            <For each=move || notices.items.get() key=|notice| notice.id.to_string() children=item/>
        </div>
    }
}
