# shellcheck shell=bash
# Sourced by the other scripts: finds or installs what a build needs, and times each stage.
#
# Everything is installed only where it is missing, and kept in $HALFPENNY_TOOLS (.tools/ unless
# told otherwise). Only compilers and browsers come from the system's own packages.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TOOLS=${HALFPENNY_TOOLS:-$ROOT/.tools}
TARGET=$(realpath -m "${CARGO_TARGET_DIR:-$ROOT/target}")

# trunk 0.22 wants a newer rustc than the newest stable one; wasm-bindgen follows Cargo.lock.
TRUNK_VERSION=0.21.14
BINARYEN_VERSION=132
# Reads what wasm_split_helpers of Cargo.lock writes.
WASM_SPLIT_VERSION=0.2.4
NEXTEST_VERSION=0.9.143
AXE_VERSION=4.14.1

# What Debian calls a current Rust, its source, and a linker for wasm32.
DEBIAN_RUST=(rustc-web cargo-web rust-web-src rust-web-llvm lld-22)
DEBIAN_RUST_CHECKS=(rust-web-clippy rustfmt-web)
DEBIAN_WASM_STD=/usr/lib/rustlib/wasm32-unknown-unknown/lib

export PATH="$TOOLS/bin:$TOOLS/npm/node_modules/.bin:$PATH"

# --- saying what happens ---------------------------------------------------------------------

STAGE=

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "error: $*"
    STAGE=
    exit 1
}

# Runs a command as a named stage and prints how long it took. The command runs in this shell:
# what it exports stays, and `set -e` holds inside it (it would not behind `||` or `if`).
stage() {
    STAGE=$1
    local start=$SECONDS
    shift
    say "== $STAGE"
    "$@"
    say "   $((SECONDS - start)) s"
    STAGE=
}

explain_exit() {
    local code=$?
    if ((code != 0)) && [[ -n $STAGE ]]; then
        say "error: the stage \"$STAGE\" failed; the lines above say why"
    fi
}
trap explain_exit EXIT

# Runs a noisy command; its output, without cargo's progress, is shown only if it fails.
quietly() {
    local log code=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null || code=$?
    ((code == 0)) || grep -vE '^ +(Compiling|Checking|Downloaded|Blocking|Updating|Locking) ' "$log" >&2 || true
    rm -f "$log"
    return "$code"
}

has() { command -v "$1" >/dev/null 2>&1; }

# --- the system's packages -------------------------------------------------------------------

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# need_root WHAT FOR
need_root() {
    ((EUID == 0)) || has sudo || fail "$* needs root, and there is no sudo: run this once as root"
}

APT_IS_FRESH=

# apt_install REASON PACKAGE...
apt_install() {
    local reason=$1
    shift
    has apt-get || fail "$reason is missing and there is no apt-get here; install it and run this again (Debian calls it: $*)"
    need_root "installing $reason ($*)"
    if [[ -z $APT_IS_FRESH ]]; then
        quietly as_root apt-get update -qq || fail "apt-get update failed, so $reason cannot be installed"
        APT_IS_FRESH=yes
    fi
    say "   installing $reason with apt-get: $*"
    quietly as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" ||
        fail "apt-get could not install $reason ($*)"
}

need_c_compiler() {
    has cc || apt_install "a C compiler" gcc libc6-dev
}

need_node() {
    has node && has npm || apt_install "Node.js with npm" nodejs npm
}

