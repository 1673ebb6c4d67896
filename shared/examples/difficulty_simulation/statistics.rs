//! Samples, and how the tables print them.

/// Numbers that were measured.
#[derive(Clone, Default)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// All of them.
    pub fn numbers(&self) -> impl Iterator<Item = f64> {
        self.0.iter().copied()
    }

    /// Arithmetic mean.
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len() as f64
    }

    /// Standard deviation.
    pub fn deviation(&self) -> f64 {
        let mean = self.mean();
        let squares = self.0.iter().map(|number| (number - mean).powi(2)).sum::<f64>();
        (squares / self.0.len() as f64).sqrt()
    }

    /// The number that `percent` of all lie below.
    pub fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let index = sorted.len() * percent / 100;
        sorted.get(index.min(sorted.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    }

    /// The largest.
    pub fn longest(&self) -> f64 {
        self.percentile(100)
    }

    /// "median / 95th percentile", as times.
    pub fn typical_times(&self) -> String {
        format!("{} / {}", time(self.percentile(50)), time(self.percentile(95)))
    }

    /// "mean / standard deviation / 95th percentile", in seconds.
    pub fn spread(&self) -> String {
        let (mean, deviation) = (self.mean(), self.deviation());
        format!("{mean:.1} / {deviation:.1} / {:.0} s", self.percentile(95))
    }
}

impl Extend<f64> for Sample {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, numbers: I) {
        self.0.extend(numbers);
    }
}

impl FromIterator<f64> for Sample {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        Self(numbers.into_iter().collect())
    }
}

/// Seconds as a person would say them.
pub fn time(seconds: f64) -> String {
    match seconds {
        s if s < 99.5 => format!("{s:.0} s"),
        s if s < 99.5 * 60.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.0} h", s / 3_600.0),
    }
}
