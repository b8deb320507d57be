#!/usr/bin/env bash
# The one way in: sets up what is missing, builds what has changed, then serves, tests or measures.
# The steps live beside the other tools: setup.sh (what must be there), make.sh (what is built), checks.sh (what must hold),
# bench/setup.sh (what only the benchmark needs).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

source tools/lib.sh
source tools/setup.sh
source tools/make.sh
source tools/checks.sh
source tools/bench/setup.sh

usage() {
  cat <<'TEXT'
usage: ./build.sh [COMMAND]

  (none)               set up and build: www/pkg/ (the wasm module) and dist/ (what a host gets)
  serve [PORT]         build, then serve dist/ on http://127.0.0.1:PORT/ (default 8080)
  serve --source [PORT]  the same from www/, for developing: reload to see a change
  test                 build, then run every check and every test
  bench [--quick] [--only WORD] [--json FILE]
                       build, then measure speeds beside those of rivals (nothing passes or fails)
  wasm                 only the wasm module
  wasm-nosimd          only the wasm module without SIMD, for the comparison of bits

Tools are fetched once per user into ${XDG_CACHE_HOME:-~/.cache}/bitter-lesson/, nothing is installed on the system
(except browsers for `test`, by apt, where that is possible).
TEXT
}

usage_error() {
  echo "build.sh: $1" >&2
  usage >&2
  exit 2
}

build() {
  locked setup_tools
  locked make_wasm
  locked make_dist
}

serve() {
  local source=() port
  if [[ ${1:-} == --source ]]; then
    source=(--source)
    shift
  fi
  (($# <= 1)) || usage_error "serve takes at most one port"
  port=${1:-8080}
  [[ $port =~ ^[0-9]{1,5}$ ]] && ((10#$port >= 1 && 10#$port <= 65535)) ||
    die "The port must be a number from 1 to 65535, not '$port'."
  port=$((10#$port))
  # Asked before the set-up, which may take minutes.
  need_node
  node tools/serve.mjs --check "$port" || exit 1
  build
  exec node tools/serve.mjs "${source[@]}" "$port"
}

bench() {
  build
  locked make_bench
  exec node tools/bench/main.mjs "$@"
}

case ${1:-build} in
  build | test | wasm | wasm-nosimd) (($# <= 1)) || usage_error "'$1' takes no argument" ;;
esac
case ${1:-build} in
  build) build ;;
  serve) serve "${@:2}" ;;
  test) run_checks ;;
  bench) bench "${@:2}" ;;
  # No && below: bash ignores a failure inside a function that stands before one.
  wasm) locked setup_tools; locked make_wasm ;;
  wasm-nosimd) locked setup_tools; locked make_wasm_nosimd ;;
  -h | --help | help) usage ;;
  *) usage_error "unknown command '$1'" ;;
esac
