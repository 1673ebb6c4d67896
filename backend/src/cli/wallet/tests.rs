use super::*;
use crate::config::{Settings, find_chain};
use clap::Parser as _;
use shared::wallet::mnemonic::Entropy;
use std::fs;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

#[derive(clap::Parser)]
struct Cli {
    #[command(flatten)]
    args: Args,
}

/// A folder with a passphrase file, and the commands that use it.
struct Desk {
    folder: TempDir,
    node: String,
}

impl Desk {
    fn new(node: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("passphrase"), "correct horse\n").unwrap();
        fs::write(folder.path().join("wrong"), "incorrect horse\n").unwrap();
        Self { folder, node: node.to_owned() }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Runs `halfpenny wallet` with the keystore `wallet`; words that begin with `@` are files here.
    async fn run(&self, wallet: &str, words: &[&str]) -> anyhow::Result<()> {
        let (file, passphrase) = (self.path(wallet), self.path("passphrase"));
        let mut all = vec!["wallet", "--file", &file, "--chain", "dev", "--node", &self.node];
        if !words.contains(&"--passphrase-file") {
            all.extend(["--passphrase-file", &passphrase]);
        }
        let words: Vec<_> = words.iter().map(|word| self.expand(word)).collect();
        all.extend(words.iter().map(String::as_str));
        run(Cli::try_parse_from(all)?.args).await
    }

    fn expand(&self, word: &str) -> String {
        word.strip_prefix('@').map_or_else(|| word.to_owned(), |name| self.path(name))
    }

    async fn error(&self, wallet: &str, words: &[&str]) -> String {
        format!("{:#}", self.run(wallet, words).await.unwrap_err())
    }

    fn address(&self, wallet: &str) -> String {
        let keystore = file::read(Path::new(&self.path(wallet))).unwrap();
        keystore.header().address.to_text(&keystore.header().chain)
    }
}

/// A node on the dev chain, and a client of it.
async fn dev_node() -> (crate::Node, Node, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let any = Some("127.0.0.1:0".parse().unwrap());
    let settings = Settings {
        chain: Some("dev".into()),
        data: Some(folder.path().join("data")),
        listen: any,
        admin: any,
        ..Settings::default()
    };
    let node = crate::Node::start(settings.resolve().unwrap()).await.unwrap();
    let client = Node::new(&format!("http://{}", node.address)).unwrap();
    (node, client, folder)
}

