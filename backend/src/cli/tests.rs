mod packaging;

use clap::CommandFactory as _;

use super::*;

/// Every command and every command of a command, as it is typed.
fn all_commands() -> Vec<Vec<String>> {
    fn below(command: &clap::Command, path: &[String], all: &mut Vec<Vec<String>>) {
        for command in command.get_subcommands().filter(|it| it.get_name() != "help") {
            let path = [path, &[command.get_name().to_owned()]].concat();
            below(command, &path, all);
            all.push(path);
        }
    }
    let mut all = Vec::new();
    below(&Cli::command(), &[], &mut all);
    all
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn every_promised_command_exists() {
    let command = Cli::command();
    let names: Vec<_> = command.get_subcommands().map(clap::Command::get_name).collect();
    for name in [
        "node",
        "coin",
        "wallet",
        "mine",
        "status",
        "verify",
        "export",
        "import",
        "verify-receipt",
        "completions",
        "man",
    ] {
        assert!(names.contains(&name), "{name}");
    }
}

#[test]
fn a_new_coin_is_valid_with_nothing_but_its_name() {
    for arguments in [
        &["--name", "Class Coin", "--ticker", "CLS"][..],
        &["--name", "Class Coin", "--ticker", "CLS", "--interval", "15s", "--reward", "10"],
        &["--name", "Slow", "--ticker", "SLOW", "--interval", "10m", "--reward", "50"],
        &[
            "--name",
            "Quick \"quoted\" # coin",
            "--ticker",
            "Q1",
            "--interval",
            "1",
            "--fixed",
            "--dev",
        ],
        &["--name", "Free", "--ticker", "FREE", "--reward", "0"],
    ] {
        let text = coin::tests::text(arguments).unwrap();
        let file = shared::api::ChainFile::from_toml(&text).unwrap();
        let chain = file.to_chain().unwrap();
        assert!(text.contains(&chain.genesis_id().to_string()), "{text}");
        assert!(chain.parameters().max_supply().is_some());
    }
}

#[test]
fn a_coin_of_the_default_pace_has_the_numbers_of_the_main_chain() {
    let text = coin::tests::text(&["--name", "Half Half Coin", "--ticker", "HHC"]).unwrap();
    let made = shared::api::ChainFile::from_toml(&text).unwrap();
    let main = shared::chains::by_name("main").unwrap();
    let main = main.parameters();
    assert_eq!(
        (made.interval, made.half_life, made.grace),
        (main.interval, main.half_life, main.grace)
    );
    assert_eq!((made.max_gap, made.max_validity), (main.max_gap, main.max_validity));
    assert_eq!((made.reward, made.halving_interval), (main.reward.mites(), main.halving_interval));
}

#[test]
fn a_coin_that_cannot_be_says_which_number_is_wrong() {
    for (arguments, says) in [
        (&["--name", "X", "--ticker", "lower"][..], "ticker"),
        (&["--name", "X", "--ticker", "X", "--first-zero-bits", "80"], "first_target"),
        (
            &["--name", "X", "--ticker", "X", "--reward", "50", "--halving-interval", "100000000"],
            "reward",
        ),
        (&["--name", "X", "--ticker", "X", "--prefix", "UP"], "prefix"),
    ] {
        let error = format!("{:#}", coin::tests::text(arguments).unwrap_err());
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn the_manual_has_a_page_for_each_command_with_each_of_its_flags() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("share/man1");
    manual::man(&manual::ManArgs::at(&made)).unwrap();
    let all = all_commands();
    assert!(all.len() > 15, "{all:?}");
    for path in all {
        let name = format!("halfpenny-{}", path.join("-"));
        let page = std::fs::read_to_string(made.join(format!("{name}.1"))).unwrap();
        let plain = page.replace('\\', "");
        assert!(plain.contains(&name), "{name}");
        let mut command = Cli::command();
        for word in &path {
            command = command.find_subcommand(word).unwrap().clone();
        }
        for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
            assert!(plain.contains(&format!("--{flag}")), "{name} does not tell of --{flag}");
        }
    }
    let page = std::fs::read_to_string(made.join("halfpenny.1")).unwrap().replace('\\', "");
    for command in Cli::command().get_subcommands().map(clap::Command::get_name) {
        assert!(page.contains(command), "{command}");
    }
    // A folder that cannot be is one sentence.
    let error = manual::man(&manual::ManArgs::at(&made.join("halfpenny.1"))).unwrap_err();
    assert!(error.to_string().contains("halfpenny.1"), "{error}");
}

#[test]
fn every_shell_can_complete_every_command() {
    use clap::ValueEnum as _;
    for shell in clap_complete::Shell::value_variants() {
        let text = manual::completions_for(*shell);
        for path in all_commands() {
            let word = path.last().unwrap();
            assert!(text.contains(word.as_str()), "{shell} knows no {}", path.join(" "));
        }
        assert!(text.contains("max-streams"), "{shell} knows no flags");
    }
}

/// What an operator copies out of the books is understood by this program.
#[test]
fn every_command_in_the_books_can_be_typed() {
    let books = [include_str!("../../README.md"), include_str!("../../../README.md")];
    let mut typed = 0;
    for book in books {
        let mut inside = false;
        for line in book.lines() {
            if line.starts_with("```") {
                inside = !inside;
                continue;
            }
            let line = line.split(" #").next().unwrap_or_default();
            let line = line.split(" > ").next().unwrap_or_default().trim();
            // In a container the program is the image's own command.
            let line = line.rsplit_once("halfpenny:/data ").map_or(line, |(_, command)| command);
            let at =
                line.find("halfpenny ").filter(|at| *at == 0 || line.starts_with("docker exec"));
            let Some(at) = at.filter(|_| inside) else { continue };
            let command = &line[at..];
            let command = if at > 0 { command.trim_start_matches("halfpenny ") } else { command };
            let command = format!("halfpenny {}", command.trim_start_matches("halfpenny "));
            let words = shell_words(&command);
            if let Err(error) = Cli::try_parse_from(&words) {
                panic!("{command}: {error}");
            }
            typed += 1;
        }
    }
    assert!(typed >= 20, "only {typed} commands were found");
}

/// Words, and texts in quotes.
fn shell_words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(number, part)| match number % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}
