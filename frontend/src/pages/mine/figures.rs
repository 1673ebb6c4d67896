//! The miner's numbers.

use super::expectation::{Expectation, expectation, zero_bits};
use crate::prelude::*;
use crate::{
    components::{AmountText, Card, Fact, Facts},
    format,
    state::{chain::use_chain, mining::use_mining},
};

/// Hash rate now and on average, attempts, what a block takes and what it brings.
#[component]
pub(super) fn Figures() -> impl IntoView {
    let (mining, chain) = (use_mining(), use_chain());
    let difficulty = Memo::new(move || match mining.job.get() {
        Some(job) => Some(job.difficulty),
        None => chain.status.get().map(|status| status.difficulty),
    });
    let reward = Memo::new(move || {
        let next_height = chain.height.get().saturating_add(1);
        match mining.job.get() {
            Some(job) => Some(job.reward.saturating_add(job.fees)),
            None => chain
                .parameters
                .get()
                .map(|chain| chain.parameters().reward_at(next_height).mites()),
        }
    });
    view! {
        <Card>
            <div class="hash-rate">
                <span class="muted small" aria-hidden="true">{t!("Hash rate")}</span>
                // It changes all the time: nobody wants it read aloud by itself.
                <output class="figure" aria-label=t!("Hash rate") aria-live="off">
                    {move || format::hash_rate(mining.hash_rate.get())}
                </output>
            </div>
            <Facts>
                <Fact name=t!("Average")>{move || format::hash_rate(mining.average.get())}</Fact>
                <Fact name=t!("Attempts so far")>{move || format::count(mining.attempts.get())}</Fact>
                <Fact name=t!("Best attempt so far")>
                    {move || match mining.best.get() {
                        Some(best) => view! {
                            <span class="mono">{format::short(&best.to_string())}</span>
                            {t!(" begins with {count} zero bits", count = zero_bits(&best.0))}
                        }
                        .into_any(),
                        None => t!("none yet").into_any(),
                    }}
                </Fact>
                <Fact name=t!("Difficulty")>
                    {move || {
                        difficulty
                            .get()
                            .map_or_else(
                                || t!("not known yet").to_owned(),
                                |count| t!("{count} attempts on average", count = format::count(count)),
                            )
                    }}
                </Fact>
                <Fact name=t!("Reward")>
                    {move || match reward.get() {
                        Some(mites) => view! { <AmountText mites /> }.into_any(),
                        None => t!("not known yet").into_any(),
                    }}
                </Fact>
                <Fact name=t!("Time to a block")><TimeToBlock difficulty /></Fact>
            </Facts>
        </Card>
    }
}

/// What chances say, and that they promise nothing.
#[component]
fn TimeToBlock(difficulty: Memo<Option<u64>>) -> impl IntoView {
    let (mining, chain) = (use_mining(), use_chain());
    let is_fixed = Memo::new(move || {
        chain.parameters.get().is_some_and(|chain| chain.parameters().half_life == 0)
    });
    let text = move || {
        if !mining.running.get() {
            return t!("Start mining to see it.").to_owned();
        }
        // The average is calmer than the rate of this second; at first there is none.
        let average = mining.average.get();
        let rate = if average > 0.0 { average } else { mining.hash_rate.get() };
        match difficulty.get().and_then(|difficulty| expectation(difficulty, rate)) {
            Some(expected) => sentence(&expected),
            None => t!("Measuring…").to_owned(),
        }
    };
    view! {
        <p>{move || text()}</p>
        <p class="field-hint">
            {move || {
                if is_fixed.get() {
                    t!("This chain's difficulty is fixed, so the tab waits a second after each block.")
                } else {
                    t!("It is chance: attempts made so far bring the next block no nearer, and others look for it as well.")
                }
            }}
        </p>
    }
}

fn sentence(expected: &Expectation) -> String {
    // Seconds of chance are nothing that anybody can watch.
    if expected.long < 5.0 {
        return t!("A few seconds at most, at this rate.").to_owned();
    }
    t!(
        "{mean} on average at this rate. Half of the time it takes less than {median}, one time in twenty more than {long}.",
        mean = seconds(expected.mean),
        median = seconds(expected.median),
        long = seconds(expected.long),
    )
}

/// A duration for people; below a second nobody needs digits.
fn seconds(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and a cast saturates"
    )]
    let whole = seconds.round() as u64;
    if whole < 1 { t!("a second").to_owned() } else { format::duration(whole) }
}
