//! `/settings`: how the app looks, and what can be done with the wallet's secret.

mod accounts;
mod contacts;
mod danger;
mod secret;

use crate::prelude::*;
use crate::{
    browser,
    components::{
        AddressText, AmountField, Card, CheckField, ErrorBox, Field, LanguageField, PageHeader,
        RangeField, SelectField,
    },
    pages::backup::{SaveFile, last_text},
    state::{
        mining::use_mining,
        notices::use_notices,
        settings::{Theme, Unit, use_settings},
        wallet::{Phase, use_wallet},
    },
    wallet::draft::{amount_text, parse_amount},
};
use accounts::Accounts;
use contacts::Contacts;
use danger::DeleteWallet;
use leptos::ev::SubmitEvent;
use secret::{ChangePassphrase, ShowWords};
use shared::amount::Amount;
use std::{fmt::Display, str::FromStr};

/// Settings.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let wallet = use_wallet();
    let has_wallet = move || wallet.address.with(Option::is_some);
    view! {
        <PageHeader title=t!("Settings")/>
        <Looks/>
        <MiningThreads/>
        <Show when=has_wallet>
            <WalletCard/>
            <Accounts/>
            <Contacts/>
            <ShowWords/>
            <ChangePassphrase/>
            <DeleteWallet/>
        </Show>
        <Node/>
        <Card heading=t!("More")>
            <ul>
                <li><a href="/kit" target="_self">{t!("Emergency kit")}</a>{t!(": save the wallet's file even when the rest fails")}</li>
                <li><a href="/message">{t!("Sign or check a message")}</a></li>
                <li><a href="/verify">{t!("Verify a receipt")}</a></li>
                <li><a href="/about">{t!("About Halfpenny")}</a></li>
            </ul>
        </Card>
    }
}

#[component]
fn Looks() -> impl IntoView {
    let settings = use_settings();
    let theme = choice(settings.theme);
    let unit = choice(settings.unit);
    view! {
        <Card heading=t!("Appearance")>
            <div class="form">
                <LanguageField hint=t!(
                    "The page loads anew with another language, which locks the wallet. Amounts have a decimal point in every language."
                )/>
                <SelectField
                    label=t!("Theme") value=theme
                    options=texts(&[(Theme::System, t!("As the system")), (Theme::Light, t!("Light")), (Theme::Dark, t!("Dark"))])
                />
                <SelectField
                    label=t!("Amounts") value=unit
                    options=texts(&[(Unit::Coins, t!("In coins")), (Unit::Mites, t!("In mites (10⁸ are one coin)"))])
                />
                <CheckField label=t!("Hide the balance until I ask for it") checked=settings.hide_balance/>
                <CheckField label=t!("Fold away tiny payments from strangers") checked=settings.hide_dust/>
            </div>
        </Card>
    }
}

#[component]
fn MiningThreads() -> impl IntoView {
    let (settings, mining) = (use_settings(), use_mining());
    view! {
        <Card heading=t!("Mining")>
            <div class="form">
                <RangeField
                    label=t!("Mining threads") value=settings.threads max=Signal::stored(mining.max_threads())
                    hint=t!("More find blocks sooner, and leave less of the machine for other things.")
                />
            </div>
        </Card>
    }
}

