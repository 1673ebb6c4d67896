use super::*;
use proptest::prelude::*;
use std::vec::Vec;

/// The public chains' parameters: they are what the simulation chose.
const MAIN: Difficulty = Difficulty {
    interval: 15,
    first_target: zero_bits(24),
    easiest_target: zero_bits(20),
    half_life: Some(300),
    max_gap: 1_860,
    grace: 660,
};
const FIXED: Difficulty = Difficulty { half_life: None, ..MAIN };

const fn zero_bits(bits: u64) -> Target {
    let mut bytes = [u8::MAX; 32];
    let mut bit = 0;
    let mut left = bits;
    while left > 0 {
        bytes[bit / 8] >>= 1;
        bit += 1;
        left -= 1;
    }
    Target::from_be_bytes(bytes)
}

/// The target of a block one second after a parent that is `late` seconds behind schedule.
fn target_when_late(late: i64) -> Target {
    let height = 1_000_001_u64;
    let parent = (height - 1).strict_mul(15).checked_add_signed(late).unwrap();
    MAIN.target(height, parent, parent + 1)
}

/// §10 word for word in integers so wide that nothing can leave them.
fn oracle(rule: &Difficulty, height: u64, parent_clock: u64, clock: u64) -> Target {
    type Wide = Uint<1024, 16>;
    let wide = |target: Target| Wide::from_limbs_slice(target.to_u256().as_limbs());
    let half_life = i128::from(rule.half_life.unwrap());
    let [parent, own, grace] = [parent_clock, clock, rule.grace].map(i128::from);
    let due = i128::from(rule.interval) * (i128::from(height) - 1);
    let e = parent + (own - parent - grace).max(0) - due;
    let scaled = e * 65_536;
    let x = scaled / half_life - i128::from(scaled % half_life < 0);
    let s = x / 65_536 - i128::from(x % 65_536 < 0);
    let f = u128::try_from(x - 65_536 * s).unwrap();
    let cubic = 195_766_423_245_049 * f + 971_821_376 * f * f + 5_127 * f * f * f;
    let factor = 65_536 + ((cubic + (1 << 47)) >> 48);
    if s >= 256 {
        return rule.easiest_target;
    }
    if s <= -256 {
        return Target::HARDEST;
    }
    // 2^s and the division by 2^16 as one shift: 256 too far left, then back.
    let up = usize::try_from(s + 256).unwrap();
    let number = ((wide(rule.first_target) * Wide::from(factor)) << up) >> 272_usize;
    let number = number.min(wide(rule.easiest_target)).max(wide(Target::HARDEST));
    Target::from_u256(U256::from_limbs_slice(&number.as_limbs()[..4]))
}

#[test]
fn a_block_on_schedule_has_the_first_target() {
    assert_eq!(target_when_late(0), zero_bits(24));
    assert_eq!(MAIN.target(1, 0, 1), zero_bits(24));
    assert_eq!(MAIN.target(0, 0, 0), zero_bits(24));
}

#[test]
fn each_half_life_doubles_or_halves_the_target_exactly() {
    let first = MAIN.first_target.to_u256();
    for doublings in 0..4_u32 {
        let late = i64::from(doublings) * 300;
        assert_eq!(target_when_late(late).to_u256(), first << doublings as usize);
        assert_eq!(target_when_late(-late).to_u256(), first >> doublings as usize);
    }
}

#[test]
fn half_a_half_life_is_nearly_the_root_of_two() {
    let first = MAIN.first_target.to_u256();
    let ratio = target_when_late(150).to_u256() * U256::from(10_000) / first;
    assert!((14_140..=14_143).contains(&ratio.to::<u64>()), "got {ratio}");
}

