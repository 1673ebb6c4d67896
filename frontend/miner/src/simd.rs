//! The mining worker's wasm file for browsers with SIMD; others refuse to load it.

mod scope;
mod worker;

fn main() {
    worker::run();
}
