//! Mining, as far as it is not the browser's: how nonces are divided and speed is measured.

pub mod plan;
pub mod rate;
pub mod turn;
