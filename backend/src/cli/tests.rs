use clap::CommandFactory as _;

use super::*;

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn every_promised_command_exists() {
    let command = Cli::command();
    let names: Vec<_> = command.get_subcommands().map(clap::Command::get_name).collect();
    for name in
        ["node", "coin", "wallet", "mine", "status", "verify", "export", "import", "verify-receipt"]
    {
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
