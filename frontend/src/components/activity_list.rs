//! What happened to an account, row by row.

use super::{
    AmountText, Badge, BlockLink, Field, HashText, Icon, RelativeTime, Sign, StatusBadge, Tone,
    icon::Glyph,
};
use crate::prelude::*;
use crate::{
    state::{chain::use_chain, wallet::use_wallet},
    wallet::history::id_of,
};
use shared::api::{ActivityRow, Role, TransactionStatus};
use std::collections::BTreeSet;

/// The rows in the order given.
#[component]
pub fn ActivityList(
    /// The rows.
    #[prop(into)]
    rows: Signal<Vec<ActivityRow>>,
    /// What the list shows, for who listens.
    #[prop(into)]
    caption: String,
) -> impl IntoView {
    view! {
        <ul class="rows" role="list" aria-label=caption>
            <For each=move || rows.get() key=key children=|row| view! { <ActivityItem row/> }/>
        </ul>
    }
}

/// A row is drawn anew when its place in the chain changes, not with every confirmation.
fn key(row: &ActivityRow) -> String {
    let id = row.transaction.as_ref().map(|transaction| transaction.id.as_str());
    let role = match row.role {
        Role::Sent => "sent",
        Role::Received => "received",
        Role::Mined => "mined",
    };
    format!("{role} {} {}", id.unwrap_or_default(), row.block.as_deref().unwrap_or_default())
}

/// One row.
#[component]
pub(super) fn ActivityItem(
    /// The row.
    row: ActivityRow,
    /// Whether it can be labelled.
    #[prop(optional)]
    labels: bool,
) -> impl IntoView {
    let (chain, wallet) = (use_chain(), use_wallet());
    let (id, name) = (id_of(&row).to_string(), key(&row));
    let waits = row.role == Role::Sent && row.height.is_none();
    let own = waits && wallet.sends.with_untracked(|sends| sends.iter().any(|sent| sent.id == id));
    let change = own.then(|| format!("/send?payment={id}"));
    let label = {
        let id = id.clone();
        Memo::new(move || wallet.labels.with(|book| book.name_of(&id).map(ToString::to_string)))
    };
    let (glyph, class, sign) = match row.role {
        Role::Sent => (Glyph::Send, "row-glyph", Sign::Out),
        Role::Received => (Glyph::Receive, "row-glyph in", Sign::In),
        Role::Mined => (Glyph::Mine, "row-glyph mined", Sign::In),
    };
    let is_dust = row.role == Role::Received
        && use_context::<DustMarks>().is_some_and(|marks| marks.has(&id));
    let (height, timestamp) = (row.height, row.timestamp);
    let confirmations =
        Signal::derive(move || height.map_or(0, |height| chain.confirmations_of(height)));
    let status = row
        .transaction
        .as_ref()
        .map_or(TransactionStatus::Confirmed, |transaction| transaction.status);
    let fee = row
        .transaction
        .as_ref()
        .filter(|_| row.role == Role::Sent)
        .map(|transaction| transaction.fee);
    view! {
        <li class="row">
            <span class=class><Icon glyph/></span>
            <div class="row-main">
                <p class="row-title">{if is_dust { dust_title(&row) } else { title(&row) }}</p>
                <div class="row-detail">
                    {timestamp.map(|seconds| view! { <RelativeTime seconds/> })}
                    {height.map(|height| view! { <span>{t!("block ")}<BlockLink height/></span> })}
                    {row.transaction.map(|transaction| {
                        let href = format!("/transaction/{}", transaction.id);
                        view! { <a href=href>{t!("details")}</a> }
                    })}
                    {change.map(|href| view! { <a href=href>{t!("Speed up or cancel")}</a> })}
                    {move || label.get().map(|label| view! { <strong>{label}</strong> })}
                    {labels.then(|| view! { <Label id name label/> })}
                </div>
            </div>
            <div class="row-end">
                <strong><AmountText mites=row.amount sign/></strong>
                {fee.map(|fee| view! { <span class="small muted">{t!("fee ")}<AmountText mites=fee/></span> })}
                <StatusBadge status confirmations/>
            </div>
        </li>
    }
}

