//! The chains that every node knows by name: `main`, `test` and `dev` (§11).

use crate::{api::ChainFile, params::Chain};

/// The chain files, by name.
pub const FILES: [(&str, &str); 3] = [
    ("main", include_str!("chains/main.toml")),
    ("test", include_str!("chains/test.toml")),
    ("dev", include_str!("chains/dev.toml")),
];

/// The built-in chain with this name, if there is one.
///
/// # Panics
///
/// Never: a test makes every built-in chain.
#[must_use]
pub fn by_name(name: &str) -> Option<Chain> {
    let (_, text) = FILES.iter().find(|(known, _)| *known == name)?;
    let file = ChainFile::from_toml(text).expect("a built-in file is well-formed");
    Some(file.to_chain().expect("a built-in chain is valid"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;
    use std::println;

    #[test]
    fn every_built_in_chain_is_valid_and_survives_its_views() {
        for (name, _) in FILES {
            let chain = by_name(name).unwrap();
            let file = ChainFile::from_chain(&chain);
            assert_eq!(file.to_chain().unwrap().genesis_id(), chain.genesis_id(), "{name}");
            let toml = file.to_toml().unwrap();
            assert_eq!(ChainFile::from_toml(&toml).unwrap(), file);
            assert_eq!(chain.parameters().dev, name == "dev");
            println!("{name} {}", chain.genesis_id());
        }
        assert!(by_name("other").is_none());
    }

    #[test]
    fn a_chain_file_that_is_wrong_names_the_field() {
        let main = FILES[0].1;
        for (from, to, says) in [
            ("prefix = \"hhc\"", "prefix = \"HHC\"", "prefix"),
            ("interval = 15", "interval = 0", "interval"),
            ("grace = 660", "grace = 10", "grace"),
            ("reward = 500000000", "reward = 5000000000", "reward"),
            ("salt = \"", "salt = \"x", "salt"),
            ("first_zero_bits = 24", "first_zero_bits = 70", "first_target"),
            ("ticker = \"HHC\"", "ticker = \"hhc\"", "ticker"),
            ("interval = 15", "intervall = 15", "intervall"),
            ("max_block_bytes = 262144", "max_block_bytes = 100", "max_block_bytes"),
            ("half_life = 300", "", "half_life"),
        ] {
            let text = main.replace(from, to);
            let error = ChainFile::from_toml(&text).and_then(|file| file.to_chain()).unwrap_err();
            assert!(error.to_string().contains(says), "{says}: {error}");
        }
    }
}
