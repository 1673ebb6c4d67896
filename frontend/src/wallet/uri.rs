//! Payment requests as links, in the form of BIP-321: `halfpenny:ADDRESS?amount=1.5&label=…&message=…`.
//!
//! The address says by its prefix for which chain it is; amounts are in whole coins. Whoever opens
//! one is asked before anything is paid. Pure.

use std::fmt::Write as _;

/// What a request begins with, in texts and codes.
pub const SCHEME: &str = "halfpenny";
/// What a link on a page begins with: browsers let pages handle such ones only.
const WEB_SCHEME: &str = "web+halfpenny";

/// What somebody asks to be paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Where to; not judged here.
    pub address: String,
    /// How much, in whole coins; not judged here.
    pub amount: String,
    /// Who asks.
    pub label: String,
    /// What for.
    pub message: String,
}

/// Why a request cannot be met.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The request insists on something that this version does not know.
    #[error(
        "this payment request needs {0:?}, which this version does not know: nothing was filled in"
    )]
    Unknown(String),
    /// It names the same thing twice.
    #[error("this payment request names its {0} twice: ask for another one")]
    Twice(&'static str),
}

impl RequestError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "request-unknown",
            Self::Twice(_) => "request-twice",
        }
    }
}

impl Request {
    /// Reads a request; `None` when the text is none, such as a plain address.
    ///
    /// # Errors
    ///
    /// When it demands what is not known here.
    pub fn parse(text: &str) -> Option<Result<Self, RequestError>> {
        let (scheme, rest) = text.trim().split_once(':')?;
        if ![SCHEME, WEB_SCHEME].iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
            return None;
        }
        let rest = rest.trim_start_matches('/');
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let address = address.trim_end_matches('/').to_string();
        Some(Self { address, ..Self::default() }.with(query))
    }

    fn with(mut self, query: &str) -> Result<Self, RequestError> {
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = name.to_ascii_lowercase();
            let (field, known) = match name.as_str() {
                "amount" => (&mut self.amount, "amount"),
                "label" => (&mut self.label, "label"),
                "message" => (&mut self.message, "message"),
                other if other.starts_with("req-") => {
                    return Err(RequestError::Unknown(crate::format::plain(&name)));
                }
                _ => continue,
            };
            if !field.is_empty() {
                return Err(RequestError::Twice(known));
            }
            *field = crate::format::plain(&decode(value));
        }
        Ok(self)
    }

    /// The request as a link.
    #[must_use]
    pub fn to_link(&self) -> String {
        let mut link = format!("{SCHEME}:{}", self.address);
        let parts = [("amount", &self.amount), ("label", &self.label), ("message", &self.message)];
        for (index, (name, value)) in
            parts.iter().filter(|(_, value)| !value.is_empty()).enumerate()
        {
            link.push(if index == 0 { '?' } else { '&' });
            link.push_str(name);
            link.push('=');
            encode(value, &mut link);
        }
        link
    }

    /// The request as it stands in a code to be scanned: upper case makes a smaller one, where
    /// nothing in it means something else in upper case.
    #[must_use]
    pub fn to_code(&self) -> String {
        let link = self.to_link();
        if link.contains('?') { link } else { link.to_ascii_uppercase() }
    }
}

fn encode(text: &str, link: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            link.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(link, "%{byte:02X}");
        }
    }
}

/// The text of an escaped one; what is no escape stays as it stands.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digit = |at: usize| tail.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let escaped = if *first == b'%' { digit(0).zip(digit(1)) } else { None };
        match escaped.and_then(|(high, low)| u8::try_from(high * 16 + low).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request(address: &str, amount: &str, label: &str, message: &str) -> Request {
        let [address, amount, label, message] =
            [address, amount, label, message].map(str::to_string);
        Request { address, amount, label, message }
    }

    #[test]
    fn requests_are_read_in_every_spelling() {
        for (text, expected) in [
            ("halfpenny:tst1qab", request("tst1qab", "", "", "")),
            (" HALFPENNY:TST1QAB ", request("TST1QAB", "", "", "")),
            ("web+halfpenny:tst1qab?amount=1.5", request("tst1qab", "1.5", "", "")),
            ("web+halfpenny://tst1qab/?amount=1", request("tst1qab", "1", "", "")),
            (
                "halfpenny:tst1qab?amount=0.25&label=Bob%20%26%20Co&message=%c3%a4&other=1",
                request("tst1qab", "0.25", "Bob & Co", "ä"),
            ),
            ("halfpenny:tst1qab?label=100%&AMOUNT=2", request("tst1qab", "2", "100%", "")),
        ] {
            assert_eq!(Request::parse(text), Some(Ok(expected)), "{text}");
        }
        for text in ["tst1qab", "bitcoin:bc1q", "", "https://example.org/?amount=1"] {
            assert_eq!(Request::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_request_insists_on_and_nobody_knows_is_refused() {
        let code = |text| Request::parse(text).unwrap().unwrap_err().code();
        assert_eq!(code("halfpenny:x?req-somethingnew=1"), "request-unknown");
        assert_eq!(code("halfpenny:x?amount=1&amount=2"), "request-twice");
    }

    #[test]
    fn text_that_would_hide_or_move_other_text_is_taken_out() {
        let read = Request::parse("halfpenny:x?label=%E2%80%AEevil").unwrap().unwrap();
        assert_eq!(read.label, "\u{fffd}evil");
    }

    #[test]
    fn a_code_is_upper_case_only_where_that_means_the_same() {
        assert_eq!(request("x1q", "", "", "").to_code(), "HALFPENNY:X1Q");
        assert_eq!(request("x1q", "1.5", "", "").to_code(), "halfpenny:x1q?amount=1.5");
    }

    proptest! {
        #[test]
        fn prop_a_request_comes_back_from_its_link(
            amount in "[0-9]{0,3}", label in "[a-zA-Z0-9äöü &=?%#+/:]{0,20}", message in "\\PC{0,20}"
        ) {
            let asked = request("tst1qab", &amount, &label, &crate::format::plain(&message));
            prop_assert_eq!(Request::parse(&asked.to_link()), Some(Ok(asked)));
        }

        #[test]
        fn prop_no_text_makes_reading_fail(text in "(halfpenny:)?\\PC{0,60}") {
            let _ = Request::parse(&text);
        }
    }
}
