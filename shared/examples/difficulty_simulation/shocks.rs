//! Hash rate that comes and goes: a class leaves, a week is idle, a GPU joins.

use crate::liars::luck_of_raising;
use crate::rules::{CHOSEN, DRAFT, Rule, clock_rule, with_half_life};
use crate::statistics::Sample;
use crate::table::Table;
use crate::world::{Outcome, Phase, World};

/// Runs of every scenario, each with its own seed.
const RUNS: u64 = 60;
/// A lesson's minutes; 180 blocks are due.
const LESSON: f64 = 45.0;
/// Tabs of a class.
const CLASS: f64 = 30.0;
/// A lesson and its break: long enough that every rule has settled.
const SETTLE: Phase = Phase::tabs(CLASS, 90.0);

/// The chosen rule beside its alternatives.
pub fn rules() -> Table {
    let no_grace = clock_rule(300, 0, 1_200);
    let rules = [
        ("**§10: 300 s, grace 660, max_gap 1860, ceiling**", Rule::Clock(CHOSEN)),
        ("the same without the ceiling", Rule::NoCeiling(CHOSEN)),
        ("the same without grace, max_gap 1200", Rule::Clock(no_grace)),
        ("first draft: 600 s, grace 600, max_gap 4800, no ceiling", Rule::NoCeiling(DRAFT)),
        ("ASERT from genesis, half-life 300", Rule::Absolute(CHOSEN)),
        ("LWMA-90", Rule::Lwma(90)),
    ];
    let rows = rules.into_iter().map(|(name, rule)| {
        let left = class_leaves(rule);
        let steady = steady(rule);
        format!(
            "{name} | {} | {} | {} | {} | {:.0} | {:.0}",
            steady.spread(),
            firsts(&left).typical_times(),
            recoveries(&left).typical_times(),
            firsts(&after_a_week(rule, CLASS)).typical_times(),
            first_lesson(rule).mean(),
            after_single_blocks(rule).mean(),
        )
    });
    Table::new(
        "The rule and its alternatives",
        "rule | steady: mean / sd / p95 | class leaves, one tab stays: first block (median/p95) \
         | ... until 15 s again | week idle, one tab: first block | week idle, the class again: \
         blocks in the lesson (180 due) | one block a day, then a lesson",
        rows.collect(),
    )
}

/// What the half-life decides.
pub fn half_lives() -> Table {
    let rows = [120, 150, 240, 300, 600, 1_200, 2_400].map(|half_life| {
        let rule = with_half_life(half_life);
        let [joined, left] = gpu_visits(rule);
        let luck =
            [0.25, 0.5, 0.7].map(|share| format!("{:.0e}", luck_of_raising(half_life, share)));
        let within: Sample = joined.iter().map(|phase| phase.blocks_within(600.0)).collect();
        format!(
            "{half_life} s | {:.1} s | {} | {:.0} | {} | {} | {:.0} | {}",
            steady(rule).deviation(),
            recoveries(&class_leaves(rule)).typical_times(),
            within.mean(),
            firsts(&left).typical_times(),
            recoveries(&left).typical_times(),
            first_lesson(rule).mean(),
            luck.join(" / "),
        )
    });
    Table::new(
        "Half-life (grace 660, max_gap 660 + 4 half-lives)",
        "half-life | steady: sd | class leaves: 15 s again after | GPU joins (x 101): blocks in \
         its first 10 min (40 due) | GPU leaves: first block | ... 15 s again after | week idle: \
         blocks in the lesson (180 due) | luck that 0.25 / 0.5 / 0.7 of the work beats all of it",
        rows.into(),
    )
}

/// What `max_gap` decides.
pub fn gaps() -> Table {
    let rows = [1, 2, 3, 4, 5, 6, 8, 16].map(|doublings| {
        let rule = Rule::Clock(clock_rule(300, 660, 660 + 300 * doublings));
        format!(
            "660 + {doublings} half-lives | {} | {} | {} | {:.0}",
            firsts(&after_a_week(rule, CLASS)).typical_times(),
            firsts(&after_a_week(rule, 200.0)).typical_times(),
            firsts(&after_a_week(rule, 1_010.0)).typical_times(),
            first_lesson(rule).mean(),
        )
    });
    Table::new(
        "max_gap (half-life 300, grace 660)",
        "max_gap | week idle, 30 tabs -> 1: first block (median / p95) | 200 tabs -> 1 \
         | GPU and 10 tabs -> 1 | week idle, the class again: blocks in the lesson (180 due)",
        rows.into(),
    )
}

/// The phase after the class has left one tab alone.
pub fn class_leaves(rule: Rule) -> Vec<Outcome> {
    last_of(rule, 1, &[SETTLE, Phase::tabs(1.0, 360.0)])
}

/// Seconds to the first block of each run.
pub fn firsts(outcomes: &[Outcome]) -> Sample {
    outcomes.iter().map(Outcome::first).collect()
}

fn recoveries(outcomes: &[Outcome]) -> Sample {
    outcomes.iter().map(|outcome| outcome.recovered).collect()
}

/// Intervals while a class mines all day.
fn steady(rule: Rule) -> Sample {
    let days = last_of(rule, 2, &[SETTLE, Phase::tabs(CLASS, 720.0)]);
    days.iter().flat_map(Outcome::intervals).collect()
}

/// One tab, after a week in which the hash rate of so many tabs was the last.
fn after_a_week(rule: Rule, tabs: f64) -> Vec<Outcome> {
    let before = Phase::tabs(tabs, 90.0);
    last_of(rule, 3, &[before, Phase::idle(168.0), Phase::tabs(1.0, 1_440.0)])
}

/// Blocks in a class's first lesson after a week.
fn first_lesson(rule: Rule) -> Sample {
    let lesson = Phase::tabs(CLASS, LESSON);
    blocks(&last_of(rule, 4, &[SETTLE, Phase::idle(168.0), lesson]))
}

/// Blocks in a lesson, after forty days on which one tab found one block each.
fn after_single_blocks(rule: Rule) -> Sample {
    let mut phases = vec![SETTLE];
    for _ in 0..40 {
        phases.extend([Phase::idle(12.0), Phase { blocks: 1, ..Phase::tabs(1.0, 720.0) }]);
    }
    phases.extend([Phase::idle(24.0), Phase::tabs(CLASS, LESSON)]);
    blocks(&last_of(rule, 5, &phases))
}

/// Ten tabs; a GPU of a thousand tabs joins them for an hour; the ten tabs again.
fn gpu_visits(rule: Rule) -> [Vec<Outcome>; 2] {
    let tabs = Phase::tabs(10.0, 90.0);
    let visit = [tabs, Phase::tabs(1_010.0, 60.0)];
    let after = [visit[0], visit[1], Phase::tabs(10.0, 1_440.0)];
    [last_of(rule, 6, &visit), last_of(rule, 6, &after)]
}

fn blocks(outcomes: &[Outcome]) -> Sample {
    outcomes.iter().map(|outcome| outcome.found.len() as f64).collect()
}

/// The last phase's outcome in each run.
fn last_of(rule: Rule, scenario: u64, phases: &[Phase]) -> Vec<Outcome> {
    (0..RUNS).filter_map(|run| World::new(rule, scenario * 1_000 + run).run(phases).pop()).collect()
}
