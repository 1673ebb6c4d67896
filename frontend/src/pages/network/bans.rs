//! What only the operator can do about a host that misbehaves: ban it, and see and lift what was banned.

use super::admin::{Operator, refusal_text};
use crate::prelude::*;
use crate::{
    api,
    components::{Card, Dialog, RelativeTime},
    format,
    state::notices::use_notices,
};
use shared::api::BanView;

/// The button that bans a peer's host, and the question whether it is meant.
#[component]
pub(super) fn BanPeer(
    /// The peer, as the node names it.
    url: String,
) -> impl IntoView {
    let operator = expect_context::<Operator>();
    let notices = use_notices();
    let open = RwSignal::new(false);
    let shown = format::plain(&url);
    let name = t!("Ban {name}", name = shown);
    let (title, url) = (name.clone(), StoredValue::new(url));
    let ban = move |_| {
        open.set(false);
        spawn_local(async move {
            let Some(peer) = url.try_get_value() else { return };
            match api::admin_ban(&peer, &operator.token()).await {
                Ok(bans) => {
                    operator.bans.try_set(Some(bans));
                    notices.status(t!("{peer} was banned.", peer = format::plain(&peer)));
                }
                Err(error) => notices.alert(refusal_text(&error)),
            }
        });
    };
    view! {
        <Show when=move || operator.is_here()>
            <button type="button" class="button danger small" aria-label=name.clone() on:click=handler(move |_| open.set(true))>{t!("Ban")}</button>
            <Dialog open title=title.clone()>
                <p class="measure">{t!("The node ends every connection with this peer and with all others at its address: it neither calls them nor takes blocks from them until you lift the ban. Pages can still be read from there.")}</p>
                <div class="actions">
                    <button type="button" class="button danger" on:click=handler(ban)>{t!("Ban")}</button>
                    <button type="button" class="button quiet" on:click=handler(move |_| open.set(false))>{t!("Cancel")}</button>
                </div>
            </Dialog>
        </Show>
    }
}

/// Who is banned; shows where bans can be lifted.
#[component]
pub(super) fn Bans() -> impl IntoView {
    let operator = expect_context::<Operator>();
    let notices = use_notices();
    let load = move |_| {
        spawn_local(async move {
            match api::admin_bans(&operator.token()).await {
                Ok(bans) => drop(operator.bans.try_set(Some(bans))),
                Err(error) => notices.alert(refusal_text(&error)),
            }
        });
    };
    let known = Memo::new(move || operator.bans.with(Option::is_some));
    let some = Memo::new(move || {
        operator.bans.with(|bans| bans.as_ref().is_some_and(|bans| !bans.is_empty()))
    });
    let content = move || {
        match (known.get(), some.get()) {
        (false, _) => view! {
            <p class="muted measure">{t!("A ban is of a host: whatever peer is there. Only the token shows who is banned.")}</p>
            <div class="actions"><button type="button" class="button" on:click=handler(load)>{t!("Show bans")}</button></div>
        }
        .into_any(),
        (true, false) => view! { <p class="muted">{t!("Nobody is banned.")}</p> }.into_any(),
        (true, true) => view! {
            <ul class="rows">
                <For each=move || operator.bans.get().unwrap_or_default() key=|ban| ban.host.clone() children=|ban| view! { <Row ban/> }/>
            </ul>
        }
        .into_any(),
    }
    };
    view! { <Show when=move || operator.is_here()><Card heading=t!("Banned hosts")>{shown(content)}</Card></Show> }
}

/// A ban.
#[component]
fn Row(
    /// The ban.
    ban: BanView,
) -> impl IntoView {
    let operator = expect_context::<Operator>();
    let notices = use_notices();
    let shown = format::plain(&ban.host);
    let name = t!("Lift the ban of {host}", host = shown);
    let host = StoredValue::new(ban.host);
    let lift = move |_| {
        spawn_local(async move {
            let Some(host) = host.try_get_value() else { return };
            match api::admin_unban(&host, &operator.token()).await {
                Ok(()) => {
                    let Some(Some(mut bans)) = operator.bans.try_get_untracked() else { return };
                    bans.retain(|ban| ban.host != host);
                    operator.bans.set(Some(bans));
                    notices.status(t!("{host} is banned no more.", host = format::plain(&host)));
                }
                Err(error) => notices.alert(refusal_text(&error)),
            }
        });
    };
    view! {
        <li class="cluster">
            <code class="breakable">{shown}</code>
            <span class="muted"><RelativeTime seconds=ban.since/></span>
            <button type="button" class="button small" aria-label=name on:click=handler(lift)>{t!("Lift ban")}</button>
        </li>
    }
}
