//! QR codes as one path of SVG. A worker draws them: its tables are loaded when a code is first shown.

use crate::{prelude::*, workers};

/// A QR code. Upper-case text makes a smaller one.
#[component]
pub fn QrCode(
    /// What it says.
    #[prop(into)]
    text: Signal<String>,
    /// The accessible name.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let text = Memo::new(move || text.get());
    let drawing = RwSignal::new(None::<(String, String)>);
    effect(move || {
        let asked = text.get();
        spawn_local(async move {
            let drawn = workers::draw_qr(&asked).await;
            // It may say something else by now, or the page may be gone.
            if text.try_get_untracked().as_ref() == Some(&asked) {
                drawing.try_set(drawn);
            }
        });
    });
    shown(move || {
        let label = label.clone();
        // Its place is kept until it is drawn, so that nothing jumps.
        let (size, path) = drawing.get().unwrap_or_else(|| ("33".to_string(), String::new()));
        view! {
            <svg class="qr" role="img" aria-label=label viewBox=format!("0 0 {size} {size}") width="256" height="256">
                <path d=path fill="currentColor"></path>
            </svg>
        }
    })
}
