//! Overview and history: what there is.

use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::{
    browser::Browser,
    wait::{PATIENCE, until},
};

impl Browser {
    /// The balance in mites, as the overview shows it.
    ///
    /// # Errors
    ///
    /// When it shows none, or no amount.
    pub async fn balance(&self) -> anyhow::Result<u64> {
        let text = self.named("Balance").await?;
        let (number, _) =
            text.rsplit_once(' ').with_context(|| format!("{text:?} has no ticker"))?;
        let digits: String = number.chars().filter(|c| !c.is_whitespace()).collect();
        let amount = shared::amount::Amount::parse_coins(&digits);
        Ok(amount.with_context(|| format!("{text:?} is no amount"))?.mites())
    }

    /// Waits until the overview shows this balance, in coins such as `0.25`.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub async fn sees_balance(&self, coins: &str) {
        let wanted = shared::amount::Amount::parse_coins(coins).expect("an amount").mites();
        until(&format!("{} to see a balance of {coins}", self.who()), PATIENCE, async || {
            let balance = self.balance().await?;
            ensure!(balance == wanted, "it is {balance} mites");
            Ok(())
        })
        .await;
    }

    /// Waits until the status line shows this height.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub async fn sees_height(&self, height: u64, limit: Duration) {
        until(&format!("{} to see block {height}", self.who()), limit, async || {
            let shown = self.named("Height").await?;
            let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
            ensure!(digits.parse() == Ok(height), "it shows {shown:?}");
            Ok(())
        })
        .await;
    }
}
