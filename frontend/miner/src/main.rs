//! The mining worker's wasm file for every browser.

mod worker;

fn main() {
    worker::run();
}
