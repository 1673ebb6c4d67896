//! The bugs that `scripts/mutants` plants, and those that it may leave.

use std::{collections::BTreeSet, fs};

use crate::files::{none, root};

fn lines(name: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("tests/mutants").join(name)).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn every_planted_bug_has_its_place_and_a_name_of_its_own() {
    let (mut names, mut found) = (BTreeSet::new(), Vec::new());
    let (mut name, mut text, mut sought) = (String::new(), String::new(), String::new());
    for line in lines("planted.txt") {
        if let Some(named) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            name = named.to_owned();
            if !names.insert(name.clone()) {
                found.push(format!("{name}: there are two of that name"));
            }
        } else if let Some((key, value)) = line.split_once(" = ") {
            match key {
                "tests" => {}
                "file" => text = fs::read_to_string(root().join(value)).unwrap_or_default(),
                "find" => sought = value.to_owned(),
                "put" if text.matches(&sought).count() != 1 || sought == value => {
                    found.push(format!("{name}: not exactly once: {sought}"));
                }
                "put" => {}
                _ => found.push(format!("{name}: {line}")),
            }
        } else if !line.is_empty() && !line.starts_with('#') {
            found.push(format!("neither a name nor a part: {line}"));
        }
    }
    none("bugs that cannot be planted", &found);
    assert!(names.len() >= 25, "{}", names.len());
}

#[test]
fn every_bug_that_survives_is_explained() {
    let lines = lines("survivors.txt");
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let named = |line: &str| !line.is_empty() && !line.starts_with(['#', ' ']);
    let unexplained = lines.iter().enumerate().filter(|(at, line)| {
        let reason = lines[at + 1..].iter().find(|line| !named(line));
        named(line) && !reason.is_some_and(|reason| reason.starts_with("    "))
    });
    none("no reason below", &unexplained.map(|(_, line)| (*line).to_owned()).collect::<Vec<_>>());
}
