//! The mining worker's wasm file for every browser.

mod scope;
mod worker;

fn main() {
    worker::run();
}
