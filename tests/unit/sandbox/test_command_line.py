"""`python -m sandbox`: what is typed wrongly is answered with what would be right, and nothing starts."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sandbox.listening import answers
from sandbox.running import open_state
from tests.conftest import ROOT


def sandbox(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "COMMAND"),
        (("up", "--time-scale", "-1"), "-1 is no number above 0"),
        (("up", "--time-scale", "soon"), "--time-scale"),
        (("up", "--topology", "three"), "choose from"),
        (("register",), "PATH"),
        (("register", "/no/such/model"), "there is nothing at /no/such/model"),
        (("register", "README.md", "--tag", "owner"), "'owner' is no NAME=VALUE"),
        (("register", "README.md", "--tag", "=me"), "'=me' is no NAME=VALUE"),
    ],
)
def test_wrong_words_are_answered_with_what_is_meant(words: tuple[str, ...], said: str) -> None:
    done = sandbox(*words)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_model_is_not_registered_where_no_sandbox_was_started(tmp_path: Path) -> None:
    done = sandbox("register", "README.md", "--state", str(tmp_path))

    assert done.returncode == 1
    assert "There is no sandbox in" in done.stderr
    assert "`make sandbox`" in done.stderr


def test_a_model_is_not_registered_where_the_sandbox_is_down(tmp_path: Path) -> None:

    open_state(tmp_path)

    done = sandbox("register", "README.md", "--state", str(tmp_path))

    assert done.returncode == 1
    assert "does not run: start it with `make sandbox`" in done.stderr


def test_a_policy_with_mistakes_keeps_the_sandbox_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\nroutes: {}\nroute: 1\n")
    monkeypatch.setenv("PROMOTION_POLICY_FILE", str(policy))

    done = sandbox("up", "--state", str(tmp_path / "state"))

    assert done.returncode == 1
    assert "policy.yaml:3:1: route: there is no field 'route' here." in done.stderr
    assert "Azurite" not in done.stderr


def test_a_ready_file_that_cannot_be_written_is_told_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    done = sandbox(
        *("up", "--state", str(tmp_path / "state"), "--ready-file", str(tmp_path / "file" / "r"))
    )

    assert done.returncode == 1
    assert "Name another --ready-file" in done.stderr
    assert "Azurite" not in done.stderr


@pytest.mark.azurite
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_while_it_starts_ends_everything_in_order(
    tmp_path: Path, number: signal.Signals
) -> None:
    command = [sys.executable, "-m", "sandbox", "up", "--state", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        bound = threading.Timer(60, process.kill)
        bound.start()
        told = [process.stderr.readline() for _ in range(2)]
        process.send_signal(number)
        rest = process.stderr.read()
        code = process.wait()
        bound.cancel()

    assert "Azurite" in told[1]
    assert code == 130
    assert "Interrupted; what was running is stopped." in rest
    assert "Traceback" not in rest
    ports = open_state(tmp_path)[0].ports.by_purpose().values()
    assert [port for port in ports if answers(port)] == []


def test_a_demo_whose_folder_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    command = [sys.executable, "-m", "sandbox.demo", "--folder", str(tmp_path / "file")]

    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 1
    assert "name a folder that you may write to" in done.stdout
    assert "Traceback" not in done.stderr
