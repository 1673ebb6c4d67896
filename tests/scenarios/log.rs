//! Goal: a node's log is for people and for files: no colours where nobody sees them, nothing said twice.
//! Method: the real program with its standard error in a pipe, from its start to its end.

use harness::{Net, Setup};

#[tokio::test]
async fn a_log_in_a_file_has_no_colours_and_no_lines_of_the_web_server() {
    let net = Net::start(["alpha"]).await;
    net["alpha"].stop().await;
    let said = net["alpha"].said();
    assert!(said.contains("the operator's interface is at"), "{said}");
    assert!(said.contains(" INFO "), "{said}");
    assert!(!said.contains('\u{1b}'), "{said:?}");
    // actix tells of each listener and each worker how it starts and stops.
    for word in ["actix", "worker", "starting service"] {
        assert!(!said.to_lowercase().contains(word), "{word:?} is in {said}");
    }
}

#[tokio::test]
async fn what_the_operator_asks_for_is_logged_all_the_same() {
    let net: Net = Setup::new(["alpha"]).flags(["--log", "info,actix_server=info"]).start().await;
    let said = net["alpha"].said();
    assert!(said.contains("starting service"), "{said}");
}
