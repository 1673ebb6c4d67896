//! Following the events: what a block or a transaction changes in the lists.

use super::{ChainState, MAX_BLOCKS, MAX_PENDING};
use shared::api::{BlockEvent, BlockView, TransactionStatus, TransactionView};

/// Follows a change of the tip. `false` when the event does not join what is known, so that
/// everything must be loaded.
pub(super) fn block(chain: ChainState, event: &BlockEvent) -> bool {
    let Some((height, id)) = parse_tip(&event.tip) else { return false };
    let blocks = chain.blocks.with_untracked(|blocks| joined(blocks, event));
    let Some(blocks) = blocks else { return false };
    let time = blocks.first().map(|block| block.timestamp);
    chain.blocks.set(blocks);
    chain.status.update(|status| {
        if let Some(status) = status {
            status.height = height;
            status.tip = id;
            status.tip_time = time.unwrap_or(status.tip_time);
        }
    });
    chain.revision.update(|revision| *revision += 1);
    true
}

/// The list of blocks after the event; `None` when there is a gap.
fn joined(blocks: &[BlockView], event: &BlockEvent) -> Option<Vec<BlockView>> {
    let kept = blocks.iter().filter(|block| !event.reverted.contains(&block.id));
    let kept: Vec<BlockView> = kept.cloned().collect();
    let newest = kept.first()?;
    let mut tip = newest.id.as_str();
    let fresh: Vec<&BlockView> =
        event.connected.iter().filter(|block| !kept.iter().any(|old| old.id == block.id)).collect();
    for block in &fresh {
        if block.previous != tip {
            return None;
        }
        tip = &block.id;
    }
    let (_, told) = parse_tip(&event.tip)?;
    if told != tip {
        return None;
    }
    Some(fresh.into_iter().rev().cloned().chain(kept).take(MAX_BLOCKS).collect())
}

/// Follows a transaction that entered the pool or left it.
pub(super) fn transaction(chain: ChainState, transaction: TransactionView) {
    if transaction.status == TransactionStatus::Pending {
        chain.offered.update(|offered| *offered = offered.with(transaction.fee));
    }
    chain.pending.update(|pending| {
        pending.retain(|known| known.id != transaction.id);
        if transaction.status == TransactionStatus::Pending {
            pending.insert(0, transaction);
            pending.truncate(MAX_PENDING);
        }
    });
    chain.pool_revision.update(|revision| *revision += 1);
}

fn parse_tip(text: &str) -> Option<(u64, String)> {
    let (height, id) = text.split_once(':')?;
    Some((height.parse().ok()?, id.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;

    fn block(height: u64, branch: &str) -> BlockView {
        let previous = if height == 2 { "a1".into() } else { format!("{branch}{}", height - 1) };
        testkit::block(height, &format!("{branch}{height}"), &previous)
    }

    fn event(reverted: &[&str], connected: Vec<BlockView>, tip: &str) -> BlockEvent {
        let reverted = reverted.iter().map(ToString::to_string).collect();
        BlockEvent { reverted, connected, tip: tip.into() }
    }

    fn ids(blocks: Option<Vec<BlockView>>) -> Option<Vec<String>> {
        blocks.map(|blocks| blocks.into_iter().map(|block| block.id).collect())
    }

    #[test]
    fn new_blocks_stand_first() {
        let known = [block(2, "a"), block(1, "a")];
        let event = event(&[], vec![block(3, "a"), block(4, "a")], "4:a4");
        let expected = ["a4", "a3", "a2", "a1"].map(String::from).to_vec();
        assert_eq!(ids(joined(&known, &event)), Some(expected));
    }

    #[test]
    fn a_reorganisation_takes_the_losing_branch_away() {
        let known = [block(3, "a"), block(2, "a"), block(1, "a")];
        let connected = vec![block(2, "b"), block(3, "b"), block(4, "b")];
        let event = event(&["a3", "a2"], connected, "4:b4");
        let expected = ["b4", "b3", "b2", "a1"].map(String::from).to_vec();
        assert_eq!(ids(joined(&known, &event)), Some(expected));
    }

    #[test]
    fn blocks_that_are_known_already_change_nothing() {
        let known = [block(3, "a"), block(2, "a"), block(1, "a")];
        let event = event(&[], vec![block(3, "a")], "3:a3");
        assert_eq!(joined(&known, &event), Some(known.to_vec()));
    }

    #[test]
    fn a_gap_asks_for_everything_anew() {
        let known = [block(1, "a")];
        assert_eq!(joined(&known, &event(&[], vec![block(4, "a")], "4:a4")), None);
        assert_eq!(joined(&known, &event(&[], vec![], "4:a4")), None);
        assert_eq!(joined(&[], &event(&[], vec![block(1, "a")], "1:a1")), None);
        assert_eq!(joined(&known, &event(&[], vec![block(2, "a")], "rubbish")), None);
    }
}
