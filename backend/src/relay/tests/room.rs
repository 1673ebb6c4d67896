//! Goal: whoever sends blocks to a node fills no more than their room, and a heavier branch that is longer
//! than the room still comes through, pulled or pushed, while others flood.

use super::*;
use crate::chain::testkit::{Forge, chain};
use crate::relay::messages::{
    Announced, MAX_GROUP, MAX_PROOF_BYTES, PushOutcome, Pushed, Want, encode_blobs,
};
use crate::relay::transport;
use shared::encode::{decode, encode};
use shared::work::Target;

const ROOM: u64 = 20;

/// A reachable node with little room and a chain of 60 blocks, whose room is full of blocks that have more
/// work than any branch from genesis has at its beginning.
async fn crowded(chain: &Chain, forge: &mut Forge) -> Peer {
    let peer = Peer::of(Node::with_room(chain, ROOM, u64::MAX), &[], Some(0));
    let main = forge.line(chain.genesis_id(), 0, 60);
    peer.take(&main).await;
    for miner in 1..=20 {
        peer.take(&[forge.child(main[58].id(), miner, 11, &[])]).await;
    }
    assert_eq!(beside(&peer), 20);
    peer
}

fn beside(peer: &Peer) -> u64 {
    peer.node.view().side_blocks(usize::MAX).unwrap().len() as u64
}

/// A stranger: posts what it wants and reads the answer.
struct Stranger {
    client: reqwest::Client,
    url: String,
}

impl Stranger {
    fn at(peer: &Peer) -> Self {
        Self {
            client: transport::client(&crate::peers::Bans::default()).unwrap(),
            url: format!("{}/p2p/v1", peer.url()),
        }
    }

    async fn post(&self, path: &str, body: Vec<u8>) -> (u16, Vec<u8>) {
        let url = format!("{}/{path}?key=7", self.url);
        let answer = self.client.post(url).body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
    }

    async fn push(&self, blocks: &[CheckedBlock]) -> PushOutcome {
        let blobs: Vec<_> = blocks.iter().map(|block| encode(&block.to_block())).collect();
        let (status, answer) = self.post("blocks", encode_blobs(&blobs)).await;
        assert_eq!(status, 200);
        decode::<Pushed>(&answer, answer.len()).unwrap().outcome
    }

