//! The simulation that chose half-life, `max_gap`, grace and the clock's ceiling (§10).
//!
//! Prints Markdown tables; with a path as its argument, also writes a chart of one school week
//! there. Everything follows from fixed seeds: two runs print the same. Every block is seen at once,
//! except in the tables about forks, latency and networks that are cut in two.
//!
//! `cargo run --release -p shared --example difficulty_simulation [chart.svg]`; its tests say whether
//! the appendix of the specification has these very tables.

#![expect(clippy::print_stdout, reason = "printing tables is what this program is for")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "times and counts here are small; nothing of this enters a rule"
)]
#![expect(unreachable_pub, reason = "a program's modules are reached by nobody else")]

mod chart;
mod forks;
mod liars;
mod network;
mod rules;
mod shocks;
mod statistics;
mod table;
mod week;
mod world;

use table::Table;

/// Every table, in the order of the appendix.
const TABLES: [fn() -> Table; 10] = [
    shocks::rules,
    shocks::half_lives,
    shocks::gaps,
    liars::grace,
    liars::strategies,
    liars::private_branches,
    week::comings_and_goings,
    forks::latencies,
    forks::storms,
    forks::cuts,
];

fn main() -> std::io::Result<()> {
    for table in TABLES {
        let table = table();
        println!("### {}\n\n{table}", table.title);
    }
    if let Some(path) = std::env::args_os().nth(1) {
        std::fs::write(path, chart::draw(&week::school_weeks()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
