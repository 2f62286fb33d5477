"""How long a decision takes when many are made at once, and whether each counts once."""

from pathlib import Path
from typing import Final

from bench import account, local_cloud
from bench.child import call
from bench.finding import Finding, median
from bench.scale import Scale

_REQUESTS: Final = 20
_EACH: Final = 10


def measure(scale: Scale, room: Path) -> Finding:
    """Have ten people decide on each of twenty requests, all at the same moment."""
    runs = []
    for run in range(scale.runs):
        with local_cloud.running(room / str(run)) as config:
            environment = account.settings(config)
            arguments = {"requests": _REQUESTS, "each": _EACH}
            runs.append(call("bench.asking:decisions", environment=environment, **arguments))
    return Finding(
        ours=median(runs, "p99") * 1000,
        reference=None,
        ratio=None,
        unit="ms (p99)",
        goal="each decision counted once; p99 published",
        met=not any(run["problems"] for run in runs),
        runs=runs,
        against=f"{_REQUESTS * _EACH} people at once, {_EACH} on each of {_REQUESTS} requests",
        notes=[
            "From the first look at the request until it shows the decision, with every 412 on the way.",
            "Ten people on one request serialize: the last of them is the tenth to get through.",
        ],
        details={"p50_ms": median(runs, "p50") * 1000, "tries": median(runs, "tries")},
    )
