//! Goal: a service manager knows when a node is ready and when it stops; what it logs can be read by
//! programs; and the configuration that it prints is the one that it has.
//! Method: a socket of the test's own in the manager's place, and the real program with its own log.

use std::{collections::BTreeSet, os::unix::net::UnixDatagram, path::Path};

use harness::{
    Api, Net, PATIENCE, Setup,
    node::Ports,
    process::{Process, Said},
    program, until,
};
use serde_json::Value;
use tempfile::TempDir;

/// What the manager was told, one after the other; each must come.
async fn told(manager: &UnixDatagram) -> String {
    manager.set_nonblocking(true).unwrap();
    until("the service manager to be told", PATIENCE, async || {
        let mut bytes = [0; 64];
        let length = manager.recv(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes[..length]).into_owned())
    })
    .await
}

#[tokio::test]
async fn a_service_manager_is_told_when_a_node_answers_and_when_it_stops() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("notify");
    let manager = UnixDatagram::bind(&socket).unwrap();
    let (ports, said) = (Ports::free(), Said::default());
    let mut command = program::command();
    command.args(["node", "--chain", "dev", "--data"]).arg(folder.path().join("data"));
    command.args(["--listen", &format!("127.0.0.1:{}", ports.public)]);
    command.args(["--admin", &format!("127.0.0.1:{}", ports.admin)]);
    let mut node = Process::start(command.env("NOTIFY_SOCKET", &socket), &said);
    assert_eq!(told(&manager).await, "READY=1");
    // What it said is so: no patience is needed.
    let api = Api::new(&format!("http://127.0.0.1:{}", ports.public));
    assert_eq!(api.raw("/readyz").await.unwrap().status(), 200);
    node.ask_to_end();
    assert_eq!(told(&manager).await, "STOPPING=1");
    until("the node to end", PATIENCE, async || {
        let status = node.ended();
        anyhow::ensure!(status.is_some_and(|status| status.success()), "{status:?}");
        Ok(())
    })
    .await;
    assert!(!said.text().contains("WARN"), "{}", said.text());
}

#[tokio::test]
async fn every_line_of_a_json_log_is_an_object_and_names_the_request_that_was_refused() {
    let net: Net = Setup::new(["alpha"])
        .flags(["--log", "info,backend=debug", "--log-format", "json"])
        .start()
        .await;
    let mut names = BTreeSet::new();
    for path in ["/api/v1/blocks/7", "/api/v1/blocks/x", "/api/v1/status"] {
        let answer = net["alpha"].api().raw(path).await.unwrap();
        let name = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert!(name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        assert!(names.insert(name.clone()), "{name} twice");
        if path.ends_with("status") {
            continue;
        }
        let code = answer.json::<Value>().await.unwrap()["code"].as_str().unwrap().to_owned();
        let what = format!("a line about the request {name}");
        let line = until(&what, PATIENCE, async || {
            let said = net["alpha"].said();
            let line = said.lines().find(|line| line.contains(&name)).map(str::to_owned);
            line.ok_or_else(|| anyhow::anyhow!("{said}"))
        })
        .await;
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&line["level"], &line["code"]), (&"DEBUG".into(), &code.into()), "{line}");
        assert_eq!(line["span"]["id"], *name, "{line}");
        let message = line["message"].as_str().unwrap();
        assert!(message.contains("GET /api/v1/blocks/{block}"), "{message}");
    }
    net["alpha"].stop().await;
    let said = net["alpha"].said();
    // The address of the page is not of the log.
    let lines = said.lines().filter(|line| *line != net["alpha"].url());
    let objects: Vec<Value> =
        lines.map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    for key in ["timestamp", "level", "message"] {
        assert!(objects.iter().all(|line| line[key].is_string()), "{key} in {said}");
    }
    assert!(objects.iter().any(|line| line["message"] == "stopping"), "{said}");
}

#[tokio::test]
async fn the_printed_configuration_says_who_said_what_and_is_read_again() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("node.toml");
    std::fs::write(&file, "max-streams = 9\nmax-connections = 11\npeer = [\"http://a:1\"]\n")
        .unwrap();
    let config = file.display().to_string();
    let printed = program::run(
        &["node", "--config", &config, "--max-streams", "7", "--mine-to", "x", "--print-config"],
        &[
            ("HALFPENNY_CHAIN", "dev"),
            ("HALFPENNY_HOST", "one.test,two.test"),
            ("HOME", "/home/ada"),
            ("XDG_DATA_HOME", "/home/ada/data"),
        ],
        "",
    )
    .await
    .success();
    for line in [
        "chain = \"dev\" # HALFPENNY_CHAIN",
        "data = \"/home/ada/data/halfpenny/dev\" # default",
        "max-streams = 7 # --max-streams",
        &format!("max-connections = 11 # {config}"),
        &format!("peer = [\"http://a:1\"] # {config}"),
        "host = [\"one.test\", \"two.test\"] # HALFPENNY_HOST",
        "log-format = \"auto\" # default",
        "trusted-proxy = [] # default",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "no {line} in {printed}");
    }
    // As a file it says the same of every field.
    let again = folder.path().join("again.toml");
    std::fs::write(&again, &printed).unwrap();
    let again = again.display().to_string();
    let reprinted = program::run(&["node", "--config", &again, "--print-config"], &[], "").await;
    let values = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split(" # ").next().unwrap().to_owned()).collect()
    };
    assert_eq!(values(&reprinted.success()), values(&printed));
    // Nothing was started or made.
    assert!(!Path::new("/home/ada").exists());
}
