//! Goal: what is packaged starts this program as it is.
//! Method: the commands and variables of the unit and of the container file are read by the program's own
//! command line, and the unit by systemd itself where that is at hand.

use std::{
    collections::BTreeSet,
    io::{self, Write as _},
    process::Command,
};

use super::*;

const UNIT: &str = include_str!("../../../packaging/halfpenny.service");
const CONTAINER: &str = include_str!("../../../packaging/Containerfile");

/// Every variable that the commands read.
fn variables() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for path in all_commands() {
        let mut command = Cli::command();
        for word in &path {
            command = command.find_subcommand(word).unwrap().clone();
        }
        let names = command.get_arguments().filter_map(clap::Arg::get_env);
        all.extend(names.map(|name| name.to_str().unwrap().to_owned()));
    }
    all
}

#[track_caller]
fn is_understood(arguments: &[&str]) {
    if let Err(error) = Cli::try_parse_from(arguments) {
        panic!("{arguments:?}: {error}");
    }
}

/// Each variable of this program that a text names exists.
#[track_caller]
fn names_only_variables_that_exist(text: &str) {
    let known = variables();
    let named = text.match_indices("HALFPENNY_").map(|(at, _)| {
        text[at..].chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect::<String>()
    });
    for name in named {
        assert!(known.contains(&name), "there is no {name}");
    }
}

/// The value of `key` where it stands in the unit for the last time.
fn setting(key: &str) -> &'static str {
    let mut lines = UNIT.lines().filter_map(|line| line.split_once('='));
    lines.rfind(|(name, _)| *name == key).unwrap_or_else(|| panic!("no {key}")).1
}

#[test]
fn the_unit_starts_a_node_that_tells_when_it_is_ready() {
    let command: Vec<_> = setting("ExecStart").split_whitespace().collect();
    assert_eq!(command[..2], ["/usr/local/bin/halfpenny", "node"]);
    is_understood(&command);
    names_only_variables_that_exist(UNIT);
    for (key, value) in [
        ("Type", "notify"),
        ("DynamicUser", "yes"),
        ("StateDirectory", "halfpenny"),
        ("Environment", "HALFPENNY_DATA=%S/halfpenny"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
    ] {
        assert_eq!(setting(key), value, "{key}");
    }
}

#[test]
fn systemd_understands_the_unit_and_finds_it_closed() {
    let systemd = |arguments: &[&str], unit: &std::path::Path| {
        Command::new("systemd-analyze").args(arguments).arg(unit).output()
    };
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("halfpenny.service");
    // It asks whether the program is there; this one is.
    let here = std::env::current_exe().unwrap().display().to_string();
    let text = UNIT.replace("/usr/local/bin/halfpenny", &here);
    std::fs::write(&unit, &text).unwrap();
    let verify = ["verify", "--man=no"];
    let verified = match systemd(&verify, &unit) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // `scripts/test` says the same, where it is seen.
            let _ = writeln!(
                io::stderr(),
                "LEFT OUT: there is no systemd-analyze here to read the unit"
            );
            return;
        }
        other => other.unwrap(),
    };
    // It is content with what it does not understand, but says so.
    assert!(verified.status.success() && verified.stderr.is_empty(), "{verified:?}");
    let closed = systemd(&["security", "--offline=true", "--no-pager", "--threshold=20"], &unit);
    let closed = closed.unwrap();
    assert!(closed.status.success(), "{}", String::from_utf8_lossy(&closed.stdout));
    // And neither check is content with anything.
    std::fs::write(&unit, text.replace("Type=notify", "Type=notfy")).unwrap();
    assert!(!systemd(&verify, &unit).unwrap().stderr.is_empty());
}

#[test]
fn the_container_runs_a_node_as_nobody_and_asks_it_how_it_is() {
    let steps = CONTAINER.replace("\\\n", " ");
    let step = |name: &str| {
        let mut found = steps.lines().filter_map(|line| line.split_once(' '));
        found.rfind(|(word, _)| *word == name).unwrap_or_else(|| panic!("no {name}")).1
    };
    let words = |text: &str| -> Vec<String> { serde_json::from_str(text).unwrap() };
    let started = [words(step("ENTRYPOINT")), words(step("CMD"))].concat();
    is_understood(&started.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(started, ["halfpenny", "node"]);
    let check = step("HEALTHCHECK").split_once("CMD ").unwrap().1;
    is_understood(&words(check).iter().map(String::as_str).collect::<Vec<_>>());
    names_only_variables_that_exist(CONTAINER);
    let (user, group) = step("USER").split_once(':').unwrap();
    assert!([user, group].iter().all(|id| id.parse::<u32>().unwrap() > 1_000));
    assert!(step("ENV").contains("HALFPENNY_DATA=/data") && step("VOLUME") == "/data");
}
