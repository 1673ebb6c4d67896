//! An address in full, readable.

use super::Identicon;
use crate::format;
use crate::prelude::*;

/// An address in full, in groups of four, with its picture. Its text is the address without the gaps.
#[component]
pub fn AddressText(
    /// The address.
    #[prop(into)]
    address: Signal<String>,
    /// Whether the picture shows.
    #[prop(default = true)]
    identicon: bool,
    /// An accessible name for the text.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let group = |group| view! { <span>{group}</span> };
    let groups = move || {
        address.with(|address| format::groups_of_4(address)).into_iter().map(group).collect_view()
    };
    let role = label.is_some().then_some("group");
    view! {
        <span class="address">
            {identicon.then(|| view! { <Identicon address/> })}
            <span class="address-groups" role=role aria-label=label translate="no">{move || groups()}</span>
        </span>
    }
}
