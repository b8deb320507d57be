# What must be there before anything is built. Rust's toolchain comes by rustup, everything else into a per-user cache
# or into node_modules/; only this process's PATH is changed.

WASM_PACK=0.15.1
WASM_BINDGEN=0.2.130 # the same as the crate's wasm-bindgen: the two speak a private format
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/bitter-lesson

setup_tools() {
  need_node
  need_rust
  need_linker
  need_versions_to_agree
  # wasm-bindgen's lock file may name releases that a mirror does not have yet, so it is resolved afresh.
  need_cargo_tool wasm-bindgen-cli "$WASM_BINDGEN" wasm-bindgen 4
  need_cargo_tool wasm-pack "$WASM_PACK" wasm-pack 2 --locked
  need_npm_packages
}

need_node() {
  command -v node >/dev/null && command -v npm >/dev/null ||
    die "Node.js is missing: install version 20.19 or newer (https://nodejs.org) and run this again."
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    die "Node.js $(node --version) is too old: version 20.19 or newer is needed (https://nodejs.org)."
}

need_rust() {
  PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin # where rustup puts itself, whether or not the shell was started anew
  command -v rustup >/dev/null || die "rustup is missing: install it from https://rustup.rs and run this again."
  # Named outright, so that neither an override of the reader's nor RUSTUP_AUTO_INSTALL=0 changes what is used.
  RUSTUP_TOOLCHAIN=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
  export RUSTUP_TOOLCHAIN
  # Flags from outside would silently replace those of .cargo/config.toml, and SIMD with them.
  unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
  # These join them: the module's panic messages must not tell where this user's files are, nor differ between machines.
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=registry"
  if ! rust_is_complete; then
    say "Rust $RUSTUP_TOOLCHAIN: installing with rustup"
    quietly rustup rustup toolchain install "$RUSTUP_TOOLCHAIN" --no-self-update --profile minimal \
      --component rustfmt --component clippy --target wasm32-unknown-unknown
    rust_is_complete || die "rustup did not install Rust $RUSTUP_TOOLCHAIN with rustfmt, clippy and wasm32-unknown-unknown."
  fi
  # A cargo from elsewhere may stand first on the PATH.
  PATH=$(dirname "$(rustup which cargo)"):$PATH
  export PATH
}

rust_is_complete() {
  local have part
  rustup toolchain list | grep -q "^$RUSTUP_TOOLCHAIN-" || return 1
  have=$(rustup component list --installed --toolchain "$RUSTUP_TOOLCHAIN") || return 1
  for part in rustfmt clippy rust-std-wasm32-unknown-unknown; do
    grep -q "^$part" <<<"$have" || return 1
  done
}

need_linker() {
  command -v cc >/dev/null || apt_install gcc libc6-dev ||
    die "A C compiler is missing, which Rust links with: install gcc or clang (Debian: apt install gcc libc6-dev)."
}

need_versions_to_agree() {
  grep -q "^wasm-bindgen = \"=$WASM_BINDGEN\"" Cargo.toml ||
    die "Cargo.toml and tools/setup.sh name different versions of wasm-bindgen: make both the same."
}

# need_cargo_tool CRATE VERSION BINARY MINUTES [OPTION…]
need_cargo_tool() {
  local crate=$1 version=$2 binary=$3 minutes=$4
  shift 4
  local home=$CACHE/$crate-$version
  if [[ ! -x $home/bin/$binary ]]; then
    say "$crate $version: installing into $home (once per user, about $minutes minutes)"
    # Renamed at the end, so that an interrupted install is never taken for a whole one.
    mkdir -p "$CACHE"
    PARTIAL=$(mktemp -d "$CACHE/partial.XXXXXX")
    quietly "$crate" env -u CARGO_TARGET_DIR \
      cargo install "$crate" --version "$version" --root "$PARTIAL" --no-track "$@"
    # Another tree's run may have been faster: either one will do.
    [[ -x $home/bin/$binary ]] || { rm -rf "$home" && mv "$PARTIAL" "$home"; }
    rm -rf "$PARTIAL"
    PARTIAL=
  fi
  PATH=$home/bin:$PATH
}

need_npm_packages() {
  local hash
  hash=$(hash_of package.json package-lock.json)
  if ! is_fresh node_modules/.inputs "$hash"; then
    say "npm packages: installing into node_modules/"
    quietly npm npm ci --no-audit --no-fund
    printf '%s' "$hash" >node_modules/.inputs
  fi
  PATH=$PWD/node_modules/.bin:$PATH
}

# For the tests only.
need_browsers() {
  local missing=() package
  find_chromium >/dev/null || missing+=(chromium)
  command -v "${CHROMEDRIVER:-chromedriver}" >/dev/null || missing+=(chromium-driver)
  find_firefox >/dev/null || missing+=(firefox-esr)
  ((${#missing[@]})) || return 0
  apt_install "${missing[@]}" ||
    die "For the tests, install these and run again: ${missing[*]} (the names of Debian's packages; CHROME_BIN, CHROMEDRIVER and FIREFOX_BIN may name the programs)."
  find_chromium >/dev/null && find_firefox >/dev/null || die "apt installed ${missing[*]}, but a browser is still not to be found."
}

# For the tests only, and only to compare with: where these cannot be had, the tests that need them say that they were skipped.
offer_comparisons() {
  local missing=()
  find_numpy >/dev/null || missing+=(python3-numpy)
  command -v parallel >/dev/null || missing+=(parallel)
  ((${#missing[@]})) || return 0
  # In a shell of its own: a failed installation ends that one only.
  (apt_install "${missing[@]}") || say "Without ${missing[*]} (the names of Debian's packages) a few comparisons are skipped."
}

# The system's own Python may not be the first on the PATH, but it is the one that apt gives packages to.
find_numpy() {
  local python
  for python in "${PYTHON:-python3}" /usr/bin/python3; do
    "$python" -c 'import numpy' 2>/dev/null && echo "$python" && return
  done
  return 1
}

find_chromium() { command -v "${CHROME_BIN:-chromium}" || command -v chromium-browser || command -v google-chrome; }
find_firefox() { command -v "${FIREFOX_BIN:-firefox-esr}" || command -v firefox; }

apt_install() {
  command -v apt-get >/dev/null && ((EUID == 0)) || return 1
  say "apt: installing $*"
  quietly apt-update apt-get update
  quietly apt-install env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}
