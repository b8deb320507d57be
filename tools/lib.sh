# Small helpers of build.sh: saying what happens, dying in one sentence, knowing what has changed.

say() { printf '%s\n' "$*"; }

die() {
  printf 'build.sh: %s\n' "$*" >&2
  exit 1
}

took() { say "  took $((SECONDS - $1)) s"; }

# quietly NAME COMMAND…: output goes to a log, which is shown only when the command fails.
quietly() {
  local log=.build/log/$1.log started=$SECONDS
  shift
  mkdir -p .build/log
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 60 "$log" >&2
    die "'$1' failed; the whole log is in $log."
  fi
  ((SECONDS - started < 5)) || took "$started"
}

# hash_of PATH…: one hash over names and contents of files and folders. A path written !PATH is left out.
hash_of() { node tools/hash.mjs "$@"; }

# Each result carries the hash of what it was made from inside itself: delete it, and the stamp goes with it.
is_fresh() { [[ -f $1 && $(<"$1") == "$2" ]]; }
