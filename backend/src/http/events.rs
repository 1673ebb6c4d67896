//! `GET /events`: the bus as server-sent events.

use std::{convert::Infallible, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header},
    web::{self, Bytes},
};
use futures_util::{Stream, stream};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::{Context, body::Query, callers::Slot, error::HttpError, get};
use crate::events::{Listener, Message};

/// A comment is sent this often, so that nobody on the way takes the stream for dead.
const BEAT: Duration = Duration::from_secs(15);
/// Milliseconds after which a browser tries again.
const RETRY_MS: u32 = 1_000;

pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(get("/events", web::get().to(events)));
}

async fn events(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let slot = context.callers.open_stream(context.callers.of(&request))?;
    let query = Query::of(&request);
    let said = request.headers().get("last-event-id").and_then(|id| id.to_str().ok());
    let after = said.filter(|id| !id.is_empty()).or_else(|| query.get("last_event_id"));
    let listener = context.events.listen(after);
    let mut response = HttpResponse::Ok();
    response.content_type("text/event-stream");
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.insert_header(("x-accel-buffering", "no"));
    if request.method() == Method::HEAD {
        return Ok(response.finish());
    }
    Ok(response.streaming(frames(listener, slot)))
}

struct Streaming {
    listener: Listener,
    beat: Interval,
    is_new: bool,
    /// Given back when the stream ends.
    _slot: Slot,
}

fn frames(listener: Listener, slot: Slot) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let mut beat = interval_at(Instant::now() + BEAT, BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let state = Streaming { listener, beat, is_new: true, _slot: slot };
    stream::unfold(state, |mut state| async move {
        let frame = state.next().await?;
        Some((Ok(Bytes::from(frame)), state))
    })
}

impl Streaming {
    async fn next(&mut self) -> Option<String> {
        if self.is_new {
            self.is_new = false;
            // The id alone makes no event, but a browser that is cut off now asks from here.
            let id = self.listener.position().map(|id| format!("id: {id}\n")).unwrap_or_default();
            return Some(format!(": halfpenny\nretry: {RETRY_MS}\n{id}\n"));
        }
        tokio::select! {
            message = self.listener.next() => message.map(|message| frame(&message)),
            _ = self.beat.tick() => Some(": still here\n\n".to_owned()),
        }
    }
}

fn frame(message: &Message) -> String {
    let Message { id, name, data } = message;
    format!("id: {id}\nevent: {name}\ndata: {data}\n\n")
}
