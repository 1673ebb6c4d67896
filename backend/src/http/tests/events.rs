//! The stream of live events.

use std::time::Duration;

use super::*;
use shared::api::Event;

/// A reader of one stream.
struct Stream {
    response: reqwest::Response,
    text: String,
}

#[derive(Debug)]
struct Frame {
    id: Option<String>,
    event: Option<Event>,
}

impl Stream {
    async fn open(outside: &Outside, after: Option<&str>) -> Self {
        let mut request = outside.request(Method::GET, "/api/v1/events");
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self { response, text: String::new() }
    }

    async fn chunk(&mut self) -> Option<String> {
        let chunk = tokio::time::timeout(Duration::from_secs(10), self.response.chunk()).await;
        let chunk = chunk.expect("something within 10 s").ok().flatten()?;
        Some(String::from_utf8(chunk.to_vec()).unwrap())
    }

    async fn frame(&mut self) -> Frame {
        while !self.text.contains("\n\n") {
            let more = self.chunk().await.expect("the stream goes on");
            self.text.push_str(&more);
        }
        let (frame, rest) = self.text.split_once("\n\n").unwrap();
        let (frame, rest) = (frame.to_owned(), rest.to_owned());
        self.text = rest;
        let field = |name: &str| {
            frame
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
        };
        let event = field("data").map(|data| {
            let event: Event = serde_json::from_str(&data).unwrap();
            let value: Value = serde_json::from_str(&data).unwrap();
            assert_eq!(value["type"].as_str(), field("event").as_deref());
            event
        });
        Frame { id: field("id"), event }
    }

    /// The next event that is a block's, and its id.
    async fn block(&mut self) -> (String, String) {
        loop {
            let frame = self.frame().await;
            if let Some(Event::Block(block)) = frame.event {
                return (frame.id.unwrap(), block.tip);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_and_payments_are_told_as_they_happen_and_replayed_to_who_was_away() {
    let outside = Outside::start().await;
    let ada = key(1);
    let mut stream = Stream::open(&outside, None).await;
    let hello = stream.frame().await;
    assert!(hello.event.is_none());
    let start = hello.id.unwrap();
    let blocks = outside.mine(2, &ada).await;
    let (first, tip) = stream.block().await;
    assert_eq!(tip, format!("1:{}", blocks[0]));
    stream.block().await;
    let payment = outside.payment(&ada, 0, 0);
    outside.post_bytes("/api/v1/transactions", bytes(&payment)).await;
    let told = stream.frame().await.event;
    let Some(Event::Transaction(told)) = told else { panic!("{told:?}") };
    assert_eq!(told.transaction.id, payment.id().to_string());

    let mut again = Stream::open(&outside, Some(&first)).await;
    assert_eq!(again.block().await.1, format!("2:{}", blocks[1]));
    let mut from_start = Stream::open(&outside, Some(&start)).await;
    assert_eq!(from_start.block().await.0, first);
    let mut other_run = Stream::open(&outside, Some("1-1")).await;
    assert_eq!(other_run.frame().await.id, None);
    assert_eq!(other_run.frame().await.event, Some(Event::Resync));
    outside.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn open_streams_do_not_hold_up_the_end_of_the_node() {
    let outside = Outside::start().await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(Stream::open(&outside, None).await);
    }
    let stopping = tokio::spawn(outside.stop());
    for mut stream in streams {
        while stream.chunk().await.is_some() {}
    }
    tokio::time::timeout(Duration::from_secs(20), stopping).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_only_so_many_streams() {
    let outside = Outside::start_with(|settings| {
        settings.limit_loopback = Some(true);
        settings.streams_per_address = std::num::NonZeroUsize::new(2);
    })
    .await;
    let _held = [Stream::open(&outside, None).await, Stream::open(&outside, None).await];
    let answer = outside.get("/api/v1/events").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (429, "too-many-open"));
    outside.stop().await;
}
