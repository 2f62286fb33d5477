"""An honest export of 100,000 facts verifies, in memory that does not grow with it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent.parent.parent

#: In a process of its own: the peak of a process never falls again.
VERIFY: Final = """
import json, resource, sys
from pathlib import Path
from promotion.cli.audit_files import opened
export = Path(sys.argv[1])
with opened(export, key=Path(f"{export}.pem"), anchors=None, files=None) as offline:
    wrong = list(offline.verification.run(offline.lines))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"wrong": len(wrong), "facts": offline.verification.report.facts, "KiB": peak}))
"""


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def verified(folder: Path, facts: int) -> dict[str, int]:
    """Return what verifying an export of so many facts came to."""
    export = str(folder / f"{facts}.jsonl")
    run("-m", "tests.many_trails", export, str(facts))
    found: dict[str, int] = json.loads(run("-c", VERIFY, export))
    return found


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_thousand_facts_verify_in_the_memory_of_ten_thousand(tmp_path: Path) -> None:
    few = verified(tmp_path, 10_000)
    many = verified(tmp_path, 100_000)

    assert (few["wrong"], many["wrong"]) == (0, 0)
    assert (few["facts"], many["facts"]) == (10_000, 100_000)
    assert many["KiB"] <= few["KiB"] + 2_048
