//! `/forks`: when the chain changed its mind, and the blocks that lost.

use super::paging::Pages;
use crate::prelude::*;
use crate::{
    api,
    components::{
        Badge, BlockLink, Card, EmptyState, HashText, Loaded, PageHeader, Pager, RelativeTime,
        Tone, fetched,
    },
    format,
    state::chain::use_chain,
};
use shared::api::{ReorganisationView, SideBlockView};

/// The page.
#[component]
pub fn ForksPage() -> impl IntoView {
    let revision = use_chain().revision;
    let pages = Pages::<u64>::new();
    let log = fetched(move || pages.cursor(), move || revision.track(), api::reorganisations);
    let side = fetched(|| (), move || revision.track(), |()| api::side_blocks());
    view! {
        <PageHeader
            title=t!("Forks")
            lead=t!("Two miners can find a block at the same time. The branch with more work wins; what only the other one held goes back to the pool.")
        />
        <Card heading=t!("Reorganisations")>
            <Loaded value=log let:log>
                <p class="muted">{t!("When this node left a branch for one with more work. Its log of the last 1,000 times began ")}{move || view! { <RelativeTime seconds=log.with(|log| log.since)/> }}"."</p>
                <Show
                    when=move || log.with(|log| !log.reorganisations.is_empty())
                    fallback=|| view! { <EmptyState title=t!("None")><p>{t!("Every block that this node took for the newest one stayed.")}</p></EmptyState> }
                >
                    {table(
                        t!("Reorganisations, newest first"), [t!("When"), t!("Blocks undone"), t!("Blocks in their place"), t!("Both had"), t!("Newest block after"), t!("First block undone")],
                        move || log.with(|log| log.reorganisations.iter().map(change).collect()),
                    )}
                </Show>
                <Pager
                    label=t!("Reorganisations") newer=Signal::derive(move || !pages.at_start())
                    older=Signal::derive(move || log.with(|log| log.next.is_some()))
                    on_newer=move |()| pages.back()
                    on_older=move |()| if let Some(next) = log.with_untracked(|log| log.next) { pages.forward(next) }
                />
            </Loaded>
        </Card>
        <Card heading=t!("Blocks outside the chain")>
            <Loaded value=side let:side>
                <Show
                    when=move || side.with(|side| !side.is_empty())
                    fallback=|| view! { <EmptyState title=t!("None")><p>{t!("This node knows no block that is not in the chain.")}</p></EmptyState> }
                >
                    {table(
                        t!("Blocks outside the chain, latest arrival first"), [t!("Block"), t!("Height"), t!("In the chain instead"), t!("Made"), t!("Why"), ""],
                        move || side.with(|side| side.iter().map(lost).collect()),
                    )}
                </Show>
            </Loaded>
        </Card>
    }
}

/// What stands in a row, cell by cell.
type Row = [AnyView; 6];

/// A table; on narrow screens each row is a card.
fn table(
    caption: &'static str,
    names: [&'static str; 6],
    rows: impl Fn() -> Vec<Row> + Send + Sync + 'static,
) -> AnyView {
    table_of(caption, names, Box::new(rows))
}

fn table_of(
    caption: &'static str,
    names: [&'static str; 6],
    rows: Box<dyn Fn() -> Vec<Row> + Send + Sync>,
) -> AnyView {
    let named = move || names.into_iter().filter(|name| !name.is_empty());
    let heading = |name| view! { <th scope="col" role="columnheader">{name}</th> };
    let row = move |row: Row| {
        let cell = |(name, cell)| view! { <td role="cell" data-label=name>{cell}</td> };
        view! { <tr role="row">{named().zip(row).map(cell).collect_view()}</tr> }
    };
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">{caption}</caption>
            <thead role="rowgroup"><tr role="row">{named().map(heading).collect_view()}</tr></thead>
            <tbody role="rowgroup">{move || rows().into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn change(change: &ReorganisationView) -> Row {
    let first = change.reverted.last().cloned().filter(|_| change.depth <= 32);
    [
        view! { <RelativeTime seconds=change.time/> }.into_any(),
        format::count(change.depth).into_any(),
        format::count(change.connected).into_any(),
        view! { <BlockLink height=change.fork/> }.into_any(),
        block(&change.tip),
        first.map(|id| block(&id)).into_any(),
    ]
}

fn lost(side: &SideBlockView) -> Row {
    let (tone, why) = why(&side.reason);
    [
        block(&side.id),
        format::count(side.height).into_any(),
        view! { <BlockLink height=side.height/> }.into_any(),
        view! { <RelativeTime seconds=side.timestamp/> }.into_any(),
        view! { <Badge tone>{why}</Badge> }.into_any(),
        ().into_any(),
    ]
}

fn block(id: &str) -> AnyView {
    view! { <HashText id=id.to_string() href=format!("/block/{id}")/> }.into_any()
}

/// Why a block is not in the chain.
fn why(reason: &str) -> (Tone, String) {
    match reason {
        "less-work" => (Tone::Neutral, t!("less work").to_string()),
        "reverted" => (Tone::Warn, t!("was undone").to_string()),
        "invalid" => (Tone::Bad, t!("breaks a rule").to_string()),
        other => (Tone::Neutral, format::plain(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_in_words_and_unknown_ones_as_plain_text() {
        assert_eq!(why("invalid"), (Tone::Bad, "breaks a rule".to_string()));
        assert_eq!(why("odd\u{202e}").1, "odd\u{fffd}");
    }
}
