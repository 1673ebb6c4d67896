//! Payments of this wallet that were not made: kept until they are sent again or removed.

use crate::prelude::*;
use crate::{
    components::{AccountLink, AmountText, Badge, Card, Sign, TransactionLink},
    pages::send::status::{can_send_again, is_stuck, status_now, status_text},
    state::{
        chain::use_chain,
        wallet::{SendStatus, Sent, use_wallet},
    },
};

/// What was signed and is neither waiting nor confirmed; nothing when there is none.
#[component]
pub fn UnsentPayments(
    /// Shows expired and replaced ones as well, about which nothing can be done.
    #[prop(optional)]
    all: bool,
) -> impl IntoView {
    let (wallet, chain) = (use_wallet(), use_chain());
    let unsent = Memo::new(move || {
        let nonce = wallet.account.with(|account| account.as_ref().map_or(0, |own| own.nonce));
        let height = chain.height.get();
        let standing = |sent: &Sent| {
            let status = status_now(sent, height, nonce);
            let wanted = if all { is_stuck(&status) } else { can_send_again(&status) };
            wanted.then(|| (sent.clone(), status))
        };
        wallet.sends.with(|sends| sends.iter().filter_map(standing).collect::<Vec<_>>())
    });
    view! {
        <Show when=move || unsent.with(|unsent| !unsent.is_empty())>
            <Card heading=t!("Payments that were not made")>
                <ul class="rows" role="list">
                    <For
                        each=move || unsent.get()
                        key=|(sent, status)| format!("{} {}", sent.id, status_text(status, 0).sentence)
                        let((sent, status))
                    >
                        <UnsentRow sent status />
                    </For>
                </ul>
            </Card>
        </Show>
    }
}

#[component]
fn UnsentRow(sent: Sent, status: SendStatus) -> impl IntoView {
    let wallet = use_wallet();
    let text = status_text(&status, 0);
    let id = StoredValue::new(sent.id.clone());
    let again = move |_| id.with_value(|id| wallet.send_again(id));
    let remove = move |_| id.with_value(|id| wallet.forget_send(id));
    view! {
        <li class="row plain">
            <div class="row-main">
                <span class="row-title">
                    <AmountText mites=sent.amount sign=Sign::Out />
                    <Badge tone=text.tone>{text.word}</Badge>
                </span>
                <span class="row-detail">
                    <span>{t!("to ")} <AccountLink address=sent.recipient /></span>
                    <span>{t!("transaction ")} <TransactionLink id=sent.id /></span>
                </span>
                <span class="row-detail">{text.sentence}</span>
            </div>
            <div class="actions">
                {can_send_again(&status)
                    .then(|| {
                        view! {
                            <button type="button" class="button small" on:click=handler(again)>
                                {t!("Send again")}
                            </button>
                        }
                    })}
                <button type="button" class="button quiet small" on:click=handler(remove)>
                    {t!("Remove")}
                </button>
            </div>
        </li>
    }
}
