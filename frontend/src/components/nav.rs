//! The way around: a bar at the top of wide windows, at the bottom of narrow ones.

use super::icon::{Glyph, Icon, Mark};
use crate::prelude::*;
use crate::{i18n, router::use_router};
use leptos::ev::KeyboardEvent;

/// A place to go.
struct Place {
    href: &'static str,
    name: &'static str,
    glyph: Glyph,
    /// First parts of the paths that belong to it.
    parts: &'static [&'static str],
    /// Whether it stands behind *More* in the narrowest windows.
    secondary: bool,
}

/// In the order of the bar; the four that a thumb needs come with the first row.
const PLACES: [Place; 8] = [
    Place {
        href: "/",
        name: key!("Overview"),
        glyph: Glyph::Overview,
        parts: &[""],
        secondary: false,
    },
    Place {
        href: "/send",
        name: key!("Send"),
        glyph: Glyph::Send,
        parts: &["send"],
        secondary: false,
    },
    Place {
        href: "/receive",
        name: key!("Receive"),
        glyph: Glyph::Receive,
        parts: &["receive"],
        secondary: false,
    },
    Place {
        href: "/history",
        name: key!("History"),
        glyph: Glyph::History,
        parts: &["history"],
        secondary: true,
    },
    Place {
        href: "/mine",
        name: key!("Mine"),
        glyph: Glyph::Mine,
        parts: &["mine"],
        secondary: false,
    },
    Place {
        href: "/explorer",
        name: key!("Explorer"),
        glyph: Glyph::Explorer,
        parts: &[
            "explorer",
            "block",
            "transaction",
            "account",
            "mempool",
            "verify",
            "charts",
            "forks",
            "broadcast",
            "shared",
        ],
        secondary: true,
    },
    Place {
        href: "/network",
        name: key!("Network"),
        glyph: Glyph::Network,
        parts: &["network"],
        secondary: true,
    },
    Place {
        href: "/settings",
        name: key!("Settings"),
        glyph: Glyph::Settings,
        parts: &["settings", "message", "about"],
        secondary: true,
    },
];

/// The navigation with the name of the app; the shell shows it once.
#[component]
pub fn Nav() -> impl IntoView {
    let path = use_router().path();
    let open = RwSignal::new(false);
    effect(move || {
        path.track();
        open.set(false);
    });
    let item = |place: &'static Place| {
        let here = move || path.with(|path| place.parts.contains(&first_part(path)));
        view! {
            <li class:secondary=place.secondary>
                <a href=place.href aria-current=move || here().then_some("page")><Icon glyph=place.glyph/>{i18n::text(place.name)}</a>
            </li>
        }
    };
    let behind_more = move || {
        path.with(|path| {
            PLACES.iter().any(|place| place.secondary && place.parts.contains(&first_part(path)))
        })
    };
    view! {
        <nav class="nav" aria-label=t!("Main") on:keydown=handler(move |event: KeyboardEvent| if event.key() == "Escape" { open.set(false) })>
            <a class="brand" href="/" aria-label=t!("Halfpenny, overview")><Mark/><span>"Halfpenny"</span></a>
            <ul class="nav-list" role="list" class:open=move || open.get()>
                {PLACES.iter().map(item).collect_view()}
                <li>
                    <button
                        type="button" class="nav-more" class:here=shown(behind_more) aria-expanded=move || if open.get() { "true" } else { "false" }
                        on:click=handler(move |_| open.update(|open| *open = !*open))
                    >
                        <Icon glyph=Glyph::More/>{t!("More")}
                    </button>
                </li>
            </ul>
        </nav>
    }
}

/// The part of a path that tells which place it belongs to.
fn first_part(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_belongs_to_one_place() {
        for (path, name) in [
            ("/", "Overview"),
            ("/block/12", "Explorer"),
            ("/send", "Send"),
            ("/settings", "Settings"),
        ] {
            let places: Vec<_> = PLACES
                .iter()
                .filter(|place| place.parts.contains(&first_part(path)))
                .map(|place| place.name)
                .collect();
            assert_eq!(places, [name]);
        }
    }
}
