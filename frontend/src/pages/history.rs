//! `/history`: everything that happened to the account, newest first.

pub mod unsent;

use self::unsent::UnsentPayments;
use crate::prelude::*;
use crate::{
    components::{ActivityList, Card, EmptyState, Glyph, PageHeader, SelectField, Skeleton},
    state::wallet::use_wallet,
};
use shared::api::Role;

/// The activity of the wallet.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let wallet = use_wallet();
    let kind = RwSignal::new(String::from("all"));
    let loading = RwSignal::new(false);
    let rows = Signal::derive(move || {
        let role = role_of(&kind.get());
        wallet.activity.with(|rows| {
            let wanted = rows.iter().filter(|row| role.is_none_or(|role| role == row.role));
            wanted.cloned().collect::<Vec<_>>()
        })
    });
    let has_older = move || wallet.activity_next.with(Option::is_some);
    let older = move |_| {
        if loading.get_untracked() {
            return;
        }
        loading.set(true);
        spawn_local(async move {
            wallet.load_older().await;
            loading.try_set(false);
        });
    };
    let is_known = move || wallet.activity_loaded.get();
    view! {
        <PageHeader title="History" lead="Everything that this account received, sent and mined." />
        <UnsentPayments all=true />
        <Card>
            <div class="history-filter">
                <SelectField label="Show" value=kind options=kinds() />
            </div>
            <Show when=move || rows.with(|rows| !rows.is_empty())>
                <ActivityList rows caption="Activity, newest first" />
            </Show>
            <Show when=move || rows.with(Vec::is_empty)>
                <Show when=is_known fallback=|| view! { <Skeleton /> }>
                    <Nothing is_filtered=Signal::derive(move || kind.get() != "all") has_older=Signal::derive(has_older) />
                </Show>
            </Show>
            <Show when=has_older>
                <div class="actions">
                    <button
                        type="button"
                        class="button"
                        aria-disabled=move || loading.get().to_string()
                        on:click=handler(older)
                    >
                        "Older"
                    </button>
                    <span role="status" class="muted">
                        {move || loading.get().then_some("Loading…")}
                    </span>
                </div>
            </Show>
        </Card>
    }
}

/// What stands where rows would.
#[component]
fn Nothing(is_filtered: Signal<bool>, has_older: Signal<bool>) -> impl IntoView {
    shown(move || match (is_filtered.get(), has_older.get()) {
        (true, true) => {
            view! { <p>"Nothing of this kind among the rows loaded so far."</p> }.into_any()
        }
        (true, false) => view! { <p>"Nothing of this kind yet."</p> }.into_any(),
        (false, _) => view! {
            <EmptyState title="Nothing has happened yet" glyph=Glyph::History>
                <p>"Coins that you receive, send or mine are listed here."</p>
                <div class="actions">
                    <a href="/receive" class="button">"Receive"</a>
                    <a href="/mine" class="button">"Mine"</a>
                </div>
            </EmptyState>
        }
        .into_any(),
    })
}

fn kinds() -> Vec<(String, String)> {
    [("all", "Everything"), ("received", "Received"), ("sent", "Sent"), ("mined", "Mined")]
        .map(|(value, text)| (value.to_owned(), text.to_owned()))
        .into()
}

/// The role that a choice stands for; `None`: every role.
fn role_of(kind: &str) -> Option<Role> {
    match kind {
        "received" => Some(Role::Received),
        "sent" => Some(Role::Sent),
        "mined" => Some(Role::Mined),
        _ => None,
    }
}
