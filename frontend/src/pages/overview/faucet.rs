//! Coins for trying things out: on dev chains only.

use crate::prelude::*;
use crate::{
    api,
    components::ErrorBox,
    pages::unlock::sentence,
    state::{chain::use_chain, notices::use_notices, wallet::use_wallet},
};

/// A button that makes the node mine a block to this wallet; nothing on chains without dev controls.
#[component]
pub(super) fn Faucet() -> impl IntoView {
    let (chain, wallet, notices) = (use_chain(), use_wallet(), use_notices());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let is_dev = Memo::new(move || {
        chain.status.with(|status| status.as_ref().is_some_and(|status| status.dev))
    });
    let ask = move |_| {
        let Some(address) = wallet.address.get_untracked() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match api::dev_faucet(&address).await {
                Ok(_) => notices.status(t!("The node mined a block to your address.")),
                Err(error) => {
                    failure.try_set(Some(t!(
                        "No coins came. {error}",
                        error = sentence(&error.to_string())
                    )));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <Show when=move || is_dev.get()>
            <div class="stack tight">
                <div class="actions">
                    <button
                        type="button"
                        class="button"
                        aria-disabled=move || busy.get().to_string()
                        on:click=handler(ask)
                    >
                        {t!("Get coins (dev faucet)")}
                    </button>
                </div>
                <p class="field-hint">
                    {t!("This is a chain for trying things out: the node mines a block to you.")}
                </p>
                <ErrorBox message=failure />
            </div>
        </Show>
    }
}
