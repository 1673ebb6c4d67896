//! What rewriting k blocks takes: the table of the README.
//!
//! The chance that somebody with a share `q` of all work undoes a payment that is `k` blocks deep, by
//! Rosenfeld's formula (Analysis of hashrate-based double-spending, 2012), and the work that his branch
//! needs on average, in blocks. `cargo run -p shared --example rewriting`

#![allow(clippy::print_stdout, reason = "printing is what it does")]

fn main() {
    let depths = [1, 6, 20, 100];
    println!("| share of all work | {} |", depths.map(|depth| format!("{depth} deep")).join(" | "));
    println!("|{} --- |", " --- |".repeat(depths.len()));
    for percent in [5, 10, 30, 45] {
        let cells = depths.map(|depth| percentage(chance(f64::from(percent) / 100.0, depth)));
        println!("| {percent} % | {} |", cells.join(" | "));
    }
    println!("| more than 50 % |{}", " certain, sooner or later |".repeat(depths.len()));
}

/// `1 - sum over m = 0..=k of C(m + k - 1, m) (p^k q^m - p^m q^k)`.
fn chance(q: f64, depth: u32) -> f64 {
    let p = 1.0 - q;
    let mut binomial = 1.0;
    let mut undone = 1.0;
    for m in 0..=depth {
        if m > 0 {
            binomial *= f64::from(m + depth - 1) / f64::from(m);
        }
        let power = |base: f64, exponent: u32| base.powi(exponent.cast_signed());
        undone -= binomial * (power(p, depth) * power(q, m) - power(p, m) * power(q, depth));
    }
    undone.max(0.0)
}

fn percentage(chance: f64) -> String {
    match chance * 100.0 {
        percent if percent >= 1.0 => format!("{percent:.0} %"),
        percent if percent >= 0.01 => format!("{percent:.2} %"),
        _ => String::from("< 0.01 %"),
    }
}