    async fn prove(&self, blocks: &[CheckedBlock]) -> Want {
        let headers: Vec<_> = blocks.iter().map(|block| block.header().clone()).collect();
        let (status, answer) = self.post("headers", encode(&headers)).await;
        assert_eq!(status, 200);
        decode::<Announced>(&answer, answer.len()).unwrap().want
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_pushed_blocks_take_their_room_and_no_more() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let node = Peer::of(Node::with_room(&chain, ROOM, u64::MAX), &[], Some(0));
    let main = forge.line(chain.genesis_id(), 0, 3);
    node.take(&main).await;
    let stranger = Stranger::at(&node);
    for group in 0..80_u64 {
        let cheap: Vec<_> = (0..MAX_GROUP as u64)
            .map(|number| forge.child(chain.genesis_id(), 1, 20 + group * 256 + number, &[]))
            .collect();
        cheap.iter().for_each(|block| forge.forget(&block.id()));
        // There is no room: sending it again is in vain.
        assert_eq!(stranger.push(&cheap).await, PushOutcome::Waits);
        assert_eq!(beside(&node), ROOM);
    }
    assert_eq!(node.node.tip(), main[2].id());
    let next = forge.line(main[2].id(), 0, 1);
    assert_eq!(stranger.push(&next).await, PushOutcome::Stored);
    assert_eq!(node.node.tip(), next[0].id());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_branch_that_is_longer_than_the_room_is_pulled() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let crowded = crowded(&chain, &mut forge).await;
    let other = Peer::reachable(&chain, &[]);
    other.take(&forge.line(chain.genesis_id(), 40, 61)).await;
    crowded.relay.add(&other.url()).await.unwrap();
    same_tip(&[&crowded, &other]).await;
    assert_eq!(crowded.node.view().height(), 61);
    assert!(beside(&crowded) <= ROOM);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_branch_that_is_longer_than_the_room_is_pushed_by_whom_nobody_can_reach() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let crowded = crowded(&chain, &mut forge).await;
    let hidden = Peer::hidden(&chain, &[]);
    // More than one group.
    for group in forge.line(chain.genesis_id(), 40, 600).chunks(MAX_GROUP) {
        hidden.node.handle.submit_blocks(group.to_vec()).await;
    }
    hidden.relay.add(&crowded.url()).await.unwrap();
    same_tip(&[&crowded, &hidden]).await;
    assert_eq!(crowded.node.view().height(), 600);
    assert!(beside(&crowded) <= ROOM);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proven_branch_comes_block_by_block_while_others_flood() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let crowded = crowded(&chain, &mut forge).await;
    let stranger = Stranger::at(&crowded);
    let branch = forge.line(chain.genesis_id(), 40, 61);
    // Without its headers there is no room for its beginning.
    assert_eq!(stranger.push(&branch[..1]).await, PushOutcome::Waits);
    assert_eq!(stranger.prove(&branch).await, Want::Body);
    for (number, block) in branch[..60].iter().enumerate() {
        assert_eq!(stranger.push(std::slice::from_ref(block)).await, PushOutcome::Stored);
        // More work than this block, and no more than what is there.
        let flood = forge.child(branch[number.min(58)].id(), 41, 12, &[]);
        assert_eq!(stranger.push(&[flood]).await, PushOutcome::Waits);
    }
    // What is wanted takes no room of others.
    assert_eq!(beside(&crowded), 60 + ROOM);
    assert_eq!(stranger.push(&branch[60..]).await, PushOutcome::Stored);
    assert_eq!(crowded.node.tip(), branch[60].id());
    assert!(beside(&crowded) <= ROOM);
    until("the promise to be kept", || {
        let mut promised = crowded.relay.0.promised();
        promised.kept(&branch[..1], Instant::now()).is_none()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_more_work_than_the_chain_has_is_a_proof() {
    let chain = chain(|parameters| {
        parameters.first_target = Target::from_zero_bits(4);
        parameters.easiest_target = Target::from_zero_bits(4);
    });
    let mut forge = Forge::new(&chain);
    let node = Peer::of(Node::with_room(&chain, ROOM, u64::MAX), &[], Some(0));
    node.take(&forge.line(chain.genesis_id(), 0, 30)).await;
    let stranger = Stranger::at(&node);
    let branch = forge.line(chain.genesis_id(), 1, 31);
    // As much work, a part that hangs in the air, nothing.
    assert_eq!(stranger.prove(&branch[..30]).await, Want::Nothing);
    assert_eq!(stranger.prove(&branch[1..]).await, Want::Nothing);
    assert_eq!(stranger.prove(&[]).await, Want::Nothing);
    // A header without its work, a claim that is no header, more than can be.
    let mut headers: Vec<_> = branch.iter().map(|block| block.header().clone()).collect();
    while headers[30].target.is_met_by(&headers[30].id()) {
        headers[30].nonce += 1;
    }
    let refused = |status: u16, code: &str| (status, code.as_bytes().to_vec());
    assert_eq!(stranger.post("headers", encode(&headers)).await, refused(422, "bad-work"));
    assert_eq!(stranger.post("headers", vec![9; 99]).await, refused(400, "malformed"));
    let much = vec![0; MAX_PROOF_BYTES + 1];
    assert_eq!(stranger.post("headers", much).await, refused(413, "too-large"));
    // None of that made a block of it wanted; the whole does.
    let is_wanted =
        |blocks: &[CheckedBlock]| node.relay.0.promised().kept(blocks, Instant::now()).is_some();
    assert!(!is_wanted(&branch[..1]));
    assert_eq!(stranger.prove(&branch).await, Want::Body);
    assert!(is_wanted(&branch));
}
