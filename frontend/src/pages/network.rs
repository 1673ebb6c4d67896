//! `/network`: the node, its peers, and whether it is up to date.

mod admin;
mod bans;

use crate::prelude::*;
use crate::{
    components::{
        Badge, Card, EmptyState, Fact, Facts, Glyph, HashText, NoticeBox, PageHeader, ProgressBar,
        RelativeTime, Skeleton, Tone,
    },
    format,
    state::chain::{ChainState, Connection, use_chain},
};
use admin::{Admin, RemovePeer, provide_admin};
use bans::{BanPeer, Bans};
use shared::{api::PeerView, work::Work};
use std::cmp::Ordering;

/// The page.
#[component]
pub fn NetworkPage() -> impl IntoView {
    let chain = use_chain();
    provide_admin();
    view! {
        <PageHeader title=t!("Network").to_string() lead=t!("The node that this page talks to, and the nodes that it talks to.").to_string()/>
        <Synchronisation chain/>
        <Node chain/>
        <Peers chain/>
        <p><a href="/forks">{t!("Reorganisations and blocks that lost")}</a></p>
        <Admin/>
        <Bans/>
    }
}

/// Whether the node is up to date.
#[component]
fn Synchronisation(
    /// The chain.
    chain: ChainState,
) -> impl IntoView {
    let lost = move || matches!(chain.connection.get(), Connection::Lost { .. });
    let syncing = Memo::new(move || {
        chain.status.with(|status| status.as_ref().is_some_and(|status| status.syncing))
    });
    // Work and not heights: a branch with few hard blocks outweighs one with many easy ones.
    let progress = Signal::derive(move || {
        share(work_here(chain)?, chain.peers.with(|peers| peers.iter().filter_map(work_of).max())?)
    });
    let label = Signal::derive(move || {
        let height = format::count(chain.height.get());
        match progress.get() {
            Some(share) => {
                t!("Block {height}: {share} of the work", height = height, share = percent(share))
            }
            None => t!("Block {height}", height = height),
        }
    });
    shown(move || {
        if lost() {
            view! { <NoticeBox tone=Tone::Bad>{t!("The node does not answer. What shows here is from before; it is tried again by itself.")}</NoticeBox> }.into_any()
        } else if syncing.get() {
            view! {
                <NoticeBox tone=Tone::Warn>
                    {t!("The node is catching up: a peer knows a chain with more work. Balances are of the blocks that are here already.")}
                    <ProgressBar label value=progress/>
                </NoticeBox>
            }
            .into_any()
        } else {
            ().into_any()
        }
    })
}

/// Work of the node's chain. Reactive.
fn work_here(chain: ChainState) -> Option<u128> {
    chain.status.with(|status| Work::parse(&status.as_ref()?.work).map(|work| work.0))
}

/// Work of a peer's chain.
fn work_of(peer: &PeerView) -> Option<u128> {
    Work::parse(peer.work.as_deref()?).map(|work| work.0)
}

/// How much of `all` is there.
fn share(have: u128, all: u128) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a progress bar shows less")]
    (all > 0).then(|| have.min(all) as f64 / all as f64)
}

/// A share in words: never all of it before it is all.
fn percent(share: f64) -> String {
    format!("{}\u{a0}%", format::decimal((share * 1_000.0).floor() / 10.0, 1))
}

/// Whether the connected peers have a chain of the same work.
fn agreement(here: u128, peers: &[PeerView]) -> (Tone, String) {
    let connected = peers.iter().filter(|peer| peer.state == "connected");
    let (mut same, mut ahead, mut behind) = (0_usize, 0_usize, 0_usize);
    for work in connected.filter_map(work_of) {
        match work.cmp(&here) {
            Ordering::Equal => same += 1,
            Ordering::Greater => ahead += 1,
            Ordering::Less => behind += 1,
        }
    }
    let told = same + ahead + behind;
    match (told, ahead) {
        (0, _) => (Tone::Neutral, t!("no peer to compare with").to_string()),
        (_, 0) if behind == 0 => {
            (Tone::Good, t!("{same} of {told} peers agree", same = same, told = told))
        }
        (_, 0) => {
            let text = t!(
                "{same} of {told} peers agree, {behind} behind",
                same = same,
                told = told,
                behind = behind,
            );
            (Tone::Good, text)
        }
        _ => (Tone::Warn, t!("{ahead} of {told} peers have more work", ahead = ahead, told = told)),
    }
}

