//! `/account/{address}`: what an account holds, proven, and what happened to it.

use super::{
    not_here::NotHere,
    paging::Pages,
    verify::check::{ProofError, check_account},
};
use crate::prelude::*;
use crate::{
    api,
    api::ApiError,
    components::{
        ActivityList, AddressText, AmountText, Badge, BlockLink, Card, CopyButton, EmptyState,
        ErrorBox, Fact, Facts, HeroMark, Loaded, PageHeader, Pager, QrCode, Skeleton, Tone,
        fetched,
    },
    format,
    state::{
        chain::{ChainState, use_chain},
        wallet::use_wallet,
    },
};
use shared::{
    account::{Address, AddressKind},
    api::{AccountProofView, AccountTotals, AccountView},
};

/// Rows on a page of the activity.
const PAGE: usize = 25;

/// The page.
#[component]
pub fn AccountPage(
    /// The address, as the address of the page has it.
    text: String,
) -> impl IntoView {
    let chain = use_chain();
    // Upper-case addresses are the same accounts: from here on there is one spelling.
    let address = Memo::new(move || {
        chain.parameters.with(|parameters| {
            let prefix = parameters.as_ref()?.prefix();
            let address = Address::parse(&text, prefix);
            Some(address.map(|address| (address.to_text(prefix), address.kind)))
        })
    });
    let content = move || match address.get() {
        None => view! { <Card><Skeleton lines=6/></Card> }.into_any(),
        Some(Ok((address, kind))) => view! { <Content address kind/> }.into_any(),
        Some(Err(error)) => {
            let reason =
                t!("What stands in this page's address cannot be used: {error}.", error = error);
            view! { <NotHere title=t!("This is not an account of this chain") reason/> }.into_any()
        }
    };
    view! { <PageHeader title=t!("Account").to_string()/>{move || content()} }
}

/// The account with this address.
#[component]
fn Content(
    /// The address.
    address: String,
    /// What the address says about it.
    kind: AddressKind,
) -> impl IntoView {
    let (chain, wallet) = (use_chain(), use_wallet());
    let follow = move || {
        chain.revision.track();
        chain.pool_revision.track();
    };
    let asked = address.clone();
    let account = fetched(
        move || asked.clone(),
        follow,
        |address| async move { api::account(&address).await },
    );
    let mine = address.clone();
    let own = Memo::new(move || wallet.is_own(&mine));
    let (of_proof, of_activity) = (address.clone(), address.clone());
    view! {
        <Card>
            <AddressText address=address.clone()/>
            <div class="cluster">
                <CopyButton text=address.clone() label=t!("Copy address") class="button small"/>
                <a class="button quiet small" href=format!("/send?to={address}")>{t!("Pay this account")}</a>
                {(kind == AddressKind::Policy).then(|| view! { <a href=format!("/shared/{address}")><Badge>{t!("shared account")}</Badge></a> })}
                <Show when=move || own.get()><Badge tone=Tone::Accent>{t!("yours")}</Badge></Show>
            </div>
            <details>
                <summary>{t!("QR code")}</summary>
                <QrCode text=address.to_uppercase() label=t!("QR code of the address")/>
            </details>
        </Card>
        <Loaded value=account let:account>
            <Holdings account address=of_proof.clone()/>
            <Totals totals=Signal::derive(move || account.with(|account| account.totals))/>
        </Loaded>
        <Activity address=of_activity/>
    }
}

/// Balance and what waits.
#[component]
fn Holdings(
    /// The account.
    account: Signal<AccountView>,
    /// Its address.
    address: String,
) -> impl IntoView {
    let balance = Signal::derive(move || account.with(|account| account.balance));
    let incoming = Signal::derive(move || account.with(|account| account.pending.incoming));
    let outgoing = Signal::derive(move || account.with(|account| account.pending.outgoing));
    let sent = move || format::count(account.with(|account| account.nonce));
    view! {
        <Card class="hero">
            <HeroMark/>
            <p class="muted">{t!("Balance")}</p>
            <p class="figure"><output aria-label=t!("Balance of the account")><AmountText mites=balance/></output></p>
            <Proof address balance/>
            <Facts>
                <Fact name=t!("On the way in")><AmountText mites=incoming/></Fact>
                <Fact name=t!("On the way out")><AmountText mites=outgoing/></Fact>
                <Fact name=t!("Transactions sent")>{move || sent()}</Fact>
            </Facts>
        </Card>
    }
}

