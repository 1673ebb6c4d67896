//! `/shared`: accounts that several people hold together, and payments from them.
//!
//! Two kinds of file go round, and neither is secret: the account (who holds it, how many must sign),
//! and a proposal (a payment with the signatures so far). They are those of the command line.

mod account;
mod make;
mod proposal;
mod store;

pub use account::SharedAccountPage;
pub use proposal::SignPage;

use super::{text_or_file::TextOrFile, unlock::sentence};
use crate::prelude::*;
use crate::{
    components::{Badge, Card, EmptyState, PageHeader, Skeleton},
    format,
    router::use_router,
    state::chain::use_chain,
};
use make::Make;
use shared::{
    account::{Address, Policy},
    params::Chain,
    wallet::shared_account::file::parse_account,
};
use store::Kept;

/// The page.
#[component]
pub fn SharedPage() -> impl IntoView {
    let (chain, router) = (use_chain(), use_router());
    let add = move |text: String| {
        let kept = chain.parameters.with_untracked(|chain| {
            let chain = chain.as_ref().ok_or(NO_CHAIN)?;
            let policy = parse_account(&text).map_err(|error| sentence(&error.to_string()))?;
            Ok(keep(chain, String::new(), policy))
        });
        match kept {
            Ok(address) => router.go(&format!("/shared/{address}")),
            Err(reason) => return Some(reason),
        }
        None
    };
    let list = move || {
        chain.parameters.with(|chain| match chain {
            None => view! { <Skeleton/> }.into_any(),
            Some(chain) => accounts(chain),
        })
    };
    view! {
        <PageHeader
            title=t!("Shared accounts")
            lead=t!("Coins that several people hold together: some of them, or all, must sign each payment. No node takes part; the members pass a file around.")
        >
            <a class="button" href="/shared/sign">{t!("Sign a payment")}</a>
        </PageHeader>
        <Card heading=t!("In this browser")>{move || list()}</Card>
        <Make/>
        <Card heading=t!("Add one that somebody made")>
            <TextOrFile label=t!("Shared account") hint=t!("The text of the account's file, or the file itself.") button=t!("Add account") scan=true read=add/>
        </Card>
    }
}

/// What is said while nothing can be checked.
const NO_CHAIN: &str = key!("The chain is not known yet: wait until the node is connected.");

/// The accounts that this browser knows.
fn accounts(chain: &Chain) -> AnyView {
    let item = |kept: Kept| {
        let address = Address::of_policy(&kept.policy).to_text(chain.prefix());
        let (href, badge) = (format!("/shared/{address}"), of_text(&kept.policy));
        let name = if kept.name.is_empty() { format::short(&address) } else { kept.name };
        view! { <li class="cluster"><a href=href>{name}</a><Badge>{badge}</Badge></li> }
    };
    let kept = store::load(chain);
    if kept.is_empty() {
        return view! { <EmptyState title=t!("None yet")><p>{t!("Make one below, or add the file of one that you are a member of.")}</p></EmptyState> }.into_any();
    }
    view! { <ul class="stack" role="list">{kept.into_iter().map(item).collect_view()}</ul> }
        .into_any()
}

/// Keeps an account, and returns its address. One that is kept already keeps its name, unless it has none.
fn keep(chain: &Chain, name: String, policy: Policy) -> String {
    let address = Address::of_policy(&policy).to_text(chain.prefix());
    let mut kept = store::load(chain);
    match kept.iter_mut().find(|kept| kept.policy == policy) {
        Some(old) if name.is_empty() || !old.name.is_empty() => {}
        Some(old) => old.name = name,
        None => kept.push(Kept { name, policy }),
    }
    store::save(chain, &kept);
    address
}

/// How many of how many must sign.
fn of_text(policy: &Policy) -> String {
    t!("{threshold} of {count} sign", threshold = policy.threshold, count = policy.keys.len())
}
