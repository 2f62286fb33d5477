"""Checks that do what checks should not; `test_outside` runs them in processes of their own."""

import os
import subprocess
import sys
import time
from typing import Any

from promotion.domain.results import CheckResult, Outcome
from promotion.domain.snapshot import Snapshot

FINE = CheckResult(name="x", outcome=Outcome.PASSED, summary="Fine.")


def look_around(snapshot: Snapshot, settings: dict[str, Any]) -> CheckResult:
    """Answer with everything that can be seen, printing meanwhile."""
    sys.stdout.write("not a frame\n" * 1000)
    sys.stdout.flush()
    reader = snapshot.files.open("model.pkl")
    evidence = {
        "environment": sorted(os.environ),
        "paths": list(snapshot.files.paths),
        "champion": list(snapshot.champion_files.paths),
        "size": reader.size,
        "middle": reader.read(2, 3).hex(),
        "tags": snapshot.asset.tags,
        "versions": [each.version for each in snapshot.target_versions],
        "settings": settings,
    }
    return CheckResult(name="x", outcome=Outcome.PASSED, summary="Seen.", evidence=evidence)


def hang(snapshot: Snapshot, settings: dict[str, Any]) -> CheckResult:
    """Start another process that outlives everything, and never come back."""
    del snapshot
    with subprocess.Popen(["sleep", "600"]) as child:
        with open(settings["note"], "w") as note:  # noqa: PTH123 -- one line
            note.write(str(child.pid))
        time.sleep(600)
    return FINE


def die(snapshot: Snapshot, settings: dict[str, Any]) -> CheckResult:
    """End without a word."""
    del snapshot, settings
    os._exit(3)


def complain(snapshot: Snapshot, settings: dict[str, Any]) -> CheckResult:
    """Say something, then raise."""
    sys.stderr.write("the holdout set is gone\n")
    raise ValueError("nothing to measure")


def answer_something_else(snapshot: Snapshot, settings: dict[str, Any]) -> object:
    """Answer what is no result."""
    return True


def answer_far_too_much(snapshot: Snapshot, settings: dict[str, Any]) -> CheckResult:
    """Answer with 30 MB."""
    return CheckResult(name="x", outcome=Outcome.PASSED, summary="x" * 30_000_000)


def read_what_is_missing(snapshot: Snapshot, settings: dict[str, Any]) -> CheckResult:
    """Open a file that is not there."""
    snapshot.files.open("nothing")
    return FINE


def read_on_regardless(snapshot: Snapshot, settings: dict[str, Any]) -> CheckResult:
    """Read a file that cannot be read now."""
    snapshot.files.open("model.pkl")
    return FINE
