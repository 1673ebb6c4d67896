//! QR codes: drawn as a path of SVG, read from a picture in shades of grey.
//!
//! Tables and search of both are larger than most pages of the app, and few visits need them: so they
//! are a worker of their own. A question is a byte for its kind and what follows it; the answer is
//! text, empty where there is none.

use std::fmt::Write as _;

/// White modules around a code, which readers need.
const QUIET: usize = 4;
/// Pixels of a picture, at most: more than any that is asked about.
const MOST_PIXELS: usize = 4_000_000;

/// Answers a question: `0`, then a text in UTF-8, to be drawn: its width in modules, a space, the path;
/// `1`, then width and height as 32-bit little-endian numbers and a byte for each pixel, to be read.
#[must_use]
pub fn answer(question: &[u8]) -> String {
    let answer = match question.split_first() {
        Some((0, text)) => str::from_utf8(text).ok().and_then(draw),
        Some((1, picture)) => read(picture),
        _ => None,
    };
    answer.unwrap_or_default()
}

/// Width with the quiet zone, and the path of the dark modules. `None` when the text is too long.
fn draw(text: &str) -> Option<String> {
    let code = fast_qr::QRBuilder::new(text).build().ok()?;
    let mut path = format!("{} ", code.size + 2 * QUIET);
    for row in 0..code.size {
        let line = code.data.get(row * code.size..(row + 1) * code.size)?;
        let mut column = 0;
        while column < line.len() {
            let dark = |module: &&fast_qr::Module| module.value();
            let length = line.iter().skip(column).take_while(dark).count();
            if length > 0 {
                write!(path, "M{} {}h{length}v1h-{length}z", column + QUIET, row + QUIET).ok()?;
            }
            column += length.max(1);
        }
    }
    Some(path)
}

/// The text of the first code in a picture that can be read.
fn read(picture: &[u8]) -> Option<String> {
    let (width, rest) = picture.split_first_chunk()?;
    let (height, pixels) = rest.split_first_chunk()?;
    let width = usize::try_from(u32::from_le_bytes(*width)).ok()?;
    let height = usize::try_from(u32::from_le_bytes(*height)).ok()?;
    let size = width.checked_mul(height).filter(|size| *size <= MOST_PIXELS)?;
    if size == 0 || pixels.len() != size {
        return None;
    }
    let pixel = |x: usize, y: usize| pixels.get(y * width + x).copied().unwrap_or(u8::MAX);
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, pixel);
    let codes = picture.detect_grids();
    codes.into_iter().find_map(|code| code.decode().ok()).map(|(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(kind: u8, rest: &[u8]) -> String {
        answer(&[&[kind], rest].concat())
    }

    /// The picture of a drawing with so many pixels for each module, as a question.
    fn picture(drawing: &str, scale: usize) -> Vec<u8> {
        let (size, path) = drawing.split_once(' ').unwrap();
        let size: usize = size.parse().unwrap();
        let width = size * scale;
        let mut pixels = vec![u8::MAX; width * width];
        for bar in path.split('M').skip(1) {
            let numbers: Vec<usize> = bar
                .split(|letter: char| !letter.is_ascii_digit())
                .filter_map(|number| number.parse().ok())
                .collect();
            let (x, y, length) = (numbers[0], numbers[1], numbers[2]);
            for line in y * scale..(y + 1) * scale {
                pixels[line * width + x * scale..line * width + (x + length) * scale].fill(0);
            }
        }
        let side = u32::try_from(width).unwrap().to_le_bytes();
        [&side[..], &side[..], &pixels].concat()
    }

    #[test]
    fn a_code_begins_with_its_finder_and_has_a_quiet_zone() {
        let drawing = ask(0, b"DHHC1QQQ");
        assert!(drawing.starts_with("29 M4 4h7v1h-7z"), "{drawing}");
        assert_eq!(ask(0, "x".repeat(5_000).as_bytes()), "");
    }

    #[test]
    fn what_is_drawn_is_read() {
        let address = "dhhc1qw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7k";
        for text in [
            format!("HALFPENNY:{}", address.to_uppercase()),
            format!("halfpenny:{address}?amount=1.5&label=Caf%C3%A9"),
            address.to_string(),
        ] {
            for scale in [3, 7] {
                assert_eq!(ask(1, &picture(&ask(0, text.as_bytes()), scale)), text);
            }
        }
    }

    #[test]
    fn pictures_without_a_code_and_nonsense_have_no_text() {
        let side = 40_u32.to_le_bytes();
        let blank = [&side[..], &side[..], &[u8::MAX; 1_600]].concat();
        let short = [&side[..], &side[..], &[0; 5]].concat();
        let huge = [u8::MAX; 8];
        for rest in [&blank[..], &short, &huge, &[0; 8], &[]] {
            assert_eq!(ask(1, rest), "");
        }
        assert_eq!((ask(2, b"x"), answer(&[])), (String::new(), String::new()));
    }
}
