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

#[test]
fn a_host_has_one_form_however_it_is_written() {
    for (text, expected) in [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7:8080 ", "192.0.2.7"),
        ("http://192.0.2.7:8080", "192.0.2.7"),
        ("http://3221225991:1", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("http://[::ffff:c000:207]:8080", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:8080", "2001:db8:1:2::/64"),
        ("https://[2001:db8:1:2:ffff::]", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::/64", "2001:db8:1:2::/64"),
        ("Node.Example", "node.example"),
        ("node.example.", "node.example"),
        ("https://NODE.example:8443/", "node.example"),
    ] {
        let host = Host::parse(text).unwrap();
        assert_eq!(host.to_string(), expected, "{text}");
        assert_eq!(Host::parse(expected).unwrap(), host);
    }
    let long = "a".repeat(300);
    for text in [
        "",
        " ",
        "/64",
        "192.0.2.0/24",
        "192.0.2.7/64",
        "2001:db8::/32",
        "ftp://node.example",
        "http://node.example/page",
        "http://user@node.example",
        "http://",
        "a b",
        "a?b",
        &long,
    ] {
        assert_eq!(Host::parse(text).map_err(|error| error.code()), Err("ban-host"), "{text}");
    }
}

#[test]
fn bans_are_there_after_a_restart_and_lifted_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut peers = Peers::load(folder.path(), &[]).unwrap();
    peers.add("http://192.0.2.7:1").unwrap();
    let host = |text| Host::parse(text).unwrap();
    peers.ban(&[host("192.0.2.7"), host("2001:db8::1"), host("node.example")], 5).unwrap();
    peers.ban(&[host("192.0.2.8"), host("192.0.2.7")], 6).unwrap();
    peers.unban(&host("192.0.2.8")).unwrap();
    assert_eq!(peers.ban(&[host("192.0.2.7")], 7).unwrap_err().code(), "ban-known");
    assert_eq!(peers.unban(&host("192.0.2.8")).unwrap_err().code(), "ban-not-found");
    for url in ["http://192.0.2.7:2", "http://[2001:db8::2]:1", "https://node.example"] {
        assert_eq!(peers.add(url).unwrap_err().code(), "peer-banned", "{url}");
    }
    peers.add("http://192.0.2.8:1").unwrap();

    let mut again = Peers::load(folder.path(), &[]).unwrap();
    let bans = again.bans().list();
    let hosts: Vec<_> = bans.iter().map(|(host, since)| (host.to_string(), *since)).collect();
    let expected = [("192.0.2.7", 5), ("2001:db8::/64", 5), ("node.example", 5)];
    assert_eq!(hosts, expected.map(|(host, since)| (host.to_owned(), since)));
    // A peer of the list that is banned stays in it.
    assert_eq!(again.urls().count(), 2);
    assert!(again.bans().has_address("::ffff:192.0.2.7".parse().unwrap()));
    assert!(again.bans().has_address("2001:db8::ffff".parse().unwrap()));
    assert!(!again.bans().has_address("2001:db8:0:1::".parse().unwrap()));
    again.unban(&host("node.example")).unwrap();
    again.add("https://node.example").unwrap();
}

#[test]
fn bans_are_bounded_and_one_that_cannot_be_saved_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut peers = Peers::load(folder.path(), &[]).unwrap();
    let name = |number: usize| Host::parse(&format!("{}.x{number}", "a".repeat(240))).unwrap();
    for number in 0..MAX_BANS {
        peers.ban(&[name(number)], 1).unwrap();
    }
    assert_eq!(peers.ban(&[name(MAX_BANS)], 1).unwrap_err().code(), "ban-too-many");
    for number in 0..MAX_PEERS {
        peers.add(&format!("http://{}.y{number}:65535", "b".repeat(240))).unwrap();
    }
    // As long as everything can be, and still read.
    let mut again = Peers::load(folder.path(), &[]).unwrap();
    assert_eq!((again.urls().count(), again.bans().list().len()), (MAX_PEERS, MAX_BANS));

    again.unban(&name(0)).unwrap();
    let file = folder.path().join("peers.json");
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir_all(file.join("in the way")).unwrap();
    assert_eq!(again.ban(&[name(0)], 1).unwrap_err().code(), "peer-file");
    assert_eq!(again.unban(&name(1)).unwrap_err().code(), "peer-file");
    assert_eq!(again.bans().list().len(), MAX_BANS - 1);
    std::fs::remove_dir_all(&file).unwrap();
    std::fs::write(&file, r#"{"peers":[],"bans":[{"host":"a b","since":1}]}"#).unwrap();
    assert_eq!(Peers::load(folder.path(), &[]).unwrap_err().code(), "ban-host");
}
