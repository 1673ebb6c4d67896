//! The blocks that this browser found, and what became of them.

use crate::prelude::*;
use crate::{
    components::{AmountText, Badge, BlockLink, Card, RelativeTime, Sign, Tone, confirmed},
    format,
    state::{
        chain::use_chain,
        mining::{FoundBlock, FoundOutcome, use_mining},
    },
};

/// The list, newest first.
#[component]
pub(super) fn FoundBlocks() -> impl IntoView {
    let mining = use_mining();
    let is_empty = Memo::new(move || mining.found.with(Vec::is_empty));
    view! {
        <Card heading=t!("Blocks found")>
            <p role="status" class="muted">
                {move || match format::wide(mining.found.with(Vec::len)) {
                    0 => t!("None yet.").to_owned(),
                    count => plural!(count, "1 block found.", "{number} blocks found."),
                }}
            </p>
            <p class="field-hint">{move || mining.found.with(|found| tally(found))}</p>
            <Show when=move || !is_empty.get()>
                <ul class="rows found" role="list">
                    <For
                        each=move || mining.found.get()
                        key=|found| format!("{} {} {}", found.id, outcome_text(found).1, found.in_chain)
                        let:found
                    >
                        <FoundRow found />
                    </For>
                </ul>
            </Show>
        </Card>
    }
}

/// How many blocks came to what.
fn tally(found: &[FoundBlock]) -> String {
    let count = |is: fn(&FoundOutcome) -> bool| found.iter().filter(|one| is(&one.outcome)).count();
    let accepted = count(|outcome| *outcome == FoundOutcome::Accepted);
    let stale = count(|outcome| *outcome == FoundOutcome::Stale);
    let rejected = count(|outcome| matches!(outcome, FoundOutcome::Rejected { .. }));
    let lost = match count(|outcome| *outcome == FoundOutcome::Orphaned) {
        0 => String::new(),
        lost => t!(", {lost} reorged out", lost = lost),
    };
    t!(
        "{accepted} accepted, {stale} stale, {rejected} rejected{lost}.",
        accepted = accepted,
        stale = stale,
        rejected = rejected,
        lost = lost,
    )
}

#[component]
fn FoundRow(found: FoundBlock) -> impl IntoView {
    let chain = use_chain();
    let (tone, word) = outcome_text(&found);
    let confirmations = {
        let (in_chain, height) = (found.in_chain, found.height);
        move || {
            let count = chain.confirmations_of(height);
            in_chain.then(|| confirmed(count))
        }
    };
    view! {
        <li class="row plain">
            <div class="row-main">
                <span class="row-title">
                    <span>{t!("Block ")} <BlockLink height=found.height /></span>
                    <Badge tone>{word}</Badge>
                </span>
                <span class="row-detail">
                    <RelativeTime seconds=found.time />
                    <span class="numeric">{confirmations}</span>
                </span>
                {explanation(&found).map(|text| view! { <span class="row-detail">{text}</span> })}
            </div>
            <div class="row-end">
                {found.in_chain.then(|| view! { <AmountText mites=found.reward sign=Sign::In /> })}
            </div>
        </li>
    }
}

/// What became of a block, in a word or two.
fn outcome_text(found: &FoundBlock) -> (Tone, &'static str) {
    match &found.outcome {
        FoundOutcome::Submitting => (Tone::Neutral, t!("sending")),
        FoundOutcome::Accepted if found.in_chain => (Tone::Good, t!("in the chain")),
        FoundOutcome::Accepted | FoundOutcome::Orphaned => (Tone::Warn, t!("reorged out")),
        FoundOutcome::Waiting => (Tone::Warn, t!("waiting")),
        FoundOutcome::Stale => (Tone::Warn, t!("stale")),
        FoundOutcome::Rejected { .. } => (Tone::Bad, t!("rejected")),
        FoundOutcome::NotSent { .. } => (Tone::Bad, t!("not sent")),
    }
}

/// Why a block brought nothing.
fn explanation(found: &FoundBlock) -> Option<String> {
    match &found.outcome {
        FoundOutcome::Accepted | FoundOutcome::Orphaned if !found.in_chain => Some(
            t!("Another branch has more work now: this block and its reward are not in the chain.")
                .into(),
        ),
        FoundOutcome::Waiting => {
            Some(t!("Its time is ahead of the node's clock: it is kept until then.").into())
        }
        FoundOutcome::Stale => Some(t!("Somebody else's block came first.").into()),
        FoundOutcome::Rejected { code } => {
            Some(t!("The node refused it: code {code}.", code = format::plain(code)))
        }
        FoundOutcome::NotSent { reason } => {
            Some(t!("It did not reach the node: {error}.", error = reason))
        }
        FoundOutcome::Accepted | FoundOutcome::Orphaned | FoundOutcome::Submitting => None,
    }
}
