//! Whole days: tabs that come and go, and a school week.

use crate::rules::{CHOSEN, DRAFT, INTERVAL, Rule};
use crate::statistics::{Sample, time};
use crate::table::Table;
use crate::world::{Phase, World};

/// Minutes of a school week, from Monday 0:00.
const WEEK: f64 = 7.0 * 1_440.0;

/// One rule's school week.
pub struct Week {
    /// The rule's name.
    pub name: &'static str,
    /// For each block, seconds since Monday 0:00.
    pub found: Vec<f64>,
    /// For each block, log2 of its work.
    pub bits: Vec<f64>,
}

/// How evenly blocks come while the hash rate changes all the time.
pub fn comings_and_goings() -> Table {
    let mut rows = Vec::new();
    for (name, schedule) in [
        ("one tab for a week", vec![Phase::tabs(1.0, WEEK)]),
        ("200 tabs for a week", vec![Phase::tabs(200.0, WEEK)]),
        ("1 to 200 tabs that come and go, a week", random_tabs()),
        ("a school week", school()),
    ] {
        for (rule_name, rule) in rules() {
            rows.push(row(name, rule_name, rule, &schedule));
        }
    }
    Table::new(
        "Comings and goings",
        "who mines | rule | blocks (due while somebody mined) | mean / sd / p95 interval \
         | longest wait while somebody mined",
        rows,
    )
}

/// The same school week under each rule, after one such week to settle.
pub fn school_weeks() -> Vec<Week> {
    rules().map(|(name, rule)| school_week(name, rule)).into()
}

/// A school week: five days of lessons with breaks between, one tab in the evening, a GPU for an
/// hour on Wednesday, nobody at night and at the weekend.
pub fn school() -> Vec<Phase> {
    let mut phases = Vec::new();
    for day in 0..5 {
        phases.push(Phase::idle(8.0));
        for lesson in 0..5 {
            let guests = if day == 2 && lesson == 3 { 1_000.0 } else { 0.0 };
            phases.extend([Phase::tabs(30.0 + guests, 45.0), Phase::tabs(2.0, 15.0)]);
        }
        phases.extend([Phase::tabs(1.0, 240.0), Phase::idle(7.0)]);
    }
    phases.push(Phase::idle(48.0));
    phases
}

fn rules() -> [(&'static str, Rule); 4] {
    [
        ("§10", Rule::Clock(CHOSEN)),
        ("first draft", Rule::NoCeiling(DRAFT)),
        ("ASERT from genesis", Rule::Absolute(CHOSEN)),
        ("LWMA-90", Rule::Lwma(90)),
    ]
}

/// A week in which every ten minutes, on average, another number of tabs from 1 to 200 is open,
/// small numbers as likely as large ones.
fn random_tabs() -> Vec<Phase> {
    let mut dice = World::new(Rule::Clock(CHOSEN), 99);
    let mut phases = Vec::new();
    let mut minutes = 0.0;
    while minutes < WEEK {
        let stay = -10.0 * dice.draw().ln();
        phases.push(Phase::tabs(200_f64.powf(dice.draw()).round(), stay));
        minutes += stay;
    }
    phases
}

fn row(name: &str, rule_name: &str, rule: Rule, schedule: &[Phase]) -> String {
    let (mut blocks, mut due) = (0, 0.0);
    let (mut intervals, mut waits) = (Sample::default(), Sample::default());
    for run in 0..4 {
        let mut world = World::new(rule, 9_000 + run);
        world.run(&[Phase::tabs(30.0, 90.0)]);
        let mut waited = 0.0;
        for (phase, outcome) in schedule.iter().zip(world.run(schedule)) {
            if phase.hash_rate == 0.0 {
                waits.extend([waited]);
                waited = 0.0;
                continue;
            }
            blocks += outcome.found.len();
            due += phase.seconds / INTERVAL as f64;
            let mut last = -waited;
            for found in &outcome.found {
                intervals.extend([found - last]);
                last = *found;
            }
            waited = phase.seconds - last;
        }
        waits.extend([waited]);
    }
    waits.extend([intervals.longest()]);
    format!(
        "{name} | {rule_name} | {} ({:.0}) | {} | {}",
        blocks / 4,
        due / 4.0,
        intervals.spread(),
        time(waits.longest()),
    )
}

fn school_week(name: &'static str, rule: Rule) -> Week {
    let mut world = World::new(rule, 11);
    world.run(&school());
    let monday = world.time;
    let mut week = Week { name, found: Vec::new(), bits: Vec::new() };
    for phase in school() {
        let end = world.time + phase.seconds;
        let mut work = world.chain.work;
        while world.mine(end, phase.hash_rate) {
            week.found.push(world.time - monday);
            week.bits.push((world.chain.work - work).log2());
            work = world.chain.work;
        }
        world.time = end;
    }
    week
}
