//! The shared accounts that this browser knows: names and files, none of them secret.

use crate::storage;
use shared::{
    account::Policy,
    params::Chain,
    wallet::shared_account::file::{account_to_json, parse_account},
};

/// A shared account that this browser knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// What the person calls it; may be empty.
    pub(super) name: String,
    /// Who holds it.
    pub(super) policy: Policy,
}

/// All of them.
pub(super) fn load(chain: &Chain) -> Vec<Kept> {
    storage::setting(&place(chain)).map(|text| read(&text)).unwrap_or_default()
}

/// Keeps these and no others.
pub(super) fn save(chain: &Chain, all: &[Kept]) {
    storage::set_setting(&place(chain), &write(all));
}

/// They belong to a chain: on another one the same keys have another address.
fn place(chain: &Chain) -> String {
    let genesis = chain.genesis_id().to_string();
    format!("shared.{}", genesis.get(..16).unwrap_or_default())
}

/// What cannot be read is left out.
fn read(text: &str) -> Vec<Kept> {
    let pairs: Vec<(String, String)> = serde_json::from_str(text).unwrap_or_default();
    let kept =
        |(name, file): (String, String)| Some(Kept { name, policy: parse_account(&file).ok()? });
    pairs.into_iter().filter_map(kept).collect()
}

fn write(all: &[Kept]) -> String {
    let pair = |kept: &Kept| (kept.name.clone(), account_to_json(&kept.policy));
    let pairs: Vec<(String, String)> = all.iter().map(pair).collect();
    serde_json::to_string(&pairs).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::wallet::secret::SecretKey;

    #[test]
    fn what_is_written_is_read_and_what_is_damaged_is_left_out() {
        let keys = [1, 2].map(|byte| SecretKey::from_bytes(&[byte; 32]).public_key());
        let policy = Policy::new(2, keys.to_vec()).unwrap();
        let kept = vec![Kept { name: "Club \"a\"".into(), policy }];
        assert_eq!(read(&write(&kept)), kept);
        assert_eq!(read(&write(&kept).replacen("threshold", "treshold", 1)), []);
        assert_eq!(read("nonsense"), []);
    }
}
