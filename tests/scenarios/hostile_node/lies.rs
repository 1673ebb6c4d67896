//! Ways to lie: what is put into which fields of which answers.

use std::sync::Arc;

use harness::{Answer, Lie};
use serde_json::{Value, json};

/// Text that would be seen to work if it were taken for markup; `%` is what tells it from other text.
const MARKUP: &str = "bait<x-bait></x-bait><img src=x onerror=\"window.stained=1\"><script>window.stained=1</script>\
    <svg onload=\"window.stained=1\"><a href=\"https://evil.example/\">bait</a></svg><iframe srcdoc=\"bait\"></iframe>\
    '\"></title></textarea></option><a href=\"javascript:window.stained=1\">bait</a><style>*{display:none}</style>";
/// Characters that turn text round, hide it, or end lines.
const UNSEEN: &str =
    "bait\u{202e}tiab\u{2066}\u{200f}a\u{200b}b\u{feff}c\u{0}\u{7}\u{1b}[31m\u{2028}\u{61c}bait";
/// What phishers write, and addresses that must not become links.
const PHISHING: &str =
    "bait: your wallet is out of date, visit https://evil.example/ or javascript:window.stained=1";

/// A lie with its name.
pub(super) struct Case {
    /// What it is called when it works.
    pub(super) name: String,
    /// The lie.
    pub(super) lie: Lie,
}

fn case(name: &str, lie: impl Fn(&str, &mut Answer) + Send + Sync + 'static) -> Case {
    Case { name: name.to_owned(), lie: Arc::new(lie) }
}

/// Calls `act` with the name and the value of every field that is no list and no object.
fn each_field(value: &mut Value, name: &str, act: &mut dyn FnMut(&str, &mut Value)) {
    match value {
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(name, field)| each_field(field, name, act));
        }
        Value::Array(rows) => rows.iter_mut().for_each(|row| each_field(row, name, act)),
        _ => act(name, value),
    }
}

/// Changes the JSON of answers of the API whose path contains `part`; what is no JSON stays.
fn change(
    name: &str,
    part: &'static str,
    act: impl Fn(&str, &mut Value) + Send + Sync + 'static,
) -> Case {
    case(name, move |path, answer| {
        if !path.starts_with("/api/") || !path.contains(part) {
            return;
        }
        let Ok(mut value) = serde_json::from_slice::<Value>(&answer.body) else { return };
        each_field(&mut value, "", &mut |name, field| act(name, field));
        answer.body = value.to_string().into_bytes();
    })
}

/// What the app compares with what it knows: a lie there is told apart, in [`chains`].
fn is_about_the_chain(name: &str) -> bool {
    ["genesis", "type"].contains(&name)
}

/// Each text, in each group of answers: 33 cases.
pub(super) fn texts() -> Vec<Case> {
    let long = "bait ".repeat(200_000);
    let long_markup = format!("bait{}", "<b>".repeat(333_000));
    let digits = "ba17".repeat(250_000);
    let texts = [
        ("markup", MARKUP.to_owned()),
        ("unseen characters", UNSEEN.to_owned()),
        ("phishing", PHISHING.to_owned()),
        ("1 MB of words", long),
        ("1 MB of markup", long_markup),
        ("1 MB of hex", digits),
    ];
    let groups = [
        ("the state of the node", "/status"),
        ("blocks", "/blocks"),
        ("transactions", "/transactions"),
        ("accounts", "/accounts"),
        ("peers", "/peers"),
    ];
    let mut cases = Vec::new();
    for (what, text) in texts {
        for (group, part) in groups {
            let text = text.clone();
            cases.push(change(&format!("{what} in {group}"), part, move |name, field| {
                // A word that the interface fixes would only make the whole answer unreadable.
                let is_fixed = is_about_the_chain(name) || ["status", "role"].contains(&name);
                if field.is_string() && !is_fixed {
                    *field = json!(if name == "memo" { hex(&text) } else { text.clone() });
                }
            }));
        }
    }
    for (what, text) in [("markup", MARKUP), ("unseen characters", UNSEEN)] {
        cases.push(change(&format!("{what} in events"), "/events", move |name, field| {
            if field.is_string() && !["type", "tip", "id", "previous"].contains(&name) {
                *field = json!(text);
            }
        }));
    }
    cases.push(case("markup in every refusal", |path, answer| {
        if path.starts_with("/api/") && !path.ends_with("/events") && !path.ends_with("/chain") {
            answer.status = 400;
            answer.body = json!({
                "type": MARKUP, "title": MARKUP, "status": 400, "code": MARKUP, "detail": MARKUP, "field": MARKUP,
            })
            .to_string()
            .into_bytes();
        }
    }));
    cases
}

fn hex(text: &str) -> String {
    data_encoding::HEXLOWER.encode(text.as_bytes())
}

/// Every number, made absurd: 7 cases.
pub(super) fn numbers() -> Vec<Case> {
    let numbers: [(&str, Value); 7] = [
        ("0", json!(0)),
        ("the largest number", json!(u64::MAX)),
        ("2^53 + 1", json!(9_007_199_254_740_993_u64)),
        ("-1", json!(-1)),
        ("half a mite", json!(0.5)),
        ("a text", json!("bait")),
        ("null", Value::Null),
    ];
    let absurd = numbers.into_iter().map(|(what, number)| {
        change(&format!("{what} as every number"), "/", move |_, field| {
            if field.is_number() {
                *field = number.clone();
            }
        })
    });
    absurd.collect()
}

