"""Generated calls, right and wrong ones, against the real app: nothing outside its contract.

So many as `API_CALLS` says: 1,000 unless told otherwise, 5,000 by `make test-api`.
"""

import datetime as dt
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from sandbox.ready import ready
from sandbox.running import Sandbox
from tests.e2e.asking import asked, offered, pending
from tests.e2e.conftest import Client

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(1800)]

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
AT_LEAST: Final = int(os.environ.get("API_CALLS", "1000"))
#: Generated calls of one round for each operation, beside about forty that are derived from its schema;
#: operations without input have few that differ.
_EACH: Final = max(AT_LEAST // 18, 20)
_ROUNDS: Final = 4


def test_no_generated_call_is_answered_outside_the_contract(
    strict: Sandbox,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked(strict, offered(strict, "waits-for-evidence", tmp_path))
    pending(strict, offered(strict, "waits-for-people", tmp_path))
    pending(strict, offered(strict, "waits-for-people-too", tmp_path))
    asked(strict, offered(strict, "is-refused", tmp_path, r2="0.1"))
    answers: Counter[str] = Counter()

    for number in range(_ROUNDS):
        answers += _round(strict, tmp_path, seed=number)
        if answers.total() >= AT_LEAST:
            break

    statuses: Counter[str] = Counter()
    for what, count in answers.items():
        statuses[what.split()[0]] += count
    with capsys.disabled():
        # The number of calls is what this test is asked for, beside its verdict.
        line = f"\nschemathesis: {answers.total():,} calls, {dict(sorted(statuses.items()))}"
        print(line)  # noqa: T201 -- as the comment says
    assert answers.total() >= AT_LEAST
    assert {"200", "201", "403", "404", "422", "428"} <= set(statuses)
    assert [status for status in statuses if status >= "500"] == []
    assert statuses["429"] < answers.total() / 4


def _round(running: Sandbox, folder: Path, *, seed: int) -> Counter[str]:
    said = ready(running.config, now=dt.datetime.now(dt.UTC))
    count = folder / f"answers-{seed}.json"
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "tests.e2e.generated_calls",
        "PYTHONPATH": str(ROOT),
        "CALLS_URL": said["functions_url"],
        "CALLS_PEOPLE": json.dumps(said["people"]),
        "CALLS_COUNT": str(count),
    }
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={HERE / 'schemathesis.toml'}",
            "run",
            str(_document(running, folder)),
            # A header given here would win over the people that the hooks choose.
            f"--url={said['functions_url']}",
            "--phases=examples,coverage,fuzzing",
            f"--max-examples={_EACH}",
            f"--seed={seed}",
            "--workers=4",
            "--no-shrink",
            "--continue-on-failure",
            "--request-timeout=60",
            "--suppress-health-check=all",
            "--no-color",
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    # What comes before are the phases, what comes after is counting.
    failures = done.stdout.partition("= FAILURES =")[2][:8_000]
    assert done.returncode == 0, failures or done.stdout[-4_000:] + done.stderr[-2_000:]
    return Counter(json.loads(count.read_text()))


def _document(running: Sandbox, folder: Path) -> Path:
    path = folder / "openapi.json"
    path.write_bytes(Client(running, "reader").call("GET", "/api/openapi.json").content)
    return path
