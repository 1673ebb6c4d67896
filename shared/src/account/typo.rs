//! Where a mistyped address is probably wrong (§4). Only told, never mended: coins must not go to a guess.

use alloc::{format, string::String, vec::Vec};
use bech32::{Bech32m, Checksum as _, Fe32, primitives::checksum::Engine};

/// Symbols behind the separator: version, 52 of the id, 6 of the checksum.
const SYMBOLS: usize = 59;
/// Any two wrong symbols of this code can be told from any other two, more cannot.
const MOST: usize = 2;

/// The characters of an address under `prefix` that look wrong, at most two, the first of the text
/// being 1. Empty when the text has another length, is right, or has more mistakes than can be found.
pub(super) fn suspects(text: &str, prefix: &str) -> Vec<usize> {
    let text = text.to_lowercase();
    let data = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('1'));
    let Some(data) = data.filter(|data| data.chars().count() == SYMBOLS) else {
        return Vec::new();
    };
    let first = prefix.len() + 2;
    let symbols: Vec<_> = data.chars().map(|it| Fe32::from_char(it).ok()).collect();
    let unknown = symbols.iter().enumerate().filter(|(_, symbol)| symbol.is_none());
    let unknown: Vec<usize> = unknown.map(|(index, _)| first + index).collect();
    match (unknown.len(), bech32::Hrp::parse(prefix)) {
        (0, Ok(hrp)) => {
            let mut engine = Engine::<Bech32m>::new();
            engine.input_hrp(hrp);
            symbols.into_iter().flatten().for_each(|symbol| engine.input_fe(symbol));
            let from_end = wrong_places(engine.residue() ^ Bech32m::TARGET_RESIDUE);
            from_end.iter().rev().map(|place| first + SYMBOLS - 1 - place).collect()
        }
        (1..=MOST, _) => unknown,
        _ => Vec::new(),
    }
}

/// The places, counted from the last symbol, whose change moves the checksum by `off`. It is linear:
/// what two changes move it by is what each moves it by, added without carry.
fn wrong_places(off: u32) -> Vec<usize> {
    let mut moved: Vec<(u32, usize)> = (1..32).flat_map(moved_by).collect();
    moved.sort_unstable();
    let place_of = |by: u32| {
        let index = moved.binary_search_by_key(&by, |(by, _)| *by).ok()?;
        moved.get(index).map(|(_, place)| *place)
    };
    if let Some(place) = place_of(off) {
        return Vec::from([place]);
    }
    let pair = moved.iter().find_map(|(by, place)| Some((*place, place_of(off ^ by)?)));
    pair.filter(|(one, other)| one != other)
        .map_or_else(Vec::new, |(one, other)| Vec::from([one.min(other), one.max(other)]))
}

/// What the change of one symbol by `by` moves the checksum by, at every place from the last on.
fn moved_by(by: u8) -> impl Iterator<Item = (u32, usize)> {
    let engine = |symbol: u8| {
        let mut engine = Engine::<Bech32m>::new();
        engine.input_fe(Fe32::try_from(symbol).unwrap_or(Fe32::Q));
        engine
    };
    let (mut with, mut without) = (engine(by), engine(0));
    (0..SYMBOLS).map(move |place| {
        let moved = with.residue() ^ without.residue();
        with.input_fe(Fe32::Q);
        without.input_fe(Fe32::Q);
        (moved, place)
    })
}

/// "character 17 looks wrong", "characters 9 and 17 look wrong".
pub(super) fn told(suspects: &[usize]) -> String {
    match suspects {
        [] => "its check characters do not fit".into(),
        [one] => format!("character {one} looks wrong"),
        [first, second, ..] => format!("characters {first} and {second} look wrong"),
    }
}
