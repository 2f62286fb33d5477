#!/bin/sh
# Measures branch coverage over every suite but the generated calls, and holds it: all of the rules and
# checks, nearly all of the rest. Data of each suite is kept apart, as pytest-cov clears what it finds.
# Not seen: what runs in a process that is killed, and in that of a check of your own, which inherits nothing.
set -eu
cd "$(dirname "$0")/.."

ROOM=build/coverage
rm -rf "$ROOM"
mkdir -p "$ROOM"

measure() {
  name=$1
  shift
  echo "== $name"
  COVERAGE_FILE="$ROOM/$name" .venv/bin/python -m pytest -q --cov --cov-report= "$@" || failed=1
}

failed=0
# Tests of speed say nothing while every line is counted.
measure fast -n 2 --dist loadfile -k "not about_a_second" tests/unit tests/property tests/contract
for suite in counts concurrency crash e2e browser; do
  measure "$suite" --ignore=tests/e2e/test_schemathesis.py "tests/$suite"
done

export COVERAGE_FILE="$ROOM/all"
.venv/bin/coverage combine --quiet --keep "$ROOM"/*
.venv/bin/coverage json --quiet -o build/coverage.json
echo "== the rules: promotion/domain, usecases, checks"
.venv/bin/coverage report --fail-under=100 --precision=2 \
  --include='promotion/domain/*,promotion/usecases/*,promotion/checks/*' || failed=1
echo "== the whole product"
.venv/bin/coverage report --fail-under=95 --precision=2 --include='promotion/*,./function_app.py' || failed=1
exit $failed
