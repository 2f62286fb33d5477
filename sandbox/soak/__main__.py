"""`python -m sandbox.soak`: promotions under fire. Exit code 0 when every one arrived, once, and verifies."""

import argparse
import shutil
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Final

import msgspec
import requests
from rich.console import Console

from promotion.domain.facts import Fact
from promotion.domain.trail import verify
from sandbox.azureml.client import ml_client
from sandbox.demo.people_at_work import TARGET
from sandbox.people import PEOPLE
from sandbox.running import Sandbox, open_state
from sandbox.soak.crowd import Approver, Killer, announce, register

FOLDER: Final = Path("build/soak")

_screen = Console(highlight=False)


def main() -> int:
    """Run the soak; return its exit code."""
    arguments = _arguments()
    folder: Path = arguments.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    config, _ = open_state(folder / "state")
    names = [f"soak-{number:03d}" for number in range(arguments.promotions)]
    with Sandbox(config) as sandbox:
        _screen.print(f"registering {len(names)} models")
        register(config, names, folder / "models")
        approver = Approver(config)
        killer = Killer(sandbox, arguments.kills, arguments.azurite_restarts, arguments.seed)
        problems = _soak(approver, killer, names, arguments.minutes * 60)
        problems += _check(approver, names)
    _screen.print()
    for problem in problems:
        _screen.print(problem, style="red", markup=False)
    print(
        f"{len(names)} promotions, {killer.done} kills of the host, "
        f"{arguments.azurite_restarts} restarts of Azurite, {len(problems)} problems",
    )
    return 1 if problems else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.soak", description=__doc__)
    parser.add_argument("--promotions", type=int, default=100)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--azurite-restarts", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=30, help="the longest it may take")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    return parser.parse_args()


def _soak(approver: Approver, killer: Killer, names: list[str], seconds: float) -> list[str]:
    deadline = time.monotonic() + seconds
    threads = [threading.Thread(target=each.work, daemon=True) for each in (approver, killer)]
    announce(approver.config, names)
    for thread in threads:
        thread.start()
    while time.monotonic() < deadline:
        arrived = _arrived(approver)
        if _screen.is_terminal:
            _screen.print(f"  {arrived:4d} promoted, {killer.done} kills", end="\r")
        if arrived == len(names) and killer.done == killer.kills:
            approver.stop.set()
            return []
        time.sleep(1)
    approver.stop.set()
    return [f"not at rest after {seconds:g} s: {_states(approver)}"]


def _arrived(approver: Approver) -> int:
    try:
        return len(approver.items("promoted"))
    except requests.RequestException:
        return 0


def _states(approver: Approver) -> dict[str, int]:
    page = approver.get("/api/promotions", limit="200")
    return dict(Counter(item["state"] for item in page["items"]))


def _check(approver: Approver, names: list[str]) -> list[str]:
    problems = []
    promoted = approver.items("promoted")
    counted = Counter(item["asset"]["name"] for item in promoted)
    problems += [
        f"{name} is promoted {counted[name]} times" for name in names if counted[name] != 1
    ]
    for item in promoted:
        facts = approver.get(f"/api/promotions/{item['id']}/audit", limit="200")["items"]
        trail = [msgspec.convert(fact, Fact) for fact in facts]
        problems += list(verify(trail))
        ends = [fact.type for fact in trail].count("model.promoted")
        if ends != 1:
            problems.append(f"{item['id']} has {ends} facts of promotion")
    return problems + _target(approver, names)


def _target(approver: Approver, names: list[str]) -> list[str]:
    client = ml_client(approver.config, PEOPLE["reader"], registry=TARGET)
    problems = []
    for name in names:
        versions = [model.version for model in client.models.list(name)]
        if versions != ["1"]:
            problems.append(f"{name} has the versions {versions} in {TARGET}")
    return problems


if __name__ == "__main__":
    sys.exit(main())
