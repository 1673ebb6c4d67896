//! Following the chain: what the account holds, whether that is proven, what happened to it.

use super::{Phase, Proven, Wallet, proof};
use crate::prelude::*;
use crate::wallet::history::{Entry, id_of, is_same};
use crate::{api, browser};
use futures_util::join;
use shared::{
    account::AccountId,
    api::{AccountView, ActivityPage, ActivityRow, Role},
    params::Chain,
};

/// Rows in the first page.
const PAGE: usize = 50;
/// Rows that are asked for at once when older ones are: as many as a node gives.
const OLDER: usize = 100;
/// Tries to get account and proof of the same block.
const TRIES: u32 = 3;

/// Loads the account, its proof and its newest activity.
pub(super) async fn refresh(wallet: Wallet) {
    let Some(address) = wallet.address.get_untracked() else { return };
    let (account, page) = join!(api::account(&address), api::activity(&address, None, PAGE));
    // Meanwhile the wallet may have become another one.
    if wallet.address.get_untracked().as_deref() != Some(&address) {
        return;
    }
    if let Ok(account) = account {
        prove(wallet, account).await;
    }
    if let Ok(page) = page {
        let old = wallet.activity.get_untracked();
        let old_next = wallet.activity_next.get_untracked();
        if let Some(text) = taken_back(&old, &page) {
            wallet.notices.alert(text);
        }
        let (rows, next) = merged(old, old_next, page);
        wallet.activity.set(rows);
        wallet.activity_next.set(next);
        wallet.activity_loaded.set(true);
    }
    wallet.look_after_sends().await;
}

/// Shows the account, and then whether it was proven. Account and proof are read one after the
/// other, so a block may lie between them.
async fn prove(wallet: Wallet, account: AccountView) {
    let (Some(chain), Some(id)) =
        (wallet.chain.parameters.get_untracked(), untrack(|| wallet.account_id()))
    else {
        return;
    };
    show(wallet, &account);
    let (_, proven) = checked(account, &id, &chain, |account| show(wallet, account)).await;
    if let Some(proven) = proven {
        wallet.proven.set(proven);
    }
}

/// The account as it was when it was checked, and whether it was proven; nothing when the node stopped
/// to answer. What is told of the account meanwhile is shown.
pub(super) async fn checked(
    mut account: AccountView,
    id: &AccountId,
    chain: &Chain,
    show: impl Fn(&AccountView),
) -> (AccountView, Option<Proven>) {
    for _ in 0..TRIES {
        let Ok(view) = api::account_proof(&account.address).await else { return (account, None) };
        let Some(shown) = proof::check(&view, id, chain) else { break };
        let fits = shown.account.nonce == account.nonce
            && shown.account.balance.mites() == account.balance;
        if fits {
            return (account, Some(Proven::Proven { height: shown.height }));
        }
        let Ok(again) = api::account(&account.address).await else { return (account, None) };
        account = again;
        show(&account);
    }
    (account, Some(Proven::Wrong))
}

/// Shows the account. What was proven of another state of it says nothing of this one.
fn show(wallet: Wallet, account: &AccountView) {
    let state = |account: &AccountView| (account.nonce, account.balance);
    let known = wallet.account.with_untracked(|known| known.as_ref().map(state));
    if known != Some(state(account)) {
        wallet.proven.set(Proven::Unknown);
    }
    wallet.account.set(Some(account.clone()));
}

/// The rows after the newest page came: what was loaded below it stays, if the two join.
fn merged(
    old: Vec<Entry>,
    old_next: Option<String>,
    page: ActivityPage,
) -> (Vec<Entry>, Option<String>) {
    let ActivityPage { rows, next } = page;
    let mut new: Vec<Entry> = rows.into_iter().map(Entry::new).collect();
    let last = new.iter().rev().find_map(|row| row.height);
    let (Some(_), Some(last)) = (&next, last) else { return (new, next) };
    let is_new = |row: &Entry| new.iter().any(|new| is_same(new, row));
    let mut in_reach = old.iter().filter(|row| row.height.is_some_and(|height| height >= last));
    let joins = in_reach.any(&is_new);
    if !joins || old.len() <= new.len() {
        return (new, next);
    }
    // Asks of few whether they are new: there may be tens of thousands below.
    let is_kept = |row: &Entry| {
        row.height.is_some_and(|height| height < last || height == last && !is_new(row))
    };
    let kept: Vec<Entry> = old.into_iter().filter(is_kept).collect();
    new.extend(kept);
    (new, old_next)
}

/// What to tell when coins that had come in a block are no longer in the chain.
fn taken_back(old: &[Entry], page: &ActivityPage) -> Option<String> {
    let lowest = page.rows.iter().rev().find_map(|row| row.height).filter(|_| page.next.is_some());
    let gone = |row: &&Entry| {
        let height = row.height.unwrap_or(0);
        row.role != Role::Sent
            && height > 0
            && lowest.is_none_or(|lowest| height > lowest)
            && !page.rows.iter().any(|new| new.height.is_some() && id_of(new) == id_of(row))
    };
    let heights: Vec<String> =
        old.iter().filter(gone).filter_map(|row| row.height).map(|it| it.to_string()).collect();
    (!heights.is_empty()).then(|| {
        t!(
            "Reorganised out: miners agreed on other blocks, so what came to you in block {heights} \
             is no longer in the chain. A payment waits and is confirmed again as a rule; a mined \
             reward is gone.",
            heights = heights.join(", "),
        )
    })
}

