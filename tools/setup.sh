#!/bin/sh
# Makes everything the commands need: .venv with the pinned requirements, Azurite in
# sandbox/node_modules. Needs Python 3.13 (as python3.13, or through uv), Node.js 20 or newer, npm;
# says which one is missing and how to get it. A second run with nothing changed costs nothing.
set -eu
cd "$(dirname "$0")/.."

VENV=.venv
REQUIREMENTS=requirements-dev.txt
PIP="env PIP_DISABLE_PIP_VERSION_CHECK=1 $VENV/bin/python -m pip install --quiet --require-hashes"

say() { printf 'setup: %s\n' "$*" >&2; }

fail() {
  say "$1"
  exit 1
}

# A name on the PATH is not enough: version managers leave stand-ins that cannot run.
is_python() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1; }

find_python() {
  for name in python3.13 python3 python; do
    if is_python "$name"; then
      echo "$name"
      return
    fi
  done
  if command -v uv >/dev/null 2>&1; then
    uv python find 3.13 2>/dev/null || { uv python install 3.13 >&2 && uv python find 3.13; }
  fi
}

require_node() {
  major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p')
  if [ -z "$major" ] || [ "$major" -lt 20 ]; then
    fail "Node.js 20 or newer is missing (found: $(node --version 2>/dev/null || echo none)): install it from https://nodejs.org or with your system's packages (nodejs, npm), then run this again"
  fi
  command -v npm >/dev/null 2>&1 ||
    fail "npm is missing although Node.js is there: install your system's package npm, then run this again"
}

make_venv() {
  python=$(find_python) || python=
  if [ -z "$python" ]; then
    fail "Python 3.13 is missing: install python3.13 with your system's packages or from https://www.python.org, or install uv (https://docs.astral.sh/uv) which brings it, then run this again"
  fi
  say "making $VENV with $("$python" --version)"
  rm -rf "$VENV"
  if "$python" -m venv "$VENV" >/dev/null 2>&1; then
    return
  fi
  rm -rf "$VENV"
  if command -v uv >/dev/null 2>&1; then
    uv venv --quiet --seed --python "$python" "$VENV"
  else
    fail "$python cannot make environments: install your system's package python3.13-venv, or uv (https://docs.astral.sh/uv), then run this again"
  fi
}

# The version of uv that the lock file pins, by the lock file's own hashes: a small download.
install_uv() {
  pinned=$(mktemp)
  sed -n '/^uv==/,/[^\\]$/p' "$REQUIREMENTS" >"$pinned"
  $PIP -r "$pinned" >/dev/null 2>&1 || say "uv cannot be installed here"
  rm -f "$pinned"
}

install_requirements() {
  say "installing $REQUIREMENTS"
  uv=uv
  command -v uv >/dev/null 2>&1 || {
    install_uv
    uv=$VENV/bin/uv
  }
  # uv reads none of pip's configuration; where packages come through that, pip alone reaches them.
  VIRTUAL_ENV="$PWD/$VENV" "$uv" pip install --quiet --compile-bytecode --require-hashes -r "$REQUIREMENTS" 2>"$VENV/uv.log" || {
    say "uv could not do it ($VENV/uv.log says why), pip tries: that takes longer"
    $PIP -r "$REQUIREMENTS" ||
      fail "the packages of $REQUIREMENTS cannot be had (the lines above say why): is the package index reachable from here? Behind a proxy set HTTPS_PROXY, for another index pip's index-url, then run this again"
  }
}

install_azurite() {
  say "installing Azurite"
  (cd sandbox && npm ci --loglevel=error >/dev/null) ||
    fail "Azurite cannot be had (the lines above say why): is npm's registry reachable from here? Behind a proxy set HTTPS_PROXY, for another registry npm's registry, then run this again"
}

# What was installed is kept beside the installation: the same lock again means nothing to do.
venv_fresh() { is_python "$VENV/bin/python" && cmp -s "$REQUIREMENTS" "$VENV/installed.txt"; }
azurite_fresh() { cmp -s sandbox/package-lock.json sandbox/node_modules/installed.json; }

azurite_fresh || require_node
if ! venv_fresh; then
  is_python "$VENV/bin/python" || make_venv
  install_requirements
  cp "$REQUIREMENTS" "$VENV/installed.txt"
fi
if ! azurite_fresh; then
  install_azurite
  cp sandbox/package-lock.json sandbox/node_modules/installed.json
fi
