//! `/message`: signing a text with the key of an address, and checking such a text.

use crate::prelude::*;
use crate::{
    components::{
        AddressField, AddressText, Card, CopyButton, ErrorBox, Field, PageHeader, TextArea,
    },
    pages::unlock::sentence,
    state::{
        chain::use_chain,
        wallet::{Phase, use_wallet},
    },
    workers,
};
use leptos::ev::SubmitEvent;
use shared::wallet::message::{MessageError, claim};
use vault::{Reply, Request};

/// Both forms.
#[component]
pub fn MessagePage() -> impl IntoView {
    let wallet = use_wallet();
    let is_unlocked = move || wallet.phase.get() == Phase::Unlocked;
    view! {
        <PageHeader
            title=t!("Signed messages")
            lead=t!("Shows that the holder of an address wrote a text. It pays nothing and is never a transaction.")
        />
        <Check/>
        <Show
            when=is_unlocked
            fallback=|| view! { <Card heading=t!("Sign a message")><p>{t!("To sign, open your wallet first: ")}<a href="/">{t!("Overview")}</a>"."</p></Card> }
        >
            <Sign/>
        </Show>
    }
}

#[component]
fn Check() -> impl IntoView {
    let chain = use_chain();
    let [text, address, signature] = [(); 3].map(|()| RwSignal::new(String::new()));
    let (verdict, error) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let check = move |event: SubmitEvent| {
        event.prevent_default();
        verdict.set(String::new());
        error.set(None);
        let Some(chain) = chain.parameters.get_untracked() else { return };
        let [text, address, signature] = [text, address, signature].map(|it| it.get_untracked());
        spawn_local(async move {
            let said = match claim(&text, &address, &signature, chain.prefix()) {
                Ok(claim) => {
                    let (key, digest, signature) = (claim.key.0, claim.digest.0, claim.signature.0);
                    match workers::ask_vault(&Request::Verify { key, digest, signature }).await {
                        Ok(Reply::Verified(true)) => Ok(()),
                        Ok(_) => Err(MessageError::Forged.to_string()),
                        Err(problem) => Err(problem.to_string()),
                    }
                }
                Err(problem) => Err(problem.to_string()),
            };
            match said {
                Ok(()) => drop(verdict.try_set(
                    t!("Valid: the holder of this address signed exactly this text.").to_string(),
                )),
                Err(problem) => drop(error.try_set(Some(sentence(&problem)))),
            }
        });
    };
    view! {
        <Card heading=t!("Check a message")>
            <form class="form" on:submit=handler(check)>
                <TextArea label=t!("Text") value=text hint=t!("Exactly as it was signed: every space counts.")/>
                <AddressField label=t!("Signed by") value=address/>
                <Field label=t!("Signature") value=signature code=true/>
                <ErrorBox message=error/>
                <p role="status">{verdict}</p>
                <div class="actions"><button type="submit" class="button primary">{t!("Check signature")}</button></div>
            </form>
        </Card>
    }
}

#[component]
fn Sign() -> impl IntoView {
    let wallet = use_wallet();
    let (text, signature) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let error = RwSignal::new(None::<String>);
    // A signature of a text that has changed since would mislead.
    effect(move || {
        text.track();
        wallet.address.track();
        signature.set(String::new());
    });
    let sign = move |event: SubmitEvent| {
        event.prevent_default();
        error.set(None);
        let message = text.get_untracked();
        if message.is_empty() {
            return error.set(Some(t!("Enter a text to sign.").to_string()));
        }
        spawn_local(async move {
            match wallet.sign_message(&message).await {
                Ok(signed) => drop(signature.try_set(signed)),
                Err(problem) => drop(error.try_set(Some(sentence(&problem.to_string())))),
            }
        });
    };
    let address = Signal::derive(move || wallet.address.get().unwrap_or_default());
    view! {
        <Card heading=t!("Sign a message")>
            <form class="form" on:submit=handler(sign)>
                <AddressText address/>
                <TextArea
                    label=t!("Text to sign") value=text
                    hint=t!("Sign nothing that somebody else wrote and that you do not understand: it speaks in your name.")
                />
                <ErrorBox message=error/>
                <div class="actions"><button type="submit" class="button primary">{t!("Sign message")}</button></div>
            </form>
            <Show when=move || signature.with(|text| !text.is_empty())>
                <output class="breakable mono small" aria-label=t!("Signature of the text")>{signature}</output>
                <CopyButton text=signature label=t!("Copy signature")/>
            </Show>
        </Card>
    }
}
