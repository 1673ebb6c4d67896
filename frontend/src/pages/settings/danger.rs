//! Deleting the wallet from this browser.

use crate::prelude::*;
use crate::{
    components::{Card, ErrorBox, Field},
    pages::restore::sentence,
    state::{notices::use_notices, wallet::use_wallet},
};
use leptos::ev::SubmitEvent;

/// Deletes the wallet, once it was typed that this is meant.
#[component]
pub(super) fn DeleteWallet() -> impl IntoView {
    let (wallet, notices) = (use_wallet(), use_notices());
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    // What has to be typed.
    let word = t!("delete");
    let is_meant = move || typed.with(|text| text.trim().eq_ignore_ascii_case(word));
    let delete = move |event: SubmitEvent| {
        event.prevent_default();
        if !untrack(is_meant) {
            error.set(Some(t!("Type {word} to confirm.", word = word)));
            return;
        }
        spawn_local(async move {
            match wallet.wipe().await {
                Ok(()) => notices.status(t!("The wallet was deleted from this browser.")),
                Err(problem) => drop(error.try_set(Some(sentence(&problem.to_string())))),
            }
        });
    };
    let warning = move || match wallet.backup.with(|backup| backup.last().is_some()) {
        true => t!("Only the words, or a keystore file with its passphrase, bring it back."),
        false => {
            t!(
                "You have not checked the words or saved a file: without them, its coins are lost for good."
            )
        }
    };
    view! {
        <Card heading=t!("Delete from this browser")>
            <p class="measure">{move || warning()}</p>
            <form class="form" on:submit=handler(delete)>
                <Field label=t!("Type {word} to confirm", word = word) value=typed/>
                <ErrorBox message=error/>
                <div class="actions">
                    <button type="submit" class="button danger">{t!("Delete wallet")}</button>
                </div>
            </form>
        </Card>
    }
}
