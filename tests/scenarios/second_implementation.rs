//! Goal: the specification is exact enough for an implementation that never saw the code (§15).
//! Method: `tests/verifier` was written in another language from shared/README.md alone. It computes a
//! chain again that a node exported, and must find every id, target, root and balance to be the node's; it
//! must refuse that chain, with the rule's own code, as soon as anything in it is spoilt; and it must find
//! the golden vectors right, and see when one of them is changed.

#[path = "../../shared/tests/kit/mod.rs"]
mod kit;
mod made;
mod spoilt;

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use data_encoding::HEXLOWER;
use harness::{ChainSource, Node, Plan, program};
use reqwest::Method;
use sha2::{Digest as _, Sha256};
use shared::{
    account::{AccountId, Address},
    encode::encode,
    transaction::{Authorization, Transaction},
};
use tempfile::TempDir;

use made::Made;
use spoilt::{Spoilt, Subject};

/// Runs a program of the second implementation to its end.
fn second(script: &str, arguments: &[&str]) -> program::Output {
    let path = program::root().join("tests/verifier").join(script);
    let output = Command::new("node").arg(path).args(arguments).output();
    let output = output.expect("Node.js can be started: `scripts/test` installs it");
    program::Output {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Judges an export; both files are put into the folder.
fn judge(folder: &Path, file: &str, export: &[u8]) -> program::Output {
    let paths = ["coin.toml", "coin.chain"].map(|name| folder.join(name).display().to_string());
    fs::write(&paths[0], file).unwrap();
    fs::write(&paths[1], export).unwrap();
    second("verify.mjs", &[&paths[0], &paths[1], "--digest", "--accounts"])
}

/// The value that stands behind a word in the first line that was said.
fn named<'a>(said: &'a str, word: &str) -> &'a str {
    let line = said.lines().next().unwrap_or_default();
    let part = line.split("; ").find_map(|part| part.strip_prefix(&format!("{word} ")));
    part.unwrap_or_else(|| panic!("{word} is not in {line}"))
}

/// A node that has taken the chain in, block by block.
async fn node_of(made: &Made, folder: &Path) -> Node {
    let path = |name: &str| folder.join(name).display().to_string();
    let [coin, archive, data] = ["coin.toml", "made.chain", "data"].map(path);
    fs::write(&coin, made.file().to_toml().unwrap()).unwrap();
    fs::write(&archive, made.export()).unwrap();
    let import = ["import", &archive, "--data", &data];
    let _ = program::run(&import, &[], "").await.success();
    let chain = ChainSource::of_file(Path::new(&coin));
    let folder = Some(data.into());
    Node::start(Plan { name: "alpha".into(), chain, folder, ..Plan::default() }).await
}

/// What the second implementation hashes of every block, as this one has it.
fn digest_of_blocks(made: &Made) -> Sha256 {
    let mut digest = Sha256::new().chain_update(made.kit.chain.genesis_id().0.0);
    for block in &made.blocks {
        let header = &block.header;
        digest.update(header.id().0.0);
        digest.update(encode(&header.target));
        let roots = [header.transactions_root, header.state_root, header.history_root];
        roots.iter().for_each(|root| digest.update(root.0));
        block.transactions.iter().for_each(|one| digest.update(one.id().0.0));
    }
    digest
}

/// Otherwise little is shown: one payment and many, with and without a memo and a fee, by keys and by
/// shared accounts, several of one sender in a block, and targets that move.
fn has_every_kind(made: &Made) {
    let all: Vec<_> = made.transactions().collect();
    let some = |is: fn(&&&Transaction) -> bool| all.iter().filter(is).count();
    let by_policy = some(|one| matches!(one.authorization, Authorization::Policy { .. }));
    let repeated = made.blocks.iter().filter(|block| {
        let senders: BTreeSet<_> = block.transactions.iter().map(|one| one.body.sender).collect();
        senders.len() < block.transactions.len()
    });
    let counts = [
        some(|one| one.body.payments.len() == 1),
        some(|one| one.body.payments.len() == 16),
        some(|one| one.body.memo.is_empty()),
        some(|one| one.body.memo.len() == 80),
        by_policy,
        all.len() - by_policy,
        repeated.count(),
        made.blocks.iter().map(|block| encode(&block.header.target)).collect::<BTreeSet<_>>().len(),
    ];
    assert!(counts.iter().all(|count| *count >= 10), "{counts:?}");
}

