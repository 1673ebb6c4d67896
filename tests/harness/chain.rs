//! Chains for tests: the built-in `dev`, or a file made from it.

use std::{path::Path, sync::Arc};

use shared::{api::ChainFile, chains, params::Chain};
use tempfile::TempDir;

/// Where a node's chain comes from.
#[derive(Clone, Debug)]
pub struct ChainSource {
    argument: String,
    chain: Chain,
    // The file lives as long as somebody may start a node with it.
    _file: Option<Arc<TempDir>>,
}

impl ChainSource {
    /// The built-in chain `dev`.
    ///
    /// # Panics
    ///
    /// Never: the chain is built in.
    #[must_use]
    pub fn dev() -> Self {
        let chain = chains::by_name("dev").expect("dev is built in");
        Self { argument: "dev".to_owned(), chain, _file: None }
    }

    /// A chain like `dev`, but for what `change` changes. Its difficulty is fixed and low as well.
    ///
    /// # Panics
    ///
    /// When no chain comes of it.
    #[must_use]
    pub fn like_dev(change: impl FnOnce(&mut ChainFile)) -> Self {
        let mut file = ChainFile::from_chain(&Self::dev().chain);
        change(&mut file);
        // Addresses are written under the prefix.
        for balance in &mut file.opening_balances {
            let dev = Self::dev();
            let account = shared::account::Address::parse(&balance.address, dev.chain.prefix());
            let prefix = shared::account::Prefix::parse(&file.prefix).expect("a prefix");
            balance.address = account.expect("an address of dev").to_text(&prefix);
        }
        let chain = file.to_chain().expect("the changed file makes a chain");
        let folder = TempDir::new().expect("a temporary folder can be made");
        let path = folder.path().join("chain.toml");
        let text = file.to_toml().expect("every chain can be written");
        std::fs::write(&path, text).expect("the chain file can be written");
        Self { argument: path.display().to_string(), chain, _file: Some(Arc::new(folder)) }
    }

    /// The chain of a file that lives as long as the test needs it.
    ///
    /// # Panics
    ///
    /// When the file makes no chain.
    #[must_use]
    pub fn of_file(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("the chain file can be read");
        let file = ChainFile::from_toml(&text).expect("the chain file is well-formed");
        let chain = file.to_chain().expect("the chain file makes a chain");
        Self { argument: path.display().to_string(), chain, _file: None }
    }

    /// What `--chain` is told.
    #[must_use]
    pub fn argument(&self) -> String {
        self.argument.clone()
    }

    /// The chain.
    #[must_use]
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }
}

impl Default for ChainSource {
    fn default() -> Self {
        Self::dev()
    }
}
