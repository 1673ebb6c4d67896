//! What can honestly be said about the time to a block. Pure.

/// How long a block takes at a hash rate, as chances say it. Attempts have no memory: none of this
/// becomes less by waiting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expectation {
    /// Seconds on average.
    pub mean: f64,
    /// Seconds that half of all blocks take less than.
    pub median: f64,
    /// Seconds that one block in twenty takes longer than.
    pub long: f64,
}

/// The expectation for `difficulty` attempts a block at `hash_rate` attempts a second; `None` while
/// there is no rate to reckon with.
#[must_use]
pub fn expectation(difficulty: u64, hash_rate: f64) -> Option<Expectation> {
    if !hash_rate.is_finite() || hash_rate <= 0.0 || difficulty == 0 {
        return None;
    }
    // A count of attempts needs no more digits than a float has.
    #[expect(clippy::cast_precision_loss, reason = "a duration for people is not exact")]
    let mean = difficulty as f64 / hash_rate;
    Some(Expectation { mean, median: mean * core::f64::consts::LN_2, long: mean * 20_f64.ln() })
}

/// The number of threads in a text, or what is wrong with it.
///
/// # Errors
///
/// A sentence for people.
pub fn parse_threads(text: &str, most: u32) -> Result<u32, String> {
    let outside = || match most {
        1 => String::from(t!("this device has one processor core: enter 1")),
        most => t!("enter a number from 1 to {most}", most = most),
    };
    let threads: u32 = text.trim().parse().map_err(|_| outside())?;
    if (1..=most).contains(&threads) { Ok(threads) } else { Err(outside()) }
}

/// How many zero bits a hash begins with: one more takes twice the attempts.
#[must_use]
pub fn zero_bits(hash: &[u8; 32]) -> u32 {
    let zeros = hash.iter().take_while(|byte| **byte == 0).count();
    let rest = hash.get(zeros).map_or(0, |byte| byte.leading_zeros());
    hash.iter().take(zeros).map(|byte| byte.leading_zeros()).sum::<u32>().saturating_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_all_blocks_take_less_than_the_average() {
        let expected = expectation(1_000, 10.0).unwrap();
        assert!((expected.mean - 100.0).abs() < 1e-9);
        assert!((expected.median - 69.3).abs() < 0.1);
        assert!((expected.long - 299.6).abs() < 0.1);
    }

    #[test]
    fn zero_bits_are_counted_from_the_front() {
        let with = |place: usize, byte: u8| {
            let mut hash = [0; 32];
            hash[place] = byte;
            zero_bits(&hash)
        };
        assert_eq!([with(0, 0xff), with(0, 1), with(2, 0x1f), with(31, 1)], [0, 7, 19, 255]);
        assert_eq!(zero_bits(&[0; 32]), 256);
    }

    #[test]
    fn without_a_rate_nothing_is_said() {
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(expectation(1_000, rate), None);
        }
        assert_eq!(expectation(0, 10.0), None);
    }

    #[test]
    fn threads_are_at_least_one_and_at_most_what_the_device_has() {
        assert_eq!(parse_threads(" 4 ", 8), Ok(4));
        assert_eq!(parse_threads("8", 8), Ok(8));
        for text in ["0", "9", "", "two", "-1", "1.5", "99999999999"] {
            assert_eq!(parse_threads(text, 8), Err("enter a number from 1 to 8".into()), "{text}");
        }
        assert!(parse_threads("2", 1).is_err_and(|error| error.contains("enter 1")));
    }
}
