"""A small soak; `make soak` is the large one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import fresh_environment

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]


def test_promotions_arrive_once_although_the_host_is_killed_and_azurite_restarted(
    tmp_path: Path,
) -> None:
    counts = ("--promotions", "4", "--kills", "4", "--azurite-restarts", "1", "--minutes", "8")

    done = subprocess.run(
        [sys.executable, "-m", "sandbox.soak", *counts, "--folder", str(tmp_path / "soak")],
        cwd=ROOT,
        env=fresh_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    last = done.stdout.strip().splitlines()[-1]
    assert last.endswith(
        "4 promotions, 4 kills of the host, 1 restarts of Azurite, 0 problems",
    ), done.stdout[-2000:] + done.stderr[-2000:]
    assert done.returncode == 0
