//! How the nonces of a job are divided over workers, and when the next job may begin.

/// The first nonce of each worker. Worker `n` owns the range that begins `n / workers` of the way
/// round from `random`: ranges are disjoint for longer than any job lasts, and where one begins
/// cannot be foreseen, so that several tabs on one template do not repeat each other's work.
#[must_use]
pub fn starts(random: u64, workers: u32) -> Vec<u64> {
    let step = u64::MAX / u64::from(workers.max(1));
    (0..u64::from(workers)).map(|worker| random.wrapping_add(worker.wrapping_mul(step))).collect()
}

/// On a chain of fixed difficulty, how long after the last block the next job begins: a class must
/// be able to follow.
pub const FIXED_PAUSE_MS: f64 = 1_000.0;

/// Milliseconds until the next job may begin. `since_tip_ms` is how long the newest block has been
/// known here.
#[must_use]
pub fn pause_ms(is_fixed: bool, since_tip_ms: f64) -> u32 {
    if !is_fixed {
        return 0;
    }
    let rest = (FIXED_PAUSE_MS - since_tip_ms).clamp(0.0, FIXED_PAUSE_MS);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and a second"
    )]
    let milliseconds = rest.ceil() as u32;
    milliseconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_begin_far_apart() {
        for workers in [1_u32, 2, 3, 7, 64] {
            let mut starts = starts(u64::MAX - 5, workers);
            assert_eq!(starts.len(), usize::try_from(workers).unwrap());
            assert_eq!(starts.first(), Some(&(u64::MAX - 5)));
            starts.sort_unstable();
            for pair in starts.windows(2) {
                assert!(pair[1] - pair[0] >= u64::MAX / u64::from(workers));
            }
        }
        assert!(starts(1, 0).is_empty());
    }

    #[test]
    fn a_class_can_follow_on_fixed_difficulty() {
        assert_eq!(pause_ms(true, 0.0), 1_000);
        assert_eq!(pause_ms(true, 400.0), 600);
        assert_eq!(pause_ms(true, 5_000.0), 0);
        assert_eq!(pause_ms(true, -50.0), 1_000);
        assert_eq!(pause_ms(false, 0.0), 0);
    }
}
