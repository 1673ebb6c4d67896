//! Hashes, addresses and text that came from the chain.

use shared::limits::MAX_MEMO_BYTES;

/// An id or address by its ends: `dhhc1qy3f…7k2m`. What is short stays whole.
#[must_use]
pub fn short(text: &str) -> String {
    let length = text.chars().count();
    if length <= 18 {
        return text.to_string();
    }
    let begin: String = text.chars().take(10).collect();
    let end: String = text.chars().skip(length - 6).collect();
    format!("{begin}…{end}")
}

/// A text in groups of four characters, to be read out or compared.
#[must_use]
pub fn groups_of_4(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(4).map(|group| group.iter().collect()).collect()
}

/// A memo, given in hex, as plain text. Bytes that are no text and characters that would move or
/// hide others are replaced; what is longer than any memo is cut.
#[must_use]
pub fn memo_text(hex: &str) -> String {
    let digits: Vec<u8> = hex
        .chars()
        .take(2 * MAX_MEMO_BYTES)
        .filter_map(|digit| u8::try_from(digit.to_digit(16)?).ok())
        .collect();
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect();
    plain(&String::from_utf8_lossy(&bytes))
}

/// A text with every character replaced that would move, hide or turn round others.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|character| if is_unseen(character) { '\u{fffd}' } else { character })
        .collect()
}

/// Whether a character moves, hides or turns round others.
pub(crate) fn is_unseen(character: char) -> bool {
    let invisible = [
        '\u{ad}'..='\u{ad}',
        '\u{61c}'..='\u{61c}',
        '\u{200b}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
        '\u{fe00}'..='\u{fe0f}',
        '\u{feff}'..='\u{feff}',
        '\u{fff9}'..='\u{fffb}',
        '\u{e0000}'..='\u{e0fff}',
    ];
    character.is_control() || invisible.iter().any(|range| range.contains(&character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_show_their_ends() {
        assert_eq!(short("abc"), "abc");
        assert_eq!(short("dhhc1qabcdefghijklmnopqrstuvwxyz"), "dhhc1qabcd…uvwxyz");
    }

    #[test]
    fn groups_cover_the_whole_text() {
        assert_eq!(groups_of_4("abcdefghij"), ["abcd", "efgh", "ij"]);
        assert!(groups_of_4("").is_empty());
    }

    #[test]
    fn memos_are_plain_text_whatever_their_bytes() {
        for (hex, text) in [
            ("", ""),
            ("6869", "hi"),
            ("c3a4", "ä"),
            ("ff", "\u{fffd}"),
            ("61e280ae62", "a\u{fffd}b"),
            ("3c623e", "<b>"),
            ("610a62", "a\u{fffd}b"),
            ("zz", ""),
        ] {
            assert_eq!(memo_text(hex), text, "{hex}");
        }
    }
}
