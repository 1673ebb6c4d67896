//! How fast the workers are: attempts per second, now and on the average.

use std::collections::VecDeque;

/// What "now" means, in seconds.
const WINDOW_SECONDS: f64 = 5.0;
/// What the chart shows, in seconds.
const CHART_SECONDS: f64 = 600.0;

/// Counts attempts. Times are seconds of any clock that does not go back.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    samples: VecDeque<(f64, u64)>,
    attempts: u64,
    /// Seconds mined in earlier stretches.
    seconds: f64,
    /// When the present stretch began.
    since: Option<f64>,
}

impl Meter {
    /// Mining begins, or goes on after a pause.
    pub fn start(&mut self, now: f64) {
        self.since.get_or_insert(now);
    }

    /// Mining ends or pauses.
    pub fn stop(&mut self, now: f64) {
        if let Some(since) = self.since.take() {
            self.seconds += (now - since).max(0.0);
        }
        self.samples.clear();
    }

    /// A worker made so many attempts.
    pub fn add(&mut self, now: f64, attempts: u64) {
        self.attempts = self.attempts.saturating_add(attempts);
        self.samples.push_back((now, attempts));
    }

    /// Attempts in all.
    #[must_use]
    pub const fn attempts(&self) -> u64 {
        self.attempts
    }

    /// Seconds mined in all.
    #[must_use]
    pub fn seconds(&self, now: f64) -> f64 {
        self.seconds + self.since.map_or(0.0, |since| (now - since).max(0.0))
    }

    /// Attempts per second of late.
    #[expect(clippy::cast_precision_loss, reason = "a speed is shown in three digits")]
    pub fn rate(&mut self, now: f64) -> f64 {
        while self.samples.front().is_some_and(|(time, _)| now - time > WINDOW_SECONDS) {
            self.samples.pop_front();
        }
        let Some(since) = self.since else { return 0.0 };
        let window = (now - since).clamp(0.1, WINDOW_SECONDS);
        let attempts: u64 = self.samples.iter().map(|(_, attempts)| attempts).sum();
        attempts as f64 / window
    }

    /// Attempts per second over all the time mined.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a speed is shown in three digits")]
    pub fn average(&self, now: f64) -> f64 {
        let seconds = self.seconds(now);
        if seconds < 0.1 { 0.0 } else { self.attempts as f64 / seconds }
    }
}

/// Adds a point to the chart and drops what is older than ten minutes.
pub fn chart(points: &mut Vec<(f64, f64)>, now: f64, rate: f64) {
    points.push((now, rate));
    points.retain(|(time, _)| now - time <= CHART_SECONDS);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_of_late_and_the_average_of_all_time() {
        let mut meter = Meter::default();
        meter.start(0.0);
        for second in 1..=10_u32 {
            meter.add(f64::from(second), 100);
        }
        assert!((meter.rate(10.0) - 120.0).abs() < 1.0, "six samples lie in five seconds");
        assert!((meter.average(10.0) - 100.0).abs() < 1e-9);
        assert!(meter.rate(100.0) < 1e-9);
        assert_eq!(meter.attempts(), 1_000);
    }

    #[test]
    fn a_pause_does_not_count_as_mining() {
        let mut meter = Meter::default();
        meter.start(0.0);
        meter.add(1.0, 50);
        meter.stop(2.0);
        assert!((meter.rate(3.0)).abs() < 1e-9);
        meter.start(10.0);
        meter.start(11.0);
        meter.add(12.0, 50);
        assert!((meter.seconds(13.0) - 5.0).abs() < 1e-9);
        assert!((meter.average(13.0) - 20.0).abs() < 1e-9);
    }

    #[test]
    fn the_chart_keeps_ten_minutes() {
        let mut points = Vec::new();
        for second in 0..700_u32 {
            chart(&mut points, f64::from(second), 1.0);
        }
        assert_eq!(points.len(), 601);
    }
}
