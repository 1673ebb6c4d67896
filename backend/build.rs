//! Sees to it that there is an app to embed, and that a newly built one is embedded anew.
//!
//! The app is built by `trunk` into `frontend/dist`, which `scripts/run` and `scripts/test` see to.
//! A plain `cargo build` in a fresh checkout must work as well, so a page saying what to do takes
//! the app's place there.

use std::{fs, io, path::Path};

const DIST: &str = "../frontend/dist";

const NOT_BUILT: &str = "<!doctype html>
<html lang=en>
<meta charset=utf-8>
<title>Halfpenny</title>
<h1>The app was not built</h1>
<p>This node was compiled without it. Run <code>scripts/run</code>, which builds both.</p>
</html>
";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={DIST}");
    let page = Path::new(DIST).join("index.html");
    if !page.exists() {
        fs::create_dir_all(DIST)?;
        fs::write(page, NOT_BUILT)?;
    }
    Ok(())
}