/// The node and its tip.
#[component]
fn Node(
    /// The chain.
    chain: ChainState,
) -> impl IntoView {
    let known = Memo::new(move || chain.status.with(Option::is_some));
    let of_status = move |pick: fn(&shared::api::StatusView) -> String| {
        move || chain.status.with(|status| status.as_ref().map(pick))
    };
    let state = move || match (
        chain.connection.get(),
        chain.status.with(|status| status.as_ref().is_some_and(|status| status.syncing)),
    ) {
        (Connection::Connecting, _) => view! { <Badge>{t!("connecting")}</Badge> }.into_any(),
        (Connection::Lost { .. }, _) => {
            view! { <Badge tone=Tone::Bad>{t!("not connected")}</Badge> }.into_any()
        }
        (Connection::Live, true) => {
            view! { <Badge tone=Tone::Warn>{t!("catching up")}</Badge> }.into_any()
        }
        (Connection::Live, false) => {
            view! { <Badge tone=Tone::Good>{t!("up to date")}</Badge> }.into_any()
        }
    };
    let tip = move || {
        chain.tip.get().map(|tip| {
            let href = format!("/block/{}", tip.id);
            view! { {format::count(tip.height)}" "<HashText id=tip.id href=href copy=t!("id of the newest block")/> }
        })
    };
    let agrees = move || {
        let here = work_here(chain)?;
        let (tone, text) = chain.peers.with(|peers| agreement(here, peers));
        Some(view! { <Badge tone>{text}</Badge> })
    };
    let tip_time = Signal::derive(move || {
        chain.status.with(|status| status.as_ref().map_or(0, |status| status.tip_time))
    });
    let genesis = move || {
        chain
            .status
            .with(|status| status.as_ref().map(|status| status.genesis.clone()))
            .map(|id| view! { <HashText id href="/block/0"/> })
    };
    view! {
        <Card heading=t!("This node")>
            <Show when=move || known.get() fallback=|| view! { <Skeleton lines=5/> }>
                <Facts>
                    <Fact name=t!("State")>{move || state()}</Fact>
                    <Fact name=t!("Agreement")>{move || agrees()}</Fact>
                    <Fact name=t!("Coin")>{of_status(|status| format!("{} ({})", status.name, status.ticker))}</Fact>
                    <Fact name=t!("Newest block")>{move || tip()}</Fact>
                    <Fact name=t!("Mined")><RelativeTime seconds=tip_time/></Fact>
                    <Fact name=t!("Genesis")>{move || genesis()}</Fact>
                    <Fact name=t!("Storage")>{of_status(|status| format::storage(status.storage))}</Fact>
                    <Fact name=t!("Version")>{of_status(|status| status.version.clone())}</Fact>
                </Facts>
            </Show>
        </Card>
    }
}

/// The peers; on narrow screens each is a card.
#[component]
fn Peers(
    /// The chain.
    chain: ChainState,
) -> impl IntoView {
    let peers = move || chain.peers.get();
    let count = move |direction: &str| {
        chain.peers.with(|peers| {
            let up = peers.iter().filter(|peer| peer.state == "connected");
            up.filter(|peer| peer.direction == direction).count()
        })
    };
    let aside = move || view! { <span class="muted">{move || t!("{outbound} out, {inbound} in", outbound = count("outbound"), inbound = count("inbound"))}</span> };
    view! {
        <Card heading=t!("Peers") aside>
            <Show
                when=move || chain.peers.with(|peers| !peers.is_empty())
                fallback=|| view! {
                    <EmptyState title=t!("No peers") glyph=Glyph::Network>
                        <p class="measure">{t!("This node is alone. It works, but nobody else sees its blocks, and they may lose to others' later.")}</p>
                    </EmptyState>
                }
            >
                <table class="table" role="table">
                    <caption class="visually-hidden">{t!("Peers of this node")}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th scope="col" role="columnheader">{t!("Peer")}</th>
                            <th scope="col" role="columnheader">{t!("Direction")}</th>
                            <th scope="col" role="columnheader">{t!("State")}</th>
                            <th scope="col" role="columnheader" class="numeric">{t!("Height")}</th>
                            <th scope="col" role="columnheader" class="numeric">{t!("Latency")}</th>
                            <th scope="col" role="columnheader">{t!("Version")}</th>
                            <th scope="col" role="columnheader">{t!("Last fault")}</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        <For each=peers key=|peer| format!("{} {}", peer.direction, peer.url) children=move |peer| view! { <PeerRow chain peer/> }/>
                    </tbody>
                </table>
            </Show>
        </Card>
    }
}

