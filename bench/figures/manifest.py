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
    """Read the same model both ways, in turn, first the one and then the other."""
    with local_cloud.running(room, *local_cloud.MODELS) as config:
        copying.prepare(config, room, "model", size=scale.model, files=scale.files)
        runs = [_pair(config.state, swapped=bool(run % 2)) for run in range(2 * scale.runs)]
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
        notes=["Both read over TLS through the sandbox's one proxy, which is what is slow here."],
        details={"growth_mib": growth / MIB},
    )


def _pair(state: str, *, swapped: bool) -> dict[str, Any]:
    sides = [("ours", "manifest"), ("reference", "plainly")]
    found: dict[str, Any] = {}
    for side, function in reversed(sides) if swapped else sides:
        answer = call(f"bench.reading:{function}", state=state, name="model")
        found |= {f"{side}_{key}": value for key, value in answer.items()}
    return found