/// What moved through it in all.
#[component]
fn Totals(
    /// As the node tells it.
    totals: Signal<AccountTotals>,
) -> impl IntoView {
    let amount = move |pick: fn(&AccountTotals) -> u64| Signal::derive(move || pick(&totals.get()));
    let blocks = move || plural!(totals.get().blocks, "1 block mined", "{number} blocks mined");
    let opening = amount(|totals| totals.opening);
    view! {
        <Card heading=t!("In all blocks")>
            <Facts>
                <Fact name=t!("Received")><AmountText mites=amount(|totals| totals.received)/></Fact>
                <Fact name=t!("Sent")><AmountText mites=amount(|totals| totals.sent)/></Fact>
                <Fact name=t!("Fees paid")><AmountText mites=amount(|totals| totals.fees)/></Fact>
                <Fact name=t!("Mined")><AmountText mites=amount(|totals| totals.mined)/>" "<span class="muted">{move || blocks()}</span></Fact>
                <Show when=move || { opening.get() > 0 }><Fact name=t!("Given at the start of the chain")><AmountText mites=opening/></Fact></Show>
            </Facts>
        </Card>
    }
}

/// What came of checking a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// The balance is so after the block at this height, which is our tip.
    Verified(u64),
    /// The proof is of a block that is not our tip; with the next block it is asked for again.
    OtherTip,
    /// The proof shows another balance than the node says: a new block came between, or the node is wrong.
    Differs,
    /// The proof shows nothing.
    Wrong(ProofError),
}

/// Whether the balance follows from the newest block's header.
#[component]
fn Proof(
    /// The account.
    address: String,
    /// The balance that the node says it has.
    balance: Signal<u64>,
) -> impl IntoView {
    let chain = use_chain();
    let asked = address.clone();
    let proof = fetched(
        move || asked.clone(),
        move || chain.revision.track(),
        |address| async move { api::account_proof(&address).await },
    );
    let verdict = Memo::new(move || match proof.get()? {
        Ok(proof) => Some(Ok(judge(&proof, &address, balance.get(), chain)?)),
        Err(error) => Some(Err(error)),
    });
    let wrong = Signal::derive(move || match verdict.get() {
        Some(Ok(Verdict::Wrong(error))) => Some(t!(
            "The node's proof of this balance is wrong: {error}. Do not rely on what it says.",
            error = error,
        )),
        _ => None,
    });
    let text = move || match verdict.get() {
        Some(Ok(Verdict::Verified(height))) => {
            view! { <Badge tone=Tone::Good>{t!("verified in block ")}<BlockLink height/></Badge> }
                .into_any()
        }
        Some(Ok(Verdict::Wrong(_))) => {
            view! { <Badge tone=Tone::Bad>{t!("not proven")}</Badge> }.into_any()
        }
        Some(Err(ApiError::Offline)) => {
            view! { <Badge>{t!("not checked: no connection")}</Badge> }.into_any()
        }
        Some(Err(_)) => {
            view! { <Badge tone=Tone::Warn>{t!("the node gives no proof")}</Badge> }.into_any()
        }
        None | Some(Ok(Verdict::OtherTip | Verdict::Differs)) => {
            view! { <Badge>{t!("checking")}</Badge> }.into_any()
        }
    };
    view! { <p>{move || text()}</p><ErrorBox message=wrong/> }
}

/// `None` until the chain and its tip are known. Reactive.
fn judge(
    proof: &AccountProofView,
    address: &str,
    balance: u64,
    chain: ChainState,
) -> Option<Verdict> {
    let tip = chain.tip.get()?;
    chain.parameters.with(|parameters| {
        let parameters = parameters.as_ref()?;
        let address = Address::parse(address, parameters.prefix()).ok()?;
        Some(match check_account(proof, &address, parameters) {
            Err(error) => Verdict::Wrong(error),
            Ok(proven) if proven.block.to_string() != tip.id => Verdict::OtherTip,
            Ok(proven) if proven.balance.mites() != balance => Verdict::Differs,
            Ok(proven) => Verdict::Verified(proven.height),
        })
    })
}

/// What happened, page by page.
#[component]
fn Activity(
    /// The account.
    address: String,
) -> impl IntoView {
    let chain = use_chain();
    let pages = Pages::<String>::new();
    let page = fetched(
        move || pages.cursor(),
        move || {
            // Older pages stay as they are; only the first one has news.
            if pages.at_start() {
                chain.revision.track();
                chain.pool_revision.track();
            }
        },
        move |after| {
            let address = address.clone();
            async move { api::activity(&address, after.as_deref(), PAGE).await }
        },
    );
    view! {
        <Card heading=t!("Activity")>
            <Loaded value=page let:list>
                <Show
                    when=move || list.with(|list| !list.rows.is_empty())
                    fallback=|| view! { <EmptyState title=t!("Nothing yet")><p>{t!("This account was never paid and never paid anybody.")}</p></EmptyState> }
                >
                    <ActivityList rows=Signal::derive(move || list.with(|list| list.rows.clone())) caption=t!("Activity, newest first")/>
                </Show>
                <Pager
                    label=t!("Activity") newer=Signal::derive(move || !pages.at_start())
                    older=Signal::derive(move || list.with(|list| list.next.is_some()))
                    on_newer=move |()| pages.back()
                    on_older=move |()| if let Some(next) = list.with_untracked(|list| list.next.clone()) { pages.forward(next) }
                />
            </Loaded>
        </Card>
    }
}
