//! `/settings`: how the app looks, and what can be done with the wallet's secret.

mod accounts;
mod contacts;
mod danger;
mod secret;

use crate::prelude::*;
use crate::{
    browser,
    components::{AddressText, Card, CheckField, PageHeader, RangeField, SelectField},
    pages::backup::{SaveFile, last_text},
    state::{
        mining::use_mining,
        notices::use_notices,
        settings::{Theme, Unit, use_settings},
        wallet::{Phase, use_wallet},
    },
};
use accounts::Accounts;
use contacts::Contacts;
use danger::DeleteWallet;
use secret::{ChangePassphrase, ShowWords};
use std::{fmt::Display, str::FromStr};

/// Settings.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let wallet = use_wallet();
    let has_wallet = move || wallet.address.with(Option::is_some);
    view! {
        <PageHeader title="Settings"/>
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
        <Card heading="More">
            <ul>
                <li><a href="/kit" target="_self">"Emergency kit"</a>": save the wallet's file even when the rest fails"</li>
                <li><a href="/message">"Sign or check a message"</a></li>
                <li><a href="/verify">"Verify a receipt"</a></li>
                <li><a href="/about">"About Halfpenny"</a></li>
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
        <Card heading="Appearance">
            <div class="form">
                <SelectField
                    label="Theme" value=theme
                    options=texts(&[(Theme::System, "As the system"), (Theme::Light, "Light"), (Theme::Dark, "Dark")])
                />
                <SelectField
                    label="Amounts" value=unit
                    options=texts(&[(Unit::Coins, "In coins"), (Unit::Mites, "In mites (10⁸ are one coin)")])
                />
                <CheckField label="Hide the balance until I ask for it" checked=settings.hide_balance/>
            </div>
        </Card>
    }
}

#[component]
fn MiningThreads() -> impl IntoView {
    let (settings, mining) = (use_settings(), use_mining());
    view! {
        <Card heading="Mining">
            <div class="form">
                <RangeField
                    label="Mining threads" value=settings.threads max=Signal::stored(mining.max_threads())
                    hint="More find blocks sooner, and leave less of the machine for other things."
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
                "This browser does not let the page open payment links (https only). Paste a link under Send instead.",
            );
        }
    };
    let kept = RwSignal::new("Asking the browser…");
    spawn_local(async move {
        kept.try_set(match browser::keep_storage().await {
            Some(true) => "The browser promises to keep the wallet until you delete it.",
            Some(false) => {
                "The browser may delete the wallet when room is short: save the file. Adding this page to the home screen or the bookmarks helps."
            }
            None => {
                "The browser does not tell whether it may delete the wallet (it does so on https only): save the file."
            }
        });
    });
    view! {
        <Card heading="Wallet">
            <AddressText address/>
            <p class="muted measure">{move || last_text()}</p>
            <p class="muted measure">{kept}</p>
            <div class="form">
                <SelectField
                    label="Lock when the page is not used" value=minutes
                    options=texts(&[
                        (1, "After a minute"), (5, "After 5 minutes"), (15, "After 15 minutes"),
                        (60, "After an hour"), (0, "Never"),
                    ])
                />
            </div>
            <div class="actions">
                <SaveFile/>
                <button type="button" class="button" on:click=handler(links)>"Open payment links here"</button>
                <Show when=is_unlocked>
                    <button type="button" class="button" on:click=handler(move |_| wallet.lock())>"Lock now"</button>
                </Show>
            </div>
            <p class="muted small">"The file is locked with your passphrase. " <code>"halfpenny wallet"</code> " reads it as well."</p>
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
