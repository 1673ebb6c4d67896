//! Colours: text can be read on every ground that it stands on, in both themes (WCAG 2.2, 1.4.3 and 1.4.11).

use std::{collections::BTreeMap, fs};

use crate::files::{name, none, root, walk};

/// What text needs.
const TEXT: f64 = 4.5;
/// What outlines of controls, and what shows where the focus is, need.
const SHAPE: f64 = 3.0;

/// Linear red, green and blue, 0 to 1.
type Colour = [f64; 3];

/// Each colour of the tokens, in the light theme and in the dark one.
fn tokens() -> BTreeMap<String, [Colour; 2]> {
    let text = fs::read_to_string(root().join("frontend/style/tokens.css")).unwrap();
    let pairs = text.lines().filter_map(|line| {
        let (token, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
        let (light, dark) = value.strip_suffix(");")?.split_once(", ")?;
        Some((token.to_owned(), [colour(light)?, colour(dark)?]))
    });
    pairs.collect()
}

/// A colour such as `#97461a`.
fn colour(text: &str) -> Option<Colour> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    Some([part(0)?, part(2)?, part(4)?])
}

fn contrast(one: Colour, other: Colour) -> f64 {
    let light = |[red, green, blue]: Colour| 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
    let (one, other) = (light(one), light(other));
    one.max(other) / one.min(other)
}

#[test]
fn the_contrast_is_that_of_the_guidelines() {
    let [black, white, grey] = ["#000000", "#ffffff", "#767676"].map(|text| colour(text).unwrap());
    assert!((contrast(black, white) - 21.0).abs() < 0.01);
    // The lightest grey that may stand on white.
    assert!((contrast(grey, white) - 4.54).abs() < 0.01);
}

#[test]
fn text_and_controls_can_be_seen_on_every_ground_in_both_themes() {
    let tokens = tokens();
    assert!(tokens.len() >= 16, "the tokens are not read: {:?}", tokens.keys());
    let mut pairs = Vec::new();
    for ground in ["paper", "surface", "sunk"] {
        for text in ["ink", "muted", "accent", "good", "warn", "bad"] {
            pairs.push((text, ground, TEXT));
        }
        pairs.push(("accent", ground, SHAPE));
    }
    for ground in ["paper", "surface"] {
        pairs.push(("outline", ground, SHAPE));
    }
    for (tone, ground) in [
        ("accent", "accent-soft"),
        ("good", "good-soft"),
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
    ] {
        pairs.extend([(tone, ground, TEXT), ("ink", ground, TEXT)]);
    }
    pairs.push(("on-accent", "accent", TEXT));
    let too_little = pairs.into_iter().flat_map(|(text, ground, least)| {
        let [texts, grounds] = [text, ground].map(|token| tokens[token]);
        let both = ["light", "dark"].into_iter().zip(texts.into_iter().zip(grounds));
        both.filter_map(move |(theme, (one, other))| {
            let has = contrast(one, other);
            (has < least).then(|| format!("--{text} on --{ground}, {theme}: {has:.2} of {least}"))
        })
    });
    none("too little contrast", &too_little.collect::<Vec<_>>());
}

/// A rule of a style sheet: path, selector, and declarations by property and value.
type Rule = (String, String, Vec<(String, String)>);

/// The innermost rules of all style sheets.
fn rules() -> Vec<Rule> {
    let mut paths = Vec::new();
    for folder in ["frontend/style", "frontend/kit"] {
        walk(&root().join(folder), "css", &mut paths);
    }
    assert!(paths.len() > 5, "the style sheets are not found: {paths:?}");
    let mut rules = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        for block in text.split('}') {
            let Some((before, body)) = block.rsplit_once('{') else { continue };
            let selector = before.rsplit(['{', ';', '/']).next().unwrap_or_default().trim();
            let declarations = body.split(';').filter_map(|line| {
                let (property, value) = line.rsplit("*/").next()?.split_once(':')?;
                Some((property.trim().to_owned(), value.trim().to_owned()))
            });
            rules.push((name(&path), selector.to_owned(), declarations.collect()));
        }
    }
    rules
}

#[test]
fn what_a_rule_writes_can_be_read_on_what_it_paints() {
    let tokens = tokens();
    let token = |value: &str| {
        let token = value.strip_prefix("var(--")?.strip_suffix(')')?;
        tokens.get(token).copied()
    };
    let mut found = Vec::new();
    let mut seen = 0;
    for (path, selector, declarations) in rules() {
        let of = |property: &str| {
            declarations
                .iter()
                .rev()
                .find(|(name, _)| name == property)
                .and_then(|(_, value)| token(value))
        };
        let Some((text, ground)) =
            of("color").zip(of("background").or_else(|| of("background-color")))
        else {
            continue;
        };
        seen += 1;
        for (theme, (text, ground)) in
            ["light", "dark"].into_iter().zip(text.into_iter().zip(ground))
        {
            let has = contrast(text, ground);
            if has < TEXT {
                found.push(format!("{path}: {selector}, {theme}: {has:.2} of {TEXT}"));
            }
        }
    }
    assert!(seen > 8, "only {seen} rules are understood");
    none("text that cannot be read", &found);
}

#[test]
fn no_rule_has_a_colour_of_its_own() {
    // White behind QR codes, black behind the camera's picture, and the shade behind dialogs are the same
    // in both themes. What is a length or a name of something is no colour.
    const SAME: [&str; 3] = ["#fff", "#000", "#0b0a0880"];
    let mut found = Vec::new();
    for (path, selector, declarations) in rules() {
        if path.ends_with("tokens.css") || path.contains("/kit/") {
            continue;
        }
        for (property, value) in declarations {
            let words = value.split([' ', ',', '(', ')']);
            let mut own = words.filter(|word| word.starts_with('#') && !SAME.contains(word));
            if let Some(colour) = own.next() {
                found.push(format!("{path}: {selector}: {property}: {colour}"));
            }
        }
    }
    none("a colour that is no token, and so has no dark theme", &found);
}