#[tokio::test]
async fn a_new_wallet_is_for_its_owner_alone_and_is_never_overwritten() {
    let desk = Desk::new("http://127.0.0.1:1");
    desk.run("ada", &["new", "--name", "Ada"]).await.unwrap();
    let before = fs::read_to_string(desk.path("ada")).unwrap();
    let keystore = Keystore::parse(&before).unwrap();
    assert_eq!(keystore.header().name, "Ada");
    assert!(desk.address("ada").starts_with("dhhc1"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(desk.path("ada")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    for words in [&["new"][..], &["restore", "--words-file", "@passphrase"]] {
        let error = desk.error("ada", words).await;
        assert!(error.contains("exists and is not overwritten"), "{error}");
    }
    assert_eq!(fs::read_to_string(desk.path("ada")).unwrap(), before);
    // Nothing half-made is left lying about.
    let names = fs::read_dir(desk.folder.path()).unwrap().count();
    assert_eq!(names, 3);
}

#[tokio::test]
async fn a_wallet_comes_back_from_its_words_or_its_file() {
    let desk = Desk::new("http://127.0.0.1:1");
    let words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    fs::write(desk.path("words"), words).unwrap();
    desk.run("ada", &["restore", "--words-file", "@words"]).await.unwrap();
    desk.run("copy", &["restore", "--keystore", "@ada"]).await.unwrap();
    assert_eq!(desk.address("ada"), desk.address("copy"));
    desk.run("copy", &["address"]).await.unwrap();
    let error = desk.error("copy", &["address", "--passphrase-file", "@wrong"]).await;
    assert!(error.contains("wrong passphrase"), "{error}");
    fs::write(desk.path("bad"), words.replace("sausage", "sausages")).unwrap();
    let error = desk.error("other", &["restore", "--words-file", "@bad"]).await;
    assert!(error.contains("word 6"), "{error}");
    let error = desk.error("missing", &["address"]).await;
    assert!(error.contains("there is no wallet at"), "{error}");
    fs::write(desk.path("torn"), "{").unwrap();
    let error = desk.error("torn", &["address"]).await;
    assert!(error.contains("this is not a keystore file"), "{error}");
}

#[tokio::test]
async fn a_25th_word_belongs_to_the_words_from_then_on() {
    let desk = Desk::new("http://127.0.0.1:1");
    let words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    fs::write(desk.path("words"), words).unwrap();
    for (name, extra) in [("zurich", "Zu\u{308}rich\n"), ("trezor", "TREZOR"), ("empty", "\n")] {
        fs::write(desk.path(name), extra).unwrap();
    }
    let restore = ["restore", "--words-file", "@words"];
    desk.run("plain", &restore).await.unwrap();
    for name in ["zurich", "trezor"] {
        let extra = ["--25th-word-file", &format!("@{name}")];
        desk.run(&format!("with {name}"), &[&restore[..], &extra].concat()).await.unwrap();
    }
    // The account of BIP39's own seed of these words under "TREZOR".
    let chain = find_chain("dev").unwrap();
    let known = Entropy::parse_phrase(words).unwrap().with_25th_word("TREZOR").unwrap();
    let key = known.seed().account_key(chain.parameters().coin_type, 0);
    assert_eq!(desk.address("with trezor"), key.address().to_text(chain.prefix()));
    assert_ne!(desk.address("with trezor"), desk.address("plain"));
    assert_ne!(desk.address("with trezor"), desk.address("with zurich"));
    // What is used afterwards is the file alone: it keeps the word, and so does its copy.
    desk.run("copy", &["restore", "--keystore", "@with zurich"]).await.unwrap();
    desk.run("copy", &["address"]).await.unwrap();
    assert_eq!(desk.address("copy"), desk.address("with zurich"));
    desk.run("new", &["new", "--25th-word-file", "@zurich"]).await.unwrap();
    desk.run("new", &["address"]).await.unwrap();
    for (words, says) in [
        (["--25th-word-file", "@empty"], "the 25th word is empty"),
        (["--25th-word-file", "@nowhere"], "the 25th word file"),
    ] {
        let error = desk.error("other", &[&restore[..], &words].concat()).await;
        assert!(error.contains(says), "{error}");
    }
    let error = desk.error("other", &["restore", "--keystore", "@plain", "--25th-word"]).await;
    assert!(error.contains("cannot be used with"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn coins_are_sent_and_seen() {
    let (node, client, _folder) = dev_node().await;
    let desk = Desk::new(client.url());
    desk.run("ada", &["new"]).await.unwrap();
    desk.run("bob", &["new"]).await.unwrap();
    let (ada, bob) = (desk.address("ada"), desk.address("bob"));
    client.dev_mine(1, &ada).await.unwrap();
    let miner = {
        let (client, ada) = (client.clone(), ada.clone());
        tokio::spawn(async move {
            while client.mempool().await.unwrap().totals.count == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            client.dev_mine(1, &ada).await.unwrap();
        })
    };
    let send = [
        "send", "--to", &bob, "--amount", "1.5", "--fee", "0.001", "--memo", "for tea", "--yes",
        "--wait",
    ];
    desk.run("ada", &send).await.unwrap();
    miner.await.unwrap();
    assert_eq!(client.account(&bob).await.unwrap().balance, 150_000_000);
    desk.run("bob", &["balance"]).await.unwrap();
    desk.run("bob", &["history", "--limit", "5"]).await.unwrap();
    for (words, says) in [
        (&["send", "--to", &bob, "--amount", "1.123456789", "--yes"][..], "decimal"),
        (
            &["send", "--to", &bob, "--amount", "1000000", "--fee", "0", "--yes"],
            "transaction-not-enough",
        ),
        (&["send", "--to", &bob[1..], "--amount", "1", "--yes"], ""),
        (
            &["send", "--to", &bob, "--to", &ada, "--amount", "1", "--yes"],
            "2 addresses and 1 amounts",
        ),
    ] {
        let error = desk.error("ada", words).await;
        let not_enough = says == "transaction-not-enough" && error.contains("1000000");
        assert!(not_enough || error.contains(says), "{error}");
    }
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_signed_for_another_chain() {
    let (node, client, _folder) = dev_node().await;
    let desk = Desk::new(client.url());
    let file = desk.path("ada");
    let all = ["wallet", "--file", &file, "--chain", "main", "--node", client.url(), "balance"];
    let error = run(Cli::try_parse_from(all).unwrap().args).await.unwrap_err().to_string();
    assert!(error.contains("on another chain"), "{error}");
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_account_pays_when_enough_have_signed() {
    let (node, client, _folder) = dev_node().await;
    let desk = Desk::new(client.url());
    desk.run("ada", &["new"]).await.unwrap();
    desk.run("bob", &["new"]).await.unwrap();
    let (ada, bob) = (desk.address("ada"), desk.address("bob"));
    let new =
        ["shared", "new", "--threshold", "2", "--member", &ada, "--member", &bob, "--out", "@club"];
    desk.run("ada", &new).await.unwrap();
    let account: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(desk.path("club")).unwrap()).unwrap();
    assert_eq!(account["threshold"], 2);
    let chain = find_chain("dev").unwrap();
    let keys = [&ada, &bob].map(|text| {
        shared::key::PublicKey(Address::parse(text, chain.prefix()).unwrap().account.0)
    });
    let policy = shared::account::Policy::new(2, keys.to_vec()).unwrap();
    let club = Address::of_policy(&policy).to_text(chain.prefix());
    client.dev_mine(1, &club).await.unwrap();
    let propose = [
        "shared", "propose", "--from", "@club", "--to", &bob, "--amount", "2", "--fee", "0.01",
        "--out", "@payment",
    ];
    desk.run("ada", &propose).await.unwrap();
    let too_early = desk.error("ada", &["shared", "send", "@payment"]).await;
    assert!(too_early.contains("0 signatures, 2 are needed"), "{too_early}");
    fs::copy(desk.path("payment"), desk.path("copy")).unwrap();
    desk.run("ada", &["shared", "sign", "@payment", "--yes"]).await.unwrap();
    desk.run("bob", &["shared", "sign", "@copy", "--yes"]).await.unwrap();
    desk.run("ada", &["shared", "show", "@payment"]).await.unwrap();
    desk.run("ada", &["shared", "send", "@payment", "@copy"]).await.unwrap();
    client.dev_mine(1, &ada).await.unwrap();
    assert_eq!(client.account(&bob).await.unwrap().balance, 200_000_000);
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_finds_blocks_for_its_address() {
    let (node, client, _folder) = dev_node().await;
    let to = Address::of(shared::account::AccountId([0x58; 32]))
        .to_text(find_chain("dev").unwrap().prefix());
    #[derive(clap::Parser)]
    struct Mine {
        #[command(flatten)]
        args: crate::cli::mine::Args,
    }
    let words = ["mine", "--node", client.url(), "--to", &to, "--threads", "2", "--blocks", "3"];
    let args = Mine::try_parse_from(words).unwrap().args;
    crate::cli::mine::run(args).await.unwrap();
    let status = client.status().await.unwrap();
    assert!(status.height >= 3);
    assert!(client.account(&to).await.unwrap().balance >= 3 * 5_000_000_000);
    node.stop().await.unwrap();
}
