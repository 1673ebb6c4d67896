//! Waiting for something to become true: asks again and again, and tells what it saw last.

use std::time::{Duration, Instant};

/// How long most things may take: many times what they do take, so that only a fault fails.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Between two questions.
const PAUSE: Duration = Duration::from_millis(40);

/// Asks `attempt` until it succeeds, and returns what it found.
///
/// # Panics
///
/// When `limit` has passed; says what was waited for and what was seen last.
pub async fn until<T>(
    what: &str,
    limit: Duration,
    mut attempt: impl AsyncFnMut() -> anyhow::Result<T>,
) -> T {
    let start = Instant::now();
    loop {
        // An attempt may hang, and its last answer is then the best there is to tell.
        let seen = match tokio::time::timeout(limit, attempt()).await {
            Ok(Ok(found)) => return found,
            Ok(Err(seen)) => format!("{seen:#}"),
            Err(_) => "no answer at all".to_owned(),
        };
        assert!(
            start.elapsed() < limit,
            "waited {} s for {what}; last seen: {seen}",
            limit.as_secs()
        );
        tokio::time::sleep(PAUSE).await;
    }
}