/// A peer. The row stays while what it shows changes.
#[component]
fn PeerRow(
    /// The chain, whose peers change.
    chain: ChainState,
    /// The peer, as it was when it was first seen.
    peer: PeerView,
) -> impl IntoView {
    let first = peer.clone();
    let peer = Memo::new(move || {
        let same = |other: &&PeerView| other.url == first.url && other.direction == first.direction;
        chain.peers.with(|peers| peers.iter().find(same).cloned()).unwrap_or_else(|| first.clone())
    });
    let direction = move || peer.with(|peer| direction_text(&peer.direction));
    let state = move || {
        let (tone, text) = peer.with(|peer| state_text(&peer.state));
        view! { <Badge tone>{text}</Badge> }
    };
    let dash = || "–".to_string();
    let height = move || peer.with(|peer| peer.height.map_or_else(dash, format::count));
    let latency = move || {
        peer.with(|peer| {
            peer.latency_ms.map_or_else(dash, |latency| format!("{} ms", format::count(latency)))
        })
    };
    let version =
        move || peer.with(|peer| peer.version.as_deref().map_or_else(dash, format::plain));
    let fault = move || match peer.with(|peer| (peer.last_fault.clone(), peer.last_fault_time)) {
        (None, _) => view! { {t!("none")} }.into_any(),
        (Some(code), None) => view! { {format::plain(&code)} }.into_any(),
        (Some(code), Some(seconds)) => {
            view! { {format::plain(&code)}", "<RelativeTime seconds/> }.into_any()
        }
    };
    let url = peer.with_untracked(|peer| peer.url.clone());
    view! {
        <tr role="row">
            <th scope="row" role="rowheader" class="wide breakable">{format::plain(&url)}<span class="cluster"><RemovePeer url=url.clone()/><BanPeer url/></span></th>
            <td role="cell" data-label=t!("Direction")>{move || direction()}</td>
            <td role="cell" data-label=t!("State")>{move || state()}</td>
            <td role="cell" data-label=t!("Height") class="numeric">{move || height()}</td>
            <td role="cell" data-label=t!("Latency") class="numeric">{move || latency()}</td>
            <td role="cell" data-label=t!("Version")>{version}</td>
            <td role="cell" data-label=t!("Last fault")>{move || fault()}</td>
        </tr>
    }
}

fn direction_text(direction: &str) -> String {
    match direction {
        "outbound" => t!("we called it").to_string(),
        "inbound" => t!("it called us").to_string(),
        other => format::plain(other),
    }
}

fn state_text(state: &str) -> (Tone, String) {
    match state {
        "connected" => (Tone::Good, t!("connected").to_string()),
        "connecting" => (Tone::Warn, t!("connecting").to_string()),
        "waiting" => (Tone::Warn, t!("waiting for the next try").to_string()),
        "banned" => (Tone::Bad, t!("banned").to_string()),
        "refused" => (Tone::Bad, t!("refused: another chain").to_string()),
        other => (Tone::Neutral, format::plain(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_a_share_of_the_most_work() {
        assert_eq!(share(5, 10), Some(0.5));
        assert_eq!(share(12, 10), Some(1.0));
        assert_eq!(share(0, 0), None);
        assert_eq!(percent(0.99999), "99.9\u{a0}%");
    }

    #[test]
    fn peers_agree_when_their_chains_have_the_same_work() {
        let peer = |state: &str, work: u128| PeerView {
            url: String::new(),
            direction: "outbound".into(),
            state: state.into(),
            height: None,
            work: Some(Work(work).to_hex()),
            latency_ms: None,
            version: None,
            last_fault: None,
            last_fault_time: None,
        };
        let told = |peers: &[PeerView]| agreement(10, peers);
        assert_eq!(told(&[peer("waiting", 10)]).0, Tone::Neutral);
        let (same, less) = (peer("connected", 10), peer("connected", 9));
        assert_eq!(told(&[same.clone(), same.clone()]), (Tone::Good, "2 of 2 peers agree".into()));
        assert_eq!(told(&[same.clone(), less]).1, "1 of 2 peers agree, 1 behind");
        assert_eq!(told(&[same, peer("connected", 11)]).0, Tone::Warn);
    }

    #[test]
    fn unknown_states_show_as_plain_text() {
        assert_eq!(state_text("refused").0, Tone::Bad);
        assert_eq!(state_text("odd\u{202e}").1, "odd\u{fffd}");
        assert_eq!(direction_text("inbound"), "it called us");
    }
}
