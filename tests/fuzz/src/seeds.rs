//! The small corpora of the checkout: one or two good inputs for each target.

use actix_web::web::Bytes;
use shared::{
    encode::{Bounded, decode, encode},
    hash::{BlockId, Hash, TransactionId},
    header::Header,
    limits::MAX_HEADERS,
    work::Work,
};

use crate::{KIT, SIGNED, judge::READERS, kit::seeds, messages::*};

/// Inputs of every target, by its name.
pub fn all() -> [(&'static str, Vec<Vec<u8>>); 7] {
    let bytes = |texts: Vec<String>| texts.into_iter().map(String::into_bytes).collect();
    [
        ("transaction", SIGNED.clone()),
        ("block", seeds::blocks(&KIT)),
        ("headers", seeds::headers()),
        ("relay", relay()),
        ("keystore", bytes(seeds::keystores())),
        ("json", bytes(seeds::json(&KIT))),
        ("chain_file", bytes(seeds::chain_files(&KIT))),
    ]
}

/// Each kind of message, behind its number.
fn relay() -> Vec<Vec<u8>> {
    let [list, ..] = &seeds::headers()[..] else { return Vec::new() };
    let headers: Bounded<Header, 0, MAX_HEADERS> = decode(list, 1 << 20).expect("headers");
    let tip = Announcement { header: headers.last().expect("five").clone(), work: Work(4) };
    let locator: Locator =
        Bounded::new(headers.iter().map(Header::id).collect()).expect("five ids");
    let genesis = KIT.chain.genesis_id();
    let program = Bounded::new(b"halfpenny/0.1.0".to_vec()).expect("a short name");
    let hello = Hello { protocol: PROTOCOL, genesis, instance: 7, tip: tip.clone(), program };
    let ids: Vec<TransactionId> = (0..4).map(|n| TransactionId(Hash([n; 32]))).collect();
    let ids = Bounded::new(ids).expect("four ids");
    let payments = [0, 1].map(|number| Bytes::copy_from_slice(&SIGNED[number]));
    let want = Want::Blocks(Bounded::new(vec![BlockId::default()]).expect("one id"));
    let answer = PoolAnswer { missing: ids.clone(), extra: Bounded::default() };
    let batch: BatchIds = Bounded::new(ids.to_vec()).expect("four ids");
    let messages = [
        encode(&hello),
        encode(&tip),
        encode(&locator),
        encode(&headers),
        encode(&Announced { tip: tip.clone(), want }),
        encode(&Pushed { tip: tip.clone(), outcome: PushOutcome::Stored }),
        encode(&PoolOffer { ids, all: true }),
        encode(&answer),
        encode(&batch),
        Frame::Transactions(payments.to_vec()).to_bytes().slice(4..).to_vec(),
        encode_blobs(&payments[..1]),
    ];
    for (message, (name, reads)) in messages.iter().zip(READERS) {
        assert!(reads(message), "{name}");
    }
    (0..).zip(messages).map(|(kind, message)| [vec![kind], message].concat()).collect()
}
