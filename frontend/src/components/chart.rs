//! A line over time: a drawing for who sees, a table for who listens.

use crate::i18n;
use crate::prelude::*;
use std::fmt::Write as _;

/// Width and height of the drawing in its own units.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 160.0;
/// Rows of the table: nobody listens to 600.
const ROWS: usize = 10;

/// A line chart. The scale begins at 0.
#[component]
pub fn LineChart(
    /// What the line shows.
    #[prop(into)]
    label: String,
    /// Seconds since 1970 and values, oldest first.
    #[prop(into)]
    points: Signal<Vec<(f64, f64)>>,
    /// A value in words.
    value_text: fn(f64) -> String,
) -> impl IntoView {
    let drawing = Memo::new(move || points.with(|points| draw(points)));
    let line = move || drawing.with(|drawing| drawing.line.clone());
    let area = move || drawing.with(|drawing| drawing.area.clone());
    let top = move || value_text(drawing.with(|drawing| drawing.top));
    let from = move || drawing.with(|drawing| drawing.from).map(time_text);
    let to = move || drawing.with(|drawing| drawing.to).map(time_text);
    let rows = move || {
        points.with(|points| {
            let step = (points.len() / ROWS).max(1);
            let row = |(seconds, value): &(f64, f64)| view! { <tr><td>{time_text(*seconds)}</td><td>{value_text(*value)}</td></tr> };
            points.iter().rev().step_by(step).take(ROWS).map(row).collect_view()
        })
    };
    view! {
        <figure class="chart">
            <div class="chart-text" aria-hidden="true"><span>{move || top()}</span></div>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label.clone() preserveAspectRatio="none">
                <path class="chart-grid" d="M0 0.5H600M0 80H600M0 159.5H600" fill="none"></path>
                <path class="chart-area" d=shown(area)></path>
                <path class="chart-line" d=shown(line)></path>
            </svg>
            <div class="chart-text" aria-hidden="true"><span>{move || from()}</span><span>{move || to()}</span></div>
            <table class="visually-hidden">
                <caption>{label}</caption>
                <thead><tr><th scope="col">{t!("Time")}</th><th scope="col">{t!("Value")}</th></tr></thead>
                <tbody>{move || rows()}</tbody>
            </table>
        </figure>
    }
}

/// The time of day, or the date and time, as the browser writes it.
fn time_text(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast from float saturates, and times are whole and positive"
    )]
    i18n::local_time(seconds as u64)
}

/// What is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
struct Drawing {
    line: String,
    area: String,
    top: f64,
    from: Option<f64>,
    to: Option<f64>,
}

fn draw(points: &[(f64, f64)]) -> Drawing {
    let (Some((from, _)), Some((to, _))) = (points.first(), points.last()) else {
        return Drawing::default();
    };
    let top = points.iter().fold(0.0, |top: f64, (_, value)| top.max(*value));
    let span = (to - from).max(1.0);
    let mut line = String::new();
    for (index, (time, value)) in points.iter().enumerate() {
        let x = (time - from) / span * WIDTH;
        let y = HEIGHT - value / top.max(f64::MIN_POSITIVE) * (HEIGHT - 4.0);
        // Writing to a string does not fail.
        let _ = write!(line, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
    }
    let end = (to - from) / span * WIDTH;
    let area = format!("{line}L{end:.1} {HEIGHT}L0 {HEIGHT}Z");
    Drawing { line, area, top, from: Some(*from), to: Some(*to) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_value_is_at_the_top_and_nothing_at_the_bottom() {
        let drawing = draw(&[(10.0, 0.0), (20.0, 5.0)]);
        assert_eq!(drawing.line, "M0.0 160.0L600.0 4.0");
        assert_eq!(drawing.top.to_bits(), 5.0_f64.to_bits());
        assert_eq!(draw(&[]), Drawing::default());
        assert!(!draw(&[(1.0, 0.0)]).line.contains("NaN"));
    }
}
