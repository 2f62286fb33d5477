"""How long the list of what is pending takes among many stored requests."""

from pathlib import Path
from typing import Any, Final

from bench import account, local_cloud
from bench.child import call
from bench.finding import Finding, median, median_ratio
from bench.scale import Scale
from sandbox.config import Config

#: Times the reference's time.
GOAL: Final = 1.5
_WAITING: Final = 50
_ROUNDS: Final = 5


def measure(scale: Scale, room: Path) -> Finding:
    """Ask both apps in turn, each time in a fresh process."""
    few, many = room / "few", room / "many"
    with local_cloud.running(room / "state") as config:
        few.mkdir()
        many.mkdir()
        with (
            account.tables(few, 0, _WAITING) as small,
            account.tables(many, scale.stored, _WAITING) as large,
        ):
            runs = [_pair(config, small, large, scale.quick_runs) for _ in range(_ROUNDS)]
    ratio = median_ratio(runs, "ours_seconds", "reference_seconds")
    same = all(run["ours_requests"] == run["reference_requests"] for run in runs)
    return Finding(
        ours=median(runs, "ours_seconds") * 1000,
        reference=median(runs, "reference_seconds") * 1000,
        ratio=ratio,
        unit="ms",
        goal=f"ours <= {GOAL}x the time, the same number of storage requests",
        met=ratio <= GOAL and same and all(run["ours_shown"] == _WAITING for run in runs),
        runs=runs,
        against=f"{_WAITING} pending among {scale.stored:,} stored / among {_WAITING}",
        notes=[
            "Tables keep rows in the order of their keys, as Azure's do; Azurite reads all of them.",
        ],
        details={"storage_requests": runs[0]["ours_requests"]},
    )


def _pair(config: Config, small: int, large: int, times: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for side, port in (("ours", large), ("reference", small)):
        environment = account.settings(config, port)
        answer = call("bench.asking:listing", environment=environment, times=times)
        found |= {f"{side}_{key}": value for key, value in answer.items()}
    return found
