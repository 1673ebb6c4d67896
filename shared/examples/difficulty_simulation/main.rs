//! The simulation that chose half-life, `max_gap`, grace and the clock's ceiling (§10).
//!
//! Prints Markdown tables; with a path as its argument, also writes a chart of one school week
//! there. Everything follows from fixed seeds: two runs print the same. What it leaves out: the
//! network. Every block is seen at once, so there are no forks.
//!
//! `cargo run --release -p shared --example difficulty_simulation [chart.svg]`

#![expect(clippy::print_stdout, reason = "printing tables is what this program is for")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "times and counts here are small; nothing of this enters a rule"
)]
#![expect(unreachable_pub, reason = "a program's modules are reached by nobody else")]

mod chart;
mod liars;
mod rules;
mod shocks;
mod statistics;
mod week;
mod world;

fn main() -> std::io::Result<()> {
    shocks::print_rules();
    shocks::print_half_lives();
    shocks::print_gaps();
    liars::print_grace();
    liars::print_strategies();
    liars::print_private_branches();
    week::print_comings_and_goings();
    if let Some(path) = std::env::args_os().nth(1) {
        std::fs::write(path, chart::draw(&week::school_weeks()))?;
    }
    Ok(())
}
