//! Restoring from the keystore file.

use super::{
    found::{FoundAccounts, Look},
    sentence,
};
use crate::prelude::*;
use crate::{
    browser,
    components::{ErrorBox, PassphraseField, ProgressBar},
    format,
    state::{
        Refresh,
        wallet::{Busy, Wallet, WalletError, use_wallet},
    },
};
use leptos::{
    ev::{Event, SubmitEvent},
    html,
};
use shared::account::AccountId;
use zeroize::Zeroizing;

/// A form for the file and its passphrase.
#[component]
pub(super) fn FromFile() -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let form = Form::new();
    let Form { wallet, passphrase, error, told, look, .. } = form;
    let find = Refresh::new(move || find_first(wallet, told, look));
    let choose = move |_: Event| {
        form.clear();
        let chosen =
            input.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0));
        let Some(chosen) = chosen else { return };
        spawn_local(async move {
            if form.take(&chosen).await {
                find.ask();
            }
        });
    };
    let restore = move |event: SubmitEvent| {
        event.prevent_default();
        form.restore();
    };
    let address = move || {
        told.get().map(|(_, address)| t!("Address {address}", address = format::short(&address)))
    };
    let is_busy = move || wallet.busy.get() == Some(Busy::Unlocking);
    view! {
        <form class="form" on:submit=handler(restore)>
            <div class="field">
                <label for="keystore-file">{t!("Keystore file")}</label>
                <input id="keystore-file" type="file" accept=".json,application/json" node_ref=input on:change=handler(choose)/>
                <p class="field-hint">{move || address()}</p>
            </div>
            <FoundAccounts look again=Callback::new(move |()| find.ask())/>
            <PassphraseField value=passphrase hint=t!("The one that the wallet had when the file was saved.")/>
            <ErrorBox message=error/>
            <div class="actions">
                <button type="submit" class="button primary large" disabled=shown(is_busy)>{t!("Restore wallet")}</button>
                <button type="button" class="button large" disabled=shown(is_busy) on:click=handler(move |_| form.look_inside())>
                    {t!("Look inside first")}
                </button>
            </div>
            <Show when=is_busy>
                <ProgressBar label=t!("Unlocking: this takes about a second on purpose") value=None/>
            </Show>
        </form>
    }
}

/// What was chosen and typed, and what can be done with it.
#[derive(Clone, Copy)]
struct Form {
    wallet: Wallet,
    file: RwSignal<Option<String>>,
    passphrase: RwSignal<String>,
    error: RwSignal<Option<String>>,
    /// What can be told of the file before its passphrase.
    told: RwSignal<Option<(AccountId, String)>>,
    look: RwSignal<Look>,
}

impl Form {
    fn new() -> Self {
        Self {
            wallet: use_wallet(),
            file: RwSignal::new(None),
            passphrase: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            told: RwSignal::new(None),
            look: RwSignal::new(Look::Nothing),
        }
    }

    /// Forgets the file.
    fn clear(self) {
        self.file.set(None);
        self.error.set(None);
        self.told.set(None);
        self.look.set(Look::Nothing);
    }

    /// Takes a file, if it is a keystore of this chain.
    async fn take(self, chosen: &web_sys::File) -> bool {
        let Some(text) = browser::read_file(chosen).await else {
            self.error.try_set(Some(t!("This file cannot be read.").to_string()));
            return false;
        };
        match self.wallet.inspect(&text).await {
            Ok(first) => {
                self.told.try_set(Some(first));
                self.file.try_set(Some(text));
                true
            }
            Err(problem) => {
                self.tell(&problem);
                false
            }
        }
    }

    /// File and passphrase, unless something else is being done or there is no file.
    fn given(self) -> Option<(String, Zeroizing<String>)> {
        if self.wallet.busy.get_untracked().is_some() {
            return None;
        }
        let Some(text) = self.file.get_untracked() else {
            if self.error.with_untracked(Option::is_none) {
                self.error.set(Some(t!("Choose the keystore file first.").to_string()));
            }
            return None;
        };
        self.error.set(None);
        Some((text, Zeroizing::new(self.passphrase.get_untracked())))
    }

    fn tell(self, problem: &WalletError) {
        self.error.try_set(Some(sentence(&problem.to_string())));
    }

    fn restore(self) {
        let Some((text, passphrase)) = self.given() else { return };
        let count = self.look.with_untracked(Look::count);
        spawn_local(async move {
            if let Err(problem) = self.wallet.restore_file(&text, &passphrase, count).await {
                self.tell(&problem);
            }
        });
    }

    /// Looks at all accounts of the file.
    fn look_inside(self) {
        let Some((text, passphrase)) = self.given() else { return };
        spawn_local(async move {
            match self.wallet.ids_of_file(&text, &passphrase).await {
                Ok(ids) => {
                    self.look.try_set(Look::Looking);
                    self.look.try_set(Look::of(self.wallet.look(&ids).await.ok()));
                }
                Err(problem) => self.tell(&problem),
            }
        });
    }
}

/// Looks at account 0, whose address the file tells in clear.
async fn find_first(
    wallet: Wallet,
    told: RwSignal<Option<(AccountId, String)>>,
    look: RwSignal<Look>,
) {
    let Some((id, _)) = told.try_get_untracked().flatten() else { return };
    look.try_set(Look::Looking);
    let found = wallet.look(&[id]).await.ok().and_then(|found| found.into_iter().next());
    let is_same = told.try_with_untracked(|now| now.as_ref().is_some_and(|(now, _)| *now == id));
    // Whoever looked inside meanwhile sees more.
    if is_same == Some(true) && look.try_with_untracked(|look| look.count().is_none()) == Some(true)
    {
        look.try_set(found.map_or(Look::Unreachable, Look::First));
    }
}
