//! `/block/{id or height}`: everything that a block says about itself.

use super::{not_here::NotHere, paging::Pages, raw::Raw};
use crate::prelude::*;
use crate::{
    api,
    components::{
        AccountLink, AmountText, Badge, BlockLink, Card, ConfirmationsBadge, CopyIcon, Fact, Facts,
        Glyph, HashText, Icon, Loaded, NoticeBox, PageHeader, Pager, RelativeTime, Tone,
        TransactionTable, fetched,
    },
    format,
    state::{chain::use_chain, wallet::use_wallet},
};
use shared::{api::BlockView, hash::Hash, limits::TIME_END};

/// The page.
#[component]
pub fn BlockPage(
    /// Height or id, as the address of the page has it.
    id: String,
) -> impl IntoView {
    if is_block_key(&id) {
        view! { <Named id/> }.into_any()
    } else {
        view! {
            <PageHeader title=t!("Block")/>
            <NotHere title=t!("This is not a block") reason=t!("A block is named by its height, a number, or by its id, 64 characters of 0-9 and a-f.")/>
        }
        .into_any()
    }
}

/// The block of this height or id.
#[component]
fn Named(
    /// Height or id.
    id: String,
) -> impl IntoView {
    let chain = use_chain();
    let block = fetched(
        move || id.clone(),
        move || chain.revision.track(),
        |id| async move { api::block(&id).await },
    );
    let title = Signal::derive(move || {
        match block.with(|block| {
            block.as_ref().and_then(|block| block.as_ref().ok().map(|block| block.height))
        }) {
            Some(0) => t!("Genesis").to_string(),
            Some(height) => t!("Block {height}", height = format::count(height)),
            None => t!("Block").to_string(),
        }
    });
    let unknown = || {
        view! {
            <NotHere
                title=t!("No such block")
                reason=t!("This node knows no block of that height or id. It may not have been mined yet, or it belongs to another chain.")
            />
        }
    };
    view! {
        <PageHeader title/>
        <Loaded value=block lines=10 missing=unknown let:block><Neighbours block/><Content block/></Loaded>
    }
}

/// Whether a text can name a block.
fn is_block_key(text: &str) -> bool {
    let height = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    Hash::parse(text).is_some()
        || (height && text.parse().is_ok_and(|height: u64| height < TIME_END))
}

/// The way to the blocks beside this one.
#[component]
fn Neighbours(
    /// The block.
    block: Signal<BlockView>,
) -> impl IntoView {
    let chain = use_chain();
    let height = Memo::new(move || block.with(|block| block.height));
    let previous = move || {
        let previous = block.with(|block| (block.height > 0).then(|| block.previous.clone()));
        previous.map(|id| view! { <a class="button small" href=format!("/block/{id}")><Icon glyph=Glyph::Left size=18/>{t!("Previous block")}</a> })
    };
    let next = move || {
        let next = (height.get() < chain.height.get()).then(|| height.get() + 1);
        next.map(|next| view! { <a class="button small" href=format!("/block/{next}")>{t!("Next block")}<Icon glyph=Glyph::Right size=18/></a> })
    };
    view! { <nav class="pager" aria-label=t!("Neighbours")>{move || previous()}<span></span>{move || next()}</nav> }
}

/// The block.
#[component]
fn Content(
    /// The block.
    block: Signal<BlockView>,
) -> impl IntoView {
    let (chain, wallet) = (use_chain(), use_wallet());
    let side = Memo::new(move || block.with(|block| block.confirmations == 0));
    let own =
        Memo::new(move || block.with(|block| block.height > 0 && wallet.is_own(&block.miner)));
    let confirmations = Signal::derive(move || {
        if side.get() { 0 } else { chain.confirmations_of(block.with(|block| block.height)) }
    });
    // A block never changes: only what depends on the chain does.
    let fixed =
        Memo::new(move || block.with(|block| BlockView { confirmations: 0, ..block.clone() }));
    view! {
        <Show when=move || side.get()>
            <NoticeBox tone=Tone::Warn>
                {t!("This block is not in the chain: another branch has more work. What it held is in the chain elsewhere, or waits again. In its place is block ")}
                {move || view! { <BlockLink height=block.with(|block| block.height)/> }}
                ". " <a href="/forks">{t!("All that lost")}</a>
            </NoticeBox>
        </Show>
        <Card>
            <div class="cluster">
                <Show when=move || side.get() fallback=move || view! { <ConfirmationsBadge confirmations/> }>
                    <Badge tone=Tone::Warn>{t!("not in the chain")}</Badge>
                </Show>
                <Show when=move || own.get()><Badge tone=Tone::Accent>{t!("mined by you")}</Badge></Show>
            </div>
            {move || fixed.with(|block| view! { <HeaderFacts block=block.clone()/> })}
        </Card>
        {move || fixed.with(|block| view! { <Transactions id=block.id.clone() count=block.transaction_count/> })}
        {move || fixed.with(|block| raw(&block.id))}
    }
}

