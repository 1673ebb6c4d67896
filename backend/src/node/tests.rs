use super::*;
use crate::config::Settings;

fn settings(folder: &Path) -> Settings {
    Settings {
        chain: Some("dev".to_owned()),
        data: Some(folder.into()),
        listen: "127.0.0.1:0".parse().ok(),
        admin: "127.0.0.1:0".parse().ok(),
        ..Settings::default()
    }
}

async fn refusal(settings: Settings) -> StartError {
    Node::start(settings.resolve().unwrap()).await.err().expect("a refusal")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_use_is_named_together_with_the_flag_that_changes_it() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(settings(folder.path()).resolve().unwrap()).await.unwrap();
    let other = tempfile::tempdir().unwrap();
    let mut taken = settings(other.path());
    taken.listen = Some(node.address);
    let error = refusal(taken).await;
    assert_eq!(error.code(), "address-in-use");
    let text = error.to_string();
    assert!(text.contains(&node.address.to_string()) && text.contains("--listen"), "{text}");
    let mut foreign = settings(other.path());
    foreign.admin = "192.0.2.1:1".parse().ok();
    let error = refusal(foreign).await;
    assert_eq!(error.code(), "address-unusable");
    assert!(error.to_string().contains("--admin"));
    // Nothing was touched.
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_another_chain_is_refused_by_name_and_one_in_use_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(settings(folder.path()).resolve().unwrap()).await.unwrap();
    let in_use = refusal(settings(folder.path())).await;
    assert!(in_use.to_string().contains("in use"), "{in_use}");
    node.stop().await.unwrap();
    let mut other = settings(folder.path());
    other.chain = Some("test".to_owned());
    let error = refusal(other).await.to_string();
    for part in ["Half Half Dev Coin", "Half Half Test Coin", "--data"] {
        assert!(error.contains(part), "{error}");
    }
    // It still is what it was.
    let node = Node::start(settings(folder.path()).resolve().unwrap()).await.unwrap();
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_says_which_chain_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(settings(folder.path()).resolve().unwrap()).await.unwrap();
    let chain = node.chain().chain().clone();
    node.stop().await.unwrap();
    let noted = folder.path().join(CHAIN_FILE).display().to_string();
    assert_eq!(crate::config::find_chain(&noted).unwrap(), chain);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_peer_or_token_stops_the_start_and_frees_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = settings(folder.path());
    wrong.peer = vec!["nonsense".to_owned()];
    let error = refusal(wrong).await;
    assert!(error.to_string().contains("--peer"), "{error}");
    fs::write(folder.path().join("admin-token"), "short").unwrap();
    assert_eq!(refusal(settings(folder.path())).await.code(), "token-malformed");
    fs::remove_file(folder.path().join("admin-token")).unwrap();
    let node = Node::start(settings(folder.path()).resolve().unwrap()).await.unwrap();
    node.stop().await.unwrap();
}
