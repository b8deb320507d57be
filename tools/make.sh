# What is built: the wasm module (with SIMD for the page, without for a test), and dist/, the folder a host gets.

WASM_FEATURES=(--enable-simd --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext
  --enable-mutable-globals --enable-reference-types --enable-multivalue)
# The command line is no part of the module.
WASM_INPUTS=(src '!src/bin' Cargo.toml Cargo.lock rust-toolchain.toml .cargo/config.toml package-lock.json
  tools/setup.sh tools/make.sh)

make_wasm() {
  local hash started=$SECONDS staging=.build/pkg
  [[ -f Cargo.lock ]] || cargo generate-lockfile
  hash=$(hash_of "${WASM_INPUTS[@]}")
  if is_fresh www/pkg/.inputs "$hash"; then
    say "wasm module: up to date"
    return
  fi
  say "wasm module: building www/pkg/"
  rm -rf "$staging"
  wasm-pack --quiet build --target web --profile wasm --no-opt --no-pack --out-dir "$staging" --out-name bitter_lesson \
    . --no-default-features
  wasm-opt -O3 --strip-debug --strip-producers "${WASM_FEATURES[@]}" \
    "$staging/bitter_lesson_bg.wasm" -o "$staging/bitter_lesson_bg.wasm"
  rm -f "$staging/.gitignore"
  printf '%s' "$hash" >"$staging/.inputs"
  rm -rf www/pkg
  mv "$staging" www/pkg
  took "$started"
}

# The same module without SIMD and without wasm-opt, in target/pkg-nosimd/: the bits must be the same.
make_wasm_nosimd() {
  local hash started=$SECONDS out=target/pkg-nosimd
  hash=$(hash_of "${WASM_INPUTS[@]}")
  if is_fresh "$out/.inputs" "$hash"; then
    say "wasm module without SIMD: up to date"
    return
  fi
  say "wasm module without SIMD: building $out/"
  RUSTFLAGS="-C target-feature=-simd128 $CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS" \
    cargo build --quiet --lib --profile wasm --no-default-features \
    --target wasm32-unknown-unknown --target-dir target/nosimd
  rm -rf "$out"
  wasm-bindgen --target web --out-dir "$out" --out-name bitter_lesson \
    target/nosimd/wasm32-unknown-unknown/wasm/bitter_lesson.wasm
  printf '%s' "$hash" >"$out/.inputs"
  took "$started"
}

make_dist() { node tools/dist.mjs "$@"; }
