//! Reading a QR code from a picture or the camera. What does it is a file of its own, which is loaded
//! when it is asked for: `frontend/scan`.

use crate::prelude::*;
use crate::{
    browser,
    components::{ErrorBox, ProgressBar},
};

/// Two buttons that put what a code says into a field.
#[component]
pub(crate) fn Scan(into: RwSignal<String>) -> impl IntoView {
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let scan = move |camera: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            match browser::scan(camera).await {
                Ok(Some(text)) => drop(into.try_set(text)),
                // The person thought better of it.
                Ok(None) => {}
                Err(text) => drop(error.try_set(Some(text))),
            }
            busy.try_set(false);
        });
    };
    view! {
        <div class="actions">
            <button type="button" class="button small" on:click=handler(move |_| scan(false))>
                {t!("Read a QR code from a picture")}
            </button>
            {browser::has_camera().then(|| view! {
                <button type="button" class="button small" on:click=handler(move |_| scan(true))>
                    {t!("Scan with the camera")}
                </button>
            })}
        </div>
        <ErrorBox message=error />
        <Show when=move || busy.get()>
            <ProgressBar label=t!("Reading the code") value=None />
        </Show>
    }
}
