//! Goal: a node that cannot start, or cannot go on, says why in one clear sentence, and harms nothing.
//! Method: a port that is taken, a folder of another chain, a folder in use, bad files, a full disk.

use std::{net::TcpListener, path::Path, process::Command};

use anyhow::{Context as _, ensure};
use harness::{
    Api, ChainSource, Net, Node, PATIENCE, Plan, Purse, node::free_port, program, until,
};
use tempfile::TempDir;

/// Starts a node that is expected to fail, and returns what it said.
async fn fails(arguments: &[&str]) -> String {
    let free = [free_port(), free_port()].map(|port| format!("127.0.0.1:{port}"));
    let mut all = vec!["node"];
    all.extend(arguments);
    for (flag, address) in ["--listen", "--admin"].into_iter().zip(&free) {
        if !arguments.contains(&flag) {
            all.extend([flag, address.as_str()]);
        }
    }
    program::run(&all, &[], "").await.failure()
}

#[track_caller]
fn says(said: &str, parts: &[&str]) {
    // One sentence for people is the last line; log lines may stand before it.
    let last = said.lines().last().unwrap_or_default();
    for part in parts {
        assert!(last.contains(part), "should say {part:?}, said: {said}");
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().display().to_string();
    for flag in ["--listen", "--admin"] {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let said = fails(&["--chain", "dev", "--data", &data, flag, &address]).await;
        says(&said, &[&address, flag]);
    }
}

#[tokio::test]
async fn a_folder_of_another_chain_is_refused_by_name_and_left_alone() {
    let net = Net::start(["alpha"]).await;
    let alpha = &net["alpha"];
    let ada = Purse::funded(alpha.chain(), 0).address();
    alpha.api().mine(2, &ada).await.unwrap();
    let tip = alpha.api().status().await.unwrap().tip;
    alpha.stop().await;

    let data = alpha.folder().display().to_string();
    let said = fails(&["--chain", "test", "--data", &data]).await;
    says(&said, &[&data, "Half Half Dev Coin"]);
    alpha.restart().await;
    assert_eq!(alpha.api().status().await.unwrap().tip, tip);
}

#[tokio::test]
async fn a_folder_that_another_node_uses_is_refused() {
    let net = Net::start(["alpha"]).await;
    let data = net["alpha"].folder().display().to_string();
    let said = fails(&["--chain", "dev", "--data", &data]).await;
    says(&said, &[&data]);
    assert_eq!(net["alpha"].api().status().await.unwrap().height, 0);
}

#[tokio::test]
async fn a_folder_that_holds_something_else_where_the_chain_goes_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("chain");
    std::fs::create_dir(&place).unwrap();
    std::fs::write(place.join("letter.txt"), "dear").unwrap();
    let said = fails(&["--chain", "dev", "--data", &folder.path().display().to_string()]).await;
    says(&said, &[&place.display().to_string()]);
    let left: Vec<_> =
        std::fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["letter.txt"]);
}

#[tokio::test]
async fn a_chain_that_is_none_is_named_with_the_field_at_fault() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data").display().to_string();
    let said = fails(&["--chain", "nowhere.toml", "--data", &data]).await;
    says(&said, &["nowhere.toml"]);
    let chain = ChainSource::like_dev(|file| file.name = "Penny Test".into());
    let text = std::fs::read_to_string(chain.argument()).unwrap();
    let path = folder.path().join("bad.toml");
    std::fs::write(&path, text.replace("interval = 15", "interval = 0")).unwrap();
    let path = path.display().to_string();
    let said = fails(&["--chain", &path, "--data", &data]).await;
    says(&said, &[&path, "interval"]);
    assert!(!Path::new(&data).exists());
}

#[tokio::test]
async fn wrong_use_ends_with_code_2() {
    for arguments in
        [&["node", "--no-such-flag"][..], &["no-such-command"], &["node", "--listen", "here"]]
    {
        let output = program::run(arguments, &[], "").await;
        assert_eq!(output.code, Some(2), "{arguments:?}: {output:?}");
        assert!(output.stderr.contains("--help"), "{output:?}");
    }
}

/// A file system of its own, of few bytes. Unmounted when dropped.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn new(mebibytes: u32) -> Result<Self, String> {
        let folder = TempDir::new().unwrap();
        let size = format!("size={mebibytes}m");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder.path())
            .output();
        match mount {
            Ok(output) if output.status.success() => Ok(Self(folder)),
            Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Leaves only so many bytes free.
    fn fill(&self, leave: u64) {
        let filler = self.0.path().join("filler");
        let free =
            Command::new("df").args(["--output=avail", "-B1"]).arg(self.0.path()).output().unwrap();
        let text = String::from_utf8_lossy(&free.stdout).into_owned();
        let free: u64 = text.lines().last().unwrap().trim().parse().unwrap();
        let size = usize::try_from(free.saturating_sub(leave)).unwrap();
        std::fs::write(filler, vec![1; size]).unwrap();
    }

    fn clear(&self) {
        std::fs::remove_file(self.0.path().join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_stops_the_node_with_a_clear_sentence_and_loses_nothing() {
    let Some(disk) = disk::need("a small disk, which root can mount,", SmallDisk::new(256)) else {
        return;
    };
    let folder = Some(disk.0.path().join("data"));
    let node = Node::start(Plan { name: "alpha".into(), folder, ..Plan::default() }).await;
    let api = node.api();
    let ada = Purse::funded(node.chain(), 0).address();
    let mut acknowledged = api.mine(5, &ada).await.unwrap();
    disk.fill(256 * 1024);
    let error = loop {
        match api.mine(10, &ada).await {
            Ok(blocks) => acknowledged.extend(blocks),
            Err(error) => break error,
        }
        assert!(acknowledged.len() < 20_000, "the disk does not get full");
    };
    let status = until("the node to end by itself", PATIENCE, async || {
        node.ended()
            .with_context(|| format!("it runs; it answered {error:#}; it said:\n{}", node.said()))
    })
    .await;
    assert_eq!(status.code(), Some(1), "{}", node.said());
    let said = node.said();
    says(&said, &["disk", "full"]);
    assert!(!said.contains("panicked"), "{said}");

    disk.clear();
    node.kill();
    node.restart().await;
    has_all(api, &acknowledged).await;
    api.mine(1, &ada).await.unwrap();
}

async fn has_all(api: &Api, acknowledged: &[String]) {
    until("the node to answer for its blocks", PATIENCE, async || {
        let height = api.status().await?.height;
        // One more than was told may have been written: the answer was lost, not the block.
        let least = u64::try_from(acknowledged.len())?;
        ensure!(height >= least, "{height} of {least} blocks");
        Ok(())
    })
    .await;
    for (index, id) in acknowledged.iter().enumerate() {
        assert_eq!(&api.block(&(index + 1).to_string()).await.unwrap().id, id);
    }
}

#[tokio::test]
async fn a_machine_without_certificates_is_told_what_to_install() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data").display().to_string();
    let nowhere = folder.path().join("nowhere").display().to_string();
    let arguments = [
        "node",
        "--chain",
        "dev",
        "--data",
        &data,
        "--listen",
        "127.0.0.1:0",
        "--admin",
        "127.0.0.1:0",
    ];
    let bare = [("SSL_CERT_FILE", nowhere.as_str()), ("SSL_CERT_DIR", nowhere.as_str())];
    let said = program::run(&arguments, &bare, "").await.failure();
    says(&said, &["certificates", "ca-certificates"]);
    assert!(!said.contains("--peer"), "{said}");
}
