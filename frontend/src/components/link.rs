//! Ids and addresses in short, as links to their pages.

use super::{Badge, CopyIcon, Tone};
use crate::prelude::*;
use crate::{format, state::wallet::use_wallet};

/// A long hex text in short, in full in its title; with a link and a copy button where asked for.
#[component]
pub fn HashText(
    /// The text.
    #[prop(into)]
    id: String,
    /// Where it leads.
    #[prop(optional, into)]
    href: Option<String>,
    /// What it is, e.g. "block id": then it can be copied.
    #[prop(optional, into)]
    copy: Option<String>,
) -> impl IntoView {
    let short = format::short(&id);
    let text = match href {
        Some(href) => {
            view! { <a class="hash" href=href title=id.clone() translate="no">{short}</a> }
                .into_any()
        }
        None => {
            view! { <span class="hash" title=id.clone() translate="no">{short}</span> }.into_any()
        }
    };
    view! { <span class="with-copy">{text}{copy.map(|what| view! { <CopyIcon text=id what/> })}</span> }
}

/// A link to the block at a height of the chain.
#[component]
pub fn BlockLink(
    /// The height.
    height: u64,
) -> impl IntoView {
    view! { <a href=format!("/block/{height}")>{format::count(height)}</a> }
}

/// A link to a transaction.
#[component]
pub fn TransactionLink(
    /// Its id.
    #[prop(into)]
    id: String,
) -> impl IntoView {
    let href = format!("/transaction/{id}");
    view! { <HashText id href/> }
}

/// A link to an account; the person's own is marked.
#[component]
pub fn AccountLink(
    /// Its address.
    #[prop(into)]
    address: String,
) -> impl IntoView {
    let wallet = use_wallet();
    let href = format!("/account/{address}");
    let own = {
        let address = address.clone();
        move || wallet.is_own(&address)
    };
    view! {
        <span class="with-copy">
            <HashText id=address href/>
            <Show when=own><Badge tone=Tone::Accent>{t!("you")}</Badge></Show>
        </span>
    }
}