# The browser tests drive Chromium through its own driver.
need_browser() {
    local missing=()
    has chromium || missing+=(chromium)
    has chromedriver || missing+=(chromium-driver)
    ((${#missing[@]} == 0)) || apt_install "the browser for tests" "${missing[@]}"
}

# --- Rust and its wasm32 standard library ----------------------------------------------------

minimum_rust() { sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml"; }

# version_of COMMAND...: the second word of what it says of its version.
version_of() { "$@" --version 2>/dev/null | awk 'NR == 1 { print $2 }' || true; }

# at_least VERSION WANTED: an empty version is none at all.
at_least() {
    [[ -n $1 && $(printf '%s\n' "$2" "${1%%-*}" | sort -V | head -n 1) == "$2" ]]
}

# Is there a rustc, new enough?
rust_is_recent() { at_least "$(version_of "$1")" "$(minimum_rust)"; }

# Does this rustc compile for wasm32? Compiling is the only check that also notices a library
# that another version left behind.
rust_has_wasm() {
    local out code=0
    out=$(mktemp -d)
    echo 'fn main() {}' |
        "$1" --target wasm32-unknown-unknown --crate-name probe -o "$out/probe.wasm" - \
            >/dev/null 2>&1 || code=1
    rm -rf "$out"
    return "$code"
}

debian_rust_is_ready() {
    [[ -x /usr/bin/cargo && -x /usr/bin/rustc ]] && rust_is_recent /usr/bin/rustc &&
        [[ $(cat "$DEBIAN_WASM_STD/.built-by" 2>/dev/null) == "$(/usr/bin/rustc -vV)" ]] &&
        rust_has_wasm /usr/bin/rustc
}

# Makes plain `cargo` and `rustc` mean Debian's, for this script and all that it starts.
use_debian_rust() {
    if has rustup; then
        rustup toolchain list | grep -q '^debian\b' ||
            quietly rustup toolchain link debian /usr ||
            fail "rustup could not link Debian's toolchain"
        export RUSTUP_TOOLCHAIN=debian
    fi
    if [[ $(rustc -vV 2>/dev/null) != "$(/usr/bin/rustc -vV)" ]]; then
        export PATH="$TOOLS/bin:$TOOLS/npm/node_modules/.bin:/usr/bin:$PATH"
    fi
}

rustup_can_fetch_wasm() {
    has rustup && rust_is_recent rustc || return 1
    # Where downloads are filtered, this fails at once or hangs: two minutes are plenty.
    timeout 120 rustup target add wasm32-unknown-unknown >/dev/null 2>&1 </dev/null || return 1
    say "   installed the wasm32 standard library with rustup"
}

install_debian_rust() {
    has apt-get && has dpkg ||
        fail "Rust $(minimum_rust) or newer with the target wasm32-unknown-unknown is needed: run 'rustup update' and 'rustup target add wasm32-unknown-unknown', then this again"
    dpkg --status "${DEBIAN_RUST[@]}" >/dev/null 2>&1 || apt_install "Rust" "${DEBIAN_RUST[@]}"
    need_c_compiler
    rust_is_recent /usr/bin/rustc ||
        fail "Debian's rustc is $(/usr/bin/rustc --version), older than $(minimum_rust); install a newer Rust with rustup"
    build_debian_wasm_std
}

# Debian packages the source of the standard library, but no build of it for wasm32.
build_debian_wasm_std() {
    need_root "putting the wasm32 standard library into $DEBIAN_WASM_STD"
    say "   building the wasm32 standard library from Debian's source (1 to 2 minutes)"
    local work library
    work=$(mktemp -d)
    mkdir "$work/src" "$work/library"
    echo '//! Only built for what it depends on.' >"$work/src/lib.rs"
    cat >"$work/Cargo.toml" <<'TOML'
[package]
name = "only_for_its_std"
version = "0.0.0"
edition = "2021"

[workspace]
TOML
    # The bootstrap switch allows -Zbuild-std on a stable compiler. Link-time optimisation of the
    # app needs the library's bitcode.
    quietly env -u RUSTUP_TOOLCHAIN -u CARGO_BUILD_TARGET \
        RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc RUSTFLAGS=-Cembed-bitcode=yes \
        CARGO_PROFILE_RELEASE_LTO=off CARGO_TARGET_DIR="$work/target" \
        /usr/bin/cargo build --manifest-path "$work/Cargo.toml" --release \
        -Zbuild-std=std,panic_abort,panic_unwind,test --target wasm32-unknown-unknown ||
        fail "the wasm32 standard library could not be built"
    for library in "$work"/target/wasm32-unknown-unknown/release/deps/*.rlib; do
        [[ $library == *only_for_its_std* ]] || cp "$library" "$work/library/"
    done
    # The stamp is part of the folder, and the folder appears in one step: no half library.
    /usr/bin/rustc -vV >"$work/library/.built-by"
    chmod -R a+rX "$work/library"
    as_root mkdir -p "$(dirname "$DEBIAN_WASM_STD")"
    as_root rm -rf "$DEBIAN_WASM_STD" "$DEBIAN_WASM_STD.new"
    as_root cp -r "$work/library" "$DEBIAN_WASM_STD.new"
    as_root mv "$DEBIAN_WASM_STD.new" "$DEBIAN_WASM_STD"
    rm -rf "$work"
    rust_has_wasm /usr/bin/rustc || fail "the wasm32 standard library was built, but rustc cannot use it"
}

# The first that holds: what is here works; Debian's was set up before; rustup can fetch the
# library; Debian's packages.
need_rust() {
    if rust_is_recent rustc && has cargo && rust_has_wasm rustc; then
        :
    elif debian_rust_is_ready; then
        use_debian_rust
    elif ! rustup_can_fetch_wasm; then
        install_debian_rust
        use_debian_rust
    fi
    need_c_compiler
}

# rustfmt and clippy, which only the tests need. After need_rust.
need_rust_checks() {
    if cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1; then
        return
    fi
    if [[ $(rustc -vV) == "$(/usr/bin/rustc -vV 2>/dev/null)" ]]; then
        apt_install "rustfmt and clippy" "${DEBIAN_RUST_CHECKS[@]}"
    else
        has rustup || fail "rustfmt and clippy are needed for this Rust toolchain"
        say "   installing rustfmt and clippy with rustup"
        quietly rustup component add rustfmt clippy || fail "rustup could not install rustfmt and clippy"
    fi
}

# --- tools of our own ------------------------------------------------------------------------

# has_version COMMAND VERSION: is it there, in exactly this version?
has_version() {
    has "$1" && [[ " $("$1" --version 2>/dev/null | head -n 1) " == *[[:space:]]"$2"[[:space:]]* ]]
}

# cargo_tool CRATE VERSION [CARGO ARGUMENT...]
cargo_tool() {
    local crate=$1 version=$2
    shift 2
    say "   building $crate $version (a few minutes, once)"
    # Unoptimised and without debug information: these run for seconds, and compile for minutes.
    quietly env CARGO_TARGET_DIR="$TOOLS/build" CARGO_PROFILE_DEV_DEBUG=false CARGO_INCREMENTAL=0 \
        cargo install --root "$TOOLS" --debug --version "$version" "$@" "$crate" ||
        fail "$crate $version could not be built"
}

# Must speak the same version as the library in the lock file.
need_wasm_bindgen() {
    local version
    version=$(awk '$0 == "name = \"wasm-bindgen\"" { getline; gsub(/"/, ""); print $3 }' "$ROOT/Cargo.lock")
    [[ -n $version ]] || fail "Cargo.lock names no wasm-bindgen"
    if has_version wasm-bindgen "$version" && has_version wasm-bindgen-test-runner "$version"; then
        return
    fi
    # Not --locked: its lock file names a version that is no longer published.
    cargo_tool wasm-bindgen-cli "$version"
}

# Without default features it cannot download anything by itself, and builds in half the time.
need_trunk() {
    has_version trunk "$TRUNK_VERSION" ||
        cargo_tool trunk "$TRUNK_VERSION" --locked --no-default-features
}

# It does not tell its version; cargo does.
need_wasm_split() {
    has wasm-split-cli &&
        grep -q "\"wasm_split_cli_support $WASM_SPLIT_VERSION " "$TOOLS/.crates.toml" 2>/dev/null ||
        cargo_tool wasm_split_cli_support "$WASM_SPLIT_VERSION" --locked --features build-binary
}

need_nextest() {
    # Any newer one runs the same tests; an older one may not know our configuration.
    at_least "$(version_of cargo nextest)" "$NEXTEST_VERSION" ||
        cargo_tool cargo-nextest "$NEXTEST_VERSION" --locked \
            --no-default-features --features default-no-update
}

# npm_tools PACKAGE@VERSION...: npm removes what it is not told of, so it is told of all.
npm_tools() {
    need_node
    say "   installing from npm: $*"
    quietly npm install --prefix "$TOOLS/npm" --no-save --no-package-lock --no-audit --no-fund \
        --ignore-scripts "$@" || fail "npm could not install $*"
}

need_wasm_opt() {
    has_version wasm-opt "$BINARYEN_VERSION" && has node && return
    npm_tools "binaryen@$BINARYEN_VERSION.0.0" "axe-core@$AXE_VERSION"
}

# The accessibility checker that the browser tests put into each page.
need_axe() {
    export HALFPENNY_AXE="$TOOLS/npm/node_modules/axe-core/axe.min.js"
    [[ -f $HALFPENNY_AXE ]] || npm_tools "binaryen@$BINARYEN_VERSION.0.0" "axe-core@$AXE_VERSION"
}

# What building the app needs.
need_app_tools() {
    need_rust
    need_wasm_opt
    need_wasm_bindgen
    need_wasm_split
    need_trunk
    rm -rf "$TOOLS/build"
}

# What the tests need besides.
need_test_tools() {
    need_app_tools
    need_rust_checks
    need_nextest
    need_axe
    need_browser
    rm -rf "$TOOLS/build"
}

# --- the app ---------------------------------------------------------------------------------

# One line that changes whenever the app would.
app_inputs() {
    (
        cd "$ROOT"
        rustc -vV
        find Cargo.toml Cargo.lock Trunk.toml .cargo frontend shared scripts/compress-app.mjs scripts/split-app.mjs \
            -path frontend/dist -prune -o -path '*/target' -prune -o -type f -print0 |
            sort -z | xargs -0 sha256sum
    ) | sha256sum
}

# Builds the app into frontend/dist. Left alone when nothing changed: the node embeds that
# folder, and would be built again as well.
build_app() {
    local stamp=$TARGET/app.inputs inputs
    inputs=$(app_inputs)
    if [[ $(cat "$stamp" 2>/dev/null) == "$inputs" ]] &&
        compgen -G "$ROOT/frontend/dist/*_bg.wasm" >/dev/null; then
        say "   the app is up to date"
        return
    fi
    rm -f "$stamp"
    # trunk takes NO_COLOR=1 for a mistake, and refuses RUST_LOG beside --quiet; RUSTFLAGS would
    # displace those of .cargo/config.toml.
    cd "$ROOT"
    if ! quietly env -u NO_COLOR -u RUST_LOG -u RUSTFLAGS RUST_BACKTRACE=0 trunk --quiet build; then
        rm -rf frontend/dist/.stage
        fail "the app could not be built"
    fi
    mkdir -p "$TARGET"
    echo "$inputs" >"$stamp"
}
