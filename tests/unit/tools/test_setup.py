"""`tools/setup.sh` with made-up programs on the PATH: what it looks for, calls, and says."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]
#: The system's own programs that the script calls.
BASICS: Final = ("sh", "dirname", "sed", "cmp", "cp", "rm", "mkdir", "mktemp", "env", "cat")

GOOD_PYTHON: Final = """
case "$1" in
  -c) exit 0 ;;
  --version) echo Python 3.13.0 ;;
  -m) case "$2" in
        venv) mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; chmod +x "$3/bin/python" ;;
      esac ;;
esac
"""
BROKEN: Final = "echo 'this version is not installed' >&2; exit 127"
GOOD_NPM: Final = "mkdir -p node_modules"


class Machine:
    """A folder like a fresh clone, and a PATH on which only chosen programs are."""

    def __init__(self, folder: Path) -> None:
        self.clone = folder / "clone"
        self.path = folder / "bin"
        self.calls = folder / "calls"
        for made in (self.clone / "tools", self.clone / "sandbox", self.path):
            made.mkdir(parents=True)
        shutil.copy(ROOT / "tools" / "setup.sh", self.clone / "tools")
        (self.clone / "requirements-dev.txt").write_text(
            "a==1 \\\n    --hash=sha256:00\nuv==9 \\\n    --hash=sha256:11\nz==1 \\\n    --hash=sha256:22\n",
        )
        (self.clone / "sandbox" / "package-lock.json").write_text("{}")
        for name in (*BASICS, "chmod"):
            (self.path / name).symlink_to(str(shutil.which(name)))

    def install(self, name: str, script: str) -> None:
        """Put a program on the PATH that keeps a record of being called."""
        program = self.path / name
        program.write_text(f'#!/bin/sh\necho "$(basename "$0") $*" >>"{self.calls}"\n{script}\n')
        (self.path / "basename").unlink(missing_ok=True)
        (self.path / "basename").symlink_to(str(shutil.which("basename")))
        program.chmod(0o755)

    def setup(self) -> subprocess.CompletedProcess[str]:
        """Run the script and forget earlier calls."""
        self.calls.write_text("")
        return subprocess.run(
            ["/bin/sh", str(self.clone / "tools" / "setup.sh")],
            env={"PATH": str(self.path), "HOME": str(self.clone)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with Python 3.13, Node.js 20 and npm."""
    machine = Machine(tmp_path)
    machine.install("python3.13", GOOD_PYTHON)
    machine.install("node", "echo v20.1.0")
    machine.install("npm", GOOD_NPM)
    return machine


def test_a_fresh_clone_gets_its_environment_and_azurite(machine: Machine) -> None:
    machine.install("uv", "exit 0")

    done = machine.setup()

    assert done.returncode == 0, done.stderr
    calls = machine.calls.read_text()
    assert "python3.13 -m venv .venv" in calls
    assert "uv pip install --quiet --compile-bytecode --require-hashes -r" in calls
    assert "npm ci" in calls


def test_a_second_run_installs_nothing(machine: Machine) -> None:
    machine.install("uv", "exit 0")
    machine.setup()

    done = machine.setup()

    assert done.returncode == 0
    assert done.stderr == ""
    assert set(machine.calls.read_text().splitlines()) == {
        "python -c import sys; sys.exit(sys.version_info[:2] != (3, 13))",
    }


def test_a_changed_lock_is_installed_again(machine: Machine) -> None:
    machine.install("uv", "exit 0")
    machine.setup()
    with (machine.clone / "requirements-dev.txt").open("a") as lock:
        lock.write("new==1 \\\n    --hash=sha256:33\n")

    machine.setup()

    calls = machine.calls.read_text()
    assert "uv pip install" in calls
    assert "npm ci" not in calls


def test_a_stand_in_that_cannot_run_is_passed_over(machine: Machine) -> None:
    machine.install("python3.13", BROKEN)
    machine.install("python3", GOOD_PYTHON)
    machine.install("uv", "exit 0")

    done = machine.setup()

    assert done.returncode == 0, done.stderr
    assert "python3 -m venv .venv" in machine.calls.read_text()


def test_uv_brings_the_python_that_is_missing(machine: Machine) -> None:
    machine.install("python3.13", BROKEN)
    machine.install("brought", GOOD_PYTHON)
    machine.install("uv", '[ "$1 $2" != "python find" ] || echo brought')

    done = machine.setup()

    assert done.returncode == 0, done.stderr
    assert "brought -m venv .venv" in machine.calls.read_text()


def test_without_uv_the_pinned_one_is_installed_first_and_pip_stands_in(machine: Machine) -> None:
    kept = machine.clone / "kept.txt"
    script = GOOD_PYTHON.replace("venv)", f'pip) cat "$7" >>"{kept}" ;;\n        venv)')
    machine.install("python3.13", script)

    done = machine.setup()

    assert done.returncode == 0, done.stderr
    assert "pip tries" in done.stderr
    first = "uv==9 \\\n    --hash=sha256:11\n"
    whole = (machine.clone / "requirements-dev.txt").read_text()
    assert kept.read_text() == first + whole


def test_a_missing_python_is_named_with_the_ways_to_get_it(machine: Machine) -> None:
    (machine.path / "python3.13").unlink()

    done = machine.setup()

    assert done.returncode == 1
    assert "Python 3.13 is missing" in done.stderr
    assert "install uv" in done.stderr


@pytest.mark.parametrize("version", ["v18.19.0", "nonsense", ""])
def test_an_old_node_is_named_with_the_way_to_get_a_newer_one(
    machine: Machine,
    version: str,
) -> None:
    machine.install("node", f"echo {version}")

    done = machine.setup()

    assert done.returncode == 1
    assert f"Node.js 20 or newer is missing (found: {version})" in done.stderr


def test_a_missing_npm_is_named(machine: Machine) -> None:
    (machine.path / "npm").unlink()

    done = machine.setup()

    assert done.returncode == 1
    assert "npm is missing" in done.stderr


def test_what_failed_to_install_is_tried_again(machine: Machine) -> None:
    machine.install("uv", "exit 0")
    machine.install("npm", "exit 1")
    assert machine.setup().returncode != 0
    machine.install("npm", GOOD_NPM)

    done = machine.setup()

    assert done.returncode == 0
    assert "npm ci" in machine.calls.read_text()


def test_packages_that_cannot_be_had_are_told_with_what_to_look_at(machine: Machine) -> None:
    machine.install("python3.13", GOOD_PYTHON.replace("venv)", "pip) exit 1 ;;\n        venv)"))

    done = machine.setup()

    assert done.returncode == 1
    assert "is the package index reachable from here? Behind a proxy set HTTPS_PROXY" in done.stderr
    assert not (machine.clone / ".venv" / "installed.txt").exists()


def test_an_azurite_that_cannot_be_had_is_told_with_what_to_look_at(machine: Machine) -> None:
    machine.install("uv", "exit 0")
    machine.install("npm", "exit 1")

    done = machine.setup()

    assert done.returncode == 1
    assert "is npm's registry reachable from here?" in done.stderr
    assert not (machine.clone / "sandbox" / "node_modules").exists()
