//! `/receive`: the address, and what arrives while the page is open.

use crate::prelude::*;
use crate::{
    browser,
    components::{
        AddressText, AmountField, AmountText, Card, CopyButton, Field, Glyph, Icon, PageHeader,
        QrCode, TransactionLink, confirmed,
    },
    format,
    pages::backup::{BackupBanner, BackupFirst, advice},
    state::{chain::use_chain, settings::use_settings, wallet::use_wallet},
    wallet::{backup::Advice, draft::parse_amount, history::Entry, uri::Request},
};
use shared::{
    amount::Amount,
    api::{ActivityRow, Role},
};

/// Shows the address and waits for a payment.
#[component]
pub fn ReceivePage() -> impl IntoView {
    let wallet = use_wallet();
    let chain = use_chain();
    let address = Signal::derive(move || wallet.address.get().unwrap_or_default());
    let lead = move || {
        let (ticker, name) = (chain.ticker.get(), chain.parameters.get());
        let name = name.map_or_else(String::new, |chain| chain.parameters().name.clone());
        if ticker.is_empty() {
            String::from(t!("Give this address to whoever pays you."))
        } else {
            t!(
                "Give this address to whoever pays you. It takes {name} ({ticker}) only.",
                name = name,
                ticker = ticker,
            )
        }
    };
    let anyway = RwSignal::new(false);
    let gate = Memo::new(move || advice() == Advice::Unsafe && !anyway.get());
    view! {
        <PageHeader title=t!("Receive") lead=Signal::derive(lead) />
        {move || match gate.get() {
            true => {
                let anyway = Callback::new(move |()| anyway.set(true));
                view! { <BackupFirst anyway /> }.into_any()
            }
            false => view! { <BackupBanner /> <Address address /> }.into_any(),
        }}
        <Arrivals />
    }
}

/// The address, alone or in a request for a certain amount.
#[component]
fn Address(address: Signal<String>) -> impl IntoView {
    let settings = use_settings();
    let (amount, label) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let read = Memo::new(move || {
        let unit = settings.unit.get();
        amount.with(|text| (!text.trim().is_empty()).then(|| parse_amount(text, unit)))
    });
    let mistake = Signal::derive(move || read.get()?.err().map(|error| error.to_string()));
    let request = Memo::new(move || {
        let amount = read.get().and_then(Result::ok).map(Amount::to_coins).unwrap_or_default();
        Request { address: address.get(), amount, label: label.get(), message: String::new() }
    });
    let link = Signal::derive(move || request.with(Request::to_link));
    view! {
        <Card>
            <div class="receive">
                <QrCode
                    text=Signal::derive(move || request.with(Request::to_code))
                    label=t!("QR code of your address")
                />
                <div class="stack">
                    <AddressText address=address label=t!("Your address") />
                    <div class="actions">
                        <CopyButton text=address label=t!("Copy address") class="button primary" />
                        <CopyButton text=link label=t!("Copy payment request") />
                        {browser::can_share().then(|| view! {
                            <button type="button" class="button" on:click=handler(move |_| browser::share(&link.get_untracked()))>
                                {t!("Share")}
                            </button>
                        })}
                    </div>
                    <p class="field-hint measure">
                        {t!("The address stays the same, and everybody who has it can see its payments on the chain. When somebody types it, compare the first and the last groups together.")}
                    </p>
                </div>
            </div>
            <details>
                <summary>{t!("Ask for an amount")}</summary>
                <div class="form">
                    <AmountField
                        label=t!("Amount to ask for") value=amount error=mistake
                        hint=t!("Stands in the code and in the payment request, and can be changed by who pays.")
                    />
                    <Field label=t!("Who asks, what for") value=label />
                    <p class="field-hint breakable"><span class="mono">{link}</span></p>
                </div>
            </details>
        </Card>
    }
}

/// What was paid to this account since the page was opened, or waited already.
#[component]
fn Arrivals() -> impl IntoView {
    let (wallet, chain, settings) = (use_wallet(), use_chain(), use_settings());
    let opened_at = RwSignal::new(None::<u64>);
    effect(move || {
        if opened_at.with_untracked(Option::is_none) {
            opened_at.set(chain.tip.get().map(|tip| tip.height));
        }
    });
    let arrivals = Memo::new(move || {
        let Some(opened_at) = opened_at.get() else { return Vec::new() };
        wallet.activity.with(|rows| {
            rows.iter().filter(|row| is_arrival(row, opened_at)).cloned().collect::<Vec<_>>()
        })
    });
    let spoken = Memo::new(move || {
        let unit = settings.unit.get();
        let ticker = chain.ticker.get();
        arrivals.with(|arrivals| {
            arrivals.first().map(|row| {
                let amount = format::amount(row.amount, unit, &ticker);
                match row.height {
                    Some(height) => {
                        t!("Received {amount} in block {height}.", amount = amount, height = height)
                    }
                    None => {
                        t!("{amount} is on its way: pending, not in a block yet.", amount = amount)
                    }
                }
            })
        })
    });
    view! {
        <Card heading=t!("Payments to you")>
            <p role="status" class="cluster">
                {move || match spoken.get() {
                    Some(text) => {
                        view! { <Icon glyph=Glyph::Check /> <strong>{text}</strong> }.into_any()
                    }
                    None => {
                        view! { <span class="muted">{t!("Waiting for a payment…")}</span> }.into_any()
                    }
                }}
            </p>
            <Show when=move || arrivals.with(|arrivals| !arrivals.is_empty())>
                <ul class="rows" role="list">
                    <For
                        each=move || arrivals.get()
                        key=|row| format!("{} {}", transaction_id(row), row.block.as_deref().unwrap_or_default())
                        let:row
                    >
                        <Arrival row />
                    </For>
                </ul>
            </Show>
        </Card>
    }
}

#[component]
fn Arrival(row: Entry) -> impl IntoView {
    let chain = use_chain();
    let height = row.height;
    let standing = move || match height {
        None => String::from(t!("pending")),
        Some(height) => {
            let count = chain.confirmations_of(height);
            t!(
                "in block {height}, {confirmations}",
                height = height,
                confirmations = confirmed(count),
            )
        }
    };
    view! {
        <li class="row plain">
            <div class="row-main">
                <span class="row-title"><AmountText mites=row.amount sign=crate::components::Sign::In /></span>
                <span class="row-detail">
                    <span>{move || standing()}</span>
                    <span>{t!("transaction ")} <TransactionLink id=transaction_id(&row) /></span>
                </span>
            </div>
        </li>
    }
}

/// Whether a row is a payment to this account that waits or came after `opened_at`.
fn is_arrival(row: &ActivityRow, opened_at: u64) -> bool {
    row.role == Role::Received && row.height.is_none_or(|height| height > opened_at)
}

fn transaction_id(row: &ActivityRow) -> String {
    row.transaction.as_ref().map(|transaction| transaction.id.clone()).unwrap_or_default()
}
