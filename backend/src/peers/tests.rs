use super::*;

#[test]
fn an_address_has_one_form() {
    for (text, expected) in [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        (" HTTP://Node.Example:80/ ", "http://node.example"),
        ("https://node.example:443", "https://node.example"),
        ("http://2130706433:1", "http://127.0.0.1:1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ] {
        assert_eq!(canonical_url(text).unwrap(), expected);
        assert_eq!(canonical_url(expected).unwrap(), expected);
    }
}

#[test]
fn what_is_no_address_of_a_node_is_refused() {
    for text in [
        "",
        "127.0.0.1:8080",
        "ftp://a",
        "file:///etc/passwd",
        "http://",
        "http://a/b",
        "http://a?x",
        "http://a#x",
        "http://user@a",
        "http://user:pass@a",
        "http://:@a/x",
        "http://a:0",
        "http://a:99999",
        "javascript:alert(1)",
    ] {
        assert_eq!(canonical_url(text).map_err(|error| error.code()), Err("peer-url"), "{text}");
    }
}

#[test]
fn added_peers_are_there_after_a_restart_and_removed_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let configured = ["http://configured:1".to_owned()];
    let mut peers = Peers::load(folder.path(), &configured).unwrap();
    peers.add("http://added:2/").unwrap();
    peers.add("http://removed:3").unwrap();
    peers.remove("http://removed:3/").unwrap();
    assert_eq!(peers.add("http://Added:2").unwrap_err().code(), "peer-known");
    assert_eq!(peers.remove("http://other:2").unwrap_err().code(), "peer-unknown");
    let again = Peers::load(folder.path(), &[]).unwrap();
    assert_eq!(again.urls().collect::<Vec<_>>(), ["http://added:2"]);
    let again = Peers::load(folder.path(), &configured).unwrap();
    assert_eq!(again.urls().count(), 2);
}

#[test]
fn the_list_is_bounded_and_a_damaged_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut peers = Peers::load(folder.path(), &[]).unwrap();
    for number in 0..MAX_PEERS {
        peers.add(&format!("http://a:{}", number + 1)).unwrap();
    }
    assert_eq!(peers.add("http://b").unwrap_err().code(), "peer-too-many");
    std::fs::write(folder.path().join("peers.json"), "{").unwrap();
    let error = Peers::load(folder.path(), &[]).unwrap_err();
    assert_eq!(error.code(), "peer-file");
    assert!(error.to_string().contains("peers.json"), "{error}");
}

#[test]
fn delays_grow_to_their_limit_and_keep_their_jitter() {
    for (patience, longest) in [(Patience::Soon, 3_000), (Patience::Growing, 60_000)] {
        let mut backoff = Backoff::new(7);
        let first = backoff.after(patience);
        assert!((125..=250).contains(&first), "{first}");
        let later: Vec<_> = (0..40).map(|_| backoff.after(patience)).collect();
        let last = &later[20..];
        assert!(last.iter().all(|delay| (longest / 2..=longest).contains(delay)), "{last:?}");
        assert!(last.iter().any(|delay| delay != &last[0]), "{last:?}");
        backoff.proved_good();
        assert!(backoff.after(patience) <= 250);
    }
}

#[test]
fn a_link_that_lasted_forgives_silence_but_no_fault() {
    let mut backoff = Backoff::new(1);
    for _ in 0..10 {
        backoff.after(Patience::Growing);
        backoff.lasted();
    }
    assert!(backoff.after(Patience::Growing) >= 30_000);
}