#[test]
fn the_target_stays_between_the_hardest_and_the_easiest() {
    assert!(target_when_late(1_199) < MAIN.easiest_target);
    assert_eq!(target_when_late(1_201), MAIN.easiest_target);
    assert_eq!(target_when_late(1_000_000), MAIN.easiest_target);
    assert_eq!(target_when_late(-12_000), Target::HARDEST);
    assert_eq!(target_when_late(-1_000_000), Target::HARDEST);
    let end = (1 << 40) - 1;
    assert_eq!(MAIN.target(1, end, end), MAIN.easiest_target);
    assert_eq!(MAIN.target(end, 0, 1), Target::HARDEST);
    assert_eq!(MAIN.target(u64::MAX, 0, u64::MAX), Target::HARDEST);
}

#[test]
fn a_fixed_difficulty_never_moves_and_its_clock_has_no_ceiling() {
    assert_eq!(FIXED.target(1, 0, 1_000_000), zero_bits(24));
    assert_eq!(FIXED.target(1_000_000, 0, 1), zero_bits(24));
    assert_eq!(FIXED.clock(2, 1 << 39, 100, 200), Some((1 << 39) + 100));
}

#[test]
fn only_the_part_of_a_gap_beyond_grace_eases_the_blocks_own_target() {
    let at = |gap: u64| MAIN.target(101, 1_500, 1_500 + gap);
    assert_eq!(at(1), zero_bits(24));
    assert_eq!(at(660), zero_bits(24));
    assert!(at(661) > zero_bits(24));
    assert_eq!(at(960).to_u256(), MAIN.first_target.to_u256() << 1_usize);
}

#[test]
fn a_long_gap_counts_as_max_gap() {
    // Far behind the ceiling, as after mining much harder blocks than the first.
    assert_eq!(MAIN.clock(1_000, 5_000, 70_000, 70_001), Some(5_001));
    assert_eq!(MAIN.clock(1_000, 5_000, 70_000, 71_860), Some(6_860));
    assert_eq!(MAIN.clock(1_000, 5_000, 70_000, 900_000), Some(6_860));
}

#[test]
fn the_clock_stops_at_its_ceiling() {
    assert_eq!(MAIN.clock_limit(10), 150 + 1_200);
    assert_eq!(MAIN.clock(10, 1_300, 0, 100), Some(1_350));
    assert_eq!(MAIN.clock(10, 9 * 15 + 1_200, 0, 100), Some(1_350));
    assert_eq!(MAIN.clock(10, 9 * 15 + 1_200, 0, 1), Some(9 * 15 + 1_201));
}

#[test]
fn the_ceiling_counts_the_doublings_up_to_the_easiest_target() {
    let ceiling = |first: U256, easiest: U256| {
        let (first_target, easiest_target) = (Target::from_u256(first), Target::from_u256(easiest));
        Difficulty { first_target, easiest_target, ..MAIN }.clock_limit(0) / 300
    };
    let first = MAIN.first_target.to_u256();
    let one = U256::from(1);
    assert_eq!(ceiling(first, first), 0);
    assert_eq!(ceiling(first, first + one), 1);
    assert_eq!(ceiling(first, (first << 1_usize) + one), 1);
    assert_eq!(ceiling(first, (first << 1_usize) + one + one), 2);
    assert_eq!(ceiling(first, U256::MAX), 24);
    assert_eq!(ceiling(Target::HARDEST.to_u256(), U256::MAX), 64);
    assert_eq!(ceiling(U256::MAX, U256::MAX), 0);
}

#[test]
fn a_timestamp_that_does_not_increase_has_no_clock() {
    assert_eq!(MAIN.clock(5, 30, 1_000, 1_000), None);
    assert_eq!(MAIN.clock(5, 30, 1_000, 999), None);
    assert_eq!(FIXED.clock(5, 30, 1_000, 0), None);
}

#[test]
fn one_block_a_day_owes_nothing() {
    let (mut clock, mut timestamp) = (0, 0);
    for height in 1..=1_000 {
        timestamp += 86_400;
        let parent = clock;
        clock = MAIN.clock(height, parent, timestamp - 86_400, timestamp).unwrap();
        assert!(clock > parent && clock <= 15 * height + 1_200);
    }
}

