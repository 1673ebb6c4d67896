//! A node's stream of events, for the command line.

use super::ClientError;
use reqwest::Response;
use shared::api::Event;
use std::time::Duration;
use tokio::time::timeout;

/// The stream of events is silent for so long at most: nodes send a comment every 15 seconds.
const SILENCE: Duration = Duration::from_secs(40);
/// A node's events as they come.
pub struct Events {
    response: Response,
    buffer: Vec<u8>,
    url: String,
}

/// A line of the stream that is longer than this is passed over piece by piece.
const MAX_LINE_BYTES: usize = 1 << 20;

impl Events {
    pub(super) const fn new(response: Response, url: String) -> Self {
        Self { response, buffer: Vec::new(), url }
    }

    /// The next event. What it carries is a hint; the truth is asked for. One that cannot be read
    /// counts as a lost one.
    ///
    /// # Errors
    ///
    /// When the stream ends.
    pub async fn next(&mut self) -> Result<Event, ClientError> {
        let ended = || ClientError::Interrupted { url: self.url.clone() };
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<_> = self.buffer.drain(..=end).collect();
                if let Some(data) = line.strip_prefix(b"data:") {
                    return Ok(serde_json::from_slice(data).unwrap_or(Event::Resync));
                }
                continue;
            }
            if self.buffer.len() > MAX_LINE_BYTES {
                self.buffer.clear();
            }
            let chunk = timeout(SILENCE, self.response.chunk()).await;
            let chunk = chunk.map_err(|_| ended())?.map_err(|_| ended())?.ok_or_else(ended)?;
            self.buffer.extend_from_slice(&chunk);
        }
    }
}
