"""`python -m sandbox.migration`: move a registry to another one and stop everything on the way.

The command line plans, asks and watches; it and the Functions host are killed while versions are checked,
and again while they are copied. Exit code 0 when no version is missing, none is there twice, and each has
one request that brought it.
"""

import argparse
import contextlib
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psutil
from rich.console import Console

from sandbox.migration.filling import Registry
from sandbox.ready import ready
from sandbox.running import Sandbox, open_state

FOLDER: Final = Path("build/migration")
SOURCE: Final = "dev-mlops-registry"
TARGET: Final = "central-mlops-registry"
POLICY: Final = "docs/policies/moving.yaml"
MODEL: Final = "moving"
_ROUTE: Final = "dev-to-central"
#: Where a migration can be before versions are checked, or copied.
_BEFORE: Final = ("received", "approved")
#: Seconds that half of the versions may take.
_PATIENCE: Final = 3600.0

_screen = Console(highlight=False)


class Terminal:
    """The command line, as people use it, in processes of its own."""

    def __init__(self, ready_file: Path) -> None:
        self._ready = str(ready_file)

    def begin(self, *words: str, role: str = "operator") -> subprocess.Popen[str]:
        """Start a command."""
        command = [
            sys.executable,
            "-m",
            "promotion",
            *words,
            "--sandbox",
            self._ready,
            "--as",
            role,
        ]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words: str, role: str = "operator") -> str:
        """Run a command to its end; return what it printed.

        Raises:
            RuntimeError: it ended with another code than 0.
        """
        process = self.begin(*words, role=role)
        out, complaints = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}: {complaints}")
        return out

    def json(self, *words: str, role: str = "operator") -> Any:  # noqa: ANN401 -- any JSON
        """Run a command that prints JSON; return that."""
        return json.loads(self.run(*words, "--json", role=role))


class Memory:
    """The largest resident memory of a process, looked at every half second."""

    def __init__(self) -> None:
        self.peak = 0
        self._stop = threading.Event()

    @contextlib.contextmanager
    def watching(self, sandbox: Sandbox) -> Iterator[None]:
        """Look at the Functions host, whichever process that is by now."""
        thread = threading.Thread(target=self._watch, args=(sandbox,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _watch(self, sandbox: Sandbox) -> None:
        while not self._stop.wait(0.5):
            with contextlib.suppress(psutil.Error):
                if pid := sandbox.host.pid:
                    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
                    self.peak = max(self.peak, sum(each.memory_info().rss for each in family))


def main() -> int:
    """Run the migration; return its exit code."""
    arguments = _arguments()
    folder: Path = arguments.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    config, _ = open_state(folder / "state")
    memory = Memory()
    os.environ["PROMOTION_POLICY_FILE"] = POLICY
    with Sandbox(config) as sandbox, memory.watching(sandbox):
        _screen.print(f"registering {arguments.versions} versions in {SOURCE}")
        source = Registry(config, SOURCE)
        source.fill(MODEL, arguments.versions)
        file = folder / "ready.json"
        file.write_text(json.dumps(ready(config, now=dt.datetime.now(dt.UTC))))
        began = time.monotonic()
        report = _move(sandbox, Terminal(file), folder / "plan.json", arguments.versions)
        seconds = time.monotonic() - began
        problems = list(_problems(report, source, Registry(config, TARGET)))
    for problem in problems:
        _screen.print(problem, style="red", markup=False)
    print(
        f"{arguments.versions} versions moved in {seconds:.0f} s "
        f"({arguments.versions / seconds:.1f} a second, two stops included), "
        f"the app's memory at most {memory.peak / 2**20:.0f} MiB, {len(problems)} problems",
    )
    return 1 if problems else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.migration", description=__doc__)
    parser.add_argument("--versions", type=int, default=1000)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    return parser.parse_args()


def _move(sandbox: Sandbox, terminal: Terminal, plan: Path, count: int) -> dict[str, Any]:
    planned = terminal.run("migrate", "plan", "--route", _ROUTE, "--output", str(plan))
    _screen.print(planned.strip(), markup=False)
    start = ("migrate", "start", str(plan), "--reason", "Two registries become one.")
    _stop_half_way(sandbox, terminal, terminal.begin(*start), "validating", count)
    asked = terminal.json(*start)
    _screen.print(f"checked: {asked['checks'][0]['summary']}")
    for role in ("approver", "second-approver"):
        terminal.run("requests", "approve", asked["id"], "--yes", role=role)
    watch = ("migrate", "watch", asked["id"])
    _stop_half_way(sandbox, terminal, terminal.begin(*watch), "promoting", count)
    terminal.run(*watch)
    _screen.print(terminal.run("migrate", "report", asked["id"]).strip(), markup=False)
    report: dict[str, Any] = terminal.json("migrate", "report", asked["id"])
    return report


def _stop_half_way(
    sandbox: Sandbox, terminal: Terminal, command: subprocess.Popen[str], state: str, count: int
) -> None:
    """Kill the command and the Functions host once half of the versions are done, then start the host again."""
    deadline = time.monotonic() + _PATIENCE
    now, done = state, 0
    # A small registry may be done before anybody looks.
    while done < count // 2 and now in {*_BEFORE, state}:
        if time.monotonic() > deadline:
            raise TimeoutError(f"half of the versions were not done in {_PATIENCE:.0f} s")
        for each in terminal.json("requests", "list", "--name", _ROUTE)["items"]:
            now, done = each["state"], each["progress"]["files_done"]
    command.kill()
    command.communicate()
    sandbox.host.kill()
    _screen.print(f"killed everything while {now}, {done} of {count} done")
    sandbox.host.launch()
    sandbox.host.wait()


def _problems(report: dict[str, Any], source: Registry, target: Registry) -> Iterator[str]:
    wanted, there = Counter(source.versions(MODEL)), Counter(target.versions(MODEL))
    if wanted != there:
        missing, more = wanted - there, there - wanted
        yield f"missing in {target.name}: {dict(missing)}, too many: {dict(more)}"
    brought = Counter(each["asset"]["version"] for each in report["versions"])
    if brought != wanted:
        yield f"not every version has one line in the report: {brought - wanted}"
    requests = {each["request"] for each in report["versions"]}
    if len(requests) != len(wanted):
        yield f"{len(wanted)} versions have {len(requests)} requests"
    if report["counts"] != {"promoted": len(wanted)}:
        yield f"not everything is promoted: {report['counts']}"


if __name__ == "__main__":
    sys.exit(main())
