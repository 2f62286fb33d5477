"""The command line beside a running sandbox, in processes of its own. Never asserts but for what must succeed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import ROOT


class Terminal:
    """Runs the command line in processes of its own."""

    def __init__(self, ready_file: Path, environment: dict[str, str] | None = None) -> None:
        self._ready_file = ready_file
        self._environment = dict(os.environ) if environment is None else environment

    def run(self, *words: str, role: str = "operator") -> subprocess.CompletedProcess[str]:
        """Run a command against the sandbox."""
        return self.bare(*words, "--sandbox", str(self._ready_file), "--as", role)

    def bare(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as it is."""
        return subprocess.run(
            [sys.executable, "-m", "promotion", *words],
            cwd=ROOT,
            env=self._environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def json(self, *words: str, role: str = "operator") -> Any:  # noqa: ANN401 -- any JSON
        """Run a command that must succeed, and return the JSON that it prints."""
        done = self.run(*words, "--json", role=role)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
