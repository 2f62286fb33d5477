"""How long a model's manifest takes: every byte read once, hashed, in flat memory."""

import hashlib
import os
import time
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
    reference = median(runs, "reference_seconds")
    hashing = _hashing(scale.model)
    return Finding(
        ours=median(runs, "ours_seconds"),
        reference=reference,
        ratio=ratio,
        unit="s",
        goal=f"ours <= {GOAL}x the time, growth <= {GROWTH // MIB} MiB",
        met=ratio <= GOAL and growth <= GROWTH,
        runs=runs,
        against="the manifest / one GET a file, all files side by side, bytes thrown away",
        notes=[
            "Both read over TLS through the sandbox's one proxy, on the same cores as it and Azurite.",
            "The plain download keeps these cores busy already, so that the SHA-256 comes on top.",
            "`floor_ratio` is what it alone makes of the reference's time, spread over all cores.",
            "Over a network, which is slower than SHA-256, it is hidden in the waiting.",
        ],
        details={
            "growth_mib": growth / MIB,
            "sha256_seconds": hashing,
            "floor_ratio": 1 + hashing / (os.cpu_count() or 1) / reference,
        },
    )


def _hashing(size: int) -> float:
    """Return the seconds of one core that the SHA-256 of so many bytes takes, whoever reads them."""
    block = os.urandom(MIB)
    whole = hashlib.sha256()
    started = time.process_time()
    for _ in range(size // MIB):
        whole.update(block)
    return time.process_time() - started


def _pair(state: str, *, swapped: bool) -> dict[str, Any]:
    sides = [("ours", "manifest"), ("reference", "plainly")]
    found: dict[str, Any] = {}
    for side, function in reversed(sides) if swapped else sides:
        answer = call(f"bench.reading:{function}", state=state, name="model")
        found |= {f"{side}_{key}": value for key, value in answer.items()}
    return found
