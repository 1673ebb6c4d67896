//! Goal: somebody who asks without end takes nothing from anybody else, whichever door he comes through.
//! Method: callers are addresses, and this machine has many. From one come thousands of requests a second, half
//! of them to the interface, half as from another node; from four others ten payments a second each. Nearly all
//! of these are accepted. With `HALFPENNY_FULL=1` the one sends ten thousand a second, for longer.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use harness::{Node, Plan, Purse};
use reqwest::Client;
use shared::api::{API, BYTES, P2P};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, tcp::OwnedReadHalf},
    time::{MissedTickBehavior, interval},
};

/// Requests of the one in a second, and seconds: in every run, and with `HALFPENNY_FULL=1`.
const FEW: (usize, usize) = (2_000, 3);
const MANY: (usize, usize) = (10_000, 20);
/// Honest callers, and what each sends in a second.
const HONEST: u8 = 4;
const PER_SECOND: usize = 10;
/// Connections of the one: half for each door.
const CONNECTIONS: usize = 8;
/// Between two of his volleys.
const VOLLEY: Duration = Duration::from_millis(20);
/// What one address may ask: in a second, and at once (`backend/README.md`).
const RATE: usize = 100;
const BURST: usize = 400;

/// Through which door a payment comes.
#[derive(Clone, Copy, Debug)]
enum Door {
    Interface,
    Relay,
}

const DOORS: [Door; 2] = [Door::Interface, Door::Relay];

impl Door {
    fn path(self) -> String {
        match self {
            Self::Interface => format!("{API}/transactions"),
            Self::Relay => format!("{P2P}/transactions?key=1"),
        }
    }

    fn body(self, payment: &[u8]) -> Vec<u8> {
        match self {
            Self::Interface => payment.to_vec(),
            Self::Relay => {
                let length = u32::try_from(payment.len()).unwrap().to_le_bytes();
                [&length, payment].concat()
            }
        }
    }
}

/// What became of the one's requests.
#[derive(Debug, Default)]
struct Tally {
    sent: AtomicUsize,
    answered: AtomicUsize,
    refused: AtomicUsize,
}

fn payments(purse: &Purse, to: &str, count: usize, node: &Node) -> Vec<Vec<u8>> {
    let nonces = (0..).take(count);
    nonces.map(|nonce| purse.sign(purse.body(nonce, 200, to, 1_000), node.chain())).collect()
}

/// One connection of the one: volleys, as many in a second as `rate`, until the time is over. Whatever the node
/// closes is opened again.
async fn volleys(to: SocketAddr, request: Vec<u8>, rate: usize, end: Instant, tally: Arc<Tally>) {
    let volley = rate * usize::try_from(VOLLEY.as_millis()).unwrap() / 1_000;
    let (bytes, mut pace) = (request.repeat(volley), interval(VOLLEY));
    // What was late is sent all the same: so many in a second are meant.
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    while Instant::now() < end {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), 0))).unwrap();
        let Ok(stream) = socket.connect(to).await else { continue };
        let (reading, mut writing) = stream.into_split();
        let answers = tokio::spawn(count(reading, Arc::clone(&tally)));
        while Instant::now() < end {
            pace.tick().await;
            if writing.write_all(&bytes).await.is_err() {
                break;
            }
            tally.sent.fetch_add(volley, Ordering::Relaxed);
        }
        drop(writing);
        answers.await.unwrap();
    }
}

