//! Cheap blocks by the door of miners: they take their room and no more.

use super::*;
use crate::chain::{Room, testkit::Forge};
use futures_util::future::join_all;

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_blocks_take_their_room_and_no_more() {
    let outside = Outside::start().await;
    let room = usize::try_from(Room::default().blocks).unwrap();
    let mut forge = Forge::new(outside.chain());
    outside.mine(3, &key(1)).await;
    let tip = outside.node.chain().view().tip();
    let (mut taken, mut refused) = (0, 0);
    for group in 0..640_u64 {
        let cheap: Vec<_> = (0..32)
            .map(|number| {
                forge.child(outside.chain().genesis_id(), 1, 20 + group * 32 + number, &[])
            })
            .collect();
        cheap.iter().for_each(|block| forge.forget(&block.id()));
        let posts = cheap
            .iter()
            .map(|block| outside.post_bytes("/api/v1/blocks", encode(&block.to_block())));
        for answer in join_all(posts).await {
            match answer.status {
                StatusCode::CREATED => taken += 1,
                StatusCode::CONFLICT => {
                    assert_eq!(answer.code(), "block-no-room");
                    refused += 1;
                }
                other => panic!("{other}: {}", answer.text()),
            }
        }
    }
    assert_eq!((taken, taken + refused), (room, 640 * 32));
    let view = outside.node.chain().view();
    assert_eq!(view.side_blocks(usize::MAX).unwrap().len(), room);
    assert_eq!(view.tip(), tip);
    // Whoever mines goes on.
    outside.mine(1, &key(1)).await;
    assert_eq!(outside.node.chain().view().height(), 4);
    outside.stop().await;
}
