# What only the benchmark needs: its native side, kiddo as a module, and the rivals of npm. Nothing of it is part of the page.

make_bench() {
  local hash out=.build/bench target=${CARGO_TARGET_DIR:-$PWD/target}/bench
  say "benchmark: building its native side and kiddo"
  cargo build --quiet --release --manifest-path tools/bench/native/Cargo.toml --target-dir "$target"
  cargo build --quiet --release --manifest-path tools/bench/kiddo/Cargo.toml --target-dir "$target" --locked \
    --lib --target wasm32-unknown-unknown
  hash=$(hash_of tools/bench/package.json tools/bench/package-lock.json)
  if ! is_fresh "$out/node_modules/.inputs" "$hash"; then
    say "benchmark: installing the rivals of npm into $out/node_modules/"
    mkdir -p "$out"
    cp tools/bench/package.json tools/bench/package-lock.json "$out"
    quietly npm-bench npm ci --prefix "$out" --ignore-scripts --no-audit --no-fund
    printf '%s' "$hash" >"$out/node_modules/.inputs"
  fi
}
