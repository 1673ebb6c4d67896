use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use super::*;

#[derive(Debug, Parser)]
struct Program {
    #[command(flatten)]
    settings: Settings,
}

fn flags(arguments: &[&str]) -> Settings {
    let arguments = [&["halfpenny"], arguments].concat();
    let matches = Program::command().get_matches_from(arguments);
    Program::from_arg_matches(&matches).unwrap().settings
}

fn file(text: &str) -> Result<Settings, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.toml");
    fs::write(&path, text).unwrap();
    Settings::read(&path)
}

#[test]
fn a_flag_counts_more_than_the_file_and_the_file_more_than_the_default() {
    let said = flags(&[
        "--chain",
        "dev",
        "--max-streams",
        "7",
        "--peer",
        "http://a:1,http://b:2",
        "--limit-loopback",
    ]);
    let noted = file(
        "max-streams = 9\nmax-connections = 11\nlisten = \"127.0.0.1:0\"\npeer = [\"http://c:3\"]\nhost = [\"Class.test\"]",
    );
    let config = said.or(noted.unwrap()).resolve().unwrap();
    assert_eq!((config.limits.streams, config.limits.connections), (7, 11));
    assert_eq!(config.limits.connections_per_address, 128);
    assert_eq!(config.peers, ["http://a:1", "http://b:2"]);
    assert_eq!(config.limits.hosts, ["class.test"]);
    assert_eq!((config.listen.port(), config.admin.port()), (0, 8081));
    assert!(config.limits.loopback && config.chain.parameters().dev);
}

#[test]
fn a_wrong_file_or_chain_is_told_in_one_sentence() {
    let read = Settings::read(Path::new("/nowhere/node.toml"));
    for (error, code, says) in [
        (read.unwrap_err(), "config-unreadable", "/nowhere/node.toml"),
        (file("max-streams = x").unwrap_err(), "config-malformed", "max-streams"),
        (file("max-streamz = 1").unwrap_err(), "config-malformed", "max-streamz"),
        (file("max-streams = 0").unwrap_err(), "config-malformed", "nonzero"),
        (find_chain("nowhere").unwrap_err(), "config-no-chain", "main, test or dev"),
    ] {
        assert_eq!(error.code(), code);
        let text = error.to_string();
        assert!(text.contains(says) && !text.contains('\n'), "{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coin.toml");
    fs::write(&path, "name = 1").unwrap();
    assert_eq!(find_chain(path.to_str().unwrap()).unwrap_err().code(), "config-bad-chain");
}

#[test]
fn every_chain_has_a_folder_of_its_own() {
    let main = chains::by_name("main").unwrap();
    let (built_in, file) = (default_folder("main", &main), default_folder("coin.toml", &main));
    assert!(built_in.unwrap().ends_with("halfpenny/main"));
    let short: String = main.genesis_id().to_string().chars().take(8).collect();
    assert!(file.unwrap().ends_with(format!("halfpenny/hhc-{short}")));
}

#[test]
fn every_field_stands_in_the_operators_book_with_its_variable_and_default() {
    let book = include_str!("../../README.md");
    let command = Program::command();
    let arguments: Vec<_> =
        command.get_arguments().filter(|argument| argument.get_env().is_some()).collect();
    assert_eq!(arguments.len(), 23);
    for argument in arguments {
        let flag = argument.get_long().unwrap();
        let variable = argument.get_env().unwrap().to_str().unwrap();
        let help = argument.get_help().unwrap().to_string();
        let default = help.split("[default: ").nth(1).and_then(|rest| rest.split(']').next());
        let default = default.unwrap_or_else(|| panic!("{flag} names no default"));
        let row = book.lines().find(|line| line.starts_with(&format!("| `{flag}` |")));
        let row = row.unwrap_or_else(|| panic!("{flag} is not in backend/README.md"));
        assert!(row.contains(variable), "{row}");
        assert!(
            row.contains(&default.replace('`', "")) || row.contains(default),
            "{row}: {default}"
        );
    }
}

#[test]
fn what_is_printed_of_a_configuration_is_read_as_the_same_configuration() {
    let arguments = [
        "halfpenny",
        "--chain",
        "dev",
        "--data",
        "/tmp/with \"quotes\" # and\nlines",
        "--peer",
        "http://a:1",
        "--log",
        "warn,backend=debug",
        "--log-format",
        "json",
        "--pool-max-age",
        "7",
        "--limit-loopback",
    ];
    let matches = Program::command().get_matches_from(arguments);
    let said = Program::from_arg_matches(&matches).unwrap().settings;
    let noted = file("host = [\"One.test\"]\nhead-timeout = 3\npeer = []").unwrap();
    let merged = said.or(noted.clone());
    let config = merged.clone().resolve().unwrap();
    let sources = Sources { matches: &matches, file: Some((Path::new("a\nb.toml"), &noted)) };
    let text = config.to_toml(Some("dev"), sources).unwrap();
    // Every field stands there once, with its source.
    let fields = Program::command().get_arguments().filter(|one| one.get_env().is_some()).count();
    let values = |text: &str| toml::from_str::<toml::Table>(text).unwrap();
    assert_eq!(values(&text).len(), fields, "{text}");
    let lines: Vec<_> = text.lines().collect();
    for line in [
        "host = [\"one.test\"] # a b.toml",
        "peer = [\"http://a:1\"] # --peer",
        "pool-max-age = 7 # --pool-max-age",
        "body-timeout = 10 # default",
        "limit-loopback = true # --limit-loopback",
    ] {
        assert!(lines.contains(&line), "{line} is not in {text}");
    }
    // Read as a file and with nothing else said, it is the same; what was left out is said now.
    let read = file(&text).unwrap();
    assert_eq!(read.data, merged.data);
    let again = read.clone().resolve().unwrap().to_toml(read.chain.as_deref(), sources).unwrap();
    assert_eq!(values(&again), values(&text));
    assert_eq!(
        read.or(Settings { threads: NonZeroUsize::new(99), ..Settings::default() }),
        file(&text).unwrap()
    );
}
