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

# Two runs in one tree would trip over each other's files: locked COMMAND… waits for its turn.
# The lock is a symbolic link to the owner's process number, since making one is atomic and says whose it is.
LOCK=.build/lock
PARTIAL= # an install under way

locked() {
  local owner told=
  mkdir -p .build
  until ln -s "$$" "$LOCK" 2>/dev/null; do
    owner=$(readlink "$LOCK" || true)
    if [[ -n $owner ]] && ! kill -0 "$owner" 2>/dev/null; then
      rm -f "$LOCK"
    elif [[ -z $told ]]; then
      say "waiting for another ./build.sh in this folder (process $owner)"
      told=yes
    fi
    sleep 0.5
  done
  trap clean_up EXIT
  "$@"
  clean_up
  trap - EXIT
}

clean_up() {
  rm -f "$LOCK"
  [[ -z $PARTIAL ]] || rm -rf "$PARTIAL"
}
