//! What a secret leads to, shown before it becomes the wallet of this browser: whether these are the right
//! words, and the right chain, is seen by the coins.

use crate::prelude::*;
use crate::{
    components::{AmountText, Badge, NoticeBox, ProgressBar, Tone},
    format,
    state::{
        chain::{Connection, use_chain},
        wallet::{Found, Proven, kept_of},
    },
};

/// What is known of it so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Look {
    /// There is nothing to look at yet.
    #[default]
    Nothing,
    /// The node is being asked.
    Looking,
    /// The node does not answer.
    Unreachable,
    /// Account 0 only, which a file tells before it is opened.
    First(Found),
    /// All that was looked at, from account 0 on.
    All(Vec<Found>),
}

impl Look {
    /// What the node's answer says; nothing when there was none.
    pub(super) fn of(answer: Option<Vec<Found>>) -> Self {
        answer.map_or(Self::Unreachable, Self::All)
    }

    /// How many accounts the wallet has, if that is known.
    pub(super) fn count(&self) -> Option<u16> {
        match self {
            Self::All(found) => Some(kept_of(found)),
            _ => None,
        }
    }

    /// The accounts to show.
    fn accounts(&self) -> &[Found] {
        match self {
            Self::First(found) => std::slice::from_ref(found),
            Self::All(found) if found.iter().any(|found| found.is_used) => {
                found.get(..usize::from(kept_of(found))).unwrap_or_default()
            }
            _ => &[],
        }
    }
}

/// Shows it, and asks again when the node is back.
#[component]
pub(super) fn FoundAccounts(
    /// What is known.
    look: RwSignal<Look>,
    /// Asks the node again.
    again: Callback<()>,
) -> impl IntoView {
    let chain = use_chain();
    effect(move || {
        let is_live = chain.connection.get() == Connection::Live;
        if is_live && look.with_untracked(|look| *look == Look::Unreachable) {
            again.run(());
        }
    });
    view! {
        <div class="found-accounts" role="status">
            {move || match look.get() {
                Look::Nothing => ().into_any(),
                Look::Looking => {
                    view! { <ProgressBar label=t!("Asking the node for its accounts") value=None/> }.into_any()
                }
                Look::Unreachable => view! { <Unreachable again/> }.into_any(),
                look if look.accounts().is_empty() => view! { <NoCoins/> }.into_any(),
                look => view! { <Accounts look/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Unreachable(again: Callback<()>) -> impl IntoView {
    view! {
        <NoticeBox tone=Tone::Warn>
            <p><strong>{t!("The node does not answer")}</strong></p>
            <p class="measure">
                {t!("So nobody can tell now what this wallet holds. It can be restored all the same: its coins are on the chain. Accounts beyond the first one are added in the settings.")}
            </p>
            <div class="actions">
                <button type="button" class="button" on:click=handler(move |_| again.run(()))>{t!("Ask again")}</button>
            </div>
        </NoticeBox>
    }
}

/// The words are right by their checksum, but nothing ever happened to their accounts.
#[component]
fn NoCoins() -> impl IntoView {
    let chain = use_chain();
    let text = move || {
        let (name, prefix) = chain.parameters.with(|chain| {
            chain.as_ref().map_or_else(Default::default, |chain| {
                (chain.parameters().name.clone(), chain.prefix().as_str())
            })
        });
        t!(
            "Nothing ever happened to its first accounts on the chain {name}, whose addresses begin with {prefix}1. A new wallet is like that. If you expect coins, they are on another chain, whose node you would have to open, or the words are those of another wallet, or a 25th word belongs to them that is missing here or is not the right one.",
            name = name,
            prefix = prefix,
        )
    };
    view! {
        <NoticeBox>
            <p><strong>{t!("No coins found")}</strong></p>
            <p class="measure">{move || text()}</p>
        </NoticeBox>
    }
}

#[component]
fn Accounts(look: Look) -> impl IntoView {
    let total = look.accounts().iter().fold(0_u64, |sum, found| sum.saturating_add(found.balance));
    let count = format::wide(look.accounts().len());
    let title = plural!(count, "1 account found", "{number} accounts found");
    let is_first = matches!(look, Look::First(_));
    let rows = look.accounts().iter().enumerate().map(row).collect_view();
    view! {
        <p class="cluster"><strong>{title}</strong>" "<AmountText mites=total/></p>
        <ul class="rows" role="list">{rows}</ul>
        {is_first.then(|| view! {
            <p class="field-hint">{t!("So the file says in clear. With its passphrase you can look inside first: that shows its other accounts as well.")}</p>
        })}
    }
}

fn row((index, found): (usize, &Found)) -> impl IntoView + use<> {
    let Found { address, balance, is_used, proven } = found.clone();
    let standing = match proven {
        Proven::Proven { height } => {
            t!("Verified in block {height}", height = format::count(height)).into_any()
        }
        Proven::Wrong => {
            view! { <Badge tone=Tone::Bad>{t!("not proven: only what the node claims")}</Badge> }
                .into_any()
        }
        Proven::Unknown => ().into_any(),
    };
    view! {
        <li class="row plain">
            <div class="row-main">
                <p class="row-title">{t!("Account {number}", number = index + 1)}</p>
                <div class="row-detail">
                    <span class="mono">{format::short(&address)}</span>
                    {(!is_used).then(|| view! { <span>{t!("never used")}</span> })}
                    <span>{standing}</span>
                </div>
            </div>
            <div class="row-end"><strong><AmountText mites=balance/></strong></div>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(used: &[bool]) -> Vec<Found> {
        let found = |is_used: &bool| Found {
            address: String::new(),
            balance: u64::from(*is_used),
            is_used: *is_used,
            proven: Proven::Unknown,
        };
        used.iter().map(found).collect()
    }

    #[test]
    fn accounts_up_to_the_last_used_one_are_shown_and_kept() {
        let look = Look::of(Some(found(&[false, true, false, true, false])));
        assert_eq!((look.accounts().len(), look.count()), (4, Some(4)));
        let none = Look::of(Some(found(&[false; 5])));
        assert_eq!((none.accounts().len(), none.count()), (0, Some(1)));
    }

    #[test]
    fn what_is_not_known_is_not_counted() {
        let first = Look::First(found(&[false]).remove(0));
        assert_eq!((first.accounts().len(), first.count()), (1, None));
        for look in [Look::of(None), Look::Looking, Look::Nothing] {
            assert_eq!((look.accounts().len(), look.count()), (0, None));
        }
    }
}
