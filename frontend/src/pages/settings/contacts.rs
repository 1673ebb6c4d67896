//! Names of other people's addresses.

use crate::prelude::*;
use crate::{
    components::{AddressField, AddressText, Card, ErrorBox, Field},
    pages::restore::sentence,
    state::{chain::use_chain, wallet::use_wallet},
    wallet::book::look_alike,
};
use leptos::ev::SubmitEvent;
use shared::account::Address;

/// The contacts, and a form for one more.
#[component]
pub(super) fn Contacts() -> impl IntoView {
    let (wallet, chain) = (use_wallet(), use_chain());
    let (name, address) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let error = RwSignal::new(None::<String>);
    // The form says once that an address looks like another one; who adds it again means it.
    let warned = RwSignal::new(String::new());
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        error.set(None);
        let prefix = chain.parameters.with_untracked(|chain| chain.as_ref().map(|it| *it.prefix()));
        let Some(prefix) = prefix else { return };
        let read = match address.with_untracked(|text| Address::parse(text, &prefix)) {
            Ok(read) => read.to_text(&prefix),
            Err(problem) => return error.set(Some(sentence(&problem.to_string()))),
        };
        if name.with_untracked(|name| name.trim().is_empty()) {
            return error.set(Some(t!("Enter a name.").to_string()));
        }
        let like = wallet.contacts.with_untracked(|book| {
            let known = book.entries().iter().find(|(known, _)| look_alike(known, &read));
            known.map(|(_, name)| name.clone())
        });
        if let Some(like) = like.filter(|_| warned.get_untracked() != read) {
            warned.set(read);
            return error.set(Some(t!(
                "This address begins and ends like the one of {like}, but is another one. Somebody may want \
                 to be taken for {like}. Compare every group; to add it all the same, press Add contact again.",
                like = like,
            )));
        }
        wallet.name_contact(&read, &name.get_untracked());
        name.set(String::new());
        address.set(String::new());
    };
    let row = move |(address, name): (String, String)| {
        let (pay, gone) = (format!("/send?to={address}"), address.clone());
        let remove = t!("Remove {name}", name = name);
        view! {
            <li class="stack tight">
                <span class="cluster">
                    <strong>{name}</strong>
                    <a href=pay class="button small">{t!("Pay")}</a>
                    <button type="button" class="button quiet small" aria-label=remove on:click=handler(move |_| wallet.name_contact(&gone, ""))>
                        {t!("Remove")}
                    </button>
                </span>
                <AddressText address/>
            </li>
        }
    };
    let rows =
        move || wallet.contacts.with(|book| book.entries().iter().cloned().map(row).collect_view());
    view! {
        <Card heading=t!("Contacts")>
            <ul class="stack" role="list">{move || rows()}</ul>
            <details>
                <summary>{t!("Add a contact")}</summary>
                <form class="form" on:submit=handler(add)>
                    <Field label=t!("Name") value=name/>
                    <AddressField label=t!("Address") value=address/>
                    <ErrorBox message=error/>
                    <div class="actions"><button type="submit" class="button">{t!("Add contact")}</button></div>
                </form>
            </details>
        </Card>
    }
}
