//! Which instruction sets the processor has.

mod avx2;
mod avx512;
mod sha_ni;

use super::Kernel;
use std::arch::is_x86_feature_detected;

/// The kernels that run on this processor, the fastest first.
pub(super) fn detected() -> impl Iterator<Item = Kernel> {
    let kernels = [
        (is_x86_feature_detected!("avx512f"), AVX512),
        (
            is_x86_feature_detected!("sha")
                && is_x86_feature_detected!("sse4.1")
                && is_x86_feature_detected!("ssse3"),
            SHA_NI,
        ),
        (is_x86_feature_detected!("avx2"), AVX2),
    ];
    kernels.into_iter().filter_map(|(is_here, kernel)| is_here.then_some(kernel))
}

const AVX512: Kernel = Kernel {
    name: "avx512",
    lanes: avx512::LANES,
    #[expect(unsafe_code, reason = "`detected` gives this kernel out only where it can run")]
    scan: |job, low, room| unsafe { avx512::scan(job, low, room) },
};

const SHA_NI: Kernel = Kernel {
    name: "sha-ni",
    lanes: sha_ni::LANES,
    #[expect(unsafe_code, reason = "`detected` gives this kernel out only where it can run")]
    scan: |job, low, room| unsafe { sha_ni::scan(job, low, room) },
};

const AVX2: Kernel = Kernel {
    name: "avx2",
    lanes: avx2::LANES,
    #[expect(unsafe_code, reason = "`detected` gives this kernel out only where it can run")]
    scan: |job, low, room| unsafe { avx2::scan(job, low, room) },
};
