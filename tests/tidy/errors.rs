//! Every error has a stable code of its own, and a test that names it.

use std::collections::BTreeMap;

use crate::files::{none, sources};

/// An arm of a `code()` function: where it stands, its variant, and its code.
struct Arm {
    path: String,
    variant: String,
    code: String,
}

/// The arms `Self::Variant … => "code"` of all `code()` functions.
fn arms() -> Vec<Arm> {
    let mut arms = Vec::new();
    for source in sources() {
        let mut inside = false;
        for (_, line) in source.product() {
            inside |= line.contains("fn code(&self)");
            inside &= line != "    }";
            let Some((variant, code)) = line.split_once("=> \"").filter(|_| inside) else {
                continue;
            };
            let variant = variant.trim().trim_start_matches("Self::");
            let name: String = variant.chars().take_while(|c| c.is_alphanumeric()).collect();
            let code = code.split('"').next().unwrap_or_default().to_owned();
            arms.push(Arm { path: source.path.clone(), variant: name, code });
        }
    }
    arms
}

#[test]
fn codes_are_lower_case_words_with_hyphens() {
    let is_fine = |code: &str| {
        !code.is_empty()
            && code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    let bad = arms().into_iter().filter(|arm| !is_fine(&arm.code));
    none(
        "codes that programs cannot rely on",
        &bad.map(|arm| format!("{}: {}", arm.path, arm.code)).collect::<Vec<_>>(),
    );
}

#[test]
fn no_two_variants_of_one_file_share_a_code() {
    let mut seen = BTreeMap::new();
    let mut found = Vec::new();
    for arm in arms() {
        if let Some(other) = seen.insert((arm.path.clone(), arm.code.clone()), arm.variant.clone())
            && other != arm.variant
        {
            found.push(format!("{}: {} and {other} are both {}", arm.path, arm.variant, arm.code));
        }
    }
    none("codes that mean two things", &found);
}

#[test]
fn every_error_of_the_rules_is_named_in_a_test() {
    let tests: Vec<String> = sources().iter().map(crate::files::Source::tests).collect();
    let is_named = |arm: &Arm| {
        let (code, variant) = (format!("\"{}\"", arm.code), format!("::{}", arm.variant));
        tests.iter().any(|text| {
            text.contains(&code)
                || text.match_indices(&variant).any(|(at, _)| {
                    !text[at + variant.len()..].starts_with(|c: char| c.is_alphanumeric())
                })
        })
    };
    let all = arms();
    assert!(all.len() > 50, "the codes are not where they were");
    let rules = all.iter().filter(|arm| arm.path.starts_with("shared/src/"));
    let found = rules.filter(|arm| !is_named(arm));
    let found = found.map(|arm| format!("{}: {} ({})", arm.path, arm.variant, arm.code));
    none("errors without a test", &found.collect::<Vec<_>>());
}
