//! Times relative to now, and the clock that moves them on.

use crate::prelude::*;
use crate::{format, i18n, state::chain::use_chain};
use std::time::Duration;

/// Counts up every few seconds; what shows an age follows it.
#[derive(Clone, Copy)]
struct Clock(RwSignal<u32>);

/// How often ages are written anew.
const TICK: Duration = Duration::from_secs(5);

/// Starts the clock of all [`RelativeTime`]s below; called once by the app.
pub fn provide_clock() {
    let ticks = RwSignal::new(0_u32);
    provide_context(Clock(ticks));
    if let Ok(interval) =
        set_interval_with_handle(move || ticks.update(|ticks| *ticks = ticks.wrapping_add(1)), TICK)
    {
        on_cleanup(move || interval.clear());
    }
}

/// How long ago something was; the time itself is in the title.
#[component]
pub fn RelativeTime(
    /// Seconds since 1970.
    #[prop(into)]
    seconds: Signal<u64>,
) -> impl IntoView {
    let (chain, clock) = (use_chain(), use_context::<Clock>());
    let text = Memo::new(move || {
        if let Some(Clock(ticks)) = clock {
            ticks.track();
        }
        // A new tip moves the ages as well, so that a fresh block is "just now".
        chain.tip.track();
        format::ago(chain.now().saturating_sub(seconds.get()))
    });
    let absolute = move || i18n::local_time(seconds.get());
    view! { <time class="nowrap" title=shown(absolute)>{text}</time> }
}
