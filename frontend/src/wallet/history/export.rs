//! The history as a file: for spreadsheets, and for programs. The same columns in both.

use super::Row;
use shared::amount::Amount;

/// Names of the columns.
const COLUMNS: [&str; 11] = [
    "time",
    "direction",
    "amount",
    "fee",
    "other",
    "names",
    "memo",
    "state",
    "height",
    "id",
    "ticker",
];

fn cells(row: &Row, ticker: &str) -> [String; 11] {
    let coins = |mites| Amount::from_mites(mites).unwrap_or(Amount::MAX).to_coins();
    let Row { direction, other, names, memo, state, id, .. } = row.clone();
    let time = row.time.map(utc).unwrap_or_default();
    let height = row.height.map(|height| height.to_string()).unwrap_or_default();
    let (amount, fee) = (coins(row.amount), coins(row.fee));
    let direction = direction.to_string();
    [time, direction, amount, fee, other, names, memo, state, height, id, ticker.to_string()]
}

/// The rows as RFC 4180 has them. A cell that a spreadsheet would take for a formula begins with an
/// apostrophe: memos are written by strangers.
#[must_use]
pub fn csv(rows: &[Row], ticker: &str) -> String {
    let mut text = COLUMNS.join(",") + "\r\n";
    for row in rows {
        text += &cells(row, ticker).map(|cell| csv_cell(&cell)).join(",");
        text += "\r\n";
    }
    text
}

fn csv_cell(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
    if cell.contains([',', '"', '\n', '\r', ';']) || !guard.is_empty() {
        format!("\"{guard}{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_string()
    }
}

/// The rows as a list of objects, all values as texts: numbers of coins are exact so.
#[must_use]
pub fn json(rows: &[Row], ticker: &str) -> String {
    let object = |row: &Row| {
        let pairs = COLUMNS.iter().zip(cells(row, ticker));
        let pairs = pairs.map(|(name, cell)| format!("\"{name}\": {}", quoted(&cell)));
        format!("  {{{}}}", pairs.collect::<Vec<_>>().join(", "))
    };
    format!("[\n{}\n]\n", rows.iter().map(object).collect::<Vec<_>>().join(",\n"))
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            // The rows are plain text already; this is for what is not.
            letter if letter.is_control() => quoted.push(' '),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// A time as RFC 3339 writes it, in UTC.
fn utc(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Howard Hinnant's civil_from_days: years begin in March, so that the leap day is their last.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = era * 400 + year + next;
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(memo: &str) -> Row {
        Row {
            direction: "sent",
            other: "x1qbob".into(),
            names: "Bob, bus".into(),
            amount: 150_000_000,
            fee: 1,
            height: Some(12),
            time: Some(1_790_000_000),
            memo: memo.into(),
            id: "ab".into(),
            state: "final".into(),
        }
    }

    #[test]
    fn a_spreadsheet_gets_one_line_for_each_row_and_no_formula() {
        let text = csv(&[row("=1+2"), row("say \"hi\"")], "TST");
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(
            lines[1],
            "2026-09-21T14:13:20Z,sent,1.5,0.00000001,x1qbob,\"Bob, bus\",\"'=1+2\",final,12,ab,TST"
        );
        assert!(lines[2].contains("\"say \"\"hi\"\"\""), "{text}");
        assert_eq!(lines[0].split(',').count(), 11);
    }

    #[test]
    fn a_program_gets_what_it_can_read() {
        let text = json(&[row("a\"b\\c\nd"), row("")], "TST");
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read[0]["memo"], "a\"b\\c d");
        assert_eq!(read[1]["amount"], "1.5");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&json(&[], "T")).unwrap(),
            serde_json::json!([])
        );
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_735_689_600, "2025-01-01T00:00:00Z"),
        ] {
            assert_eq!(utc(seconds), text);
        }
    }
}
