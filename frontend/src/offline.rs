//! What is left without the node: the balance that was seen last; and word of a new version of the app.

use crate::prelude::*;
use crate::{
    browser,
    components::RelativeTime,
    format, i18n,
    state::{
        chain::{ChainState, Connection},
        notices::Notices,
        settings::use_settings,
        wallet::{Phase, Wallet},
    },
    storage,
};

/// Where the last balance is kept.
const NAME: &str = "last-seen";
/// What `offline/install.js` says when another version of the app was loaded.
const NEW_VERSION: &str = "halfpenny-new-version";
/// What it hears when the node is there (again): the node may have been updated.
const CONNECTED: &str = "halfpenny-connected";

/// The balance when the node last told it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct LastSeen {
    mites: u64,
    height: u64,
    /// Seconds since 1970.
    time: u64,
    ticker: String,
}

impl LastSeen {
    fn write(&self) -> String {
        format!("{} {} {} {}", self.mites, self.height, self.time, self.ticker)
    }

    fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let mut number = || words.next()?.parse().ok();
        let (mites, height, time) = (number()?, number()?, number()?);
        Some(Self { mites, height, time, ticker: words.next()?.to_string() })
    }
}

/// Keeps the balance for times without the node, and tells of new versions; once, in the app.
pub fn prepare(chain: ChainState, wallet: Wallet, notices: Notices) {
    if i18n::is_missing() {
        // In English, of course.
        notices.remain(
            "The texts in your language could not be loaded, so all is in English. Reload the page to \
             try again.",
        );
    }
    effect(move || {
        if wallet.phase.get() == Phase::None {
            storage::remove_setting(NAME);
        } else if let Some(balance) = wallet.balance.get() {
            let seen = LastSeen {
                mites: balance.confirmed,
                height: chain.height.get(),
                time: browser::now_seconds(),
                ticker: chain.ticker.get(),
            };
            storage::set_setting(NAME, &seen.write());
        }
    });
    effect(move || {
        if chain.connection.get() == Connection::Live {
            browser::tell_window(CONNECTED);
        }
    });
    browser::on_window(&[NEW_VERSION], move || {
        notices.remain(t!("A new version of the app is here: reload the page to use it."));
    });
}

/// The balance that was seen last, with its age; nothing where there was none.
#[component]
pub fn LastBalance() -> impl IntoView {
    let settings = use_settings();
    let seen = storage::setting(NAME).and_then(|text| LastSeen::read(&text));
    seen.map(|seen| {
        let LastSeen { mites, height, time, ticker } = seen;
        let amount = move || match settings.hide_balance.get() {
            true => String::from("•••••"),
            false => format::amount(mites, settings.unit.get(), &ticker),
        };
        view! {
            <p>
                {t!("Your balance was ")} <output aria-label=t!("Last balance")><strong>{move || amount()}</strong></output>
                {t!(" at block {height}, ", height = format::count(height))} <RelativeTime seconds=time/>
                {t!(". It may have changed since.")}
            </p>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_read_as_it_was_written() {
        let seen = LastSeen { mites: 1, height: 2, time: 3, ticker: "DHHC".into() };
        assert_eq!(LastSeen::read(&seen.write()), Some(seen));
        for text in ["", "1 2 3", "1 2 x DHHC"] {
            assert_eq!(LastSeen::read(text), None, "{text}");
        }
    }
}