/// Labels that are being written, by the key of their row: a row that is scrolled away and drawn again
/// goes on with its own.
#[derive(Clone, Copy)]
pub(super) struct LabelDrafts(StoredValue<Vec<(String, String)>>);

impl LabelDrafts {
    /// Keeps them for the rows of the list that is being made.
    pub(super) fn provide() {
        provide_context(Self(StoredValue::new(Vec::new())));
    }

    fn keep(self, name: String, text: String) {
        self.0.update_value(|drafts| drafts.push((name, text)));
    }

    fn take(self, name: &str) -> Option<String> {
        let take = |drafts: &mut Vec<(String, String)>| {
            let place = drafts.iter().position(|(known, _)| known == name)?;
            Some(drafts.swap_remove(place).1)
        };
        self.0.try_update_value(take).flatten()
    }
}

/// A field for a label, once it is asked for.
#[component]
fn Label(
    /// What is labelled.
    id: String,
    /// The key of its row.
    name: String,
    /// The label that it has.
    label: Memo<Option<String>>,
) -> impl IntoView {
    let wallet = use_wallet();
    let drafts = use_context::<LabelDrafts>();
    let draft = drafts.and_then(|drafts| drafts.take(&name));
    let open = RwSignal::new(draft.is_some());
    let text = RwSignal::new(draft.unwrap_or_default());
    on_cleanup(move || {
        if let (Some(drafts), Some(true)) = (drafts, open.try_get_untracked()) {
            drafts.keep(name, text.get_untracked());
        }
    });
    let begin = move |_| {
        text.set(label.get_untracked().unwrap_or_default());
        open.update(|open| *open = !*open);
    };
    let save = Callback::new(move |()| {
        wallet.label(&id, &text.get_untracked());
        open.set(false);
    });
    view! {
        <button type="button" class="button quiet small" aria-expanded=move || open.get().to_string() on:click=handler(begin)>
            {t!("Label")}
        </button>
        <Show when=move || open.get()>
            <Field label=t!("Label of this row") value=text>
                <button type="button" class="button" on:click=handler(move |_| save.run(()))>{t!("Save label")}</button>
            </Field>
        </Show>
    }
}

/// Ids of transactions that are tiny payments from strangers.
#[derive(Clone, Copy)]
pub(crate) struct DustMarks(StoredValue<BTreeSet<String>>);

impl DustMarks {
    /// Marks rows of the lists that are being made.
    pub(crate) fn provide() -> Self {
        let marks = Self(StoredValue::new(BTreeSet::new()));
        provide_context(marks);
        marks
    }

    /// Marks these and no others.
    pub(crate) fn set(self, ids: BTreeSet<String>) {
        self.0.try_update_value(|marks| *marks = ids);
    }

    fn has(self, id: &str) -> bool {
        self.0.with_value(|ids| ids.contains(id))
    }
}

/// The row in words, without a way to the sender's address: nobody is to take it for another one.
fn dust_title(row: &ActivityRow) -> AnyView {
    let sender =
        row.transaction.as_ref().map(|transaction| crate::format::short(&transaction.sender));
    view! { {t!("Received from ")}<span class="mono" translate="no">{sender}</span><Badge tone=Tone::Warn>{t!("a stranger")}</Badge> }
        .into_any()
}

/// The row in words, with a link to the other side.
fn title(row: &ActivityRow) -> AnyView {
    let Some(transaction) = &row.transaction else {
        return t!("Mined").into_any();
    };
    let wallet = use_wallet();
    let link = |address: &str| {
        let href = format!("/account/{address}");
        let name = wallet.contacts.with(|book| book.name_of(address).map(ToString::to_string));
        view! { {name.map(|name| view! { <strong>{name}" "</strong> })}<HashText id=address.to_string() href=href/> }
    };
    if row.role == Role::Received {
        return view! { {t!("Received from ")}{link(&transaction.sender)} }.into_any();
    }
    match transaction.payments.as_slice() {
        [only] if only.recipient == transaction.sender => t!("Sent to itself").into_any(),
        [only] => view! { {t!("Sent to ")}{link(&only.recipient)} }.into_any(),
        many => t!("Sent to {count} recipients", count = many.len()).into_any(),
    }
}
