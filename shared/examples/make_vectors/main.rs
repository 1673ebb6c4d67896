//! Made the golden vectors of §15, once. Running it again prints the same bytes; it writes nothing that
//! differs: a vector that has changed is a fork of every chain.
//!
//! `cargo run -p shared --example make_vectors -- shared/vectors`

#[path = "../../tests/kit/mod.rs"]
mod kit;
mod vectors_of;

use std::{error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name the folder of the vectors")?);
    fs::create_dir_all(&folder)?;
    for (name, value) in vectors_of::all() {
        let path = folder.join(name);
        let text = format!("{}\n", serde_json::to_string_pretty(&value)?);
        match fs::read_to_string(&path) {
            Ok(old) if old == text => {}
            Ok(_) => {
                return Err(format!(
                    "{} would change: vectors are never regenerated",
                    path.display()
                )
                .into());
            }
            Err(_) => fs::write(&path, text)?,
        }
    }
    Ok(())
}
