//! Goal: everything that people do in the app can be done on the command line, with the same results.
//! Method: the program's own commands against a running node, and against its folder.

use harness::{ChainSource, Net, Node, Plan, Purse, program};
use tempfile::TempDir;

const PASSPHRASE: &str = "correct horse battery";

/// Somebody with a wallet file, at a node.
struct Person {
    folder: TempDir,
    node: String,
}

impl Person {
    fn new(node: &Node) -> Self {
        Self { folder: TempDir::new().unwrap(), node: node.url() }
    }

    fn file(&self) -> String {
        self.folder.path().join("wallet.json").display().to_string()
    }

    async fn wallet(&self, arguments: &[&str], passphrase: &str) -> program::Output {
        let file = self.file();
        let common = ["wallet", "--file", &file, "--chain", "dev", "--node", &self.node];
        let all = [&common, arguments].concat();
        program::run(&all, &[("HALFPENNY_PASSPHRASE", passphrase)], "").await
    }

    async fn does(&self, arguments: &[&str]) -> String {
        self.wallet(arguments, PASSPHRASE).await.success().trim().to_owned()
    }

    async fn cannot(&self, arguments: &[&str]) -> String {
        self.wallet(arguments, PASSPHRASE).await.failure()
    }
}

#[tokio::test]
async fn a_wallet_is_made_paid_and_pays_and_says_what_happened() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let (ada, bob) = (Person::new(&net["alpha"]), Person::new(&net["alpha"]));
    let (to_ada, to_bob) = (ada.does(&["new"]).await, bob.does(&["new"]).await);
    assert!(to_ada.starts_with("dhhc1q") && to_ada != to_bob, "{to_ada} {to_bob}");
    assert_eq!(ada.does(&["address"]).await, to_ada);
    assert_eq!(ada.does(&["balance"]).await, "0 DHHC");

    let mining =
        ["mine", "--node", &net["alpha"].url(), "--to", &to_ada, "--threads", "1", "--blocks", "2"];
    let mined = program::run(&mining, &[], "").await;
    let _ = mined.success();
    assert_eq!(alpha.status().await.unwrap().height, 2);
    assert_eq!(ada.does(&["balance"]).await, "100 DHHC");

    let send = [
        "send", "--to", &to_bob, "--amount", "0.25", "--fee", "0.001", "--memo", "for you", "--yes",
    ];
    let id = ada.does(&send).await;
    assert_eq!(alpha.mempool().await.unwrap().totals.count, 1);
    alpha.mine(1, &Purse::funded(net["alpha"].chain(), 0).address()).await.unwrap();
    assert_eq!(bob.does(&["balance"]).await, "0.25 DHHC");
    assert_eq!(ada.does(&["balance"]).await, "99.749 DHHC");
    for (person, verb) in [(&ada, "sent"), (&bob, "received")] {
        let history = person.does(&["history"]).await;
        let row = history.lines().find(|line| line.contains(verb)).unwrap_or_default();
        assert!(row.contains("0.25 DHHC") && row.contains(&id), "{history}");
    }
}

#[tokio::test]
async fn bad_input_to_a_wallet_is_one_clear_sentence_and_nothing_is_sent() {
    let net = Net::start(["alpha"]).await;
    let ada = Person::new(&net["alpha"]);
    let to_ada = ada.does(&["new"]).await;
    let other = ChainSource::like_dev(|file| file.prefix = "xyz".into());
    let foreign = Purse::funded(other.chain(), 0).address();
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    let mistyped =
        format!("{}{}", &bob[..bob.len() - 1], if bob.ends_with('q') { 'p' } else { 'q' });
    for (to, amount, says) in [
        (&mistyped, "1", "typing mistake"),
        (&foreign, "1", "another chain"),
        (&bob, "0", "above 0"),
        (&bob, "0.123456789", "8 decimals"),
        (&bob, "-1", "digits"),
        (&bob, "1.5", "holds 0 DHHC, payment and fee need 1.5 DHHC"),
    ] {
        let to = format!("--to={to}");
        let amount = format!("--amount={amount}");
        let said = ada.cannot(&["send", &to, &amount, "--fee", "0", "--yes"]).await;
        assert!(said.contains(says), "{to} {amount} should say {says:?}: {said}");
    }
    let said = ada.wallet(&["address"], "wrong").await.failure();
    assert!(said.contains("wrong passphrase"), "{said}");
    assert!(!said.contains(PASSPHRASE), "{said}");
    // A wallet that is there is never overwritten.
    let said = ada.cannot(&["new"]).await;
    assert!(said.contains(&ada.file()), "{said}");
    assert_eq!(ada.does(&["address"]).await, to_ada);
    assert_eq!(net["alpha"].api().mempool().await.unwrap().totals.count, 0);
}

