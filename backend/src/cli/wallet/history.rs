//! `halfpenny wallet history`: what happened to the account, a page at a time.

use super::{Common, coins, plain, told_amount};
use crate::cli::{say, tell};
use data_encoding::HEXLOWER;
use shared::api::{ActivityRow, MAX_PAGE, Role};
use shared::params::Chain;

/// `wallet history`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Rows to show
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=100))]
    limit: u16,
    /// Where the page before said that the next one begins
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

/// Shows one page.
pub(super) async fn run(common: &Common, args: &Args) -> anyhow::Result<()> {
    let (node, chain) = common.node().await?;
    let address = common.watched(&chain)?.to_text(chain.prefix());
    let limit = usize::from(args.limit).min(MAX_PAGE);
    let after = args.after.as_deref().map(cursor);
    let page = node.activity(&address, after.as_deref(), limit).await?;
    if page.rows.is_empty() {
        tell("Nothing has happened to this account yet.");
    }
    for row in &page.rows {
        say(line(row, &address, &chain)?);
    }
    if let Some(next) = page.next {
        tell(format_args!("More: halfpenny wallet history --after {}", cursor(&next)));
    }
    Ok(())
}

/// A cursor as nodes make them; anything else is left out, for it becomes part of an address.
fn cursor(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(100).collect()
}

fn line(row: &ActivityRow, own: &str, chain: &Chain) -> anyhow::Result<String> {
    let amount = coins(told_amount(row.amount)?, chain);
    let when = row.timestamp.map_or_else(|| "pending".to_owned(), date);
    let (sign, verb) = match row.role {
        Role::Sent => ('-', "sent"),
        Role::Received => ('+', "received"),
        Role::Mined => ('+', "mined"),
    };
    let mut line = format!("{when:<16}  {verb:<8}  {sign}{amount:<22}");
    match (&row.transaction, row.height) {
        (Some(transaction), _) => {
            let other = match row.role {
                Role::Sent => {
                    transaction.payments.first().map(|payment| payment.recipient.as_str())
                }
                Role::Received | Role::Mined => Some(transaction.sender.as_str()),
            };
            let other = other.map_or("", |other| if other == own { "yourself" } else { other });
            line.push_str(&format!("  {}  {}", plain(other), plain(&transaction.id)));
            let memo = HEXLOWER.decode(transaction.memo.as_bytes()).unwrap_or_default();
            if !memo.is_empty() {
                line.push_str(&format!("  \"{}\"", plain(&String::from_utf8_lossy(&memo))));
            }
        }
        (None, Some(height)) => line.push_str(&format!("  block {height}")),
        (None, None) => {}
    }
    Ok(line)
}

/// Seconds since 1970 as a date and time of day, UTC. By Howard Hinnant's days-to-civil.
fn date(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", second / 3_600, second / 60 % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01 00:00"),
            (951_782_399, "2000-02-28 23:59"),
            (951_782_400, "2000-02-29 00:00"),
            (1_793_491_200, "2026-11-01 00:00"),
            (4_107_542_399, "2100-02-28 23:59"),
            (4_107_542_400, "2100-03-01 00:00"),
        ] {
            assert_eq!(date(seconds), expected);
        }
    }
}
