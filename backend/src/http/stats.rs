//! `GET /stats`: series for charts.
//!
//! They are read from a sample of the index, whose rows hold the work and the fees of each block: a
//! request looks at no more than [`MAX_POINTS`] times [`SAMPLES`] blocks, however long the chain is.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::{StatsPoint, StatsView};

use super::{
    Context, answer,
    body::{Query, parameter},
    error::HttpError,
    get,
};
use crate::chain::{BlockSummary, View};

/// Points of a series, at most.
const MAX_POINTS: u64 = 120;
/// Blocks behind a point whose mean is not told by its ends, at most.
const SAMPLES: u64 = 4;
/// Blocks behind a hash rate, at least: the time of a single block says little.
const RATE_BLOCKS: u64 = 30;
/// The first block that was mined.
const FIRST: u64 = 1;

pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(get("/stats", web::get().to(stats)));
}

/// What a series is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Metric {
    Difficulty,
    HashRate,
    BlockTime,
    Fees,
    Transactions,
    Supply,
}

/// How far a series reaches back from the tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    All,
    Blocks(u64),
    Seconds(u64),
}

async fn stats(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let query = Query::of(&request);
    let name = query.need("metric")?;
    let (metric, unit) = Metric::parse(name).ok_or_else(|| {
        parameter(
            "metric",
            "must be difficulty, hash_rate, block_time, fees, transactions or supply",
        )
    })?;
    let range = Range::parse(query.get("range").unwrap_or("all")).ok_or_else(|| {
        parameter("range", "must be all, a number of blocks, or a time such as 24h, 7d, 4w or 1y")
    })?;
    let (metric_name, unit) = (name.to_owned(), unit.to_owned());
    let (view, (step, points)) = context.read(move |view| series(view, metric, range)).await?;
    let stats = StatsView { metric: metric_name, unit, step, points };
    Ok(answer::json(&request, &view, &stats))
}

impl Metric {
    /// The metric of a name, and what its values are.
    fn parse(name: &str) -> Option<(Self, &'static str)> {
        Some(match name {
            "difficulty" => (Self::Difficulty, "attempts"),
            "hash_rate" => (Self::HashRate, "attempts per second"),
            "block_time" => (Self::BlockTime, "seconds"),
            "fees" => (Self::Fees, "mites"),
            "transactions" => (Self::Transactions, "transactions"),
            "supply" => (Self::Supply, "mites"),
            _ => return None,
        })
    }

    /// The first block that has a value. Genesis was not mined, so its time begins nothing.
    const fn first(self) -> u64 {
        match self {
            Self::HashRate | Self::BlockTime => FIRST + 1,
            Self::Difficulty | Self::Fees | Self::Transactions | Self::Supply => FIRST,
        }
    }

    /// The value of the `step` blocks up to `block`.
    fn value(self, view: &View, block: &BlockSummary, step: u64) -> Result<f64, HttpError> {
        let height = block.header.height;
        Ok(match self {
            Self::Difficulty => {
                let since = before(view, height, step, 0)?;
                ratio(work_since(&since, block), blocks_since(&since, block))
            }
            Self::HashRate => {
                let since = before(view, height, step.max(RATE_BLOCKS), FIRST)?;
                ratio(work_since(&since, block), seconds_since(&since, block))
            }
            Self::BlockTime => {
                let since = before(view, height, step, FIRST)?;
                ratio(seconds_since(&since, block), blocks_since(&since, block))
            }
            Self::Fees => mean(view, height, step, |block| block.fees.mites())?,
            Self::Transactions => {
                mean(view, height, step, |block| block.header.transaction_count.into())?
            }
            Self::Supply => ratio(view.chain().parameters().supply_at(height).mites().into(), 1),
        })
    }
}

impl Range {
    /// `all`, `1000` (blocks), `24h`, `7d`, `4w`, `6m`, `1y`; without a number, one: `day`.
    fn parse(text: &str) -> Option<Self> {
        if text == "all" {
            return Some(Self::All);
        }
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at_checked(digits)?;
        let number: u64 = if number.is_empty() { 1 } else { number.parse().ok()? };
        let seconds = match unit {
            "" if digits > 0 && number > 0 => return Some(Self::Blocks(number)),
            "h" | "hour" => 3_600,
            "d" | "day" => 86_400,
            "w" | "week" => 7 * 86_400,
            "m" | "month" => 30 * 86_400,
            "y" | "year" => 365 * 86_400,
            _ => return None,
        };
        number.checked_mul(seconds).filter(|seconds| *seconds > 0).map(Self::Seconds)
    }

