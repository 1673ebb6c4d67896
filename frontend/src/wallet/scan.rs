//! Which accounts of a secret to ask the node for, and which of them become the wallet's. Pure.

/// Accounts that are asked for before it is said that nothing was found.
pub const STEP: usize = 5;
/// Accounts of a wallet, at most.
pub const MOST: u16 = 20;

/// How many accounts to ask for in all, when these were found used or not, from account 0 on: five more
/// as long as one of the last five was used. People leave accounts empty, but hardly five in a row.
#[must_use]
pub fn reach(used: &[bool]) -> usize {
    let goes_on = used.is_empty() || used.iter().rev().take(STEP).any(|used| *used);
    let reach = if goes_on { used.len() + STEP } else { used.len() };
    reach.min(usize::from(MOST))
}

/// How many of them the wallet has: those up to the last one that was used, and always account 0.
#[must_use]
pub fn kept(used: &[bool]) -> u16 {
    let last = used.iter().rposition(|used| *used).unwrap_or(0);
    u16::try_from(last + 1).map_or(MOST, |count| count.min(MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks as the wallet does; how many were asked for, and how many are kept.
    fn scan(used: &[usize]) -> (usize, u16) {
        let mut found = Vec::new();
        while reach(&found) > found.len() {
            found = (0..reach(&found)).map(|index| used.contains(&index)).collect();
        }
        (found.len(), kept(&found))
    }

    #[test]
    fn five_accounts_are_asked_for_and_five_more_behind_a_used_one() {
        assert_eq!(scan(&[]), (5, 1));
        assert_eq!(scan(&[0]), (10, 1));
        assert_eq!(scan(&[1, 3]), (10, 4));
        assert_eq!(scan(&[0, 9]), (15, 10));
        // A sixth one behind five empty ones is not found.
        assert_eq!(scan(&[11]), (5, 1));
        assert_eq!(scan(&(0..40).collect::<Vec<_>>()), (20, 20));
    }

    #[test]
    fn there_is_always_an_account_and_never_more_than_there_may_be() {
        assert_eq!(kept(&[]), 1);
        assert_eq!(kept(&[false; 5]), 1);
        assert_eq!(kept(&[true; 30]), MOST);
    }
}
