//! Deleting the wallet from this browser.

use crate::prelude::*;
use crate::{
    components::{Card, ErrorBox, Field},
    pages::restore::sentence,
    state::{notices::use_notices, wallet::use_wallet},
};
use leptos::ev::SubmitEvent;

/// What has to be typed.
const WORD: &str = "delete";

/// Deletes the wallet, once it was typed that this is meant.
#[component]
pub(super) fn DeleteWallet() -> impl IntoView {
    let (wallet, notices) = (use_wallet(), use_notices());
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let is_meant = move || typed.with(|text| text.trim().eq_ignore_ascii_case(WORD));
    let delete = move |event: SubmitEvent| {
        event.prevent_default();
        if !untrack(is_meant) {
            error.set(Some(format!("Type {WORD} to confirm.")));
            return;
        }
        spawn_local(async move {
            match wallet.wipe().await {
                Ok(()) => notices.status("The wallet was deleted from this browser."),
                Err(problem) => drop(error.try_set(Some(sentence(&problem.to_string())))),
            }
        });
    };
    let warning = move || match wallet.backup.with(|backup| backup.last().is_some()) {
        true => "Only the twelve words, or a keystore file with its passphrase, bring it back.",
        false => {
            "You have not checked the words or saved a file: without them, its coins are lost for good."
        }
    };
    view! {
        <Card heading="Delete from this browser">
            <p class="measure">{move || warning()}</p>
            <form class="form" on:submit=handler(delete)>
                <Field label=format!("Type {WORD} to confirm") value=typed/>
                <ErrorBox message=error/>
                <div class="actions">
                    <button type="submit" class="button danger">"Delete wallet"</button>
                </div>
            </form>
        </Card>
    }
}
