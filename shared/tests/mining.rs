//! Every kernel of the search for a proof of work against the definition (§9), natively and in wasm.

use shared::{
    hash::{Hash, Tag},
    header::id_of,
    pow::Kernel,
    work::Target,
};

fn naive(core: &Hash, target: &Target, start: u64, count: u64) -> Vec<u64> {
    (0..count)
        .map(|step| start.wrapping_add(step))
        .filter(|nonce| target.is_met_by(&id_of(core, *nonce)))
        .collect()
}

/// Compares every kernel with the definition, and returns how many hits there were.
#[track_caller]
fn compare(core: &Hash, target: &Target, start: u64, count: u64) -> usize {
    let expected = naive(core, target, start, count);
    for kernel in Kernel::all() {
        let context = (kernel.name(), core, target, start, count);
        assert_eq!(kernel.search(core, target, start, count), expected, "{context:?}");
        let first = kernel.first_hit(core, target, start, count);
        assert_eq!(first, expected.first().copied(), "{context:?}");
    }
    expected.len()
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn every_kernel_finds_exactly_what_the_definition_finds() {
    let target = Target::from_zero_bits(7);
    let mut hits = 0;
    for seed in 0..40_u8 {
        let core = Tag::HEADER.hash(&[&[seed]]);
        let [a, b, c, ..] = Tag::CONTENT.hash(&[&[seed]]).0;
        let start = u64::from_be_bytes([a, b, c, 0, b, c, a, seed]);
        // A count that is no multiple of any number of lanes.
        hits += compare(&core, &target, start, 517 + u64::from(seed));
    }
    assert!(hits > 80, "{hits} hits do not say much");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_hit_in_any_lane_is_found() {
    let core = Tag::HEADER.hash(&[b"lanes"]);
    let target = Target::from_zero_bits(11);
    let hit = naive(&core, &target, 1_000, 40_000)[0];
    for before in 0..70 {
        assert_eq!(compare(&core, &target, hit - before, before + 1), 1);
        assert_eq!(compare(&core, &target, hit - before, before), 0);
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_high_half_of_the_nonce_is_carried_into() {
    let target = Target::from_zero_bits(4);
    for high in [1_u64, 2, 0x0001_0000, 0xffff_ffff] {
        let core = Tag::HEADER.hash(&[&high.to_le_bytes()]);
        for before in [0, 1, 7, 64] {
            assert!(compare(&core, &target, (high << 32) - before, 64 + before) > 0);
        }
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn nonces_wrap_at_their_end() {
    let core = Tag::HEADER.hash(&[b"end"]);
    assert!(compare(&core, &Target::from_zero_bits(3), u64::MAX - 40, 100) > 1);
    let first = Kernel::fastest().search(&core, &Target::EASIEST, u64::MAX, 2);
    assert_eq!(first, vec![u64::MAX, 0]);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_easiest_and_the_hardest_target_are_understood() {
    let core = Tag::HEADER.hash(&[b"targets"]);
    assert_eq!(compare(&core, &Target::EASIEST, 5, 37), 37);
    assert_eq!(compare(&core, &Target::HARDEST, 5, 3_000), 0);
    assert_eq!(compare(&core, &Target::EASIEST, 5, 0), 0);
    // Decided by the words after the first: exactly this id, and just not.
    let id = id_of(&core, 9);
    assert_eq!(compare(&core, &Target::from_be_bytes(*id.as_bytes()), 9, 1), 1);
    let mut below = *id.as_bytes();
    let last = below.iter().rposition(|byte| *byte > 0).unwrap();
    below[last] -= 1;
    assert_eq!(compare(&core, &Target::from_be_bytes(below), 9, 1), 0);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_scalar_kernel_is_always_there_and_comes_last() {
    let kernels = Kernel::all();
    assert_eq!(kernels.last().unwrap().name(), "scalar");
    assert_eq!(Kernel::fastest().name(), kernels[0].name());
}

#[cfg(all(target_arch = "wasm32", feature = "simd128"))]
#[wasm_bindgen_test::wasm_bindgen_test]
fn wasm_with_simd_uses_it() {
    assert_eq!(Kernel::fastest().name(), "simd128");
}
