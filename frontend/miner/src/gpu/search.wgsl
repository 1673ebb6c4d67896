// The search for a proof of work on a graphics processor (§9): one SHA-256 compression an attempt.
// Its first word alone decides here; what is a hit is asked of the definition afterwards.

struct Job {
    /// The core's 32 bytes, as words.
    core: array<vec4<u32>, 2>,
    /// Word 9 of the block: the nonce's high half, bytes swapped.
    high: u32,
    /// The low half of the first nonce. It does not wrap within a job.
    low: u32,
    /// Nonces to try; at most 2^31.
    count: u32,
    /// An attempt is a hit when its first word is at most this.
    limit: u32,
}

struct Hits {
    /// How many there are; more than there is room for are counted only.
    count: atomic<u32>,
    /// Distances from the first nonce, in no order.
    offsets: array<u32, 255>,
}

@group(0) @binding(0) var<uniform> job: Job;
@group(0) @binding(1) var<storage, read_write> hits: Hits;

const K = array<u32, 64>(
    0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u, 0x923f82a4u, 0xab1c5ed5u,
    0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u, 0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u,
    0xe49b69c1u, 0xefbe4786u, 0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau,
    0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u, 0x06ca6351u, 0x14292967u,
    0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u, 0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u,
    0xa2bfe8a1u, 0xa81a664bu, 0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u,
    0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au, 0x5b9cca4fu, 0x682e6ff3u,
    0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u, 0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u,
);

fn rotate(x: u32, by: u32) -> u32 {
    return (x >> by) | (x << (32u - by));
}

fn swap_bytes(x: u32) -> u32 {
    return (rotate(x, 8u) & 0xff00ff00u) | (rotate(x, 24u) & 0x00ff00ffu);
}

fn first_word(low: u32) -> u32 {
    var w: array<u32, 16>;
    for (var t = 0u; t < 4u; t++) {
        w[t] = job.core[0][t];
        w[t + 4u] = job.core[1][t];
    }
    w[8] = swap_bytes(low);
    w[9] = job.high;
    w[10] = 0x80000000u;
    w[15] = 320u;

    var a = 0x6a09e667u;
    var b = 0xbb67ae85u;
    var c = 0x3c6ef372u;
    var d = 0xa54ff53au;
    var e = 0x510e527fu;
    var f = 0x9b05688cu;
    var g = 0x1f83d9abu;
    var h = 0x5be0cd19u;
    for (var t = 0u; t < 64u; t++) {
        let at = t & 15u;
        if t >= 16u {
            let x = w[(t + 1u) & 15u];
            let y = w[(t + 14u) & 15u];
            let small_0 = rotate(x, 7u) ^ rotate(x, 18u) ^ (x >> 3u);
            let small_1 = rotate(y, 17u) ^ rotate(y, 19u) ^ (y >> 10u);
            w[at] = w[at] + small_0 + w[(t + 9u) & 15u] + small_1;
        }
        let sum_1 = rotate(e, 6u) ^ rotate(e, 11u) ^ rotate(e, 25u);
        let choice = g ^ (e & (f ^ g));
        let first = h + sum_1 + choice + K[t] + w[at];
        let sum_0 = rotate(a, 2u) ^ rotate(a, 13u) ^ rotate(a, 22u);
        let majority = (a & b) | (c & (a | b));
        h = g;
        g = f;
        f = e;
        e = d + first;
        d = c;
        c = b;
        b = a;
        a = first + sum_0 + majority;
    }
    return a + 0x6a09e667u;
}

@compute @workgroup_size(64)
fn search(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
) {
    let step = groups.x * 64u;
    for (var offset = id.x; offset < job.count; offset += step) {
        if first_word(job.low + offset) <= job.limit {
            let place = atomicAdd(&hits.count, 1u);
            if place < 255u {
                hits.offsets[place] = offset;
            }
        }
    }
}
