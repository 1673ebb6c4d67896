//! `/block/{id or height}`: everything that a block says about itself.

use super::{not_here::NotHere, paging::Pages, raw::Raw};
use crate::prelude::*;
use crate::{
    api, browser,
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
            <PageHeader title="Block"/>
            <NotHere title="This is not a block" reason="A block is named by its height, a number, or by its id, 64 characters of 0-9 and a-f."/>
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
            Some(0) => "Genesis".to_string(),
            Some(height) => format!("Block {}", format::count(height)),
            None => "Block".to_string(),
        }
    });
    let unknown = || {
        view! {
            <NotHere
                title="No such block"
                reason="This node knows no block of that height or id. It may not have been mined yet, or it belongs to another chain."
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
        previous.map(|id| view! { <a class="button small" href=format!("/block/{id}")><Icon glyph=Glyph::Left size=18/>"Previous block"</a> })
    };
    let next = move || {
        let next = (height.get() < chain.height.get()).then(|| height.get() + 1);
        next.map(|next| view! { <a class="button small" href=format!("/block/{next}")>"Next block"<Icon glyph=Glyph::Right size=18/></a> })
    };
    view! { <nav class="pager" aria-label="Neighbours">{move || previous()}<span></span>{move || next()}</nav> }
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
                "This block is not in the chain: another branch has more work. What it held is in the chain elsewhere, or waits again. In its place is block "
                {move || view! { <BlockLink height=block.with(|block| block.height)/> }}
                ". " <a href="/forks">"All that lost"</a>
            </NoticeBox>
        </Show>
        <Card>
            <div class="cluster">
                <Show when=move || side.get() fallback=move || view! { <ConfirmationsBadge confirmations/> }>
                    <Badge tone=Tone::Warn>"not in the chain"</Badge>
                </Show>
                <Show when=move || own.get()><Badge tone=Tone::Accent>"mined by you"</Badge></Show>
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
        view! { <span class="muted">"nobody: this is where the chain begins"</span> }.into_any()
    } else {
        view! { <AccountLink address=block.miner.clone()/> }.into_any()
    };
    let previous = if block.height == 0 {
        view! { <code class="breakable">{block.previous.clone()}</code>" (the hash of the chain's parameters)" }.into_any()
    } else {
        let href = format!("/block/{}", block.previous);
        view! { <HashText id=block.previous.clone() href=href copy="id of the block before"/> }
            .into_any()
    };
    let long = |text: String| view! { <code class="breakable">{text}</code> };
    let id = block.id.clone();
    view! {
        <Facts>
            <Fact name="Id"><span class="with-copy">{long(block.id)}<CopyIcon text=id what="block id"/></span></Fact>
            <Fact name="Time">{browser::local_time(block.timestamp)}" ("<RelativeTime seconds=block.timestamp/>")"</Fact>
            <Fact name="Miner">{miner}</Fact>
            <Fact name="Reward"><AmountText mites=block.reward/></Fact>
            <Fact name="Fees"><AmountText mites=block.fees/></Fact>
            <Fact name="Transactions">{format::count(u64::from(block.transaction_count))}</Fact>
            <Fact name="Size">{format::bytes(block.size)}</Fact>
            <Fact name="Previous block">{previous}</Fact>
            <Fact name="Difficulty">{format::count(block.difficulty)}" attempts expected"</Fact>
            <Fact name="Target">{long(block.target)}</Fact>
            <Fact name="Nonce">{long(block.nonce)}</Fact>
            <Fact name="Chain clock">{format::count(block.clock)}" seconds"</Fact>
            <Fact name="Version">{block.version}</Fact>
            <Fact name="State root">{long(block.state_root)}</Fact>
            <Fact name="History root">{long(block.history_root)}</Fact>
            <Fact name="Transactions root">{long(block.transactions_root)}</Fact>
        </Facts>
    }
}

/// The block's bytes.
fn raw(id: &str) -> AnyView {
    let path = format!("/blocks/{id}/raw");
    let link = format!("{}{path}", shared::api::API);
    view! { <Raw what="block" path><a class="button quiet" href=link download="block.bin" rel="external">"Download the bytes"</a></Raw> }.into_any()
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
        return view! { <Card heading="Transactions"><p class="muted">"This block holds no transactions."</p></Card> }.into_any();
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
        <Card heading="Transactions">
            <Loaded value=page let:list>
                <TransactionTable
                    transactions=Signal::derive(move || list.with(|list| list.transactions.clone())) caption="Transactions of the block, in order"
                />
                <Pager
                    label="Transactions" newer_text="Earlier" older_text="Later"
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
