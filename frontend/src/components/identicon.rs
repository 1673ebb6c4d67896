//! A picture of an account: two halves of a coin in its own colours, and a mirrored pattern.
//!
//! It helps to see that two addresses differ. It proves nothing: who compares must compare the text.

use crate::prelude::*;
use crate::state::chain::use_chain;
use shared::account::Address;

/// What is drawn for 32 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Picture {
    ground: String,
    half: String,
    ink: String,
    turn: String,
    pattern: String,
}

/// The picture of the account behind an address.
#[component]
pub fn Identicon(
    /// The address.
    #[prop(into)]
    address: Signal<String>,
    /// Width and height in CSS pixels.
    #[prop(default = 40)]
    size: u32,
) -> impl IntoView {
    let chain = use_chain();
    let picture = Memo::new(move || {
        let account = chain.parameters.with(|chain| {
            let chain = chain.as_ref()?;
            address
                .with(|text| Address::parse(text, chain.prefix()).ok())
                .map(|address| address.account)
        });
        draw(account.map_or([0; 32], |account| account.0))
    });
    let part =
        move |pick: fn(&Picture) -> &String| move || picture.with(|picture| pick(picture).clone());
    view! {
        <svg class="identicon" viewBox="0 0 100 100" width=size height=size aria-hidden="true" focusable="false">
            <circle cx="50" cy="50" r="50" fill=part(|picture| &picture.ground)></circle>
            <path d="M50 0a50 50 0 0 1 0 100z" fill=part(|picture| &picture.half) transform=part(|picture| &picture.turn)></path>
            <path d=part(|picture| &picture.pattern) fill=part(|picture| &picture.ink)></path>
        </svg>
    }
}

fn draw(bytes: [u8; 32]) -> Picture {
    let [first, second, third, high, low, ..] = bytes;
    let hue = u32::from(first) * 360 / 256;
    // At least 90 degrees from the first, so that the pattern stands out.
    let other = (hue + 90 + u32::from(second) * 180 / 256) % 360;
    Picture {
        ground: format!("hsl({hue} 45% 84%)"),
        half: format!("hsl({hue} 48% 70%)"),
        ink: format!("hsl({other} 60% 30%)"),
        turn: format!("rotate({} 50 50)", u32::from(third) % 12 * 30),
        pattern: pattern(u16::from_be_bytes([high, low])),
    }
}

/// Three columns of five cells for fifteen bits, mirrored to five columns.
fn pattern(bits: u16) -> String {
    let mut path = String::new();
    for cell in 0..15_u16 {
        if bits >> cell & 1 == 0 {
            continue;
        }
        let (column, row) = (cell % 3, cell / 3);
        let mirrored = 4 - column;
        for column in if column == mirrored { vec![column] } else { vec![column, mirrored] } {
            path.push_str(&format!("M{} {}h12v12h-12z", 20 + column * 12, 20 + row * 12));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_mirrored_and_depends_on_the_account_alone() {
        assert_eq!(pattern(0b1), "M20 20h12v12h-12zM68 20h12v12h-12z");
        assert_eq!(pattern(0b100), "M44 20h12v12h-12z");
        assert_eq!(draw([7; 32]), draw([7; 32]));
        assert_ne!(draw([7; 32]), draw([8; 32]));
    }
}
