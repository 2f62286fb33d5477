"""How long a model's manifest takes: every byte read once, hashed, in flat memory."""

from pathlib import Path
from typing import Any

from bench import copying, local_cloud
from bench.child import call
from bench.finding import Finding, median, median_ratio
from bench.scale import MIB, Scale

#: Times the reference's time.
GOAL = 1.15
#: How much the process may grow, in bytes.
GROWTH = 64 * MIB


def measure(scale: Scale, room: Path) -> Finding:
    """Read the same model in each way, in turn, forwards and backwards."""
    with local_cloud.running(room, *local_cloud.MODELS) as config:
        copying.prepare(config, room, "model", size=scale.model, files=scale.files)
        runs = [_round(config.state, swapped=bool(run % 2)) for run in range(2 * scale.runs)]
    ratio = median_ratio(runs, "ours_seconds", "reference_seconds")
    growth = max(run["ours_growth"] for run in runs)
    return Finding(
        ours=median(runs, "ours_seconds"),
        reference=median(runs, "reference_seconds"),
        ratio=ratio,
        unit="s",
        goal=f"ours <= {GOAL}x the time, growth <= {GROWTH // MIB} MiB",
        met=ratio <= GOAL and growth <= GROWTH,
        runs=runs,
        against="the manifest / one GET a file, all files side by side, bytes thrown away",
        notes=[
            "All read over TLS through the sandbox's one proxy, on the same cores as it and Azurite.",
            "The plain download keeps these cores busy already, so that the SHA-256 comes on top.",
            "`floor_ratio`: the same plain download with SHA-256 in its loop, and nothing else.",
            "Over a network, which is slower than SHA-256, it is hidden in the waiting.",
        ],
        details={
            "growth_mib": growth / MIB,
            "floor_seconds": median(runs, "floor_seconds"),
            "floor_ratio": median_ratio(runs, "floor_seconds", "reference_seconds"),
            "over_the_floor": median_ratio(runs, "ours_seconds", "floor_seconds"),
        },
    )


def _round(state: str, *, swapped: bool) -> dict[str, Any]:
    sides = [("ours", "manifest"), ("floor", "hashed"), ("reference", "plainly")]
    found: dict[str, Any] = {}
    for side, function in reversed(sides) if swapped else sides:
        answer = call(f"bench.reading:{function}", state=state, name="model")
        found |= {f"{side}_{key}": value for key, value in answer.items()}
    return found