#[tokio::test]
async fn another_implementation_computes_every_id_target_root_and_balance_of_a_nodes_chain() {
    let count = if harness::is_full() { 5_000 } else { 300 };
    let made = Made::grown(count);
    has_every_kind(&made);
    let folder = TempDir::new().unwrap();
    let alpha = node_of(&made, folder.path()).await;
    let export = alpha.as_operator(Method::GET, "/export", |request| request).await.unwrap();
    let export = export.bytes().await.unwrap();
    assert!(export == made.export(), "the export is not what backend/README.md says");

    let (place, file) = (folder.path().to_owned(), made.file().to_toml().unwrap());
    // Beside this task: while it takes its time, the node closes what is not used.
    let judged = tokio::task::spawn_blocking(move || judge(&place, &file, &export));
    let said = judged.await.unwrap().success();

    println!("{}", said.lines().next().unwrap_or_default());
    let transactions = made.transactions().count();
    assert!(said.starts_with(&format!("{count} blocks, {transactions} transactions, ")), "{said}");
    let status = alpha.api().status().await.unwrap();
    let tip = alpha.api().block(&status.tip).await.unwrap();
    assert_eq!((status.height, named(&said, "tip")), (count, &*status.tip));
    assert_eq!(named(&said, "state"), tip.state_root);
    assert_eq!(named(&said, "supply"), status.supply.to_string());
    let mut digest = digest_of_blocks(&made);
    let lines: Vec<_> = said.lines().skip(1).collect();
    assert_eq!(lines.len(), made.kit.tree.len(), "the accounts are not as many");
    for line in lines {
        let id = HEXLOWER.decode(&line.as_bytes()[..64]).unwrap();
        let address = Address::of(AccountId(id.clone().try_into().unwrap()));
        let view = alpha.api().account(&address.to_text(made.kit.chain.prefix())).await.unwrap();
        assert_eq!(line[65..], format!("{} {}", view.nonce, view.balance), "{}", view.address);
        digest.update([&id[..], &view.nonce.to_le_bytes(), &view.balance.to_le_bytes()].concat());
    }
    assert_eq!(named(&said, "digest"), HEXLOWER.encode(&digest.finalize()));
}

#[test]
fn another_implementation_refuses_everything_that_is_spoilt_with_the_rules_own_code() {
    let (subject, folder) = (Subject::new(), TempDir::new().unwrap());
    let good = subject.made.file().to_toml().unwrap();
    let said = judge(folder.path(), &good, &subject.made.export()).success();
    assert!(said.starts_with("13 blocks, "), "{said}");
    let spoilt = subject.spoilt();
    let kinds: BTreeSet<_> = spoilt.iter().filter_map(|one| one.says.split(':').next()).collect();
    assert!(kinds.len() >= 30, "only {kinds:?}");
    for Spoilt { says, file, export } in spoilt {
        let said = judge(folder.path(), &file, &export).failure();
        assert!(said.starts_with(says), "not {says:?} but {said:?}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn another_implementation_finds_the_golden_vectors_right_and_sees_a_changed_one() {
    let said = second("vectors.mjs", &[]).success();
    assert!(said.contains(": 0 differences"), "{said}");
    let vectors = program::root().join("shared/vectors");
    let folder = TempDir::new().unwrap();
    for entry in fs::read_dir(vectors).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        let text = fs::read_to_string(path).unwrap();
        // One digit in the middle of the first of each file's longest values, all of which count.
        let value = text.split('"').rev().max_by_key(|part| part.len()).unwrap();
        let at = text.find(value).unwrap() + value.len() / 2;
        let digit = if &text[at..=at] == "0" { "1" } else { "0" };
        let copy = folder.path().join(&name);
        fs::write(&copy, [&text[..at], digit, &text[at + 1..]].concat()).unwrap();
        let said = second("vectors.mjs", &[&folder.path().display().to_string()]).failure();
        assert!(said.starts_with(name.to_str().unwrap()), "{said}");
        fs::remove_file(copy).unwrap();
    }
}
