//! The chart of a school week: difficulty and seconds per block under each rule, as one SVG that
//! needs nothing else and follows the reader's light or dark setting.

use crate::rules::INTERVAL;
use crate::week::{Week, school};
use std::fmt::Write;

const WIDTH: f64 = 1_100.0;
const LEFT: f64 = 70.0;
/// Hours of a day that are drawn; nobody mines outside them.
const HOURS: std::ops::Range<f64> = 8.0..17.0;
const DAYS: [&str; 5] = ["Monday", "Tuesday", "Wednesday (a GPU from 11:00)", "Thursday", "Friday"];
const DAY_WIDTH: f64 = 200.0;
/// Top of the first rule's row, and the height of a row.
const TOP: f64 = 92.0;
const ROW: f64 = 196.0;
/// Heights of the two tracks in a row.
const BITS_HEIGHT: f64 = 90.0;
const PACE_HEIGHT: f64 = 64.0;
/// Leading zero bits at the bottom and at the top of a row.
const BITS: std::ops::Range<f64> = 19.0..39.0;
/// Seconds that one bar covers.
const BAR: f64 = 900.0;
const STYLE: &str = "
  svg { --page: #fff; --ink: #1f2328; --soft: #6e7781; --grid: #d8dee4;
        --line: #0969da; --slow: #bc4c00; --fast: #1a7f37; }
  @media (prefers-color-scheme: dark) {
    svg { --page: #0d1117; --ink: #e6edf3; --soft: #9198a1; --grid: #30363d;
          --line: #58a6ff; --slow: #f0883e; --fast: #3fb950; }
  }
  text { font: 12px system-ui, sans-serif; fill: var(--soft); }
  .title { font-size: 16px; font-weight: 600; fill: var(--ink); }
  .rule { font-size: 13px; font-weight: 600; fill: var(--ink); }
  path { fill: none; }
  .grid { stroke: var(--grid); }
  .ideal { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 3 2; }
  .bits { stroke: var(--line); stroke-width: 1.5; }
  .slow { stroke: var(--slow); stroke-width: 4; }
  .fast { stroke: var(--fast); stroke-width: 4; }
";

/// Draws the weeks below one another.
pub fn draw(weeks: &[Week]) -> String {
    let height = TOP + ROW * weeks.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-labelledby=\"title\">\n<title id=\"title\">A school week under four difficulty \
         rules</title>\n<style>{STYLE}</style>\n\
         <rect width=\"100%\" height=\"100%\" style=\"fill: var(--page)\"/>\n"
    );
    text(&mut svg, LEFT, 24.0, "title", "A school week under four difficulty rules");
    let legend = "Blue: difficulty in leading zero bits; dashed: the one that fits whoever mines. \
                  Bars, each 15 minutes: seconds per block, orange above 15 s, green below.";
    text(&mut svg, LEFT, 46.0, "", legend);
    for (day, name) in DAYS.iter().enumerate() {
        text(&mut svg, x(day, HOURS.start), 74.0, "", name);
    }
    let phases = hash_rates();
    for (row, week) in weeks.iter().enumerate() {
        draw_row(&mut svg, TOP + ROW * row as f64, week, &phases);
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw_row(svg: &mut String, top: f64, week: &Week, phases: &[(f64, f64, f64)]) {
    let count = week.found.len();
    text(svg, LEFT, top + 12.0, "rule", &format!("{}: {count} blocks, 10800 due", week.name));
    let top = top + 20.0;
    let mut grid = String::new();
    for bits in [20.0, 25.0, 30.0, 35.0] {
        text(svg, 24.0, bits_y(top, bits) + 4.0, "", &format!("{bits} bits"));
        push(&mut grid, format_args!("M{LEFT} {:.1}H{WIDTH}", bits_y(top, bits)));
    }
    for (seconds, label) in [(1.0, "1 s"), (15.0, "15 s"), (225.0, "4 min")] {
        text(svg, 24.0, pace_y(top, seconds) + 4.0, "", label);
        push(&mut grid, format_args!("M{LEFT} {:.1}H{WIDTH}", pace_y(top, seconds)));
    }
    for day in 0..DAYS.len() {
        let bottom = top + BITS_HEIGHT + 8.0 + PACE_HEIGHT;
        push(&mut grid, format_args!("M{:.1} {top:.1}V{bottom:.1}", x(day, HOURS.start)));
    }
    path(svg, "grid", &grid);
    path(svg, "ideal", &ideal(top, phases));
    path(svg, "bits", &difficulty(top, week));
    let (slow, fast) = pace(top, week, phases);
    path(svg, "slow", &slow);
    path(svg, "fast", &fast);
}

/// The difficulty at which the present miners need one interval for a block.
fn ideal(top: f64, phases: &[(f64, f64, f64)]) -> String {
    let mut line = String::new();
    for (start, end, rate) in phases {
        let y = bits_y(top, (rate * INTERVAL as f64).log2());
        if let (Some(from), Some(to)) = (place(*start), place(end - 1.0)) {
            push(&mut line, format_args!("M{from:.1} {y:.1}H{to:.1}"));
        }
    }
    line
}

/// The difficulty of the last block in every five minutes.
fn difficulty(top: f64, week: &Week) -> String {
    let mut line = String::new();
    let (mut bin, mut day) = (-1.0, -1.0);
    for (index, (found, bits)) in week.found.iter().zip(&week.bits).enumerate() {
        let next = week.found.get(index + 1).map(|time| (time / 300.0).floor());
        let this = (found / 300.0).floor();
        let last_of_bin = next != Some(this);
        let Some(place) = place(*found).filter(|_| this != bin && last_of_bin) else { continue };
        bin = this;
        let today = (found / 86_400.0).floor();
        let step = if today == day { 'L' } else { 'M' };
        day = today;
        push(&mut line, format_args!("{step}{place:.1} {:.1}", bits_y(top, *bits)));
    }
    line
}

/// Bars from the interval to the mean seconds per block, the slow ones and the fast ones.
fn pace(top: f64, week: &Week, phases: &[(f64, f64, f64)]) -> (String, String) {
    let (mut slow, mut fast) = (String::new(), String::new());
    let zero = pace_y(top, INTERVAL as f64);
    for (start, end, _) in phases {
        let bars = ((end - start) / BAR).round() as usize;
        for bar in 0..bars {
            let from = start + bar as f64 * BAR;
            let place = place(from + BAR / 2.0).unwrap_or(LEFT);
            let blocks = within(&week.found, from + BAR) - within(&week.found, from);
            let seconds = BAR / (blocks as f64).max(1.0);
            let bars = if seconds > INTERVAL as f64 { &mut slow } else { &mut fast };
            push(bars, format_args!("M{place:.1} {zero:.1}V{:.1}", pace_y(top, seconds)));
        }
    }
    (slow, fast)
}

/// Blocks found before `time`.
fn within(found: &[f64], time: f64) -> usize {
    found.partition_point(|block| *block < time)
}

/// When somebody mines, and how much: begin, end, attempts a second.
fn hash_rates() -> Vec<(f64, f64, f64)> {
    let mut time = 0.0;
    let mut phases = Vec::new();
    for phase in school() {
        let start = time;
        time += phase.seconds;
        if phase.hash_rate > 0.0 {
            phases.push((start, time, phase.hash_rate));
        }
    }
    phases
}

/// Where a time of the week is drawn, unless it is at night.
fn place(seconds: f64) -> Option<f64> {
    let hour = seconds / 3_600.0 % 24.0;
    HOURS.contains(&hour).then(|| x((seconds / 86_400.0) as usize, hour))
}

fn x(day: usize, hour: f64) -> f64 {
    let part = (hour - HOURS.start) / (HOURS.end - HOURS.start);
    LEFT + 4.0 + (day as f64 + part * 0.96) * (DAY_WIDTH + 4.0)
}

fn bits_y(top: f64, bits: f64) -> f64 {
    top + BITS_HEIGHT * (BITS.end - bits.clamp(BITS.start, BITS.end)) / (BITS.end - BITS.start)
}

/// Logarithmic, from 1 s at the bottom to 15 minutes at the top.
fn pace_y(top: f64, seconds: f64) -> f64 {
    let part = seconds.clamp(1.0, BAR).ln() / BAR.ln();
    top + BITS_HEIGHT + 8.0 + PACE_HEIGHT * (1.0 - part)
}

fn text(svg: &mut String, x: f64, y: f64, class: &str, words: &str) {
    push(svg, format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\">{words}</text>\n"));
}

fn path(svg: &mut String, class: &str, line: &str) {
    push(svg, format_args!("<path class=\"{class}\" d=\"{line}\"/>\n"));
}

fn push(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("a string can always grow");
}
