//! What code and documents say of each other.

use std::{collections::BTreeSet, fs};

use crate::files::{none, root, sources};

/// The numbers of the specification's sections: `4`, and `4.2` where a section has parts.
fn sections() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("shared/README.md")).unwrap();
    let headings = text.lines().filter(|line| line.starts_with("##"));
    let numbers =
        headings.filter_map(|line| line.trim_start_matches('#').split_whitespace().next());
    numbers.map(|number| number.trim_end_matches('.').to_owned()).collect()
}

#[test]
fn every_section_that_code_cites_exists() {
    let sections = sections();
    assert!(sections.contains("4"), "the specification has no section 4: {sections:?}");
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.path != "tests/tidy/references.rs") {
        for (index, line) in source.text.lines().enumerate() {
            for (at, mark) in line.match_indices('§') {
                // Another document's section has that document's name before it.
                let foreign = line[..at].split_whitespace().next_back().is_some_and(|word| {
                    word.chars().all(|c| c.is_ascii_digit()) && line.contains("RFC")
                });
                let number: String = line[at + mark.len()..]
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '.')
                    .collect();
                let number = number.trim_end_matches('.');
                if !foreign && !number.is_empty() && !sections.contains(number) {
                    found.push(format!("{}:{}: §{number}", source.path, index + 1));
                }
            }
        }
    }
    none("sections that shared/README.md does not have", &found);
}

#[test]
fn every_setting_of_a_node_is_in_its_readme() {
    let readme = fs::read_to_string(root().join("backend/README.md")).unwrap_or_default();
    let config = fs::read_to_string(root().join("backend/src/config.rs")).unwrap();
    let variables = config.split("env = \"").skip(1).filter_map(|rest| rest.split('"').next());
    let variables: Vec<&str> = variables.collect();
    assert!(variables.len() > 10, "the settings are not where they were: {variables:?}");
    let flag = |variable: &str| {
        variable.trim_start_matches("HALFPENNY_").to_ascii_lowercase().replace('_', "-")
    };
    let missing = variables.iter().map(|it| flag(it)).filter(|flag| {
        !readme.contains(&format!("`{flag}`")) && !readme.contains(&format!("--{flag}"))
    });
    none("settings that backend/README.md does not name", &missing.collect::<Vec<_>>());
}

#[test]
fn every_file_that_a_readme_links_to_exists() {
    let readmes = [
        "README.md",
        "shared/README.md",
        "backend/README.md",
        "frontend/README.md",
        "tests/README.md",
    ];
    let mut found = Vec::new();
    for name in readmes {
        let path = root().join(name);
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            let is_file = !file.is_empty() && !file.contains("://") && !file.contains(' ');
            if is_file && !path.parent().unwrap().join(file).exists() {
                found.push(format!("{name}: {link}"));
            }
        }
    }
    none("links to nowhere", &found);
}