#[component]
fn WalletCard() -> impl IntoView {
    let (wallet, settings, notices) = (use_wallet(), use_settings(), use_notices());
    let minutes = choice(settings.auto_lock_minutes);
    let address = Signal::derive(move || wallet.address.get().unwrap_or_default());
    let is_unlocked = move || wallet.phase.get() == Phase::Unlocked;
    let links = move |_| {
        if !browser::take_payment_links() {
            notices.alert(
                t!("This browser does not let the page open payment links (https only). Paste a link under Send instead."),
            );
        }
    };
    let kept = RwSignal::new(t!("Asking the browser…"));
    spawn_local(async move {
        kept.try_set(match browser::keep_storage().await {
            Some(true) => t!("The browser promises to keep the wallet until you delete it."),
            Some(false) => {
                t!("The browser may delete the wallet when room is short: save the file. Adding this page to the home screen or the bookmarks helps.")
            }
            None => {
                t!("The browser does not tell whether it may delete the wallet (it does so on https only): save the file.")
            }
        });
    });
    view! {
        <Card heading=t!("Wallet")>
            <AddressText address/>
            <p class="muted measure">{move || last_text()}</p>
            <p class="muted measure">{kept}</p>
            <div class="form">
                <SelectField
                    label=t!("Lock when the page is not used") value=minutes
                    options=texts(&[
                        (1, t!("After a minute")), (5, t!("After 5 minutes")), (15, t!("After 15 minutes")),
                        (60, t!("After an hour")), (0, t!("Never")),
                    ])
                />
                {move || view! { <AskAbove unit=settings.unit.get()/> }}
            </div>
            <div class="actions">
                <SaveFile/>
                <button type="button" class="button" on:click=handler(links)>{t!("Open payment links here")}</button>
                <Show when=is_unlocked>
                    <button type="button" class="button" on:click=handler(move |_| wallet.lock())>{t!("Lock now")}</button>
                </Show>
            </div>
            <p class="muted small">{t!("The file is locked with your passphrase. ")} <code>"halfpenny wallet"</code> {t!(" reads it as well.")}</p>
        </Card>
    }
}

/// From which amount on a payment needs the passphrase again.
#[component]
fn AskAbove(unit: Unit) -> impl IntoView {
    let limit = use_settings().ask_above;
    let before = Amount::from_mites(limit.get_untracked()).filter(|limit| *limit > Amount::ZERO);
    let text = RwSignal::new(before.map(|limit| amount_text(limit, unit)).unwrap_or_default());
    let read = move || match text.with(|text| text.trim().is_empty()) {
        true => Ok(Amount::ZERO),
        false => text.with(|text| parse_amount(text, unit)),
    };
    effect(move || {
        if let Ok(amount) = read() {
            limit.set(amount.mites());
        }
    });
    let error = Signal::derive(move || read().err().map(|error| error.to_string()));
    view! {
        <AmountField
            label=t!("Ask for the passphrase again above") value=text error
            hint=t!("Payments of more, with the fee, need it although the wallet is unlocked. Empty: none does. It stops slips, not somebody who can change it here.")
        />
    }
}

/// The node that answers, and the way to another one.
#[component]
fn Node() -> impl IntoView {
    let address = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let open = move |event: SubmitEvent| {
        event.prevent_default();
        let left = address.with_untracked(|address| browser::leave_for(address));
        error.set(
            (!left)
                .then(|| t!("Enter the address of a node, as https://node.example.").to_string()),
        );
    };
    view! {
        <Card heading=t!("Node")>
            <p class="measure">
                {t!("This page and all that it shows come from the node at ")}<span class="mono breakable">{browser::origin()}</span>
                {t!(". It speaks to no other.")}
            </p>
            <details>
                <summary>{t!("Use another node")}</summary>
                <form class="form" on:submit=handler(open)>
                    <p class="muted measure">
                        {t!("Its own page opens. A wallet stays with the address under which it was made: take it along with its words or its file. Whoever runs a node decides what its page does, so open only nodes of people you trust.")}
                    </p>
                    <Field label=t!("Address of the node") value=address kind="url" inputmode="url" code=true/>
                    <ErrorBox message=error/>
                    <div class="actions"><button type="submit" class="button">{t!("Open that node")}</button></div>
                </form>
            </details>
        </Card>
    }
}

/// A setting as the text of a choice.
fn choice<T>(setting: RwSignal<T>) -> RwSignal<String>
where
    T: FromStr + Display + Copy + PartialEq + Send + Sync + 'static,
{
    let text = RwSignal::new(setting.get_untracked().to_string());
    effect(move || {
        if let Ok(chosen) = text.with(|text| text.parse::<T>())
            && setting.get_untracked() != chosen
        {
            setting.set(chosen);
        }
    });
    text
}

fn texts<T: Display>(choices: &[(T, &str)]) -> Signal<Vec<(String, String)>> {
    Signal::stored(
        choices.iter().map(|(value, text)| (value.to_string(), (*text).to_string())).collect(),
    )
}
