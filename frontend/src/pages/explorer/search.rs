//! The search: the node says where to go.

use crate::prelude::*;
use crate::router::use_router;
use crate::{api, components::SearchBox, pages::unlock::sentence};
use shared::api::SearchView;

/// The search box with what it does.
#[component]
pub(super) fn Search() -> impl IntoView {
    let (error, busy) = (RwSignal::new(None), RwSignal::new(false));
    let router = use_router();
    let on_search = Callback::new(move |query: String| {
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let answer = api::search(&query).await;
            // The page may have been left meanwhile.
            if busy.try_set(false).is_some() {
                return;
            }
            match answer.map(|found| path(&found)) {
                Ok(Some(path)) => router.go(&path),
                Ok(None) => error.set(Some(
                    t!("The node found something that this app cannot show.").to_string(),
                )),
                Err(failure) => error.set(Some(sentence(&failure.to_string()))),
            }
        });
    });
    view! { <SearchBox error busy on_search/> }
}

/// Where the thing found is shown.
fn path(found: &SearchView) -> Option<String> {
    let plain = found.value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let known = matches!(found.kind.as_str(), "block" | "transaction" | "account");
    (plain && known).then(|| format!("/{}/{}", found.kind, found.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_kinds_with_plain_names_lead_anywhere() {
        let found = |kind: &str, value: &str| {
            path(&SearchView { kind: kind.to_string(), value: value.to_string() })
        };
        assert_eq!(found("block", "12").as_deref(), Some("/block/12"));
        assert_eq!(found("account", "dhhc1q").as_deref(), Some("/account/dhhc1q"));
        assert_eq!(found("script", "12"), None);
        assert_eq!(found("block", "../settings"), None);
    }
}
