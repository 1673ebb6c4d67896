//! Tables of transactions; on narrow screens each is a card.

use super::{AccountLink, AmountText, Badge, Tone, TransactionLink};
use crate::prelude::*;
use crate::{
    format,
    state::wallet::{Wallet, use_wallet},
};
use shared::api::{MempoolEntry, TransactionView};

/// Transactions in the order given, those that touch the person's account marked.
#[component]
pub fn TransactionTable(
    /// The transactions.
    #[prop(into)]
    transactions: Signal<Vec<TransactionView>>,
    /// What the table shows, for who listens.
    #[prop(into)]
    caption: String,
) -> impl IntoView {
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">{caption}</caption>
            <thead role="rowgroup"><tr role="row">{headings()}</tr></thead>
            <tbody role="rowgroup">
                <For
                    each=move || transactions.get()
                    key=|transaction| transaction.id.clone()
                    children=|transaction| view! { <TransactionRow transaction/> }
                />
            </tbody>
        </table>
    }
}

/// Waiting transactions in the order in which a miner would take them.
#[component]
pub fn MempoolTable(
    /// The transactions.
    #[prop(into)]
    entries: Signal<Vec<MempoolEntry>>,
) -> impl IntoView {
    let row = |entry: MempoolEntry| {
        let turn = match entry.blocks {
            0 | 1 => t!("next block").to_string(),
            many => t!("in {count} blocks", count = many),
        };
        let rate = fee_rate(&entry.transaction);
        view! { <TransactionRow transaction=entry.transaction rate turn/> }
    };
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">{t!("Waiting transactions")}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    {headings()}
                    <th scope="col" role="columnheader" class="numeric">{t!("Fee rate")}</th>
                    <th scope="col" role="columnheader">{t!("Expected")}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For each=move || entries.get() key=|entry| format!("{} {}", entry.transaction.id, entry.blocks) children=row/>
            </tbody>
        </table>
    }
}

fn headings() -> impl IntoView {
    view! {
        <th scope="col" role="columnheader">{t!("Transaction")}</th>
        <th scope="col" role="columnheader">{t!("From")}</th>
        <th scope="col" role="columnheader">{t!("To")}</th>
        <th scope="col" role="columnheader" class="numeric">{t!("Amount")}</th>
        <th scope="col" role="columnheader" class="numeric">{t!("Fee")}</th>
    }
}

/// One transaction.
#[component]
fn TransactionRow(
    /// The transaction.
    transaction: TransactionView,
    /// Its fee rate, where that is compared.
    #[prop(optional, into)]
    rate: Option<String>,
    /// When it is expected in a block.
    #[prop(optional, into)]
    turn: Option<String>,
) -> impl IntoView {
    let wallet = use_wallet();
    let paid = paid(&transaction);
    let parties = transaction.clone();
    let own = Memo::new(move || touches(&wallet, &parties));
    let more = transaction.payments.len().saturating_sub(1);
    let first = transaction.payments.into_iter().next();
    view! {
        <tr role="row" class:own=move || own.get()>
            <th scope="row" role="rowheader" class="wide">
                <span class="cluster"><TransactionLink id=transaction.id/><Show when=move || own.get()><Badge tone=Tone::Accent>{t!("yours")}</Badge></Show></span>
            </th>
            <td role="cell" data-label=t!("From")><AccountLink address=transaction.sender/></td>
            <td role="cell" data-label=t!("To")>
                {first.map(|payment| view! { <AccountLink address=payment.recipient/> })}
                {(more > 0).then(|| view! { <span class="muted small">{t!(" and {count} more", count = more)}</span> })}
            </td>
            <td role="cell" data-label=t!("Amount") class="numeric"><AmountText mites=paid/></td>
            <td role="cell" data-label=t!("Fee") class="numeric"><AmountText mites=transaction.fee/></td>
            {rate.map(|rate| view! { <td role="cell" data-label=t!("Fee rate") class="numeric">{rate}</td> })}
            {turn.map(|turn| view! { <td role="cell" data-label=t!("Expected")>{turn}</td> })}
        </tr>
    }
}

/// Mites of all payments.
pub(crate) fn paid(transaction: &TransactionView) -> u64 {
    transaction.payments.iter().fold(0, |sum, payment| sum.saturating_add(payment.amount))
}

/// What the transaction pays for its size.
pub(crate) fn fee_rate(transaction: &TransactionView) -> String {
    let size = u64::try_from(transaction.size.max(1)).unwrap_or(u64::MAX);
    t!("{count} mites per kB", count = format::count(transaction.fee.saturating_mul(1000) / size))
}

/// Whether the person's account pays or is paid. Reactive.
pub(crate) fn touches(wallet: &Wallet, transaction: &TransactionView) -> bool {
    wallet.is_own(&transaction.sender)
        || transaction.payments.iter().any(|payment| wallet.is_own(&payment.recipient))
}
