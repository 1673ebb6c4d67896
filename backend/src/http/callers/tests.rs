use std::num::NonZeroU32;

use super::*;
use crate::config::Settings;
use actix_web::http::header::{HeaderName, HeaderValue};

fn callers(change: impl FnOnce(&mut Limits)) -> Callers {
    let settings = Settings { data: Some("x".into()), ..Settings::default() };
    let mut limits = settings.resolve().unwrap().limits;
    change(&mut limits);
    Callers::new(&limits)
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn forwarded(text: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let name = HeaderName::from_static("x-forwarded-for");
    headers.insert(name, HeaderValue::from_str(text).unwrap());
    headers
}

#[test]
fn one_household_is_one_caller_however_its_address_is_written() {
    let callers = callers(|_| ());
    let of = |text| callers.resolve(ip(text), &HeaderMap::new()).key;
    assert_eq!(of("::ffff:192.0.2.7"), ip("192.0.2.7"));
    assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
    assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
}

#[test]
fn only_a_trusted_proxy_is_believed_about_who_calls() {
    let callers = callers(|limits| limits.trusted_proxies = vec![ip("10.0.0.1"), ip("10.0.0.2")]);
    for (peer, said, expected) in [
        ("198.51.100.9", "203.0.113.5", "198.51.100.9"),
        ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, nonsense", "10.0.0.1"),
    ] {
        assert_eq!(callers.resolve(ip(peer), &forwarded(said)).key, ip(expected), "{peer} {said}");
    }
}

#[test]
fn callers_of_this_machine_are_limited_only_when_told_so() {
    let free = callers(|_| ());
    assert!(!free.resolve(ip("127.0.0.1"), &HeaderMap::new()).limited);
    assert!(!free.resolve(ip("::ffff:127.0.0.1"), &HeaderMap::new()).limited);
    assert!(free.resolve(ip("192.0.2.1"), &HeaderMap::new()).limited);
    let bound = callers(|limits| limits.loopback = true);
    assert!(bound.resolve(ip("::1"), &HeaderMap::new()).limited);
}

#[test]
fn a_caller_over_its_rate_is_refused_and_others_are_not() {
    let callers = callers(|limits| {
        limits.requests_per_second = NonZeroU32::MIN;
        limits.request_burst = NonZeroU32::new(3).unwrap();
    });
    let noisy = callers.resolve(ip("192.0.2.1"), &HeaderMap::new());
    let codes: Vec<_> =
        (0..4).map(|_| callers.count_request(noisy).map_err(|error| error.code())).collect();
    assert_eq!(codes, [Ok(()), Ok(()), Ok(()), Err("rate-limited")]);
    let quiet = callers.resolve(ip("192.0.2.2"), &HeaderMap::new());
    assert_eq!(callers.count_request(quiet), Ok(()));
}

#[test]
fn slots_are_given_back() {
    let callers = callers(|limits| {
        limits.streams = 3;
        limits.streams_per_address = 2;
    });
    let a = callers.resolve(ip("192.0.2.1"), &HeaderMap::new());
    let b = callers.resolve(ip("192.0.2.2"), &HeaderMap::new());
    let first = callers.open_stream(a).unwrap();
    let second = callers.open_stream(a).unwrap();
    assert!(callers.open_stream(a).is_err());
    let third = callers.open_stream(b).unwrap();
    assert!(callers.open_stream(b).is_err());
    drop(first);
    let again = callers.open_stream(a).unwrap();
    drop((second, third, again));
    assert_eq!(callers.open(), (0, 0));
    assert!(callers.streams.taken.lock().unwrap().of.is_empty());
}
