//! §10 against an oracle that shares nothing with it: schoolbook arithmetic on 32-bit limbs, written from
//! the specification's text. 15,000 targets: twelve kinds of chains of 1,000 blocks each, as in the
//! vectors of Bitcoin Cash's ASERT, and 3,000 points anywhere, the edges among them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kit;

use kit::Random;
use shared::{difficulty::Difficulty, work::Target};

/// A natural number of any size, least limb first, no zero limb at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Natural(Vec<u32>);

impl Natural {
    fn of(target: Target) -> Self {
        let limb = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
        Self(target.to_be_bytes().chunks(4).rev().map(limb).collect()).trimmed()
    }

    fn to_target(&self) -> Option<Target> {
        let mut bytes = [0; 32];
        for (place, limb) in self.0.iter().enumerate() {
            let end = 32_usize.checked_sub(place * 4)?;
            bytes.get_mut(end.checked_sub(4)?..end)?.copy_from_slice(&limb.to_be_bytes());
        }
        Some(Target::from_be_bytes(bytes))
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    fn times(&self, factor: u64) -> Self {
        let mut product = Vec::new();
        let mut carry = 0_u128;
        for limb in &self.0 {
            carry += u128::from(*limb) * u128::from(factor);
            product.push(u32::try_from(carry & 0xffff_ffff).unwrap());
            carry >>= 32;
        }
        while carry > 0 {
            product.push(u32::try_from(carry & 0xffff_ffff).unwrap());
            carry >>= 32;
        }
        Self(product).trimmed()
    }

    fn doubled(&self) -> Self {
        self.times(2)
    }

    /// Half of it, rounded down.
    fn halved(&self) -> Self {
        let mut half = vec![0; self.0.len()];
        let mut carry = 0;
        for (to, limb) in half.iter_mut().zip(&self.0).rev() {
            *to = limb >> 1 | carry << 31;
            carry = limb & 1;
        }
        Self(half).trimmed()
    }

    fn is_above(&self, other: &Self) -> bool {
        let order = self.0.len().cmp(&other.0.len());
        order.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev())).is_gt()
    }
}

/// Rounded toward minus infinity, whatever the signs.
fn floor(number: i128, by: i128) -> i128 {
    let quotient = number / by;
    if number % by != 0 && (number < 0) != (by < 0) { quotient - 1 } else { quotient }
}

/// The text of §10.
fn target(rule: &Difficulty, height: u64, parent_clock: u64, clock: u64) -> Target {
    let Some(half_life) = rule.half_life else { return rule.first_target };
    let (parent, own) = (i128::from(parent_clock), i128::from(clock) - i128::from(rule.grace));
    let e = parent.max(own) - i128::from(rule.interval) * (i128::from(height) - 1);
    let x = floor(e * 65_536, i128::from(half_life));
    let s = floor(x, 65_536);
    let f = u128::try_from(x - 65_536 * s).unwrap();
    let sum = 195_766_423_245_049 * f + 971_821_376 * f.pow(2) + 5_127 * f.pow(3) + (1 << 47);
    let factor = 65_536 + (sum >> 48);
    if s >= 256 {
        return rule.easiest_target;
    }
    if s <= -256 {
        return Target::HARDEST;
    }
    let mut number = Natural::of(rule.first_target).times(u64::try_from(factor).unwrap());
    // Doublings first and halvings last, so that it is floored only at the end.
    for _ in 0..s.max(0) {
        number = number.doubled();
    }
    for _ in 0..16 - s.min(0) {
        number = number.halved();
    }
    let (easiest, hardest) = (Natural::of(rule.easiest_target), Natural::of(Target::HARDEST));
    match () {
        () if number.is_above(&easiest) => rule.easiest_target,
        () if hardest.is_above(&number) => Target::HARDEST,
        () => number.to_target().unwrap(),
    }
}

/// The text of §10; the limit's doublings are counted by halving.
fn clock(rule: &Difficulty, height: u64, parent: u64, gap: u64) -> u64 {
    let clock = parent + gap.min(rule.max_gap);
    let Some(half_life) = rule.half_life else { return clock };
    let (first, mut easiest) = (Natural::of(rule.first_target), Natural::of(rule.easiest_target));
    let mut doublings = 0;
    while easiest.is_above(&first) {
        (easiest, doublings) = (easiest.halved(), doublings + 1);
    }
    clock.min(rule.interval * height + half_life * doublings)
}

fn bits(zeros: u8) -> Target {
    Target::from_zero_bits(zeros)
}

const fn main_rule(first_target: Target, easiest_target: Target) -> Difficulty {
    let (interval, max_gap, grace) = (15, 1_860, 660);
    Difficulty { interval, first_target, easiest_target, half_life: Some(300), max_gap, grace }
}

/// A chain of 1,000 blocks from a height and a clock on; returns how many targets were compared.
fn run(rule: &Difficulty, mut height: u64, mut shown: u64, mut gap: impl FnMut(u64) -> u64) -> u64 {
    let mut stamp = 1_000_000;
    for number in 0..1_000 {
        let gap = gap(number).max(1);
        let own = rule.clock(height, shown, stamp, stamp + gap).unwrap();
        assert_eq!(own, clock(rule, height, shown, gap), "height {height}, gap {gap}");
        assert_eq!(
            rule.target(height, shown, own),
            target(rule, height, shown, own),
            "height {height}, clock {shown} to {own}, {rule:?}"
        );
        (height, shown, stamp) = (height + 1, own, stamp + gap);
    }
    1_000
}

