//! `/mine`: the tab as a miner. What it does, how fast, what can be expected, what it found.

pub mod expectation;
mod figures;
mod found;

use self::{expectation::parse_threads, figures::Figures, found::FoundBlocks};
use crate::i18n::said;
use crate::prelude::*;
use crate::{
    components::{
        AddressText, Card, CheckField, Field, Glyph, Icon, LineChart, PageHeader, RangeField,
    },
    format,
    pages::focus_soon,
    state::{
        mining::{Activity, use_mining},
        settings::use_settings,
        wallet::use_wallet,
    },
};

/// Starts, stops and shows the miner. It goes on while other pages of the app are looked at.
#[component]
pub fn MinePage() -> impl IntoView {
    let mining = use_mining();
    let rates = Signal::derive(move || mining.rates.get());
    view! {
        <PageHeader
            title=t!("Mine")
            lead=t!("This tab looks for the next block. It goes on while you look at other pages of the app, and stops when the tab is closed.")
        />
        <crate::pages::BackupBanner />
        <div class="columns">
            <div class="stack loose">
                <Controls />
                <Figures />
                <Show when=move || mining.rates.with(|rates| rates.len() > 1)>
                    <Card heading=t!("Hash rate, last 10 minutes")>
                        <LineChart
                            label=t!("Hash rate over the last 10 minutes")
                            points=rates
                            value_text=format::hash_rate
                        />
                    </Card>
                </Show>
            </div>
            <div class="stack loose">
                <PaidTo />
                <FoundBlocks />
            </div>
        </div>
    }
}

/// *Start mining*, *Stop mining*, *Threads* and what the miner is doing.
#[component]
fn Controls() -> impl IntoView {
    let (mining, settings) = (use_mining(), use_settings());
    let most = mining.max_threads();
    let threads = RwSignal::new(settings.threads.get_untracked().clamp(1, most).to_string());
    let judged = Memo::new(move || threads.with(|text| parse_threads(text, most)));
    let reveal = RwSignal::new(false);
    // Takes effect at once, also while mining.
    effect(move || {
        if let Ok(count) = judged.get()
            && settings.threads.get_untracked() != count
        {
            settings.threads.set(count);
        }
    });
    let toggle = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if mining.running.get_untracked() {
            mining.stop();
        } else if judged.with_untracked(Result::is_ok) {
            mining.start();
        } else {
            reveal.set(true);
            focus_soon("main form [aria-invalid='true']");
        }
    };
    let hint = match most {
        1 => String::from(t!("This device has one processor core.")),
        most => t!("1 to {most}. Fewer leave more of the device for other things.", most = most),
    };
    view! {
        <Card>
            <form class="mining-controls" on:submit=handler(toggle) novalidate>
                <button
                    type="submit"
                    class=move || {
                        if mining.running.get() { "button large" } else { "button large primary" }
                    }
                >
                    {move || if mining.running.get() { t!("Stop mining") } else { t!("Start mining") }}
                </button>
                <Field
                    label=t!("Threads")
                    value=threads
                    kind="number"
                    inputmode="numeric"
                    hint=hint
                    error=Signal::derive(move || judged.get().err())
                    reveal=reveal
                />
                <RangeField
                    label=t!("Intensity")
                    value=settings.intensity
                    max=100
                    hint=t!("Percent of the time that the threads work. Less saves battery and heat.")
                />
                <div class="mining-choices">
                    <CheckField label=t!("Pause while this tab is hidden") checked=settings.pause_hidden />
                    {mining.knows_battery().then(|| view! {
                        <CheckField label=t!("Pause while this device runs on its battery") checked=settings.pause_battery />
                    })}
                    <GraphicsProcessor />
                </div>
            </form>
            <Doing />
        </Card>
    }
}

/// The choice to mine on the graphics processor as well, where the browser offers it.
#[component]
fn GraphicsProcessor() -> impl IntoView {
    let (mining, settings) = (use_mining(), use_settings());
    if !mining.may_use_gpu() {
        let text = t!(
            "This browser offers no graphics processor to this page (WebGPU): it does so only on https, or on the machine that the node runs on."
        );
        return view! { <p class="field-hint">{text}</p> }.into_any();
    }
    view! {
        <CheckField
            label=t!("Use the graphics processor as well (WebGPU)")
            checked=settings.gpu
            hint=t!("Unfair in a class: a graphics card makes many times the attempts of a processor, so whoever has one finds nearly all blocks. Leave it off unless everybody agrees.")
        />
        <p role="status" class="field-hint">
            {move || mining.gpu_trouble.get().map(|text| said(&text).into_owned())}
        </p>
    }
    .into_any()
}

/// What the miner does now, in words.
#[component]
fn Doing() -> impl IntoView {
    let mining = use_mining();
    let activity = Memo::new(move || mining.activity.get());
    let text = move || match activity.get() {
        Activity::Stopped => String::from(t!("Not mining.")),
        Activity::Starting => String::from(t!("Starting the workers…")),
        Activity::Mining => String::from(t!("Mining.")),
        Activity::Waiting { reason } => t!("Waiting: {error}", error = reason),
        Activity::Failed { .. } => String::new(),
    };
    let failure = move || match activity.get() {
        Activity::Failed { reason } => Some(reason),
        _ => None,
    };
    let restarts = move || match mining.restarts.get() {
        0 => None,
        count => Some(plural!(
            u64::from(count),
            "1 worker had stopped by itself and was started again.",
            "{number} workers had stopped by themselves and were started again.",
        )),
    };
    view! {
        <p role="status" class="muted">
            {move || text()}
        </p>
        {move || {
            failure()
                .map(|reason| {
                    view! {
                        <div role="alert" class="box bad">
                            <Icon glyph=Glyph::Warn />
                            <p>
                                {t!("Mining has stopped: {error}. ", error = reason)}
                                {t!("Your wallet and the blocks found before are not affected. Allow this page in your content blocker, or reload it, then start again.")}
                            </p>
                        </div>
                    }
                })
        }}
        <p class="field-hint" hidden=move || restarts().is_none()>
            {move || restarts()}
        </p>
    }
}

/// Who gets what is found.
#[component]
fn PaidTo() -> impl IntoView {
    let wallet = use_wallet();
    let address = Signal::derive(move || wallet.address.get().unwrap_or_default());
    view! {
        <Card heading=t!("Paid to")>
            <AddressText address label=t!("Your address") />
            <p class="field-hint">
                {t!("Reward and fees of every block that you find go to your own address. The wallet need not be unlocked for that.")}
            </p>
        </Card>
    }
}
