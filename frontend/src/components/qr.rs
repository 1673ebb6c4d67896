//! QR codes as one path of SVG.

use crate::prelude::*;
use fast_qr::QRBuilder;
use std::fmt::Write as _;

/// White modules around the code, which readers need.
const QUIET: usize = 4;

/// A QR code. Upper-case text makes a smaller one.
#[component]
pub fn QrCode(
    /// What it says.
    #[prop(into)]
    text: Signal<String>,
    /// The accessible name.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let drawing = Memo::new(move || text.with(|text| draw(text)));
    shown(move || {
        let label = label.clone();
        drawing.get().map(|(size, path)| {
            view! {
                <svg class="qr" role="img" aria-label=label viewBox=format!("0 0 {size} {size}") width="256" height="256">
                    <path d=path fill="currentColor"></path>
                </svg>
            }
        })
    })
}

/// Width with the quiet zone, and the path of the dark modules. `None` when the text is too long.
fn draw(text: &str) -> Option<(usize, String)> {
    let code = QRBuilder::new(text).build().ok()?;
    let mut path = String::new();
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
    Some((code.size + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_begins_with_its_finder_and_has_a_quiet_zone() {
        let (size, path) = draw("DHHC1QQQ").unwrap();
        assert_eq!(size, 21 + 8);
        assert!(path.starts_with("M4 4h7v1h-7z"), "{path}");
        assert_eq!(draw(&"x".repeat(5000)), None);
    }
}
