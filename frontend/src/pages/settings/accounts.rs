//! Several accounts of one secret.

use crate::prelude::*;
use crate::{
    components::{AddressText, Badge, Card, ErrorBox, Field, PassphraseField, Tone},
    pages::restore::sentence,
    state::wallet::use_wallet,
};
use leptos::ev::SubmitEvent;
use zeroize::Zeroizing;

/// The accounts, and a form for one more.
#[component]
pub(super) fn Accounts() -> impl IntoView {
    let wallet = use_wallet();
    let (name, passphrase) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let error = RwSignal::new(None::<String>);
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        if wallet.busy.get_untracked().is_some() {
            return;
        }
        error.set(None);
        let (named, typed) = (name.get_untracked(), Zeroizing::new(passphrase.get_untracked()));
        spawn_local(async move {
            match wallet.add_account(&named, &typed).await {
                Ok(()) => {
                    name.try_set(String::new());
                    passphrase.try_set(String::new());
                }
                Err(problem) => drop(error.try_set(Some(sentence(&problem.to_string())))),
            }
        });
    };
    let row = move |(address, name): (String, String)| {
        let is_shown = wallet.is_own(&address);
        let shown = address.clone();
        view! {
            <li class="stack tight">
                <span class="cluster">
                    <strong>{name}</strong>
                    {if is_shown {
                        view! { <Badge tone=Tone::Accent>{t!("shown")}</Badge> }.into_any()
                    } else {
                        view! {
                            <button type="button" class="button small" on:click=handler(move |_| wallet.show_account(&shown))>
                                {t!("Show")}
                            </button>
                        }.into_any()
                    }}
                </span>
                <AddressText address/>
            </li>
        }
    };
    view! {
        <Card heading=t!("Accounts")>
            <ul class="stack" role="list">{move || wallet.accounts().into_iter().map(row).collect_view()}</ul>
            <details>
                <summary>{t!("Add an account")}</summary>
                <form class="form" on:submit=handler(add)>
                    <p class="muted measure">
                        {t!("It comes from the same words, which bring it back with the others. On the chain nobody sees that they belong together, unless one pays the other.")}
                    </p>
                    <Field label=t!("Name of the account") value=name/>
                    <PassphraseField value=passphrase/>
                    <ErrorBox message=error/>
                    <div class="actions">
                        <button type="submit" class="button" disabled=move || wallet.busy.get().is_some()>{t!("Add account")}</button>
                    </div>
                </form>
            </details>
        </Card>
    }
}
