//! The program `halfpenny`.

use std::process::ExitCode;

/// A block makes and drops a hundred thousand nodes of the state tree and rows of the store.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    backend::cli::main()
}
