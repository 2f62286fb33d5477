"""docs/first-day.md, played as it is written: every command, the policy, its mistake, the script."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from promotion.adapters.policy_file import check_file
from tests.conftest import ROOT
from tests.e2e.conftest import fresh_environment
from tests.e2e.terminal import Terminal

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]

PAGE: Final = (ROOT / "docs" / "first-day.md").read_text()


def blocks(language: str) -> list[str]:
    """Return the page's blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@dataclass
class Day:
    """A sandbox as `make sandbox` runs it, in a folder of its own, and a terminal beside it."""

    folder: Path
    environment: dict[str, str]

    @property
    def policy(self) -> Path:
        """The policy that is edited."""
        return self.folder / "policy.yaml"

    @property
    def screen(self) -> str:
        """What the sandbox has said so far."""
        return (self.folder / "screen.txt").read_text()

    @property
    def terminal(self) -> Terminal:
        """The command line against this sandbox."""
        return Terminal(self.folder / ".sandbox" / "ready.json", self.environment)

    def sandbox(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the sandbox to its end."""
        return subprocess.run(
            [sys.executable, "-m", "sandbox", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self) -> subprocess.Popen[bytes]:
        """Start it; return when it says that it is ready."""
        command = [sys.executable, "-m", "sandbox", "up", "--state", str(self.folder / ".sandbox")]
        with (self.folder / "screen.txt").open("wb") as screen:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=screen)
        self.until_said("Commands")
        return process

    def until_said(self, text: str) -> None:
        """Return once the sandbox has said a text; fail with all it said when it never does."""
        deadline = time.monotonic() + 120
        while text not in self.screen:
            assert time.monotonic() < deadline, self.screen
            time.sleep(0.2)

    def save(self, policy: str) -> None:
        """Save the policy as an editor does."""
        new = self.folder / "policy.yaml.new"
        new.write_text(policy)
        new.replace(self.policy)

    def type(self, line: str, request: dict[str, Any] | None = None) -> str:
        """Type a line of the page that must succeed, with the names of this day; return what it prints."""
        state = str(self.folder / ".sandbox")
        words = [
            word.replace(".sandbox", state).replace("my-model", str(self.folder / "my-model"))
            for word in shlex.split(line)[1:]
        ]
        words = [request["id"] if word == "ID" and request else word for word in words]
        words += ["--state", state] if "register" in words else []
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            input="y\n",
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout

    def newest(self, state: str) -> dict[str, Any]:
        """Return the newest request of the model once it is in a state."""
        deadline = time.monotonic() + 90
        while True:
            found = self.terminal.json("requests", "list", "--name", "my-model")["items"]
            if found and found[0]["state"] == state:
                newest: dict[str, Any] = found[0]
                return newest
            assert time.monotonic() < deadline, found
            time.sleep(0.3)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """A running sandbox on the shipped policy, and a model of one's own beside it."""
    folder = tmp_path_factory.mktemp("day")
    (folder / "policy.yaml").write_bytes((ROOT / "policy.yaml").read_bytes())
    (folder / "my-model").mkdir()
    (folder / "my-model" / "weights.csv").write_text(f"{os.urandom(500).hex()}\n")
    policy = {"PROMOTION_POLICY_FILE": str(folder / "policy.yaml")}
    played = Day(folder, fresh_environment() | policy)
    process = played.start()
    yield played
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0, played.screen


def test_the_first_day_goes_as_the_page_tells(day: Day) -> None:
    first, approve, second = blocks("sh")

    for line in first.splitlines():
        day.type(line)
    day.type(approve, day.newest("pending"))
    day.newest("promoted")
    (policy,) = blocks("yaml")
    (mistake,) = blocks("text")
    day.save(policy.replace("quorum: 2", "quorm: 2"))
    day.until_said(mistake.strip())
    day.save(policy)
    day.until_said("was saved: the app runs with it now")
    check, register, *approvals, show = second.splitlines()
    day.type(check)
    day.type(register)
    request = day.newest("pending")
    for line in approvals:
        day.type(line, request)
    shown = day.type(show, day.newest("promoted"))

    assert len(approvals) == 3
    assert request["asset"]["version"] == "2"
    assert [each["name"] for each in request["checks"]] == [
        "required_tags",
        "metric_threshold:accuracy",
    ]
    assert request["id"] in shown


def test_the_script_of_the_page_runs_as_it_is(day: Day) -> None:
    (script,) = blocks("python")

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=day.folder,
        env=day.environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("]")


def test_a_model_that_the_service_refuses_is_told_in_one_line(day: Day) -> None:
    words = ("register", str(day.folder / "my-model"), "--name", "no/name")
    state = ("--state", str(day.folder / ".sandbox"))

    done = day.sandbox(*words, *state)

    assert done.returncode == 1
    assert done.stderr.startswith("no/name was not registered: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_second_sandbox_on_the_same_state_is_told_that_the_first_one_runs(day: Day) -> None:
    done = day.sandbox("up", "--state", str(day.folder / ".sandbox"))

    assert done.returncode == 1
    assert "is taken" in done.stderr
    assert day.terminal.run("requests", "list").returncode == 0


def test_the_policy_of_the_page_is_valid(tmp_path: Path) -> None:
    (policy,) = blocks("yaml")
    (tmp_path / "policy.yaml").write_text(policy)

    assert check_file(tmp_path / "policy.yaml").problems == ()