#[test]
fn fifteen_thousand_targets_equal_the_oracles() {
    let rule = main_rule(bits(24), bits(20));
    let wide = main_rule(bits(60), bits(1));
    let hard = main_rule(Target::HARDEST, bits(40));
    let fixed = Difficulty { half_life: None, ..rule };
    let mut random = Random(10);
    let mut waiting = |mean: u64| {
        // How long until something that may happen in each second does.
        let mut seconds = 1;
        while random.below(mean) > 0 {
            seconds += 1;
        }
        seconds
    };
    let mut points = 0;
    points += run(&rule, 1, 0, |_| 15);
    points += run(&rule, 1, 0, |_| waiting(15));
    points += run(&rule, 1, 0, |_| 14);
    points += run(&rule, 1, 0, |_| 16);
    points += run(&rule, 1, 0, |_| 1);
    points += run(&wide, 1, 0, |_| 1_900);
    points += run(&wide, 1, 0, |number| if number % 10 == 9 { 86_400 } else { 1 });
    points += run(&wide, 1 << 31, 15 << 31, |_| waiting(15));
    points += run(&wide, (1 << 40) - 1_100, 15 * ((1 << 40) - 1_100), |number| number % 31);
    points += run(&hard, 1, 0, |number| if number < 500 { 1 } else { 700 });
    points += run(&wide, 100_000, 1_499_985 - 5_000, |number| 661 + number % 3);
    points += run(&fixed, 1, 0, |number| number);

    // Anywhere, and at the edges of every part of the rule.
    let edges =
        [0, 1, 2, 65_535, 65_536, 65_537, (1 << 32) - 1, 1 << 32, (1 << 40) - 2, (1 << 40) - 1];
    let mut random = Random(11);
    for number in 0..3_000_u64 {
        let mut bytes = [[0; 32]; 2];
        bytes.as_flattened_mut().fill_with(|| random.below(256).to_le_bytes()[0]);
        let [one, other] = bytes.map(|bytes| {
            let mut shifted = Natural::of(Target::from_be_bytes(bytes));
            for _ in 0..random.below(64) {
                shifted = shifted.halved();
            }
            shifted.to_target().unwrap().max(Target::HARDEST)
        });
        let (half_life, interval) = (1 + random.below(100_000), 1 + random.below(2_000));
        let rule = Difficulty {
            interval,
            first_target: one.min(other),
            easiest_target: one.max(other),
            half_life: Some(half_life),
            max_gap: 1,
            grace: random.below(5_000),
        };
        let mut pick = |bound: u64| edges[usize::try_from(random.below(10)).unwrap()].min(bound);
        let (height, late) = (1 + pick(1 << 34), pick(1 << 40));
        // Within 300 doublings of the schedule, exactly on a border every other time; or at an edge.
        let swing = half_life * random.below(300) + random.below(2) * random.below(half_life);
        let due = interval * (height - 1);
        let parent = match number % 3 {
            0 => due.saturating_add(swing),
            1 => due.saturating_sub(swing),
            _ => late,
        };
        let own = parent + 1 + random.below(10_000);
        assert_eq!(
            rule.target(height, parent, own),
            target(&rule, height, parent, own),
            "height {height}, clock {parent} to {own}, {rule:?}"
        );
        points += 1;
    }
    assert_eq!(points, 15_000);
}

/// A chain without a ceiling below 2^256: the last target that fits is exact, and the next is the easiest.
#[test]
fn a_target_of_all_256_bits_is_exact() {
    let mut bytes = [0; 32];
    bytes[2] = 0xc0;
    let first = Target::from_be_bytes(bytes);
    let rule = main_rule(first, Target::EASIEST);
    let mut shown = 0;
    for doublings in 0..20_u64 {
        shown = 300 * doublings;
        for late in [shown.saturating_sub(1), shown, shown + 1] {
            assert_eq!(rule.target(1, late, late), target(&rule, 1, late, late), "{late}");
        }
    }
    bytes.rotate_left(2);
    assert_eq!(rule.target(1, 300 * 16, 0), Target::from_be_bytes(bytes));
    assert_eq!(rule.target(1, shown, 0), Target::EASIEST);
}

#[test]
fn the_oracle_counts_as_people_do() {
    let number = Natural(vec![u32::MAX, 1]);
    assert_eq!(number.doubled(), Natural(vec![u32::MAX - 1, 3]));
    assert_eq!(number.halved(), Natural(vec![u32::MAX]));
    assert_eq!(number.times(1 << 32), Natural(vec![0, u32::MAX, 1]));
    assert!(number.is_above(&Natural(vec![u32::MAX])) && !number.is_above(&number));
    assert_eq!([floor(-1, 2), floor(-4, 2), floor(3, 2), floor(-3, 2)], [-1, -2, 1, -2]);
    assert_eq!(Natural::of(bits(24)).to_target(), Some(bits(24)));
}