/// Answers that are no answers: 9 cases.
pub(super) fn shapes() -> Vec<Case> {
    let spoil = |name: &str, spoil: fn(&mut Answer)| {
        case(name, move |path, answer| {
            if path.starts_with("/api/") {
                spoil(answer);
            }
        })
    };
    vec![
        spoil("an empty object", |answer| answer.body = b"{}".to_vec()),
        spoil("nothing", |answer| answer.body.clear()),
        spoil("half of it", |answer| answer.body.truncate(answer.body.len() / 2)),
        spoil("a hundred thousand brackets", |answer| answer.body = b"[".repeat(100_000)),
        spoil("bytes that are no text", |answer| answer.body = vec![0xff; 1_000]),
        spoil("a page instead", |answer| {
            answer.body = MARKUP.as_bytes().to_vec();
            answer.headers.retain(|(name, _)| name != "content-type");
            answer.headers.push(("content-type".to_owned(), "text/html".to_owned()));
        }),
        spoil("a page with an error", |answer| {
            (answer.status, answer.body) = (502, MARKUP.as_bytes().to_vec());
        }),
        spoil("a way to somebody else", |answer| {
            answer.status = 307;
            answer.headers.push(("location".to_owned(), "http://evil.example/".to_owned()));
        }),
        case("fields that nobody knows", |path, answer| {
            let value = serde_json::from_slice(&answer.body);
            if let (true, Ok(Value::Object(mut fields))) = (path.starts_with("/api/"), value) {
                if path.ends_with("/chain") {
                    return;
                }
                fields.insert("bait".to_owned(), json!({ "__proto__": [MARKUP, { "bait": 1 }] }));
                answer.body = Value::Object(fields).to_string().into_bytes();
            }
        }),
    ]
}

/// What the account holds, told wrongly; none of it may be shown as verified: 7 cases.
pub(super) fn balances() -> Vec<Case> {
    let of_account = |name: &str, field: &'static str, number: u64| {
        change(name, "/accounts/", move |name, value| {
            if name == field {
                *value = json!(number);
            }
        })
    };
    let without_proof = |name: &str, spoil: fn(&mut Answer)| {
        case(name, move |path, answer| {
            if path.ends_with("/proof") {
                spoil(answer);
            } else if path.starts_with("/api/v1/accounts/") {
                let Ok(mut value) = serde_json::from_slice::<Value>(&answer.body) else { return };
                if value["balance"].is_number() {
                    value["balance"] = json!(5_000_000_000_000_000_u64);
                }
                answer.body = value.to_string().into_bytes();
            }
        })
    };
    vec![
        of_account("a larger balance", "balance", 5_000_000_000_000_000),
        of_account("no balance", "balance", 0),
        of_account("another nonce", "nonce", 1_000),
        without_proof("a larger balance, and no proof", |answer| {
            answer.status = 503;
            answer.body = b"{}".to_vec();
        }),
        without_proof("a larger balance, and half a proof", |answer| {
            let half = answer.body.len() / 2;
            answer.body.truncate(half);
        }),
        without_proof("a larger balance, and a header without work", |answer| {
            let Ok(mut value) = serde_json::from_slice::<Value>(&answer.body) else { return };
            let header = value["header"].as_str().unwrap_or_default();
            // The nonce stands at the end.
            let nonce = header.len().saturating_sub(16);
            value["header"] = json!(format!("{}{}", &header[..nonce], "f".repeat(16)));
            answer.body = value.to_string().into_bytes();
        }),
        without_proof("a larger balance, and the proof of another state", |answer| {
            let Ok(mut value) = serde_json::from_slice::<Value>(&answer.body) else { return };
            let proof = value["proof"].as_str().unwrap_or_default().to_owned();
            let flipped = if proof.ends_with('0') { "1" } else { "0" };
            value["proof"] = json!(format!("{}{flipped}", &proof[..proof.len().max(1) - 1]));
            answer.body = value.to_string().into_bytes();
        }),
    ]
}

/// What could make a wallet sign something else than it shows: 5 cases.
pub(super) fn payments() -> Vec<Case> {
    let of_field = |name: &str, part: &'static str, field: &'static str, value: Value| {
        change(name, part, move |name, old| {
            if name == field {
                *old = value.clone();
            }
        })
    };
    vec![
        of_field("another genesis in the middle", "/status", "genesis", json!("ab".repeat(32))),
        change("fees beyond all bounds", "/fees", |_, field| *field = json!(u64::MAX / 2_000)),
        of_field("a height far ahead", "/status", "height", json!(4_000_000_000_u64)),
        of_field("a nonce far ahead", "/accounts/", "next_nonce", json!(u64::MAX)),
        change("everybody is the recipient of everything", "/", |name, field| {
            if ["recipient", "sender", "address", "miner"].contains(&name) {
                *field = json!(super::THIEF);
            }
        }),
    ]
}

/// Another chain than the one that is claimed, from the first answer on; nothing of it may be shown: 5 cases.
pub(super) fn chains() -> Vec<Case> {
    let of_chain = |name: &str, field: &'static str, value: Value| {
        change(name, "/chain", move |name, old| {
            if name == field {
                *old = value.clone();
            }
        })
    };
    vec![
        of_chain("another salt", "salt", json!("ab".repeat(32))),
        of_chain("a larger reward", "reward", json!(1_000_000_000_000_u64)),
        of_chain("another name", "name", json!("Bitcoin")),
        of_chain("a prefix that is none", "prefix", json!(MARKUP)),
        change("another genesis", "/status", |name, field| {
            if name == "genesis" {
                *field = json!("ab".repeat(32));
            }
        }),
    ]
}