#[tokio::test]
async fn words_restore_the_same_address_and_wrong_words_are_named_by_position() {
    let net = Net::start(["alpha"]).await;
    let words = harness::purse::DEV_WORDS;
    let expected = Purse::funded(net["alpha"].chain(), 0).address();
    let ada = Person::new(&net["alpha"]);
    let path = ada.folder.path().join("words.txt");
    for (text, says) in [
        (words.replace("junk", "jumk"), "word 12"),
        (words.replacen("test", "tset", 1), "word 1 "),
        (words.replace(" junk", ""), "not 11"),
        (words.replace("junk", "test"), "do not belong together"),
    ] {
        std::fs::write(&path, text).unwrap();
        let said = ada.cannot(&["restore", "--words-file", &path.display().to_string()]).await;
        assert!(said.contains(says), "{said}");
        assert!(!std::path::Path::new(&ada.file()).exists());
    }
    std::fs::write(&path, words).unwrap();
    let address = ada.does(&["restore", "--words-file", &path.display().to_string()]).await;
    assert_eq!(address, expected);
}

#[tokio::test]
async fn a_chain_is_verified_and_moves_in_a_file_and_a_damaged_file_is_named() {
    let net = Net::start(["alpha"]).await;
    let alpha = &net["alpha"];
    let [ada, bob] = [0, 1].map(|n| Purse::funded(alpha.chain(), n));
    for amount in 1..=5 {
        ada.pay(alpha.api(), &bob.address(), amount * 1_000).await.unwrap();
        alpha.api().mine(4, &bob.address()).await.unwrap();
    }
    let tip = alpha.api().status().await.unwrap().tip;
    // Of the running node, as its operator.
    let export =
        alpha.as_operator(reqwest::Method::GET, "/export", |request| request).await.unwrap();
    let live = export.bytes().await.unwrap();
    alpha.stop().await;

    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let data = alpha.folder().display().to_string();
    let verified = program::run(&["verify", "--data", &data], &[], "").await.success();
    assert!(verified.contains(&tip) && verified.contains("20 blocks"), "{verified}");
    let _ = program::run(&["export", &path("chain"), "--data", &data], &[], "").await.success();
    let bytes = std::fs::read(path("chain")).unwrap();
    assert_eq!(bytes, live);

    let imported =
        program::run(&["import", &path("chain"), "--data", &path("copy")], &[], "").await;
    assert!(imported.success().contains(&tip));
    let copy = Plan { name: "copy".into(), folder: Some(path("copy").into()), ..Plan::default() };
    let copy = Node::start(copy).await;
    assert_eq!(copy.api().status().await.unwrap().tip, tip);

    let mut damaged = bytes.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    for (name, bytes) in
        [("damaged", damaged), ("cut", bytes[..bytes.len() - 10].to_vec()), ("noise", vec![7; 999])]
    {
        std::fs::write(path(name), bytes).unwrap();
        let data = path(&format!("{name}-data"));
        let said = program::run(&["import", &path(name), "--data", &data], &[], "").await.failure();
        assert!(said.contains("height") || said.contains(&path(name)), "{name}: {said}");
    }
}

#[tokio::test]
async fn a_coin_of_ones_own_is_made_by_one_command_and_runs() {
    let new = [
        "coin",
        "new",
        "--name",
        "Class Coin",
        "--ticker",
        "CLC",
        "--first-zero-bits",
        "4",
        "--fixed",
    ];
    let text = program::run(&new, &[], "").await.success();
    let again = program::run(&new, &[], "").await.success();
    assert_ne!(text, again, "each coin has a salt of its own");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("coin.toml");
    std::fs::write(&file, &text).unwrap();
    let chain = ChainSource::of_file(&file);
    let node = Node::start(Plan { name: "alpha".into(), chain, ..Plan::default() }).await;
    let status = node.api().status().await.unwrap();
    assert_eq!((status.name.as_str(), status.ticker.as_str()), ("Class Coin", "CLC"));
    let ada = Purse::funded(node.chain(), 0).address();
    assert!(ada.starts_with("clc1q"), "{ada}");
    let url = node.url();
    let mining = ["mine", "--node", &url, "--to", &ada, "--threads", "1", "--blocks", "1"];
    let _ = program::run(&mining, &[], "").await.success();
    assert_eq!(node.api().account(&ada).await.unwrap().balance, 5 * 100_000_000);
}
