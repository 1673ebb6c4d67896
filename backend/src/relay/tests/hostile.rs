use super::*;
use crate::chain::testkit::{Forge, chain, pay};
use crate::relay::messages::{
    Announcement, Frame, Hello, MAX_GROUP_BYTES, PROTOCOL, PoolAnswer, encode_blobs,
};
use crate::relay::transport;
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{StreamExt as _, stream};
use shared::encode::{Bounded, encode};
use shared::header::Header;
use shared::work::{Target, Work};
use std::sync::Arc;

/// What a hostile peer answers under a path.
#[derive(Clone)]
enum Answer {
    Bytes(Bytes),
    /// These bytes, and then silence.
    Stream(Bytes),
    /// Bytes without end.
    Endless,
    Silence,
    Redirect(String),
}

type Answers = Arc<Vec<(&'static str, Answer)>>;

async fn lie(request: HttpRequest, answers: web::Data<Answers>) -> HttpResponse {
    let path = request.path().trim_start_matches("/p2p/v1/");
    let answer = answers
        .iter()
        .find(|(prefix, _)| path.starts_with(prefix))
        .map(|(_, answer)| answer.clone());
    let ok = |bytes: Bytes| Ok::<_, actix_web::Error>(bytes);
    match answer {
        Some(Answer::Bytes(bytes)) => HttpResponse::Ok().body(bytes),
        Some(Answer::Stream(bytes)) => {
            let begin = stream::iter([ok(bytes)]);
            HttpResponse::Ok().streaming(begin.chain(stream::pending()))
        }
        Some(Answer::Endless) => {
            let chunk = Bytes::from(vec![7; 1 << 16]);
            HttpResponse::Ok().streaming(stream::repeat(chunk).map(ok))
        }
        Some(Answer::Silence) => std::future::pending().await,
        Some(Answer::Redirect(to)) => {
            HttpResponse::TemporaryRedirect().insert_header(("location", to)).finish()
        }
        None => HttpResponse::NotFound().finish(),
    }
}

/// A peer that answers what it is told to, and nothing else.
fn liar(answers: Vec<(&'static str, Answer)>) -> (ServerHandle, String) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    let answers: Answers = Arc::new(answers);
    let app =
        move || App::new().app_data(web::Data::new(answers.clone())).default_service(web::to(lie));
    let server = HttpServer::new(app)
        .workers(1)
        .disable_signals()
        .shutdown_timeout(0)
        .listen(socket)
        .unwrap()
        .run();
    let handle = server.handle();
    tokio::spawn(server);
    (handle, url)
}

fn hello(chain: &Chain, header: &Header, work: u128) -> Answer {
    let tip = Announcement { header: header.clone(), work: Work(work) };
    let program = Bounded::new(b"liar\x1b[2J".to_vec()).unwrap();
    let hello =
        Hello { protocol: PROTOCOL, genesis: chain.genesis_id(), instance: 7, tip, program };
    Answer::Bytes(encode(&hello).into())
}

fn no_news() -> Answer {
    Answer::Stream(Frame::KeepAlive.to_bytes())
}

fn nothing_pooled() -> Answer {
    let (missing, extra) = (Bounded::default(), Bounded::default());
    Answer::Bytes(encode(&PoolAnswer { missing, extra }).into())
}

/// A node that dials a liar: the fault is found, and the node goes on with an honest peer.
async fn check(
    chain: &Chain,
    forge: &mut Forge,
    answers: Vec<(&'static str, Answer)>,
    fault: &str,
) {
    let (server, url) = liar(answers);
    let node = Peer::of(crate::chain::testkit::Node::new(chain), std::slice::from_ref(&url), None);
    node.has_fault(fault).await;
    let honest = Peer::reachable(chain, &[]);
    honest.take(&forge.line(chain.genesis_id(), 3, 3)).await;
    node.relay.add(&honest.url()).await.unwrap();
    until("the honest chain", || node.node.tip() == honest.node.tip()).await;
    let shown = node.relay.peers().into_iter().find(|peer| peer.url == url).unwrap();
    assert!(shown.version.is_none_or(|version| !version.contains('\u{1b}')));
    node.relay.stop().await;
    server.stop(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_is_no_node_is_named() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let page = Answer::Bytes(Bytes::from("<html>"));
    check(&chain, &mut forge, vec![("hello", page)], "malformed").await;
    check(&chain, &mut forge, vec![("hello", Answer::Endless)], "too-large").await;
    check(&chain, &mut forge, vec![("hello", Answer::Silence)], "timeout").await;
    check(&chain, &mut forge, Vec::new(), "status").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_not_followed() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let honest = Peer::reachable(&chain, &[]);
    let to = format!("{}/p2p/v1/hello", honest.url());
    check(&chain, &mut forge, vec![("hello", Answer::Redirect(to))], "status").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_without_its_work_is_proof_of_a_lie() {
    let chain = chain(|parameters| {
        parameters.first_target = Target::from_zero_bits(8);
        parameters.easiest_target = Target::from_zero_bits(8);
    });
    let mut forge = Forge::new(&chain);
    let mut header = forge.line(chain.genesis_id(), 0, 1)[0].header().clone();
    while header.target.is_met_by(&header.id()) {
        header.nonce += 1;
    }
    check(&chain, &mut forge, vec![("hello", hello(&chain, &header, 1_000))], "bad-work").await;
    // An easier target than the chain allows does not help.
    header.target = Target::EASIEST;
    let frame = Frame::Tip(Box::new(Announcement { header, work: Work(1_000) }));
    let genesis = hello(&chain, &chain.genesis().header, 0);
    let answers = vec![
        ("hello", genesis),
        ("stream", Answer::Stream(frame.to_bytes())),
        ("pool", nothing_pooled()),
    ];
    check(&chain, &mut forge, answers, "bad-work").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_another_block_is_the_senders_fault_and_the_header_stays_good() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let block = forge.child(chain.genesis_id(), 0, 10, &[pay(&chain, (1, 0), 2, 10, 1)]);
    let mut wrong = block.to_block();
    wrong.transactions =
        Bounded::new(vec![pay(&chain, (1, 0), 3, 10, 1).transaction().clone()]).unwrap();
    let answers = vec![
        ("hello", hello(&chain, block.header(), 1)),
        ("stream", no_news()),
        ("pool", nothing_pooled()),
        ("blocks/", Answer::Bytes(encode(&wrong).into())),
    ];
    let (server, url) = liar(answers);
    let node = Peer::of(crate::chain::testkit::Node::new(&chain), &[url], None);
    node.has_fault("wrong-body").await;
    assert_eq!(node.node.view().height(), 0);
    node.take(&[block]).await;
    assert_eq!(node.node.view().height(), 1);
    server.stop(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_breaks_a_rule_ends_the_link() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let bad = forge.spoilt(chain.genesis_id(), &[], |block| block.header.state_root.0[0] ^= 1);
    let answers = vec![
        ("hello", hello(&chain, bad.header(), 1)),
        ("stream", no_news()),
        ("pool", nothing_pooled()),
        ("blocks/", Answer::Bytes(encode(&bad.to_block()).into())),
    ];
    check(&chain, &mut forge, answers, "bad-block").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_promises_and_does_not_deliver_is_named() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let blocks = forge.line(chain.genesis_id(), 0, 9);
    let headers: Vec<_> = blocks.iter().map(|block| block.header().clone()).collect();
    let tip = blocks.last().unwrap().header();
    let located = Answer::Bytes(encode(&headers).into());
    let base = || vec![("stream", no_news()), ("pool", nothing_pooled())];
    for (work, locate, bodies, fault) in [
        (9, Answer::Silence, None, "timeout"),
        (9, Answer::Endless, None, "too-large"),
        (99, located.clone(), None, "wrong-work"),
        (9, located.clone(), Some(Answer::Silence), "timeout"),
        (9, located.clone(), Some(Answer::Endless), "too-large"),
        (9, located.clone(), Some(Answer::Bytes(vec![9; 99].into())), "malformed"),
        (9, located, None, "unstable"),
    ] {
        let mut answers = base();
        answers.push(("hello", hello(&chain, tip, work)));
        answers.push(("locate", locate));
        answers.extend(bodies.map(|answer| ("bodies", answer)));
        check(&chain, &mut forge, answers, fault).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_break_a_rule_are_proof_of_a_lie() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let blocks = forge.line(chain.genesis_id(), 0, 3);
    let mut headers: Vec<_> = blocks.iter().map(|block| block.header().clone()).collect();
    headers[2].clock += 1;
    let answers = vec![
        ("hello", hello(&chain, &headers[2], 3)),
        ("stream", no_news()),
        ("pool", nothing_pooled()),
        ("locate", Answer::Bytes(encode(&headers).into())),
    ];
    check(&chain, &mut forge, answers, "bad-header").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_with_a_bad_signature_ends_the_link() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let mut bytes = encode(pay(&chain, (1, 0), 2, 10, 1).transaction());
    *bytes.last_mut().unwrap() ^= 1;
    let frame = Frame::Transactions(vec![bytes.into()]);
    let genesis = hello(&chain, &chain.genesis().header, 0);
    let answers = vec![
        ("hello", genesis),
        ("stream", Answer::Stream(frame.to_bytes())),
        ("pool", nothing_pooled()),
    ];
    check(&chain, &mut forge, answers, "bad-transaction").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_to_a_node_has_limits_and_codes() {
    let chain = chain(|_| ());
    let mut forge = Forge::new(&chain);
    let node = Peer::reachable(&chain, &[]);
    let client = transport::client(&crate::peers::Bans::default()).unwrap();
    let url = |path: &str| format!("{}/p2p/v1/{path}", node.url());
    let good = forge.child(chain.genesis_id(), 0, 10, &[]).to_block();
    let mut wrong_body = good.clone();
    wrong_body.transactions =
        Bounded::new(vec![pay(&chain, (1, 0), 3, 10, 1).transaction().clone()]).unwrap();
    let spoilt = encode_blobs(&[encode(&wrong_body)]);
    for (path, body, status, code) in [
        ("locate?key=1", vec![0; 5_000], 413, "too-large"),
        ("announce?key=1", vec![1; 100], 400, "malformed"),
        ("announce?key=x", encode(&node.relay.hello().tip), 400, "malformed"),
        ("blocks?key=1", vec![0; MAX_GROUP_BYTES + 1], 413, "too-large"),
        ("blocks?key=1", vec![9; 100], 400, "malformed"),
        ("blocks?key=1", spoilt, 422, "wrong-body"),
        ("transactions?key=1", vec![4, 0, 0, 0, 1, 2, 3, 4], 422, "bad-transaction"),
        ("pool?key=1", vec![255; 64], 400, "malformed"),
        ("pool/transactions?key=1", vec![255; 64], 400, "malformed"),
    ] {
        let answer = client.post(url(path)).body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert_eq!(answer.text().await.unwrap(), code, "{path}");
    }
    for (path, status) in [
        ("blocks/xyz", 400),
        (&*format!("blocks/{}", good.header.id()), 404),
        ("bodies?from=99&count=1", 404),
        ("stream?id=1&key=", 400),
    ] {
        let answer = client.get(url(path)).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
    }
    let blob = encode_blobs(&[encode(&good)]);
    let answer = client.post(url("blocks?key=1")).body(blob).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(node.node.tip(), good.header.id());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_does_not_read_is_dropped() {
    let chain = chain(|_| ());
    let node = Peer::reachable(&chain, &[]);
    let mut frames = node.relay.follow(9, 1, None).unwrap();
    assert!(node.relay.0.hub.is_followed_by(9));
    for _ in 0..100 {
        node.relay.0.hub.keep_alive();
    }
    assert!(!node.relay.0.hub.is_followed_by(9));
    let mut count = 0;
    while frames.recv().await.is_some() {
        count += 1;
    }
    assert_eq!(count, 64);
}