/// All fields of the header, and what follows from them.
#[component]
fn HeaderFacts(
    /// The block.
    block: BlockView,
) -> impl IntoView {
    let miner = if block.height == 0 {
        view! { <span class="muted">{t!("nobody: this is where the chain begins")}</span> }
            .into_any()
    } else {
        view! { <AccountLink address=block.miner.clone()/> }.into_any()
    };
    let previous = if block.height == 0 {
        view! { <code class="breakable">{block.previous.clone()}</code>{t!(" (the hash of the chain's parameters)")} }.into_any()
    } else {
        let href = format!("/block/{}", block.previous);
        view! { <HashText id=block.previous.clone() href=href copy=t!("id of the block before")/> }
            .into_any()
    };
    let long = |text: String| view! { <code class="breakable">{text}</code> };
    let id = block.id.clone();
    view! {
        <Facts>
            <Fact name=t!("Id")><span class="with-copy">{long(block.id)}<CopyIcon text=id what=t!("block id")/></span></Fact>
            <Fact name=t!("Time")>{crate::i18n::local_time(block.timestamp)}" ("<RelativeTime seconds=block.timestamp/>")"</Fact>
            <Fact name=t!("Miner")>{miner}</Fact>
            <Fact name=t!("Reward")><AmountText mites=block.reward/></Fact>
            <Fact name=t!("Fees")><AmountText mites=block.fees/></Fact>
            <Fact name=t!("Transactions")>{format::count(u64::from(block.transaction_count))}</Fact>
            <Fact name=t!("Size")>{format::bytes(block.size)}</Fact>
            <Fact name=t!("Previous block")>{previous}</Fact>
            <Fact name=t!("Difficulty")>{format::count(block.difficulty)}{t!(" attempts expected")}</Fact>
            <Fact name=t!("Target")>{long(block.target)}</Fact>
            <Fact name=t!("Nonce")>{long(block.nonce)}</Fact>
            <Fact name=t!("Chain clock")>{format::count(block.clock)}{t!(" seconds")}</Fact>
            <Fact name=t!("Version")>{block.version}</Fact>
            <Fact name=t!("State root")>{long(block.state_root)}</Fact>
            <Fact name=t!("History root")>{long(block.history_root)}</Fact>
            <Fact name=t!("Transactions root")>{long(block.transactions_root)}</Fact>
        </Facts>
    }
}

/// The block's bytes.
fn raw(id: &str) -> AnyView {
    let path = format!("/blocks/{id}/raw");
    let link = format!("{}{path}", shared::api::API);
    view! { <Raw what=t!("block") path><a class="button quiet" href=link download="block.bin" rel="external">{t!("Download the bytes")}</a></Raw> }.into_any()
}

/// The transactions, page by page.
#[component]
fn Transactions(
    /// Id of the block.
    id: String,
    /// How many there are.
    count: u32,
) -> impl IntoView {
    if count == 0 {
        return view! { <Card heading=t!("Transactions")><p class="muted">{t!("This block holds no transactions.")}</p></Card> }.into_any();
    }
    let pages = Pages::<u32>::new();
    let page = fetched(
        move || pages.cursor(),
        || (),
        move |after| {
            let id = id.clone();
            async move { api::block_transactions(&id, after).await }
        },
    );
    view! {
        <Card heading=t!("Transactions")>
            <Loaded value=page let:list>
                <TransactionTable
                    transactions=Signal::derive(move || list.with(|list| list.transactions.clone())) caption=t!("Transactions of the block, in order")
                />
                <Pager
                    label=t!("Transactions") newer_text=t!("Earlier") older_text=t!("Later")
                    newer=Signal::derive(move || !pages.at_start()) older=Signal::derive(move || list.with(|list| list.next.is_some()))
                    on_newer=move |()| pages.back()
                    on_older=move |()| if let Some(next) = list.with_untracked(|list| list.next) { pages.forward(next) }
                />
            </Loaded>
        </Card>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_and_ids_name_blocks_and_nothing_else_does() {
        assert!(is_block_key("0") && is_block_key("1234567") && is_block_key(&"0a".repeat(32)));
        for text in ["", "-1", "1.5", "0x12", "abc", "1099511627776", "99999999999999999999999"] {
            assert!(!is_block_key(text), "{text}");
        }
        assert!(!is_block_key(&"0g".repeat(32)));
    }
}
