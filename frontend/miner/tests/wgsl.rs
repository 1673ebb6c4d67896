//! The program for graphics processors, as far as no graphics processor is needed: it is valid WGSL, and
//! what it reads and writes is as large as the miner says.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use miner::gpu;
use naga::{
    front::wgsl,
    valid::{Capabilities, ValidationFlags, Validator},
};

#[test]
fn the_program_is_valid_and_its_buffers_have_the_sizes_that_the_miner_gives_them() {
    let module = wgsl::parse_str(gpu::SEARCH).map_err(|error| error.emit_to_string(gpu::SEARCH));
    let module = module.unwrap();
    // Without any capability that not every device has.
    Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module).unwrap();
    let size = |name: &str| {
        let mut variables = module.global_variables.iter().map(|(_, variable)| variable);
        let variable = variables.find(|variable| variable.name.as_deref() == Some(name)).unwrap();
        module.types[variable.ty].inner.size(module.to_ctx())
    };
    assert_eq!((size("job"), size("hits")), (gpu::JOB_BYTES, gpu::HITS_BYTES));
    let [entry] = module.entry_points.as_slice() else { panic!("one entry point is wanted") };
    assert_eq!((entry.name.as_str(), entry.workgroup_size), ("search", [gpu::GROUP, 1, 1]));
}

#[test]
fn a_program_with_a_mistake_in_it_is_refused() {
    let spoilt = gpu::SEARCH.replace("w[9] = job.high;", "w[9] = job.higher;");
    assert_ne!(spoilt, gpu::SEARCH);
    assert!(wgsl::parse_str(&spoilt).is_err());
}
