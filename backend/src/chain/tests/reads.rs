//! What a view answers.

use shared::{encode::encode, history::Summary, merkle, transaction::Body};

use super::super::{Cursor, Moved, Role, TransactionStatus, testkit::*};
use crate::pool::PoolError;

#[test]
fn a_transaction_is_read_without_its_block_wherever_it_stands() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    // More than 8,192 bytes, so that some transactions lie across two parts.
    let transactions: Vec<_> =
        (0..120).map(|n| pay(&chain, ((n % 8) as u8, n / 8), 100, 5, n)).collect();
    let block = forge.child(forge.genesis(), 1, 10, &transactions);
    assert!(block.size() > 2 * 8_192);
    node.take(std::slice::from_ref(&block));
    let view = node.view();
    for (index, transaction) in transactions.iter().enumerate() {
        let found = view.transaction(&transaction.id()).unwrap().unwrap();
        assert_eq!(found.transaction, *transaction.transaction());
        assert_eq!((found.block, found.height, found.index as usize), (block.id(), 1, index));
        let receipt = view.receipt(&transaction.id()).unwrap().unwrap();
        let root = receipt.header.transactions_root;
        assert!(merkle::verify(&root, &transaction.leaf(), index as u64, 120, &receipt.path));
    }
    assert_eq!(view.full_block(&block.id()).unwrap().unwrap(), block.to_block());
    assert_eq!(view.block_bytes(&block.id()).unwrap().unwrap(), encode(&block.to_block()));
    assert_eq!(view.transaction_count(), 120);
}

#[test]
fn an_accounts_history_is_paged_newest_first_without_gap_or_double() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let mut tip = forge.genesis();
    for round in 0..6_u64 {
        // Key 0 mines, pays key 1, is paid by key 2, and pays itself.
        let block = forge.child(
            tip,
            0,
            10,
            &[
                pay(&chain, (0, 2 * round), 1, 5, 1),
                pay(&chain, (2, round), 0, 7, 1),
                pay(&chain, (0, 2 * round + 1), 0, 9, 1),
            ],
        );
        tip = block.id();
        node.take(&[block]);
    }
    let view = node.view();
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = view.history(&account(0), after, 5).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.cursor.to_string().parse::<Cursor>().unwrap());
        rows.extend(page);
    }
    assert_eq!(rows.len(), 24);
    assert!(rows.is_sorted_by(|a, b| a.cursor > b.cursor));
    let roles: Vec<_> = rows[..4].iter().map(|row| row.cursor.role).collect();
    assert_eq!(roles, [Role::Mined, Role::Sent, Role::Received, Role::Sent]);
    let Moved::Mined { reward, fees } = &rows[0].what else { panic!() };
    assert_eq!((reward.mites(), fees.mites()), (5_000, 3));
    let Moved::Transaction(received) = &rows[2].what else { panic!() };
    assert_eq!(received.body.sender, account(2));
    assert!("1-2".parse::<Cursor>().is_err() && "1-2-9".parse::<Cursor>().is_err());
}

#[test]
fn lists_of_blocks_and_headers_are_those_of_the_main_chain() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let side = forge.child(forge.genesis(), 3, 10, &[]);
    let blocks = forge.line(forge.genesis(), 1, 20);
    node.take(std::slice::from_ref(&side));
    node.take(&blocks);
    let view = node.view();
    let heights = |before, limit| {
        let page = view.blocks_before(before, limit).unwrap();
        page.iter().map(|block| block.header.height).collect::<Vec<_>>()
    };
    assert_eq!(heights(None, 3), [20, 19, 18]);
    assert_eq!(heights(Some(2), 5), [1, 0]);
    assert!(heights(Some(0), 5).is_empty());
    let headers = view.headers(18, 100).unwrap();
    assert_eq!(
        headers.iter().map(shared::header::Header::id).collect::<Vec<_>>(),
        [blocks[17].id(), blocks[18].id(), blocks[19].id()]
    );
    let bytes = encode(&blocks[0].to_block()).len();
    assert_eq!(view.bodies(1, 100, 3 * bytes).unwrap().len(), 3);
    assert_eq!(view.bodies(1, 100, 0).unwrap(), [encode(&blocks[0].to_block())]);
    assert!(view.bodies(21, 100, 100).unwrap().is_empty());
    let found = view.block(&side.id()).unwrap().unwrap();
    assert_eq!(view.confirmations(&found).unwrap(), 0);
    let found = view.block(&blocks[18].id()).unwrap().unwrap();
    assert_eq!(view.confirmations(&found).unwrap(), 2);
}

