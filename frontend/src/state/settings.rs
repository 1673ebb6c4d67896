//! What the user prefers. Each signal saves itself in this browser; nothing here is secret.

use crate::prelude::*;
use crate::{browser, storage};
use std::{fmt::Display, str::FromStr};

pub use crate::format::Unit;

/// Minutes without activity after which the wallet locks itself, unless chosen otherwise.
pub const DEFAULT_AUTO_LOCK_MINUTES: u32 = 15;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Display for Theme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        })
    }
}

impl FromStr for Theme {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::System, Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.to_string() == text)
            .ok_or(())
    }
}

/// What the user prefers.
#[derive(Clone, Copy)]
pub struct Settings {
    /// Light or dark.
    pub theme: RwSignal<Theme>,
    /// How amounts are shown and typed.
    pub unit: RwSignal<Unit>,
    /// Minutes without activity after which the wallet locks itself; 0: never.
    pub auto_lock_minutes: RwSignal<u32>,
    /// Mining threads.
    pub threads: RwSignal<u32>,
    /// How much of the time they work, in percent.
    pub intensity: RwSignal<u32>,
    /// Whether mining pauses while the tab is hidden.
    pub pause_hidden: RwSignal<bool>,
    /// Whether mining pauses while the device runs on its battery.
    pub pause_battery: RwSignal<bool>,
    /// Whether the graphics processor mines as well.
    pub gpu: RwSignal<bool>,
    /// Whether the balance is hidden until it is asked for.
    pub hide_balance: RwSignal<bool>,
    /// Whether tiny payments from strangers are folded away.
    pub hide_dust: RwSignal<bool>,
    /// Mites above which a payment needs the passphrase again; 0: none does.
    pub ask_above: RwSignal<u64>,
}

/// Makes the settings, as they were saved; once, in the app.
pub fn provide_settings() -> Settings {
    let half = (browser::hardware_threads() / 2).max(1);
    let settings = Settings {
        theme: saved("theme", Theme::System),
        unit: saved("unit", Unit::Coins),
        auto_lock_minutes: saved("auto-lock-minutes", DEFAULT_AUTO_LOCK_MINUTES),
        threads: saved("threads", half),
        intensity: saved("intensity", 100),
        pause_hidden: saved("pause-hidden", false),
        pause_battery: saved("pause-battery", true),
        gpu: saved("mine-on-gpu", false),
        hide_balance: saved("hide-balance", false),
        hide_dust: saved("hide-dust", true),
        ask_above: saved("ask-passphrase-above", 0),
    };
    effect(move || browser::set_theme(&settings.theme.get().to_string()));
    provide_context(settings);
    settings
}

/// The settings.
#[must_use]
pub fn use_settings() -> Settings {
    expect_context()
}

/// A signal that begins as it was saved and saves itself when it changes.
fn saved<T>(name: &'static str, default: T) -> RwSignal<T>
where
    T: FromStr + Display + Clone + Send + Sync + PartialEq + 'static,
{
    let value = storage::setting(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let signal = RwSignal::new(value);
    Effect::new(move |before: Option<T>| {
        let now = signal.get();
        if before.is_some_and(|before| before != now) {
            storage::set_setting(name, &now.to_string());
        }
        now
    });
    signal
}