    /// The first block of the range. Times are counted back from the tip's.
    fn first_block(self, view: &View) -> Result<u64, HttpError> {
        let tip = view.height();
        match self {
            Self::All => Ok(FIRST),
            Self::Blocks(count) => Ok((tip + 1).saturating_sub(count)),
            Self::Seconds(seconds) => {
                let start = view.state().header().timestamp.saturating_sub(seconds);
                // Times grow from block to block, so halving finds the first one that is not too old.
                let (mut low, mut high) = (FIRST, tip);
                while low < high {
                    let middle = low + (high - low) / 2;
                    if at(view, middle)?.header.timestamp < start {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                Ok(low)
            }
        }
    }
}

fn series(view: &View, metric: Metric, range: Range) -> Result<(u64, Vec<StatsPoint>), HttpError> {
    let from = range.first_block(view)?.max(metric.first());
    let (step, heights) = sample(from, view.height());
    let point = |height| {
        let block = at(view, height)?;
        let value = metric.value(view, &block, step)?;
        Ok(StatsPoint { height, time: block.header.timestamp, value })
    };
    Ok((step, heights.map(point).collect::<Result<_, HttpError>>()?))
}

/// At most [`MAX_POINTS`] heights from `from` to `tip`, ascending, `tip` among them, and their distance.
fn sample(from: u64, tip: u64) -> (u64, impl Iterator<Item = u64>) {
    let count = (tip + 1).saturating_sub(from);
    let step = count.div_ceil(MAX_POINTS).max(1);
    let points = count.div_ceil(step);
    (step, (0..points).rev().map(move |back| tip - back * step))
}

/// The block of the main chain at a height that it has.
fn at(view: &View, height: u64) -> Result<BlockSummary, HttpError> {
    view.block_at(height)?.ok_or_else(|| HttpError::BlockNotFound { wanted: height.to_string() })
}

/// The block `step` before a height, but no lower than `least`.
fn before(view: &View, height: u64, step: u64, least: u64) -> Result<BlockSummary, HttpError> {
    at(view, height.saturating_sub(step).max(least))
}

const fn work_since(since: &BlockSummary, block: &BlockSummary) -> u128 {
    block.work.0.saturating_sub(since.work.0)
}

fn seconds_since(since: &BlockSummary, block: &BlockSummary) -> u128 {
    block.header.timestamp.saturating_sub(since.header.timestamp).into()
}

fn blocks_since(since: &BlockSummary, block: &BlockSummary) -> u128 {
    block.header.height.saturating_sub(since.header.height).into()
}

/// The mean of up to [`SAMPLES`] of the `step` blocks up to `height`, evenly spread.
fn mean(
    view: &View,
    height: u64,
    step: u64,
    pick: impl Fn(&BlockSummary) -> u64,
) -> Result<f64, HttpError> {
    let samples = step.min(SAMPLES);
    let mut sum = 0_u128;
    for sample in 0..samples {
        let height = height.saturating_sub(sample * step / samples).max(FIRST);
        sum = sum.saturating_add(pick(&at(view, height)?).into());
    }
    Ok(ratio(sum, samples.into()))
}

/// A quotient for a chart, to three decimals; 0 where there is none.
fn ratio(number: u128, by: u128) -> f64 {
    if by == 0 {
        return 0.0;
    }
    (number as f64 / by as f64 * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_all_or_blocks_or_a_time() {
        for (text, range) in [
            ("all", Some(Range::All)),
            ("1000", Some(Range::Blocks(1_000))),
            ("24h", Some(Range::Seconds(86_400))),
            ("day", Some(Range::Seconds(86_400))),
            ("1d", Some(Range::Seconds(86_400))),
            ("4w", Some(Range::Seconds(2_419_200))),
            ("1y", Some(Range::Seconds(31_536_000))),
            ("0", None),
            ("0d", None),
            ("-5", None),
            ("1.5h", None),
            ("7 d", None),
            ("days", None),
            ("99999999999999999999h", None),
            ("18446744073709551615y", None),
            ("ünd", None),
        ] {
            assert_eq!(Range::parse(text), range, "{text}");
        }
    }

    #[test]
    fn however_long_the_chain_a_series_has_few_points_and_ends_at_the_tip() {
        for (from, tip) in
            [(1, 0), (1, 1), (5, 9), (1, 120), (1, 121), (2, 1_000_000), (1, 1 << 39)]
        {
            let (step, heights) = sample(from, tip);
            let heights: Vec<u64> = heights.collect();
            assert!(heights.len() as u64 <= MAX_POINTS, "{from} to {tip}");
            assert_eq!(heights.last().copied(), (tip >= from).then_some(tip));
            assert!(heights.iter().all(|height| (from..=tip).contains(height)));
            assert!(heights.windows(2).all(|pair| pair[1] - pair[0] == step));
            // Nothing before the first point is missing but what is part of it.
            assert!(heights.first().is_none_or(|first| first - from < step));
        }
    }
}