#[test]
fn a_locator_finds_the_fork() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let (ours, theirs) = (Node::new(&chain), Node::new(&chain));
    let common = forge.line(forge.genesis(), 1, 40);
    let (a, b) = (forge.line(common[39].id(), 1, 7), forge.line(common[39].id(), 2, 9));
    ours.take(&common);
    theirs.take(&common);
    ours.take(&a);
    theirs.take(&b);
    let locator = ours.view().locator().unwrap();
    assert_eq!(locator[..3], [a[6].id(), a[5].id(), a[3].id()]);
    assert_eq!(*locator.last().unwrap(), chain.genesis_id());
    let height = theirs.view().common_ancestor(&locator).unwrap();
    assert!((30..=40).contains(&height), "{height}");
    assert_eq!(theirs.view().common_ancestor(&[]).unwrap(), 0);
}

#[test]
fn every_block_is_proven_under_every_later_header() {
    let chain = chain(|_| {});
    let mut forge = Forge::new(&chain);
    let node = Node::new(&chain);
    let blocks = forge.line(forge.genesis(), 1, 21);
    node.take(&blocks);
    let view = node.view();
    let headers = view.headers(0, 100).unwrap();
    for under in 1..=21_u64 {
        for height in 0..under {
            let proof = view.history_proof(height, under).unwrap().unwrap();
            let header = &headers[usize::try_from(height).unwrap()];
            let work = if height == 0 { shared::work::Work::ZERO } else { header.target.work() };
            let leaf = Summary::leaf(&header.id(), work, header.clock);
            assert!(proof.verify(
                &headers[usize::try_from(under).unwrap()].history_root,
                height,
                &leaf
            ));
        }
        assert_eq!(view.history_proof(under, under).unwrap(), None);
    }
    assert_eq!(view.history_proof(0, 22).unwrap(), None);
    let proof = view.state_proof(&account(1));
    assert_eq!(proof.verify(&headers[21].state_root, &account(1)), Some(view.account(&account(1))));
}

#[test]
fn the_precheck_asks_what_the_pool_asks_but_no_signature() {
    let chain = chain(|_| {});
    let node = Node::new(&chain);
    let good = pay(&chain, (0, 0), 1, 5, 1);
    let unsigned_with = |edit: &dyn Fn(&mut Body)| {
        let mut body = good.transaction().body.clone();
        edit(&mut body);
        node.view().precheck(&unsigned(body)).map_err(|error| error.code())
    };
    assert_eq!(unsigned_with(&|_| {}), Ok(()));
    assert_eq!(unsigned_with(&|body| body.version = 2), Err("transaction-version"));
    assert_eq!(unsigned_with(&|body| body.expires_at = 0), Err("transaction-expired"));
    assert_eq!(unsigned_with(&|body| body.expires_at = 5_000), Err("transaction-expires-too-late"));
    assert_eq!(unsigned_with(&|body| body.expires_at = 10), Err("transaction-expires-too-soon"));
    assert_eq!(unsigned_with(&|body| body.expires_at = 11), Ok(()));
    assert_eq!(unsigned_with(&|body| body.nonce = 1), Err("transaction-nonce-gap"));
    assert_eq!(unsigned_with(&|body| body.fee = mites(OPENING)), Err("transaction-not-enough"));
    node.offer(&good).unwrap();
    assert_eq!(node.view().precheck(good.transaction()), Err(PoolError::AlreadyKnown));
    assert_eq!(unsigned_with(&|body| body.fee = mites(2)), Err("transaction-replacement-fee"));
    assert!(matches!(node.view().status(&good.id()).unwrap(), TransactionStatus::Pending(_)));
}
