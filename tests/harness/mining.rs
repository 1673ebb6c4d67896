//! Mining by hand: a block from the node's template, changed as a test likes.

use data_encoding::HEXLOWER;
use shared::{
    api::TemplateView,
    block::Block,
    encode::{Bounded, decode, encode},
    hash::BlockId,
    header::Header,
    limits::{HEADER_BYTES, MAX_TRANSACTION_BYTES},
    pow,
    transaction::Transaction,
};

/// The block that a template offers, without proof of work.
///
/// # Panics
///
/// When the template is not what it says.
#[must_use]
pub fn block(template: &TemplateView) -> Block {
    let header = bytes(&template.header);
    let header: Header = decode(&header, HEADER_BYTES).expect("the template has a header");
    let transactions = template.transactions.iter().map(|hex| {
        let transaction: Transaction =
            decode(&bytes(hex), MAX_TRANSACTION_BYTES).expect("the template has transactions");
        transaction
    });
    let transactions = Bounded::new(transactions.collect()).expect("not too many transactions");
    Block { header, transactions }
}

/// Finds the proof of work of a block, and returns its canonical bytes.
///
/// # Panics
///
/// When it takes more than 2^32 attempts.
#[must_use]
pub fn mine(mut block: Block) -> Vec<u8> {
    let header = &mut block.header;
    let nonce = pow::first_hit(&header.core(), &header.target, 0, 1 << 32);
    header.nonce = nonce.expect("tests mine on easy chains");
    encode(&block)
}

/// Gives a block a nonce that proves nothing, and returns its canonical bytes.
///
/// # Panics
///
/// When every nonce proves work.
#[must_use]
pub fn fail_to_mine(mut block: Block) -> Vec<u8> {
    let header = &mut block.header;
    let core = header.core();
    let is_bad = |nonce: &u64| pow::first_hit(&core, &header.target, *nonce, 1).is_none();
    header.nonce = (0..10_000).find(is_bad).expect("nearly every nonce proves nothing");
    encode(&block)
}

/// The id of a block's canonical bytes.
///
/// # Panics
///
/// When they are no block.
#[must_use]
pub fn id(block: &[u8]) -> BlockId {
    let (header, _) = block.split_at(HEADER_BYTES);
    decode::<Header>(header, HEADER_BYTES).expect("a block begins with a header").id()
}

fn bytes(hex: &str) -> Vec<u8> {
    HEXLOWER.decode(hex.as_bytes()).expect("the template is in hex")
}
