//! `/charts`: how the chain behaved, as series of the node's own making.

use crate::prelude::*;
use crate::{
    api,
    components::{Card, EmptyState, LineChart, Loaded, PageHeader, fetched},
    format, i18n,
    router::use_router,
    state::chain::use_chain,
};
use shared::api::StatsView;

/// A series that the node offers.
struct Series {
    /// Its name there.
    metric: &'static str,
    /// Its name here.
    name: &'static str,
    /// What it is, in a sentence.
    about: &'static str,
    /// A value in words.
    text: fn(f64) -> String,
}

const SERIES: [Series; 6] = [
    Series {
        metric: "hash_rate",
        name: key!("Hash rate"),
        about: key!(
            "What all miners together try, estimated from the work of the blocks and their times."
        ),
        text: format::hash_rate,
    },
    Series {
        metric: "difficulty",
        name: key!("Difficulty"),
        about: key!("Attempts that a block takes, on average."),
        text: |value| format::count(whole(value)),
    },
    Series {
        metric: "block_time",
        name: key!("Block time"),
        about: key!("From one block to the next."),
        text: |value| format!("{}\u{a0}s", tenths(value)),
    },
    Series {
        metric: "transactions",
        name: key!("Transactions"),
        about: key!("In a block."),
        text: tenths,
    },
    Series {
        metric: "fees",
        name: key!("Fees"),
        about: key!("What a block's transactions paid its miner, in coins."),
        text: coins,
    },
    Series {
        metric: "supply",
        name: key!("Supply"),
        about: key!("All coins that there were, by the schedule."),
        text: coins,
    },
];

/// How far back a chart can reach, and what that is called.
const RANGES: [(&str, &str); 5] = [
    ("100", key!("100 blocks")),
    ("day", key!("Day")),
    ("week", key!("Week")),
    ("month", key!("Month")),
    ("all", key!("All")),
];

/// The page.
#[component]
pub fn ChartsPage() -> impl IntoView {
    let asked = use_router().query("range");
    let range = Memo::new(move || {
        asked.with(|asked| {
            let known = RANGES.iter().find(|(range, _)| asked.as_deref() == Some(range));
            known.map_or("all", |(range, _)| *range)
        })
    });
    let choice = |(name, text): (&'static str, &'static str)| {
        let here = move || (range.get() == name).then_some("page");
        view! { <li><a class="button small" href=format!("/charts?range={name}") aria-current=here>{i18n::text(text)}</a></li> }
    };
    view! {
        <PageHeader title=t!("Charts") lead=t!("Each point is a block, or the mean of the blocks since the point before.")/>
        <nav aria-label=t!("Range")><ul class="cluster ranges" role="list">{RANGES.map(choice).collect_view()}</ul></nav>
        <div class="charts">{SERIES.iter().map(|series| chart(series, range)).collect_view()}</div>
    }
}

/// Hash rate and block time of the last day: what the explorer shows.
pub(super) fn latest() -> impl IntoView {
    let day = Memo::new(|| "day");
    let two = SERIES.iter().filter(|series| ["hash_rate", "block_time"].contains(&series.metric));
    view! { <div class="charts">{two.map(|series| chart(series, day)).collect_view()}</div> }
}

/// One series.
fn chart(series: &'static Series, range: Memo<&'static str>) -> impl IntoView {
    let chain = use_chain();
    let Series { metric, name, about, text } = *series;
    let stats = fetched(
        move || range.get(),
        move || chain.revision.track(),
        move |range| async move { api::stats(metric, range).await },
    );
    let (name, about) = (i18n::text(name), i18n::text(about));
    let heading = name;
    view! {
        <Card heading>
            <p class="muted small">{about}</p>
            <Loaded value=stats lines=5 let:stats>
                <Show
                    when=move || stats.with(|stats| stats.points.len() > 1)
                    fallback=|| view! { <EmptyState title=t!("Too few blocks for a line")/> }
                >
                    <p class="figure">{move || stats.with(|stats| stats.points.last().map(|point| text(point.value)))}</p>
                    <LineChart label=name points=Signal::derive(move || stats.with(points)) value_text=text/>
                </Show>
            </Loaded>
        </Card>
    }
}

/// The points as the chart takes them.
#[expect(clippy::cast_precision_loss, reason = "times are below 2^40")]
fn points(stats: &StatsView) -> Vec<(f64, f64)> {
    stats.points.iter().map(|point| (point.time as f64, point.value)).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast from float saturates, and no value is below 0"
)]
const fn whole(value: f64) -> u64 {
    value as u64
}

/// A number with one decimal, if it has any.
fn tenths(value: f64) -> String {
    let tenths = whole((value * 10.0).round());
    match tenths % 10 {
        0 => format::count(tenths / 10),
        decimal => {
            format!("{}{}{decimal}", format::count(tenths / 10), i18n::decimal_sign())
        }
    }
}

fn coins(mites: f64) -> String {
    format::coins(whole(mites))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_short() {
        assert_eq!(tenths(14.96), "15");
        assert_eq!(tenths(0.34), "0.3");
        assert_eq!(tenths(123_456.78), "123\u{202f}456.8");
        assert_eq!(coins(150_000_000.4), "1.5");
        assert_eq!(coins(f64::NAN), "0");
    }
}