#[test]
fn the_factor_runs_from_one_to_two_without_a_step_back() {
    let factors: Vec<u64> = (0..ONE).map(factor).collect();
    assert!(factors.is_sorted());
    assert_eq!((factors[0], factors[65_535]), (65_536, 131_071));
}

#[test]
fn targets_equal_those_of_a_program_in_unbounded_integers() {
    let rows = include_str!("oracle.txt").lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for row in rows {
        let (numbers, expected) = row.rsplit_once(' ').unwrap();
        let numbers: Vec<u64> = numbers.split(' ').map(|number| number.parse().unwrap()).collect();
        let [first, easiest, half_life, interval, grace, height, parent, clock] = numbers[..]
        else {
            panic!("not eight numbers: {row}");
        };
        let rule = Difficulty {
            interval,
            first_target: zero_bits(first),
            easiest_target: zero_bits(easiest),
            half_life: Some(half_life),
            max_gap: 1,
            grace,
        };
        assert_eq!(rule.target(height, parent, clock), Target::parse(expected).unwrap(), "{row}");
        count += 1;
    }
    assert_eq!(count, 44);
}

prop_compose! {
    fn any_rule()(
        numbers in any::<[[u64; 4]; 2]>(),
        zeros in any::<[u8; 2]>(),
        interval in 1..2_000_u64,
        half_life in 1..100_000_u64,
        grace in 0..5_000_u64,
        more in 0..5_000_u64,
    ) -> Difficulty {
        let cut = |i: usize| U256::from_limbs(numbers[i]) >> usize::from(zeros[i] % 64);
        let [one, other] = [0, 1].map(|i| Target::from_u256(cut(i)).max(Target::HARDEST));
        Difficulty {
            interval,
            first_target: one.min(other),
            easiest_target: one.max(other),
            half_life: Some(half_life),
            max_gap: interval + grace + more,
            grace,
        }
    }
}

proptest! {
    #[test]
    fn prop_targets_equal_the_rule_word_for_word(
        rule in any_rule(),
        height in 1..1_u64 << 40,
        half_lives in -80..80_i64,
        rest in 0..200_000_i64,
        gap in 1..10_000_u64,
    ) {
        let half_life = rule.half_life.unwrap().cast_signed();
        let parent = (rule.interval * (height - 1))
            .saturating_add_signed(half_lives * half_life + rest % half_life);
        prop_assert_eq!(
            rule.target(height, parent, parent + gap),
            oracle(&rule, height, parent, parent + gap)
        );
    }

    #[test]
    fn prop_a_later_clock_never_makes_a_block_harder(
        rule in any_rule(),
        height in 1..10_000_u64,
        parent in 0..10_000_000_u64,
        [gap, later, parent_later] in [1..10_000_u64, 0..10_000, 0..10_000],
    ) {
        let target = rule.target(height, parent, parent + gap);
        prop_assert!(rule.target(height, parent, parent + gap + later) >= target);
        prop_assert!(rule.target(height, parent + parent_later, parent + gap) >= target);
        prop_assert!(rule.target(height + 1, parent, parent + gap) <= target);
    }

    #[test]
    fn prop_the_clock_moves_by_one_second_to_max_gap_and_keeps_its_limit(
        rule in any_rule(),
        gaps in proptest::collection::vec(1..20_000_u64, 1..200),
    ) {
        let (mut clock, mut timestamp) = (0, 1_000_000);
        for (height, gap) in (1..).zip(gaps) {
            let child = rule.clock(height, clock, timestamp, timestamp + gap).unwrap();
            prop_assert!(child > clock && child - clock <= gap.min(rule.max_gap));
            prop_assert!(child <= rule.clock_limit(height));
            (clock, timestamp) = (child, timestamp + gap);
        }
    }
}
