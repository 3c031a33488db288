# Sourced by the other scripts: installs Debian packages that are missing, and nothing else.

fail() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

# need_packages PACKAGE...
need_packages() {
  local missing=()
  if ! command -v dpkg-query >/dev/null; then
    printf 'This is not a Debian system; these packages are taken for granted: %s\n' "$*" >&2
    return
  fi
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  printf 'Installing: %s\n' "${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "not root and no sudo: install ${missing[*]} and run again"
    as_root=(sudo)
  fi
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    fail "apt-get could not install: ${missing[*]}"
  fi
  rm -f "$log"
}

# quietly LOG COMMAND...: the output goes to LOG and is shown only if the command fails.
quietly() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    return 1
  fi
}

build_packages=(g++ cmake ninja-build nlohmann-json3-dev libcli11-dev libfmt-dev libcsv-dev
  zlib1g-dev libboost-dev tzdata)