/// Adds older rows at the end, each once. Only the last ones can be among them.
fn extend(rows: &mut Vec<Entry>, older: Vec<ActivityRow>) {
    let newest = older.first().and_then(|row| row.height);
    let reach = rows.iter().rev().take_while(|row| row.height <= newest).count();
    let known = rows.split_off(rows.len() - reach);
    let is_fresh = |row: &ActivityRow| !known.iter().any(|known| is_same(known, row));
    let fresh: Vec<Entry> = older.into_iter().filter(is_fresh).map(Entry::new).collect();
    rows.extend(known);
    rows.extend(fresh);
}

impl Wallet {
    /// Adds a page of older rows to the activity.
    pub async fn load_older(&self) {
        let (Some(address), Some(after)) =
            (self.address.get_untracked(), self.activity_next.get_untracked())
        else {
            return;
        };
        match api::activity(&address, Some(&after), OLDER).await {
            Ok(page) => {
                // A refresh in between may have moved the end.
                if self.activity_next.get_untracked().as_deref() == Some(&after) {
                    self.activity.update(|rows| extend(rows, page.rows));
                    self.activity_next.set(page.next);
                }
            }
            Err(error) => {
                self.notices.alert(t!("Older rows could not be loaded: {error}.", error = error))
            }
        }
    }

    /// Locks the wallet when nobody has touched the page for as long as the settings say.
    pub(super) fn lock_when_idle(&self) {
        let wallet = *self;
        wallet.last_touch.set_value(browser::monotonic_ms());
        browser::on_window(&["pointerdown", "keydown", "wheel", "touchstart"], move || {
            wallet.last_touch.set_value(browser::monotonic_ms());
        });
        crate::reactive::spawn_local(async move {
            loop {
                browser::sleep(5_000).await;
                let minutes = wallet.settings.auto_lock_minutes.get_untracked();
                let idle_ms = browser::monotonic_ms() - wallet.last_touch.get_value();
                let is_unlocked = wallet.phase.get_untracked() == Phase::Unlocked;
                if is_unlocked && minutes > 0 && idle_ms >= f64::from(minutes) * 60_000.0 {
                    wallet.lock();
                    wallet.notices.status(t!("Locked, because the page was not used for a while."));
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;

    fn row(height: u64) -> ActivityRow {
        testkit::row(height, Role::Mined)
    }

    fn rows(heights: std::ops::RangeInclusive<u64>) -> Vec<ActivityRow> {
        heights.rev().map(row).collect()
    }

    fn entries(rows: Vec<ActivityRow>) -> Vec<Entry> {
        rows.into_iter().map(Entry::new).collect()
    }

    fn check(
        old: Vec<ActivityRow>,
        new: Vec<ActivityRow>,
        next: Option<&str>,
        expected: (Vec<ActivityRow>, Option<&str>),
    ) {
        let page = ActivityPage { rows: new, next: next.map(String::from) };
        let (rows, next) = merged(entries(old), Some("old".into()), page);
        assert_eq!((rows, next.as_deref()), (entries(expected.0), expected.1));
    }

    #[test]
    fn older_rows_are_added_each_once() {
        let mut all = entries(rows(5..=9));
        extend(&mut all, rows(2..=6));
        extend(&mut all, rows(1..=1));
        extend(&mut all, Vec::new());
        assert_eq!(all, entries(rows(1..=9)));
    }

    #[test]
    fn two_rows_of_one_block_stay_two_where_pages_meet() {
        let paid = |height| ActivityRow { role: Role::Received, ..row(height) };
        let mut old = rows(1..=5);
        old.insert(2, paid(3));
        check(old.clone(), rows(3..=6), Some("new"), {
            let mut all = rows(1..=6);
            all.insert(4, paid(3));
            (all, Some("old"))
        });
    }

    #[test]
    fn older_rows_stay_below_the_newest_page() {
        check(rows(1..=9), rows(8..=10), Some("new"), (rows(1..=10), Some("old")));
    }

    #[test]
    fn a_page_that_does_not_join_begins_anew() {
        check(rows(1..=9), rows(20..=22), Some("new"), (rows(20..=22), Some("new")));
        check(rows(1..=3), rows(2..=4), Some("new"), (rows(2..=4), Some("new")));
        check(Vec::new(), rows(1..=2), Some("new"), (rows(1..=2), Some("new")));
    }

    #[test]
    fn a_page_that_has_everything_replaces_everything() {
        check(rows(1..=9), rows(1..=2), None, (rows(1..=2), None));
        check(rows(1..=9), Vec::new(), None, (Vec::new(), None));
    }

    #[test]
    fn coins_that_a_reorganisation_took_back_are_told() {
        let page = |rows, next: Option<&str>| ActivityPage { rows, next: next.map(String::from) };
        let told = |old: &[ActivityRow], page: &ActivityPage| {
            taken_back(&entries(old.to_vec()), page).is_some()
        };
        assert!(!told(&rows(1..=3), &page(rows(1..=4), None)));
        assert!(!told(&[], &page(rows(1..=4), None)));
        // Older than the page: nothing is known of it.
        assert!(!told(&rows(1..=3), &page(rows(3..=4), Some("more"))));
        let mut other = rows(1..=3);
        other[0].block = Some("other".into());
        let text = taken_back(&entries(rows(1..=3)), &page(other, None)).unwrap();
        assert!(text.starts_with("Reorganised out:") && text.contains("in block 3 "), "{text}");
        // What one sent oneself has its own words.
        let mut sent = row(9);
        sent.role = Role::Sent;
        assert!(!told(&[sent], &page(rows(1..=3), None)));
    }
}
