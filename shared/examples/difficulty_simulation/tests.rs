//! Whether the appendix of the specification has the tables that the program makes.

use super::*;

/// The appendix as it stands.
fn appendix() -> &'static str {
    let text = include_str!("../../README.md");
    let from = text.find("\n## A ").expect("an appendix A");
    let to = text.find("\n## B ").expect("an appendix B");
    &text[from..to]
}

fn has(table: &Table) {
    let (made, appendix) = (table.to_string(), appendix());
    for line in made.lines() {
        assert!(appendix.contains(line), "the appendix has not\n{line}\nfrom\n{made}");
    }
    assert!(appendix.contains(&made), "the lines stand in another order or apart:\n{made}");
}

#[test]
fn the_appendix_has_every_table_of_the_program_and_one_more() {
    let heads = appendix().lines().filter(|line| line.starts_with("| --- "));
    // What was decided, and why.
    assert_eq!(heads.count(), TABLES.len() + 1);
}

macro_rules! tables {
    ($($name:ident: $table:path;)*) => {$(
        #[test]
        fn $name() {
            has(&$table());
        }
    )*};
}

tables! {
    the_table_of_gaps_is_what_the_program_makes: shocks::gaps;
    the_table_of_comings_and_goings_is_what_the_program_makes: week::comings_and_goings;
    the_table_of_latencies_is_what_the_program_makes: forks::latencies;
    the_table_of_storms_is_what_the_program_makes: forks::storms;
    the_table_of_cuts_is_what_the_program_makes: forks::cuts;
}

macro_rules! long_tables {
    ($($name:ident: $table:path;)*) => {$(
        #[test]
        #[ignore = "long tier"]
        fn $name() {
            has(&$table());
        }
    )*};
}

long_tables! {
    the_table_of_rules_is_what_the_program_makes: shocks::rules;
    the_table_of_half_lives_is_what_the_program_makes: shocks::half_lives;
    the_table_of_grace_is_what_the_program_makes: liars::grace;
    the_table_of_liars_is_what_the_program_makes: liars::strategies;
    the_table_of_private_branches_is_what_the_program_makes: liars::private_branches;
}
