//! Drawings: the mark of a coin cut in half, and small line icons. All are decoration; words stand beside them.

use crate::prelude::*;

/// A small line icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// A purse.
    Overview,
    /// An arrow that leaves.
    Send,
    /// An arrow that arrives.
    Receive,
    /// A clock.
    History,
    /// A pick.
    Mine,
    /// Blocks in a row.
    Explorer,
    /// Connected points.
    Network,
    /// Sliders.
    Settings,
    /// Three dots.
    More,
    /// A padlock.
    Lock,
    /// Two sheets.
    Copy,
    /// A tick.
    Check,
    /// A triangle with a mark in it.
    Warn,
    /// A circle with an i.
    Info,
    /// A lens.
    Search,
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// A cross.
    Close,
    /// A coin.
    Coin,
    /// A sheet of paper.
    Document,
    /// A plus sign.
    Plus,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Overview => {
                "M4 8V7a2 2 0 0 1 2-2h11v3M4 8v9a2 2 0 0 0 2 2h13a1 1 0 0 0 1-1V9a1 1 0 0 0-1-1H4M16 13.5h.01"
            }
            Self::Send => "M7 17 17 7M9 7h8v8",
            Self::Receive => "M17 7 7 17M15 17H7V9",
            Self::History => "M12 8v4.5l3 1.8M4 12a8 8 0 1 0 2.6-5.9L4 8.5M4 4.5v4h4",
            Self::Mine => "M13.5 8.5 4.5 19.5M6 6.5c5-3.2 10-2 13.5 2.5M19.5 9c.2 2.6-.2 5-1.4 7",
            Self::Explorer => "M3.5 9.5h5v5h-5zM15.5 9.5h5v5h-5zM8.5 12h7M12 5v3M12 16v3",
            Self::Network => {
                "M12 7.5v4M12 11.5 7 16M12 11.5l5 4.5M12 3.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4M5.8 15.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4M18.2 15.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4"
            }
            Self::Settings => "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h9M17 17h3M15 15v4",
            Self::More => "M5.5 12h.01M12 12h.01M18.5 12h.01",
            Self::Lock => "M6 11h12v8.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
            Self::Copy => "M9 9h10v11H9zM15 9V4H5v11h4",
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::Warn => "M12 4 3 19.5h18zM12 10v4.5M12 17h.01",
            Self::Info => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 11v5M12 8h.01",
            Self::Search => "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12M15 15l4.5 4.5",
            Self::Left => "m14 6-6 6 6 6",
            Self::Right => "m10 6 6 6-6 6",
            Self::Close => "m6.5 6.5 11 11M17.5 6.5l-11 11",
            Self::Coin => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 7a5 5 0 0 0 0 10",
            Self::Document => "M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4M9.5 12h5M9.5 15.5h5",
            Self::Plus => "M12 5.5v13M5.5 12h13",
        }
    }
}

/// A line icon as large as `size` pixels, in the colour of the text around it.
#[component]
pub fn Icon(
    /// Which one.
    glyph: Glyph,
    /// Width and height in CSS pixels.
    #[prop(default = 20)]
    size: u32,
) -> impl IntoView {
    view! {
        <svg
            viewBox="0 0 24 24" width=size height=size fill="none" stroke="currentColor" stroke-width="1.8"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"
        >
            <path d=glyph.path()></path>
        </svg>
    }
}

/// The left half of a coin with a rim, its straight edge at x = 12 of 24.
const HALF: &str =
    "M12 2a10 10 0 0 0 0 20zM12 5.4v1.3a5.3 5.3 0 0 0 0 10.6v1.3a6.6 6.6 0 0 1 0-13.2z";

/// The mark: a coin cut in half, one half struck and the other one drawn only.
#[component]
pub fn Mark(
    /// Width and height in CSS pixels.
    #[prop(default = 28)]
    size: u32,
) -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" width=size height=size fill="currentColor" aria-hidden="true" focusable="false">
            <path d=HALF fill-rule="evenodd"></path>
            <path
                d="M14.5 3.2a9 9 0 0 1 0 17.6z" fill="none" stroke="currentColor" stroke-width="1.4"
                stroke-dasharray="1.6 2.1" stroke-linejoin="round"
            ></path>
        </svg>
    }
}

/// The half coin behind a large figure; stands first in an element of class `hero`.
#[component]
pub fn HeroMark() -> impl IntoView {
    view! {
        <svg class="hero-mark" viewBox="2 2 10 20" width="100" height="200" fill="currentColor" aria-hidden="true" focusable="false">
            <path d=HALF fill-rule="evenodd"></path>
        </svg>
    }
}
