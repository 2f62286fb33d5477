"""A registry moved to another one while everything is killed half-way: the command that plays it, in small."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.e2e.conftest import fresh_environment

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(400)]


def test_a_registry_moves_whole_and_once_although_everything_was_killed_twice(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.migration", "--versions", "16", "--folder", tmp_path],
        cwd=ROOT,
        env=fresh_environment(),
        capture_output=True,
        text=True,
        timeout=360,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "16 of 16 versions are there" in done.stdout
    assert done.stdout.count("killed everything") == 2
    assert re.search(r"16 versions moved in \d+ s .* 0 problems", done.stdout)
