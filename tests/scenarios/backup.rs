//! Goal: a backup of a running node is the chain as of one tip, whatever happens meanwhile; a damaged
//! one is refused with the block at which it is damaged.
//! Method: the operator's export is read while blocks come and a branch replaces others; every backup
//! is imported and verified; then one byte of one block is changed.

use harness::{Api, Net, Node, Purse, program};
use reqwest::Method;
use shared::api::TIP_HEADER;
use tempfile::TempDir;

/// A backup of a running node, and the tip that the answer names.
async fn backup(node: &Node) -> (Vec<u8>, String) {
    let answer = node.as_operator(Method::GET, "/export", |request| request).await.unwrap();
    let tip = answer.headers()[TIP_HEADER].to_str().unwrap().to_owned();
    (answer.bytes().await.unwrap().to_vec(), tip)
}

/// Mines on both nodes in turn and hands the blocks on, so that the first one is overtaken.
async fn keep_busy(alpha: &Api, beta: &Api, to: &str, rounds: u32) {
    for _ in 0..rounds {
        alpha.mine(1, to).await.unwrap();
        let from = beta.status().await.unwrap().height;
        beta.mine(3, to).await.unwrap();
        for height in from + 1..=from + 3 {
            let block = beta.block_bytes(&height.to_string()).await.unwrap();
            let _ = alpha.submit_block(block).await.unwrap();
        }
    }
}

/// Where the block of each height begins in a backup, and how long it is; the format is told where it
/// is written.
fn places(backup: &[u8]) -> Vec<(usize, usize)> {
    let length = |at: usize| u32::from_le_bytes(backup[at..at + 4].try_into().unwrap()) as usize;
    let mut places = Vec::new();
    let mut at = 16;
    while length(at) > 0 {
        places.push((at + 4, length(at)));
        at += 4 + length(at) + 8;
    }
    places
}

#[tokio::test]
async fn a_backup_of_a_busy_node_is_the_chain_as_of_one_tip_and_a_damaged_one_names_the_block() {
    let net = harness::Setup::new(["alpha", "beta"]).links([]).start().await;
    let (alpha, beta) = (&net["alpha"], &net["beta"]);
    let ada = Purse::funded(alpha.chain(), 0).address();
    alpha.api().mine(20, &ada).await.unwrap();
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();

    let busy = keep_busy(alpha.api(), beta.api(), &ada, 15);
    let exporting = async {
        let mut backups = Vec::new();
        for _ in 0..8 {
            backups.push(backup(alpha).await);
        }
        backups
    };
    let ((), backups) = tokio::join!(busy, exporting);
    assert_ne!(backups[0].1, backup(alpha).await.1, "nothing happened meanwhile");
    for (number, (bytes, tip)) in backups.iter().enumerate() {
        let (file, data) = (path(&format!("{number}.chain")), path(&format!("{number}.data")));
        std::fs::write(&file, bytes).unwrap();
        let said = program::run(&["import", &file, "--data", &data], &[], "").await.success();
        let id = tip.rsplit(|c: char| !c.is_ascii_hexdigit()).next().unwrap_or_default();
        assert!(id.len() == 64 && said.contains(id), "{said} does not name {tip}");
        let said = program::run(&["verify", "--data", &data], &[], "").await.success();
        assert!(said.contains(id), "{said}");
    }

    let (bytes, _) = backup(alpha).await;
    // The first record is the chain's parameters.
    for height in [1, 7, 20] {
        let (start, length) = places(&bytes)[height];
        let mut damaged = bytes.clone();
        damaged[start + length / 2] ^= 4;
        let (file, data) = (path(&format!("bad-{height}")), path(&format!("bad-{height}.data")));
        std::fs::write(&file, damaged).unwrap();
        let said = program::run(&["import", &file, "--data", &data], &[], "").await.failure();
        assert!(said.contains(&format!("damaged at block {height}:")), "{said}");
        let said = program::run(&["verify", "--data", &data], &[], "").await.success();
        assert!(said.contains(&format!("All {} blocks", height - 1)), "{said}");
    }
}

#[tokio::test]
async fn only_the_operator_gets_a_backup() {
    let net = Net::start(["alpha"]).await;
    let url = format!("http://127.0.0.1:{}/admin/v1/export", net["alpha"].ports().admin);
    let without = harness::http::client().get(&url).send().await.unwrap();
    assert_eq!(without.status(), 401);
    // The public listener does not have it at all.
    let public = net["alpha"].api().raw("/admin/v1/export").await.unwrap();
    assert_eq!(public.status(), 404);
}
