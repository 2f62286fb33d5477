"""How long the worker takes to load the app and index its functions."""

from pathlib import Path
from typing import Any

from bench import apps
from bench.child import call
from bench.finding import Finding, median, median_ratio
from bench.scale import Scale

#: Times the empty app's time; how many times as fast as the eager one.
GOAL_EMPTY, GOAL_EAGER = 1.3, 4


def measure(scale: Scale, room: Path) -> Finding:
    """Start the three apps in turn, each in a fresh process, with bytecode compiled before."""
    folders = apps.make(room)
    _round(folders)
    runs = [_round(folders) for _ in range(scale.quick_runs)]
    ratio = median_ratio(runs, "ours_seconds", "empty_seconds")
    eager = median_ratio(runs, "eager_seconds", "ours_seconds")
    return Finding(
        ours=median(runs, "ours_seconds") * 1000,
        reference=median(runs, "empty_seconds") * 1000,
        ratio=ratio,
        unit="ms",
        goal=f"ours <= {GOAL_EMPTY}x the empty app, >= {GOAL_EAGER}x as fast as the eager one",
        met=ratio <= GOAL_EMPTY and eager >= GOAL_EAGER,
        runs=runs,
        against="the app / the same triggers with empty bodies; beside it: azure-ai-ml at the top",
        notes=[
            "From the worker's request to load the app to the end of indexing.",
            "The interpreter and the worker library, which every app pays alike, are not in it.",
        ],
        details={
            "eager_ms": median(runs, "eager_seconds") * 1000,
            "times_as_fast_as_eager": eager,
            **{f"{app}_modules": runs[0][f"{app}_modules"] for app in folders},
        },
    )


def _round(folders: dict[str, Path]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for app, folder in folders.items():
        answer = call("bench.indexing:index", app=str(folder))
        found |= {f"{app}_{key}": value for key, value in answer.items()}
    return found