/// Counts answers until the connection ends, by the first lines that they all have.
async fn count(mut reading: OwnedReadHalf, tally: Arc<Tally>) {
    const START: &[u8] = b"HTTP/1.1 429";
    let (mut seen, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
    while let Ok(length @ 1..) = reading.read(&mut buffer).await {
        seen.extend_from_slice(&buffer[..length]);
        let known = seen.len().saturating_sub(START.len() - 1);
        for window in seen.windows(START.len()).filter(|window| window.starts_with(&START[..9])) {
            let refused = window == START;
            tally.answered.fetch_add(1, Ordering::Relaxed);
            tally.refused.fetch_add(usize::from(refused), Ordering::Relaxed);
        }
        seen.drain(..known);
    }
}

/// An honest caller: sends its payments one after the other in their time. Returns how many were taken, and how
/// long the slowest answer took.
async fn honest(from: u8, url: String, door: Door, payments: Vec<Vec<u8>>) -> (usize, Duration) {
    let address = IpAddr::from([127, 0, 0, from]);
    let client = Client::builder().local_address(address).no_proxy().build().unwrap();
    let mut pace = interval(Duration::from_secs(1) / u32::try_from(PER_SECOND).unwrap());
    let (mut taken, mut slowest) = (0, Duration::ZERO);
    for payment in payments {
        pace.tick().await;
        let asked = Instant::now();
        let request = client.post(format!("{url}{}", door.path())).header("content-type", BYTES);
        let answer = request.body(door.body(&payment)).send().await;
        taken += usize::from(answer.is_ok_and(|answer| answer.status().is_success()));
        slowest = slowest.max(asked.elapsed());
    }
    (taken, slowest)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_without_end_takes_nothing_from_anybody_else() {
    let full = harness::is_full();
    let (rate, seconds) = if full { MANY } else { FEW };
    let flags = ["--limit-loopback", "true", "--pool-per-sender", "1000"].map(str::to_owned);
    let plan = Plan { name: "alpha".into(), flags: flags.to_vec(), ..Plan::default() };
    let alpha = Node::start(plan).await;
    let bob = Purse::funded(alpha.chain(), 9).address();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, alpha.ports().public));

    // Everything is signed before anything is sent.
    let loud = payments(&Purse::funded(alpha.chain(), 0), &bob, 1, &alpha).remove(0);
    let quiet: Vec<_> = (1..=HONEST)
        .map(|n| {
            payments(&Purse::funded(alpha.chain(), n.into()), &bob, PER_SECOND * seconds, &alpha)
        })
        .collect();
    let (tally, begun) = (Arc::new(Tally::default()), Instant::now());
    let end = begun + Duration::from_secs(u64::try_from(seconds).unwrap());
    let noise: Vec<_> = (0..CONNECTIONS)
        .map(|n| {
            let door = DOORS[n % DOORS.len()];
            let (path, body) = (door.path(), door.body(&loud));
            let length = body.len();
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: {BYTES}\r\n\
                 content-length: {length}\r\n\r\n"
            );
            let request = [head.into_bytes(), body].concat();
            tokio::spawn(volleys(address, request, rate / CONNECTIONS, end, Arc::clone(&tally)))
        })
        .collect();
    let callers = quiet.into_iter().zip(3_u8..).zip(DOORS.into_iter().cycle());
    let callers = callers
        .map(|((payments, from), door)| tokio::spawn(honest(from, alpha.url(), door, payments)));
    let honest = futures_util::future::join_all(callers.collect::<Vec<_>>()).await;
    let honest: Vec<_> = honest.into_iter().map(Result::unwrap).collect();
    for task in noise {
        task.await.unwrap();
    }
    let took = begun.elapsed();

    let [sent, answered, refused] =
        [&tally.sent, &tally.answered, &tally.refused].map(|count| count.load(Ordering::Relaxed));
    println!(
        "the one sent {sent} in {took:?}, had {answered} answers, and was refused {refused} \
         times; honest callers (taken, slowest answer): {honest:?}"
    );
    let expected = usize::from(HONEST) * PER_SECOND * seconds;
    let taken: usize = honest.iter().map(|(taken, _)| taken).sum();
    assert!(taken * 100 >= expected * 99, "{taken} of {expected} honest payments were taken");
    // What was taken waits: relay answers well whatever comes of a payment.
    for n in 1..=HONEST {
        let purse = Purse::funded(alpha.chain(), n.into());
        let next = alpha.api().account(&purse.address()).await.unwrap().pending.next_nonce;
        let (taken, _) = honest[usize::from(n) - 1];
        assert_eq!(usize::try_from(next).unwrap(), taken, "of the payments of caller {n}");
    }
    // One share for both doors, and no more.
    let let_in = answered - refused;
    let share = BURST + RATE * (usize::try_from(took.as_secs()).unwrap() + 1);
    assert!(let_in <= share, "the one was let in {let_in} times; his share was {share}");
    assert!(refused > let_in, "he was refused {refused} times");
    assert!(!full || sent >= rate * seconds * 9 / 10, "he sent only {sent}");
}
