//! How high the rows of a long list are: those that were drawn once as measured, the others as such rows
//! usually are. Pure.

use std::ops::Range;

/// Pixels of a row, as long as none was measured.
const USUAL: f64 = 80.0;

/// The height of each row, in pixels; 0 for those that were never measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Heights(Vec<f64>);

impl Heights {
    /// Makes it so many rows: at the end some are added, or taken away.
    pub(super) fn resize(&mut self, count: usize) {
        self.0.resize(count, 0.0);
    }

    /// Moves all rows down by so many new ones above them, or up by so many that are gone.
    pub(super) fn shift(&mut self, by: isize) {
        let rows = by.unsigned_abs();
        if by < 0 {
            self.0.drain(..rows.min(self.0.len()));
        } else {
            self.0.splice(..0, std::iter::repeat_n(0.0, rows));
        }
    }

    /// Forgets what was measured: the rows are as wide as another window now.
    pub(super) fn forget(&mut self) {
        self.0.fill(0.0);
    }

    /// Keeps the height of a row as measured.
    pub(super) fn measured(&mut self, index: usize, height: f64) {
        if let Some(known) = self.0.get_mut(index) {
            *known = height;
        }
    }

    /// How high rows are that were never measured: as those that were, on the average.
    fn usual(&self) -> f64 {
        let known = self.0.iter().filter(|height| **height > 0.0);
        let (sum, count) =
            known.fold((0.0, 0.0), |(sum, count), height| (sum + height, count + 1.0));
        if count > 0.0 { sum / count } else { USUAL }
    }

    /// The height of these rows together.
    pub(super) fn of(&self, rows: Range<usize>) -> f64 {
        let usual = self.usual();
        let rows = self.0.get(rows).unwrap_or_default();
        rows.iter().map(|height| if *height > 0.0 { *height } else { usual }).sum()
    }

    /// The rows of which something lies between two places, in pixels below the top of the list. An empty
    /// range stands where rows would be.
    pub(super) fn between(&self, top: f64, bottom: f64) -> Range<usize> {
        let usual = self.usual();
        let (mut rows, mut end) = (0..0, 0.0);
        for height in &self.0 {
            if end >= bottom {
                break;
            }
            end += if *height > 0.0 { *height } else { usual };
            rows.end += 1;
            if end <= top {
                rows.start = rows.end;
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heights(rows: &[f64]) -> Heights {
        Heights(rows.to_vec())
    }

    #[test]
    fn rows_that_nobody_measured_are_as_high_as_the_others_usually_are() {
        assert_eq!(heights(&[0.0; 4]).of(0..4), 4.0 * USUAL);
        assert_eq!(heights(&[60.0, 100.0, 0.0]).of(1..3), 180.0);
        assert_eq!(heights(&[60.0]).of(1..3), 0.0, "there are no such rows");
        let mut all = heights(&[60.0, 100.0]);
        all.forget();
        assert_eq!(all.of(0..2), 2.0 * USUAL);
    }

    #[test]
    fn what_lies_between_two_places_is_found() {
        let all = heights(&[10.0, 20.0, 30.0, 40.0]);
        for (top, bottom, expected) in [
            (0.0, 100.0, 0..4),
            (0.0, 10.0, 0..1),
            (10.0, 10.5, 1..2),
            (9.0, 31.0, 0..3),
            (60.0, 500.0, 3..4),
            (100.0, 500.0, 4..4),
            (-500.0, 0.0, 0..0),
            (-500.0, 1.0, 0..1),
        ] {
            assert_eq!(all.between(top, bottom), expected, "{top} to {bottom}");
        }
        assert_eq!(Heights::default().between(0.0, 100.0), 0..0);
    }

    #[test]
    fn rows_that_come_and_go_above_take_no_height_from_the_others() {
        let mut all = heights(&[10.0, 20.0]);
        all.shift(2);
        all.resize(5);
        assert_eq!(all, heights(&[0.0, 0.0, 10.0, 20.0, 0.0]));
        all.shift(-3);
        assert_eq!(all, heights(&[20.0, 0.0]));
        all.measured(1, 7.0);
        all.measured(2, 7.0);
        assert_eq!(all, heights(&[20.0, 7.0]));
        all.shift(-9);
        assert_eq!(all, Heights::default());
    }
}
