//! What only the operator can do: add and remove peers; bans are in `bans`. It shows where the page came from the admin
//! listener, and needs the token that the node wrote into a file beside its data.

use crate::prelude::*;
use crate::{
    api,
    api::ApiError,
    browser,
    components::{Card, ErrorBox, Field, NoticeBox},
    state::notices::use_notices,
};
use gloo_net::http::Request;
use leptos::ev;
use shared::api::BanView;

/// Whether this page came from the admin listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Nobody said so, and nobody was asked.
    Unknown,
    /// It did.
    Here,
    /// It did not.
    Elsewhere,
}

/// The operator's token, in memory only, and the place of the page.
#[derive(Clone, Copy)]
pub(super) struct Operator {
    place: RwSignal<Place>,
    token: RwSignal<String>,
    /// Who is banned; `None` until the node has said so.
    pub(super) bans: RwSignal<Option<Vec<BanView>>>,
}

impl Operator {
    /// Reactive.
    pub(super) fn is_here(self) -> bool {
        self.place.get() == Place::Here
    }

    /// The token as it was typed; empty when the page is gone.
    pub(super) fn token(self) -> String {
        self.token.try_with_untracked(|token| token.trim().to_string()).unwrap_or_default()
    }
}

/// Finds out whether the admin interface is here; once for the page.
pub(super) fn provide_admin() {
    let (place, token) = (RwSignal::new(Place::Unknown), RwSignal::new(String::new()));
    let operator = Operator { place, token, bans: RwSignal::new(None) };
    provide_context(operator);
    spawn_local(async move {
        let answer = Request::get("/healthz").send().await;
        let (name, value) = shared::api::LISTENER_HEADER;
        if answer.is_ok_and(|answer| answer.headers().get(name).as_deref() == Some(value)) {
            operator.place.try_set(Place::Here);
        }
    });
}

/// The admin listener refuses who has no token; every other listener knows no such path. Asked only
/// on demand: browsers write every refusal into their console as an error.
async fn is_admin_listener() -> bool {
    let answer = Request::get(&format!("{}/peers", shared::api::ADMIN)).send().await;
    answer.is_ok_and(|answer| matches!(answer.status(), 200 | 401 | 403))
}

/// The form to add a peer, or the way to it.
#[component]
pub(super) fn Admin() -> impl IntoView {
    let operator = expect_context::<Operator>();
    let ask = move |_| {
        spawn_local(async move {
            let place = if is_admin_listener().await { Place::Here } else { Place::Elsewhere };
            operator.place.try_set(place);
        });
    };
    shown(move || {
        match operator.place.get() {
        Place::Here => view! { <AddPeer/><Monitoring/> }.into_any(),
        Place::Unknown => {
            view! { <div class="actions"><button type="button" class="button quiet" on:click=handler(ask)>{t!("I run this node")}</button></div> }.into_any()
        }
        Place::Elsewhere => view! {
            <NoticeBox>
                {t!("Peers are added, removed and banned on the machine of the node, at the operator's address that it named when it started: http://127.0.0.1:8081, unless it was told otherwise.")}
            </NoticeBox>
        }
        .into_any(),
    }
    })
}

/// The form to add a peer.
#[component]
fn AddPeer() -> impl IntoView {
    let operator = expect_context::<Operator>();
    let notices = use_notices();
    let url = RwSignal::new(String::new());
    let (refusal, busy, reveal) =
        (RwSignal::new(None::<String>), RwSignal::new(false), RwSignal::new(false));
    let url_error = Signal::derive(move || url.with(|url| url_error(url)));
    let token_error = Signal::derive(move || {
        operator
            .token
            .with(|token| token.trim().is_empty().then(|| t!("enter the token").to_string()))
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        reveal.set(true);
        if url_error.with_untracked(Option::is_some)
            || token_error.with_untracked(Option::is_some)
            || busy.get_untracked()
        {
            return;
        }
        busy.set(true);
        refusal.set(None);
        spawn_local(async move {
            let peer = url.with_untracked(|url| url.trim().to_string());
            let answer = api::admin_add_peer(&peer, &operator.token()).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    notices.status(t!("{peer} was added. The node calls it now.", peer = peer));
                    url.set(String::new());
                    reveal.set(false);
                }
                Err(error) => refusal.set(Some(refusal_text(&error))),
            }
        });
    };
    view! {
        <Card heading=t!("Add a peer")>
                <p class="muted measure">
                    {t!("You opened the node's own page, so you can choose its peers. The token stands in the file that the node named when it started; it is kept in this tab only, until you leave the page.")}
                </p>
                <form class="form" on:submit=handler(submit)>
                    <Field label=t!("Token") value=operator.token error=token_error reveal kind="password" code=true/>
                    <Field
                        label=t!("Peer") value=url error=url_error reveal code=true inputmode="url"
                        hint=t!("Where its page is, for example http://192.168.1.7:8080.").to_string()
                    />
                    <ErrorBox message=refusal/>
                    <div class="actions"><button type="submit" class="button primary" disabled=busy>{t!("Add peer")}</button></div>
                </form>
        </Card>
    }
}

/// Where programs find the node's figures. No link: a browser would go there without the token.
#[component]
fn Monitoring() -> impl IntoView {
    view! {
        <Card heading=t!("Monitoring")>
            <p class="measure">{t!("Prometheus reads the figures of this node, with the same token, at ")}<code class="breakable">{browser::origin()}"/metrics"</code></p>
        </Card>
    }
}

/// The button that removes a peer, where that can be done.
#[component]
pub(super) fn RemovePeer(
    /// The peer.
    url: String,
) -> impl IntoView {
    let operator = expect_context::<Operator>();
    let notices = use_notices();
    let removable = url_error(&url).is_none();
    let name = t!("Remove {name}", name = url);
    let url = StoredValue::new(url);
    let remove = move |_| {
        spawn_local(async move {
            let Some(peer) = url.try_get_value() else { return };
            match api::admin_remove_peer(&peer, &operator.token()).await {
                Ok(()) => notices.status(t!("{peer} was removed.", peer = peer)),
                Err(error) => notices.alert(refusal_text(&error)),
            }
        });
    };
    view! {
        <Show when=move || removable && operator.is_here()>
            <button type="button" class="button danger small" aria-label=name.clone() on:click=handler(remove)>{t!("Remove")}</button>
        </Show>
    }
}

/// What is wrong with the address of a peer.
fn url_error(url: &str) -> Option<String> {
    let url = url.trim();
    if url.is_empty() {
        return Some(t!("enter the address of the peer's page").to_string());
    }
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    match rest {
        None => Some(t!("the address begins with http:// or https://").to_string()),
        Some(host)
            if host.is_empty()
                || host.starts_with(['/', ':'])
                || host.contains(char::is_whitespace) =>
        {
            Some(t!("this is not the address of a page").to_string())
        }
        Some(_) => None,
    }
}

pub(super) fn refusal_text(error: &ApiError) -> String {
    match error.code() {
        "unauthorized" => t!("The token is not this node's. It stands in the file that the node named when it started.").to_string(),
        _ => t!("The node did not do it: {error}.", error = error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_can_be_peers() {
        for url in ["http://192.168.1.7:8080", "https://node.example", " http://[::1]:8080 "] {
            assert_eq!(url_error(url), None, "{url}");
        }
        for url in ["", "192.168.1.7:8080", "ftp://x", "http://", "http://a b", "inbound-3"] {
            assert!(url_error(url).is_some(), "{url}");
        }
    }
}
