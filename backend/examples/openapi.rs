//! Prints what `GET /openapi.json` answers, to be checked in:
//! `cargo run -p backend --example openapi > backend/openapi.json`.

#![expect(clippy::print_stdout, reason = "printing is what it does")]

fn main() {
    println!("{:#}", backend::http::openapi::document());
}
