# What must hold: every check and test, quick ones first. All of them run; the failed ones are named at the end.

FAILED=()
PASSED=0

run_checks() {
  locked setup_tools
  locked need_browsers
  locked offer_comparisons
  PYTHON=$(find_numpy || echo python3)
  export PYTHON
  export PUPPETEER_SKIP_DOWNLOAD=1 WASM_BINDGEN_TEST_TIMEOUT=${WASM_BINDGEN_TEST_TIMEOUT:-300}
  CHROME_BIN=$(find_chromium)
  FIREFOX_BIN=$(find_firefox)
  export CHROME_BIN FIREFOX_BIN

  step "Rust: format" cargo fmt --check
  step "Shell: syntax" bash -n build.sh .ci/run tools/*.sh tools/bench/*.sh
  step "JavaScript, CSS, JSON: format" prettier --check --log-level warn .
  step "JavaScript: lint" eslint --max-warnings 0 .
  step "CSS: lint" stylelint 'www/**/*.css'
  step "HTML: validity" html-validate 'www/*.html'
  step "Build: wasm module" locked make_wasm
  step "Build: dist" locked make_dist --strict
  step "JavaScript: types" check_types
  step "Rust: clippy" cargo clippy --quiet --all-targets -- -D warnings
  step "Rust: clippy for wasm" wasm_clippy
  step "Rust: the crates of the benchmark" bench_crates
  step "Rust: native tests" cargo test --quiet
  step "Node: tests" node_tests
  step "Browser: wasm module" wasm_tests
  step "Browser: pages in Chromium and Firefox" node --test --test-reporter=spec --test-concurrency=1 tests/page/*.test.mjs
  step "Sizes" node tools/sizes.mjs
  step "Lighthouse: performance" node tools/lighthouse.mjs

  summary
}

# step HEADING COMMAND…
step() {
  local heading=$1 started=$SECONDS status=0
  shift
  say ""
  say "== $heading"
  # A shell of its own with -e set: inside `if` or `||` bash would ignore a failure in the middle of a function.
  set +e
  (
    set -e
    "$@" </dev/null
  )
  status=$?
  set -e
  if ((status == 0)); then
    PASSED=$((PASSED + 1))
    say "   passed ($((SECONDS - started)) s)"
  else
    FAILED+=("$heading")
    say "   FAILED ($((SECONDS - started)) s)"
  fi
}

check_types() {
  local project status=0
  for project in tsconfig.json tsconfig.worker.json tsconfig.tools.json; do
    tsc -p "$project" || status=1
  done
  return $status
}

node_tests() {
  cargo build --quiet --release # the command line, which the tests compare with
  locked make_wasm_nosimd
  node --test --test-reporter=spec tests/node/*.test.mjs
}

# Tests of the boundary are those named so; the others would only be compiled a second time.
wasm_test_options() {
  local file
  for file in tests/web*.rs tests/worker*.rs; do
    [[ ! -f $file ]] || printf -- '--test\n%s\n' "$(basename "$file" .rs)"
  done
}

wasm_clippy() {
  local options
  mapfile -t options < <(wasm_test_options)
  cargo clippy --quiet --lib "${options[@]}" --no-default-features --target wasm32-unknown-unknown -- -D warnings
}

# They are not part of the program, so nothing else would notice that they no longer build.
bench_crates() {
  local crate
  for crate in tools/bench/native tools/bench/kiddo; do
    cargo fmt --check --manifest-path "$crate/Cargo.toml"
    cargo clippy --quiet --locked --manifest-path "$crate/Cargo.toml" --target-dir target/bench -- -D warnings
  done
}

wasm_tests() {
  local options
  mapfile -t options < <(wasm_test_options)
  ((${#options[@]})) || die "There is no tests/web*.rs or tests/worker*.rs."
  wasm-pack test --headless --chrome --chromedriver "$(command -v "${CHROMEDRIVER:-chromedriver}")" \
    --release . --no-default-features "${options[@]}"
}

summary() {
  local heading
  say ""
  for heading in ${FAILED[@]+"${FAILED[@]}"}; do say "failed: $heading"; done
  say "took $((SECONDS / 60)) min $((SECONDS % 60)) s"
  say "$PASSED passed, ${#FAILED[@]} failed"
  ((${#FAILED[@]} == 0))
}
