//! The project's files, and which of their lines are the product rather than its tests.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

pub(crate) use harness::program::root;

/// A Rust file.
pub(crate) struct Source {
    /// Its path from the top of the checkout.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
    /// Whether all of it is compiled for tests only.
    is_test: bool,
}

impl Source {
    /// The lines of the product, without comments and without the tests at the foot; each with its
    /// number, from 1.
    pub(crate) fn product(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = self.is_test;
        self.until_tests()
            .filter(move |_| !is_test)
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The text that is compiled for tests only.
    pub(crate) fn tests(&self) -> String {
        if self.is_test {
            return self.text.clone();
        }
        let product = self.until_tests().count();
        self.text.lines().skip(product).collect::<Vec<_>>().join("\n")
    }

    /// Tests stand at the foot of a file: `#[cfg(test)]`, then a module with a body.
    fn until_tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines: Vec<&str> = self.text.lines().collect();
        let tests = lines.windows(2).position(|pair| {
            pair[0].trim() == "#[cfg(test)]" && pair[1].contains("mod ") && pair[1].ends_with('{')
        });
        let end = tests.unwrap_or(lines.len());
        lines.into_iter().take(end).enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// All Rust files of the project.
pub(crate) fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    for folder in ["shared", "backend", "frontend", "tests"] {
        walk(&root().join(folder), "rs", &mut paths);
    }
    let texts: Vec<(PathBuf, String)> =
        paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect();
    let only_tests: HashSet<PathBuf> =
        texts.iter().flat_map(|(path, text)| test_modules(path, text)).collect();
    let in_tests = |path: &Path| {
        let inside =
            path.ancestors().any(|folder| only_tests.contains(&folder.with_extension("rs")));
        let shown = name(path);
        inside
            || only_tests.contains(path)
            || ["tests/", "shared/tests/", "shared/examples/"]
                .iter()
                .any(|it| shown.starts_with(it))
            || shown.contains("/benches/")
            || shown.starts_with("frontend/tests/")
            || shown.starts_with("backend/tests/")
    };
    let source = |(path, text): (PathBuf, String)| Source {
        path: name(&path),
        is_test: in_tests(&path),
        text,
    };
    texts.into_iter().map(source).collect()
}

/// The files of modules that a file declares for tests only: `#[cfg(test)]`, then `mod name;`.
fn test_modules(path: &Path, text: &str) -> Vec<PathBuf> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let folder = match stem {
        "lib" | "main" => path.parent().unwrap().to_path_buf(),
        _ => path.with_extension(""),
    };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let modules =
        lines.windows(2).filter(|pair| pair[0].starts_with("#[cfg(") && pair[0].contains("test"));
    let names = modules.filter_map(|pair| pair[1].strip_suffix(';')?.split("mod ").nth(1));
    names.map(|name| folder.join(format!("{name}.rs"))).collect()
}

/// All files below a folder whose name ends in an extension, in order.
pub(crate) fn walk(folder: &Path, extension: &str, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !["target", "dist", "node_modules"].contains(&name) && !name.starts_with('.') {
                walk(&path, extension, into);
            }
        } else if path.extension().is_some_and(|it| it == extension) {
            into.push(path);
        }
    }
}

/// The path from the top of the checkout.
pub(crate) fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Fails with a list of what is wrong, if anything is.
#[track_caller]
pub(crate) fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}
