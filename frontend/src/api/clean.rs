//! What a node wrote, made harmless before anything else reads it: a page shows it as text, and text can
//! lie as well. Pure.

use crate::format::is_unseen;
use std::str::Chars;

/// Characters of a text, at most; the interface has none that is longer, but for [`BYTES`].
const MAX_TEXT: usize = 1_000;
/// Fields that hold canonical bytes, in hex.
const BYTES: [&str; 5] = ["transaction", "transactions", "header", "parent", "proof"];
/// Numbers are exact below this (§11), and sums of a few of them overflow nowhere.
const MAX_NUMBER: u64 = 1 << 53;
/// Objects and lists within each other, at most; the interface has four.
const MAX_DEPTH: u32 = 16;

/// The JSON `text` with every character replaced that would move, hide or turn round others, and with
/// texts cut that are longer than any should be. `None` when a number is too large, or the text is
/// deeper than any answer.
pub(crate) fn cleaned(text: &str) -> Option<String> {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars();
    let (mut depth, mut number) = (0_u32, 0_u64);
    // Where the last string begins, and what the field is called that is being read.
    let (mut begin, mut field) = (0, String::new());
    while let Some(character) = rest.next() {
        match character.to_digit(10) {
            Some(digit) => number = number.checked_mul(10)?.checked_add(u64::from(digit))?,
            None => number = 0,
        }
        if number > MAX_NUMBER {
            return None;
        }
        clean.push(character);
        match character {
            '"' => {
                begin = clean.len();
                string(&mut rest, &mut clean, BYTES.contains(&field.as_str()))?;
            }
            ':' => field = clean.get(begin..clean.len().checked_sub(2)?)?.to_string(),
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return None;
        }
    }
    Some(clean)
}

/// Copies the rest of a string, with its closing quotation mark; a long one only if it is hex where hex
/// is expected.
fn string(rest: &mut Chars<'_>, clean: &mut String, mut is_hex: bool) -> Option<()> {
    let mut length = 0_usize;
    loop {
        let (character, is_escaped) = match rest.next()? {
            '"' => break,
            '\\' => (escaped(rest)?, true),
            character => (character, false),
        };
        is_hex &= character.is_ascii_hexdigit();
        length += 1;
        if length > MAX_TEXT && !is_hex {
            continue;
        }
        match character {
            _ if is_unseen(character) => clean.push('\u{fffd}'),
            '"' | '\\' if is_escaped => clean.extend(['\\', character]),
            _ => clean.push(character),
        }
    }
    if length > MAX_TEXT && !is_hex {
        clean.push('…');
    }
    clean.push('"');
    Some(())
}

/// The character that an escape stands for. Half of a pair, or a pair, stands for something that cannot
/// be read: nothing that a node has to say needs one.
fn escaped(rest: &mut Chars<'_>) -> Option<char> {
    Some(match rest.next()? {
        'u' => {
            let mut code = 0;
            for _ in 0..4 {
                code = code * 16 + rest.next()?.to_digit(16)?;
            }
            char::from_u32(code).unwrap_or('\u{fffd}')
        }
        'b' | 'f' | 'n' | 'r' | 't' => '\u{fffd}',
        character => character,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_harmless_stays() {
        for text in [
            r#"{"a":[1,-2,0.5,null,true],"b":"a \"b\" \\ c","c":{}}"#,
            r#"{"number":9007199254740992,"text":"99999999999999999999"}"#,
            r#"{"name":"ä€😀"}"#,
            "",
            "no JSON at all",
        ] {
            assert_eq!(cleaned(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn characters_that_hide_or_turn_others_are_replaced_however_they_are_written() {
        for text in [
            "\"a\u{202e}b\"",
            r#""a\u202eb""#,
            r#""a\u202Eb""#,
            r#""a\u0000b""#,
            r#""a\nb""#,
            r#""a\ud83db""#,
            "\"a\u{e0041}b\"",
        ] {
            assert_eq!(cleaned(text).as_deref(), Some("\"a\u{fffd}b\""), "{text}");
        }
        assert_eq!(cleaned(r#""\u0022\u005c\u0061""#).as_deref(), Some(r#""\"\\a""#));
    }

    #[test]
    fn long_texts_are_cut_but_for_canonical_bytes() {
        let cut = cleaned(&format!("\"{}\"", "x".repeat(1_000_000))).unwrap();
        assert_eq!(cut, format!("\"{}…\"", "x".repeat(MAX_TEXT)));
        for fields in [r#"{"a":1,"proof":"#, r#"{"transactions":["00","#] {
            let hex = format!("{fields}\"{}\"", "ab".repeat(500_000));
            assert_eq!(cleaned(&hex), Some(hex));
        }
        for fields in [r#"{"proof":"","id":"#, r#"{"a":"proof","id":"#, r#"["proof","#] {
            let hex = format!("{fields}\"{}\"", "ab".repeat(500_000));
            assert!(cleaned(&hex).unwrap().len() < 2_000, "{fields}");
        }
    }

    #[test]
    fn what_no_node_would_answer_is_refused() {
        for text in ["9007199254740993", "18446744073709551615", "[99999999999999999999999]"] {
            assert_eq!(cleaned(text), None, "{text}");
        }
        assert_eq!(cleaned(&"[".repeat(17)), None);
        assert_eq!(cleaned("\"no end"), None);
        assert_eq!(cleaned(r#""\u12"#), None);
    }
}
